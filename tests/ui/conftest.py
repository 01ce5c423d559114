"""What the tests of the app share: its build, a real registrar that serves it, one browser, and where pictures go."""

from collections.abc import AsyncIterator
import os
from pathlib import Path

from playwright.async_api import Browser
import pytest
import pytest_asyncio

from tests.support.registrar import Registrar
from tests.support.ui import AppPage, build, chromium, visitor


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the browser go: $AMBIANIC_SCREENSHOTS, else pytest's temporary directory."""
    chosen = os.environ.get("AMBIANIC_SCREENSHOTS")
    return Path(chosen).resolve() if chosen else tmp_path_factory.mktemp("screenshots")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def registrar(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Registrar]:
    """A registrar for this machine, which serves the app as it is built now."""
    build()
    registrar = Registrar(tmp_path_factory.mktemp("registrar"), "--lan", "--ui")
    await registrar.start()
    yield registrar
    registrar.child.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The browser of all visitors."""
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, shots: Path) -> AsyncIterator[AppPage]:
    """A phone that was never here before."""
    async with visitor(browser, shots) as phone:
        yield phone
