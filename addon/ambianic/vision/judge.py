"""The judge: what an object must be like, and where, before it is an event."""

from collections.abc import Collection

from ambianic.config import DetectionConfig, LabelFilter
from ambianic.events import Box

from . import boxes
from .look import Verdict
from .masks import ObjectMasks
from .zones import Zones

_ANYTHING = LabelFilter()


class Judge:
    """Applies a camera's masks, filters and zones."""

    def __init__(self, detection: DetectionConfig, aspect: float = 1.0) -> None:
        """Take a camera's settings; its pictures are `aspect` times as wide as high, in pixels."""
        self.aspect = aspect
        """May be set at any time, as when a camera changes its pictures' size."""
        self._zones = Zones()
        self.configure(detection)

    def configure(self, detection: DetectionConfig) -> None:
        """Take other settings. Zones that stay as they are know what has been in them."""
        self._labels = detection.labels
        self._filters = detection.filters
        self._masks = ObjectMasks(detection.object_masks)
        self._zones.configure(detection.zones)

    def believes(self, label: str, score: float, box: Box) -> Verdict | None:
        """Why something that a model found does not count; None where it does.

        `LOW_SCORE` says that nothing else speaks against it: enough to go on following an object.
        """
        if label not in self._labels:
            return Verdict.LABEL_OFF
        if self._masks.hide(label, box):
            return Verdict.MASKED
        wanted = self._filters.get(label, _ANYTHING)
        area = boxes.area(box)
        if area < wanted.min_area:
            return Verdict.TOO_SMALL
        if area > wanted.max_area:
            return Verdict.TOO_LARGE
        if not wanted.min_ratio <= self._ratio(box) <= wanted.max_ratio:
            return Verdict.WRONG_RATIO
        return Verdict.LOW_SCORE if score < self._labels[label] else None

    def place(self, number: int, label: str, box: Box, clock: float) -> tuple[str, ...]:
        """The ids of the zones in which object `number` is by now, and of lines that it crossed since the last call.

        To be called at each look that sees the object, `clock` being the stream's in seconds.
        """
        return self._zones.place(number, label, box, self.aspect, clock)

    def may_alarm(self, label: str, seconds_seen: float, zones_visited: Collection[str]) -> Verdict | None:
        """Why an object, seen for so long and in these zones so far, is no event yet; None where it is."""
        wanted = self._filters.get(label, _ANYTHING)
        if seconds_seen < wanted.min_seconds:
            return Verdict.TOO_SHORT
        if wanted.zones and not set(wanted.zones) & set(zones_visited):
            return Verdict.OUTSIDE_ZONES
        return None

    def forget(self, number: int) -> None:
        """Forget an object that has left."""
        self._zones.forget(number)

    def _ratio(self, box: Box) -> float:
        """Width by height in pixels."""
        return self.aspect * (box[2] - box[0]) / max(box[3] - box[1], 1e-6)
