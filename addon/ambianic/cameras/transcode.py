"""H.264 made on demand from what browsers cannot play: MJPEG, H.265, B-frames."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
import logging

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import ColorRange, Interpolation

from .feed import Feed
from .packets import CLOCK_RATE, Packet, StreamInfo

WIDTH = 1280
"""Pixels: wider pictures are scaled down."""

FPS = 15
GOP_SECONDS = 2

ENCODER = {
    "preset": "ultrafast",
    "tune": "zerolatency",
    "profile": "baseline",
    "crf": "25",
    "maxrate": "3M",
    "bufsize": "3M",
    "forced-idr": "1",
    # Key frames are placed by time, since the number of pictures a second varies.
    "g": "600",
    "sc_threshold": "0",
}

TIME_BASE = Fraction(1, CLOCK_RATE)

logger = logging.getLogger(__name__)


class Transcoder:
    """Makes H.264 of a feed's pictures in a thread of its own.

    `output` is the feed of what is made: the newest picture counts, and those for which there is no time are left out.
    """

    def __init__(self, source: Feed) -> None:
        """Start at once."""
        self.output = Feed()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="transcode")
        self._task = asyncio.create_task(self._run(source))

    @property
    def ended(self) -> bool:
        """Whether the source's run is over, or its pictures could not be made into H.264."""
        return self._task.done()

    def stop(self) -> None:
        """Stop the thread and end those who read the output."""
        self._task.cancel()

    async def _run(self, source: Feed) -> None:
        try:
            info = source.info
            if info is None:
                return
            width, height = scaled(info.width, info.height)
            self.output.start(StreamInfo(codec="h264", width=width, height=height, fps=min(info.fps or FPS, FPS)))
            codec = Codec(info)
            loop = asyncio.get_running_loop()
            with source.subscribe() as subscription:
                while batch := await subscription.batch():
                    for packet in await loop.run_in_executor(self._thread, codec.work, batch):
                        self.output.push(packet)
        except Exception:
            logger.exception("A camera's pictures cannot be made into H.264.")
        finally:
            self.output.stop()
            self._thread.shutdown(wait=False)


def scaled(width: int, height: int) -> tuple[int, int]:
    """Shrink a size to at most `WIDTH` wide, in even numbers as H.264 wants them."""
    factor = min(1.0, WIDTH / width)
    return max(2, round(width * factor / 2) * 2), max(2, round(height * factor / 2) * 2)


class Codec:
    """A decoder and an encoder, to be used on one thread."""

    def __init__(self, info: StreamInfo) -> None:
        """Decode what `info` describes."""
        decoder = av.CodecContext.create(info.codec, "r")
        assert isinstance(decoder, VideoCodecContext)
        self._decoder = decoder
        # Decoding whole pictures side by side would delay each by as many.
        self._decoder.thread_type = "SLICE"
        self._decoder.extradata = info.extradata or None
        self._independent = self._decoder.codec.intra_only
        self._encoder: VideoCodecContext | None = None
        self._due = self._keyframe_due = 0

    def work(self, batch: Sequence[Packet]) -> list[Packet]:
        """Decode a batch of packets and encode the last picture, if it is time for one. Raises av.FFmpegError."""
        newest = batch[-1]
        due = newest.pts >= self._due
        if self._independent:
            batch = [newest] if due else []
        frames = [frame for packet in batch for frame in self._decode(packet)][-1:]
        if not (frames and due):
            return []
        interval = CLOCK_RATE // FPS
        self._due = (self._due if newest.pts - self._due < interval else newest.pts) + interval
        return self._encode(frames[0], newest)

    def _decode(self, packet: Packet) -> list[VideoFrame]:
        try:
            return self._decoder.decode(av.Packet(packet.data))
        except av.error.InvalidDataError:
            # Bits that were lost on the way; the next key frame repairs it.
            return []

    def _encode(self, frame: VideoFrame, newest: Packet) -> list[Packet]:
        width, height = scaled(frame.width, frame.height)
        if self._encoder is None or (self._encoder.width, self._encoder.height) != (width, height):
            self._encoder = encoder(width, height)
            self._keyframe_due = newest.pts
        picture = frame.reformat(
            width,
            height,
            "yuv420p",
            # JPEGs use all 256 levels, which players would take for more contrast.
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.FAST_BILINEAR,
        )
        picture.pts = newest.pts
        picture.time_base = TIME_BASE
        keyframe = newest.pts >= self._keyframe_due
        picture.pict_type = PictureType.I if keyframe else PictureType.NONE
        if keyframe:
            self._keyframe_due = newest.pts + GOP_SECONDS * CLOCK_RATE
        return [
            Packet(bytes(packet), packet.pts or newest.pts, newest.time, packet.is_keyframe)
            for packet in self._encoder.encode(picture)
        ]


def encoder(width: int, height: int) -> VideoCodecContext:
    """Make an encoder whose H.264 every browser plays, without delay."""
    context = VideoCodecContext.create("libx264", "w")
    context.width, context.height = width, height
    context.pix_fmt = "yuv420p"
    context.time_base = TIME_BASE
    context.framerate = Fraction(FPS)
    context.thread_count = 1
    context.options = dict(ENCODER)
    return context
