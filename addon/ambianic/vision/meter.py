"""How well detection keeps up with a camera."""

from collections import deque
from dataclasses import dataclass

from .wire import CameraStats

WINDOW_SECONDS = 30.0
JITTER = 0.3
"""The share of the interval between two looks by which a picture may come too early."""


@dataclass(frozen=True, slots=True)
class _Sample:
    clock: float
    due: float
    dropped: float
    looked: int
    inferences: int
    inference_seconds: float


class Pacer:
    """Says which pictures should be looked at, at a rate of at most `fps` a second."""

    def __init__(self, fps: float) -> None:
        """Start with the next picture."""
        self.fps = fps
        self._next: float | None = None

    def due(self, time: float) -> bool:
        """Whether the picture of that time (in seconds) should be looked at; a little jitter loses none."""
        interval = 1 / self.fps
        if self._next is None or abs(time - self._next) > 2 * interval:
            # The first, or after a pause, or the clock was set.
            self._next = time
        if time < self._next - JITTER * interval:
            return False
        self._next += interval
        return True


class Meter:
    """Adds up the counts of one camera over the restarts of the worker, and tells rates of the last 30 s."""

    def __init__(self, clock: float) -> None:
        """Start with nothing counted, at `clock` seconds."""
        self.due = 0.0
        """Pictures that should have been looked at."""
        self.lost = 0.0
        """Those of them that never reached the worker."""
        self._before = CameraStats()
        self._now = CameraStats()
        self._samples: deque[_Sample] = deque()
        self.update(self._now, clock)

    def restart(self, clock: float) -> None:
        """The worker's counts begin at zero again."""
        self._before, self._now = self._sum(), CameraStats()
        self._samples.clear()
        self.update(self._now, clock)

    def update(self, stats: CameraStats, clock: float) -> None:
        """Take the worker's counts, at `clock` seconds."""
        self._now = stats
        total = self._sum()
        self._samples.append(
            _Sample(clock, self.due, self.lost + total.dropped, total.looked, total.inferences, total.inference_seconds)
        )
        while clock - self._samples[0].clock > WINDOW_SECONDS:
            self._samples.popleft()

    @property
    def looked(self) -> bool:
        """Whether the worker that runs now has looked at a picture."""
        return self._now.looked > 0

    @property
    def fps(self) -> float | None:
        """Pictures looked at in a second; None where that is not known yet."""
        last = self._samples[-1]
        first = next(sample for sample in self._samples if sample.looked > self._before.looked or sample is last)
        seconds = last.clock - first.clock
        return round((last.looked - first.looked) / seconds, 1) if seconds else None

    @property
    def dropped_percent(self) -> float:
        """The share of pictures that should have been looked at and were not, 0 to 100."""
        due = self._samples[-1].due - self._samples[0].due
        dropped = self._samples[-1].dropped - self._samples[0].dropped
        return round(min(100.0, 100 * dropped / due), 1) if due > 0 else 0.0

    @property
    def inference(self) -> tuple[int, float]:
        """The number of runs of the model and the seconds they took."""
        first, last = self._samples[0], self._samples[-1]
        return last.inferences - first.inferences, last.inference_seconds - first.inference_seconds

    def _sum(self) -> CameraStats:
        one, other = self._before, self._now
        return CameraStats(
            one.looked + other.looked,
            one.dropped + other.dropped,
            one.inferences + other.inferences,
            one.inference_seconds + other.inference_seconds,
        )


def mean_ms(inference: tuple[int, float]) -> float | None:
    """The mean time of a run in milliseconds; None where there was none."""
    runs, seconds = inference
    return round(1000 * seconds / runs, 1) if runs else None
