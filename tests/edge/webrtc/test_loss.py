"""Viewers whose line is too narrow."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise

from aiortc.jitterbuffer import JitterBuffer
import pytest

from ambianic.cameras.feed import Feed
from ambianic.cameras.packets import Packet, StreamInfo
from ambianic.webrtc import loss
from ambianic.webrtc.loss import CALM_SECONDS, MOST_CALM_SECONDS, LossGuard
from ambianic.webrtc.selection import Selection
from ambianic.webrtc.sessions import LiveSessions

from .footage import Clip, Player, encode
from .peer import Peer, peer
from .relay import Line, line

pytestmark = pytest.mark.long

PATIENCE = 90
LARGE, SMALL = 640, 160


class Receiver:
    """Reports of a receiver, one a second; `share` of 100 packets are lost in each."""

    def __init__(self) -> None:
        self.guard = LossGuard()
        self.time = 0.0
        self._sent = self._lost = 0

    def report(self, share: float, seconds: int = 1, packets: int = 100) -> bool:
        """Report for some seconds; returns whether the viewer gets less then."""
        for _ in range(seconds):
            self.time += 1
            self._sent += packets
            self._lost += round(share * packets)
            self.guard.add(self.time, self._sent, self._lost)
        return self.guard.reduced

    def until(self, reduced: bool, share: float) -> float:
        """Report until the viewer gets less, or everything; returns after how many seconds."""
        start = self.time
        while self.report(share) != reduced:
            assert self.time - start < 2 * MOST_CALM_SECONDS
        return self.time - start


def test_lines_that_lose_a_little_get_everything() -> None:
    """Also where it comes in bursts of less than two seconds."""
    receiver = Receiver()
    assert not receiver.report(0.05, 60)
    assert not receiver.report(0, 5)
    assert not receiver.report(0.09)
    assert not receiver.report(0, 30)


def test_loss_over_two_seconds_reduces_and_calm_restores() -> None:
    """Calm is all the time without loss, not the sum."""
    receiver = Receiver()
    receiver.report(0, 5)
    assert receiver.until(True, 0.1) <= 3
    assert receiver.report(0, int(CALM_SECONDS) - 5)
    assert receiver.report(0.1, 2)
    assert receiver.report(0, int(CALM_SECONDS) - 5)
    assert receiver.until(False, 0) <= 10


def test_each_failure_doubles_the_wait() -> None:
    """Up to some minutes; a restoration that holds resets it."""
    receiver = Receiver()
    receiver.until(True, 0.1)
    waits = []
    for _ in range(6):
        waits.append(receiver.until(False, 0))
        receiver.until(True, 0.1)
    assert all(later >= earlier for earlier, later in pairwise(waits))
    assert waits[0] == pytest.approx(CALM_SECONDS, abs=3)
    assert waits[1] == pytest.approx(2 * CALM_SECONDS, abs=3)
    assert waits[-1] == pytest.approx(MOST_CALM_SECONDS, abs=3)
    receiver.until(False, 0)
    receiver.report(0, int(MOST_CALM_SECONDS) + 10)
    receiver.until(True, 0.1)
    assert receiver.until(False, 0) == pytest.approx(CALM_SECONDS, abs=3)


def test_key_frames_alone_may_be_too_few_to_tell() -> None:
    """Then calm is not to hear of loss."""
    receiver = Receiver()
    receiver.until(True, 0.1)
    assert not receiver.report(0, int(CALM_SECONDS) + 3, packets=1)


def picture(number: int, origin: int, start: float, *, keyframe: bool = False) -> Packet:
    """The picture of this number, of 10 a second; its stamp counts from `origin` and its time from `start`."""
    return Packet(b"x", origin + number * 9000, start + number / 10, keyframe)


async def test_time_stamps_go_on_from_stream_to_stream() -> None:
    """By when the pictures came, and each change is at a key frame."""
    main, light = Feed(), Feed()
    main.start(StreamInfo(codec="h264", width=640, height=360))
    light.start(StreamInfo(codec="h264", width=320, height=180))

    def push(number: int) -> None:
        main.push(picture(number, 50_000, 1000.0, keyframe=number % 10 == 0))
        light.push(picture(number, 7_000_000, 1000.02, keyframe=number % 10 == 5))

    chosen = Selection(main, light)
    push(0)
    assert chosen.join()
    got: list[tuple[int, float]] = []
    for number in range(60):
        if number:
            push(number)
        waiting = asyncio.create_task(chosen.next(reduced=12 <= number < 38))
        await asyncio.sleep(0)
        if waiting.done():
            packet = waiting.result()
            assert packet
            got.append((number, (packet.pts - 50_000) / 9000))
        else:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
    # Nothing from 12 on, until the key frame 15 of the smaller stream; back without a gap at the key frame 40.
    assert [number for number, _ in got] == [*range(12), *range(15, 60)]
    assert [stamp for number, stamp in got if not 15 <= number < 40] == [*range(12), *range(40, 60)]
    assert [stamp for number, stamp in got if 15 <= number < 40] == pytest.approx([number + 0.2 for number in range(15, 40)])
    chosen.close()
    assert not main._subscriptions
    assert not light._subscriptions


@pytest.mark.parametrize(("codec", "width", "reordered"), [("hevc", 320, False), ("h264", 640, False), ("h264", 320, True)])
async def test_a_sub_stream_that_browsers_cannot_play_or_that_is_not_smaller_is_not_taken(
    codec: str, width: int, reordered: bool
) -> None:
    """The key frames come instead, and what follows a key frame once all is well."""
    main, light = Feed(), Feed()
    main.start(StreamInfo(codec="h264", width=640, height=360))
    light.start(StreamInfo(codec=codec, width=width, height=360, reordered=reordered))
    chosen = Selection(main, light)
    chosen.join()
    for number in range(40):
        main.push(picture(number, 0, 0.0, keyframe=number % 10 == 0))
    # As if the viewer were reduced when it reads the pictures 12 to 29, and no longer when it reads on.
    got = [packet.pts // 9000 for _ in range(12) if (packet := await chosen.next(reduced=False))]
    got += [packet.pts // 9000 for _ in range(1) if (packet := await chosen.next(reduced=True))]
    got += [packet.pts // 9000 for _ in range(10) if (packet := await chosen.next(reduced=False))]
    assert got == [*range(12), 20, *range(30, 40)]
    main.stop()
    assert await chosen.next(reduced=False) is None


async def test_a_sub_stream_that_ends_gives_way_to_the_main_stream() -> None:
    """At its next key frame."""
    main, light = Feed(), Feed()
    main.start(StreamInfo(codec="h264", width=640, height=360))
    light.start(StreamInfo(codec="h264", width=320, height=180))
    chosen = Selection(main, light)
    main.push(picture(0, 0, 0.0, keyframe=True))
    chosen.join()
    assert await chosen.next(reduced=False)
    waiting = asyncio.create_task(chosen.next(reduced=True))
    await asyncio.sleep(0)
    light.stop()
    await asyncio.sleep(0)
    main.push(picture(1, 0, 0.0))
    main.push(picture(2, 0, 0.0, keyframe=True))
    packet = await waiting
    assert packet
    assert packet.pts == 2 * 9000


async def watch(viewer: Peer, wire: Line, live: LiveSessions, camera: Player, light: Player | None) -> None:
    """Open a session over the line."""
    offer = wire.offered(await viewer.offer())
    feed = light.feed if light else None
    session = await live.open("door", camera.feed, transcode=False, light=feed, offer=offer)
    session.answer = wire.answered(session.answer)
    await viewer.answer(session)


def triples(numbers: list[int]) -> Iterator[tuple[int, int, int]]:
    """All three in a row."""
    return zip(numbers, numbers[1:], numbers[2:], strict=False)


async def comes(viewer: Peer, width: int, count: int = 10) -> int:
    """Wait until the last `count` pictures are of this width; returns how many there were before them."""
    async with asyncio.timeout(PATIENCE):
        while viewer.widths[-count:] != [width] * count:
            await asyncio.sleep(0.05)
    return len(viewer.widths) - count


def kbit(clip: Clip) -> float:
    """A clip's bit rate in kbit/s."""
    return sum(len(data) for data, _ in clip.packets) / len(clip.packets) * clip.fps / 125


