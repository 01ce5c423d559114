"""Polygons that people draw on a picture: points of (x, y), each from 0 to 1."""

from collections.abc import Sequence
import itertools

type Points = tuple[tuple[float, float], ...]

MIN_AREA = 0.0001
"""The least share of the picture that a polygon covers."""


def contains(points: Sequence[tuple[float, float]], x: float, y: float) -> bool:
    """Whether a point is inside."""
    inside = False
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def area(points: Sequence[tuple[float, float]]) -> float:
    """The share of the picture that it covers."""
    sides = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in sides)) / 2


def crosses(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]) -> bool:
    """Whether the way from a to b crosses the one from c to d; touching is not crossing."""
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def checked(points: Points) -> Points:
    """The corners of an area. Raises ValueError with what to do about them."""
    if len(points) < 3:
        raise ValueError("An area needs at least three corners.")
    _check_apart([*points, points[0]])
    sides = list(zip(points, [*points[1:], points[0]], strict=True))
    if any(crosses(*one, *other) for index, one in enumerate(sides) for other in sides[index + 1 :]):
        raise ValueError("The sides of the area cross each other. Move its corners so that they don't.")
    if area(points) < MIN_AREA:
        raise ValueError("The area is too small. Draw it larger.")
    return points


def checked_line(points: Points) -> Points:
    """The points of a line. Raises ValueError with what to do about them."""
    _check_apart(points)
    return points


def _check_apart(points: Sequence[tuple[float, float]]) -> None:
    if any(one == other for one, other in itertools.pairwise(points)):
        raise ValueError("Two points that follow each other are in the same place. Remove one.")


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    """Positive where a, b, c turn one way, negative where they turn the other."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
