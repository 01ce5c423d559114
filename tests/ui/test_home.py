"""The whole way in real browsers: the edge's page as an administrator sees it, a registrar, and phones that pair and look in."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
import re

from playwright.async_api import Browser, Page, TimeoutError as PlaywrightTimeout, expect
import pytest
import pytest_asyncio

from tests.support.edge import Edge, EdgeApi
from tests.support.registrar import Registrar
from tests.support.rtsp import Clip, RtspServer
from tests.support.ui import DESK, PHONE, AppPage, Scheme, fake_camera, profile, visitor

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

LOOKS: list[tuple[Scheme, tuple[int, int]]] = [("light", PHONE), ("dark", PHONE), ("light", DESK)]
CAMERAS = {"Front door": "/door", "Garden": "/garden"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def edge(registrar: Registrar, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    """An edge that phones find through the registrar."""
    edge = Edge(tmp_path_factory.mktemp("edge"), registrars=[registrar.url])
    await edge.start()
    yield edge
    await edge.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser, edge: Edge, shots: Path) -> AsyncIterator[AppPage]:
    """An administrator's browser, who leaves no pairing window open."""
    async with visitor(browser, shots, size=DESK) as desk:
        yield desk
        await desk.page.request.delete(f"{edge.page}api/v1/pairing")


async def invite(desk: AppPage, edge: Edge, role: str) -> tuple[str, str]:
    """Open a pairing window on the edge's page: its code, and the link behind its QR code."""
    page = desk.page
    await page.goto(f"{edge.page}#/home/here/invite")
    await page.get_by_role("radio", name=role).check()
    await page.get_by_role("button", name="Show the code").click()
    code = await page.get_by_label(re.compile(r"^Code( \d){6}$")).get_attribute("aria-label")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy the link").click()
    link: str = await page.evaluate("navigator.clipboard.readText()")
    return "".join(re.findall(r"\d", code or "")), link


async def pair(phone: AppPage, link: str, name: str) -> None:
    """Open an invitation on a phone and agree to it."""
    await phone.page.goto(link)
    await phone.page.get_by_label("This phone's name").fill(name)
    await phone.page.get_by_role("button", name="Pair", exact=True).click()
    await expect(phone.page.get_by_role("link", name="Open the cameras")).to_be_visible()


async def press_until(page: Page, key: str, name: str) -> None:
    """Press a key until what has the focus is called so, as somebody does who uses no pointer."""
    for _ in range(30):
        focused = await page.evaluate(
            """() => {
                let element = document.activeElement;
                while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
                return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
            }"""
        )
        if name in focused:
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{name} can't be reached with {key}.")


async def test_a_phone_is_paired_with_the_keyboard_alone_and_is_put_out_at_once(
    desk: AppPage, phone: AppPage, edge: Edge, registrar: Registrar
) -> None:
    """From the code on the edge's page to the cameras, through a reload, until the administrator removes the phone."""
    code, _link = await invite(desk, edge, "Owner")
    await desk.shot("code")
    page = phone.page
    await page.goto(registrar.url)
    await page.get_by_role("heading", name="Ready to pair").wait_for()
    await phone.shot("welcome-found")
    await press_until(page, "Tab", "Ambianic Edge")
    await page.keyboard.press("Enter")
    await page.get_by_role("textbox", name="Code of 6 digits").wait_for()
    await page.keyboard.type(code[:4])
    await phone.shot("pair")
    await page.keyboard.type(code[4:])
    await page.get_by_role("link", name="Open the cameras").wait_for()
    await phone.shot("paired")
    await expect(desk.page.get_by_role("heading", name="is in")).to_be_visible()
    await desk.shot("phone-is-in")
    await press_until(page, "Tab", "Open the cameras")
    await page.keyboard.press("Enter")
    await page.get_by_role("navigation").wait_for()

    await page.reload()
    await page.get_by_role("navigation").get_by_role("link", name="More").click()
    await page.get_by_role("link", name="Phones").click()
    own = page.get_by_role("link", name="This phone")
    await expect(own).to_contain_text("Connected directly")
    await phone.shot("phones")
    await own.click()
    await page.get_by_label("Name").fill("Kim's phone")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", name="Kim's phone")).to_be_visible()

    await desk.page.get_by_role("link", name="Phones").click()
    await desk.page.get_by_role("link", name="Kim's phone").click()
    await desk.page.get_by_role("button", name="Remove this phone").click()
    await desk.shot("remove-phone")
    await (
        desk.page.get_by_role("dialog")
        .get_by_role("button", name="Remove this phone")
        .or_(desk.page.locator("am-dialog button.danger"))
        .click()
    )
    await expect(desk.page.get_by_role("heading", name="No phone yet")).to_be_visible()
    await expect(page.get_by_text("This phone was removed")).to_be_visible()
    await phone.shot("removed")
    assert {f"http://{host}/" for host in phone.hosts} == {registrar.url}
    assert {f"http://{host}/" for host in desk.hosts} == {edge.page}
    assert phone.errors == []
    assert desk.errors == []


