"""The timeline in a real browser: what a real camera sees shows up as it happens, with its recording."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from playwright.async_api import Page, expect
import pytest
import pytest_asyncio

from tests.support.rtsp import Clip
from tests.support.ui import DESK, PHONE, AppPage, Scheme
from tests.support.watched import WatchedHome, complaints, desk, watched_home

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

STREET = Clip(width=640, height=480)
"""People walk through the picture all the time."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WatchedHome]:
    """A home whose camera looks at a street."""
    async with watched_home(tmp_path_factory.mktemp("home"), {"/street": STREET}) as home:
        yield home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(home: WatchedHome, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppPage]:
    """The edge's page on a phone's screen."""
    async with desk(home.edge, shots, tmp_path_factory.mktemp("profile")) as app:
        yield app


async def loaded(page: Page, picture: str) -> None:
    """Wait until a picture of the API is shown."""
    image = page.locator(f"{picture} img").first
    await image.wait_for()
    await page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=await image.element_handle())


async def recorded(home: WatchedHome) -> None:
    """Wait until two seconds of the first visit are recorded."""
    event = (await home.api.get("events"))["events"][-1]["id"]
    async with asyncio.timeout(30):
        while True:
            # Right at the beginning there is nothing yet: 404.
            with suppress(RuntimeError):
                if (await home.api.get(f"events/{event}/clip"))["duration"] >= 2:
                    return
            await asyncio.sleep(0.2)


async def test_it_says_what_to_do_while_it_is_empty(app: AppPage) -> None:
    """There is no camera that looks for anything yet."""
    await app.page.get_by_role("link", name="Timeline").click()
    await expect(app.page.get_by_role("heading", name="Nothing has happened yet")).to_be_visible()
    await expect(app.page.get_by_text("No camera looks for anything now")).to_be_visible()
    assert await app.violations() == []


async def test_what_a_camera_sees_shows_up_as_it_happens(home: WatchedHome, app: AppPage) -> None:
    """A person, with camera, time and picture, without a touch of the screen."""
    page = app.page
    camera = await home.add("Street", "/street")
    row = page.get_by_role("listitem").filter(has_text="Person").first
    await expect(row).to_be_visible(timeout=60_000)
    await expect(row).to_contain_text("Street")
    await loaded(page, "am-visit-row")
    await expect(page.get_by_role("heading", name="Today")).to_be_visible()
    await recorded(home)
    # From here on what there is stays as it is.
    await home.api.patch(f"cameras/{camera}", {"enabled": False})
    await home.until(camera, lambda camera: camera["active"] == [])


async def test_an_event_shows_its_recording_and_its_picture(home: WatchedHome, app: AppPage) -> None:
    """The recording plays; the frame lies where the edge says, on the picture as it is."""
    page = app.page
    await page.get_by_role("listitem").filter(has_text="Person").get_by_role("link").last.click()
    await expect(page.get_by_role("group", name="Recording: Person in front of Street")).to_be_visible()
    await page.wait_for_function("video => video.currentTime > 0", arg=await page.locator("am-clip video").element_handle())
    await app.shot("event-recording")
    await page.get_by_role("button", name="Picture", exact=True).click()
    await loaded(page, "am-event-screen am-picture")
    event = await home.api.get(f"events/{page.url.rpartition('/')[2]}")
    picture = await page.locator("am-event-screen figure").bounding_box()
    frame = await page.locator("am-event-screen rect:not(.edge)").bounding_box()
    assert picture
    assert frame
    left, top, right, bottom = event["box"]
    assert picture["width"] / picture["height"] == pytest.approx(STREET.width / STREET.height, rel=0.01)
    assert frame["x"] - picture["x"] == pytest.approx(left * picture["width"], abs=4)
    assert frame["y"] - picture["y"] == pytest.approx(top * picture["height"], abs=4)
    assert frame["width"] == pytest.approx((right - left) * picture["width"], abs=6)
    assert frame["height"] == pytest.approx((bottom - top) * picture["height"], abs=6)
    await expect(page.get_by_text(f"{round(event['score'] * 100)} %")).to_be_visible()
    await page.get_by_role("button", name="Show where").click()
    await expect(page.locator("am-event-screen rect")).to_have_count(0)
    assert await app.violations() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_the_screens_can_be_read_by_everybody(
    home: WatchedHome, shots: Path, tmp_path: Path, scheme: Scheme, size: tuple[int, int]
) -> None:
    """axe-core finds nothing, in light and dark, on a phone and on a desk; nothing is complained about in the console."""
    async with desk(home.edge, shots, tmp_path, scheme, size) as app:
        await app.page.goto(f"{home.edge.page}#/home/here/timeline")
        await loaded(app.page, "am-visit-row")
        await app.shot("timeline")
        assert await app.violations() == []
        await app.page.locator("am-visit-row a").first.click()
        await expect(app.page.get_by_role("group", name="Recording: ")).to_be_visible()
        await app.shot("event")
        assert await app.violations() == []
        assert complaints(app) == []
