"""The phone's app before it knows a home, as the real registrar serves it to a real browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import hashlib
import io
import json
from pathlib import Path
import re
import shutil

from aiohttp import web
from PIL import Image
from playwright.async_api import Browser, Page, expect
import pytest
import segno

from tests.support.registrar import Registrar
from tests.support.ui import DESK, PHONE, AppPage, Scheme, build, fake_camera, profile, visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOOKS: list[tuple[Scheme, tuple[int, int]]] = [("light", PHONE), ("dark", PHONE), ("light", DESK), ("dark", DESK)]
# A link with the right form; nobody waits at its other end.
LINK = f"#p=1.{'a' * 26}.{'A' * 22}.aHR0cDovLzEyNy4wLjAuMTo5Lw"


@asynccontextmanager
async def serving(site: Path) -> AsyncIterator[str]:
    """A plain web server for a directory whose files change: the address."""

    async def serve(request: web.Request) -> web.FileResponse:
        return web.FileResponse(site / (request.match_info["name"] or "index.html"), headers={"Cache-Control": "no-cache"})

    async def descriptor(_request: web.Request) -> web.Response:
        return web.json_response({"pnp": 1})

    app = web.Application()
    app.add_routes([web.get("/pnp", descriptor), web.get("/{name:.*}", serve)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def release(site: Path, description: str) -> None:
    """Make a new version of the site, which describes itself so: another page, and a worker that knows it by its new revision."""
    index, worker = site / "index.html", site / "sw.js"
    page = re.sub(r'(name="description" content=")[^"]*', rf"\g<1>{description}", index.read_text())
    index.write_text(page)
    script = worker.read_text()
    entry = next(found for found in re.findall(r"\{[^{}]*\}", script) if "index.html" in found and "revision" in found)
    revision = hashlib.md5(page.encode(), usedforsecurity=False).hexdigest()
    worker.write_text(script.replace(entry, re.sub(r"[0-9a-f]{32}", revision, entry)))


async def controlled(page: Page) -> None:
    """Wait until the service worker keeps the app for times without network, and is the one that answers."""
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await page.reload()
    assert await page.evaluate("navigator.serviceWorker.controller !== null")


async def test_the_app_can_be_installed_and_opens_offline(registrar: Registrar, tmp_path: Path) -> None:
    """The browser finds nothing that is in the way of installing, each icon is as large as it says, and the shell opens offline."""
    async with profile(tmp_path) as context:
        page = context.pages[0]
        await page.goto(registrar.url)
        await controlled(page)
        session = await context.new_cdp_session(page)
        assert (await session.send("Page.getInstallabilityErrors"))["installabilityErrors"] == []

        answer = await session.send("Page.getAppManifest")
        manifest = json.loads(answer["data"])
        assert answer["errors"] == []
        assert manifest["display"] == "standalone"
        for icon in manifest["icons"]:
            response = await context.request.get(registrar.url + icon["src"])
            assert response.ok, icon
            if icon["type"] == "image/png":
                width, height = map(int, icon["sizes"].split("x"))
                assert Image.open(io.BytesIO(await response.body())).size == (width, height)
        assert {icon.get("purpose", "any") for icon in manifest["icons"]} == {"any", "maskable"}

        await context.set_offline(True)
        await page.reload()
        await expect(page.get_by_role("heading", name="Your cameras, at home and with you")).to_be_visible()
        await expect(page.get_by_text("The search does not work right now")).to_be_visible()


@pytest.mark.parametrize(("scheme", "size"), LOOKS)
async def test_everybody_can_use_what_it_shows_first(
    registrar: Registrar, browser: Browser, shots: Path, scheme: Scheme, size: tuple[int, int]
) -> None:
    """axe-core finds no fault in the first screens, in dark and light, on a phone and on a desk."""
    async with visitor(browser, shots, scheme=scheme, size=size) as app:
        page = app.page
        await page.goto(registrar.url)
        await page.get_by_text("Looking for your home nearby…").wait_for()
        await app.shot("welcome")
        assert await app.violations() == []

        await page.get_by_role("button", name="I have a link").click()
        await expect(page.get_by_role("dialog", name="I have a link")).to_be_visible()
        await page.get_by_role("textbox", name="Link").fill("https://example.org/")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("alert")).to_contain_text("This is not a pairing link")
        await app.shot("paste-link")
        assert await app.violations() == []
        await page.get_by_role("textbox", name="Link").fill(f"https://app.example/{LINK}")
        await page.get_by_role("button", name="Continue").click()
        await expect(page.get_by_role("heading", name="You have an invitation")).to_be_visible()
        await app.shot("invitation")
        assert await app.violations() == []

        for path, heading in (("scan", "Scan a QR code"), ("homes", "Homes"), ("settings", "Settings")):
            await page.goto(f"{registrar.url}#/{path}")
            await expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
            await app.shot(path)
            assert await app.violations() == [], path
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_nothing_comes_from_elsewhere_and_the_policy_is_kept(registrar: Registrar, phone: AppPage) -> None:
    """Only the registrar is asked for anything, under a policy without exceptions that the app never breaks."""
    page = phone.page
    await page.goto(registrar.url)
    await controlled(page)
    for path in ("welcome", "scan", "homes", "settings"):
        await page.goto(f"{registrar.url}#/{path}")
        await page.locator("am-page h1").wait_for(state="attached")
    assert {f"http://{host}/" for host in phone.hosts} == {registrar.url}
    [policy] = set(phone.policies.values())
    rules = {name: set(values.split()) for name, _, values in (rule.strip().partition(" ") for rule in policy.split(";"))}
    assert rules["script-src"] == {"'self'"}
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    # The browser complains there of whatever breaks the policy.
    assert phone.errors == []


async def test_a_page_without_https_says_that_it_can_keep_no_key(registrar: Registrar, tmp_path: Path, shots: Path) -> None:
    """Without a secure context there is an explanation and no way to go on."""
    rules = "--host-resolver-rules=MAP home.example 127.0.0.1"
    async with profile(tmp_path, args=[rules]) as context:
        app = AppPage(context.pages[0], shots, "light-360")
        await app.page.goto(f"http://home.example:{registrar.port}/")
        await expect(app.page.get_by_role("heading", name="This address is not secure enough")).to_be_visible()
        await app.shot("insecure")
        await expect(app.page.get_by_role("button", name="I have a link")).to_have_count(0)


async def test_a_private_window_that_keeps_no_key_is_not_paired(registrar: Registrar, phone: AppPage) -> None:
    """Where IndexedDB takes no key there is an explanation and no way to go on."""
    # What Safari's lockdown mode does: the database opens, and a key can't be put into it.
    await phone.page.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new DOMException('can not be cloned', 'DataCloneError'); };"
    )
    await phone.page.goto(registrar.url + LINK)
    await expect(phone.page.get_by_role("heading", name="This browser can't keep a key safe")).to_be_visible()
    await phone.shot("private")
    await expect(phone.page.get_by_role("button", name="Pair")).to_have_count(0)


async def test_an_iphone_is_told_to_install_first(registrar: Registrar, browser: Browser, shots: Path) -> None:
    """What a tab of Safari stores is not the app's: an invitation can be taken over, and who insists may pair in the tab."""
    safari = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile/15E148 Safari/604.1"
    )
    async with visitor(browser, shots, user_agent=safari) as app:
        page = app.page
        await page.goto(registrar.url)
        await expect(page.get_by_role("heading", name="Put Ambianic on your home screen first")).to_be_visible()
        await app.shot("install-first")
        assert await app.violations() == []
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await page.goto(registrar.url + LINK)
        await page.get_by_role("button", name="Copy the invitation").click()
        assert await page.evaluate("navigator.clipboard.readText()") == registrar.url + LINK
        await page.get_by_role("button", name="Pair in this tab anyway").click()
        await expect(page.get_by_role("heading", name="You have an invitation")).to_be_visible()
        await expect(page.get_by_label("This phone's name")).to_have_value("iPhone")


