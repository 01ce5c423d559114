"""The models screen in a real browser: what is in use and where it comes from, a trial before each change, own models, refusals."""

from collections.abc import AsyncIterator
from pathlib import Path
import re
import shutil

from playwright.async_api import Locator, Page, expect
import pytest
import pytest_asyncio

from ambianic.models.labels import COCO
from tests.support.paths import VENV
from tests.support.rtsp import Clip
from tests.support.ui import DESK, PHONE, AppPage, Scheme
from tests.support.watched import WatchedHome, complaints, desk, watched_home

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

FILE = VENV / "models" / "coco-ssd" / "model.tflite"
LABELS = "\n".join(f"{number} {label}" for number, label in COCO.items())
TRIAL = 60_000
"""Milliseconds that a busy machine may take to try a model."""
NO_REGISTRY = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WatchedHome]:
    """A home with a camera and the model for a start, which can't reach npm's registry."""
    street = {"/street": Clip(width=640, height=480)}
    models = tmp_path_factory.mktemp("models")
    shutil.copytree(FILE.parent, models / FILE.parent.name)
    environment = NO_REGISTRY | {"AMBIANIC_MODELS": str(models)}
    async with watched_home(tmp_path_factory.mktemp("home"), street, environment=environment) as home:
        camera = await home.add("Street", "/street")
        await home.until(camera, lambda camera: camera["status"]["state"] == "online")
        yield home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(home: WatchedHome, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppPage]:
    """The edge's page on a phone's screen."""
    async with desk(home.edge, shots, tmp_path_factory.mktemp("profile")) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="module")
async def app(home: WatchedHome, window: AppPage) -> AppPage:
    """The models screen, loaded anew."""
    await window.page.goto("about:blank")
    await window.page.goto(f"{home.edge.page}#/home/here/models")
    return window


def card(page: Page, name: str) -> Locator:
    """What is told of a model."""
    return page.get_by_role("region", name=name, exact=True)


def in_use(page: Page, name: str) -> Locator:
    """That a model is in use."""
    return card(page, name).get_by_text("In use", exact=True)


async def add(page: Page, file: Path, name: str, labels: str) -> None:
    """Fill in the form for an own model and send it."""
    await page.get_by_role("button", name="Add your own model").click()
    await page.get_by_label("Model file").set_input_files(file)
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("What it recognises").fill(labels)
    await page.get_by_role("button", name="Add", exact=True).click()


async def is_well(app: AppPage) -> None:
    """Check that axe-core finds nothing, and that nothing is wider than the window."""
    assert await app.violations() == []
    assert not await app.page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_each_model_says_what_it_is_for_and_where_it_comes_from(app: AppPage) -> None:
    """Before anything is installed."""
    page = app.page
    await expect(in_use(page, "COCO SSD")).to_be_visible()
    await expect(card(page, "COCO SSD")).to_contain_text("Apache-2.0")
    await expect(card(page, "COCO SSD")).to_contain_text("300 × 300 pixels")
    await card(page, "COCO SSD").get_by_text("All 80 kinds").click()
    await expect(card(page, "COCO SSD")).to_contain_text("Orange, Oven, Parking meter, Person")
    await expect(card(page, "NanoDet").get_by_role("button", name="Install")).to_be_visible()
    await app.shot("models-labels")
    await is_well(app)


async def test_a_model_is_tried_on_what_a_camera_sees(app: AppPage) -> None:
    """The picture comes back with what was found in it, and nothing is switched."""
    page = app.page
    await card(page, "COCO SSD").get_by_role("button", name="Try it").click()
    await expect(page.get_by_text("It works here")).to_be_visible(timeout=TRIAL)
    picture = page.get_by_alt_text("The test picture with what the model found")
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 300
    await expect(page.get_by_text(re.compile(r"It found: .*Person \d+ %"))).to_be_visible()
    await app.shot("model-test")
    await is_well(app)
    await page.get_by_label("Tried on").select_option("A drawn picture")
    await expect(page.get_by_text("It is tried beside what runs now")).to_be_visible()
    await expect(page.get_by_text("It works here")).to_be_visible(timeout=TRIAL)
    await expect(page.get_by_role("button", name="Use this model")).to_have_count(0)
    await page.locator("am-self-test").get_by_role("button", name="Close").last.click()


