"""Zones are drawn on the live picture, with a pointer, with fingers and with keys; and what is looked for is set beside it."""

from collections.abc import AsyncIterator, Mapping, Sequence
import json
from pathlib import Path
import re
from typing import Any

from playwright.async_api import CDPSession, Locator, Page, Route, expect
import pytest
import pytest_asyncio

from tests.support.browser import moving_video
from tests.support.rtsp import Clip
from tests.support.ui import DESK, PHONE, AppPage, Scheme
from tests.support.watched import WatchedHome, complaints, desk, watched_home

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

YARD = Clip(width=640, height=360, filter="crop=576:324:100:150")
# Nothing but black: what a camera sees with a cap on its lens.
CAPPED = Clip(width=320, height=240, seconds=4, filter="lutyuv=y=16:u=128:v=128")
DRIVE: list[tuple[float, float]] = [(0.1, 0.3), (0.5, 0.2), (0.6, 0.8), (0.15, 0.9)]
LOOKS: list[tuple[Scheme, tuple[int, int]]] = [("light", PHONE), ("dark", PHONE), ("dark", DESK), ("light", DESK)]
NEAR = 0.01
"""How far a pointer may be off, as a share of the picture."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[WatchedHome]:
    """A home with a camera over the yard, and one with a cap on its lens."""
    async with watched_home(tmp_path_factory.mktemp("home"), {"/yard": YARD, "/capped": CAPPED}) as home:
        yield home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def yard(home: WatchedHome) -> str:
    """The camera over the yard, online."""
    camera = await home.add("Yard", "/yard")
    await home.until(camera, lambda camera: camera["status"]["state"] == "online")
    return camera


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(home: WatchedHome, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AppPage]:
    """The edge's page on a desk."""
    async with desk(home.edge, shots, tmp_path_factory.mktemp("profile"), size=DESK) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="module")
async def app(window: AppPage, home: WatchedHome, yard: str) -> AsyncIterator[AppPage]:
    """The zones of the yard, of which there are none yet."""
    await draw_nothing(home, yard)
    await open_zones(window, home, yard)
    yield window
    await window.page.goto("about:blank")


async def draw_nothing(home: WatchedHome, camera: str) -> None:
    """Take all that is drawn away."""
    nothing = {"zones": [], "motion_masks": [], "object_masks": [], "filters": {}, "labels": {"person": 0.5, "car": 0.5}}
    await home.api.patch(f"cameras/{camera}", {"detection": nothing})


async def open_zones(app: AppPage, home: WatchedHome, camera: str) -> None:
    """Go to the zones of a camera."""
    await app.page.goto(f"{home.edge.page}#/home/here/cameras/{camera}/zones")
    await app.page.get_by_role("heading", name="Zones", level=1).wait_for()
    await canvas(app.page).wait_for()


def canvas(page: Page) -> Locator:
    """Where one draws."""
    return page.locator("am-zone-editor .canvas")


def offer(page: Page, kind: str) -> Locator:
    """The button that begins a new shape."""
    return page.get_by_role("button", name=re.compile(f"^{kind} "))


def corner(page: Page, number: int) -> Locator:
    """A corner of the chosen shape."""
    return page.get_by_role("button", name=re.compile(f"^Corner {number} of "))


def save(page: Page) -> Locator:
    """The button that keeps what is drawn."""
    return page.get_by_role("button", name="Save", exact=True)


