"""What a source delivers before it is laid on the stream's time line."""

from dataclasses import dataclass, replace
from time import monotonic, time

from .packets import AudioInfo, StreamInfo


@dataclass(frozen=True, slots=True)
class Sample:
    """One encoded picture as it came.

    `ticks` is the camera's own time stamp (of decoding, where that differs) in 1/90000 s from anywhere, None where there is none;
    `arrival` is in seconds of the monotonic clock and `time` the same moment as Unix time. `offset` is as of a Packet.
    """

    data: bytes
    ticks: int | None
    arrival: float
    time: float
    keyframe: bool
    offset: int = 0

    def now(self, ticks: int | None = None) -> "Sample":
        """The sample as if it came now, at the given ticks or its own."""
        return replace(self, ticks=self.ticks if ticks is None else ticks, arrival=monotonic(), time=time())


@dataclass(frozen=True, slots=True)
class AudioSample:
    """Some encoded sound as it came. `ticks` are those of the stream's pictures, as far as the camera has one clock for both."""

    data: bytes
    ticks: int | None
    arrival: float
    time: float

    def now(self, ticks: int | None = None) -> "AudioSample":
        """The sample as if it came now, at the given ticks or its own."""
        return replace(self, ticks=self.ticks if ticks is None else ticks, arrival=monotonic(), time=time())


type Item = StreamInfo | Sample | AudioInfo | AudioSample
"""A source delivers a StreamInfo first, and again whenever it changes: the samples after it are a new run. Where the run has
sound, an AudioInfo comes right before its StreamInfo."""
