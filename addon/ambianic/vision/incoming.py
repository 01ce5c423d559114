"""One run of a camera's packets: what waits to be decoded, and what is known of it without decoding."""

from ambianic.cameras.packets import CLOCK_RATE, StreamInfo

from .backlog import Backlog, Waiting
from .decoder import Decoder
from .encoded import INTRA_ONLY, Encoded, Kind
from .frames import Frame
from .gate import INTRA_REASON, Gate

SMOOTHING = 0.2
MAX_INTERVAL = 60.0


class Incoming:
    """One run of a camera's packets."""

    def __init__(self, info: StreamInfo, before: "Incoming | None") -> None:
        """Begin with no picture; what the gate has learned of a stream like it, `before`, is kept."""
        self.info = info
        self.pixels = max(1, info.width * info.height)
        self.backlog = Backlog(self.pixels)
        self.catching_up = False
        self.since = float("-inf")
        """Pictures are looked at from this clock on."""
        self.interval = 0.0
        """The usual time in seconds between two pictures."""
        same = before is not None and (before.info.codec, before.pixels) == (info.codec, self.pixels)
        self.gate: Gate = before.gate if before is not None and same else Gate(self.pixels)
        self.gate.begin()
        self._decoder = Decoder(info)
        self._continues = False
        """Whether the decoder has decoded all up to what waits."""
        self._references = 0.0
        """The usual time in seconds between two pictures that others refer to."""
        self._layers = 0
        self._last: float | None = None
        self._last_reference: float | None = None

    @property
    def intra(self) -> bool:
        """Whether each picture stands for itself."""
        return self.info.codec in INTRA_ONLY or self.gate.reason == INTRA_REASON

    def keep(self, waiting: Waiting) -> bool:
        """Let a picture wait; False where it can't be decoded without others that are not there."""
        clock, encoded = waiting.packet.pts / CLOCK_RATE, waiting.encoded
        self.interval, self._last = _smooth(self.interval, self._last, clock), clock
        self._layers = max(self._layers, encoded.layer)
        if not self._is_disposable(encoded):
            self._references, self._last_reference = _smooth(self._references, self._last_reference, clock), clock
        if encoded.kind is Kind.KEY:
            if self.backlog or self.gate.asleep:
                self._continues = False
            self.backlog.clear()
        elif not (self._continues or self.backlog):
            return False
        self.backlog.add(waiting)
        return True

    def take(self) -> Waiting:
        """The oldest picture that waits."""
        waiting = self.backlog.pop()
        self.catching_up = bool(self.backlog)
        return waiting

    def decode(self, waiting: Waiting) -> Frame | None:
        """Decode what was taken."""
        if not self._continues:
            self._decoder.restart()
            self._continues = True
        return self._decoder.decode(waiting.packet)

    def leave_out(self) -> None:
        """Take note that what was taken is not decoded, though it is a key frame."""
        self._continues = False

    def decode_key(self) -> Frame | None:
        """Decode the key frame that waits, by itself."""
        return self._decoder.decode_alone(self.backlog.newest.packet)

    def may_leave_out(self, encoded: Encoded, fps: float) -> bool:
        """Whether there are pictures enough without this one, which no other needs."""
        return self._is_disposable(encoded) and 0 < self._references < 1.1 / fps

    def _is_disposable(self, encoded: Encoded) -> bool:
        return encoded.kind is Kind.DISPOSABLE and encoded.layer >= self._layers


def _smooth(usual: float, last: float | None, clock: float) -> float:
    if last is None or not 0 <= clock - last < MAX_INTERVAL:
        return usual
    return usual + SMOOTHING * (clock - last - usual) if usual else clock - last
