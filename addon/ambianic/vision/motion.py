"""Motion: where a small grey picture differs from the background that it usually shows."""

from collections.abc import Iterable, Sequence
from functools import cache
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ambianic.config import Point
from ambianic.events import Box

from .masks import motion_mask
from .shake import aligned

CELL = 8
"""Pixels a side of the cells in which changed pixels are counted."""
MIN_PIXELS = 6
"""Changed pixels that make a cell count."""
MIN_DIFFERENCE = 12.0
NOISE_FACTOR = 5.0
"""A pixel has changed where it differs by so many times the picture's usual noise, and by at least the minimum, …"""
UNREST_FACTOR = 2.4
UNREST_SECONDS, REST_SECONDS = 10.0, 40.0
"""… and by so many times what it often differs by, as leaves and clocks in the picture do. It is learned and forgotten so fast."""
SMALL = 3
NEAR = 2
FAR_SECONDS = 1.0
"""Areas of fewer cells count where something moved before, so many cells away at most: drops of rain fall anywhere."""
MAX_NOISE = 10.0
NOISE_SMOOTHING = 0.1
SHAKEN = 0.06
"""Where more than this share of the cells changes, the camera may have moved a little."""
SUDDEN = 0.7
"""Where more than this share of the cells changes, it is the light or the camera, not an object."""
SAME_TEXTURE = 0.85
MIN_TEXTURE = 3.0
"""A changed cell that correlates so well with the background, and has so much texture (grey levels), is only lit otherwise."""
MIDDLE = 128
STILL_SECONDS = 4.0
MOVING_SECONDS = 30.0
"""How fast the background follows the picture, where it is still and where something moves."""


