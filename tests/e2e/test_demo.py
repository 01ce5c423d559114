"""The demo, as a newcomer runs it: one command, a page to open, Ctrl-C."""

import asyncio
from collections.abc import Iterator
import os
from pathlib import Path
import re
import signal
import socket

import psutil
import pytest

from tests.support.browser import browser
from tests.support.child import Child, free_port
from tests.support.homeassistant import User
from tests.support.paths import ROOT
from tests.support.phone_page import PhonePage
from tests.support.ui import profile

DEMO = ROOT / "scripts" / "demo"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Child]:
    """The running demo."""
    child = Child("The demo", [DEMO, "--port", str(free_port())], tmp_path / "demo.log")
    child.start()
    yield child
    child.stop()


async def test_shows_a_live_picture_and_a_person_and_leaves_nothing_behind(demo: Child, shots: Path, tmp_path: Path) -> None:
    """What it prints leads to a dashboard where a person is detected and the video moves, and to a phone that shows it too.

    Ctrl-C ends all of it.
    """
    await asyncio.to_thread(demo.wait_until, lambda: "Ctrl-C stops it." in demo.log.read_text(), 180)
    said = demo.log.read_text()
    address, user, password = (_told(said, what) for what in ("Open", "User", "Password"))
    url, path = re.fullmatch(r"(http://127\.0\.0\.1:\d+)(/.+)", address).groups()  # type: ignore[union-attr]
    async with browser(url, shots / "demo") as window:
        await window.log_in(User("", user, password), path)
        await window.live_video()
        person = window.page.locator("hui-tile-card").filter(has_text="Person")
        await person.get_by_text("Detected").wait_for()
        picture = window.page.locator("hui-picture-entity-card img[src*='image_proxy']")
        await picture.wait_for()
        assert await picture.evaluate("image => image.naturalWidth") > 0
        await window.picture("dashboard")

        await window.open("/config/integrations/integration/ambianic")
        await window.page.locator("ha-config-entry-row").get_by_role("button", name="Configure").click()
        await window.page.locator("step-flow-menu").get_by_text("Add a phone", exact=True).click()
        await window.page.get_by_text("All an owner may").click()
        code = await window.page.locator("step-flow-progress h2").inner_text()
        async with profile(tmp_path / "phone") as context:
            phone = PhonePage(context.pages[0], shots / "demo", "phone")
            await phone.pair_by_code(_told(said, "Page"), code)
            await window.page.locator("step-flow-abort").get_by_text("is in.").wait_for()
            await phone.open_cameras()
            await phone.watch("Front yard")
            await phone.shot("live")

    processes = psutil.Process(demo.pid).children(recursive=True)
    assert len(processes) >= 4, "camera, registrar, edge and Home Assistant"
    data = next(_data(process) for process in processes if "--config" in process.cmdline())
    assert await asyncio.to_thread(data.is_dir)
    os.killpg(demo.pid, signal.SIGINT)  # as a terminal does at Ctrl-C
    gone, alive = await asyncio.to_thread(psutil.wait_procs, processes, timeout=30)
    assert not alive
    assert len(gone) == len(processes)
    assert demo.wait() == 0
    assert demo.log.read_text().endswith("Stopped.\n")
    assert "Traceback" not in demo.log.read_text()
    assert not await asyncio.to_thread(data.exists)


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    """Asked for a port that another program has, it says so and ends."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        child = Child("The demo", [DEMO, "--port", str(port)], tmp_path / "demo.log")
        child.start()
        assert child.wait() == 1
    assert f"Port {port} can't be used" in child.log.read_text()
    assert "Traceback" not in child.log.read_text()


def test_a_program_that_ends_is_named(demo: Child) -> None:
    """Where the edge dies, the demo says so with the end of its log, and stops the rest."""
    demo.wait_until(lambda: "The edge answers" in demo.log.read_text(), 120)
    processes = psutil.Process(demo.pid).children(recursive=True)
    edge = next(process for process in processes if "edge" in process.cmdline())
    edge.kill()
    assert demo.wait() == 1
    assert "The edge ended by itself (killed by SIGKILL)" in demo.log.read_text()
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert not alive


def test_it_can_be_stopped_while_it_starts(demo: Child) -> None:
    """SIGTERM before everything is up ends what has been started."""
    demo.wait_until(lambda: "The edge answers" in demo.log.read_text(), 120)
    processes = psutil.Process(demo.pid).children(recursive=True)
    os.kill(demo.pid, signal.SIGTERM)
    assert demo.wait() == 0
    assert demo.log.read_text().endswith("Stopped.\n")
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert not alive


def _told(text: str, what: str) -> str:
    """What the demo says after a word at the start of a line."""
    found = re.search(rf"^ *{what} +(\S+)$", text, re.MULTILINE)
    assert found, f"The demo does not tell {what}:\n{text}"
    return found[1]


def _data(homeassistant: psutil.Process) -> Path:
    """The demo's data directory, which Home Assistant's configuration is in."""
    command = homeassistant.cmdline()
    return Path(command[command.index("--config") + 1]).parent
