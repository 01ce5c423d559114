"""A terminal's way to the edge that runs in the same data directory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
from typing import Any, BinaryIO

import aiohttp

from . import CommandError

TIMEOUT = aiohttp.ClientTimeout(total=30)
DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_read=30)
CHUNK = 256 * 1024
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

    async def download(self, path: str, file: Path, params: Any = None) -> int:
        """Write what a path gives to a file, as a whole or not at all: the bytes. Raises CommandError."""
        part = file.with_name(f".{file.name}.part")
        try:
            with part.open("wb") as output:
                size = await self._copy(path, params, output)
            part.replace(file)
        except OSError as err:
            raise CommandError(f"{file} can't be written: {err.strerror}.") from err
        finally:
            part.unlink(missing_ok=True)
        return size

    async def _copy(self, path: str, params: Any, output: BinaryIO) -> int:
        try:
            async with self._session.get(f"/api/v1{path}", params=params, timeout=DOWNLOAD_TIMEOUT) as response:
                if response.status >= 400:
                    problem = await response.json(content_type=None)
                    raise CommandError(f"{problem['title']}. {problem['detail']}".strip())
                size = 0
                async for chunk in response.content.iter_chunked(CHUNK):
                    output.write(chunk)
                    size += len(chunk)
                return size
        except (aiohttp.ClientError, TimeoutError, ValueError) as err:
            raise CommandError(f"The edge does not send it all: {err or type(err).__name__}.") from err

    async def camera(self, name: str) -> str:
        """The id of the camera of this name or id. Raises CommandError."""
        cameras = (await self.call("GET", "/cameras"))["cameras"]
        found = [camera["id"] for camera in cameras if name == camera["id"] or name.lower() == camera["name"].lower()]
        if len(found) != 1:
            known = ", ".join(f"{camera['name']} ({camera['id']})" for camera in cameras) or "none yet"
            raise CommandError(f"{'No camera is' if not found else 'Several cameras are'} called {name!r}. There are: {known}.")
        identifier: str = found[0]
        return identifier

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
