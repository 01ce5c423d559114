"""Tracking: which detections in one picture after another are the same object."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from ambianic.events import Box, Event

from . import boxes
from .detector import Detection, family

GAP_SECONDS = 5.0
"""An object that is not seen for so long has left."""
TENTATIVE_SECONDS = 1.0
"""The same for an object that is not certain yet."""
MIN_AGE_SECONDS = 0.2
"""Pictures closer to each other than this show the same mistake twice and prove nothing …"""
EVIDENCE = 2.5
"""An object is certain once its scores add up to so many times the least score: two sure pictures or three fair ones."""
MIN_STRONG_AGE_SECONDS = 0.09
STRONG_EVIDENCE = 3.2
"""… but two pictures without any doubt are enough sooner."""
HISTORY = 10
KEEP_FACTOR = 0.6
"""A tracked object is recognised again from this share of the least score."""
MIN_OVERLAP = 0.25
MAX_DISTANCE = 0.6
"""How far an object may be from where it was expected, in mean sizes of its box …"""
DISTANCE_PER_SECOND = 0.8
MAX_DISTANCE_LATE = 2.5
"""… and how this grows with the time since it was seen."""
RESUMED_REACH = 3.0
RESUMED_REACH_PER_SECOND = 2.0
MAX_ABSENCE = 15.0
"""The same for an object that was handed over by another process, which was not watching for some seconds."""
SMOOTHING = 0.5
"""The share of a newly measured velocity in the one that is kept."""


@dataclass(slots=True, eq=False)
class Track:
    """An object over time. Clocks are in seconds of the stream, times are Unix times."""

    family: str
    box: Box
    first_time: float
    first_clock: float
    seen_time: float
    seen_clock: float
    certain: bool = False
    velocity: tuple[float, float] = (0.0, 0.0)
    scores: deque[float] = field(default_factory=lambda: deque(maxlen=HISTORY))
    labels: dict[str, float] = field(default_factory=dict)
    """Label -> the sum of its scores."""
    detection: Detection | None = None
    """What it was recognised by in the last picture that was looked at, if it was."""
    reach: float | None = None
    """How far it may be, in mean sizes of its box, where it was handed over by another process and not seen since."""

    @classmethod
    def resume(cls, event: Event, box: Box, time: float) -> Self:
        """The object of a visit that began in another process, last seen at a Unix time; `place` comes next."""
        return cls(family(event.label), box, event.start, 0.0, time, 0.0, certain=True, labels={event.label: event.score})

    def place(self, time: float, clock: float) -> None:
        """Expect a resumed object from a picture on."""
        self.first_clock = self.seen_clock = clock
        self.reach = RESUMED_REACH + RESUMED_REACH_PER_SECOND * min(max(0.0, time - self.seen_time), MAX_ABSENCE)

    @property
    def label(self) -> str:
        """The label that fits best."""
        return max(self.labels, key=lambda label: self.labels[label])

    def expected(self, clock: float) -> Box:
        """Where it should be by now."""
        passed = min(max(0.0, clock - self.seen_clock), 1.0)
        return boxes.moved(self.box, self.velocity[0] * passed, self.velocity[1] * passed)

    def see(self, detection: Detection, time: float, clock: float, *, counts: bool) -> None:
        """Take note of where it is now; `counts` says that the score is high enough to be evidence."""
        passed = clock - self.seen_clock
        if passed > 0 and self.reach is None:
            (x1, y1), (x2, y2) = boxes.center(self.box), boxes.center(detection.box)
            self.velocity = (
                (1 - SMOOTHING) * self.velocity[0] + SMOOTHING * (x2 - x1) / passed,
                (1 - SMOOTHING) * self.velocity[1] + SMOOTHING * (y2 - y1) / passed,
            )
        self.box, self.detection = detection.box, detection
        self.seen_time, self.seen_clock, self.reach = time, clock, None
        if counts:
            self.scores.append(detection.score)
            self.labels[detection.label] = self.labels.get(detection.label, 0.0) + detection.score


class Tracker:
    """The objects that a camera sees now."""

    def __init__(self, labels: Mapping[str, float]) -> None:
        """Track objects of these labels, each from its least score."""
        self.labels = labels
        self.tracks: list[Track] = []

    @property
    def tentative(self) -> list[Track]:
        """Objects that are not certain yet."""
        return [track for track in self.tracks if not track.certain]

    def update(self, detections: Iterable[Detection], time: float, clock: float, interval: float) -> list[Track]:
        """Take in what was detected in a picture and return the objects that have left.

        `interval` is the usual time in seconds between two pictures that are looked at.
        """
        for track in self.tracks:
            track.detection = None
        wanted = [found for found in detections if found.label in self.labels]
        sure = [found for found in wanted if found.score >= self.labels[found.label]]
        unsure = [found for found in wanted if KEEP_FACTOR * self.labels[found.label] <= found.score < self.labels[found.label]]
        left_over = self._assign(sure, time, clock, counts=True)
        self._assign(unsure, time, clock, counts=False)
        for found in left_over:
            track = Track(family(found.label), found.box, time, clock, time, clock)
            track.see(found, time, clock, counts=True)
            self.tracks.append(track)
        for track in self.tracks:
            if not track.certain and self._is_certain(track):
                track.certain = True
        return self.expire(clock, interval)

    def expire(self, clock: float, interval: float) -> list[Track]:
        """Forget the objects that have not been seen for too long and return those of them that were certain."""
        gone = []
        for track in self.tracks:
            limit = GAP_SECONDS if track.certain else TENTATIVE_SECONDS
            if clock - track.seen_clock > max(limit, 3 * interval):
                gone.append(track)
        self.tracks = [track for track in self.tracks if track not in gone]
        return [track for track in gone if track.certain]

    def _assign(self, detections: Sequence[Detection], time: float, clock: float, *, counts: bool) -> list[Detection]:
        """Give each track the detection that fits it best; return the detections that fit none."""
        pairs = []
        for number, track in enumerate(self.tracks):
            if track.detection is None:
                for index, detection in enumerate(detections):
                    cost = _cost(track, detection, clock)
                    if cost is not None:
                        pairs.append((not track.certain, cost, number, index))
        used: set[int] = set()
        for _, _, number, index in sorted(pairs):
            track = self.tracks[number]
            if track.detection is None and index not in used:
                used.add(index)
                track.see(detections[index], time, clock, counts=counts)
        return [detection for index, detection in enumerate(detections) if index not in used]

    def _is_certain(self, track: Track) -> bool:
        if track.detection is None or track.detection.score < self.labels[track.detection.label] or len(track.scores) < 2:
            return False
        age = track.seen_clock - track.first_clock
        evidence = sum(track.scores) / self.labels[track.label]
        return (age >= MIN_AGE_SECONDS and evidence >= EVIDENCE) or (
            age >= MIN_STRONG_AGE_SECONDS and evidence >= STRONG_EVIDENCE
        )


def _cost(track: Track, detection: Detection, clock: float) -> float | None:
    """How badly a detection fits a track: 0 to 1 where they overlap, more where they are apart, None where it can't be."""
    if family(detection.label) != track.family:
        return None
    # Where it was counts as well as where it should be: people turn round.
    places = (track.expected(clock), track.box)
    overlap = max(boxes.overlap(place, detection.box) for place in places)
    if overlap >= MIN_OVERLAP:
        return 1 - overlap
    ratio = boxes.area(detection.box) / max(boxes.area(track.box), 1e-9)
    away = min(boxes.distance(place, detection.box) for place in places)
    if track.reach is not None:
        return 1 + away if 0.1 < ratio < 10 and away < track.reach else None
    limit = min(MAX_DISTANCE_LATE, MAX_DISTANCE + DISTANCE_PER_SECOND * max(0.0, clock - track.seen_clock))
    return 1 + away if 0.3 < ratio < 3.3 and away < limit else None
