"""Geometry of outlines and masks, for any points."""

from itertools import pairwise
from math import cos, pi, sin

from hypothesis import assume, given, settings, strategies as st
import pytest

from ambianic import polygons
from ambianic.config import ObjectMask
from ambianic.vision.masks import ObjectMasks, motion_mask
from ambianic.vision.outlines import Point, borders, contains, crossings, distance, foot, sides, snapped

coordinates = st.floats(0.03, 0.97, allow_subnormal=False)
points = st.tuples(coordinates, coordinates)
NEAR = 1e-6


@st.composite
def areas(draw: st.DrawFn) -> tuple[Point, ...]:
    """Areas whose corners go round their middle, clockwise as it is seen."""
    radii = draw(st.lists(st.floats(0.05, 0.4), min_size=3, max_size=10))
    return tuple(
        (0.5 + radius * cos(2 * pi * number / len(radii)), 0.5 + radius * sin(2 * pi * number / len(radii)))
        for number, radius in enumerate(radii)
    )


def _clear(path: tuple[Point, ...], *places: Point) -> bool:
    return all(distance(sides(path), place, 1.0) > NEAR for place in places)


@given(areas(), points, points)
def test_a_step_into_an_area_crosses_its_outline_once_more_than_back(area: tuple[Point, ...], begin: Point, end: Point) -> None:
    """Crossing an outline and being inside are told by separate code and must agree."""
    assume(_clear((*area, area[0]), begin, end))
    assert crossings((*area, area[0]), begin, end) == contains(area, end) - contains(area, begin)


@given(st.lists(points, min_size=2, max_size=8), st.lists(points, min_size=3, max_size=12))
def test_who_comes_back_has_crossed_a_line_through_the_picture_as_often_as_back(inner: list[Point], walk: list[Point]) -> None:
    """A line from edge to edge parts the picture: a round trip nets nothing, however it bends."""
    line = ((0.5, -1.0), *inner, (0.5, 2.0))
    assume(all(_clear(line, place) for place in walk))
    assert sum(crossings(line, begin, end) for begin, end in pairwise([*walk, walk[0]])) == 0


@given(st.lists(points, min_size=2, max_size=6), points, points)
def test_to_and_fro(line: list[Point], begin: Point, end: Point) -> None:
    """The same step backwards crosses the same line the other way, wherever the line ends."""
    assume(_clear(tuple(line), begin, end))
    assert crossings(line, begin, end) == -crossings(line, end, begin)


def test_forward_is_from_the_left_to_the_right_of_who_walks_along() -> None:
    """Along a line that is drawn to the right, the right hand is below in the picture."""
    line = ((0.2, 0.5), (0.8, 0.5))
    assert crossings(line, (0.5, 0.4), (0.5, 0.6)) == 1
    assert crossings(line, (0.5, 0.6), (0.5, 0.4)) == -1
    assert crossings(line[::-1], (0.5, 0.4), (0.5, 0.6)) == -1
    assert crossings(line, (0.9, 0.4), (0.9, 0.6)) == 0


@pytest.mark.parametrize("x", [0.35, 0.5, 0.65])
def test_a_corner_of_a_line_is_no_gap(x: float) -> None:
    """A step just over the point in which two parts of a line meet crosses once."""
    line = ((0.1, 0.5), (x, 0.5), (0.9, 0.5))
    assert crossings(line, (x, 0.3), (x, 0.7)) == 1


@given(areas(), points, st.floats(0.5, 3))
def test_distances_count_pixels_alike(area: tuple[Point, ...], place: Point, aspect: float) -> None:
    """In a picture that is wider than high, the same share of the width is further."""
    stretched = tuple((x * aspect, y) for x, y in area)
    assert distance(borders(area), place, aspect) == pytest.approx(
        distance(sides((*stretched, stretched[0])), (place[0] * aspect, place[1]), 1.0), abs=1e-9
    )


@given(st.sampled_from([0.0, 0.004, 0.02, 0.98, 0.996, 1.0]), coordinates)
def test_feet_on_the_edge_are_inside_what_reaches_the_edge(corner: float, along: float) -> None:
    """Somebody who is cut off by the picture's edge has the feet on it, and nobody draws to the very last pixel."""
    low, high = (corner, 0.5) if corner < 0.5 else (0.5, corner)
    edge = 0.0 if corner < 0.5 else 1.0
    area = snapped(((0.02, low), (0.98, low), (0.98, high), (0.02, high)))
    assert contains(area, (along, edge))
    assert contains(snapped(tuple((y, x) for x, y in ((0.02, low), (0.98, low), (0.98, high), (0.02, high)))), (edge, along))


def test_the_edge_of_the_picture_is_no_border() -> None:
    """Who stands at the picture's edge is not about to leave an area that reaches it."""
    right_half = snapped(((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)))
    assert distance(borders(right_half), (0.99, 0.99), 2.0) == pytest.approx(0.98)
    assert borders(snapped(((0, 0), (1, 0), (1, 1), (0, 1)))) == ()


@given(areas())
def test_snapping_leaves_what_is_within(area: tuple[Point, ...]) -> None:
    """Only corners near the edge move."""
    assert snapped(area) == area
    assert polygons.area(area) > 0


@settings(max_examples=30)
@given(areas(), points)
def test_motion_masks_cover_the_same_as_the_area(area: tuple[Point, ...], place: Point) -> None:
    """The mask in pixels agrees with the outline up to a pixel."""
    height, width = 144, 192
    mask = motion_mask([area], height, width)
    assert mask is not None
    assert mask.shape == (height, width)
    row, column = int(place[1] * height), int(place[0] * width)
    middle = ((column + 0.5) / width, (row + 0.5) / height)
    assume(distance(borders(area), middle, width / height) > 1.5 / height)
    assert mask[row, column] == contains(area, middle)


def test_several_motion_masks_and_none() -> None:
    """Masks add up; a mask to the edge covers the last pixels; no masks are no mask."""
    left = ((0.01, 0.0), (0.25, 0.0), (0.25, 1.0), (0.01, 1.0))
    right = ((0.75, 0.01), (0.99, 0.01), (0.99, 0.99), (0.75, 0.99))
    mask = motion_mask([left, right], 40, 80)
    assert mask is not None
    assert mask[:, :20].all()
    assert mask[:, 60:].all()
    assert not mask[:, 21:59].any()
    assert motion_mask([], 40, 80) is None


def test_object_masks_hide_by_label_and_by_the_feet() -> None:
    """What stands in a mask is hidden, not what rises above it."""
    masks = ObjectMasks([ObjectMask(points=((0, 0.5), (1, 0.5), (1, 1), (0, 1)), labels=("car",))])
    standing, rising = (0.4, 0.1, 0.6, 1.0), (0.4, 0.1, 0.6, 0.45)
    assert foot(standing) == (0.5, 1.0)
    assert masks.hide("car", standing)
    assert not masks.hide("car", rising)
    assert not masks.hide("person", standing)
    assert ObjectMasks([ObjectMask(points=((0, 0.5), (1, 0.5), (1, 1), (0, 1)))]).hide("person", standing)
