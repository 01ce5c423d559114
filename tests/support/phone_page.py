"""What a person does with the app on a phone: pair, open the cameras, watch."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
import re

from playwright.async_api import Locator

from .browser import moving_video
from .netlab import Namespace
from .ui import AppPage, Scheme, profile

# The times of all connections so far, in milliseconds, the last one last.
_CONNECTED = "performance.getEntriesByName('home-connected').map((measure) => measure.duration)"


class PhonePage(AppPage):
    """The app in a phone's browser."""

    async def pair_by_link(self, link: str) -> None:
        """Open an invitation and agree to it."""
        await self.page.goto("about:blank")  # else only the fragment would change, and nothing be loaded
        await self.page.goto(link)
        await self.page.get_by_role("button", name="Pair", exact=True).click()
        await self.page.get_by_text("is yours to open").wait_for()

    async def pair_by_code(self, app: str, code: str) -> None:
        """Open the app, choose the home nearby, and type its code."""
        await self.page.goto(app)
        await self.page.locator(".nearby button").first.click()
        await self.page.get_by_label("Code of 6 digits").fill(code)
        await self.page.get_by_text("is yours to open").wait_for()

    async def open_cameras(self) -> None:
        """Go on to the cameras after pairing."""
        await self.page.get_by_role("link", name="Open the cameras").click()
        await self.connected()

    async def connected(self, *, times: int = 1) -> float:
        """Wait until there have been that many connections since the page was loaded: the seconds that the last one took."""
        async with asyncio.timeout(45):
            while len(durations := await self._connections()) < times:
                await asyncio.sleep(0.05)
        return durations[-1] / 1000

    async def count_connections(self) -> int:
        """How often it has connected since the page was loaded."""
        return len(await self._connections())

    async def _connections(self) -> list[float]:
        durations: list[float] = await self.page.evaluate(_CONNECTED)
        return durations

    async def moving_video(self) -> Locator:
        """The video on the page, once it shows moving pictures. Raises TimeoutError where it stays dark or still."""
        return await moving_video(self.page)

    async def watch(self, camera: str) -> Locator:
        """Open a camera's page: the video, once it moves."""
        await self.page.get_by_role("link", name=re.compile(re.escape(camera))).first.click()
        return await self.moving_video()


@asynccontextmanager
async def phone_page(
    directory: Path, where: Namespace, shots: Path, *, secure: Sequence[str], scheme: Scheme = "light"
) -> AsyncIterator[PhonePage]:
    """A phone's browser somewhere in the lab; `secure` are the origins that it takes for HTTPS."""
    flags = [f"--unsafely-treat-insecure-origin-as-secure={','.join(secure)}", "--ignore-certificate-errors"]
    with where.inside():
        context_manager = profile(directory, scheme=scheme, args=flags)
        context = await context_manager.__aenter__()
    try:
        page = context.pages[0] if context.pages else await context.new_page()
        yield PhonePage(page, shots, f"phone-{scheme}")
    finally:
        await context_manager.__aexit__(None, None, None)
