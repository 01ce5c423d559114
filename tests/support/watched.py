"""A home that the tests of the app look at: a camera, the edge, and its page in an administrator's browser."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .edge import Edge, EdgeApi
from .rtsp import Clip, RtspServer
from .ui import PHONE, AppPage, Scheme, build, profile

USER = "viewer"
PASSWORD = "the camera's own"
WAIT = 30.0
"""Seconds that something at home may take to happen."""


@dataclass(frozen=True, kw_only=True)
class WatchedHome:
    """A camera that wants `USER` and `PASSWORD`, and an edge with its API."""

    camera: RtspServer
    edge: Edge
    api: EdgeApi

    async def add(self, name: str, path: str, **fields: Any) -> str:
        """Add the stream at a path of the camera to the edge: the new camera's id."""
        login = {"username": USER, "password": PASSWORD}
        added = await self.api.post("cameras", {"name": name, "url": self.camera.url(path)} | login | fields)
        return str(added["id"])

    async def until(self, camera: str, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until something is true of a camera: the camera. Raises TimeoutError with what it was last."""
        seen: dict[str, Any] = {}
        try:
            async with asyncio.timeout(WAIT):
                while not true(seen := await self.api.get(f"cameras/{camera}")):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise TimeoutError(f"It did not come true: {seen}") from None
        return seen


@asynccontextmanager
async def watched_home(
    directory: Path, streams: Mapping[str, Clip], *, environment: Mapping[str, str] | None = None
) -> AsyncIterator[WatchedHome]:
    """A running home without cameras, whose page shows the app as it is built now; `environment` is added to the edge's."""
    await asyncio.to_thread(build)
    edge = Edge(directory, environment=environment)
    async with RtspServer(streams, user=USER, password=PASSWORD) as camera:
        await edge.start()
        try:
            yield WatchedHome(camera=camera, edge=edge, api=EdgeApi(edge, await edge.create_token("tests")))
        finally:
            await edge.stop()


@asynccontextmanager
async def desk(
    edge: Edge, shots: Path, directory: Path, scheme: Scheme = "light", size: tuple[int, int] = PHONE
) -> AsyncIterator[AppPage]:
    """The edge's page in a new browser."""
    async with profile(directory, scheme=scheme, size=size) as context:
        app = AppPage(context.pages[0], shots, f"{scheme}-{size[0]}")
        await app.page.goto(edge.page)
        yield app


def complaints(app: AppPage) -> list[str]:
    """What the browser's console complained about; that the page's host is no registrar is an answer to the app's question."""
    return [error for error in app.errors if not error.endswith("/pnp)")]
