"""A phone that is paired with two homes: one timeline of both, and what there is to read without a connection."""

from collections.abc import AsyncIterator
from pathlib import Path
import re

from playwright.async_api import BrowserContext, expect
import pytest
import pytest_asyncio

from tests.support.edge import Edge, EdgeApi
from tests.support.past import remembering_home
from tests.support.registrar import Registrar
from tests.support.ui import AppPage, profile

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

KEPT = 300
# How many events and pictures the phone keeps.
_KEPT = """() => new Promise((resolve) => {
    const opening = indexedDB.open("ambianic-events");
    opening.onsuccess = () => {
        const stores = opening.result.transaction(["events", "pictures"]);
        const events = stores.objectStore("events").count();
        const pictures = stores.objectStore("pictures").count();
        pictures.onsuccess = () => { opening.result.close(); resolve([events.result, pictures.result]); };
    };
})"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def town(registrar: Registrar, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Edge, EdgeApi]]:
    """A home in which something happens every ten minutes."""
    edge = Edge(tmp_path_factory.mktemp("town"), registrars=[registrar.url])
    async with remembering_home(edge, 1000, ["Front door", "Garden"]) as api:
        yield edge, api


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cabin(registrar: Registrar, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Edge, EdgeApi]]:
    """A quiet one."""
    edge = Edge(tmp_path_factory.mktemp("cabin"), registrars=[registrar.url])
    async with remembering_home(edge, 60, ["Lake"], every=3700) as api:
        yield edge, api


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def context(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BrowserContext]:
    """A phone's browser."""
    async with profile(tmp_path_factory.mktemp("profile")) as context:
        yield context


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def phone(
    context: BrowserContext, registrar: Registrar, town: tuple[Edge, EdgeApi], cabin: tuple[Edge, EdgeApi], shots: Path
) -> AppPage:
    """The app, paired with both homes, which it calls Town and Cabin."""
    phone = AppPage(context.pages[0], shots, "light-360")
    page = phone.page
    for name, (_edge, api) in {"Town": town, "Cabin": cabin}.items():
        link = (await api.post("pairing", {"role": "owner", "cameras": None, "method": "any"}))["link"]
        await page.goto("about:blank")
        await page.goto(link)
        await page.get_by_role("button", name="Pair", exact=True).click()
        await page.get_by_role("link", name="Open the cameras").wait_for()
        await page.goto(f"{registrar.url}#/homes")
        await page.get_by_role("button", name="Rename Ambianic Edge").click()
        await page.locator("am-homes-screen input").fill(name)
        await page.locator("am-homes-screen button.primary").click()
        await expect(page.get_by_role("link", name=name)).to_be_visible()
    return phone


async def test_both_homes_are_one_timeline(phone: AppPage, registrar: Registrar) -> None:
    """In the order of time, each visit with its home's name; an event leads into its home, and back."""
    page = phone.page
    await page.goto(f"{registrar.url}#/homes")
    await page.get_by_role("link", name="All homes").click()
    await expect(page.locator("am-visit-row").filter(has_text="Lake · Cabin").first).to_be_visible()
    await expect(page.locator("am-visit-row").filter(has_text="· Town").first).to_be_visible()
    await page.locator("am-visit-row img").first.wait_for()
    await phone.shot("timeline-homes")
    assert await phone.violations() == []
    await page.locator("am-visit-row").filter(has_text="Cabin").first.click()
    await expect(page.get_by_text("Lake", exact=True)).to_be_visible()
    await page.get_by_role("link", name="Back").click()
    await expect(page.locator("am-visit-row").filter(has_text="· Town").first).to_be_visible()


async def test_the_last_events_are_kept_on_the_phone(phone: AppPage, town: tuple[Edge, EdgeApi]) -> None:
    """With their pictures, of each home."""
    page = phone.page
    home = (await town[1].get("info"))["id"]
    await page.goto(page.url.partition("#")[0] + f"#/home/{home}/timeline")
    await page.locator("am-visit-row img").first.wait_for()
    await page.wait_for_function(f"async () => (await ({_KEPT})()).every((count) => count >= {KEPT + 50})", timeout=60_000)


async def test_a_home_that_is_away_is_named_and_the_other_one_goes_on(
    phone: AppPage, registrar: Registrar, cabin: tuple[Edge, EdgeApi]
) -> None:
    """What was kept of it is shown, marked as of when."""
    page = phone.page
    await cabin[0].stop()
    await page.goto(f"{registrar.url}#/timeline")
    await page.reload()
    await expect(page.locator("am-visit-row").filter(has_text="· Town").first).to_be_visible()
    await expect(page.get_by_text("Cabin can’t be reached: as of")).to_be_visible(timeout=45_000)
    await expect(page.locator("am-visit-row").filter(has_text="Lake · Cabin").first).to_be_visible()
    await phone.shot("timeline-home-away")
    assert await phone.violations() == []


async def test_without_any_connection_the_last_events_can_be_read(
    phone: AppPage, context: BrowserContext, registrar: Registrar, town: tuple[Edge, EdgeApi]
) -> None:
    """From a cold start of the app, with pictures, filters and days."""
    page = phone.page
    home = (await town[1].get("info"))["id"]
    await page.wait_for_function("navigator.serviceWorker.ready.then(() => true)")
    await context.set_offline(True)
    try:
        await page.goto("about:blank")
        await page.goto(f"{registrar.url}#/home/{home}/timeline")
        await expect(page.get_by_text("from this phone’s memory")).to_be_visible()
        await expect(page.locator("am-visit-row").filter(has_text="Front door").first).to_be_visible()
        await page.locator("am-visit-row img").first.wait_for()
        await phone.shot("timeline-offline")
        assert await phone.violations() == []
        await page.get_by_role("button", name="Dog").click()
        await expect(page.locator("am-visit-row").filter(has_text="Person")).to_have_count(0)
        await expect(page.locator("am-visit-row").filter(has_text="Dog").first).to_be_visible()
        await expect(page.locator("am-day-strip .piece").first).to_be_attached()
        await page.locator("am-visit-row a").first.click()
        await expect(page.get_by_text(re.compile("Front door|Garden"), exact=True).first).to_be_visible()
    finally:
        await context.set_offline(False)


async def test_nothing_stays_of_homes_that_are_forgotten(phone: AppPage, registrar: Registrar) -> None:
    """Neither events nor pictures."""
    page = phone.page
    await page.goto(f"{registrar.url}#/homes")
    for name in ("Town", "Cabin"):
        await page.get_by_role("button", name=f"Forget {name}").click()
        await page.locator("am-dialog button.danger").click()
        await expect(page.get_by_role("link", name=name)).to_have_count(0)
    assert await page.evaluate(_KEPT) == [0, 0]
