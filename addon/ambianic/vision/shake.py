"""A camera that shakes: how far a picture is shifted against another."""

import numpy as np
from numpy.typing import NDArray

MAX_SHIFT = 10
"""Pixels of the small picture; more is a camera that turns."""


def aligned(picture: NDArray[np.float32], background: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The background shifted to where the picture shows it; None where it is not shifted by a little.

    By phase correlation, to whole pixels: what is left is less than a pixel.
    """
    height, width = picture.shape
    window = np.outer(np.hanning(height), np.hanning(width)).astype(np.float32)
    one = np.fft.rfft2((picture - picture.mean()) * window)
    other = np.fft.rfft2((background - background.mean()) * window)
    product = one * np.conj(other)
    correlation = np.fft.irfft2(product / np.maximum(np.abs(product), 1e-6), s=picture.shape)
    peak_y, peak_x = np.unravel_index(int(np.argmax(correlation)), correlation.shape)
    down = int(peak_y) - height if peak_y > height // 2 else int(peak_y)
    right = int(peak_x) - width if peak_x > width // 2 else int(peak_x)
    if (down, right) == (0, 0) or max(abs(down), abs(right)) > MAX_SHIFT:
        return None
    shifted = picture.copy()
    to_rows, from_rows = _parts(down, height)
    to_columns, from_columns = _parts(right, width)
    # Where the background is not known, the picture is taken for it.
    shifted[to_rows, to_columns] = background[from_rows, from_columns]
    return shifted


def _parts(shift: int, length: int) -> tuple[slice, slice]:
    return slice(max(0, shift), length + min(0, shift)), slice(max(0, -shift), length + min(0, -shift))
