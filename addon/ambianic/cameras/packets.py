"""Encoded video: what a stream is made of, before any decoding."""

from dataclasses import dataclass

CLOCK_RATE = 90_000
"""Ticks per second of a packet's time stamp, as RTP has it for video."""


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
    """

    data: bytes
    pts: int
    time: float
    keyframe: bool
