"""The encoded pictures since the last key frame, kept for when they must be decoded after all."""

from collections import deque
from dataclasses import dataclass

from ambianic.cameras.packets import Packet

from .encoded import Encoded

MAX_BYTES = 16 * 1024 * 1024
MAX_PIXELS = 1_000_000_000
"""What may wait to be decoded, some seconds of work: 18 s of 1080p at 25 pictures a second."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An encoded picture; `past` ones are only needed to decode others."""

    packet: Packet
    encoded: Encoded
    past: bool


class Backlog:
    """What has not been decoded, in order, beginning with a key frame or with what follows on what was decoded last."""

    def __init__(self, pixels: int) -> None:
        """Begin empty, for a stream whose pictures have so many pixels."""
        self._pixels = pixels
        self._waiting: deque[Waiting] = deque()
        self._bytes = 0

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._waiting)

    @property
    def full(self) -> bool:
        """Whether decoding all that waits would take too long, or it takes too much memory."""
        return self._bytes > MAX_BYTES or len(self._waiting) * self._pixels > MAX_PIXELS

    @property
    def newest(self) -> Waiting:
        """The picture that came last."""
        return self._waiting[-1]

    def add(self, waiting: Waiting) -> None:
        """Keep a picture."""
        self._waiting.append(waiting)
        self._bytes += len(waiting.packet.data)

    def pop(self) -> Waiting:
        """Take the oldest picture."""
        waiting = self._waiting.popleft()
        self._bytes -= len(waiting.packet.data)
        return waiting

    def clear(self) -> None:
        """Forget all pictures."""
        self._waiting.clear()
        self._bytes = 0
