"""Which hubs are being paired on which network. A hint for phones on the same network, for half a minute."""

from collections.abc import Callable
import time

from .options import Limits

TTL = 30
"""Seconds that an announcement is good for."""


class RoomsFull(Exception):
    """There is no place for another announcement; the text says so."""


class Rooms:
    """The announcements that were made on this node. Rooms are named by keyed hashes of networks."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._rooms: dict[bytes, dict[str, tuple[str, float]]] = {}

    def __len__(self) -> int:
        return len(self._rooms)

    def announce(self, room: bytes, pid: str, label: str) -> None:
        """Announce a hub, or prolong its announcement. Raises RoomsFull."""
        hubs = self._living(room)
        if pid not in hubs and len(hubs) >= self._limits.hubs_per_room:
            raise RoomsFull("Too many hubs are being paired on this network. Use the QR code or the link.")
        if room not in self._rooms and len(self._rooms) >= self._limits.rooms:
            raise RoomsFull("This server announces as many hubs as it can. Use the QR code or the link.")
        hubs[pid] = (label, self._clock() + TTL)
        self._rooms[room] = hubs

    def withdraw(self, room: bytes, pid: str) -> None:
        """End an announcement, if there is one."""
        hubs = self._rooms.get(room, {})
        hubs.pop(pid, None)
        if not hubs:
            self._rooms.pop(room, None)

    def hubs(self, room: bytes) -> dict[str, str]:
        """The labels of the hubs in a room, by pid."""
        return {pid: label for pid, (label, _) in self._living(room).items()}

    def sweep(self) -> None:
        """Forget the announcements that are over."""
        for room in list(self._rooms):
            if not self._living(room):
                del self._rooms[room]

    def _living(self, room: bytes) -> dict[str, tuple[str, float]]:
        hubs = self._rooms.get(room, {})
        now = self._clock()
        for pid in [pid for pid, (_, expires) in hubs.items() if expires <= now]:
            del hubs[pid]
        return hubs