async def test_the_secret_of_a_link_leaves_the_address_bar_at_once(registrar: Registrar, phone: AppPage) -> None:
    """Neither the address nor the history keeps the secret, also where the app is open already."""
    page = phone.page
    await page.goto(registrar.url + LINK)
    await expect(page.get_by_role("heading", name="You have an invitation")).to_be_visible()
    assert "#p=" not in page.url
    await page.goto("about:blank")
    await page.go_back()
    await expect(page.get_by_role("heading", name="Your cameras, at home and with you")).to_be_visible()
    assert "#p=" not in page.url
    # The app is open already when the next link comes.
    await page.goto(registrar.url + LINK)
    await expect(page.get_by_role("heading", name="You have an invitation")).to_be_visible()
    assert "#p=" not in page.url


async def test_a_foreign_qr_code_is_not_followed(registrar: Registrar, tmp_path: Path, shots: Path) -> None:
    """A code of somebody else's says so, and goes nowhere."""
    picture = io.BytesIO()
    segno.make("https://example.org/phishing").save(picture, kind="png", scale=6, border=4)
    camera = fake_camera(picture.getvalue(), tmp_path / "code.y4m")
    async with profile(tmp_path / "profile", args=camera) as context:
        app = AppPage(context.pages[0], shots, "light-360")
        await app.page.goto(f"{registrar.url}#/scan")
        await expect(app.page.get_by_text("That QR code is not from Ambianic.")).to_be_visible()
        await app.shot("scan-foreign")
        assert "#/scan" in app.page.url


async def test_language_and_theme_stay_chosen(registrar: Registrar, phone: AppPage) -> None:
    """Both change at once and are there after a reload; German fits on a phone."""
    page = phone.page
    await page.goto(f"{registrar.url}#/settings")
    await page.get_by_role("button", name="Dark").click()
    await page.get_by_label("Language").select_option(label="Deutsch")
    await expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "de"
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(10, 23, 29)"
    await phone.shot("settings", "german-dark-360")
    await page.goto(f"{registrar.url}#/welcome")
    await expect(page.get_by_role("heading", name="Deine Kameras")).to_be_visible()
    await phone.shot("welcome", "german-dark-360")
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_a_new_version_waits_until_it_is_let_in(phone: AppPage, tmp_path: Path) -> None:
    """A new version is offered and not taken, also over a reload, before somebody agrees."""
    site = tmp_path / "site"
    shutil.copytree(build(), site)
    async with serving(site) as url:
        page = phone.page
        await page.goto(url)
        await controlled(page)

        release(site, "the next one")
        await page.goto(f"{url}#/settings")
        await page.get_by_role("button", name="Look for a new version").click()
        await expect(page.get_by_role("heading", name="A new version is ready")).to_be_visible()
        await phone.shot("update")
        await page.get_by_role("button", name="Later").click()
        await expect(page.get_by_role("heading", name="A new version is ready")).to_have_count(0)
        await page.reload()
        assert await page.evaluate("document.querySelector('meta[name=description]').content") != "the next one"

        await page.get_by_role("button", name="Update now").click()
        await page.wait_for_function("document.querySelector('meta[name=description]').content === 'the next one'")
