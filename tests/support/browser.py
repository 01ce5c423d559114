"""A real browser (headless Chromium) that uses Home Assistant's frontend.

Playwright's locators go through the frontend's shadow roots.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import shutil
import tempfile

from playwright.async_api import Locator, Page, async_playwright

from .homeassistant import User

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
TIMEOUT = 30_000
"""Milliseconds that the browser waits for something to show."""

DARK = 40
"""Mean grey value (0 to 255) under which a picture counts as black."""
STILL = 15
"""Change of grey value in any cell under which a picture counts as the same."""

# A grid of 32x24 grey values of what the video shows now; null while it shows nothing.
_SAMPLE = """video => {
    if (video.readyState < 2 || !video.videoWidth) return null;
    const canvas = document.createElement("canvas");
    canvas.width = 32; canvas.height = 24;
    const context = canvas.getContext("2d");
    context.drawImage(video, 0, 0, 32, 24);
    const pixels = context.getImageData(0, 0, 32, 24).data;
    return Array.from({length: 32 * 24}, (_, i) => (pixels[4 * i] + pixels[4 * i + 1] + pixels[4 * i + 2]) / 3);
}"""


class Browser:
    """One browser window, and what its console complained about."""

    def __init__(self, page: Page, url: str, shots: Path) -> None:
        self.page = page
        self.errors: list[str] = []
        self._url = url
        self._shots = shots
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def open(self, path: str) -> None:
        """Go to a page of Home Assistant and wait until the launch screen is gone."""
        await self.page.goto(self._url + path, wait_until="domcontentloaded")
        await self.page.locator("#ha-launch-screen").wait_for(state="detached")

    async def log_in(self, user: User, path: str = "/") -> None:
        """Log in on the login page and wait for the page that was asked for."""
        await self.open(path)
        await self.page.locator("input[name=username]").wait_for()
        await self.page.wait_for_timeout(700)  # the form is drawn twice; what is typed before the second time is lost
        await self.page.locator("input[name=username]").fill(user.username)
        await self.page.locator("input[name=password]").fill(user.password)
        await self.page.get_by_role("button", name="Log in").click()
        await self.page.locator("home-assistant-main").wait_for()

    async def fill(self, **fields: str) -> None:
        """Fill text fields of the dialog of a configuration flow."""
        for name, value in fields.items():
            await self.page.locator(f"step-flow-form input[name={name}]").fill(value)

    async def press(self, button: str) -> None:
        """Press a button by what is written on it."""
        await self.page.get_by_role("button", name=button, exact=True).click()

    async def shot(self, name: str) -> None:
        """Take a picture of the window, as NAME.png."""
        self._shots.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=self._shots / f"{name}.png")

    async def picture(self, name: str) -> None:
        """Take a picture of the window for the README, as NAME.jpg."""
        self._shots.mkdir(parents=True, exist_ok=True)
        await self.page.wait_for_timeout(1000)  # dialogs slide in
        await self.page.screenshot(path=self._shots / f"{name}.jpg", type="jpeg", quality=88)

    async def live_video(self) -> Locator:
        """The `<video>` on the page, once it shows moving pictures. Raises TimeoutError where it stays dark or still."""
        return await moving_video(self.page)


async def moving_video(page: Page) -> Locator:
    """The first `<video>` on a page, once it shows moving pictures. Raises TimeoutError where it stays dark or still."""
    video = page.locator("video").first
    await video.wait_for(state="attached")
    first: list[float] | None = None
    brightness = change = 0.0
    try:
        async with asyncio.timeout(TIMEOUT / 1000):
            while brightness < DARK or change < STILL:
                sample: list[float] | None = await video.evaluate(_SAMPLE)
                if sample:
                    first = first or sample
                    brightness = sum(sample) / len(sample)
                    change = max(abs(now - before) for now, before in zip(sample, first, strict=True))
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise TimeoutError(
            f"No moving picture: {'nothing is shown' if first is None else f'brightness {brightness:.0f}, change {change:.0f}'}"
        ) from None
    return video


@asynccontextmanager
async def browser(url: str, shots: Path) -> AsyncIterator[Browser]:
    """A new browser with an empty profile; `shots` is where its pictures go."""
    os.environ.pop("DISPLAY", None)
    with tempfile.TemporaryDirectory(prefix="ambianic-chromium-", ignore_cleanup_errors=True) as profile:
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=CHROMIUM,
                headless=True,
                args=ARGUMENTS,
                viewport={"width": 1280, "height": 800},
                locale="en-US",
                color_scheme="light",
            )
            context.set_default_timeout(TIMEOUT)
            try:
                yield Browser(context.pages[0] if context.pages else await context.new_page(), url, shots)
            finally:
                await context.close()
