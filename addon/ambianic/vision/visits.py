"""Visits: the events that tracked objects make."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
import math
import uuid

from ambianic.events import Box, Event, Phase

from . import boxes
from .frames import Frame
from .track import Track
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

    @property
    def tracks(self) -> Collection[Track]:
        """The objects whose visits go on."""
        return self._visits.keys()

    def event_id(self, track: Track) -> str | None:
        """The event of an object, if it has one."""
        visit = self._visits.get(track)
        return None if visit is None else visit.event.id

    def resume(self, event: Event, track: Track) -> None:
        """Go on with a visit that began in another process."""
        self._visits[track] = _Visit(event, _weigh(event.score, event.box), track.seen_time)

    def update(self, tracks: Iterable[Track], frame: Frame) -> list[Happened]:
        """Tell what a picture changed for objects that are events."""
        happened = []
        for track in tracks:
            if track.detection is None:
                continue
            if visit := self._visits.get(track):
                happened += _improve(visit, track, frame)
            else:
                happened.append(self._start(track, frame))
        return happened

    def end(self, tracks: Iterable[Track], time: float | None = None) -> list[Happened]:
        """Tell that visits are over: when the objects were seen last, or at a Unix time."""
        happened = []
        for track in list(tracks):
            if visit := self._visits.pop(track, None):
                if visit.picture:
                    happened.append(Happened(Phase.UPDATE, visit.event, visit.picture))
                ended = replace(visit.event, end=max(track.seen_time if time is None else time, visit.event.start))
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
            zones=tuple(track.visited),
            snapshot=True,
        )
        self._visits[track] = _Visit(event, _quality(track), frame.time)
        return Happened(Phase.START, event, frame.jpeg())


def _improve(visit: _Visit, track: Track, frame: Frame) -> list[Happened]:
    quality = _quality(track)
    if quality > BETTER * visit.quality and track.detection is not None:
        visit.quality, visit.picture = quality, frame.jpeg()
        visit.event = replace(visit.event, score=track.detection.score, box=track.box, snapshot=True)
    zones = (*visit.event.zones, *(zone for zone in track.visited if zone not in visit.event.zones))
    # New zones are told at once, and with them the better picture if there is one.
    if zones == visit.event.zones and (not visit.picture or 0 <= frame.time - visit.updated < UPDATE_SECONDS):
        return []
    visit.event = replace(visit.event, zones=zones)
    happened = Happened(Phase.UPDATE, visit.event, visit.picture)
    if visit.picture:
        visit.updated, visit.picture = frame.time, b""
    return [happened]


def _quality(track: Track) -> float:
    assert track.detection is not None
    quality = _weigh(track.detection.score, track.box)
    return CUT_FACTOR * quality if boxes.touches_edge(track.box) else quality


def _weigh(score: float, box: Box) -> float:
    return score * math.sqrt(math.sqrt(boxes.area(box)))
