"""What takes room, its limits, and what is recorded of a camera, in a real browser with a real edge that records a real camera."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import re

from playwright.async_api import expect
import pytest
import pytest_asyncio

from tests.support.rtsp import Clip
from tests.support.ui import DESK, PHONE, AppPage, Scheme
from tests.support.watched import WatchedHome, complaints, desk, watched_home

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

STREET = Clip(width=640, height=480)
GB = 1_000_000_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WatchedHome]:
    """A home whose camera looks at a street."""
    async with watched_home(tmp_path_factory.mktemp("home"), {"/street": STREET}) as home:
        yield home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def camera(home: WatchedHome) -> str:
    """The camera, which has recorded some seconds."""
    detection = {"enabled": False, "fps": 5, "labels": {"person": 0.5, "car": 0.5}}
    camera = await home.add("Street", "/street", detection=detection, recording={"mode": "continuous"})
    async with asyncio.timeout(60):
        while (await home.api.get("storage"))["recordings_bytes"] == 0:
            await asyncio.sleep(0.5)
    await home.api.post("events", {"camera_id": camera, "label": "person", "seconds": 1})
    return camera


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(home: WatchedHome, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppPage]:
    """The edge's page on a phone's screen."""
    async with desk(home.edge, shots, tmp_path_factory.mktemp("profile")) as app:
        yield app


async def show(app: AppPage, path: str) -> None:
    """Load the app anew at a path of the home."""
    base = app.page.url.partition("#")[0]
    await app.page.goto("about:blank")
    await app.page.goto(f"{base}#/home/here/{path}")


async def test_it_says_what_takes_room(camera: str, window: AppPage) -> None:
    """By camera, and of what there is room for."""
    await show(window, "storage")
    shares = window.page.get_by_role("list", name="By camera").get_by_role("listitem")
    await expect(shares.filter(has_text="Street")).to_contain_text(re.compile(r"\d (kB|MB)"))
    await expect(shares.filter(has_text="Free")).to_contain_text(re.compile(r"\d (MB|GB|TB)"))
    kinds = window.page.get_by_role("list", name="Recordings and pictures").get_by_role("listitem")
    await expect(kinds.filter(has_text="Recordings")).to_contain_text(re.compile(r"[1-9]\d* (kB|MB)|\d\.\d (kB|MB)"))
    await expect(window.page.get_by_text(re.compile("room", re.IGNORECASE)).first).to_be_visible()


async def test_limits_are_set_and_lifted(home: WatchedHome, camera: str, window: AppPage) -> None:
    """In GB; what can't be is refused beside its field."""
    page = window.page
    await show(window, "storage")
    await page.get_by_role("switch", name="Take only so much").click()
    most = page.get_by_label("At most, in GB")
    await most.fill("0.01")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("At least 0.1 GB")).to_be_visible()
    await most.fill("25")
    await page.get_by_label("Leave free, in GB").fill("0.5")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text(re.compile("of 25 GB"))).to_be_visible()
    assert (await home.api.get("storage"))["settings"] == {"max_bytes": 25 * GB, "min_free_bytes": GB // 2}
    await page.get_by_role("switch", name="Take only so much").click()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text(re.compile("of 25 GB"))).to_be_hidden()
    assert (await home.api.get("storage"))["settings"]["max_bytes"] is None


async def test_what_is_recorded_is_chosen_at_the_camera(home: WatchedHome, camera: str, window: AppPage) -> None:
    """Each choice counts at once, and what it takes is told."""
    page = window.page
    await show(window, f"cameras/{camera}")
    await expect(page.get_by_role("radio", name=re.compile("^Always"))).to_be_checked()
    await page.get_by_label("Keep the rest").select_option("7 days")
    await home.until(camera, lambda camera: camera["recording"]["footage_days"] == 7)
    await page.get_by_role("radio", name=re.compile("^Events")).check()
    await home.until(camera, lambda camera: camera["recording"]["mode"] == "events")
    await page.get_by_role("combobox", name=re.compile("^Before")).select_option("10 s")
    await page.get_by_role("combobox", name=re.compile("^After")).select_option("30 s")
    await page.get_by_label("Keep events").select_option("For ever")
    await home.until(camera, lambda camera: camera["recording"]["days"] == 0)
    await page.get_by_role("switch", name=re.compile("With sound")).click()
    await page.get_by_text("Longer or shorter for some").click()
    await page.get_by_role("combobox", name=re.compile("^Car")).select_option("3 days")
    chosen = (await home.until(camera, lambda camera: camera["recording"]["labels"] == {"car": 3}))["recording"]
    assert chosen == {
        "mode": "events",
        "pre_seconds": 10,
        "post_seconds": 30,
        "audio": False,
        "days": 0,
        "labels": {"car": 3},
        "footage_days": 7,
    }
    await expect(page.get_by_role("combobox", name=re.compile("^After"))).to_have_value("30")
    await expect(page.get_by_role("combobox", name=re.compile("^Car"))).to_have_value("3")
    await window.shot("recording-settings")
    assert await window.violations() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_the_screen_can_be_read_by_everybody(
    home: WatchedHome, camera: str, shots: Path, tmp_path: Path, scheme: Scheme, size: tuple[int, int]
) -> None:
    """axe-core finds nothing, in light and dark, on a phone and on a desk; nothing is complained about in the console."""
    async with desk(home.edge, shots, tmp_path, scheme, size) as app:
        await show(app, "storage")
        await app.page.get_by_role("list", name="By camera").wait_for()
        await app.shot("storage")
        assert await app.violations() == []
        assert not await app.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        await app.page.get_by_role("button", name="Erase…").click()
        await app.page.get_by_label("To go ahead").wait_for()
        await app.shot("storage-erase")
        assert await app.violations() == []
        assert complaints(app) == []


async def test_everything_is_erased_after_a_word_was_typed(home: WatchedHome, camera: str, window: AppPage) -> None:
    """Not before; afterwards there is neither event nor recording."""
    page = window.page
    await home.api.patch(f"cameras/{camera}", {"recording": {"mode": "off"}})
    assert (await home.api.get("events"))["events"] != []
    await show(window, "storage")
    await page.get_by_role("button", name="Erase…").click()
    sure = page.get_by_role("button", name="Erase for good")
    await expect(sure).to_be_disabled()
    await page.get_by_role("combobox", name=re.compile("^Of")).select_option("Street")
    await expect(page.get_by_text("Everything of Street is erased.")).to_be_visible()
    await page.get_by_label("To go ahead").fill("Erase")
    await sure.click()
    await expect(page.get_by_text(re.compile("1 event, .* freed"))).to_be_visible()
    assert (await home.api.get("events"))["events"] == []
    async with asyncio.timeout(30):
        while (await home.api.get("storage"))["recordings_bytes"]:
            await asyncio.sleep(0.5)