async def test_what_can_not_be_installed_says_why(app: AppPage) -> None:
    """The question names licence and source; the model stays to be installed."""
    page = app.page
    await card(page, "NanoDet").get_by_role("button", name="Install").click()
    await expect(page.get_by_text(re.compile("NanoDet-g by RangiLyu and checked. Its licence is Apache-2.0"))).to_be_visible()
    await app.shot("model-install")
    assert await app.violations() == []
    await page.locator("am-dialog").get_by_role("button", name="Install").click()
    await expect(card(page, "NanoDet").get_by_role("alert")).to_contain_text("could not be installed", timeout=TRIAL)
    await expect(card(page, "NanoDet").get_by_role("button", name="Install")).to_be_visible()
    await card(page, "NanoDet").scroll_into_view_if_needed()
    await app.shot("model-install-failed")
    await is_well(app)


async def test_what_is_no_model_is_refused_with_the_reason(app: AppPage, tmp_path: Path) -> None:
    """And the form stays as it was filled in."""
    page = app.page
    broken = tmp_path / "Not a model.tflite"
    broken.write_bytes(b"TFL3" + bytes(3000))
    await page.get_by_role("button", name="Add your own model").click()
    await page.get_by_label("Model file").set_input_files(broken)
    await expect(page.get_by_label("Name", exact=True)).to_have_value("not-a-model")
    await page.get_by_label("What it recognises").fill("person")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator("am-add-model").get_by_role("alert")).to_be_visible(timeout=TRIAL)
    await expect(page.get_by_label("What it recognises")).to_have_value("person")
    await app.shot("model-add-refused")
    await is_well(app)
    await page.locator("am-add-model").get_by_role("button", name="Cancel").click()


async def test_an_own_model_is_added_used_and_removed(home: WatchedHome, app: AppPage) -> None:
    """It is tried before it is used; while it is, it can't be removed."""
    page = app.page
    await add(page, FILE, "mine", LABELS)
    await expect(card(page, "mine").get_by_text("Your own")).to_be_visible(timeout=TRIAL)
    await card(page, "mine").get_by_role("button", name="Use it").click()
    await page.get_by_role("button", name="Use this model").click(timeout=TRIAL)
    await expect(in_use(page, "mine")).to_be_visible(timeout=TRIAL)
    await expect(in_use(page, "COCO SSD")).to_have_count(0)
    assert (await home.api.get("info"))["detector"]["model"] == "mine"
    await expect(card(page, "mine").get_by_role("button", name="Remove")).to_have_count(0)
    await app.shot("models-own")
    await is_well(app)

    await card(page, "COCO SSD").get_by_role("button", name="Use it").click()
    await page.get_by_role("button", name="Use this model").click(timeout=TRIAL)
    await expect(in_use(page, "COCO SSD")).to_be_visible(timeout=TRIAL)
    await card(page, "mine").get_by_role("button", name="Remove").click()
    await page.locator("am-dialog button.danger").click()
    await expect(card(page, "mine")).to_have_count(0)
    assert "mine" not in [model["name"] for model in (await home.api.get("models"))["models"]]


async def test_cores_are_chosen(home: WatchedHome, app: AppPage) -> None:
    """What is chosen is tried, and kept."""
    page = app.page
    await page.get_by_label("Processor cores at once").select_option("2")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible(timeout=TRIAL)
    assert (await home.api.get("models"))["settings"]["threads"] == 2
    await expect(page.get_by_label("Device")).to_have_value("cpu")


@pytest.mark.parametrize(("scheme", "size"), [("light", DESK), ("dark", PHONE)])
async def test_the_screens_can_be_read_by_everybody(
    home: WatchedHome, shots: Path, tmp_path: Path, scheme: Scheme, size: tuple[int, int]
) -> None:
    """axe-core finds nothing, in light and dark, on a phone and on a desk; nothing is complained about in the console."""
    async with desk(home.edge, shots, tmp_path, scheme, size) as app:
        await app.page.get_by_role("link", name="More").click()
        await app.page.get_by_role("link", name="Detection models").click()
        await card(app.page, "COCO SSD").wait_for()
        await app.shot("models")
        await is_well(app)
        await app.page.get_by_role("button", name="Add your own model").click()
        await app.page.get_by_label("Model file").wait_for()
        await app.shot("model-add")
        await is_well(app)
        assert complaints(app) == []
