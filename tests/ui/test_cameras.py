"""Cameras are set up on the edge's page: tried live, with friendly reasons, and their passwords never come back."""

from collections.abc import AsyncIterator
from pathlib import Path
import re

from playwright.async_api import expect
import pytest
import pytest_asyncio

from tests.support.browser import moving_video
from tests.support.rtsp import Clip
from tests.support.ui import DESK, PHONE, AppPage, Scheme
from tests.support.watched import PASSWORD, USER, WatchedHome, complaints, desk, watched_home

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WatchedHome]:
    """A home with a camera at /door, which the edge does not know yet."""
    async with watched_home(tmp_path_factory.mktemp("home"), {"/door": Clip(width=640, height=360, audio="opus")}) as home:
        yield home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(home: WatchedHome, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppPage]:
    """The edge's page on a phone's screen."""
    async with desk(home.edge, shots, tmp_path_factory.mktemp("profile")) as app:
        yield app


async def test_a_home_without_cameras_says_what_to_do(app: AppPage) -> None:
    """One tap leads to the first camera."""
    page = app.page
    await expect(page.get_by_role("heading", name="No cameras yet")).to_be_visible()
    await app.shot("cameras-empty")
    assert await app.violations() == []
    await page.get_by_role("link", name="Add a camera").click()
    await expect(page.get_by_role("heading", name="Add a camera")).to_be_visible()
    await app.shot("camera-add")
    assert await app.violations() == []


async def test_what_is_wrong_is_said_where_it_is(home: WatchedHome, app: AppPage) -> None:
    """An address that is none, a camera that is not there, and a password that is refused."""
    page = app.page
    address = page.get_by_label("Address", exact=True)
    attempt = page.get_by_role("button", name=re.compile("Try"))
    await page.get_by_label("Name", exact=True).fill("Front door")
    await address.fill("ftp://nothing")
    await attempt.click()
    await expect(address).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_role("alert").filter(has_text=re.compile("rtsp://"))).to_be_visible()
    await app.shot("camera-add-invalid")

    await address.fill("rtsp://127.0.0.1:9/door")
    await expect(address).to_have_attribute("aria-invalid", "false")
    await attempt.click()
    await expect(page.get_by_role("alert").filter(has_text="The camera does not work yet")).to_be_visible()
    await expect(page.get_by_role("button", name="Add it anyway")).to_be_visible()

    await address.fill(home.camera.url("/door"))
    await page.get_by_label("User name").fill(USER)
    await page.get_by_label("Password", exact=True).fill("wrong")
    await attempt.click()
    password = page.get_by_label("Password", exact=True)
    await expect(password).to_have_attribute("aria-invalid", "true", timeout=30_000)
    await expect(page.get_by_role("alert").filter(has_text=re.compile("password", re.IGNORECASE))).to_be_visible()
    await app.shot("camera-add-refused")
    assert await app.violations() == []
    assert (await home.api.get("cameras"))["cameras"] == []


async def test_the_right_password_shows_the_picture_and_adds_the_camera(home: WatchedHome, app: AppPage) -> None:
    """With what the camera sends; then its live picture comes."""
    page = app.page
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name=re.compile("Try")).click()
    await expect(page.get_by_text("The camera works")).to_be_visible(timeout=30_000)
    picture = page.get_by_alt_text("What the camera sees now")
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    facts = page.locator("am-probe-result")
    await expect(facts).to_contain_text("640 × 360 · H.264")
    await expect(facts).to_contain_text("Opus")
    await expect(facts).to_contain_text("As the camera sends it")
    await app.shot("camera-add-works")
    assert await app.violations() == []
    await page.get_by_role("button", name="Add a camera").click()
    await expect(page.get_by_role("heading", name="Front door")).to_be_visible()
    await moving_video(page)


async def test_the_same_address_is_not_added_twice(home: WatchedHome, app: AppPage) -> None:
    """The edge's answer names the camera that has it."""
    page = app.page
    await page.goto(f"{home.edge.page}#/home/here/manage/new")
    await page.get_by_label("Name", exact=True).fill("Another")
    await page.get_by_label("Address", exact=True).fill(home.camera.url("/door"))
    await page.get_by_label("User name").fill(USER)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name=re.compile("Try")).click()
    await expect(page.get_by_text("The camera works")).to_be_visible(timeout=30_000)
    await page.get_by_role("button", name="Add a camera").click()
    await expect(page.get_by_role("alert").filter(has_text="Front door")).to_be_visible()
    assert len((await home.api.get("cameras"))["cameras"]) == 1


async def test_a_camera_is_changed_and_its_password_stays_where_it_is(home: WatchedHome, app: AppPage) -> None:
    """The page does not know the password, and does not need it to try the camera or to rename it."""
    page = app.page
    await page.goto(f"{home.edge.page}#/home/here/manage")
    await page.get_by_role("link", name="Front door").click()
    password = page.get_by_label("Password", exact=True)
    await expect(password).to_have_value("")
    await expect(password).to_have_attribute("placeholder", "Unchanged")
    assert PASSWORD not in await page.content()
    await page.get_by_role("button", name=re.compile("Try")).click()
    await expect(page.get_by_text("The camera works")).to_be_visible(timeout=30_000)
    await page.get_by_label("Name", exact=True).fill("Back door")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("link", name="Back door")).to_be_visible()
    camera = (await home.api.get("cameras"))["cameras"][0]
    assert camera["name"] == "Back door"
    assert camera["has_password"]
    await home.until(camera["id"], lambda camera: camera["status"]["state"] == "online")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_the_screens_can_be_read_by_everybody(
    home: WatchedHome, shots: Path, tmp_path: Path, scheme: Scheme, size: tuple[int, int]
) -> None:
    """axe-core finds nothing, in light and dark, on a phone and on a desk; nothing is complained about in the console."""
    async with desk(home.edge, shots, tmp_path, scheme, size) as app:
        await app.page.goto(f"{home.edge.page}#/home/here/manage")
        await app.page.get_by_role("link", name="Back door").wait_for()
        await app.shot("manage")
        assert await app.violations() == []
        await app.page.get_by_role("link", name="Back door").click()
        await app.page.get_by_role("button", name="Remove the camera").wait_for()
        await app.page.get_by_text("Second stream and transport").click()
        await app.shot("camera-edit")
        assert await app.violations() == []
        assert complaints(app) == []


async def test_a_camera_is_removed_after_a_question(home: WatchedHome, app: AppPage) -> None:
    """The home is without cameras then."""
    page = app.page
    await page.goto(f"{home.edge.page}#/home/here/manage")
    await page.get_by_role("link", name="Back door").click()
    await page.get_by_role("button", name="Remove the camera").click()
    await app.shot("camera-remove")
    await page.locator("am-dialog button.danger").click()
    await expect(page.get_by_role("heading", name="No cameras yet")).to_be_visible()
    assert (await home.api.get("cameras"))["cameras"] == []
