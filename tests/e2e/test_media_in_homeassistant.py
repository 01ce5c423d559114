"""What the edge has recorded, in a real Home Assistant: browsed, searched, played, exported, kept and thrown away.

A real camera whose people the detector sees; recorded by the edge; seen in the browser through Home Assistant's own login alone.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
import json
from pathlib import Path
import re
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
import av
from PIL import Image, ImageStat
from playwright.async_api import Locator
import pytest
import pytest_asyncio

from tests.support.browser import Browser, browser, moving_video
from tests.support.edge import EdgeApi
from tests.support.homeassistant import User
from tests.support.homeassistant_api import HomeAssistantError
from tests.support.household import Household
from tests.support.rtsp import Clip, RtspServer

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

USER = User("Ada", "ada", "Ada's own password")
CAMERA = "Front yard"
DETECT = "switch.front_yard_detection"
DAY = r"\w+ \d+ \w+ \d{4}"
HOUR = r"\d\d:\d\d – \d\d:\d\d"
TIME = r"\d\d:\d\d:\d\d"
SEEK = """video => new Promise(resolve => {
    video.pause();
    video.addEventListener("seeked", () => resolve(video.currentTime), {once: true});
    video.currentTime = 2;
})"""
"""Goes to the second second: resolves where it has come to."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Household]:
    """The home, with the integration and a camera that records visits with two seconds before and after."""
    camera = RtspServer({"/live": Clip()})
    async with Household(tmp_path_factory.mktemp("home"), camera, USER) as household:
        await household.start()
        entry = await household.add_integration()
        await household.add_camera(entry, CAMERA)
        yield household


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def token(home: Household) -> str:
    """The test's own token of the edge."""
    return await home.edge.create_token("The test")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(home: Household, token: str) -> EdgeApi:
    """The edge's API."""
    api = EdgeApi(home.edge, token)
    (camera,) = (await api.get("cameras"))["cameras"]
    recording = camera["recording"] | {"mode": "events", "pre_seconds": 2, "post_seconds": 2}
    await api.patch(f"cameras/{camera['id']}", {"recording": recording})
    return api


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visit(home: Household, edge: EdgeApi) -> dict[str, Any]:
    """A visit that is over, as the edge knows it."""
    await home.api.wait_for_state("binary_sensor.front_yard_person", "on", timeout=60)
    await home.api.wait_for_state("binary_sensor.front_yard_recording", "on")
    await asyncio.sleep(4)  # the length of what is watched below
    await home.api.call("switch.turn_off", entity_id=DETECT)
    await home.api.wait_for_state("binary_sensor.front_yard_recording", "off")
    events = (await edge.get("events?label=person"))["events"]
    visit: dict[str, Any] = max(events, key=length)
    assert length(visit) > 3
    return visit


def length(span: dict[str, Any]) -> float:
    """How many seconds an event or its clip has taken."""
    return (datetime.fromisoformat(span["end"]) - datetime.fromisoformat(span["start"])).total_seconds()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(home: Household, shots: Path) -> AsyncIterator[Browser]:
    """The user's browser, logged in."""
    async with browser(home.homeassistant.url, shots / "media") as opened:
        await opened.log_in(USER)
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asked(window: Browser) -> list[str]:
    """Every address that the browser asks for."""
    addresses: list[str] = []
    window.page.on("request", lambda request: addresses.append(request.url))
    return addresses


async def test_a_visit_is_found_and_played(visit: dict[str, Any], window: Browser, asked: list[str]) -> None:
    """Ambianic, camera, day, visit: there are thumbnails on the way, and it plays in the end."""
    page = window.page
    await window.open("/media-browser/browser")
    await step(window, "Ambianic")
    await item(window, "By kind").wait_for()
    await window.shot("edge")
    await step(window, CAMERA)
    await item(window, "Recordings").wait_for()
    await window.shot("camera")
    await step(window, rf"{DAY} \(\d+\)")
    await item(window, f"{TIME} Person").wait_for()
    await thumbnail(window)
    await window.picture("media-browser")
    await step(window, f"{TIME} Person")
    video = await moving_video(page)
    await window.picture("media-player")
    assert await video.evaluate(SEEK) == pytest.approx(2, abs=0.1)
    await page.keyboard.press("Escape")
    assert any(urlsplit(address).path.endswith("/thumbnail.jpg") for address in asked)


