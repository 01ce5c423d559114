"""The fan-out of one stream's pictures, with the last group of pictures kept for those who join."""

from collections.abc import Sequence

from .fanout import Fanout, Subscription as AnySubscription
from .packets import Packet, StreamInfo

GOP_BYTES = 16 * 1024 * 1024
GOP_PACKETS = 900
QUEUE_PACKETS = 1200
"""More than a cached group of pictures, which every reader gets at once when it joins."""

type Subscription = AnySubscription[Packet]


class Feed(Fanout[StreamInfo, Packet]):
    """The pictures of one stream. Who joins starts with the cached group of pictures, so the first packet is a key frame."""

    limit = QUEUE_PACKETS

    def __init__(self) -> None:
        """Make a feed that has not started."""
        super().__init__()
        self._gop: list[Packet] = []
        self._gop_bytes = 0

    @property
    def gop(self) -> tuple[Packet, ...]:
        """The packets since the last key frame, it first; empty where there is none yet."""
        return tuple(self._gop)

    def push(self, packet: Packet) -> None:
        """Hand a packet on."""
        if packet.keyframe:
            self._forget_gop()
        if packet.keyframe or self._gop:
            self._gop.append(packet)
            self._gop_bytes += len(packet.data)
            if self._gop_bytes > GOP_BYTES or len(self._gop) > GOP_PACKETS:
                self._forget_gop()
        super().push(packet)

    def stop(self) -> None:
        """End the run: forget its pictures and end its subscribers."""
        self._forget_gop()
        super().stop()

    def backlog(self) -> Sequence[Packet]:
        """The cached group of pictures."""
        return self._gop

    def begins(self, packet: Packet) -> bool:
        """A picture can't be decoded without the key frame before it."""
        return packet.keyframe

    def _forget_gop(self) -> None:
        self._gop.clear()
        self._gop_bytes = 0
