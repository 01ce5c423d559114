"""The choice of square regions to look at closely."""

from collections.abc import Sequence

from ambianic.events import Box

from . import boxes

MARGIN = 1.6
"""How much larger than what it is for a region is."""
FILL = 0.85
"""What is looked at in a region fills at most this share of its side, so that the region's edge cuts nothing off."""
LARGE = 0.8
"""A region of more than this share of the picture's shorter side shows no more than the whole picture does."""


def choose(wanted: Sequence[Box], width: int, height: int, side: int, count: int) -> list[Box]:
    """At most `count` regions of a picture of width × height pixels that show what is wanted, most important first.

    `side` is the size in pixels of the model's input: a smaller region would only be blown up. What needs no closer look than
    the whole picture gives gets no region.
    """
    regions: list[Box] = []
    left_over = [box for box in wanted if needs_region(box, width, height, side)]
    while left_over and len(regions) < count:
        around = left_over.pop(0)
        size = _side(around, width, height, side)
        for box in list(left_over):
            both = boxes.union(around, box)
            if (both[2] - both[0]) * width <= FILL * size and (both[3] - both[1]) * height <= FILL * size:
                around = both
                left_over.remove(box)
        regions.append(_square(around, size, width, height))
        left_over = [box for box in left_over if boxes.coverage(box, regions[-1]) < 1 or boxes.cut_by(box, regions[-1])]
    return regions


def needs_region(box: Box, width: int, height: int, side: int) -> bool:
    """Whether a region shows this better than the whole picture."""
    return _side(box, width, height, side) < LARGE * min(width, height)


def _side(box: Box, width: int, height: int, side: int) -> float:
    return max(side, MARGIN * max((box[2] - box[0]) * width, (box[3] - box[1]) * height))


def _square(box: Box, size: float, width: int, height: int) -> Box:
    x, y = boxes.center(box)
    size_x, size_y = size / width, size / height
    left = min(max(0.0, x - size_x / 2), 1 - size_x)
    top = min(max(0.0, y - size_y / 2), 1 - size_y)
    return left, top, left + size_x, top + size_y