async def test_three_wrong_codes_close_that_door_and_leave_the_link(
    desk: AppPage, phone: AppPage, edge: Edge, registrar: Registrar
) -> None:
    """The phone is told each time, the administrator learns of it, and the link still lets one phone in, once."""
    code, link = await invite(desk, edge, "Viewer")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    page = phone.page
    await page.goto(registrar.url)
    await page.get_by_role("button", name="Ambianic Edge").click()
    field = page.get_by_role("textbox", name="Code of 6 digits")
    for _ in range(2):
        await field.fill(wrong)
        await expect(page.get_by_text("That is not the right code")).to_be_visible()
        await expect(field).to_have_value("")
    await phone.shot("wrong-code")
    assert await phone.violations() == []
    await field.fill(wrong)
    await expect(desk.page.get_by_text("Somebody typed a wrong code three times")).to_be_visible()
    await desk.shot("disturbed")
    await field.fill(code)
    await expect(page.get_by_text("The home no longer waits for a phone")).to_be_visible()
    await phone.shot("closed")

    await pair(phone, link, "Sam's phone")
    await expect(desk.page.get_by_role("heading", name="Sam's phone is in")).to_be_visible()
    await page.goto(link)
    await page.get_by_role("button", name="Pair", exact=True).click()
    await expect(page.get_by_text("This code was already used")).to_be_visible()
    await phone.shot("used")


async def test_a_pasted_code_may_have_spaces(desk: AppPage, phone: AppPage, edge: Edge, registrar: Registrar) -> None:
    """What people copy from a message counts by its digits."""
    code, _link = await invite(desk, edge, "Owner")
    page = phone.page
    await page.goto(registrar.url)
    await page.get_by_role("button", name="Ambianic Edge").click()
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.evaluate("text => navigator.clipboard.writeText(text)", f"Code: {code[:3]} {code[3:]}")
    await page.get_by_role("textbox", name="Code of 6 digits").press("ControlOrMeta+v")
    await expect(page.get_by_role("link", name="Open the cameras")).to_be_visible()


async def test_everybody_can_use_every_screen(desk: AppPage, phone: AppPage, edge: Edge, registrar: Registrar) -> None:
    """axe-core finds no fault in any screen of a home, in dark and light, nor is any too wide, as administrator and as owner."""
    api = EdgeApi(edge, await edge.create_token("test"))
    async with RtspServer({path: Clip(start=start) for start, path in enumerate(CAMERAS.values())}) as cameras:
        for name, path in CAMERAS.items():
            await api.post("cameras", {"name": name, "url": cameras.url(path), "detection": {"labels": {"person": 0.5}}})
        _code, link = await invite(desk, edge, "Owner")
        await pair(phone, link, "Kim's phone")
        [known] = [found for found in (await api.get("phones"))["phones"] if found["name"] == "Kim's phone"]
        [camera, _] = (await api.get("cameras"))["cameras"]
        screens = {
            "cameras": "cameras",
            "camera": f"cameras/{camera['id']}",
            "timeline": "timeline",
            "more": "more",
            "phones": "phones",
            "phone": f"phones/{known['id']}",
            "invite": "invite",
            "storage": "storage",
            "about": "about",
        }
        home = (await api.get("info"))["id"]
        faults = await look_at_all(
            desk, f"{edge.page}#/home/here/", screens | {"manage": "manage", "remote": "remote"}, "edge-"
        )
        faults += await look_at_all(phone, f"{registrar.url}#/home/{home}/", screens | {"alerts": "alerts"}, "")
        assert faults == []


async def look_at_all(app: AppPage, base: str, screens: dict[str, str], prefix: str) -> list[str]:
    """Take a picture of every screen in every look: what axe-core finds, and what is wider than the window."""
    page = app.page
    faults: list[str] = []
    for scheme, (width, height) in LOOKS:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": height})
        for name, path in screens.items():
            await page.goto(base + path)
            await page.locator("main h1").wait_for()
            await expect(page.locator("main .skeleton")).to_have_count(0)
            await app.shot(f"{prefix}{name}", f"{scheme}-{width}")
            if width == PHONE[0]:  # on a desk there is the same to read in the same colours
                faults += [f"{prefix}{name} {scheme}: {fault}" for fault in await app.violations()]
            if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append(f"{prefix}{name} {scheme} {width}: wider than the window")
    return faults


