"""Motion: where a small grey picture differs from the background that it usually shows."""

from math import exp

import numpy as np
from numpy.typing import NDArray

from ambianic.events import Box

CELL = 8
"""Pixels a side of the cells in which changed pixels are counted."""
MIN_PIXELS = 6
"""Changed pixels that make a cell count."""
MIN_DIFFERENCE = 12.0
NOISE_FACTOR = 5.0
"""A pixel has changed where it differs by so many times the picture's usual noise, and by at least the minimum."""
MAX_NOISE = 10.0
NOISE_SMOOTHING = 0.1
SUDDEN = 0.7
"""Where more than this share of the cells changes, it is the light, not an object."""
STILL_SECONDS = 4.0
MOVING_SECONDS = 30.0
"""How fast the background follows the picture, where it is still and where something moves."""


class MotionDetector:
    """Keeps a running average of the picture as its background."""

    def __init__(self) -> None:
        """Know nothing yet: the first picture becomes the background."""
        self._background: NDArray[np.float32] | None = None
        self._clock = 0.0
        self._noise = 0.0

    def update(self, luma: NDArray[np.uint8], clock: float) -> list[Box]:
        """Take in the next picture, [height, width] at `clock` seconds, and return the areas that changed."""
        picture = luma.astype(np.float32)
        background = self._background
        if background is None or background.shape != picture.shape:
            self._background, self._clock, self._noise = picture, clock, 0.0
            return []
        passed = max(0.0, clock - self._clock)
        self._clock = clock
        difference = picture - background
        # The median of a sample: a change of light or exposure shifts all pixels alike.
        sample = difference[::4, ::4]
        difference -= np.median(sample)
        # 1.48 times the median of what deviates is the standard deviation, whatever a part of the picture does.
        noise = min(MAX_NOISE, 1.48 * float(np.median(np.abs(sample - np.median(sample)))))
        self._noise += NOISE_SMOOTHING * (noise - self._noise) if self._noise else noise
        changed = np.abs(difference) > max(MIN_DIFFERENCE, NOISE_FACTOR * self._noise)
        cells = _count_cells(changed) >= MIN_PIXELS
        if cells.mean() > SUDDEN:
            self._background = picture
            return [(0.0, 0.0, 1.0, 1.0)]
        speed = np.where(changed, 1 - exp(-passed / MOVING_SECONDS), 1 - exp(-passed / STILL_SECONDS))
        background += speed.astype(np.float32) * (picture - background)
        return _areas(cells, picture.shape[1] / CELL, picture.shape[0] / CELL)


def _count_cells(changed: NDArray[np.bool_]) -> NDArray[np.int64]:
    height, width = changed.shape
    padded = np.pad(changed, ((0, -height % CELL), (0, -width % CELL)))
    rows, columns = padded.shape[0] // CELL, padded.shape[1] // CELL
    counts: NDArray[np.int64] = padded.reshape(rows, CELL, columns, CELL).sum(axis=(1, 3))
    return counts


def _areas(cells: NDArray[np.bool_], columns: float, rows: float) -> list[Box]:
    """The boxes around cells that touch each other, largest first; `columns` and `rows` are the size of the picture in cells."""
    left_over = {(int(y), int(x)) for y, x in np.argwhere(cells)}
    areas = []
    while left_over:
        todo = [left_over.pop()]
        group = list(todo)
        while todo:
            y, x = todo.pop()
            for neighbour in [(y + j, x + i) for j in (-1, 0, 1) for i in (-1, 0, 1)]:
                if neighbour in left_over:
                    left_over.discard(neighbour)
                    todo.append(neighbour)
                    group.append(neighbour)
        ys, xs = [y for y, _ in group], [x for _, x in group]
        box = (min(xs) / columns, min(ys) / rows, min(1.0, (max(xs) + 1) / columns), min(1.0, (max(ys) + 1) / rows))
        areas.append((len(group), box))
    return [box for _, box in sorted(areas, reverse=True)]