async def test_recordings_can_be_played_by_the_hour(visit: dict[str, Any], window: Browser) -> None:
    """All that there is of a camera, visit or not."""
    page = window.page
    await window.open("/media-browser/browser")
    for name in ("Ambianic", CAMERA, "Recordings", DAY):
        await step(window, name)
    await item(window, HOUR).wait_for()
    await thumbnail(window)
    await window.shot("recordings")
    await step(window, HOUR)
    await moving_video(page)
    await page.keyboard.press("Escape")


async def test_a_link_opens_a_visit(visit: dict[str, Any], home: Household, window: Browser) -> None:
    """The links of notifications (see the blueprints) show the visit with a button to play it."""
    (event,) = (await home.api.ask("ambianic.list_events", limit=1))["events"]
    nodes = ("app,media-source://ambianic", f"video,{event['media_content_id']}")
    await window.open("/media-browser/browser/" + "/".join(quote(node, safe="") for node in nodes))
    await window.page.get_by_role("button", name="Play").click()
    await moving_video(window.page)
    await window.shot("link")
    await window.page.keyboard.press("Escape")


async def test_visits_are_searched(visit: dict[str, Any], home: Household, window: Browser) -> None:
    """By words: kinds and days."""
    await home.api.ask("ambianic.create_event", entity_id="camera.front_yard", label="parcel", seconds=1)
    await window.open("/media-browser/browser/" + quote("app,media-source://ambianic", safe=""))
    await item(window, "By kind").wait_for()
    field = window.page.locator("ha-media-player-browse input").first
    await field.fill("parcel today")
    await field.press("Enter")
    await item(window, f".* {TIME} {CAMERA}: Parcel").wait_for()
    assert not await item(window, f".* {TIME} {CAMERA}: Person").count()
    await window.shot("search")


def item(window: Browser, title: str) -> Locator:
    """The first item of the media browser's present page that has such a title: a regular expression for all of it."""
    return window.page.locator("ha-media-player-browse .title").filter(has_text=re.compile(rf"^\s*{title}\s*$")).first


async def step(window: Browser, title: str) -> None:
    """Open an item of the media browser's present page."""
    await item(window, title).click()


async def thumbnail(window: Browser) -> None:
    """Wait until a small picture is shown on the media browser's page, and look whether something is on it."""
    picture = window.page.locator("ha-media-browser-thumbnail .image[style*='data:image/jpeg']").first
    await picture.wait_for()
    content = re.search(r"base64,([^\")]+)", await picture.get_attribute("style") or "")
    assert content
    with Image.open(BytesIO(base64.b64decode(content[1]))) as image:
        assert image.width <= 320
        assert ImageStat.Stat(image.convert("L")).stddev[0] > 10, "it is of one grey"


