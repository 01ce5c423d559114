"""A camera under test, whose changes can be waited for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

from ambianic.cameras.camera import Camera
from ambianic.cameras.feed import Feed
from ambianic.cameras.packets import Packet
from ambianic.cameras.status import CameraState, CameraStatus
from ambianic.cameras.timing import Backoff, Timing
from ambianic.config import CameraConfig

PATIENCE = 30.0
SOON = Backoff(first=0.05, most=0.2)
TIMING = Timing(settled=0.5, backoff=SOON, unauthorized=SOON)
"""Attempts follow each other quickly, while a loaded machine still has time to answer."""
IMPATIENT = Timing(resolve=2, open=1.0, read=1.0, settled=0.5, backoff=SOON, unauthorized=SOON)
"""For cameras that never answer."""


class Watched:
    """A camera with its states so far."""

    def __init__(self, timing: Timing, settings: dict[str, Any]) -> None:
        self._changed = asyncio.Event()
        self.camera = Camera(CameraConfig(**{"id": "00000001", "name": "Garden"} | settings), self._on_change, timing)
        self.states: list[CameraState] = []

    def _on_change(self, camera: Camera) -> None:
        assert camera is self.camera
        if not self.states or self.states[-1] is not camera.status.state:
            self.states.append(camera.status.state)
        self._changed.set()

    async def until(self, condition: Callable[[CameraStatus], bool]) -> CameraStatus:
        """Wait until the status is so."""
        async with asyncio.timeout(PATIENCE):
            while not condition(self.camera.status):
                self._changed.clear()
                await self._changed.wait()
        return self.camera.status

    async def state(self, state: CameraState) -> CameraStatus:
        """Wait for a state."""
        return await self.until(lambda status: status.state is state)

    async def online(self) -> CameraStatus:
        """Wait until pictures come."""
        return await self.state(CameraState.ONLINE)

    async def outcome(self) -> CameraStatus:
        """Wait for the first attempt's end."""
        return await self.until(lambda status: status.state is not CameraState.CONNECTING)


@asynccontextmanager
async def watched(url: str, *, timing: Timing = TIMING, **settings: Any) -> AsyncIterator[Watched]:
    """Run a camera."""
    camera = Watched(timing, settings | {"url": url})
    camera.camera.start()
    try:
        yield camera
    finally:
        await camera.camera.stop()


async def packets(feed: Feed, count: int) -> list[Packet]:
    """Read the next packets of a feed, over as many runs as it takes."""
    found: list[Packet] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            await feed.opened()
            with feed.subscribe() as subscription:
                while len(found) < count and (packet := await subscription.get()) is not None:
                    found.append(packet)
    return found


def grows(found: list[Packet]) -> bool:
    """Whether the time stamps of packets only grow."""
    return all(first.pts < second.pts for first, second in pairwise(found))
