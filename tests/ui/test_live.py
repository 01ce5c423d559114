"""Live video in a real browser, from a real RTSP camera through the edge: it moves, it stops for privacy, and it heals."""

from collections.abc import AsyncIterator
from pathlib import Path
import re

from playwright.async_api import Page, expect
import pytest
import pytest_asyncio

from tests.support.browser import moving_video
from tests.support.rtsp import Clip
from tests.support.ui import DESK, PHONE, AppPage, Scheme
from tests.support.watched import WatchedHome, complaints, desk, watched_home

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

DOOR = Clip(width=640, height=360, filter="crop=576:324:100:150", audio="aac")

# What a page is told when the person looks at another app, and back.
_LOOK = """state => {
    Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WatchedHome]:
    """A home whose only camera is at /door."""
    async with watched_home(tmp_path_factory.mktemp("home"), {"/door": DOOR}) as home:
        yield home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def door(home: WatchedHome) -> str:
    """The camera at the front door, online."""
    camera = await home.add("Front door", "/door")
    await home.until(camera, lambda camera: camera["status"]["state"] == "online")
    return camera


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(home: WatchedHome, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppPage]:
    """The edge's page on a phone's screen."""
    async with desk(home.edge, shots, tmp_path_factory.mktemp("profile")) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="module")
async def app(window: AppPage, door: str) -> AppPage:
    """The page, as it is after it was loaded anew."""
    await window.page.goto(window.page.url.partition("#")[0])
    await window.page.reload()
    return window


async def open_door(app: AppPage) -> None:
    """Go from the cameras to the one at the front door."""
    await app.page.get_by_role("link", name="Front door").click()
    await app.page.get_by_role("heading", name="Front door", level=1).wait_for()


async def shows_a_picture(page: Page, selector: str) -> None:
    """Wait until an image has loaded something."""
    image = page.locator(selector).first
    await image.wait_for()
    await page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=await image.element_handle())


async def test_the_camera_is_shown_and_leads_to_live_video_with_sound(home: WatchedHome, door: str, app: AppPage) -> None:
    """From the still picture to the moving one, which comes directly; leaving ends the session at the edge."""
    page = app.page
    await shows_a_picture(page, "am-camera-tile img")
    await open_door(app)
    video = await moving_video(page)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    assert await video.evaluate("video => video.muted")
    await page.get_by_role("button", name="Turn the sound on").click()
    assert not await video.evaluate("video => video.muted || video.paused")
    heard = await video.evaluate("video => video.srcObject.getAudioTracks().map(track => track.readyState)")
    assert heard == ["live"]

    await page.get_by_role("button", name="Connection details").click()
    await expect(page.get_by_text("640 × 360", exact=True)).to_be_visible()
    await expect(page.locator("am-live-stats").get_by_text("Direct", exact=True)).to_be_visible()
    assert (await home.api.get(f"cameras/{door}"))["status"]["viewers"] == 1

    await page.get_by_role("link", name="Back").click()
    await home.until(door, lambda camera: camera["status"]["viewers"] == 0)
    assert app.hosts == {home.edge.page.split("/")[2]}


async def test_the_full_screen_is_entered_and_left(app: AppPage) -> None:
    """By the same button."""
    await open_door(app)
    await moving_video(app.page)
    await app.page.get_by_role("button", name="Full screen").click()
    await app.page.wait_for_function("document.fullscreenElement !== null")
    await app.page.get_by_role("button", name="Leave full screen").click()
    await app.page.wait_for_function("document.fullscreenElement === null")
    await moving_video(app.page)


async def test_a_page_that_nobody_sees_lets_go_of_the_camera(home: WatchedHome, door: str, app: AppPage) -> None:
    """And takes it up again when it is seen."""
    await open_door(app)
    await moving_video(app.page)
    await app.page.evaluate(_LOOK, "hidden")
    await home.until(door, lambda camera: camera["status"]["viewers"] == 0)
    await app.page.evaluate(_LOOK, "visible")
    await moving_video(app.page)
    await expect(app.page.get_by_text("Live", exact=True)).to_be_visible()


async def test_a_camera_that_fails_says_why_and_comes_back_by_itself(home: WatchedHome, door: str, app: AppPage) -> None:
    """The last picture stays, greyed, and is not called live."""
    page = app.page
    await open_door(app)
    await moving_video(page)
    await home.camera.stop()
    try:
        await expect(page.get_by_text("Not reachable")).to_be_visible()
        await expect(page.get_by_text("Live", exact=True)).to_be_hidden()
        await expect(page.get_by_text(re.compile("refuses the connection"))).to_be_visible()
        await shows_a_picture(page, "am-live-video img.poster")
        await app.shot("camera-unreachable")
        await page.get_by_role("link", name="Back").click()
        await expect(page.get_by_role("link", name="Front door")).to_contain_text("Not reachable")
        await open_door(app)
    finally:
        await home.camera.start()
    await moving_video(page)
    await expect(page.get_by_text("Not reachable")).to_be_hidden()


async def test_the_privacy_switch_lets_go_of_the_camera(home: WatchedHome, door: str, app: AppPage) -> None:
    """Nobody sees anything while it is off, not even the last picture; on again, the live picture comes."""
    page = app.page
    await open_door(app)
    await moving_video(page)
    switch = page.get_by_role("switch", name="Camera on")
    await switch.click()
    await expect(page.get_by_text("Switched off")).to_be_visible()
    camera = await home.until(door, lambda camera: camera["status"]["state"] == "disabled")
    assert not camera["enabled"]
    assert camera["status"]["viewers"] == 0
    await expect(page.locator("am-live-video img.poster")).to_be_hidden()
    await app.shot("camera-off")
    await page.get_by_role("link", name="Back").click()
    await expect(page.get_by_role("link", name="Front door")).to_contain_text("Switched off")
    await expect(page.locator("am-camera-tile img")).to_be_hidden()
    await open_door(app)
    await switch.click()
    await moving_video(page)


async def test_what_to_look_for_is_chosen(home: WatchedHome, door: str, app: AppPage) -> None:
    """Each choice counts at once."""
    page = app.page
    await open_door(app)
    await page.get_by_text("What to look for").click()
    await page.get_by_role("button", name="Dog").click()
    await home.until(door, lambda camera: camera["detection"]["labels"].get("dog") == 0.5)
    await page.get_by_role("slider", name="How sure of: Dog").fill("80")
    await home.until(door, lambda camera: camera["detection"]["labels"].get("dog") == 0.8)
    await app.shot("camera-labels")
    assert await app.violations() == []
    await page.get_by_role("button", name="Dog").click()
    await home.until(door, lambda camera: "dog" not in camera["detection"]["labels"])
    await page.get_by_role("switch", name="Detection").click()
    await home.until(door, lambda camera: not camera["detection"]["enabled"])
    await expect(page.get_by_text("What to look for")).to_be_hidden()
    await page.get_by_role("switch", name="Detection").click()
    await home.until(door, lambda camera: camera["vision"]["state"] == "running")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_the_screens_can_be_read_by_everybody(
    home: WatchedHome, door: str, shots: Path, tmp_path: Path, scheme: Scheme, size: tuple[int, int]
) -> None:
    """axe-core finds nothing, in light and dark, on a phone and on a desk; nothing is complained about in the console."""
    async with desk(home.edge, shots, tmp_path, scheme, size) as app:
        await shows_a_picture(app.page, "am-camera-tile img")
        await app.shot("cameras")
        assert await app.violations() == []
        await open_door(app)
        await moving_video(app.page)
        await app.shot("camera")
        assert await app.violations() == []
        await app.page.goto(f"{home.edge.page}#/home/here/cameras/none")
        await expect(app.page.get_by_text("This camera is not there")).to_be_visible()
        assert await app.violations() == []
        assert complaints(app) == []