async def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place in the picture, on the page."""
    box = await canvas(page).bounding_box()
    assert box
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


async def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw something with the pressed pointer from one place in the picture to another."""
    await page.mouse.move(*await spot(page, *start))
    await page.mouse.down()
    await page.mouse.move(*await spot(page, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    await page.mouse.move(*await spot(page, *end))
    await page.mouse.up()


async def draw_drive(page: Page, name: str = "Drive") -> None:
    """Draw a zone with four clicks and one on the first corner."""
    await offer(page, "Zone").click()
    for place in [*DRIVE, DRIVE[0]]:
        await page.mouse.click(*await spot(page, *place))
    await page.get_by_label("Name", exact=True).fill(name)


async def keep(page: Page) -> None:
    """Save, and wait until that is done."""
    await save(page).click()
    await expect(page.get_by_text("Zones saved")).to_be_visible()
    await expect(save(page)).to_have_count(0)


async def drawn(home: WatchedHome, camera: str) -> dict[str, Any]:
    """What to look for, and where."""
    answer: dict[str, Any] = (await home.api.get(f"cameras/{camera}"))["detection"]
    return answer


def assert_near(points: Sequence[Sequence[float]], wanted: Sequence[tuple[float, float]]) -> None:
    """Each point is where it is wanted, as exactly as pointers go."""
    assert len(points) == len(wanted)
    for (x, y), (wanted_x, wanted_y) in zip(points, wanted, strict=True):
        assert abs(x - wanted_x) < NEAR, points
        assert abs(y - wanted_y) < NEAR * 2, points


async def test_a_zone_is_drawn_with_the_pointer_and_is_there_after_a_reload(home: WatchedHome, yard: str, app: AppPage) -> None:
    """On the live picture, with what it counts for; the edge makes its id from its name."""
    page = app.page
    await moving_video(page)
    await expect(page.get_by_text("Tell the camera where it matters")).to_be_visible()
    await app.shot("zones-empty")
    await draw_drive(page, "Drive in")
    await page.get_by_role("button", name="Car", exact=True).click()
    await page.get_by_label("Only after so many seconds").fill("15")
    await page.get_by_label("Only after so many seconds").press("Tab")
    await app.shot("zones-zone")
    await keep(page)
    (zone,) = (await drawn(home, yard))["zones"]
    assert_near(zone.pop("points"), DRIVE)
    assert zone == {
        "id": "drive-in",
        "name": "Drive in",
        "kind": "area",
        "labels": ["car"],
        "dwell_seconds": 15,
        "direction": "both",
    }

    await page.reload()
    await page.get_by_role("button", name=re.compile("^Drive in")).click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Drive in")
    await expect(page.get_by_role("button", name="Car", exact=True)).to_have_attribute("aria-pressed", "true")
    await expect(corner(page, 4)).to_be_visible()


async def test_shapes_are_changed_with_the_pointer_and_steps_are_undone(home: WatchedHome, yard: str, app: AppPage) -> None:
    """A corner is moved, another one pulled out of a side, and all of it moved until the picture ends."""
    page = app.page
    await draw_drive(page)
    await keep(page)
    await page.mouse.click(*await spot(page, 0.3, 0.5))
    await drag(page, (0.15, 0.9), (0.2, 0.7))
    await drag(page, (0.3, 0.25), (0.3, 0.1))
    await keep(page)
    (zone,) = (await drawn(home, yard))["zones"]
    assert_near(zone["points"], [(0.1, 0.3), (0.3, 0.1), (0.5, 0.2), (0.6, 0.8), (0.2, 0.7)])

    await page.mouse.click(*await spot(page, 0.3, 0.5))
    await drag(page, (0.4, 0.6), (1.2, 0.6))
    await expect(save(page)).to_be_visible()
    await page.keyboard.press("Control+z")
    await expect(save(page)).to_have_count(0)
    await page.get_by_role("button", name="Do it again").click()
    await keep(page)
    (moved,) = (await drawn(home, yard))["zones"]
    assert moved["id"] == zone["id"]
    assert_near(moved["points"], [(0.5, 0.3), (0.7, 0.1), (0.9, 0.2), (1, 0.8), (0.6, 0.7)])


async def test_a_line_and_masks_are_drawn_in_one_go(home: WatchedHome, yard: str, app: AppPage) -> None:
    """The arrow shows which way counts; masks need no name."""
    page = app.page
    await offer(page, "Line").click()
    await drag(page, (0.2, 0.9), (0.4, 0.3))
    await page.get_by_label("Name", exact=True).fill("Gate")
    await page.get_by_role("button", name="One way", exact=True).click()
    await page.get_by_role("button", name="Turn the arrow round").click()
    await app.shot("zones-line")
    await offer(page, "Ignore movement").click()
    await drag(page, (0.6, 0.05), (0.9, 0.2))
    await offer(page, "Ignore objects").click()
    await drag(page, (0.7, 0.5), (0.9, 0.9))
    await page.get_by_role("button", name="Person", exact=True).click()
    await page.keyboard.press("Escape")
    await app.shot("zones-all")
    assert await app.violations() == []
    await keep(page)
    detection = await drawn(home, yard)
    (line,) = detection["zones"]
    assert (line["kind"], line["direction"]) == ("line", "backward")
    assert_near(line["points"], [(0.2, 0.9), (0.4, 0.3)])
    assert_near(detection["motion_masks"][0], [(0.6, 0.05), (0.9, 0.05), (0.9, 0.2), (0.6, 0.2)])
    assert detection["object_masks"][0]["labels"] == ["person"]

    await page.get_by_role("button", name=re.compile("^Ignore movement Movement here")).click()
    await page.get_by_role("button", name="Remove", exact=True).click()
    await keep(page)
    detection = await drawn(home, yard)
    assert (len(detection["zones"]), detection["motion_masks"], len(detection["object_masks"])) == (1, [], 1)


async def press(page: Page, *keys: str) -> None:
    """Press keys one after another."""
    for key in keys:
        await page.keyboard.press(key)


async def test_a_zone_is_drawn_and_changed_with_keys_alone(home: WatchedHome, yard: str, app: AppPage) -> None:
    """Nothing is ever clicked: the cross sets corners, which then can be moved, added and taken away."""
    page = app.page
    await offer(page, "Zone").focus()
    await press(page, "Enter")
    await expect(page.get_by_role("application")).to_be_focused()
    # From the middle: a square of 20 % to its lower right.
    await press(page, "Space", *["Shift+ArrowRight"] * 4, "Insert", *["Shift+ArrowDown"] * 4, "Space", *["Shift+ArrowLeft"] * 4)
    await expect(page.locator("am-zone-editor [role=status]")).to_have_text("50 % from the left, 70 % from the top")
    await press(page, "Space", "Enter")
    await expect(corner(page, 1)).to_be_focused()
    await press(page, "ArrowLeft", "ArrowUp", "Insert")
    await expect(corner(page, 2)).to_be_focused()
    await press(page, *["ArrowUp"] * 3, "Enter")
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.type("Door")
    await press(page, "Escape")
    await save(page).focus()
    await press(page, "Enter")
    await expect(save(page)).to_have_count(0)
    (zone,) = (await drawn(home, yard))["zones"]
    assert zone["name"] == "Door"
    assert_near(zone["points"], [(0.49, 0.49), (0.595, 0.465), (0.7, 0.5), (0.7, 0.7), (0.5, 0.7)])

    await page.get_by_role("button", name=re.compile("^Door")).focus()
    await press(page, "Enter")
    await expect(corner(page, 1)).to_be_focused()
    await press(page, "Tab", "Delete")
    await expect(page.get_by_role("button", name=re.compile("^Corner . of 4"))).to_have_count(4)
    await page.get_by_role("button", name="Move all of it").focus()
    await press(page, *["Shift+ArrowUp"] * 20)
    await save(page).focus()
    await press(page, "Enter")
    await expect(save(page)).to_have_count(0)
    (zone,) = (await drawn(home, yard))["zones"]
    assert_near(zone["points"], [(0.49, 0), (0.7, 0.01), (0.7, 0.21), (0.5, 0.21)])


async def test_sides_that_cross_are_shown_and_not_saved(home: WatchedHome, yard: str, app: AppPage) -> None:
    """In red and in words, until they don't."""
    page = app.page
    await draw_drive(page)
    await keep(page)
    await page.mouse.click(*await spot(page, 0.3, 0.5))
    await drag(page, (0.5, 0.2), (0.05, 0.8))
    await expect(page.locator("am-zone-editor path.bad")).to_have_count(2)
    await expect(page.get_by_text("The red sides cross each other").first).to_be_visible()
    await expect(save(page)).to_be_disabled()
    await app.shot("zones-crossing")
    assert await app.violations() == []
    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(page.locator("am-zone-editor path.bad")).to_have_count(0)
    await expect(save(page)).to_have_count(0)
    assert_near((await drawn(home, yard))["zones"][0]["points"], DRIVE)


async def test_what_is_not_saved_is_not_lost_without_a_question(home: WatchedHome, yard: str, app: AppPage) -> None:
    """Whoever stays has it still, by the browser's way back and by links; whoever leaves has left."""
    page = app.page
    await page.goto(f"{home.edge.page}#/home/here/cameras/{yard}/detection")
    await page.get_by_role("link", name=re.compile("^Zones")).click()
    await draw_drive(page)
    zones = page.url
    question = page.locator("am-dialog")
    await page.evaluate("history.back()")
    await expect(page.get_by_role("dialog")).to_contain_text("Leave without saving?")
    await app.shot("zones-leave")
    await question.get_by_role("button", name="Cancel").click()
    assert page.url == zones
    await page.get_by_role("link", name="Back").click()
    await question.get_by_role("button", name="Cancel").click()
    assert page.url == zones
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Drive")
    await page.get_by_role("link", name="Timeline").click()
    await question.get_by_role("button", name="Leave").click()
    await expect(page.get_by_role("heading", name="Timeline", level=1)).to_be_visible()
    assert (await drawn(home, yard))["zones"] == []


async def test_what_the_edge_refuses_is_said_at_its_zone(yard: str, app: AppPage) -> None:
    """The request is spoiled on its way, so that the edge finds a fault that the page would not let pass."""
    page = app.page
    await draw_drive(page, "First")
    await draw_drive(page, "Second")

    async def spoil(route: Route) -> None:
        if route.request.method != "PATCH":
            await route.continue_()
            return
        body = json.loads(route.request.post_data or "")
        body["detection"]["zones"][0]["points"][0] = body["detection"]["zones"][0]["points"][1]
        await route.continue_(post_data=json.dumps(body))

    address = f"**/api/v1/cameras/{yard}"
    await page.route(address, spoil)
    await save(page).click()
    form = page.locator("am-zone-form")
    await expect(form.get_by_role("alert")).to_contain_text("in the same place")
    await expect(page.get_by_label("Name", exact=True)).to_have_value("First")
    await app.shot("zones-refused")
    await page.unroute(address)
    await keep(page)
    app.errors.clear()


async def touch(session: CDPSession, kind: str, *places: tuple[float, float]) -> None:
    """What a finger does."""
    points: list[Mapping[str, float]] = [{"x": x, "y": y} for x, y in places]
    await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


async def test_a_zone_is_drawn_with_a_finger_on_a_phone(home: WatchedHome, yard: str, shots: Path, tmp_path: Path) -> None:
    """Taps set corners; a corner is dragged, with a ring around the finger; the page does not scroll away meanwhile."""
    await draw_nothing(home, yard)
    async with desk(home.edge, shots, tmp_path, size=PHONE) as app:
        page = app.page
        session = await page.context.new_cdp_session(page)
        await session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})
        await open_zones(app, home, yard)
        await moving_video(page)
        await offer(page, "Zone").click()
        for place in [*DRIVE, DRIVE[0]]:
            await touch(session, "touchStart", await spot(page, *place))
            await touch(session, "touchEnd")
        await expect(corner(page, 4)).to_be_visible()
        box = await corner(page, 1).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        scrolled = "document.querySelector('am-app').renderRoot.querySelector('main').scrollTop"
        before = await page.evaluate(scrolled)
        await touch(session, "touchStart", await spot(page, 0.6, 0.8))
        await touch(session, "touchMove", await spot(page, 0.7, 0.7))
        await touch(session, "touchMove", await spot(page, 0.8, 0.6))
        await expect(page.locator("button.held-now")).to_have_count(1)
        await app.shot("zones-finger")
        await touch(session, "touchEnd")
        assert await page.evaluate(scrolled) == before
        await page.get_by_label("Name", exact=True).fill("Drive")
        await app.shot("zones-zone")
        await keep(page)
        (zone,) = (await drawn(home, yard))["zones"]
        assert_near(zone["points"], [*DRIVE[:2], (0.8, 0.6), DRIVE[3]])


