"""How well detection keeps up with a camera."""

from collections import deque
from typing import NamedTuple

from .wire import CameraStats

WINDOW_SECONDS = 30.0


class _Counts(NamedTuple):
    received: float = 0.0
    decoded: float = 0.0
    looked: float = 0.0
    dropped: float = 0.0
    inferences: float = 0.0
    inference_seconds: float = 0.0

    def plus(self, other: "_Counts") -> "_Counts":
        return _Counts(*(one + another for one, another in zip(self, other, strict=True)))

    def since(self, other: "_Counts") -> "_Counts":
        return _Counts(*(one - another for one, another in zip(self, other, strict=True)))


class Meter:
    """Adds up the counts of one camera over the restarts of the worker, and tells rates of the last 30 s."""

    def __init__(self, clock: float) -> None:
        """Start with nothing counted, at `clock` seconds."""
        self.lost = 0.0
        """Pictures that should have been looked at and never reached the worker."""
        self.now = CameraStats()
        """What the worker that runs now has told last."""
        self._before = _Counts()
        self._samples: deque[tuple[float, _Counts]] = deque()
        self.update(self.now, clock)

    def restart(self, clock: float) -> None:
        """The worker's counts begin at zero again."""
        self._before, self.now = self._before.plus(_counts(self.now)), CameraStats()
        self._samples.clear()
        self.update(self.now, clock)

    def update(self, stats: CameraStats, clock: float) -> None:
        """Take the worker's counts, at `clock` seconds."""
        self.now = stats
        self._samples.append((clock, self._before.plus(_counts(stats)).plus(_Counts(dropped=self.lost))))
        while clock - self._samples[0][0] > WINDOW_SECONDS:
            self._samples.popleft()

    @property
    def looked(self) -> bool:
        """Whether the worker that runs now has looked at a picture."""
        return self.now.looked > 0

    @property
    def fps(self) -> float | None:
        """Pictures looked at in a second; None where that is not known yet."""
        end, last = self._samples[-1]
        begin, first = next(sample for sample in self._samples if sample[1].looked > self._before.looked or sample[0] == end)
        return round((last.looked - first.looked) / (end - begin), 1) if end > begin else None

    @property
    def dropped_percent(self) -> float:
        """The share of pictures that should have been looked at and were not, 0 to 100."""
        recent = self._recent
        return round(100 * recent.dropped / (recent.looked + recent.dropped), 1) if recent.dropped > 0 else 0.0

    @property
    def decoded_percent(self) -> float | None:
        """The share of the pictures that were decoded, 0 to 100; None where none came."""
        recent = self._recent
        return round(min(100.0, 100 * recent.decoded / recent.received), 1) if recent.received > 0 else None

    @property
    def inference(self) -> tuple[int, float]:
        """The number of runs of the model and the seconds they took."""
        return round(self._recent.inferences), self._recent.inference_seconds

    @property
    def _recent(self) -> _Counts:
        return self._samples[-1][1].since(self._samples[0][1])


def mean_ms(inference: tuple[int, float]) -> float | None:
    """The mean time of a run in milliseconds; None where there was none."""
    runs, seconds = inference
    return round(1000 * seconds / runs, 1) if runs else None


def _counts(stats: CameraStats) -> _Counts:
    return _Counts(stats.received, stats.decoded, stats.looked, stats.dropped, stats.inferences, stats.inference_seconds)
