"""The clip player and the recordings of a day in a real browser, with what a real edge has recorded of a real RTSP camera."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
import re
from typing import Any

from playwright.async_api import Locator, Page, expect
import pytest
import pytest_asyncio

from tests.support.browser import moving_video
from tests.support.rtsp import Clip
from tests.support.ui import DESK, PHONE, TIMEOUT, AppPage, Scheme
from tests.support.watched import WatchedHome, complaints, desk, watched_home

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

STREET = Clip(width=640, height=480, audio="aac")
SECONDS = 14
"""Of footage that there is at first."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WatchedHome]:
    """A home whose camera looks at a street."""
    async with watched_home(tmp_path_factory.mktemp("home"), {"/street": STREET}) as home:
        yield home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def camera(home: WatchedHome) -> str:
    """The camera, which records all the time, after some seconds."""
    detection = {"enabled": False, "fps": 5, "labels": {"person": 0.5}}
    camera = await home.add("Street", "/street", detection=detection, recording={"mode": "continuous"})
    async with asyncio.timeout(60):
        while await recorded(home, camera) < SECONDS:
            await asyncio.sleep(0.5)
    return camera


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def event(home: WatchedHome, camera: str) -> dict[str, Any]:
    """Ten seconds of it that somebody has marked."""
    start = datetime.now(UTC) - timedelta(seconds=SECONDS - 1)
    mark = {"camera_id": camera, "label": "person", "start": start.isoformat(), "seconds": 8}
    marked: dict[str, Any] = await home.api.post("events", mark)
    return marked


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(home: WatchedHome, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppPage]:
    """The edge's page on a phone's screen."""
    async with desk(home.edge, shots, tmp_path_factory.mktemp("profile")) as app:
        yield app


async def recorded(home: WatchedHome, camera: str) -> float:
    """The seconds of a camera's recordings of the last hour."""
    spans = await home.api.get(f"recordings?camera={camera}&start={ago(3600)}&end={ago(-60)}")
    return sum(
        (datetime.fromisoformat(span["end"]) - datetime.fromisoformat(span["start"])).total_seconds() for span in spans["spans"]
    )


