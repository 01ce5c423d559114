"""The tuning view in a real browser: what a real edge sees of a real RTSP camera, live and on a recording, and why."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
import re
from typing import Any
from urllib.parse import urlencode

from playwright.async_api import Locator, Page, expect
import pytest
import pytest_asyncio

from tests.support.browser import moving_video
from tests.support.rtsp import Clip
from tests.support.ui import DESK, PHONE, AppPage, Scheme
from tests.support.watched import WatchedHome, complaints, desk, watched_home

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

STREET = Clip(width=640, height=480, seconds=30)
ZONE = {"name": "Lawn", "points": [[0.0, 0.5], [0.6, 0.5], [0.6, 1.0], [0.0, 1.0]]}
ANALYSIS = 90_000
"""Milliseconds that a busy machine may take to look at a recording again."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WatchedHome]:
    """A home whose camera looks at a street with people."""
    async with watched_home(tmp_path_factory.mktemp("home"), {"/street": STREET}) as home:
        yield home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def camera(home: WatchedHome) -> str:
    """The camera, which records all the time and looks for people."""
    detection = {"enabled": True, "fps": 5, "labels": {"person": 0.5}, "zones": [ZONE]}
    return await home.add("Street", "/street", detection=detection, recording={"mode": "continuous"})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def event(home: WatchedHome, camera: str) -> dict[str, Any]:
    """A person who walked by, and was recorded."""
    async with asyncio.timeout(120):
        while True:
            for event in (await home.api.get(f"events?camera={camera}&label=person"))["events"]:
                if event["end"] and event["clip"] and event["clip"]["end"]:
                    found: dict[str, Any] = event
                    return found
            await asyncio.sleep(0.5)


def moments(camera: str, event: dict[str, Any]) -> str:
    """Where the first seconds of an event are looked at again."""
    start = datetime.fromisoformat(event["start"])
    span = {"start": start, "end": start + timedelta(seconds=4)}
    return f"cameras/{camera}/tuning?{urlencode({name: f'{time:%Y-%m-%dT%H:%M:%S.%fZ}' for name, time in span.items()})}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(home: WatchedHome, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppPage]:
    """The edge's page on a phone's screen."""
    async with desk(home.edge, shots, tmp_path_factory.mktemp("profile")) as app:
        yield app


async def show(app: AppPage, path: str) -> None:
    """Load the app anew at a path of the home."""
    base = app.page.url.partition("#")[0]
    await app.page.goto("about:blank")
    await app.page.goto(f"{base}#/home/here/{path}")


async def is_well(app: AppPage) -> None:
    """Check that axe-core finds nothing, and that nothing is wider than the window."""
    assert await app.violations() == []
    assert not await app.page.evaluate("document.documentElement.scrollWidth > innerWidth")


def overlay(page: Page) -> Locator:
    """What is drawn over the picture."""
    return page.locator("am-looks-overlay")


def layer(page: Page, name: str) -> Locator:
    """The switch of a layer."""
    return page.get_by_role("group", name="Shown in the picture").get_by_role("button", name=name)


async def analysed(page: Page) -> Locator:
    """The objects of a recording, once all of it was looked at."""
    await expect(page.locator("am-past-tuning .summary")).to_be_visible(timeout=ANALYSIS)
    return page.get_by_role("list", name="Followed objects").get_by_role("listitem")


