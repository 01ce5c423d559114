"""Attention: what is worth a look in a picture, and how many runs of the detector that may cost."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from ambianic.events import Box

from . import boxes
from .regions import Want
from .resting import touched
from .track import Track

RUNS_PER_SECOND = 10.0
MAX_RUNS = 4.0
"""Runs that may be saved up for one picture."""
WHOLE_SECONDS = 2.0
"""While something is followed, the whole picture is looked at so often, for what motion does not show."""
CHECK_SECONDS = 9.0
"""An object that rests and whose visit goes on is looked at so often, or at the next key frame …"""
TOUCHED_SECONDS = 0.1
MISSED_SECONDS = 1.0
"""… and any that rests at once where something moves at it; so much later, up to the same, for each such look in which it had not
moved, and for each in which it was not found."""
PATIENCE = 1.0
"""Seconds in which the worth of another look at an object becomes as much as it can."""
EXPLAINED = 0.5
"""Motion of which this share is at objects that are followed is theirs."""
HAIR = 0.02
"""Looks do not come at exact intervals."""
GRID = 16
"""Rows and columns of the places whose motion has been found to be nothing."""
DULL_SECONDS = 0.2
MAX_DULL_SECONDS = 1.0
"""Each look that finds nothing in a moving place makes the next one there come so much later, up to the most."""
DULL_FORGET_SECONDS = 20.0


class Attention:
    """Decides where the next look at a camera's picture goes."""

    def __init__(self) -> None:
        """Begin with everything worth a look."""
        self._runs = MAX_RUNS
        self._clock: float | None = None
        self._whole_clock = float("-inf")
        self._dull: NDArray[np.float64] = np.zeros((GRID, GRID))
        self._seen_clock: NDArray[np.float64] = np.full((GRID, GRID), -np.inf)

    def allowance(self, clock: float) -> int:
        """How many runs the picture at `clock` may cost."""
        passed = 0.0 if self._clock is None else max(0.0, clock - self._clock)
        self._clock = clock
        self._runs = min(MAX_RUNS, self._runs + RUNS_PER_SECOND * passed)
        self._dull *= np.exp(-passed / DULL_FORGET_SECONDS)
        return int(self._runs)

    def wants(
        self, tracks: Sequence[Track], visits: Collection[Track], moving: Sequence[Box], clock: float, aspect: float
    ) -> list[Want]:
        """What is worth a look, where something moves at some places; `visits` are the objects whose visits go on."""
        found = []
        for track in tracks:
            worth = self._worth(track, track in visits, moving, clock)
            if worth > 0:
                found.append(Want(boxes.clip(track.expected(clock, aspect)), worth))
        known = [boxes.grown(track.expected(clock, aspect), 0.25) for track in tracks if clock - track.seen_clock < 1]
        for motion in moving:
            explained = sum(boxes.intersection(motion, box) for box in known) / max(boxes.area(motion), 1e-9)
            if explained < EXPLAINED and self._is_curious(motion, clock):
                found.append(Want(boxes.clip(boxes.grown(motion, 0.15)), 1.5))
        if found and clock - self._whole_clock >= WHOLE_SECONDS:
            found.append(Want(boxes.WHOLE, 3.0))
        return found

    def _worth(self, track: Track, visit: bool, moving: Sequence[Box], clock: float) -> float:
        since = clock - track.looked_clock
        if track.rest.resting:
            waited = min(TOUCHED_SECONDS * track.rest.calm + MISSED_SECONDS * track.rest.misses, CHECK_SECONDS)
            due = track.rest.stirs > 0 or (visit and since >= CHECK_SECONDS)
            due |= since >= waited - HAIR and touched(track.box, moving)
            return 1.0 if due else 0.0
        worth = min(1.0, 0.2 + since / PATIENCE)
        if not track.certain:
            return 2 * worth
        return worth if clock - track.seen_clock < 2 else worth / 2

    def note(self, looked: Sequence[Box], moving: Sequence[Box], tracks: Sequence[Track], clock: float) -> None:
        """Take note of the regions that were looked at: where something moved and nothing was found, it gets dull."""
        self._runs -= len(looked)
        for region in looked:
            if region == boxes.WHOLE:
                self._whole_clock = clock
        seen = [boxes.grown(track.box, 0.25) for track in tracks if track.detection is not None]
        for motion in moving:
            if not any(boxes.coverage(motion, region) > 0.9 for region in looked):
                continue
            rows, columns = _cells(motion)
            self._seen_clock[rows, columns] = clock
            if any(boxes.intersection(motion, box) > 0 for box in seen):
                self._dull[rows, columns] = 0
            else:
                self._dull[rows, columns] += 1

    def _is_curious(self, motion: Box, clock: float) -> bool:
        rows, columns = _cells(motion)
        wait = np.minimum(MAX_DULL_SECONDS, DULL_SECONDS * self._dull[rows, columns])
        return bool((clock - self._seen_clock[rows, columns] >= wait - HAIR).any())


def _cells(box: Box) -> tuple[slice, slice]:
    left, top, right, bottom = boxes.clip(box)
    return (
        slice(min(GRID - 1, int(top * GRID)), max(1, int(np.ceil(bottom * GRID)))),
        slice(min(GRID - 1, int(left * GRID)), max(1, int(np.ceil(right * GRID)))),
    )
