"""Looks are told of for as long as somebody asks for them, and no longer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ambianic.config import CameraConfig
from ambianic.home import looks as looks_module
from ambianic.home.looks import KEPT, MAX_ANSWER, Looks
from ambianic.vision.look import Look


class Vision:
    """Explains what a test hands to it."""

    def __init__(self) -> None:
        self.explaining: set[str] = set()
        self.looks: asyncio.Queue[Look] = asyncio.Queue()

    @asynccontextmanager
    async def explain(self, camera_id: str) -> AsyncIterator[AsyncIterator[Look]]:
        """As VisionClient does it."""
        self.explaining.add(camera_id)
        try:
            yield self._each()
        finally:
            self.explaining.discard(camera_id)

    async def _each(self) -> AsyncIterator[Look]:
        while True:
            yield await self.looks.get()

    def tell(self, count: int) -> None:
        """Look so many times."""
        for _ in range(count):
            self.looks.put_nowait(Look(camera_id="3f9a1c20", time=1.0, awake=True))


class Configured:
    """One camera that is watched."""

    def config(self, camera_id: str) -> CameraConfig:
        """How it is configured."""
        return CameraConfig(id=camera_id, name="Door", url="rtsp://127.0.0.1:9/1")


@pytest.fixture
def vision() -> Vision:
    """What is asked for looks."""
    return Vision()


@pytest.fixture
async def looks(vision: Vision) -> AsyncIterator[Looks]:
    """The looks of one camera."""
    cameras: Any = Configured()
    explained: Any = vision
    looks = Looks(explained, cameras=cameras)
    yield looks
    await looks.stop()
    assert vision.explaining == set()


async def test_nobody_asks_any_more(looks: Looks, vision: Vision, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is explained, until somebody asks again; the numbers go on."""
    monkeypatch.setattr(looks_module, "LEASE_SECONDS", 0.05)
    vision.tell(3)
    found, after = await looks.after("3f9a1c20", None, 5)
    assert ([number for number, _ in found], after) == ([1, 2, 3], 3)
    assert vision.explaining == {"3f9a1c20"}
    assert await looks.after("3f9a1c20", 3, 0) == ([], 3)
    async with asyncio.timeout(5):
        while vision.explaining:
            await asyncio.sleep(0.01)
    vision.tell(1)
    assert (await looks.after("3f9a1c20", 3, 5))[1] == 4


async def test_two_ask_at_the_same_time(looks: Looks, vision: Vision) -> None:
    """Both are told, and whoever waits hears of the next look at once."""
    waiting = [asyncio.create_task(looks.after("3f9a1c20", None, 20)) for _ in range(2)]
    await asyncio.sleep(0)
    vision.tell(1)
    answers = await asyncio.gather(*waiting)
    assert [after for _, after in answers] == [1, 1]


async def test_who_reads_slowly_gets_the_newest(looks: Looks, vision: Vision) -> None:
    """There is a bound to what is kept and to an answer; a number from another run of the edge begins anew."""
    await looks.after("3f9a1c20", None, 0)
    vision.tell(KEPT + 100)
    async with asyncio.timeout(5):
        while not vision.looks.empty():
            await asyncio.sleep(0)
    found, after = await looks.after("3f9a1c20", 5, 5)
    assert (len(found), found[-1][0], after) == (MAX_ANSWER, KEPT + 100, KEPT + 100)
    waiting = asyncio.create_task(looks.after("3f9a1c20", 99_999, 20))
    await asyncio.sleep(0)
    vision.tell(1)
    assert (await waiting)[1] == KEPT + 101