async def test_what_is_seen_now_is_drawn_and_told(home: WatchedHome, camera: str, app: AppPage) -> None:
    """Boxes over the live picture, in layers that can be switched, and a line in plain words for each object."""
    page = app.page
    await home.until(camera, lambda camera: camera["vision"]["state"] == "running")
    await show(app, f"cameras/{camera}")
    await page.get_by_role("link", name="What it sees, and why").click()
    await moving_video(page)
    await overlay(page).locator("rect.track").first.wait_for()
    await expect(overlay(page).locator("text.of-track").first).to_contain_text(re.compile(r"#\d+ Person \d+ %"))
    line = page.get_by_role("list", name="Seen now").get_by_role("listitem")
    await expect(line.filter(has_text=re.compile(r"Person \d+ % – reported")).first).to_be_visible()
    await expect(overlay(page).locator("am-zones-layer")).to_contain_text("Lawn")
    await app.shot("tuning-live")
    await is_well(app)

    for name, selector in {"Followed": "rect.track", "Found": "rect.found", "Motion": "rect.motion"}.items():
        await expect(layer(page, name)).to_have_attribute("aria-pressed", "true")
        await overlay(page).locator(selector).first.wait_for()
        await layer(page, name).click()
        await expect(overlay(page).locator(selector)).to_have_count(0)
    await layer(page, "Looked at").click()
    await overlay(page).locator("rect.regions").first.wait_for()
    await layer(page, "Zones").click()
    await expect(overlay(page).locator("am-zones-layer")).to_have_count(0)


async def test_a_camera_that_looks_for_nothing_says_so(home: WatchedHome, camera: str, app: AppPage) -> None:
    """And goes on once detection is on again."""
    page = app.page
    await show(app, f"cameras/{camera}/tuning")
    await overlay(page).locator("rect.track").first.wait_for()
    await home.api.patch(f"cameras/{camera}", {"detection": {"enabled": False}})
    await expect(page.get_by_text("Nothing is looked for now")).to_be_visible()
    await expect(overlay(page).locator("rect.track")).to_have_count(0)
    await home.api.patch(f"cameras/{camera}", {"detection": {"enabled": True}})
    await expect(page.get_by_text("Nothing is looked for now")).to_be_hidden()
    await overlay(page).locator("rect.track").first.wait_for()


async def test_an_event_tells_why_it_came_about(event: dict[str, Any], app: AppPage) -> None:
    """From its page, also from what a person said of it, to the recording with all that was seen in it."""
    page = app.page
    await show(app, f"timeline/{event['id']}")
    await page.get_by_role("button", name="Wrong").click()
    await expect(page.get_by_text("See what led to it")).to_be_visible()
    await app.shot("event-wrong")
    assert await app.violations() == []
    await page.get_by_role("link", name="Why did this alarm?").click()
    objects = await analysed(page)
    reported = objects.filter(has=page.get_by_text("Reported", exact=True)).first
    await expect(objects.filter(has_text="This event")).to_have_count(1)
    await expect(reported).to_contain_text(re.compile(r"Seen for \d+ seconds?, and up to \d+ % sure of it\."))
    await expect(page.locator("am-looks-plot path.score").first).to_be_attached()
    await expect(page.locator("am-looks-plot line.least")).to_be_attached()
    await expect(page.locator("am-looks-plot rect.awake").first).to_be_attached()
    await app.shot("tuning-past")
    await is_well(app)
    await page.get_by_role("link", name="Back").click()
    await page.wait_for_url(re.compile(f"timeline/{event['id']}"))


async def test_plot_and_objects_lead_to_what_was_seen(camera: str, event: dict[str, Any], app: AppPage) -> None:
    """A press on either shows that moment, with the boxes of then."""
    page = app.page
    await show(app, f"cameras/{camera}/tuning?event={event['id']}")
    objects = await analysed(page)
    video = page.locator("am-past-tuning video")
    plot = page.get_by_role("slider", name="Time in the recording")
    await page.get_by_role("button", name="Play", exact=True).first.click()
    await moving_video(page)
    await page.get_by_role("button", name="Pause").click()

    await plot.press("End")
    end = float(await plot.get_attribute("aria-valuemax") or 0)
    assert end >= 5
    await page.wait_for_function(
        "([video, least]) => !video.seeking && video.currentTime > least",
        arg=[await video.element_handle(), end / 2],
    )
    await objects.filter(has=page.get_by_text("Reported", exact=True)).first.get_by_role("button").click()
    await overlay(page).locator("rect.track").first.wait_for()
    await expect(page.locator("am-looks-plot path.chosen")).to_have_count(1)
    box = await plot.bounding_box()
    assert box
    await plot.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    await page.wait_for_function(
        "([plot, middle]) => Math.abs(Number(plot.getAttribute('aria-valuenow')) - middle) <= 1.5",
        arg=[await plot.element_handle(), end / 2],
    )
    await app.shot("tuning-moment")


