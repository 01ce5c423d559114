"""Masks: where motion does not count, and where no object is believed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ambianic.config import ObjectMask
from ambianic.events import Box

from .outlines import Point, contains, foot, snapped


def motion_mask(areas: Sequence[Sequence[Point]], height: int, width: int) -> NDArray[np.bool_] | None:
    """Which pixels of a picture, [height, width], lie in one of the areas: there motion does not count. None where there is no area."""
    if not areas:
        return None
    image = Image.new("1", (width, height))
    draw = ImageDraw.Draw(image)
    for area in areas:
        # Pillow's corners are the middles of pixels.
        draw.polygon([(x * width - 0.5, y * height - 0.5) for x, y in snapped(area)], fill=1)
    return np.asarray(image, dtype=np.bool_)


class ObjectMasks:
    """The areas in which objects of some kinds are not believed."""

    def __init__(self, masks: Sequence[ObjectMask]) -> None:
        """Take the masks of a camera."""
        self._masks = [(snapped(mask.points), frozenset(mask.labels)) for mask in masks]

    def hide(self, label: str, box: Box) -> bool:
        """Whether an object of this kind stands where none is believed."""
        return any((not labels or label in labels) and contains(points, foot(box)) for points, labels in self._masks)
