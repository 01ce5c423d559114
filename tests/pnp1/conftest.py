"""A home, and phones of both languages."""

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page
import pytest
import pytest_asyncio

from .hub import Clock, Hub
from .phones import ChromiumPhone, Phone, PythonPhone, chromium_page


@pytest.fixture
def clock() -> Clock:
    """The clock of hub and phone."""
    return Clock()


@pytest.fixture
def hub(clock: Clock) -> Hub:
    """A hub that has no phones yet."""
    return Hub(clock)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    """One page of Chromium for all tests."""
    directory: Path = tmp_path_factory.mktemp("phone")
    async with chromium_page(directory) as opened:
        yield opened


@pytest.fixture(params=["python", "chromium"])
def phone(request: pytest.FixtureRequest, clock: Clock) -> Phone:
    """A phone without a home: each test that uses it runs with both implementations."""
    if request.param == "python":
        return PythonPhone(clock)
    window: Page = request.getfixturevalue("page")
    return ChromiumPhone(window, clock)