async def test_settings_are_tried_compared_and_used(
    home: WatchedHome, camera: str, event: dict[str, Any], app: AppPage
) -> None:
    """Nothing changes for the camera until they are used."""
    page = app.page
    await show(app, moments(camera, event))
    await analysed(page)
    await page.get_by_role("slider", name="Smallest size: Person").fill("50")
    await page.get_by_role("button", name="Try on this recording").click()
    await expect(
        page.get_by_text(re.compile(r"With these settings nothing would be reported, without them \d+\."))
    ).to_be_visible(timeout=ANALYSIS)
    await expect(page.get_by_text("No longer reported", exact=True).first).to_be_visible()
    await app.shot("tuning-trial")
    await is_well(app)
    assert (await home.api.get(f"cameras/{camera}"))["detection"]["filters"] == {}

    await page.get_by_role("button", name="Reset").click()
    await expect(page.get_by_text("No longer reported", exact=True)).to_have_count(0)
    await page.get_by_role("slider", name="How sure: Person").fill("55")
    await page.get_by_role("switch", name="Always look").click()
    await page.get_by_role("button", name="Try on this recording").click()
    await page.get_by_role("button", name="Use these settings").click(timeout=ANALYSIS)
    kept = await home.until(camera, lambda camera: camera["detection"]["labels"] == {"person": 0.55})
    assert kept["detection"]["always"]
    assert [zone["name"] for zone in kept["detection"]["zones"]] == ["Lawn"]
    await expect(page.get_by_role("slider", name="How sure: Person")).to_have_value("55")


async def test_a_part_of_the_recordings_is_looked_at(camera: str, event: dict[str, Any], app: AppPage) -> None:
    """Also where nothing was reported; the way back leads to the same time."""
    page = app.page
    await show(app, f"cameras/{camera}/recordings?at={event['start']}")
    await page.get_by_role("button", name="Save or share a part").click()
    await page.get_by_role("link", name="What was seen in it").click()
    await expect(page.get_by_role("progressbar", name=re.compile("Your home looks at the recording"))).to_be_visible()
    await app.shot("tuning-part")
    await page.get_by_role("link", name="Back").click()
    await expect(page.get_by_role("slider", name="Time", exact=True)).to_be_visible()


async def test_what_was_not_recorded_can_not_be_looked_at_again(home: WatchedHome, camera: str, app: AppPage) -> None:
    """It says so, and leads to the live view."""
    page = app.page
    await show(app, f"cameras/{camera}/tuning?start=2020-02-02T12:00:00Z&end=2020-02-02T12:00:30Z")
    await expect(page.locator("am-past-tuning am-error").get_by_role("alert")).to_be_visible()
    await app.shot("tuning-nothing")
    await is_well(app)
    await show(app, f"cameras/{camera}/tuning?event=00000000-0000-0000-0000-000000000000")
    await page.get_by_role("link", name="See it live").click()
    await moving_video(page)


@pytest.mark.parametrize(("scheme", "size"), [("light", DESK), ("dark", PHONE)])
async def test_the_screens_can_be_read_by_everybody(
    home: WatchedHome, camera: str, event: dict[str, Any], shots: Path, tmp_path: Path, scheme: Scheme, size: tuple[int, int]
) -> None:
    """axe-core finds nothing, in light and dark, on a phone and on a desk; nothing is complained about in the console."""
    async with desk(home.edge, shots, tmp_path, scheme, size) as app:
        await show(app, f"cameras/{camera}/tuning")
        await moving_video(app.page)
        await overlay(app.page).locator("rect.track").first.wait_for()
        await app.shot("tuning")
        await is_well(app)
        await show(app, moments(camera, event))
        await analysed(app.page)
        await app.shot("tuning-event")
        await is_well(app)
        assert complaints(app) == []
