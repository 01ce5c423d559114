"""The default boxes of SSD detectors (arXiv 1512.02325)."""

from functools import cache
from math import sqrt

import numpy as np
from numpy.typing import NDArray

SSD_GRIDS = (19, 10, 5, 3, 2, 1)


@cache
def ssd() -> NDArray[np.float32]:
    """Those for pictures of 300 × 300 pixels, [1917, 4] as centre y, centre x, height, width."""
    scales = [0.2 + 0.75 * step / 5 for step in range(6)] + [1.0]
    rows = []
    for layer, cells in enumerate(SSD_GRIDS):
        if layer == 0:
            shapes = [(0.1, 1.0), (scales[0], 2.0), (scales[0], 0.5)]
        else:
            shapes = [(scales[layer], ratio) for ratio in (1.0, 2.0, 0.5, 3.0, 1 / 3)]
            shapes.append((sqrt(scales[layer] * scales[layer + 1]), 1.0))
        rows += [
            ((y + 0.5) / cells, (x + 0.5) / cells, scale / sqrt(ratio), scale * sqrt(ratio))
            for y in range(cells)
            for x in range(cells)
            for scale, ratio in shapes
        ]
    return np.array(rows, np.float32)


@cache
def grid(width: int, height: int, strides: tuple[int, ...]) -> NDArray[np.float32]:
    """The cells of pictures of a size, [cells, 3] as column, row, and size in pixels; row by row, grid by grid."""
    return np.array(
        [(x, y, stride) for stride in strides for y in range(height // stride) for x in range(width // stride)], np.float32
    )