def ago(seconds: float) -> str:
    """A time, as the API has them in queries."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


async def show(app: AppPage, path: str) -> None:
    """Load the app anew at a path of the home."""
    base = app.page.url.partition("#")[0]
    await app.page.goto("about:blank")
    await app.page.goto(f"{base}#/home/here/{path}")


async def position(video: Locator) -> float:
    """Where the video is, in seconds."""
    at: float = await video.evaluate("video => video.currentTime")
    return at


async def until(video: Locator, true: str, argument: float | None = None) -> None:
    """Wait until something is true of the video."""
    script = f"([video, argument]) => {true}"
    await video.page.wait_for_function(script, arg=[await video.element_handle(), argument], timeout=TIMEOUT)


def bar(page: Page) -> Locator:
    """The bar to scrub along."""
    return page.get_by_role("slider", name="Place in the recording")


async def play(app: AppPage, event: dict[str, Any]) -> Locator:
    """Open an event; its video, once that moves."""
    await show(app, f"timeline/{event['id']}")
    await bar(app.page).wait_for()
    if await app.page.get_by_role("button", name="Play", exact=True).count():
        await app.page.get_by_role("button", name="Play", exact=True).first.click()
    return await moving_video(app.page)


async def test_an_event_is_played_sought_through_and_played_again(event: dict[str, Any], window: AppPage) -> None:
    """From its page, with sound, to its end."""
    page = window.page
    video = await play(window, event)
    length: float = await video.evaluate("video => video.duration")
    assert length >= 8
    await bar(page).fill(str(length - 3))
    await until(video, "!video.seeking && video.currentTime >= argument", length - 3)
    await page.get_by_role("button", name="Turn the sound on").click()
    assert not await video.evaluate("video => video.muted")
    await page.get_by_role("button", name="Play again").click()
    await until(video, "!video.paused && video.currentTime > 0.2 && video.currentTime < argument", length - 3)
    await page.get_by_role("button", name="Turn the sound off").click()


async def test_keys_steer_it(event: dict[str, Any], window: AppPage) -> None:
    """Space, arrows, single pictures, speed, sound and the full screen."""
    page = window.page
    video = await play(window, event)
    await page.get_by_role("button", name="Pause").focus()
    await page.keyboard.press("k")
    await until(video, "video.paused")
    await page.keyboard.press("Home")
    await until(video, "!video.seeking && video.currentTime === 0")
    await page.keyboard.press("ArrowRight")
    await until(video, "!video.seeking && video.currentTime === 5")
    await page.keyboard.press("ArrowLeft")
    await until(video, "!video.seeking && video.currentTime === 0")
    for _ in range(3):
        before = await position(video)
        await page.keyboard.press(".")
        await until(video, "!video.seeking && video.currentTime > argument", before)
    assert 0.15 < await position(video) < 1
    before = await position(video)
    await page.keyboard.press(",")
    await until(video, "!video.seeking && video.currentTime < argument", before)
    await page.keyboard.press(">")
    assert await video.evaluate("video => video.playbackRate") == 1.5
    await page.get_by_role("combobox", name="Speed").select_option("8×")
    assert await video.evaluate("video => video.playbackRate") == 8
    await page.get_by_role("button", name="Play", exact=True).focus()
    await page.keyboard.press("f")
    await page.wait_for_function("document.fullscreenElement !== null")
    await window.shot("clip-full-screen")
    await page.keyboard.press("f")
    await page.wait_for_function("document.fullscreenElement === null")
    await page.keyboard.press("k")
    await until(video, "video.ended")


async def test_it_heals_when_the_network_is_away_for_a_while(event: dict[str, Any], window: AppPage) -> None:
    """It says so, and goes on from the same place."""
    page = window.page

    async def away(route: Any) -> None:
        await route.abort("connectionfailed")

    pattern = re.compile(r"/clip(\.mp4)?(\?|$)")
    await page.route(pattern, away)
    await show(window, f"timeline/{event['id']}")
    try:
        await expect(page.get_by_text("The connection is lost. It goes on by itself.")).to_be_visible()
        await window.shot("clip-lost")
    finally:
        await page.unroute(pattern)
    await bar(page).wait_for()
    await expect(page.get_by_text("The connection is lost")).to_be_hidden()


async def test_it_is_downloaded_as_one_file(event: dict[str, Any], window: AppPage, tmp_path: Path) -> None:
    """With a name that says what it is."""
    page = window.page
    await play(window, event)
    async with page.expect_download() as download:
        await page.get_by_role("button", name=re.compile("^Download")).click()
    file = await download.value
    assert re.fullmatch(r"Street \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d person\.mp4", file.suggested_filename)
    await file.save_as(tmp_path / "clip.mp4")
    kinds, seconds = await asyncio.to_thread(decode, tmp_path / "clip.mp4")
    assert kinds == {"video", "audio"}
    assert seconds >= 8


def decode(path: Path) -> tuple[set[str], float]:
    """Decode a file: the kinds of its streams, and how long its pictures go (s)."""
    import av

    with av.open(str(path)) as container:
        times = [float(frame.time) for frame in container.decode(video=0) if frame.time is not None]
        return {stream.type for stream in container.streams}, times[-1] - times[0]


async def test_the_recordings_are_scrubbed_through(
    camera: str, event: dict[str, Any], home: WatchedHome, window: AppPage
) -> None:
    """A picture while the finger moves, then the video from there; events are jumped to, and what plays goes on growing."""
    page = window.page
    await show(window, f"cameras/{camera}")
    await page.get_by_role("link", name="Recordings").click()
    line = page.get_by_role("slider", name="Time", exact=True)
    await line.wait_for()
    await page.get_by_role("button", name="Play", exact=True).first.click()
    video = await moving_video(page)
    await window.shot("recordings")

    box = await line.bounding_box()
    assert box
    for _ in range(5):
        await page.get_by_role("button", name="Show less time").click()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x - 10, y, steps=3)
    await page.mouse.move(x - 20, y, steps=3)
    await page.locator(".preview img").wait_for()
    await window.shot("recordings-scrubbing")
    assert await video.evaluate("video => video.paused")
    await page.mouse.up()
    await expect(page.locator(".preview")).to_have_count(0)
    await until(video, "!video.paused && !video.seeking && video.readyState >= 3")

    await page.get_by_role("button", name="Event before").click()
    start = datetime.fromisoformat(event["start"])
    await expect(line).to_have_attribute("aria-valuenow", re.compile(rf"{seconds_of_day(start)}|{seconds_of_day(start) + 1}"))
    await until(video, "!video.paused && !video.seeking && video.readyState >= 3")

    before = await recorded(home, camera)
    await line.press("ArrowRight")
    async with asyncio.timeout(60):
        while await recorded(home, camera) < before + 5:
            await asyncio.sleep(0.5)
    assert await app_is_well(window)


def seconds_of_day(time: datetime) -> int:
    """Seconds since midnight on this machine's clock."""
    local = time.astimezone()
    return local.hour * 3600 + local.minute * 60 + local.second


