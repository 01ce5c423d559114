"""What the tests of the registrar share: registrars in this process."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from ambianic.pnp.server import RegistrarOptions, running

type Start = Callable[..., Any]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts registrars in this event loop, by their options; gives their base URLs."""
    async with AsyncExitStack() as stack:

        async def start_one(**options: Any) -> str:
            port = await stack.enter_async_context(running(RegistrarOptions(**{"lan": True} | options)))
            return f"http://127.0.0.1:{port}/"

        yield start_one


@pytest.fixture
async def base(start: Start) -> str:
    """The base URL of a registrar at home."""
    url: str = await start()
    return url
