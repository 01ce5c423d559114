"""What came just before: kept in memory until it is known whether it shall be recorded."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from ambianic.cameras.packets import CLOCK_RATE, AudioPacket, Packet

MAX_BYTES = 32 * 1024 * 1024


@dataclass(slots=True)
class _Group:
    """A key frame and what is decoded by it, with the sound that came meanwhile."""

    video: list[Packet] = field(default_factory=list)
    sound: list[AudioPacket] = field(default_factory=list)
    bytes: int = 0


class PreRoll:
    """The last seconds of a stream, from a key frame on, and at most so many bytes."""

    def __init__(self) -> None:
        """Start empty; `seconds` says how much is kept, which may reach back further to a key frame."""
        self.seconds = 0.0
        self._groups: deque[_Group] = deque()

    def add(self, video: Iterable[Packet], sound: Iterable[AudioPacket]) -> None:
        """Take what came next. Pictures before the first key frame are left out."""
        for packet in video:
            if packet.keyframe:
                self._groups.append(_Group())
            if self._groups:
                self._groups[-1].video.append(packet)
                self._groups[-1].bytes += len(packet.data)
        for piece in sound:
            if self._groups:
                self._groups[-1].sound.append(piece)
                self._groups[-1].bytes += len(piece.data)
        self._shrink()

    def take(self, since: int) -> tuple[list[Packet], list[AudioPacket]]:
        """Everything from the last key frame at or before a time stamp on; it is forgotten by that."""
        while len(self._groups) > 1 and self._groups[1].video[0].pts <= since:
            self._groups.popleft()
        video = [packet for group in self._groups for packet in group.video]
        sound = [packet for group in self._groups for packet in group.sound]
        self.clear()
        return video, sound

    def clear(self) -> None:
        """Forget everything."""
        self._groups.clear()

    def _shrink(self) -> None:
        if not self._groups:
            return
        oldest = self._groups[-1].video[-1].pts - round(self.seconds * CLOCK_RATE)
        while len(self._groups) > 1 and self._groups[1].video[0].pts <= oldest:
            self._groups.popleft()
        while self._groups and sum(group.bytes for group in self._groups) > MAX_BYTES:
            self._groups.popleft()
