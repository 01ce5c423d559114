"""Real encoded video, made with PyAV, and a camera that plays it into a feed in real time."""

import asyncio
from collections.abc import Callable, Iterator
from fractions import Fraction
import time
from typing import Self

import av
from av.video.codeccontext import VideoCodecContext
import numpy as np

from ambianic.cameras.feed import Feed
from ambianic.cameras.packets import CLOCK_RATE, Packet, StreamInfo

TIME_BASE = Fraction(1, CLOCK_RATE)
COUNTER_BITS = 16


def counter_frame(number: int, width: int = 640, height: int = 360) -> av.VideoFrame:
    """A picture of a moving pattern that has its own number drawn on it, as white and black squares along its top."""
    y, x = np.mgrid[0:height, 0:width]
    grey = ((x + y + 8 * number) % 160 + 48).astype(np.uint8)
    side = width // COUNTER_BITS
    for bit in range(COUNTER_BITS):
        grey[:side, bit * side : (bit + 1) * side] = 235 if number >> bit & 1 else 16
    return av.VideoFrame.from_ndarray(np.repeat(grey[:, :, None], 3, axis=2), format="rgb24")


def read_counter(frame: av.VideoFrame) -> int:
    """The number that `counter_frame` has drawn on a picture."""
    grey = frame.to_ndarray(format="gray")
    side = grey.shape[1] // COUNTER_BITS
    return sum(
        1 << bit
        for bit in range(COUNTER_BITS)
        if grey[side // 4 : 3 * side // 4, bit * side + side // 4 : bit * side + 3 * side // 4].mean() > 128
    )


def encode(
    codec: str = "h264",
    *,
    seconds: float = 4,
    fps: int = 15,
    gop: int = 30,
    size: tuple[int, int] = (640, 360),
    b_frames: bool = False,
    bit_rate: int = 0,
) -> "Clip":
    """Encode numbered pictures. `gop` is in pictures."""
    name = {"h264": "libx264", "hevc": "libx265", "mjpeg": "mjpeg"}[codec]
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    encoder.time_base = TIME_BASE
    encoder.framerate = Fraction(fps)
    encoder.gop_size = gop
    if bit_rate:
        encoder.bit_rate = bit_rate
    if codec == "h264":
        encoder.options = {
            "preset": "ultrafast" if not b_frames else "veryfast",
            "bf": "2" if b_frames else "0",
            "sc_threshold": "0",
        }
    elif codec == "hevc":
        encoder.options = {"preset": "ultrafast", "x265-params": f"bframes=0:keyint={gop}:repeat-headers=1:log-level=none"}
    frames = round(seconds * fps)
    packets: list[tuple[bytes, bool]] = []
    for number in range(frames):
        frame = counter_frame(number, *size).reformat(format=encoder.pix_fmt)
        frame.pts, frame.time_base = number * CLOCK_RATE // fps, TIME_BASE
        packets += [(bytes(packet), packet.is_keyframe) for packet in encoder.encode(frame)]
    packets += [(bytes(packet), packet.is_keyframe) for packet in encoder.encode(None)]
    info = StreamInfo(codec=codec, width=size[0], height=size[1], fps=float(fps), reordered=b_frames)
    return Clip(info, fps, packets)


class Clip:
    """Encoded pictures, and what they are."""

    def __init__(self, info: StreamInfo, fps: int, packets: list[tuple[bytes, bool]]) -> None:
        self.info = info
        self.fps = fps
        self.packets = packets


class Player:
    """Plays a clip into `feed` again and again, in real time. `sent` counts the pictures."""

    def __init__(self, clip: Clip, *, on_packet: Callable[[int], None] = lambda number: None) -> None:
        self.feed = Feed()
        self.sent = 0
        self._clip = clip
        self._on_packet = on_packet
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.feed.start(self._clip.info)
        self.push()
        self._task = asyncio.create_task(self._play())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task
        self._task.cancel()
        self.feed.stop()

    def push(self, count: int = 1) -> None:
        """Push the next pictures now."""
        for _ in range(count):
            data, keyframe = self._clip.packets[self.sent % len(self._clip.packets)]
            pts = 1_000_000 + self.sent * CLOCK_RATE // self._clip.fps
            self.feed.push(Packet(data, pts, time.time(), keyframe))
            self._on_packet(self.sent)
            self.sent += 1

    async def _play(self) -> None:
        start = asyncio.get_running_loop().time() - self.sent / self._clip.fps
        while True:
            await asyncio.sleep(start + self.sent / self._clip.fps - asyncio.get_running_loop().time())
            self.push()


def decode(data: bytes, codec: str = "h264") -> Iterator[av.VideoFrame]:
    """Decode a whole byte stream."""
    decoder = av.CodecContext.create(codec, "r")
    assert isinstance(decoder, VideoCodecContext)
    for packet in [*decoder.parse(data), None]:
        yield from decoder.decode(packet)