async def test_automations_ask_and_star(visit: dict[str, Any], home: Household, edge: EdgeApi) -> None:
    """Lists of events with filters; a star; and a mark of their own that is recorded."""
    answer = await home.api.ask("ambianic.list_events", entity_id="camera.front_yard", label=["person"])
    ours = next(event for event in answer["events"] if event["event_id"] == visit["id"])
    assert (ours["camera"], ours["label"], ours["origin"], ours["starred"]) == (CAMERA, "person", "detector", False)
    assert not (await home.api.ask("ambianic.list_events", label=["elephant"]))["events"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert not (await home.api.ask("ambianic.list_events", start=tomorrow))["events"]

    assert (await home.api.ask("ambianic.star_event", event_id=visit["id"]))["starred"]
    assert (await edge.get(f"events/{visit['id']}"))["starred"]
    starred = (await home.api.ask("ambianic.list_events", starred=True))["events"]
    assert [event["event_id"] for event in starred] == [visit["id"]]
    await home.api.call("homeassistant.update_entity", entity_id="sensor.ambianic_edge_starred_events")
    await home.api.wait_for_state("sensor.ambianic_edge_starred_events", "1")

    (mark,) = (await home.api.ask("ambianic.create_event", entity_id="camera.front_yard", label="parcel", seconds=2))["events"]
    assert (mark["label"], mark["origin"]) == ("parcel", "manual")
    event = await home.api.wait_for(
        "event.front_yard_detection", lambda state: state["attributes"].get("event_id") == mark["event_id"], "the mark"
    )
    assert event["attributes"]["event_type"] == "parcel"
    await home.api.call("ambianic.delete_event", event_id=mark["event_id"])
    assert mark["event_id"] not in {event["id"] for event in (await edge.get("events"))["events"]}


async def test_a_clip_is_exported(visit: dict[str, Any], home: Household) -> None:
    """Into Home Assistant's media folder, and as a link that needs no login; nowhere else."""
    target = home.homeassistant.directory / "media" / "visit.mp4"
    answer = await home.api.ask("ambianic.export_clip", event_id=visit["id"], filename=str(target))
    assert target.stat().st_size == answer["bytes"]
    assert seconds(target) > length(visit)
    # Home Assistant believes to be reached at the machine's address, but listens on the loopback only.
    link = urlsplit(answer["url"])
    async with aiohttp.ClientSession(home.api.url) as stranger:
        async with stranger.get(f"{link.path}?{link.query}") as response:
            assert response.status == 200
            assert response.content_type == "video/mp4"
            assert await response.read() == target.read_bytes()
        for forged in (link.path, f"{link.path.replace(visit['id'], 'another')}?{link.query}"):
            async with stranger.get(forged) as response:
                assert response.status == 401
    with pytest.raises(HomeAssistantError):
        await home.api.ask("ambianic.export_clip", event_id=visit["id"], filename="/tmp/visit.mp4")
    assert list(target.parent.iterdir()) == [target]


def seconds(path: Path) -> float:
    """The length of a film by its pictures, all of which are decoded."""
    with av.open(path) as container:
        times = [frame.time for frame in container.decode(video=0) if frame.time is not None]
    return times[-1] - times[0]


async def test_sensors_tell_about_the_storage(visit: dict[str, Any], home: Household) -> None:
    """What is used and left, and by which camera."""
    for sensor in (
        "sensor.ambianic_edge_storage_used",
        "sensor.ambianic_edge_free_storage",
        "sensor.front_yard_storage_used",
        "sensor.ambianic_edge_events_stored",
    ):
        await home.api.wait_for(sensor, lambda state: is_positive(state["state"]), "above zero", 90)


def is_positive(value: str) -> bool:
    """Whether this is a number above zero."""
    return re.fullmatch(r"\d+(\.\d+)?", value) is not None and float(value) > 0


async def test_the_browser_has_met_home_assistant_alone(
    visit: dict[str, Any], home: Household, window: Browser, token: str, asked: list[str]
) -> None:
    """No address led to the edge, and no token of the edge is in an address, a log, or a file but the entry's own."""
    assert len(asked) > 10
    assert {urlsplit(address).netloc for address in asked if address.startswith("http")} == {
        urlsplit(home.homeassistant.url).netloc
    }
    entries = json.loads((home.homeassistant.directory / ".storage" / "core.config_entries").read_text())["data"]["entries"]
    (entry,) = [entry for entry in entries if entry["domain"] == "ambianic"]
    for secret in (token, entry["data"]["token"]):
        assert not [address for address in asked if secret in address]
        assert secret not in home.homeassistant.log
        assert secret not in home.edge.log
    for log in (home.homeassistant.log, home.edge.log):
        assert "Traceback" not in log
