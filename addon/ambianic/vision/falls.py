"""Falls: a person who stood lies on the ground, and stays there.

It goes by the shape of the box around a person, so it sees who falls across the camera's view, not who falls towards the camera.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
import math
from typing import Literal
import uuid

from ambianic.config import DetectionConfig
from ambianic.events import Box, Event, Phase

from . import boxes
from .detector import Detector
from .followed import Followed
from .frames import Frame
from .judge import Judge
from .labels import FALL
from .lying import Sight, find_lying
from .wire import Happened, Resumed

type Posture = Literal["upright", "lying", "between"]

PERSON = "person"
UPRIGHT = 1.7
LYING = 0.85
"""Height by width in pixels, at least and at most. People who stand have 2.1 and more, who crouch 1.3 to 1.5, who lie 0.4."""
EDGE = 0.02
"""A box that is so near the picture's edge may show only a part of a person, whose shape says nothing."""
UPRIGHT_LOOKS = 3
"""So often a person must have been seen upright, before and after."""
FALL_SECONDS = 4.0
"""Who was upright and then lies within this time has fallen …"""
MAX_HEIGHT = 0.6
MIN_DROP = 0.35
"""… if the box is so much lower than the standing person's, and its top has come down so far, both in heights of that person.

So somebody who is hidden behind a low wall, or a group in one box, is not taken for lying.
"""
MISSES = 2
"""Who stood and is not found so often, though it was looked for there, may lie: many detectors miss who does."""
CHECK_SECONDS = 0.8
CHECKS = 4
"""So often and so many times in vain one is looked for who may lie …"""
WATCH_SECONDS = 5.0
"""… and so often one who is known to."""
STAY_SECONDS = 3.0
STAY_LOOKS = 3
"""Who lies for so long, and was seen so often, is not just picking something up."""
WAVER_SECONDS = 2.5
"""Somebody who was not seen lying for so long does not lie, before there is an alarm …"""
OVER_SECONDS = 30.0
"""… and after: who is helped, or sits up, has not got up."""


@dataclass(slots=True, eq=False)
class _Person:
    """A person's posture over time, by the stream's clock."""

    number: int
    upright_looks: int = 0
    upright_clock: float = -math.inf
    standing: Box = boxes.WHOLE
    """The box when the person was last seen upright."""
    seen_clock: float = -math.inf
    missed: int = 0
    checks: int = 0
    """How often it was looked for in vain since it was seen."""
    checked_clock: float = -math.inf
    lying_since: float | None = None
    lying_looks: int = 0
    lying_clock: float = -math.inf
    lying_time: float = 0.0
    box: Box = boxes.WHOLE
    """Where it lies."""
    score: float = 0.0
    zones: tuple[str, ...] = ()
    fell_time: float = 0.0
    event: Event | None = None