class MotionDetector:
    """Keeps a running average of the picture as its background, and how restless each pixel is."""

    def __init__(self) -> None:
        """Know nothing yet: the first picture becomes the background."""
        self._background: NDArray[np.float32] | None = None
        self._unrest = np.zeros((0, 0), np.float32)
        self._moving = np.zeros((0, 0), bool)
        """The cells in which something moved in the picture before."""
        self._clock = 0.0
        self._noise = 0.0
        self._masks: Sequence[Sequence[Point]] = ()
        self._ignored: NDArray[np.bool_] | None = None

    def mask(self, areas: Sequence[Sequence[Point]]) -> None:
        """Ignore motion in these areas of the picture."""
        self._masks = areas
        if self._background is not None:
            self._ignored = motion_mask(areas, *self._background.shape)

    def forget(self) -> None:
        """Begin anew: the next picture becomes the background."""
        self._background = None

    def update(self, luma: NDArray[np.uint8], clock: float, objects: Iterable[Box] = ()) -> list[Box]:
        """Take in the next picture, [height, width] at `clock` seconds, and return the areas that changed, the largest first.

        Where objects are, the place is not restless by itself.

        The whole picture as one area means that all is different, as by another light or because the camera was turned.
        """
        picture = luma.astype(np.float32)
        background = self._background
        if background is None or background.shape != picture.shape:
            self._learn_anew(picture, clock)
            self._ignored = motion_mask(self._masks, *picture.shape)
            return []
        passed = max(0.0, clock - self._clock)
        self._clock = clock
        difference, cells = self._compare(picture, background)
        if cells.mean() > SHAKEN:
            shifted = aligned(picture, background)
            if shifted is not None:
                self._background = background = shifted
                difference, cells = self._compare(picture, background)
        if cells.mean() > SUDDEN:
            self._learn_anew(picture, clock)
            return [(0.0, 0.0, 1.0, 1.0)]
        moving = cells & ~_only_lit(picture, background) if cells.any() else cells
        speed = np.where(moving, _share(passed, MOVING_SECONDS), _share(passed, STILL_SECONDS))
        background += _spread(speed, picture.shape) * (picture - background)
        unrest = np.abs(difference) - self._unrest
        for box in objects:
            unrest[_part(box, picture.shape)] = 0
        # Far apart, one can't tell by the picture before.
        before = self._moving if passed < FAR_SECONDS else None
        passed = min(passed, 1.0)
        self._unrest += np.where(unrest > 0, _share(passed, UNREST_SECONDS), _share(passed, REST_SECONDS)) * unrest
        self._moving = moving
        return _areas(moving, before, picture.shape[1] / CELL, picture.shape[0] / CELL)

    def _learn_anew(self, picture: NDArray[np.float32], clock: float) -> None:
        self._background, self._clock, self._noise = picture, clock, 0.0
        self._unrest = np.zeros_like(picture)
        self._moving = np.zeros((len(_members(picture.shape[0])), len(_members(picture.shape[1]))), bool)

    def _compare(
        self, picture: NDArray[np.float32], background: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """How pixels differ, and the cells in which enough of them have changed."""
        difference = picture - background
        # The median of a sample: a change of light or exposure shifts all pixels alike.
        sample = difference[::4, ::4]
        shift = np.median(sample)
        difference -= shift
        # 1.48 times the median of what deviates is the standard deviation, whatever a part of the picture does.
        noise = min(MAX_NOISE, 1.48 * float(np.median(np.abs(sample))))
        self._noise += NOISE_SMOOTHING * (noise - self._noise) if self._noise else noise
        least = np.float32(max(MIN_DIFFERENCE, NOISE_FACTOR * self._noise))
        changed = np.abs(difference) > np.maximum(least, np.float32(UNREST_FACTOR) * self._unrest)
        if self._ignored is not None:
            changed &= ~self._ignored
        return difference, _sum_cells(changed.astype(np.float32)) >= MIN_PIXELS


def _part(box: Box, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The pixels of a box."""
    rows, columns = shape
    return slice(int(box[1] * rows), int(box[3] * rows) + 1), slice(int(box[0] * columns), int(box[2] * columns) + 1)


def _share(seconds: float, constant: float) -> np.float32:
    return np.float32(1 - exp(-seconds / constant))


def _only_lit(picture: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The cells that show, with their neighbours, the same texture as before, in whatever light: shadows, headlights, a lamp."""
    # Around the middle of the range, so that the sums of squares keep their precision.
    now, before = picture - MIDDLE, background - MIDDLE
    now_sum, before_sum = _sum_cells(now), _sum_cells(before)
    # Within each cell by itself: neighbours may be lit differently.
    now_spread = _around(_sum_cells(now * now) - now_sum**2 / CELL**2)
    before_spread = _around(_sum_cells(before * before) - before_sum**2 / CELL**2)
    together = _around(_sum_cells(now * before) - now_sum * before_sum / CELL**2)
    spread = np.sqrt(np.maximum(now_spread * before_spread, 0))
    lit: NDArray[np.bool_] = (spread > (3 * CELL * MIN_TEXTURE) ** 2) & (together > SAME_TEXTURE * spread)
    return lit


def _around(cells: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """The sums of the cells and their neighbours: a single one has too few pixels."""
    padded = np.pad(cells, 1)
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return np.asarray(rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:], np.float32)


def _spread(cells: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The pixels of cells."""
    return np.repeat(np.repeat(cells, CELL, axis=0), CELL, axis=1)[: shape[0], : shape[1]]


def _sum_cells(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(_members(values.shape[0]) @ values @ _members(values.shape[1]).T, np.float32)


@cache
def _members(length: int) -> NDArray[np.float32]:
    """Which pixels of a line belong to which cell, [cells, pixels]."""
    return np.equal.outer(np.arange(-(-length // CELL)), np.arange(length) // CELL).astype(np.float32)


def _areas(cells: NDArray[np.bool_], before: NDArray[np.bool_] | None, columns: float, rows: float) -> list[Box]:
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
        if before is not None and len(group) < SMALL and not _around_of(ys, xs, before).any():
            continue
        box = (min(xs) / columns, min(ys) / rows, min(1.0, (max(xs) + 1) / columns), min(1.0, (max(ys) + 1) / rows))
        areas.append((len(group), box))
    return [box for _, box in sorted(areas, reverse=True)]


def _around_of(ys: Sequence[int], xs: Sequence[int], cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return cells[max(0, min(ys) - NEAR) : max(ys) + NEAR + 1, max(0, min(xs) - NEAR) : max(xs) + NEAR + 1]
