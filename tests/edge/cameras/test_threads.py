"""Handing a stream from its thread to the event loop."""

import asyncio
from collections.abc import Generator
import threading

import pytest

from ambianic.cameras.packets import StreamInfo
from ambianic.cameras.sample import Item, Sample
from ambianic.cameras.status import CameraState, SourceError
from ambianic.cameras.threads import MAX_WAITING, Handover, deliver_from_thread, in_thread

INFO = StreamInfo(codec="h264", width=64, height=48)


def sample(number: int, *, keyframe: bool = False, size: int = 1) -> Sample:
    """The sample of this number."""
    return Sample(bytes(size), number, 0.0, 0.0, keyframe)


async def test_a_loop_that_lags_loses_up_to_a_key_frame() -> None:
    """What waits is bounded, and nothing is delivered that can't be decoded."""
    got: list[Item] = []
    handover = Handover(asyncio.get_running_loop(), got.append)
    handover.put(INFO)
    for number in range(2 * MAX_WAITING):
        handover.put(sample(number, keyframe=number % 50 == 0))
    await asyncio.sleep(0)
    assert len(got) == MAX_WAITING
    handover.put(INFO)
    for number in range(60):
        handover.put(sample(1000 + number, keyframe=number == 50))
    await asyncio.sleep(0)
    assert got[MAX_WAITING] == INFO
    assert [item.ticks for item in got[MAX_WAITING + 1 :] if isinstance(item, Sample)] == list(range(1050, 1060))


async def test_large_pictures_are_bounded_by_bytes() -> None:
    """Not only by number."""
    got: list[Item] = []
    handover = Handover(asyncio.get_running_loop(), got.append)
    for number in range(100):
        handover.put(sample(number, keyframe=True, size=1024 * 1024))
    await asyncio.sleep(0)
    assert len(got) == 16


async def test_what_the_thread_raises_comes_out() -> None:
    """After all that came before."""

    def items(_stop: threading.Event) -> Generator[Item]:
        yield INFO
        raise SourceError(CameraState.UNREACHABLE, "It broke.")

    got: list[Item] = []
    with pytest.raises(SourceError, match=r"It broke\."):
        await deliver_from_thread("test", items, got.append)
    assert got == [INFO]


async def test_a_cancelled_stream_ends_its_thread() -> None:
    """And closes what it has open."""
    closed = threading.Event()
    started = asyncio.Event()

    def items(stop: threading.Event) -> Generator[Item]:
        try:
            yield INFO
            stop.wait(60)
            yield INFO
        finally:
            closed.set()

    task = asyncio.create_task(deliver_from_thread("test", items, lambda _item: started.set()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed.is_set()


async def test_many_threads_at_once() -> None:
    """None waits for another, whatever the default pool's size."""
    barrier = threading.Barrier(64)
    found = await asyncio.wait_for(asyncio.gather(*(in_thread("test", barrier.wait) for _ in range(64))), 30)
    assert sorted(found) == list(range(64))
