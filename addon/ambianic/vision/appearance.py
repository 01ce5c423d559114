"""What an object looks like: the colours of its upper and its lower part."""

import math

import numpy as np
from numpy.typing import NDArray

from ambianic.events import Box

type Appearance = NDArray[np.float64]
"""Two histograms of colours, one after the other; together they add up to 1."""

LEVELS = 4
"""Levels of each colour in the histograms."""
ROWS, COLUMNS = 24, 9
"""Pixels that are looked at. An object's sides are left out: they show what is behind it."""
MIN_WIDTH, MIN_HEIGHT = 8, 20
"""An object that is smaller than this, in pixels of the picture, has no colours that could be told."""
LEARNING = 0.2
"""The share of what it looks like now in what is remembered."""
_CELLS = LEVELS**3
_HALVES = np.repeat(np.arange(2), ROWS * COLUMNS // 2) * _CELLS


def appearance(picture: NDArray[np.uint8], box: Box) -> Appearance | None:
    """The appearance of what is in a box of a picture, RGB [height, width, 3]; None where it is too small to tell."""
    height, width = picture.shape[:2]
    if (box[2] - box[0]) * width < MIN_WIDTH or (box[3] - box[1]) * height < MIN_HEIGHT:
        return None
    aside, above = 0.2 * (box[2] - box[0]), 0.06 * (box[3] - box[1])
    rows = np.linspace((box[1] + above) * height, (box[3] - above) * height, ROWS).astype(np.intp)
    columns = np.linspace((box[0] + aside) * width, (box[2] - aside) * width, COLUMNS).astype(np.intp)
    pixels = picture[rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)].astype(np.intp).reshape(-1, 3)
    pixels = pixels * LEVELS >> 8
    cells = (pixels[:, 0] * LEVELS + pixels[:, 1]) * LEVELS + pixels[:, 2]
    counts = np.bincount(_HALVES + cells, minlength=2 * _CELLS)
    found: Appearance = counts / len(cells)
    return found


def difference(one: Appearance | None, other: Appearance | None) -> float:
    """How different two appearances are, 0 to 1; one half where one is not known."""
    if one is None or other is None:
        return 0.5
    return math.sqrt(max(0.0, 1 - float(np.sqrt(one * other).sum())))


def blend(known: Appearance | None, seen: Appearance | None) -> Appearance | None:
    """What is remembered after another look."""
    if known is None or seen is None:
        return seen if known is None else known
    mixed: Appearance = (1 - LEARNING) * known + LEARNING * seen
    return mixed