async def test_what_counts_is_set_for_each_kind_of_object(home: WatchedHome, yard: str, app: AppPage) -> None:
    """How sure, how large, for how long and where; sizes are shown as rectangles on the picture."""
    page = app.page
    await draw_drive(page)
    await keep(page)
    await page.goto(f"{home.edge.page}#/home/here/cameras/{yard}/detection")
    group = page.get_by_role("group", name="Animals")
    await group.get_by_role("button", name="Dog").click()
    await page.get_by_role("button", name=re.compile("^Person from 50 % sure")).click()
    await page.get_by_role("slider", name="How sure of: Person").fill("70")
    await page.get_by_role("slider", name="Smallest: Person").fill("20")
    await page.get_by_role("slider", name="Largest: Person").fill("60")
    await page.get_by_label("Seen for at least").select_option("3")
    await page.get_by_role("group", name="Only in these zones").get_by_role("button", name="Drive").click()
    await expect(page.get_by_role("button", name=re.compile("^Person"), expanded=True)).to_contain_text(
        "from 70 % sure · by size · from 3 s · only in Drive"
    )
    await expect(page.locator("am-size-layer div")).to_have_count(2)
    await moving_video(page)
    await app.shot("detection-label")
    assert await app.violations() == []
    camera = await home.until(yard, lambda camera: camera["detection"]["filters"].get("person", {}).get("zones") == ["drive"])
    detection = camera["detection"]
    assert detection["labels"] == {"person": 0.7, "car": 0.5, "dog": 0.5}
    person = detection["filters"]["person"]
    assert (person["min_area"], person["max_area"], person["min_seconds"]) == (0.04, 0.36, 3)

    await page.get_by_role("switch", name=re.compile("Always analyse")).click()
    await page.get_by_label("Looks per second, at most").select_option("2")
    await home.until(yard, lambda camera: camera["detection"]["always"] and camera["detection"]["fps"] == 2)
    await page.get_by_role("switch", name=re.compile("Always analyse")).click()
    await home.until(yard, lambda camera: not camera["detection"]["always"])

    await page.get_by_role("link", name=re.compile("^Zones")).click()
    await page.get_by_role("button", name=re.compile("^Drive")).click()
    await expect(page.locator("am-zone-form")).to_contain_text("Person only count in here")
    await page.get_by_role("button", name="Remove", exact=True).click()
    await keep(page)
    detection = await drawn(home, yard)
    assert (detection["zones"], detection["filters"]["person"]["zones"]) == ([], [])


