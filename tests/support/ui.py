"""The built app in a real browser: the build, the page, and what axe-core finds in it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import fcntl
import functools
import io
import os
from pathlib import Path
import subprocess
from typing import Any, Literal
from urllib.parse import urlsplit

from PIL import Image
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, async_playwright, expect

from .browser import ARGUMENTS, CHROMIUM
from .paths import ROOT

SOURCES = ROOT / "addon" / "ui"
WEB = Path(os.environ.get("AMBIANIC_WEB") or ROOT / "addon" / "ambianic" / "web")
"""Where Vite builds to: $AMBIANIC_WEB, else where the edge and the registrar serve from."""
AXE = SOURCES / "node_modules" / "axe-core" / "axe.min.js"
TIMEOUT = 15_000
"""Milliseconds that the browser waits for something to show."""
expect.set_options(timeout=TIMEOUT)

type Scheme = Literal["light", "dark"]
PHONE = (360, 740)
DESK = (1280, 800)

# Rules of WCAG 2.2 AA and the best practices that belong to them; those that need a person are not asked.
_RUN_AXE = """async () => (await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
})).violations.map(({id, help, nodes}) => `${id}: ${help}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`)"""


@functools.cache
def build() -> Path:
    """Build the app where its sources are newer than what was built: the directory that is served. Only one at a time."""
    with (ROOT / ".venv" / "ui-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _stale():
            done = subprocess.run(
                ["npx", "--no-install", "vite", "build", "--outDir", WEB, "--emptyOutDir"],
                cwd=SOURCES,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(f"The app could not be built.\n{done.stdout}\n{done.stderr}")
    return WEB


def _stale() -> bool:
    index = WEB / "index.html"
    if not index.exists():
        return True
    built = index.stat().st_mtime
    sources = [SOURCES / name for name in ("index.html", "vite.config.ts", "package-lock.json")]
    sources += [path for name in ("src", "public") for path in (SOURCES / name).rglob("*") if path.is_file()]
    return any(path.stat().st_mtime > built for path in sources)


def fake_camera(picture: bytes, path: Path) -> list[str]:
    """The arguments by which Chromium takes a still picture (PNG) for what its camera sees; written as video to the path."""
    seen = Image.open(io.BytesIO(picture)).convert("L")
    seen.thumbnail((440, 440))
    frame = Image.new("L", (640, 480), 160)
    frame.paste(seen, ((frame.width - seen.width) // 2, (frame.height - seen.height) // 2))
    colourless = bytes([128]) * (frame.width * frame.height // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420\n" + (b"FRAME\n" + frame.tobytes() + colourless) * 2)
    return ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={path}"]


class AppPage:
    """A page of the app, and all that it asked for and complained about."""

    def __init__(self, page: Page, shots: Path, suffix: str) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.policies: dict[str, str] = {}
        """The Content-Security-Policy of each document, by its address."""
        self._shots = shots
        self._suffix = suffix
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _on_response(self, response: Response) -> None:
        if response.request.resource_type == "document":
            self.policies[response.url] = response.headers.get("content-security-policy", "")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location['url']})")

    @property
    def hosts(self) -> set[str]:
        """Every host and port that was asked for anything over the network."""
        return {urlsplit(url).netloc for url in self.requests if not url.startswith(("data:", "blob:"))}

    async def shot(self, name: str, suffix: str = "") -> None:
        """Take a picture, as NAME-SCHEME-WIDTH.png."""
        self._shots.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=self._shots / f"{name}-{suffix or self._suffix}.png")

    async def violations(self) -> list[str]:
        """What axe-core finds wrong with the page as it is now, each as one sentence with the places."""
        if not await self.page.evaluate("'axe' in window"):
            # Through the debugger, so that the page's own policy for scripts stays as it is.
            session = await self.page.context.new_cdp_session(self.page)
            await session.send("Runtime.evaluate", {"expression": AXE.read_text(), "silent": True})
            await session.detach()
        found: list[str] = await self.page.evaluate(_RUN_AXE)
        return found


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser whose contexts are strangers to each other, as if each was a phone of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def visitor(
    browser: Browser, shots: Path, *, scheme: Scheme = "light", size: tuple[int, int] = PHONE, user_agent: str | None = None
) -> AsyncIterator[AppPage]:
    """A page of somebody who was never here before; `user_agent` is what the browser says that it is."""
    context = await browser.new_context(user_agent=user_agent, **_look(scheme, size))
    context.set_default_timeout(TIMEOUT)
    try:
        yield AppPage(await context.new_page(), shots, f"{scheme}-{size[0]}")
    finally:
        await context.close()


@asynccontextmanager
async def profile(
    directory: Path, *, scheme: Scheme = "light", size: tuple[int, int] = PHONE, args: Sequence[str] = ()
) -> AsyncIterator[BrowserContext]:
    """A browser of its own with a profile in the directory: what it stores is there again the next time."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            directory, executable_path=CHROMIUM, headless=True, args=[*ARGUMENTS, *args], **_look(scheme, size)
        )
        context.set_default_timeout(TIMEOUT)
        try:
            yield context
        finally:
            await context.close()


def _look(scheme: Scheme, size: tuple[int, int]) -> dict[str, Any]:
    """How contexts show a page; without motion, so that pictures are of what stays."""
    return {
        "viewport": {"width": size[0], "height": size[1]},
        "color_scheme": scheme,
        "reduced_motion": "reduce",
        "locale": "en-US",
    }