async def test_it_says_honestly_why_the_home_is_not_there(
    desk: AppPage, phone: AppPage, edge: Edge, registrar: Registrar
) -> None:
    """Whether the home or the registrar is missing is told apart, and both are found again by themselves."""
    _code, link = await invite(desk, edge, "Viewer")
    await pair(phone, link, "Lee's phone")
    page = phone.page
    await page.get_by_role("link", name="Open the cameras").click()
    await page.get_by_role("navigation").get_by_role("link", name="More").click()
    await expect(page.get_by_text("Direct", exact=True)).to_be_visible()

    await edge.stop()
    for side in (desk.page, page):
        await expect(side.get_by_text(re.compile("can't be reached"))).to_be_visible(timeout=60_000)
    await phone.shot("home-unreachable")
    assert await phone.violations() == []
    registrar.child.stop()
    await expect(page.get_by_text("No way to your home right now")).to_be_visible(timeout=60_000)
    await phone.shot("registrar-unreachable")
    await registrar.start()
    await edge.start()
    with suppress(PlaywrightTimeout):  # it may have found the home by itself before
        await page.get_by_role("button", name="Try again").click(timeout=3000)
    await expect(page.get_by_text("Direct", exact=True)).to_be_visible(timeout=60_000)
    await expect(desk.page.get_by_text(re.compile("can't be reached"))).to_have_count(0, timeout=60_000)


async def test_several_homes_are_told_apart_by_names_of_ones_own(
    desk: AppPage, phone: AppPage, edge: Edge, registrar: Registrar, tmp_path: Path
) -> None:
    """A phone with two homes calls one by another name, goes from one to the other, and forgets one."""
    other = Edge(tmp_path / "other", registrars=[registrar.url])
    await other.start()
    try:
        for place in (edge, other):
            _code, link = await invite(desk, place, "Owner")
            await pair(phone, link, "Alex's phone")
            await expect(desk.page.get_by_role("heading", name="Alex's phone is in")).to_be_visible()
        page = phone.page
        await page.goto(f"{registrar.url}#/homes")
        await page.get_by_role("button", name="Rename Ambianic Edge").first.click()
        await page.get_by_role("textbox", name="Name").fill("Parents")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("link", name="Parents")).to_contain_text("Ambianic Edge")
        await phone.shot("homes")
        await page.get_by_role("link", name="Parents").click()
        await page.get_by_role("navigation").get_by_role("link", name="More").click()
        await expect(page.get_by_role("heading", name="Parents")).to_be_visible()

        await page.goto(f"{registrar.url}#/homes")
        await page.get_by_role("button", name="Forget Parents").click()
        await phone.shot("forget-home")
        await page.locator("am-dialog").get_by_role("button", name="Forget", exact=True).click()
        await expect(page.get_by_role("link", name="Parents")).to_have_count(0)
        await page.reload()
        await expect(page.get_by_role("button", name="Rename Ambianic Edge")).to_have_count(1)
    finally:
        await other.stop()


async def test_an_owner_invites_by_link(desk: AppPage, phone: AppPage, edge: Edge, browser: Browser, tmp_path: Path) -> None:
    """Over the data channel an owner gets a link, which pairs another phone; digits are only shown in Home Assistant."""
    _code, link = await invite(desk, edge, "Owner")
    await pair(phone, link, "Robin's phone")
    page = phone.page
    await page.get_by_role("link", name="Open the cameras").click()
    await page.get_by_role("navigation").get_by_role("link", name="More").click()
    await page.get_by_role("link", name="Add a phone").click()
    await page.get_by_role("button", name="Show the code").click()
    await expect(page.get_by_role("img", name="QR code with the pairing link")).to_be_visible()
    await expect(page.get_by_label(re.compile("^Code"))).to_have_count(0)
    await phone.shot("invite-by-link")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy the link").click()
    invitation: str = await page.evaluate("navigator.clipboard.readText()")
    async with visitor(browser, tmp_path) as guest:
        await pair(guest, invitation, "A guest's phone")
    await expect(page.get_by_role("heading", name="A guest's phone is in")).to_be_visible()


async def test_a_phone_scans_the_code_from_the_screen(
    desk: AppPage, edge: Edge, registrar: Registrar, shots: Path, tmp_path: Path
) -> None:
    """The phone's camera sees the edge's page, and the app's own decoder reads the QR code there."""
    await invite(desk, edge, "Viewer")
    camera = fake_camera(await desk.page.locator(".qr").screenshot(), tmp_path / "screen.y4m")
    async with profile(tmp_path / "profile", args=camera) as context:
        app = AppPage(context.pages[0], shots, "light-360")
        page = app.page
        await page.goto(registrar.url)
        await page.get_by_role("link", name="Scan the QR code").click()
        await expect(page.get_by_role("heading", name="You have an invitation")).to_be_visible()
        assert "#p=" not in page.url
        await page.get_by_role("button", name="Pair", exact=True).click()
        await expect(page.get_by_role("link", name="Open the cameras")).to_be_visible()
    await expect(desk.page.get_by_role("heading", name="is in")).to_be_visible()
