"""The sound of a recording: AAC and Opus as they come, all else made into AAC once."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from ambianic.cameras.packets import CLOCK_RATE, AudioInfo, AudioPacket
from ambianic.cameras.sound_decoder import SoundDecoder

from .mp4 import entries
from .mp4.entries import Entry

RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350)
"""The sample rates of AAC, by their number in its configuration."""
FRAME_SAMPLES = 1024
LEAST_RATE, MOST_RATE = 16_000, 48_000
BIT_RATE = 32_000
"""Bits a second for each channel."""
PASSED_ON = frozenset({2, 5, 29})
"""The kinds of AAC that browsers play: LC and the two of High Efficiency."""
GAP_TICKS = CLOCK_RATE // 5
"""From this on, sound that is missing or too much is a jump in the time stamps."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Encoded sound: `pts` in ticks of 1/90000 s, `duration` in ticks of its track."""

    data: bytes
    pts: int
    duration: int


class Sound(Protocol):
    """What becomes of a camera's sound in a recording. `scale` is its track's ticks in a second."""

    entry: Entry
    scale: int

    def pieces(self, packet: AudioPacket) -> Iterator[Piece]:
        """The pieces that a packet gives. Raises av.FFmpegError."""


def sound_of(info: AudioInfo, first: AudioPacket) -> Sound:
    """How to record what `info` and its first packet describe. Raises ValueError or av.FFmpegError where that is not possible."""
    if info.codec == "aac":
        config = info.extradata or _config_of_adts(first.data)
        if len(config) >= 2 and config[0] >> 3 in PASSED_ON and _rate_number(config) < len(RATES):
            return _Aac(config, info.channels)
    if info.codec == "opus" and info.channels <= 2:
        return _Opus(info)
    return _Transcoded(info)


class _Aac:
    """AAC as it comes, but without the headers of a stream that has no other description."""

    def __init__(self, config: bytes, channels: int) -> None:
        self.scale = RATES[_rate_number(config)]
        self.entry = entries.aac(config, channels, self.scale)

    def pieces(self, packet: AudioPacket) -> Iterator[Piece]:
        data = packet.data
        if _has_adts(data):
            data = data[7 if data[1] & 1 else 9 :]
        yield Piece(data, packet.pts, FRAME_SAMPLES)


class _Opus:
    """Opus as it comes (RFC 6716, section 3.1)."""

    scale = 48_000

    def __init__(self, info: AudioInfo) -> None:
        self.entry = entries.opus(info.channels, info.sample_rate)

    def pieces(self, packet: AudioPacket) -> Iterator[Piece]:
        if not packet.data:
            return
        kind, code = packet.data[0] >> 3, packet.data[0] & 3
        if kind < 12:
            frame = (480, 960, 1920, 2880)[kind % 4]
        elif kind < 16:
            frame = (480, 960)[kind % 2]
        else:
            frame = (120, 240, 480, 960)[kind % 4]
        more = packet.data[1] & 0x3F if len(packet.data) > 1 else 0
        frames = (1, 2, 2, more)[code]
        if frames:
            yield Piece(packet.data, packet.pts, frame * frames)


class _Transcoded:
    """AAC made of other sound."""

    def __init__(self, info: AudioInfo) -> None:
        self._decoder = SoundDecoder(info)
        wanted = max(LEAST_RATE, min(MOST_RATE, info.sample_rate))
        self.scale = min(RATES, key=lambda rate: (abs(rate - wanted), rate))
        self._layout = "stereo" if info.channels > 1 else "mono"
        channels = 2 if info.channels > 1 else 1
        self.entry = entries.aac(_config(RATES.index(self.scale), channels), channels, self.scale)
        self._start: int | None = None
        self._restart()

    def pieces(self, packet: AudioPacket) -> Iterator[Piece]:
        for frame in self._decoder.decode(packet.data):
            # Time goes by the samples, since the stamps of single packets are coarse with some cameras.
            if self._start is None or abs(packet.pts - self._start - self._heard) > GAP_TICKS:
                self._restart()
                self._start = packet.pts
            self._heard += Fraction(frame.samples * CLOCK_RATE, frame.sample_rate)
            frame.pts = None
            yield from self._encode(frame, self._start)

    def _encode(self, frame: AudioFrame, start: int) -> Iterator[Piece]:
        for part in self._resampler.resample(frame):
            part.pts = self._resampled
            part.time_base = Fraction(1, self.scale)
            self._resampled += part.samples
            for packet in self._encoder.encode(part):
                # The encoder begins with silence from before the start, which its stamps say.
                yield Piece(bytes(packet), start + round((packet.pts or 0) * CLOCK_RATE / self.scale), FRAME_SAMPLES)

    def _restart(self) -> None:
        self._resampler = AudioResampler(format="fltp", layout=self._layout, rate=self.scale, frame_size=FRAME_SAMPLES)
        encoder = av.CodecContext.create("aac", "w")
        assert isinstance(encoder, AudioCodecContext)
        encoder.sample_rate = self.scale
        encoder.format = "fltp"
        encoder.layout = self._layout
        encoder.time_base = Fraction(1, self.scale)
        encoder.bit_rate = BIT_RATE * (2 if self._layout == "stereo" else 1)
        self._encoder = encoder
        self._heard = Fraction(0)
        self._resampled = 0


def _config(rate_number: int, channels: int) -> bytes:
    """The AudioSpecificConfig of AAC LC."""
    return (2 << 11 | rate_number << 7 | channels << 3).to_bytes(2)


def _rate_number(config: bytes) -> int:
    return int.from_bytes(config[:2]) >> 7 & 0xF


def _has_adts(data: bytes) -> bool:
    return len(data) > 9 and data[0] == 0xFF and data[1] & 0xF6 == 0xF0


def _config_of_adts(data: bytes) -> bytes:
    """The AudioSpecificConfig of what comes with ADTS headers; empty where it does not."""
    if not _has_adts(data):
        return b""
    kind, rate, channels = (data[2] >> 6) + 1, data[2] >> 2 & 0xF, (data[2] & 1) << 2 | data[3] >> 6
    return (kind << 11 | rate << 7 | channels << 3).to_bytes(2)
