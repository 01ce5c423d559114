"""Zones: which of the areas each object is in, and which lines it crosses."""

from collections.abc import Sequence
from dataclasses import dataclass

from ambianic.config import Zone
from ambianic.events import Box

from .outlines import Point, borders, contains, crossings, distance, foot, sides, snapped

MARGIN = 0.06
"""Boxes tremble. A foot that is no further from an outline than this, in heights of its box, has not left the side it was on …"""
MIN_MARGIN = 0.004
"""… nor than this, in heights of the picture."""
SETTLE_SECONDS = 1.0
"""… unless it has stayed there for so long."""
LEAVE_SECONDS = 0.5
"""One wrong box is no leaving: an object is out of an area once it has been outside for so long."""


@dataclass(slots=True)
class _Stay:
    """An object and an area, by the stream's clock."""

    inside: bool
    since: float
    """When it came in; of one that is not in the area, nothing."""
    outside_since: float | None = None
    looks: int = 1


@dataclass(slots=True)
class _Way:
    """An object and a line: where it was, and the crossings that are not certain yet."""

    at: Point
    net: int = 0
    since: float = 0.0


class Area:
    """An area, and how long each object has been in it."""

    def __init__(self, zone: Zone) -> None:
        """Begin with nothing in it."""
        self._points = snapped(zone.points)
        self._borders = borders(self._points)
        self._dwell = zone.dwell_seconds
        self._stays: dict[int, _Stay] = {}

    def holds(self, number: int, point: Point, margin: float, aspect: float, clock: float) -> bool:
        """Take note of where an object is and return whether it is in the area, for long enough."""
        inside = contains(self._points, point)
        deep = inside and distance(self._borders, point, aspect) > margin
        stay = self._stays.get(number)
        if stay is None:
            if not inside:
                return False
            stay = self._stays[number] = _Stay(inside=deep, since=clock)
        elif inside:
            stay.looks += 1
            stay.outside_since = None
            stay.inside = stay.inside or deep or clock - stay.since >= SETTLE_SECONDS
        elif not self._stays_on(stay, point, margin, aspect, clock):
            del self._stays[number]
            return False
        return stay.inside and clock - stay.since >= self._dwell

    def _stays_on(self, stay: _Stay, point: Point, margin: float, aspect: float, clock: float) -> bool:
        """Whether an object whose foot is outside still counts as inside."""
        if not stay.inside:
            return False
        if distance(self._borders, point, aspect) <= margin:
            stay.outside_since = None
            return True
        stay.outside_since = clock if stay.outside_since is None else stay.outside_since
        return clock - stay.outside_since < LEAVE_SECONDS

    def forget(self, number: int) -> None:
        """Forget an object."""
        self._stays.pop(number, None)


class Line:
    """A line, and which side of it each object is on."""

    def __init__(self, zone: Zone) -> None:
        """Begin with nothing near it."""
        self._points = snapped(zone.points)
        self._sides = sides(self._points)
        self._direction = zone.direction
        self._ways: dict[int, _Way] = {}

    def holds(self, number: int, point: Point, margin: float, aspect: float, clock: float) -> bool:
        """Take note of where an object is and return whether it has crossed the line since the last time."""
        way = self._ways.setdefault(number, _Way(point))
        before = way.net
        way.net += crossings(self._points, way.at, point)
        way.at = point
        if way.net != before:
            way.since = clock
        far = distance(self._sides, point, aspect) > margin
        if not (far or (way.net and clock - way.since >= SETTLE_SECONDS)):
            return False
        net, way.net = way.net, 0
        return (net > 0 and self._direction != "backward") or (net < 0 and self._direction != "forward")

    def forget(self, number: int) -> None:
        """Forget an object."""
        self._ways.pop(number, None)


class Zones:
    """All zones of a camera."""

    def __init__(self) -> None:
        """Begin with none."""
        self._zones: dict[Zone, Area | Line] = {}

    def configure(self, zones: Sequence[Zone]) -> None:
        """Take other zones; those that stay as they are know what is in them."""
        self._zones = {zone: self._zones.get(zone) or (Area(zone) if zone.kind == "area" else Line(zone)) for zone in zones}

    def place(self, number: int, label: str, box: Box, aspect: float, clock: float) -> tuple[str, ...]:
        """The ids of the areas that an object is in by now, and of the lines that it crossed since the last call."""
        margin = max(MIN_MARGIN, MARGIN * (box[3] - box[1]))
        point = foot(box)
        return tuple(
            zone.id
            for zone, place in self._zones.items()
            if (not zone.labels or label in zone.labels) and place.holds(number, point, margin, aspect, clock)
        )

    def forget(self, number: int) -> None:
        """Forget an object that has left."""
        for place in self._zones.values():
            place.forget(number)
