"""A phone's browser with the app's own code for reaching homes: headless Chromium on an empty page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from tests.support.browser import ARGUMENTS, CHROMIUM, TIMEOUT

# What a page of the app has around a home: where its record is kept, and what it was told.
_HELPERS = """
import * as remote from "./remote.js";
Object.assign(window, remote);
window.never = () => new AbortController().signal;
window.states = [];
window.messages = [];
window.kept = null;
window.open_ = record => {
    window.home?.close();
    window.kept = record;
    const home = window.home = new remote.RemoteHome(record, {put: async record => { window.kept = record; }});
    window.states = [home.state];
    home.onState(state => window.states.push(state));
};
window.reached = async wanted => {
    const states = [wanted].flat();
    if (states.includes(window.home.state)) return;
    await new Promise(done => { const end = window.home.onState(state => states.includes(state) && (end(), done())); });
};
window.failure = promise => promise.then(() => null, error => ({name: error.name, code: error.code, message: error.message}));
window.ready = true;
"""


class PhonePage:
    """The page. Its errors are kept in `errors`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def do(self, script: str, argument: object = None) -> Any:
        """Run the body of an asynchronous function, whose parameter is `given`, and give what it returns."""
        async with asyncio.timeout(TIMEOUT / 1000):
            return await self.page.evaluate(f"async given => {{ {script} }}", argument)

    async def pair(self, link: str) -> None:
        """Pair by a link and open the home."""
        await self.do(
            "open_(await pair({...parseLink(new URL(given).hash), name: 'Browser', signal: never()}))",
            link,
        )

    async def until(self, condition: str) -> None:
        """Wait until an expression is true."""
        await self.page.wait_for_function(condition, timeout=TIMEOUT)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, "--headless=new"])
        try:
            yield chromium
        finally:
            await chromium.close()


@asynccontextmanager
async def phone_page(chromium: Browser, module: bytes) -> AsyncIterator[PhonePage]:
    """A phone with an empty profile; `module` is the bundle of remote/index.ts."""
    files = {
        "/": ("text/html", b'<!doctype html><title>phone</title><script type="module" src="/helpers.js"></script>'),
        "/helpers.js": ("text/javascript", _HELPERS.encode()),
        "/remote.js": ("text/javascript", module),
    }

    async def serve(request: web.Request) -> web.Response:
        kind, content = files[request.path]
        return web.Response(body=content, content_type=kind)

    app = web.Application()
    for path in files:
        app.router.add_get(path, serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    context = await chromium.new_context()
    context.set_default_timeout(TIMEOUT)
    try:
        phone = PhonePage(await context.new_page())
        await phone.page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        await phone.until("window.ready")
        yield phone
    finally:
        await context.close()
        await runner.cleanup()