async def app_is_well(app: AppPage) -> bool:
    """Whether axe-core finds nothing, and nothing is wider than the window. Raises AssertionError with what it found."""
    assert await app.violations() == []
    return not await app.page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_a_part_of_the_day_is_saved(camera: str, event: dict[str, Any], window: AppPage, tmp_path: Path) -> None:
    """Its size is told beforehand, and is that of the file."""
    page = window.page
    await show(window, f"cameras/{camera}/recordings?at={event['start']}")
    await moving_video(page)
    await page.get_by_role("button", name="Save or share a part").click()
    panel = page.get_by_role("region", name="Chosen part")
    await expect(panel.get_by_text(re.compile(r"\d (kB|MB)"))).to_be_visible()
    handle = page.get_by_role("slider", name="Start of the chosen part")
    before = int(await handle.get_attribute("aria-valuenow") or 0)
    await handle.press("Shift+ArrowRight")
    await expect(handle).to_have_attribute("aria-valuenow", str(before + 10))
    await expect(panel.get_by_text(re.compile(r"0:50 · \d.* (kB|MB)"))).to_be_visible()
    await window.shot("recordings-range")
    assert await app_is_well(window)
    async with page.expect_download() as download:
        await panel.get_by_role("button", name="Save as MP4").click()
    file = await download.value
    await file.save_as(tmp_path / "part.mp4")
    kinds, seconds = await asyncio.to_thread(decode, tmp_path / "part.mp4")
    assert "video" in kinds
    assert seconds > 5


async def test_a_day_without_recordings_says_so(camera: str, window: AppPage) -> None:
    """And what to do about it."""
    await show(window, f"cameras/{camera}/recordings?at=2020-02-02T12:00:00Z")
    await expect(window.page.get_by_role("heading", name=re.compile("Nothing is recorded on"))).to_be_visible()
    await window.shot("recordings-empty")
    assert await app_is_well(window)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_the_screens_can_be_read_by_everybody(
    home: WatchedHome, camera: str, event: dict[str, Any], shots: Path, tmp_path: Path, scheme: Scheme, size: tuple[int, int]
) -> None:
    """axe-core finds nothing, in light and dark, on a phone and on a desk; nothing is complained about in the console."""
    async with desk(home.edge, shots, tmp_path, scheme, size) as app:
        await show(app, f"cameras/{camera}/recordings?at={event['start']}")
        await moving_video(app.page)
        await app.shot("recordings")
        assert await app_is_well(app)
        await play(app, event)
        await app.shot("clip")
        assert await app_is_well(app)
        assert complaints(app) == []


async def test_recordings_are_deleted_for_good(home: WatchedHome, camera: str, window: AppPage) -> None:
    """An administrator deletes a part: nothing of it is left to play."""
    page = window.page
    await home.api.patch(f"cameras/{camera}", {"recording": {"mode": "off"}})
    await home.until(camera, lambda camera: camera["status"]["recording"] == "off")
    spans = (await home.api.get(f"recordings?camera={camera}&start={ago(3600)}&end={ago(-60)}"))["spans"]
    first = datetime.fromisoformat(spans[0]["start"]) + timedelta(seconds=1)
    await show(window, f"cameras/{camera}/recordings?at={first.isoformat().replace('+00:00', 'Z')}")
    await moving_video(page)
    await page.get_by_role("button", name="Save or share a part").click()
    panel = page.get_by_role("region", name="Chosen part")
    await panel.get_by_role("button", name="Delete").click()
    await page.locator("am-dialog").get_by_role("button", name="Delete").click()
    await expect(panel).to_be_hidden()
    left = (await home.api.get(f"recordings?camera={camera}&start={ago(3600)}&end={ago(-60)}"))["spans"]
    assert all(datetime.fromisoformat(span["start"]) > first for span in left)