async def test_zones_are_called_by_their_names(home: WatchedHome, yard: str, app: AppPage) -> None:
    """Among the filters of the timeline, in its rows, and with the event; also after a new name."""
    page = app.page
    everywhere = {"name": "Lawn", "points": [[0, 0], [1, 0], [1, 1], [0, 1]]}
    zones = (await home.api.patch(f"cameras/{yard}", {"detection": {"zones": [everywhere]}}))["detection"]["zones"]
    await home.until(yard, lambda camera: "lawn" in camera["occupied"])
    await home.api.patch(f"cameras/{yard}", {"detection": {"zones": [zones[0] | {"name": "Behind the house"}]}})
    await page.goto(f"{home.edge.page}#/home/here/timeline?zone=lawn")
    await expect(page.get_by_role("button", name="Behind the house")).to_have_attribute("aria-pressed", "true")
    row = page.locator("am-visit-row").first
    await expect(row).to_contain_text("Yard · Behind the house")
    await row.click()
    await expect(page.locator("dl.facts").filter(has_text="Zones")).to_contain_text("Behind the house")


async def test_a_covered_camera_is_told_of(home: WatchedHome, app: AppPage) -> None:
    """On its tile and on its own screen."""
    page = app.page
    capped = await home.add("Shed", "/capped")
    await home.until(capped, lambda camera: camera["vision"]["covered"])
    await page.goto(f"{home.edge.page}#/home/here/cameras")
    tile = page.get_by_role("link", name=re.compile("Shed"))
    await expect(tile).to_contain_text("Camera covered?")
    await app.shot("camera-covered")
    assert await app.violations() == []
    await tile.click()
    await expect(page.get_by_role("status").filter(has_text="something is in front of the lens")).to_be_visible()
    assert await app.violations() == []


