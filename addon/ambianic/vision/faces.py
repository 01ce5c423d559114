"""Faces: whether the people who are followed show theirs. Nobody is recognised."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
import math
import uuid

from ambianic.config import DetectionConfig
from ambianic.events import Box, Event, Phase

from . import boxes
from .detector import Detection, Detector
from .followed import Followed
from .frames import Frame
from .judge import Judge
from .labels import FACE
from .wire import Happened

PERSON = "person"
LOOK_SECONDS = 0.35
SEEN_LOOK_SECONDS = 1.0
"""A person's face is looked for so often, before it was seen and after."""
HEAD_HEIGHT = 0.5
"""The share of a person's box, from above, in which the face is …"""
HEAD_MARGIN = 0.15
"""… with so much around it, in sizes of the box."""
MIN_PERSON_PIXELS = (36, 100)
"""A smaller person's face is too small to be seen (width, height)."""
MIN_FACE_PIXELS = 16
"""A narrower face shows nothing, and is often none."""
HITS_NEEDED = 2
HITS_SECONDS = 3.0
"""A face counts once it was seen so often within this time."""
GONE_SECONDS = 30.0
"""A face that was not seen for so long is gone, if its person did not leave before."""
UPDATE_SECONDS = 2.0
BETTER = 1.15
"""A picture of a face replaces the best one where it is better by this factor, and not more often than this."""


@dataclass(slots=True)
class _Face:
    """The face of one person."""

    number: int
    looked: float = -math.inf
    hits: list[float] = field(default_factory=list)
    """The clocks at which it was seen, of late."""
    first_clock: float = 0.0
    first_time: float = 0.0
    seen_clock: float = 0.0
    seen_time: float = 0.0
    zones: tuple[str, ...] = ()
    event: Event | None = None
    quality: float = 0.0
    updated: float = 0.0


class Faces:
    """Looks for faces before one camera."""

    def __init__(self, camera_id: str) -> None:
        """Begin with no settings; without a detector nothing is looked for."""
        self._camera_id = camera_id
        self._detector: Detector | None = None
        self._judge = Judge(DetectionConfig())
        self._faces: dict[Followed, _Face] = {}
        self._numbers = 0
        self.inferences = 0
        self.inference_seconds = 0.0

    def configure(self, detection: DetectionConfig, detector: Detector | None) -> list[Happened]:
        """Take settings, and the face detector where faces are wanted; if they are no longer, their visits end."""
        self._detector = detector if FACE in detection.labels else None
        self._judge.configure(detection)
        return [] if self._detector else self.close()

    def update(self, frame: Frame, people: Iterable[Followed]) -> list[Happened]:
        """Look at all that is followed, once objects were looked for in this picture."""
        if self._detector is None:
            return []
        self._judge.aspect = frame.width / frame.height
        followed = {track for track in people if track.certain and track.label == PERSON}
        happened = []
        for track in followed:
            face = self._faces.setdefault(track, self._new())
            if track.seen_clock == frame.clock and self._is_due(face, track, frame):
                face.looked = frame.clock
                happened += self._look(self._detector, face, track, frame)
        for track, face in list(self._faces.items()):
            turned_away = face.event is not None and frame.clock - face.seen_clock > GONE_SECONDS
            if turned_away or track not in followed:
                happened += self._end(track)
        return happened

    def close(self) -> list[Happened]:
        """End all visits."""
        return [happened for track in list(self._faces) for happened in self._end(track)]

    def _new(self) -> _Face:
        self._numbers += 1
        return _Face(self._numbers)

    def _is_due(self, face: _Face, track: Followed, frame: Frame) -> bool:
        left, top, right, bottom = track.box
        width, height = MIN_PERSON_PIXELS
        if (right - left) * frame.width < width or (bottom - top) * frame.height < height:
            return False
        return frame.clock - face.looked >= (LOOK_SECONDS if face.event is None else SEEN_LOOK_SECONDS)

    def _look(self, detector: Detector, face: _Face, track: Followed, frame: Frame) -> list[Happened]:
        found = self._detect(detector, track.box, frame)
        if found is None:
            return []
        face.seen_clock, face.seen_time = frame.clock, frame.time
        if not face.hits:
            face.first_clock, face.first_time = frame.clock, frame.time
        face.hits = [*(clock for clock in face.hits if frame.clock - clock <= HITS_SECONDS), frame.clock]
        zones = self._judge.place(face.number, FACE, track.box, frame.clock)
        face.zones = tuple(dict.fromkeys(face.zones + zones))
        quality = found.score * math.sqrt(boxes.area(found.box))
        if face.event is not None:
            return self._improve(face, found, quality, frame)
        if len(face.hits) < HITS_NEEDED or self._judge.may_alarm(FACE, frame.clock - face.first_clock, face.zones):
            return []
        face.event = Event(
            id=str(uuid.uuid4()),
            camera_id=self._camera_id,
            label=FACE,
            start=face.first_time,
            score=found.score,
            box=found.box,
            zones=face.zones,
            snapshot=True,
        )
        face.quality, face.updated = quality, frame.clock
        return [Happened(Phase.START, face.event, frame.jpeg())]

    def _detect(self, detector: Detector, person: Box, frame: Frame) -> Detection | None:
        """The surest face in the upper part of a person."""
        region = _head(person)
        shape = (region[2] - region[0]) * frame.width / ((region[3] - region[1]) * frame.height)
        runs, seconds = detector.runs, detector.seconds
        found = detector.detect(frame.crop(region, *detector.model.picture_size(shape)), region)
        self.inferences += detector.runs - runs
        self.inference_seconds += detector.seconds - seconds
        believed = [
            item
            for item in found
            if (item.box[2] - item.box[0]) * frame.width >= MIN_FACE_PIXELS
            and self._judge.believes(FACE, item.score, item.box) is None
        ]
        return max(believed, key=lambda item: item.score, default=None)

    def _improve(self, face: _Face, found: Detection, quality: float, frame: Frame) -> list[Happened]:
        assert face.event is not None
        new_zones = face.zones != face.event.zones
        better = quality > BETTER * face.quality and frame.clock - face.updated >= UPDATE_SECONDS
        if not (new_zones or better):
            return []
        face.event = replace(face.event, zones=face.zones)
        if not better:
            return [Happened(Phase.UPDATE, face.event)]
        face.event = replace(face.event, score=found.score, box=found.box)
        face.quality, face.updated = quality, frame.clock
        return [Happened(Phase.UPDATE, face.event, frame.jpeg())]

    def _end(self, track: Followed) -> list[Happened]:
        face = self._faces.pop(track)
        self._judge.forget(face.number)
        if face.event is None:
            return []
        return [Happened(Phase.END, replace(face.event, end=max(face.seen_time, face.event.start)))]


def _head(person: Box) -> Box:
    """The part of the picture in which a person's face is."""
    left, top, right, bottom = person
    width, height = right - left, bottom - top
    return boxes.clip(
        (left - HEAD_MARGIN * width, top - HEAD_MARGIN * height, right + HEAD_MARGIN * width, top + HEAD_HEIGHT * height)
    )
