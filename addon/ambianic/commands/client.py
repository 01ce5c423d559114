"""A terminal's way to the edge that runs in the same data directory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
from typing import Any

import aiohttp

from . import CommandError

TIMEOUT = aiohttp.ClientTimeout(total=30)
HEARTBEAT = 20
MAX_MESSAGE = 4 * 1024 * 1024


class EdgeClient:
    """Calls the API."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        """Use a session that knows address and token."""
        self._session = session

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None, params: Any = None) -> Any:
        """Make one call. Raises CommandError with what the edge says is wrong."""
        try:
            async with self._session.request(method, f"/api/v1{path}", json=body, params=params) as response:
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as err:
            raise CommandError(f"The edge does not answer: {err or type(err).__name__}.") from err
        if response.status >= 400:
            raise CommandError(f"{answer['title']}. {answer['detail']}".strip())
        return answer

    @asynccontextmanager
    async def follow(self) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """Follow the edge's stream (docs/api.md): its messages until it stops. Raises CommandError."""
        try:
            async with self._session.ws_connect("/api/v1/stream", heartbeat=HEARTBEAT, max_msg_size=MAX_MESSAGE) as socket:
                yield (message.json() async for message in socket if message.type is aiohttp.WSMsgType.TEXT)
        except (aiohttp.ClientError, TimeoutError) as err:
            raise CommandError(f"The edge does not answer: {err or type(err).__name__}.") from err


@asynccontextmanager
async def connect(directory: Path) -> AsyncIterator[EdgeClient]:
    """Reach the edge that uses this data directory. Raises CommandError where none runs."""
    try:
        running = json.loads((directory / "running.json").read_text())
    except (OSError, ValueError):
        raise CommandError(
            f"No edge runs with the data directory {directory}. Start it with `ambianic edge --data {directory}`."
        ) from None
    headers = {"Authorization": f"Bearer {running['token']}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{running['port']}", headers=headers, timeout=TIMEOUT) as session:
        yield EdgeClient(session)