class Falls:
    """Watches the people before one camera."""

    def __init__(self, camera_id: str, detector: Detector) -> None:
        """Begin with no settings and nobody; the detector is the one that finds people."""
        self._camera_id = camera_id
        self._detector = detector
        self._least: float | None = None
        self._judge = Judge(DetectionConfig())
        self._people: dict[Followed, _Person] = {}
        self._lost: list[_Person] = []
        """People who stood or lay and are not followed any more."""
        self._numbers = 0
        self.inferences = 0
        self.inference_seconds = 0.0

    @property
    def active(self) -> bool:
        """Whether somebody may just have fallen, so that pictures are needed even if nothing moves."""
        people = [*self._people.values(), *self._lost]
        return any(person.event is None and (person.lying_since is not None or person.missed >= MISSES) for person in people)

    @property
    def sightings(self) -> Mapping[str, tuple[float, Box]]:
        """Where the person of each fall that goes on was seen last, and when (Unix time)."""
        people = [*self._people.values(), *self._lost]
        return {person.event.id: (person.lying_time, person.box) for person in people if person.event is not None}

    def configure(self, detection: DetectionConfig, resume: Iterable[Resumed] = ()) -> list[Happened]:
        """Take settings; where falls are no longer wanted, those that go on end. `resume` are falls that another process saw."""
        self._least = detection.labels.get(FALL)
        self._judge.configure(detection)
        for resumed in resume:
            person = self._new()
            person.event, person.zones, person.score = resumed.event, resumed.event.zones, resumed.event.score
            person.box, person.lying_time, person.lying_since = resumed.box, resumed.seen, 0.0
            self._lost.append(person)
        return self.close() if self._least is None else []

    def update(self, frame: Frame, people: Iterable[Followed], regions: Sequence[Box]) -> list[Happened]:
        """Take in all that is followed, once objects were looked for in these regions of the picture."""
        if self._least is None:
            return []
        self._judge.aspect = frame.width / frame.height
        self._place_resumed(frame.clock)
        followed = {track for track in people if track.label == PERSON}
        self._lost += [self._people.pop(track) for track in list(self._people) if track not in followed]
        happened = []
        for track in followed:
            if track.seen_clock == frame.clock and track.detection is not None:
                happened += self._see(track, track.detection.score, frame)
        for person in [*self._people.values(), *self._lost]:
            if person.seen_clock < frame.clock:
                happened += self._miss(person, frame, regions, self._least)
        self._lost = [person for person in self._lost if person.event or person.lying_since is not None or person.missed]
        return happened

    def close(self) -> list[Happened]:
        """End all falls."""
        people = [*self._people.values(), *self._lost]
        self._people.clear()
        self._lost.clear()
        return [happened for person in people for happened in self._end(person)]

    def _place_resumed(self, clock: float) -> None:
        """Expect those who fell before another process where they lay."""
        for person in self._lost:
            if person.lying_clock == -math.inf and person.event is not None:
                left, _, right, bottom = person.box
                height = (right - left) * self._judge.aspect
                person.lying_clock, person.standing = clock, (left, bottom - height, right, bottom)

    def _see(self, track: Followed, score: float, frame: Frame) -> list[Happened]:
        posture = self._posture(track.box)
        person = self._people.get(track)
        if person is None or not (person.upright_looks or person.lying_since is not None):
            # Trackers take who falls for somebody new.
            fallen = self._fallen(track.box, frame.clock) if posture == "lying" else None
            person = self._people[track] = fallen or person or self._new()
        person.seen_clock, person.missed, person.checks = frame.clock, 0, 0
        match posture:
            case "upright":
                return self._stand(person, track.box, frame.clock)
            case "lying":
                return self._lie(person, track.box, score, frame)
        return self._waver(person, frame.clock)

    def _posture(self, box: Box) -> Posture:
        shape = (box[3] - box[1]) / max((box[2] - box[0]) * self._judge.aspect, 1e-6)
        if shape >= UPRIGHT:
            return "upright"
        # Who is upright may be cut off: the more is hidden, the less upright it looks.
        return "lying" if shape <= LYING and not boxes.touches_edge(box, margin=EDGE) else "between"

    def _stand(self, person: _Person, box: Box, clock: float) -> list[Happened]:
        person.upright_looks = person.upright_looks + 1 if clock - person.upright_clock < FALL_SECONDS else 1
        person.upright_clock, person.standing = clock, box
        return self._rise(person) if person.event is None or person.upright_looks >= UPRIGHT_LOOKS else []

    def _lie(self, person: _Person, box: Box, score: float, frame: Frame) -> list[Happened]:
        if person.lying_since is None:
            if not _fell(person, box, frame.clock):
                return []
            person.lying_since, person.fell_time, person.lying_looks, person.score = frame.clock, frame.time, 0, 0.0
        person.lying_clock, person.lying_time, person.box = frame.clock, frame.time, box
        person.lying_looks += 1
        person.score = max(person.score, score)
        person.upright_looks = 0
        zones = self._judge.place(person.number, FALL, box, frame.clock)
        person.zones = tuple(dict.fromkeys(person.zones + zones))
        stayed = frame.clock - person.lying_since
        if (
            person.event is not None
            or stayed < STAY_SECONDS
            or person.lying_looks < STAY_LOOKS
            or self._judge.believes(FALL, person.score, box)
            or self._judge.may_alarm(FALL, stayed, person.zones)
        ):
            return []
        person.event = Event(
            id=str(uuid.uuid4()),
            camera_id=self._camera_id,
            label=FALL,
            start=person.fell_time,
            score=person.score,
            box=box,
            zones=person.zones,
            snapshot=True,
        )
        return [Happened(Phase.START, person.event, frame.jpeg())]

    def _waver(self, person: _Person, clock: float) -> list[Happened]:
        """Take note that a person is not seen lying."""
        patience = WAVER_SECONDS if person.event is None else OVER_SECONDS
        return self._rise(person) if clock - person.lying_clock > patience else []

    def _rise(self, person: _Person) -> list[Happened]:
        """Take note that a person does not lie any more."""
        ended = self._end(person)
        person.lying_since, person.event, person.zones = None, None, ()
        return ended

    def _miss(self, person: _Person, frame: Frame, regions: Sequence[Box], least: float) -> list[Happened]:
        """Take note that a person was not found, and look whether it lies there."""
        lies = person.lying_since is not None
        if not lies and (
            person.upright_looks < UPRIGHT_LOOKS
            or frame.clock - person.upright_clock > FALL_SECONDS
            or boxes.touches_edge(person.standing, margin=EDGE)
        ):
            person.missed = 0
            return []
        person.missed += any(boxes.coverage(person.standing, region) > 0.9 for region in regions)
        wait = CHECK_SECONDS if person.event is None else WATCH_SECONDS
        known = max(person.checked_clock, person.seen_clock if lies else -math.inf)
        if frame.clock - known < wait or person.checks >= CHECKS or (person.missed < MISSES and not lies):
            return self._waver(person, frame.clock) if lies else []
        person.checked_clock = frame.clock
        sight = self._look(person, frame, least)
        if sight is None:
            person.checks += person.event is None
            return self._waver(person, frame.clock) if lies else []
        person.checks = 0
        return self._lie(person, sight.box, sight.score, frame)

    def _look(self, person: _Person, frame: Frame, least: float) -> Sight | None:
        runs, seconds = self._detector.runs, self._detector.seconds
        sights = find_lying(self._detector, frame, person.standing)
        self.inferences += self._detector.runs - runs
        self.inference_seconds += self._detector.seconds - seconds
        fitting = [
            sight
            for sight in sights
            if sight.score >= least
            and self._posture(sight.box) == "lying"
            and (_fell(person, sight.box, frame.clock) if person.lying_since is None else _same(person.box, sight.box))
        ]
        return max(fitting, key=lambda sight: sight.score, default=None)

    def _fallen(self, box: Box, clock: float) -> _Person | None:
        """The person with whom a new track goes on that is seen lying: one who lies there, or who stood there just now."""
        for known in [*self._people.values(), *self._lost]:
            if known.seen_clock < clock and (_fell(known, box, clock) if known.lying_since is None else _same(known.box, box)):
                self._lost = [person for person in self._lost if person is not known]
                self._people = {track: person for track, person in self._people.items() if person is not known}
                return known
        return None

    def _end(self, person: _Person) -> list[Happened]:
        self._judge.forget(person.number)
        if person.event is None:
            return []
        return [Happened(Phase.END, replace(person.event, end=max(person.lying_time, person.event.start)))]

    def _new(self) -> _Person:
        self._numbers += 1
        return _Person(self._numbers)


def _same(one: Box, other: Box) -> bool:
    """Whether two boxes show the same lying person."""
    return boxes.overlap(one, other) > 0.3


def _fell(person: _Person, box: Box, clock: float) -> bool:
    """Whether a person who lies in this box was upright just now."""
    left, top, right, bottom = person.standing
    height = bottom - top
    around = (left - 0.3 * height, top, right + 0.3 * height, bottom + 0.3 * height)
    return (
        person.upright_looks >= UPRIGHT_LOOKS
        and clock - person.upright_clock <= FALL_SECONDS
        and box[3] - box[1] <= MAX_HEIGHT * height
        and box[1] - top >= MIN_DROP * height
        and boxes.intersection(around, box) > 0
    )
