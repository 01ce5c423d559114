"""What the detector sees and thinks of it, picture by picture, for those who tune a camera."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from ambianic.errors import EdgeError, ErrorCode
from ambianic.vision.client import VisionClient
from ambianic.vision.look import Look

from .cameras import Cameras

LEASE_SECONDS = 15.0
"""Looks are told of for so long after somebody was answered for the last time."""
KEPT = 240
MAX_ANSWER = 60
"""Looks in one answer, the newest."""

type Numbered = tuple[int, Look]


@dataclass(slots=True, eq=False)
class _Followed:
    """A camera whose looks are collected."""

    task: asyncio.Task[None] | None = None
    lease: asyncio.TimerHandle | None = None
    looks: deque[Numbered] = field(default_factory=lambda: deque(maxlen=KEPT))
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Looks:
    """The looks at the cameras that somebody asks about, numbered through for all of them."""

    def __init__(self, vision: VisionClient, *, cameras: Cameras) -> None:
        """Let vision explain itself."""
        self._vision = vision
        self._cameras = cameras
        self._followed: dict[str, _Followed] = {}
        self._number = 0

    async def after(self, camera_id: str, number: int | None, wait: float) -> tuple[list[Numbered], int]:
        """The looks after a number (None: from now on), for whose first it waits so many seconds, and the number to go on with.

        Raises EdgeError.
        """
        config = self._cameras.config(camera_id)
        if not (config.enabled and config.detection.enabled):
            raise EdgeError(
                ErrorCode.CAMERA_DISABLED,
                "Nothing is looked for here",
                "Switch the camera and its detection on to see what the detector does.",
            )
        followed = self._follow(camera_id, wait)
        after = self._number if number is None or number > self._number else number
        looks: list[Numbered] = []
        try:
            async with asyncio.timeout(wait):
                while not (looks := [look for look in followed.looks if look[0] > after]) and camera_id in self._followed:
                    followed.news.clear()
                    await followed.news.wait()
        except TimeoutError:
            return [], after
        return looks[-MAX_ANSWER:], looks[-1][0] if looks else after

    async def stop(self) -> None:
        """Ask for no more."""
        tasks = [followed.task for followed in self._followed.values() if followed.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _follow(self, camera_id: str, wait: float) -> _Followed:
        followed = self._followed.get(camera_id)
        if followed is None:
            followed = self._followed[camera_id] = _Followed()
            followed.task = asyncio.create_task(self._collect(camera_id, followed), name="looks")
        if followed.lease is not None:
            followed.lease.cancel()
        assert followed.task is not None
        followed.lease = asyncio.get_running_loop().call_later(wait + LEASE_SECONDS, followed.task.cancel)
        return followed

    async def _collect(self, camera_id: str, followed: _Followed) -> None:
        """Take in looks until nobody asks for them any more, or the camera is not watched."""
        try:
            async with self._vision.explain(camera_id) as looks:
                async for look in looks:
                    self._number += 1
                    followed.looks.append((self._number, look))
                    followed.news.set()
        finally:
            if followed.lease is not None:
                followed.lease.cancel()
            del self._followed[camera_id]
            followed.news.set()
