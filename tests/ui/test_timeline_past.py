"""A long past in the timeline: days, filters, stars and deletions in a real browser, against a real edge with thousands of events."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
import re
from urllib.parse import parse_qs, quote
import uuid

from playwright.async_api import Locator, Page, expect
import pytest
import pytest_asyncio

from tests.support.edge import Edge, EdgeApi
from tests.support.past import remembering_home
from tests.support.ui import AppPage, build
from tests.support.watched import complaints, desk

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

MANY = 3000
"""Visits, one every ten minutes: three weeks."""
DRAWN = 40
"""More rows than the screen and its margins hold, and far fewer than there are."""
# What has the focus, through all shadow roots: where its link leads.
_FOCUSED = """() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element.href ?? "";
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    """The edge of the home."""
    return Edge(tmp_path_factory.mktemp("past"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(edge: Edge) -> AsyncIterator[EdgeApi]:
    """The home's API: two cameras that are off now, and what they saw."""
    await asyncio.to_thread(build)
    async with remembering_home(edge, MANY, ["Front door", "Garden"]) as api:
        yield api


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(edge: Edge, api: EdgeApi, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppPage]:
    """The home's page on a phone's screen."""
    del api
    async with desk(edge, shots, tmp_path_factory.mktemp("profile")) as app:
        yield app


def rows(page: Page, text: str = "") -> Locator:
    """The visits that are drawn."""
    return page.locator("am-visit-row").filter(has_text=text)


async def begin(app: AppPage, edge: Edge, query: str = "") -> Page:
    """Open the timeline anew."""
    await app.page.goto("about:blank")
    await app.page.goto(f"{edge.page}#/home/here/timeline{query}")
    await rows(app.page).first.wait_for()
    return app.page


async def scroll_to(page: Page, top: str) -> None:
    """Scroll to a height, as JavaScript of `main`."""
    await page.locator("main").evaluate(f"main => main.scrollTo(0, {top})")


async def hrefs(page: Page) -> list[str]:
    """Where the visits that are drawn lead."""
    links: list[str] = await page.locator("am-visit-row a").evaluate_all("links => links.map((link) => link.hash)")
    return links


async def test_it_is_read_to_its_beginning_and_back(app: AppPage, edge: Edge) -> None:
    """Never is more drawn than fits, and what was forgotten on the way is there again."""
    page = await begin(app, edge)
    newest = (await hrefs(page))[0]
    end = page.get_by_text("This is where the memory of your home begins.")
    async with asyncio.timeout(60):
        while not await end.is_visible():
            await scroll_to(page, "main.scrollHeight")
            assert await rows(page).count() <= DRAWN
            await asyncio.sleep(0.02)
    await scroll_to(page, "main.scrollHeight")
    first = f"#/home/here/timeline/{uuid.UUID(int=MANY - 1)}"
    await expect(page.locator(f'am-visit-row a[href="{first}"]')).to_be_visible()
    held: int = await page.evaluate(
        "() => document.querySelector('am-app').shadowRoot.querySelector('am-timeline-screen').shadowRoot"
        ".querySelector('am-timeline-view').told.timeline.events.length"
    )
    assert held <= 800 < MANY
    async with asyncio.timeout(60):
        while newest not in await hrefs(page):
            await scroll_to(page, "0")
            assert await rows(page).count() <= DRAWN
            await asyncio.sleep(0.02)


async def test_the_way_back_from_an_event_leads_to_where_one_was(app: AppPage, edge: Edge) -> None:
    """Not to the top of the list, also where the beginning is long forgotten."""
    page = await begin(app, edge)
    for _ in range(40):
        await scroll_to(page, "main.scrollTop + 3000")
        await asyncio.sleep(0.03)
    await expect(rows(page).first).to_be_attached()
    before: float = await page.locator("main").evaluate("main => main.scrollTop")
    seen = page.locator("am-visit-row a").nth(8)
    href = await seen.get_attribute("href") or ""
    place = await page.locator(f'am-visit-row a[href="{href}"]').bounding_box()
    await seen.click()
    await page.get_by_role("link", name="Older").wait_for()
    first = page.url
    await page.keyboard.press("ArrowRight")
    await page.wait_for_function("first => location.href !== first", arg=first)
    await page.keyboard.press("ArrowLeft")
    await page.wait_for_function("first => location.href === first", arg=first)
    await page.go_back()
    await rows(page).first.wait_for()
    await page.wait_for_function(
        "before => Math.abs(document.querySelector('am-app').shadowRoot.querySelector('main').scrollTop - before) < 3",
        arg=before,
    )
    back = await page.locator(f'am-visit-row a[href="{href}"]').bounding_box()
    assert place
    assert back
    assert back["y"] == pytest.approx(place["y"], abs=2)


async def test_new_events_do_not_move_what_one_looks_at(app: AppPage, edge: Edge, api: EdgeApi) -> None:
    """They wait above, and one tap leads to them."""
    page = await begin(app, edge)
    await scroll_to(page, "5000")
    link = page.locator(f'am-visit-row a[href$="{uuid.UUID(int=48)}"]')
    await expect(link).to_be_in_viewport()
    place = await link.bounding_box()
    [camera, _] = (await api.get("cameras"))["cameras"]
    await api.post("events", {"camera_id": camera["id"], "label": "cat"})
    news = page.get_by_role("button", name="1 new")
    await expect(news).to_be_visible()
    now = await link.bounding_box()
    assert place
    assert now
    assert now["y"] == pytest.approx(place["y"], abs=2)
    await app.shot("timeline-news")
    await news.click()
    await expect(rows(page).first).to_contain_text("Cat")
    await expect(news).to_be_hidden()
    assert await page.locator("main").evaluate("main => main.scrollTop") == 0


async def go_back_in_calendar(page: Page, days: int) -> None:
    """Open the calendar and go that many days back, with the keyboard."""
    await page.get_by_role("button", name="Go to a day").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("am-day-picker button[tabindex='0']")).to_be_focused()
    for _ in range(days):
        await page.keyboard.press("ArrowLeft")


async def test_the_calendar_leads_to_a_day_and_back(app: AppPage, edge: Edge) -> None:
    """With the keyboard alone; its marks tell what happened, and what lies between is not loaded."""
    page = await begin(app, edge)
    await go_back_in_calendar(page, 9)
    day = page.locator("am-day-picker button[tabindex='0']")
    await expect(day).to_have_attribute("aria-label", re.compile(r"14[34] events"))
    key = await day.get_attribute("data-day") or ""
    await app.shot("timeline-days")
    assert await app.violations() == []
    asked = len(app.requests)
    await page.keyboard.press("Enter")
    heading = datetime.fromisoformat(key).strftime("%A, %B %-d")
    await expect(page.get_by_role("heading", name=heading)).to_be_visible()
    pages = [url for url in app.requests[asked:] if "/events?" in url]
    assert len(pages) <= 5
    await expect(page.locator("am-day-strip .piece").first).to_be_attached()
    await app.shot("timeline-day")
    assert await app.violations() == []
    await page.get_by_role("button", name="Back to now").click()
    await expect(page.get_by_role("heading", name=heading)).to_be_hidden()
    assert "at=" not in page.url


async def test_the_plot_of_a_day_leads_to_a_time(app: AppPage, edge: Edge, api: EdgeApi) -> None:
    """By touch and by key; it says in words what it shows."""
    page = await begin(app, edge)
    await go_back_in_calendar(page, 2)
    await page.keyboard.press("Enter")
    await page.wait_for_function("location.href.includes('at=')")
    day = page.url
    plot = page.get_by_role("slider", name=re.compile("^Time on"))
    await expect(plot).to_have_attribute("aria-description", re.compile(r"Person: 4\d"))
    await plot.click()  # in its middle
    await page.wait_for_function("day => location.href !== day", arg=day)
    noon = page.url
    assert "T12%3A" in noon
    await expect(await newest_before(page, api)).to_be_in_viewport()
    await plot.focus()
    await page.keyboard.press("PageDown")
    await page.wait_for_function("noon => location.href !== noon", arg=noon)
    assert re.search("T1[01]%3A", page.url)
    await expect(await newest_before(page, api)).to_be_in_viewport()
    # The address leads there again.
    url = page.url
    await page.goto("about:blank")
    await page.goto(url)
    await expect(await newest_before(page, api)).to_be_in_viewport()


async def newest_before(page: Page, api: EdgeApi) -> Locator:
    """The newest visit before the time in the address."""
    at = parse_qs(page.url.rpartition("?")[2])["at"][0]
    [event] = (await api.get(f"events?before={quote(at)}&limit=1"))["events"]
    return page.locator(f'am-visit-row a[href$="{event["id"]}"]')


async def test_the_arrow_keys_lead_from_visit_to_visit(app: AppPage, edge: Edge) -> None:
    """Also over what is not drawn yet."""
    page = await begin(app, edge)
    await page.locator("am-visit-row a").first.focus()
    seen = [await page.evaluate(_FOCUSED)]
    for _ in range(30):
        await page.keyboard.press("ArrowDown")
        await page.wait_for_function(f"before => ({_FOCUSED})() !== before", arg=seen[-1])
        seen.append(await page.evaluate(_FOCUSED))
    assert len(set(seen)) == 31
    assert all("/timeline/" in href for href in seen)
    await page.keyboard.press("ArrowUp")
    await page.wait_for_function(f"wanted => ({_FOCUSED})() === wanted", arg=seen[-2])


async def test_filters_are_part_of_the_address(app: AppPage, edge: Edge) -> None:
    """By label, camera and zone; they survive a reload and the way into an event and back, and go with one tap."""
    page = await begin(app, edge)
    await page.get_by_role("button", name="Dog").click()
    await expect(rows(page, "Person")).to_have_count(0)
    await expect(rows(page, "Dog").first).to_be_visible()
    await page.get_by_role("button", name="Garden").click()
    await expect(rows(page, "Front door")).to_have_count(0)
    await page.get_by_role("button", name="Street").click()
    await expect(rows(page, "Front door")).to_have_count(0)
    await expect(page.get_by_role("heading", name="Nothing like this")).to_be_visible()
    await page.get_by_role("button", name="Street").click()
    await expect(rows(page, "Dog").first).to_be_visible()
    await page.reload()
    await expect(rows(page, "Dog").first).to_be_visible()
    await expect(rows(page, "Person")).to_have_count(0)
    await expect(page.get_by_role("button", name="Dog")).to_have_attribute("aria-pressed", "true")
    await page.locator("am-visit-row a").first.click()
    await page.get_by_role("link", name="Back").click()
    await expect(page.get_by_role("button", name="Dog")).to_have_attribute("aria-pressed", "true")
    await app.shot("timeline-filtered")
    await page.goto(f"{edge.page}#/home/here/timeline?camera=none")
    await page.get_by_role("button", name="Show everything").click()
    await expect(rows(page, "Person").first).to_be_visible()


async def test_stars_and_words_on_detections_are_kept(app: AppPage, edge: Edge, api: EdgeApi) -> None:
    """In the home, and they can be asked for."""
    page = await begin(app, edge)
    await rows(page, "Person").locator("a").nth(1).click()
    await page.get_by_role("button", name="Keep with a star").click()
    await page.get_by_role("button", name="Wrong").click()
    await expect(page.get_by_role("button", name="Wrong")).to_have_attribute("aria-pressed", "true")
    event = page.url.rpartition("/")[2]
    async with asyncio.timeout(10):
        while (told := await api.get(f"events/{event}"))["feedback"] != "wrong" or not told["starred"]:
            await asyncio.sleep(0.05)
    await app.shot("event-judged")
    assert await app.violations() == []
    await page.get_by_role("link", name="Back").click()
    row = page.locator("am-visit-row", has=page.locator(f'a[href$="{event}"]'))
    await expect(row.get_by_text("Starred")).to_be_attached()
    for name in ("Starred", "Wrong"):
        await page.get_by_role("button", name=name).click()
        await expect(page.locator("am-visit-row")).to_have_count(1)
        await expect(row).to_be_visible()
        await page.get_by_role("button", name="All", exact=True).click()
    await row.locator("a").click()
    await page.get_by_role("button", name="Keep with a star").click()
    async with asyncio.timeout(10):
        while (await api.get(f"events/{event}"))["starred"]:
            await asyncio.sleep(0.05)


async def test_a_deletion_can_be_taken_back_until_it_is_done(app: AppPage, edge: Edge, api: EdgeApi) -> None:
    """The event is out of sight at once; undo brings it back, and it is deleted when nobody wants it back or the page goes away."""
    page = await begin(app, edge)
    await page.locator("am-visit-row a").nth(3).click()
    event = page.url.rpartition("/")[2]
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("Deleted")).to_be_visible()
    assert not page.url.endswith(event)
    await app.shot("event-deleted")
    await page.get_by_role("link", name="Back").click()
    row = page.locator(f'am-visit-row a[href$="{event}"]')
    await expect(rows(page).first).to_be_visible()
    await expect(row).to_have_count(0)
    await page.get_by_role("button", name="Undo").click()
    await expect(row).to_be_visible()
    assert (await api.get(f"events/{event}"))["id"] == event

    await row.click()
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("Deleted")).to_be_visible()
    await page.goto("about:blank")
    async with asyncio.timeout(10):
        while await exists(api, event):
            await asyncio.sleep(0.05)
    await page.goto(f"{edge.page}#/home/here/timeline/{event}")
    await expect(page.get_by_text("This event is not there")).to_be_visible()


async def exists(api: EdgeApi, event: str) -> bool:
    """Whether the home still has an event."""
    try:
        await api.get(f"events/{event}")
    except RuntimeError as err:
        assert "404" in str(err)  # noqa: PT017  all else is a fault of the edge
        return False
    return True


async def test_nothing_was_complained_about(app: AppPage) -> None:
    """In the browser's console, but that a deleted event is not there."""
    assert [error for error in complaints(app) if "404" not in error] == []
