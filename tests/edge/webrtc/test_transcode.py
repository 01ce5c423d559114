"""Pictures that browsers cannot play live, made into H.264 on demand."""

import asyncio
from itertools import pairwise
import threading

import av
from av.video.frame import PictureType
import numpy as np
import pytest

from ambianic.cameras.feed import Feed
from ambianic.cameras.packets import CLOCK_RATE, Packet, StreamInfo
from ambianic.cameras.transcode import FPS, GOP_SECONDS, Transcoder
from ambianic.webrtc.session import OFFLINE
from ambianic.webrtc.sessions import LiveSessions
from ambianic.webrtc.shared import Shared

from .conftest import Ends
from .footage import Clip, Player, counter_frame, decode, encode, read_counter
from .peer import TIMEOUT, peer


def threads() -> int:
    """How many transcoders run now."""
    return sum(thread.name.startswith("transcode") for thread in threading.enumerate())


async def all_threads_ended() -> None:
    """Wait until no transcoder runs any more."""
    async with asyncio.timeout(TIMEOUT):
        while threads():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("codec", "b_frames"), [("mjpeg", False), ("hevc", False), ("h264", True)], ids=["mjpeg", "hevc", "h264 with B-frames"]
)
async def test_a_viewer_sees_what_the_camera_shows_now(live: LiveSessions, codec: str, b_frames: bool) -> None:
    """In order, and not from the start of the backlog."""
    async with Player(encode(codec, seconds=8, b_frames=b_frames, size=(320, 180))) as camera, peer() as viewer:
        camera.push(40)
        await viewer.watch(live, camera.feed, transcode=True)
        numbers = await viewer.pictures(15)
        assert numbers == sorted(numbers)
        assert len(set(numbers)) >= 10
        # The pictures before it joined are left out, but for those that the decoder of B-frames holds back.
        assert numbers[0] >= 35
    await all_threads_ended()
    assert not camera.feed._subscriptions


async def test_all_viewers_share_one_transcoder_which_stops_with_the_last(live: LiveSessions) -> None:
    """And starts again for the next."""
    async with Player(encode("mjpeg", size=(320, 180))) as camera, peer() as one, peer() as two:
        first = await one.watch(live, camera.feed, transcode=True)
        await one.pictures(3)
        second = await two.watch(live, camera.feed, transcode=True)
        await two.pictures(3)
        assert threads() == 1
        assert len(camera.feed._subscriptions) == 1
        await live.close(first.id)
        await two.pictures(len(two.numbers) + 3)
        await live.close(second.id)
        await all_threads_ended()
        assert not camera.feed._subscriptions

        async with peer() as again:
            await again.watch(live, camera.feed, transcode=True)
            await again.pictures(3)


async def test_viewers_are_told_when_the_camera_goes(live: LiveSessions, ends: Ends) -> None:
    """As without transcoding."""
    async with Player(encode("mjpeg", size=(320, 180))) as camera, peer() as viewer:
        session = await viewer.watch(live, camera.feed, transcode=True)
        await viewer.pictures(1)
        camera.feed.stop()
        assert await ends.reason(session) == OFFLINE
        await all_threads_ended()


async def transcoded(clip: Clip, count: int) -> tuple[StreamInfo, list[Packet]]:
    """The first `count` packets that are made of a clip, and what the stream says of itself."""
    player = Player(clip)
    player.feed.start(clip.info)
    with Shared(Transcoder).watch(player.feed) as output:
        info = await output.opened()
        packets: list[Packet] = []
        with output.subscribe() as subscription:
            async with asyncio.timeout(TIMEOUT):
                while len(packets) < count:
                    player.push()
                    await asyncio.sleep(0.01)
                    while len(subscription):
                        packet = await subscription.get()
                        assert packet
                        packets.append(packet)
    return info, packets


async def test_large_and_fast_pictures_are_made_smaller_and_fewer() -> None:
    """With a key frame every two seconds."""
    info, packets = await transcoded(encode("mjpeg", seconds=1, fps=30, size=(1920, 1080)), 40)
    assert (info.width, info.height) == (1280, 720)
    frames = list(decode(b"".join(packet.data for packet in packets)))
    assert {(frame.width, frame.height) for frame in frames} == {(1280, 720)}
    assert {PictureType(frame.pict_type) for frame in frames} == {PictureType.I, PictureType.P}
    assert (packets[-1].pts - packets[0].pts) / (len(packets) - 1) >= CLOCK_RATE / FPS - 1
    keys = [packet.pts for packet in packets if packet.keyframe]
    assert keys[0] == packets[0].pts
    assert max(late - early for early, late in pairwise(keys)) <= (GOP_SECONDS + 0.2) * CLOCK_RATE


async def test_black_stays_black_and_white_white() -> None:
    """JPEGs have another range of levels than video."""
    _, packets = await transcoded(encode("mjpeg", seconds=1, size=(640, 360)), 3)
    frame = next(decode(b"".join(packet.data for packet in packets)))
    original = counter_frame(0).to_ndarray(format="rgb24")
    made = frame.to_ndarray(format="rgb24")
    assert np.abs(made.astype(int) - original).mean() < 6


@pytest.mark.long
async def test_damaged_pictures_are_left_out() -> None:
    """And what comes after them is shown."""
    clip = encode("hevc", seconds=2, size=(320, 180))
    for number in (5, 6, 17):
        data, keyframe = clip.packets[number]
        clip.packets[number] = (data[:8] + bytes(reversed(data[8:])), keyframe)
    clip.packets[20] = (b"garbage", False)
    _, packets = await transcoded(clip, 40)
    last = list(decode(b"".join(packet.data for packet in packets)))[-1]
    assert isinstance(last, av.VideoFrame)
    assert read_counter(last) in range(30)


async def test_a_camera_whose_pictures_cannot_be_decoded_ends_its_sessions(live: LiveSessions, ends: Ends) -> None:
    """Instead of leaving its viewers without a picture."""
    feed = Feed()
    feed.start(StreamInfo(codec="nothing", width=320, height=180))
    feed.push(Packet(b"x", 0, 0.0, keyframe=True))
    async with peer() as viewer:
        session = await viewer.watch(live, feed, transcode=True)
        assert await ends.reason(session) == OFFLINE
