"""The sound that FFmpeg reads beside the pictures. Whatever is wrong with it, the pictures go on."""

from fractions import Fraction
import time

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Stream

from .packets import CLOCK_RATE, AudioInfo
from .sample import AudioSample

MAX_PACKET_BYTES = 64 * 1024
MAX_SAMPLE_RATE = 192_000
MAX_CHANNELS = 8
SAYS_BITS = frozenset({"adpcm_g726", "adpcm_g726le"})
"""Codecs whose number of bits a sample is told beside the stream."""


class Sound:
    """Turns FFmpeg's packets of one sound into samples."""

    def __init__(self, stream: AudioStream, info: AudioInfo) -> None:
        """Read `stream`, which `info` describes."""
        self.stream = stream
        self.info = info
        self._seconds = stream.time_base or Fraction(1, info.sample_rate)

    def read(self, packet: "av.Packet[Stream]") -> AudioSample | None:
        """The sample of a packet; None for one that holds no sound."""
        if not 0 < packet.size <= MAX_PACKET_BYTES:
            return None
        ticks = None if packet.pts is None else round(packet.pts * self._seconds * CLOCK_RATE)
        return AudioSample(bytes(packet), ticks, time.monotonic(), time.time())


def find(container: InputContainer) -> Sound | None:
    """The first sound of an open input that can be decoded; None where there is none."""
    for stream in container.streams.audio:
        if (info := _describe(stream)) is not None:
            return Sound(stream, info)
    return None


def _describe(stream: AudioStream) -> AudioInfo | None:
    # A codec that FFmpeg does not know leaves it without a context.
    context = stream.codec_context
    codec = context.codec.canonical_name if context else None
    if codec is None or not (0 < context.sample_rate <= MAX_SAMPLE_RATE and 0 < context.channels <= MAX_CHANNELS):
        return None
    return AudioInfo(
        codec=codec,
        sample_rate=context.sample_rate,
        channels=context.channels,
        extradata=context.extradata or b"",
        bits=round((context.bit_rate or 0) / context.sample_rate) if codec in SAYS_BITS else 0,
    )