@pytest.fixture(scope="module")
def large() -> Clip:
    """More than the line will hold."""
    return encode(size=(LARGE, 360), bit_rate=3_000_000)


@pytest.fixture(scope="module")
def small() -> Clip:
    """Much less."""
    return encode(size=(SMALL, 96), bit_rate=60_000)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calm comes sooner, and aiortc's receiver gives lost packets up when fewer others have come."""
    monkeypatch.setattr(loss, "CALM_SECONDS", 4)

    def jitter_buffer(capacity: int, prefetch: int = 0, is_video: bool = False) -> JitterBuffer:
        return JitterBuffer(64 if is_video else capacity, prefetch, is_video)

    monkeypatch.setattr("aiortc.rtcrtpreceiver.JitterBuffer", jitter_buffer)


@pytest.mark.usefixtures("impatient")
async def test_a_narrow_line_gets_the_sub_stream_until_it_is_wide_again(live: LiveSessions, large: Clip, small: Clip) -> None:
    """By the reports of a real receiver behind a line that really drops."""
    async with Player(large) as camera, Player(small) as light, line() as wire, peer() as viewer:
        await watch(viewer, wire, live, camera, light)
        await comes(viewer, LARGE)
        assert wire.dropped == 0
        wire.kbit = 0.4 * kbit(large)
        assert kbit(small) < 0.8 * wire.kbit
        start = await comes(viewer, SMALL)
        assert wire.dropped > 0
        assert len(set(viewer.numbers[start:])) == 10
        wire.kbit = None
        await comes(viewer, LARGE)
        assert all(early < late for early, late in pairwise(viewer.pts))
        assert not light.feed._subscriptions


@pytest.mark.usefixtures("impatient")
async def test_a_narrow_line_without_a_sub_stream_gets_the_key_frames(live: LiveSessions) -> None:
    """Whole pictures now and then are better than broken ones."""
    large = encode(seconds=8, size=(LARGE, 360), gop=15, bit_rate=3_000_000)
    async with Player(large) as camera, line() as wire, peer() as viewer:
        await watch(viewer, wire, live, camera, None)
        await comes(viewer, LARGE)
        wire.kbit = 0.6 * kbit(large)
        async with asyncio.timeout(PATIENCE):
            while not any(keys[0] < keys[1] < keys[2] for keys in triples(viewer.numbers) if not any(key % 15 for key in keys)):
                await asyncio.sleep(0.05)
        wire.kbit = None
        async with asyncio.timeout(PATIENCE):
            while [late - early for early, late in pairwise(viewer.numbers[-6:])] != [1] * 5:
                await asyncio.sleep(0.05)
