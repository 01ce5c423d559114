"""Encoded video and sound: what a stream is made of, before any decoding."""

from dataclasses import dataclass

CLOCK_RATE = 90_000
"""Ticks per second of a packet's time stamp, as RTP has it for video. Sound is counted in the same ticks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamInfo:
    """What is known of a stream once it is open.

    `codec` is FFmpeg's name (`h264`, `hevc`, `mjpeg`, …), `extradata` the codec's parameter sets in Annex B, empty where there
    are none. `fps` is None where the camera does not say.
    """

    codec: str
    width: int
    height: int
    fps: float | None = None
    extradata: bytes = b""
    reordered: bool = False
    """True where B-frames make the order of decoding differ from that of showing: browsers can't play that live."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One encoded picture. H.264 and H.265 are in Annex B, and each key frame carries its parameter sets.

    `pts` counts ticks of 1/90000 s and only grows, also over a reconnect; `time` is the Unix time of arrival in seconds.
    `offset` is by how many ticks it is shown after it is decoded, which only streams with B-frames have: `pts` is of decoding.
    """

    data: bytes
    pts: int
    time: float
    keyframe: bool
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioInfo:
    """What is known of a stream's sound.

    `codec` is FFmpeg's name (`pcm_mulaw`, `pcm_alaw`, `opus`, `aac`, …), `sample_rate` in samples a second. `extradata` and `bits`
    (per encoded sample) are what a decoder needs to be told, empty and 0 where it needs nothing.
    """

    codec: str
    sample_rate: int
    channels: int
    extradata: bytes = b""
    bits: int = 0


@dataclass(frozen=True, slots=True)
class AudioPacket:
    """Some encoded sound, `time` as of a Packet, `pts` on the same time line as that of its stream's. It needs no packet before it."""

    data: bytes
    pts: int
    time: float
