"""The fan-out of packets."""

import asyncio

from ambianic.cameras.feed import GOP_BYTES, QUEUE_PACKETS, Feed
from ambianic.cameras.packets import Packet, StreamInfo

INFO = StreamInfo(codec="h264", width=640, height=360)


def packet(number: int, *, keyframe: bool = False, size: int = 1) -> Packet:
    """The packet of this number."""
    return Packet(bytes(size), number, float(number), keyframe)


async def test_who_joins_starts_at_the_last_key_frame() -> None:
    """And then gets everything."""
    feed = Feed()
    feed.start(INFO)
    for number in range(7):
        feed.push(packet(number, keyframe=number in {2, 4}))
    with feed.subscribe() as subscription:
        feed.push(packet(7))
        got = [await subscription.get() for _ in range(4)]
    assert [known and known.pts for known in got] == [4, 5, 6, 7]


async def test_who_joins_before_a_key_frame_waits_for_it() -> None:
    """A picture can't be decoded without one."""
    feed = Feed()
    feed.start(INFO)
    with feed.subscribe() as subscription:
        feed.push(packet(0))
        feed.push(packet(1, keyframe=True))
        got = await subscription.get()
    assert got is not None
    assert got.pts == 1


async def test_who_reads_too_slowly_goes_on_at_a_key_frame() -> None:
    """The queue is bounded, the drop is counted, and the quick are not disturbed."""
    feed = Feed()
    feed.start(INFO)
    with feed.subscribe() as slow, feed.subscribe() as quick:
        feed.push(packet(0, keyframe=True))
        for number in range(1, QUEUE_PACKETS + 5):
            feed.push(packet(number))
            assert await quick.get() is not None
        feed.push(packet(1000, keyframe=True))
        got = await slow.get()
        assert got is not None
        assert got.pts == 1000
        assert slow.dropped == QUEUE_PACKETS + 5
        assert quick.dropped == 0


async def test_an_endless_group_of_pictures_is_not_kept() -> None:
    """Memory is bounded also where a camera hardly sends key frames."""
    feed = Feed()
    feed.start(INFO)
    feed.push(packet(0, keyframe=True, size=GOP_BYTES))
    feed.push(packet(1, size=1))
    assert feed.gop == ()


async def test_the_end_of_a_stream_ends_its_readers() -> None:
    """They are told, after what they have not read yet."""
    feed = Feed()
    feed.start(INFO)
    feed.push(packet(0, keyframe=True))
    with feed.subscribe() as subscription:
        feed.stop()
        assert (await subscription.get()) is not None
        assert (await subscription.get()) is None
    assert feed.gop == ()
    waiting = asyncio.create_task(feed.opened())
    await asyncio.sleep(0)
    assert not waiting.done()
    feed.start(INFO)
    assert await waiting == INFO
