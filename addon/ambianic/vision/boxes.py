"""Geometry of boxes: left, top, right, bottom as fractions of the picture."""

from math import hypot

from ambianic.events import Box

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


def area(box: Box) -> float:
    """The area, 0 to 1."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def center(box: Box) -> tuple[float, float]:
    """The middle, as x and y."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def intersection(one: Box, other: Box) -> float:
    """The area that both share."""
    return area((max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])))


def overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1."""
    shared = intersection(one, other)
    return shared / (area(one) + area(other) - shared) if shared else 0.0


def coverage(box: Box, by: Box) -> float:
    """The share of `box` that lies in the other, 0 to 1."""
    return intersection(box, by) / max(area(box), 1e-9)


def sizes(box: Box, aspect: float) -> tuple[float, float]:
    """The lengths by which to measure how far an object moves along each axis, in heights of a picture of that aspect.

    They are at least half of each other: a narrow box, of a person who walks sideways, may move further than its width.
    """
    width, height = aspect * (box[2] - box[0]), box[3] - box[1]
    return max(width, height / 2, 1e-4), max(height, width / 2, 1e-4)


def distance(one: Box, other: Box, aspect: float = 1.0) -> float:
    """The distance of the centres in mean sizes of the boxes; `aspect` is the width of the picture / its height."""
    (x1, y1), (x2, y2) = center(one), center(other)
    (width, height), (other_width, other_height) = sizes(one, aspect), sizes(other, aspect)
    return 2 * hypot(aspect * (x1 - x2) / (width + other_width), (y1 - y2) / (height + other_height))


def grown(box: Box, share: float) -> Box:
    """The box with a margin on each side of a share of its sizes."""
    x, y = share * (box[2] - box[0]), share * (box[3] - box[1])
    return box[0] - x, box[1] - y, box[2] + x, box[3] + y


def clip(box: Box) -> Box:
    """The part of the box that is in the picture."""
    left, top, right, bottom = (min(1.0, max(0.0, side)) for side in box)
    return left, top, right, bottom


def within(box: Box, region: Box) -> Box:
    """A box given in fractions of a region, as one of the picture."""
    width, height = region[2] - region[0], region[3] - region[1]
    return (
        region[0] + box[0] * width,
        region[1] + box[1] * height,
        region[0] + box[2] * width,
        region[1] + box[3] * height,
    )


def touches_edge(box: Box, region: Box = WHOLE, *, margin: float = 0.01) -> bool:
    """Whether the box reaches an edge of the region; `margin` is a share of the region's size."""
    x, y = margin * (region[2] - region[0]), margin * (region[3] - region[1])
    return box[0] < region[0] + x or box[1] < region[1] + y or box[2] > region[2] - x or box[3] > region[3] - y


def cut_by(box: Box, region: Box) -> bool:
    """Whether an edge of the region that is not one of the picture cuts the box."""
    x, y = 0.02 * (region[2] - region[0]), 0.02 * (region[3] - region[1])
    return (
        (region[0] > 0 and box[0] < region[0] + x)
        or (region[1] > 0 and box[1] < region[1] + y)
        or (region[2] < 1 and box[2] > region[2] - x)
        or (region[3] < 1 and box[3] > region[3] - y)
    )
