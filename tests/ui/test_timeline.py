"""The timeline in a real browser: what a real camera sees shows up as it happens, and thousands of events stay quick."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
import re
import time
import uuid

from playwright.async_api import Page, expect
import pytest
import pytest_asyncio

from ambianic.events import Event
from ambianic.recording.index import EventIndex
from tests.support.edge import Edge, EdgeApi
from tests.support.rtsp import Clip
from tests.support.ui import DESK, PHONE, AppPage, Scheme
from tests.support.watched import PASSWORD, USER, WatchedHome, complaints, desk, watched_home

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

STREET = Clip(width=640, height=480)
"""People walk through the picture all the time."""
MANY = 3000
DRAWN = 40
"""More rows than the screen and its margins hold, and far fewer than there are."""


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
    # From here on what there is stays as it is.
    await home.api.patch(f"cameras/{camera}", {"enabled": False})
    await home.until(camera, lambda camera: camera["active"] == [])


async def test_an_event_shows_its_picture_and_where_it_was(home: WatchedHome, app: AppPage) -> None:
    """The frame lies where the edge says, on the picture as it is."""
    page = app.page
    await page.get_by_role("listitem").filter(has_text="Person").get_by_role("link").first.click()
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


async def test_an_event_is_deleted_after_a_question(home: WatchedHome, app: AppPage) -> None:
    """For everybody; the screen goes on to the next one."""
    page = app.page
    event = page.url.rpartition("/")[2]
    await page.get_by_role("button", name="Delete").click()
    await app.shot("event-delete")
    await page.get_by_role("dialog").get_by_role("button", name="Cancel").or_(page.locator("am-dialog button.quiet")).click()
    assert (await home.api.get(f"events/{event}"))["id"] == event
    await page.get_by_role("button", name="Delete").click()
    await page.locator("am-dialog button.danger").click()
    await expect(page.get_by_text("The event is deleted")).to_be_visible()
    with pytest.raises(RuntimeError, match="404"):
        await home.api.get(f"events/{event}")
    assert not page.url.endswith(event)
    await page.goto(f"{home.edge.page}#/home/here/timeline/{event}")
    await expect(page.get_by_text("This event is not there")).to_be_visible()


@pytest.fixture(scope="module")
def long_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """An edge that has seen thousands of visits, one every ten minutes."""
    edge = Edge(tmp_path_factory.mktemp("long"))
    edge.data.mkdir(parents=True)
    now = time.time()
    labels = ("person", "car", "dog")
    events = [
        Event(
            id=str(uuid.UUID(int=number)),
            camera_id="0badcafe",
            label=labels[number % 3],
            start=now - 600 * (number + 1),
            end=now - 600 * (number + 1) + 20,
            score=0.9,
            box=(0.4, 0.4, 0.5, 0.8),
        )
        for number in range(MANY)
    ]

    async def fill() -> None:
        index = EventIndex(edge.data)
        await index.open()
        await index.put(events, now)
        await index.close()

    asyncio.run(fill())
    asyncio.run(edge.start())
    yield edge
    edge.child.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def long(long_memory: Edge, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppPage]:
    """Its page."""
    async with desk(long_memory, shots, tmp_path_factory.mktemp("profile")) as app:
        yield app


async def count_drawn(page: Page) -> int:
    """How many visits are on the page."""
    return await page.locator("am-visit-row").count()


async def test_thousands_of_events_are_scrolled_through(long_memory: Edge, long: AppPage) -> None:
    """To the very first one; never is more drawn than fits."""
    page = long.page
    await page.goto(f"{long_memory.page}#/home/here/timeline")
    await page.locator("am-visit-row").first.wait_for()
    end = page.get_by_text("This is where the memory of your home begins.")
    async with asyncio.timeout(120):
        while not await end.is_visible():
            await page.locator("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
            assert await count_drawn(page) <= DRAWN
            await asyncio.sleep(0.02)
    last = page.locator("[aria-posinset]").last
    rows = await last.get_attribute("aria-setsize") or ""
    assert int(rows) > MANY  # the days have headings
    await page.locator("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    await expect(last).to_have_attribute("aria-posinset", rows)
    assert 0 < await count_drawn(page) <= DRAWN


async def test_the_way_back_from_an_event_leads_to_where_one_was(long: AppPage) -> None:
    """Not to the top of the list."""
    page = long.page
    before = await page.locator("main").evaluate("main => { main.scrollTop = 50000; return main.scrollTop; }")
    assert before > 0
    await expect(page.locator("[aria-posinset]").first).to_have_attribute("aria-posinset", re.compile(r"4\d\d"))
    await page.mouse.click(PHONE[0] / 2, PHONE[1] / 2)
    await page.get_by_role("link", name="Older").wait_for()
    first = page.url
    await page.keyboard.press("ArrowRight")
    await page.wait_for_function("first => location.href !== first", arg=first)
    await page.keyboard.press("ArrowLeft")
    await page.wait_for_function("first => location.href === first", arg=first)
    await page.go_back()
    await page.locator("am-visit-row").first.wait_for()
    await page.wait_for_function(
        "before => Math.abs(document.querySelector('am-app').shadowRoot.querySelector('main').scrollTop - before) < 3",
        arg=before,
    )


async def test_new_visits_do_not_move_what_one_looks_at(home: WatchedHome, long_memory: Edge, long: AppPage) -> None:
    """They wait above, and one tap leads to them."""
    page = long.page
    main = page.locator("main")
    before = await main.evaluate("main => { main.scrollTop = 50000; return main.scrollTop; }")
    row = page.locator("am-visit-row a", has=page.locator("h3")).nth(9)
    seen = await row.get_attribute("href")
    place = await page.locator(f'am-visit-row a[href="{seen}"]').bounding_box()
    api = EdgeApi(long_memory, await long_memory.create_token("tests"))
    login = {"username": USER, "password": PASSWORD}
    camera = await api.post("cameras", {"name": "Street", "url": home.camera.url("/street")} | login)
    news = page.get_by_role("button", name=re.compile("new visit"))
    await expect(news).to_be_visible(timeout=60_000)
    await api.patch(f"cameras/{camera['id']}", {"enabled": False})
    assert await main.evaluate("main => main.scrollTop") > before
    now = await page.locator(f'am-visit-row a[href="{seen}"]').bounding_box()
    assert place
    assert now
    assert now["y"] == pytest.approx(place["y"], abs=2)
    await long.shot("timeline-news")
    await news.click()
    await expect(page.locator("am-visit-row").first).to_contain_text("Street")
    await expect(news).to_be_hidden()
    assert await main.evaluate("main => main.scrollTop") == 0


async def test_the_arrow_keys_lead_from_visit_to_visit(long: AppPage) -> None:
    """Also over what is not drawn yet."""
    page = long.page
    await page.locator("main").evaluate("main => main.scrollTo(0, 0)")
    focused = """() => {
        let element = document.activeElement;
        while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        return element.href ?? "";
    }"""
    await page.locator("am-visit-row a").first.focus()
    seen = [await page.evaluate(focused)]
    for _ in range(30):
        await page.keyboard.press("ArrowDown")
        await page.wait_for_function(f"before => ({focused})() !== before", arg=seen[-1])
        seen.append(await page.evaluate(focused))
    assert len(set(seen)) == 31
    assert all("/timeline/" in href for href in seen)
    await page.keyboard.press("ArrowUp")
    await page.wait_for_function(f"wanted => ({focused})() === wanted", arg=seen[-2])


async def test_labels_are_filtered_and_the_filter_is_part_of_the_address(long_memory: Edge, long: AppPage) -> None:
    """It survives a reload and the way into an event and back; everything comes back with one tap."""
    page = long.page
    await page.locator("main").evaluate("main => main.scrollTo(0, 0)")
    await page.get_by_role("button", name="Dog").click()
    await expect(page.locator("am-visit-row").filter(has_text="Person")).to_have_count(0)
    await expect(page.locator("am-visit-row").filter(has_text="Dog").first).to_be_visible()
    assert page.url.endswith("?label=dog")
    await page.reload()
    await expect(page.locator("am-visit-row").filter(has_text="Dog").first).to_be_visible()
    await expect(page.locator("am-visit-row").filter(has_text="Person")).to_have_count(0)
    await expect(page.get_by_role("button", name="Dog")).to_have_attribute("aria-pressed", "true")
    await page.locator("am-visit-row a").first.click()
    await page.get_by_role("link", name="Back").click()
    await expect(page.get_by_role("button", name="Dog")).to_have_attribute("aria-pressed", "true")
    await long.shot("timeline-filtered")
    await page.goto(f"{long_memory.page}#/home/here/timeline?camera=none")
    await expect(page.get_by_role("heading", name="Nothing like this")).to_be_visible()
    await page.get_by_role("button", name="Show everything").click()
    await expect(page.locator("am-visit-row").filter(has_text="Person").first).to_be_visible()


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
        await loaded(app.page, "am-event-screen am-picture")
        await app.shot("event")
        assert await app.violations() == []
        assert complaints(app) == []
