"""Which kinds of objects are in each zone now."""

from collections.abc import Iterable, Mapping, Sequence

from ambianic.config import Zone

from .judge import Judge
from .track import Track
from .wire import Message, Occupied

LINE_SECONDS = 2.0
"""A line counts as occupied for so long after it was crossed."""


class Occupancy:
    """Takes note of zones and lines, and tells of each change."""

    def __init__(self, camera_id: str) -> None:
        """Begin with nothing in any zone."""
        self._camera_id = camera_id
        self._lines: frozenset[str] = frozenset()
        self._crossed: dict[tuple[str, str], float] = {}
        self._told: Mapping[str, tuple[str, ...]] = {}

    def configure(self, zones: Sequence[Zone]) -> None:
        """Take other zones."""
        self._lines = frozenset(zone.id for zone in zones if zone.kind == "line")

    def place(self, track: Track, judge: Judge, clock: float) -> None:
        """Take note of the zones that an object is in, which has been seen, and of the lines that it has crossed."""
        zones = judge.place(track.number, track.label, track.box, clock)
        track.zones = tuple(zone for zone in zones if zone not in self._lines)
        track.visited |= dict.fromkeys(zones)
        if track.certain:
            self._crossed |= {(zone, track.label): clock for zone in self._lines.intersection(zones)}

    def tell(self, tracks: Iterable[Track], clock: float) -> list[Message]:
        """Tell what is in each zone, if that has changed."""
        self._crossed = {key: crossed for key, crossed in self._crossed.items() if 0 <= clock - crossed < LINE_SECONDS}
        zones: dict[str, list[str]] = {}
        for zone, label in sorted({(zone, track.label) for track in tracks for zone in track.zones} | set(self._crossed)):
            zones.setdefault(zone, []).append(label)
        occupied = {zone: tuple(labels) for zone, labels in zones.items()}
        if occupied == self._told:
            return []
        self._told = occupied
        return [Occupied(self._camera_id, occupied)]