async def test_the_screens_can_be_read_by_everybody(home: WatchedHome, yard: str, app: AppPage) -> None:
    """axe-core finds nothing, in light and dark, on a phone and on a desk; nothing is complained about in the console."""
    square = [[0.2, 0.3], [0.6, 0.2], [0.7, 0.9], [0.1, 0.8]]
    line = {"name": "Gate", "kind": "line", "points": [[0.8, 0.9], [0.9, 0.4]], "direction": "forward"}
    masks = [[[0.7, 0.02], [0.98, 0.02], [0.98, 0.2], [0.7, 0.2]]]
    shapes = {"zones": [{"name": "Drive", "points": square}, line], "motion_masks": masks}
    await home.api.patch(f"cameras/{yard}", {"detection": shapes})
    page = app.page
    for scheme, size in LOOKS:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.set_viewport_size({"width": size[0], "height": size[1]})
        suffix = f"{scheme}-{size[0]}"
        await open_zones(app, home, yard)
        await moving_video(page)
        await app.shot("zones", suffix)
        assert await app.violations() == []
        await page.get_by_role("button", name=re.compile("^Drive")).click()
        await expect(corner(page, 4)).to_be_visible()
        await app.shot("zones-chosen", suffix)
        assert await app.violations() == []
        await page.goto(f"{home.edge.page}#/home/here/cameras/{yard}/detection")
        await page.get_by_role("heading", name="When it counts").wait_for()
        await app.shot("detection", suffix)
        assert await app.violations() == []
    assert complaints(app) == []
