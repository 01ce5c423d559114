"""Plug and play: a phone is paired at home by a code, carried away, and shows the home from there until the owner removes it.

One story in the order of the tests, in a lab of real networks: home and phone behind their routers, the registrar and coturn on the public
network; the edge, Home Assistant and the camera inside the home; the app in the phone's browser.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
import time
from typing import Any

import pytest
import pytest_asyncio

from tests.support.coturn import Coturn
from tests.support.edge import EdgeApi
from tests.support.homeassistant import User
from tests.support.household import Household
from tests.support.netlab import REGISTRAR, NetLab, net_lab
from tests.support.phone_page import PhonePage, phone_page
from tests.support.registrar import Registrar
from tests.support.rtsp import Clip, RtspServer
from tests.support.ui import build

pytestmark = pytest.mark.asyncio(loop_scope="module")

USER = User("Ada", "ada", "Ada's own password")
CAMERA = "Front yard"


@pytest.fixture(scope="module")
def lab() -> Iterator[NetLab]:
    """The networks; the tests themselves are at home."""
    with net_lab() as lab, lab.site("cone", 2).inside():
        yield lab


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def registrar(lab: NetLab, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Registrar]:
    """The registrar, which serves the app, and coturn beside it."""
    build()
    coturn = Coturn(tmp_path_factory.mktemp("coturn"), lab.server)
    coturn.start()
    stun = [word for url in coturn.stun_urls for word in ("--stun", url)]
    turn = [word for url in coturn.turn_urls for word in ("--turn", url)]
    options = ("--ui", *stun, *turn, "--turn-secret-file", coturn.secret_file)
    registrar = Registrar(tmp_path_factory.mktemp("registrar"), *options, host=REGISTRAR, port=80)
    with lab.server.inside():
        registrar.child.start()
    await registrar.ready()
    yield registrar
    registrar.child.stop()
    coturn.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(registrar: Registrar, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Household]:
    """The home, with its camera in Home Assistant."""
    camera = RtspServer({"/live": Clip()})
    directory = tmp_path_factory.mktemp("home")
    async with Household(directory, camera, USER, registrars=[registrar.url]) as household:
        await household.start()
        await household.add_camera(await household.add_integration(), CAMERA)
        yield household


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(home: Household) -> EdgeApi:
    """The edge's API."""
    return EdgeApi(home.edge, await home.edge.create_token("The test"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phone(
    lab: NetLab, registrar: Registrar, tmp_path_factory: pytest.TempPathFactory, shots: Path
) -> AsyncIterator[PhonePage]:
    """A phone in the home's own network."""
    profile = tmp_path_factory.mktemp("phone")
    async with phone_page(profile, lab.neighbour("cone", 2), shots / "plug-and-play", secure=[registrar.url]) as page:
        yield page


async def test_the_phone_is_paired_at_home_by_a_code(
    home: Household, edge: EdgeApi, phone: PhonePage, registrar: Registrar
) -> None:
    """The app finds the home that waits for a phone on this network, and six digits are all that it needs."""
    pairing = await edge.post("pairing", {"role": "owner", "cameras": None, "method": "any"})
    await phone.page.goto(registrar.url)
    await phone.page.locator(".nearby button").first.wait_for()
    await phone.shot("nearby")
    await phone.pair_by_code(registrar.url, pairing["code"])
    await phone.shot("paired")
    await phone.open_cameras()
    await phone.page.get_by_text(CAMERA).first.wait_for()
    await phone.shot("cameras")


async def test_it_shows_the_live_picture_from_elsewhere(lab: NetLab, phone: PhonePage) -> None:
    """Carried into a mobile network in mid-view, the phone connects anew by itself, and the video moves again."""
    await phone.watch(CAMERA)
    lab.roam(lab.neighbour("cone", 2), "cgnsym", 1)
    await phone.connected(times=2)
    await phone.moving_video()
    await phone.shot("live-from-elsewhere")


async def test_it_shows_what_happened(phone: PhonePage, edge: EdgeApi) -> None:
    """The timeline has the people that were seen, with their pictures."""
    await phone.page.get_by_role("link", name="Timeline").first.click()
    picture = phone.page.locator("am-timeline-screen img").first
    await picture.wait_for()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    await phone.shot("timeline")


async def test_it_calls_out_what_happens(phone: PhonePage) -> None:
    """While the app is open, a new visit shows on top of whatever is on the screen, and leads to its event."""
    alert = phone.page.locator("am-alert-toast a")
    await alert.wait_for(timeout=60_000)
    await phone.shot("alert")
    await alert.click()
    await phone.page.locator("am-event-screen").get_by_text(CAMERA).first.wait_for()
    await phone.shot("event")


async def test_it_plays_what_was_recorded(phone: PhonePage) -> None:
    """The event that is open shows its clip, which comes from home over the data channel."""
    await phone.page.locator("am-event-screen am-clip").wait_for(timeout=30_000)
    await phone.moving_video()
    await phone.shot("clip")


async def test_it_stars_and_deletes(phone: PhonePage, edge: EdgeApi) -> None:
    """A star is kept at home; a deletion can be undone for a while, and then the event is gone there as well."""
    opened = phone.page.url
    event_id = opened.partition("/timeline/")[2].partition("?")[0]
    screen = phone.page.locator("am-event-screen")
    await screen.get_by_role("button", name="Keep with a star").click()
    await _until(edge, f"events/{event_id}", lambda event: event["starred"])
    await screen.get_by_role("button", name="Delete", exact=True).click()
    await phone.page.get_by_role("button", name="Undo").click()
    assert (await edge.get(f"events/{event_id}"))["starred"]
    await phone.page.goto(opened)
    await screen.get_by_role("button", name="Delete", exact=True).click()
    await _until(edge, "events?limit=200", lambda page: all(event["id"] != event_id for event in page["events"]))


async def _until(edge: EdgeApi, path: str, true: Callable[[dict[str, Any]], bool]) -> None:
    async with asyncio.timeout(20):
        while not true(await edge.get(path)):
            await asyncio.sleep(0.2)


async def test_its_owner_removes_it_in_home_assistant(
    home: Household, phone: PhonePage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Deleting the phone's device in Home Assistant puts the phone out at once, and it says so."""
    devices = await home.api.command("config/device_registry/list")
    device = next(device for device in devices if device["model"] == "Phone")
    began = time.monotonic()
    await home.api.command(
        "config/device_registry/remove_config_entry", device_id=device["id"], config_entry_id=device["config_entries"][0]
    )
    await phone.page.get_by_text("This phone was removed").first.wait_for()
    with capsys.disabled():
        print(f"\n  out {time.monotonic() - began:.2f} s after it was removed in Home Assistant")
    await phone.shot("removed")
    assert "Traceback" not in home.edge.log
