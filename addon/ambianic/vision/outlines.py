"""Outlines that people draw on a picture, for points in it: what is near its edge reaches it."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot, inf

from ambianic import polygons
from ambianic.events import Box

type Point = tuple[float, float]
type Side = tuple[Point, Point]

SNAP = 0.02
"""A corner so near the picture's edge, in shares of the picture, is meant to be on it …"""
BEYOND = 0.01
"""… and then is put so far outside, as the feet of somebody who is shown in part are on the edge itself."""


def foot(box: Box) -> Point:
    """Where an object stands: the middle of its box's lower side."""
    return (box[0] + box[2]) / 2, box[3]


def snapped(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points, with those near the picture's edge put a little outside of it."""
    return tuple((_snap(x), _snap(y)) for x, y in points)


def contains(points: Sequence[Point], point: Point) -> bool:
    """Whether a point is inside the area."""
    return polygons.contains(points, *point)


def sides(points: Sequence[Point]) -> tuple[Side, ...]:
    """The parts of a path."""
    return tuple(pairwise(points))


def borders(points: Sequence[Point]) -> tuple[Side, ...]:
    """The sides of an area that can be stepped over: all but those along the picture's edge."""
    return tuple((a, b) for a, b in sides([*points, points[0]]) if not _are_beyond(a, b))


def distance(among: Sequence[Side], point: Point, aspect: float) -> float:
    """How far a point is from the nearest of some sides, in heights of a picture that is `aspect` times as wide as high."""
    return min((_distance(a, b, point, aspect) for a, b in among), default=inf)


def crossings(path: Sequence[Point], begin: Point, end: Point) -> int:
    """How often a step from `begin` to `end` crosses the path from its left to its right, less how often the other way.

    Left and right are those of somebody who walks along the path as it is drawn, seen from above. A point on the path is to its right.
    """
    return sum(_crossing(a, b, begin, end) for a, b in sides(path))


def _crossing(a: Point, b: Point, begin: Point, end: Point) -> int:
    before, after = _is_right(a, b, begin), _is_right(a, b, end)
    # Seen from the same end both ways, so that who walks to and fro over the path's very end has crossed it as often as back.
    first, last = sorted((begin, end))
    if before is after or _is_right(first, last, a) is _is_right(first, last, b):
        return 0
    return 1 if after else -1


def _is_right(a: Point, b: Point, point: Point) -> bool:
    """Whether a point is to the right of the way from a to b, y growing downwards, or on it."""
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) >= 0


def _distance(a: Point, b: Point, point: Point, aspect: float) -> float:
    length_x, length_y = (b[0] - a[0]) * aspect, b[1] - a[1]
    x, y = (point[0] - a[0]) * aspect, point[1] - a[1]
    square = length_x * length_x + length_y * length_y
    share = min(1.0, max(0.0, (x * length_x + y * length_y) / square)) if square else 0.0
    return hypot(x - share * length_x, y - share * length_y)


def _snap(value: float) -> float:
    if value <= SNAP:
        return -BEYOND
    return 1 + BEYOND if value >= 1 - SNAP else value


def _are_beyond(a: Point, b: Point) -> bool:
    """Whether both points are outside of the same edge of the picture."""
    return any((one < 0 and other < 0) or (one > 1 and other > 1) for one, other in zip(a, b, strict=True))
