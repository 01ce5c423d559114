"""Further models, such as a user's own for fire: they look at whole pictures, seldom, for what the object model does not know."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
import uuid

from ambianic.config import DetectionConfig
from ambianic.events import Event, Phase

from . import boxes
from .detector import Detection, Detector
from .frames import Frame
from .judge import Judge
from .wire import Happened

LOOK_SECONDS = 2.0
"""A picture is looked at so often, by the stream's clock."""
HITS_NEEDED = 3
HITS_LOOKS = 5
"""Something counts once it was seen so often in so many looks."""
GONE_SECONDS = 30.0
"""What was not seen for so long is gone."""
UPDATE_SECONDS = 5.0
BETTER = 1.15
"""A picture replaces the best one where it is better by this factor, and not more often than this."""


@dataclass(slots=True, eq=False)
class _Sight:
    """All of one label that is in the picture: smoke and fire have no borders by which they could be told apart."""

    number: int
    hits: list[int]
    """The numbers of the looks in which it was seen, of late."""
    first_clock: float
    first_time: float
    seen_clock: float
    seen_time: float
    zones: tuple[str, ...] = ()
    event: Event | None = None
    updated: float = 0.0


class ExtraModels:
    """Looks at one camera's pictures with further models."""

    def __init__(self, camera_id: str) -> None:
        """Begin with no settings and no models."""
        self._camera_id = camera_id
        self._judge = Judge(DetectionConfig())
        self._detectors: list[tuple[Detector, frozenset[str]]] = []
        self._sights: dict[str, _Sight] = {}
        self._looks = 0
        self._looked = float("-inf")
        self.inferences = 0
        self.inference_seconds = 0.0

    @property
    def active(self) -> bool:
        """Whether something may be there that is not certain yet, so that pictures are needed even if nothing moves."""
        return any(sight.event is None for sight in self._sights.values())

    def configure(self, detection: DetectionConfig, detectors: Sequence[Detector], known: frozenset[str]) -> list[Happened]:
        """Take settings and models; what the object model knows (`known`) is left to it, and what is not asked for ends."""
        self._judge.configure(detection)
        wanted = frozenset(detection.labels) - known
        self._detectors = []
        for detector in detectors:
            labels = wanted & set(detector.model.labels.values())
            if labels:
                self._detectors.append((detector, labels))
            wanted -= labels
        kept = {label for _, labels in self._detectors for label in labels}
        return self._end([label for label in self._sights if label not in kept])

    def update(self, frame: Frame) -> list[Happened]:
        """Look at a picture, if it is time to."""
        if not self._detectors or frame.clock - self._looked < LOOK_SECONDS:
            return []
        self._looked = frame.clock
        self._looks += 1
        self._judge.aspect = frame.width / frame.height
        happened: list[Happened] = []
        for label, found in self._detect(frame).items():
            happened += self._see(label, found, frame)
        gone = [label for label, sight in self._sights.items() if self._is_gone(sight, frame.clock)]
        return [*happened, *self._end(gone)]

    def close(self) -> list[Happened]:
        """End all visits."""
        return self._end(list(self._sights))

    def _detect(self, frame: Frame) -> dict[str, Detection]:
        """The surest of each label that is believed."""
        surest: dict[str, Detection] = {}
        for detector, labels in self._detectors:
            runs, seconds = detector.runs, detector.seconds
            width, height = detector.model.picture_size(frame.width / frame.height)
            for found in sorted(detector.detect(frame.whole(width, height)), key=lambda item: item.score):
                if found.label in labels and self._judge.believes(found.label, found.score, found.box) is None:
                    surest[found.label] = found
            self.inferences += detector.runs - runs
            self.inference_seconds += detector.seconds - seconds
        return surest

    def _see(self, label: str, found: Detection, frame: Frame) -> list[Happened]:
        sight = self._sights.get(label)
        if sight is None:
            number = max((known.number for known in self._sights.values()), default=0) + 1
            sight = self._sights[label] = _Sight(number, [], frame.clock, frame.time, frame.clock, frame.time)
        sight.hits = [*(look for look in sight.hits if self._looks - look < HITS_LOOKS), self._looks]
        sight.seen_clock, sight.seen_time = frame.clock, frame.time
        zones = self._judge.place(sight.number, label, found.box, frame.clock)
        sight.zones = tuple(dict.fromkeys(sight.zones + zones))
        if sight.event is not None:
            return _improve(sight, found, frame)
        if len(sight.hits) < HITS_NEEDED or self._judge.may_alarm(label, frame.clock - sight.first_clock, sight.zones):
            return []
        sight.event = Event(
            id=str(uuid.uuid4()),
            camera_id=self._camera_id,
            label=label,
            start=sight.first_time,
            score=found.score,
            box=boxes.clip(found.box),
            zones=sight.zones,
            snapshot=True,
        )
        sight.updated = frame.clock
        return [Happened(Phase.START, sight.event, frame.jpeg())]

    def _is_gone(self, sight: _Sight, clock: float) -> bool:
        if sight.event is None:
            return self._looks - sight.hits[-1] >= HITS_LOOKS
        return clock - sight.seen_clock > GONE_SECONDS

    def _end(self, labels: Sequence[str]) -> list[Happened]:
        ended = []
        for label in labels:
            sight = self._sights.pop(label)
            self._judge.forget(sight.number)
            if sight.event is not None:
                ended.append(Happened(Phase.END, replace(sight.event, end=max(sight.seen_time, sight.event.start))))
        return ended


def _improve(sight: _Sight, found: Detection, frame: Frame) -> list[Happened]:
    """Tell of new zones, and of a much better picture."""
    assert sight.event is not None
    better = found.score > BETTER * sight.event.score and frame.clock - sight.updated >= UPDATE_SECONDS
    if not better and sight.zones == sight.event.zones:
        return []
    sight.event = replace(sight.event, zones=sight.zones)
    if not better:
        return [Happened(Phase.UPDATE, sight.event)]
    sight.event = replace(sight.event, score=found.score, box=found.box)
    sight.updated = frame.clock
    return [Happened(Phase.UPDATE, sight.event, frame.jpeg())]
