"""Visits: the events that tracked objects make."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
import math
import uuid

from ambianic.events import Box, Event, Phase

from . import boxes
from .frames import Frame
from .tracker import Track
from .wire import Happened

UPDATE_SECONDS = 2.0
"""The least time between two better pictures of one visit."""
BETTER = 1.1
"""A picture replaces the best one where it is better by this factor."""
CUT_FACTOR = 0.7
"""What a picture counts in which the object is not shown whole."""


@dataclass(slots=True)
class _Visit:
    event: Event
    quality: float
    updated: float
    picture: bytes = b""
    """The better picture that is still to be told of."""


class Visits:
    """The visits to a camera that go on."""

    def __init__(self, camera_id: str) -> None:
        """Begin with none."""
        self._camera_id = camera_id
        self._visits: dict[Track, _Visit] = {}

    @property
    def sightings(self) -> dict[str, tuple[float, Box]]:
        """Where the object of each event was seen last, and when."""
        return {visit.event.id: (track.seen_time, track.box) for track, visit in self._visits.items()}

    def resume(self, event: Event, track: Track) -> None:
        """Go on with a visit that began in another process."""
        self._visits[track] = _Visit(event, _weigh(event.score, event.box), track.seen_time)

    def update(self, tracks: Iterable[Track], frame: Frame) -> list[Happened]:
        """Tell what a picture changed for the objects that are certain."""
        happened = []
        for track in tracks:
            if not track.certain or track.detection is None:
                continue
            if track in self._visits:
                happened += _improve(self._visits[track], track, frame)
            else:
                happened.append(self._start(track, frame))
        return happened

    def end(self, tracks: Iterable[Track]) -> list[Happened]:
        """Tell of the objects that have left."""
        happened = []
        for track in tracks:
            if visit := self._visits.pop(track, None):
                if visit.picture:
                    happened.append(Happened(Phase.UPDATE, visit.event, visit.picture))
                ended = replace(visit.event, end=max(track.seen_time, visit.event.start))
                happened.append(Happened(Phase.END, ended))
        return happened

    def end_all(self) -> list[Happened]:
        """Tell that all objects are gone."""
        return self.end(list(self._visits))

    def _start(self, track: Track, frame: Frame) -> Happened:
        assert track.detection is not None
        event = Event(
            id=str(uuid.uuid4()),
            camera_id=self._camera_id,
            label=track.label,
            start=track.first_time,
            score=track.detection.score,
            box=track.box,
            snapshot=True,
        )
        self._visits[track] = _Visit(event, _quality(track), frame.time)
        return Happened(Phase.START, event, frame.jpeg())


def _improve(visit: _Visit, track: Track, frame: Frame) -> list[Happened]:
    quality = _quality(track)
    if quality > BETTER * visit.quality and track.detection is not None:
        visit.quality, visit.picture = quality, frame.jpeg()
        visit.event = replace(visit.event, score=track.detection.score, box=track.box, snapshot=True)
    if not visit.picture or 0 <= frame.time - visit.updated < UPDATE_SECONDS:
        return []
    happened = Happened(Phase.UPDATE, visit.event, visit.picture)
    visit.updated, visit.picture = frame.time, b""
    return [happened]


def _quality(track: Track) -> float:
    assert track.detection is not None
    quality = _weigh(track.detection.score, track.box)
    return CUT_FACTOR * quality if boxes.touches_edge(track.box) else quality


def _weigh(score: float, box: Box) -> float:
    return score * math.sqrt(math.sqrt(boxes.area(box)))
