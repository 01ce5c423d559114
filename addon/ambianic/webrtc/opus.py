"""Opus made on demand from sound that browsers cannot play: AAC, MP3, G.726 and others."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
import logging

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from ambianic.cameras.audio import AudioFeed
from ambianic.cameras.packets import CLOCK_RATE, AudioInfo, AudioPacket
from ambianic.cameras.sound_decoder import SoundDecoder

SAMPLE_RATE = 48_000
FRAME_SAMPLES = 960
FRAME_TICKS = FRAME_SAMPLES * CLOCK_RATE // SAMPLE_RATE
BIT_RATE = 32_000
"""Bits a second for each channel."""

ENCODER = {"application": "lowdelay"}

GAP_TICKS = CLOCK_RATE // 5
"""From this on, sound that is missing or too much is a jump in the time stamps."""

logger = logging.getLogger(__name__)


class OpusTranscoder:
    """Makes Opus of a feed's sound in a thread of its own, over all of the feed's runs.

    `output` is the feed of what is made.
    """

    def __init__(self, source: AudioFeed) -> None:
        """Start at once."""
        self.output = AudioFeed()
        channels = min(source.info.channels, 2) if source.info else 1
        self.output.start(AudioInfo(codec="opus", sample_rate=SAMPLE_RATE, channels=channels))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="opus")
        self._task = asyncio.create_task(self._run(source, channels))

    @property
    def ended(self) -> bool:
        """Whether the sound could not be made into Opus."""
        return self._task.done()

    def stop(self) -> None:
        """Stop the thread and end those who read the output."""
        self._task.cancel()

    async def _run(self, source: AudioFeed, channels: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                codec = Codec(await source.opened(), channels)
                with source.subscribe() as subscription:
                    while batch := await subscription.batch():
                        for packet in await loop.run_in_executor(self._thread, codec.work, batch):
                            self.output.push(packet)
        except Exception:
            logger.exception("A camera's sound cannot be made into Opus.")
        finally:
            self.output.stop()
            self._thread.shutdown(wait=False)


class Codec:
    """A decoder and an encoder, to be used on one thread."""

    def __init__(self, info: AudioInfo, channels: int) -> None:
        """Decode what `info` describes. Raises ValueError or av.FFmpegError where that is not possible."""
        self._decoder = SoundDecoder(info)
        self._layout = "stereo" if channels == 2 else "mono"
        self._encoder = encoder(self._layout)
        self._resampler = self._new_resampler()
        self._start: int | None = None
        self._heard = Fraction(0)
        self._made = 0

    def work(self, batch: Sequence[AudioPacket]) -> list[AudioPacket]:
        """Decode and encode a batch of packets. Raises av.FFmpegError."""
        return [made for packet in batch for frame in self._decoder.decode(packet.data) for made in self._encode(frame, packet)]

    def _new_resampler(self) -> AudioResampler:
        return AudioResampler(format="s16", layout=self._layout, rate=SAMPLE_RATE, frame_size=FRAME_SAMPLES)

    def _encode(self, frame: AudioFrame, packet: AudioPacket) -> Iterator[AudioPacket]:
        # Time goes by the samples, since the stamps of single packets are coarse with some cameras.
        if self._start is None or abs(packet.pts - self._start - self._heard) > GAP_TICKS:
            self._resampler = self._new_resampler()
            self._start, self._heard, self._made = packet.pts, Fraction(0), 0
        self._heard += Fraction(frame.samples * CLOCK_RATE, frame.sample_rate)
        frame.pts = None
        for part in self._resampler.resample(frame):
            part.pts = None
            for encoded in self._encoder.encode(part):
                yield AudioPacket(bytes(encoded), self._start + self._made * FRAME_TICKS, packet.time)
                self._made += 1


def encoder(layout: str) -> AudioCodecContext:
    """Make an encoder whose packets are of `FRAME_SAMPLES`, without delay."""
    context = av.CodecContext.create("libopus", "w")
    assert isinstance(context, AudioCodecContext)
    context.sample_rate = SAMPLE_RATE
    context.format = "s16"
    context.layout = layout
    context.time_base = Fraction(1, SAMPLE_RATE)
    context.bit_rate = BIT_RATE * (2 if layout == "stereo" else 1)
    context.options = dict(ENCODER)
    return context
