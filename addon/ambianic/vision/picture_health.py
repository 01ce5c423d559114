"""Whether a camera shows anything: a covered lens, a frozen picture."""

import numpy as np
from numpy.typing import NDArray

COVERED_CONTRAST = 6.0
"""Grey levels (standard deviation over the picture) up to which hardly anything is to be seen …"""
COVERED_DETAIL = 2.0
"""… if neighbouring pixels, on average of 2 x 2, differ by no more than this."""
COVERED_SECONDS = 10.0
FROZEN_DIFFERENCE = 0.02
"""The mean difference of grey levels up to which two pictures are the same; a sensor's noise makes more."""
FROZEN_SECONDS = 60.0
FROZEN_PICTURES = 4
SAMPLE_SECONDS = 1.0


class PictureHealth:
    """Judges the small grey pictures of one stream, by its clock in seconds."""

    def __init__(self) -> None:
        """Begin with no picture."""
        self.covered = False
        self.frozen = False
        self._last: NDArray[np.uint8] | None = None
        self._taken = float("-inf")
        self._dark: float | None = None
        self._same: float | None = None
        self._repeats = 0

    def update(self, luma: NDArray[np.uint8], clock: float) -> None:
        """Take in a picture, [height, width]."""
        if 0 <= clock - self._taken < SAMPLE_SECONDS:
            return
        if clock < self._taken:
            self._dark = self._same = None
        self._taken = clock
        self._watch_covered(luma, clock)
        self._watch_frozen(luma, clock)

    def _watch_covered(self, luma: NDArray[np.uint8], clock: float) -> None:
        if luma.std() > COVERED_CONTRAST or _detail(luma) > COVERED_DETAIL:
            self.covered, self._dark = False, None
        elif self._dark is None:
            self._dark = clock
        elif clock - self._dark >= COVERED_SECONDS:
            self.covered = True

    def _watch_frozen(self, luma: NDArray[np.uint8], clock: float) -> None:
        last, self._last = self._last, luma
        if last is None or last.shape != luma.shape or np.abs(luma.astype(np.int16) - last).mean() > FROZEN_DIFFERENCE:
            self.frozen, self._same, self._repeats = False, clock, 0
            return
        self._repeats += 1
        if self._same is not None and clock - self._same >= FROZEN_SECONDS and self._repeats >= FROZEN_PICTURES:
            self.frozen = True


def _detail(luma: NDArray[np.uint8]) -> float:
    """The mean difference of neighbours, each the mean of 2 x 2 pixels, which takes away most of a sensor's noise."""
    height, width = luma.shape[0] // 2 * 2, luma.shape[1] // 2 * 2
    coarse = luma[:height, :width].reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    return float(np.abs(np.diff(coarse, axis=1)).mean() + np.abs(np.diff(coarse, axis=0)).mean()) / 2
