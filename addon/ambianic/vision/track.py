"""An object that is followed."""

from collections import deque
from dataclasses import dataclass, field
from typing import Self

from ambianic.events import Box, Event

from . import boxes
from .appearance import Appearance, blend
from .detector import Detection
from .kalman import Axis
from .merging import family
from .resting import VEHICLES, Rest

HISTORY = 10
"""The scores that are remembered."""

# Lengths are in sizes of the object along each axis, see `boxes.sizes`.
MEASURED = 0.12
"""How exactly a box says where an object is (standard deviation)."""
FIRST_VELOCITY = 2.0
"""How fast a new object may be (standard deviation, a second)."""
ACCELERATION = 2.5
RESUMED_REACH = 3.0
RESUMED_REACH_PER_SECOND = 2.0
MAX_ABSENCE = 15.0
"""How far an object may be that was handed over by another process, which was not watching for some seconds."""


@dataclass(slots=True, eq=False)
class Track:
    """An object over time. Clocks are in seconds of the stream, times are Unix times."""

    number: int
    family: str
    box: Box
    """Where it was when it was seen last."""
    first_time: float
    first_clock: float
    seen_time: float
    seen_clock: float
    first_box: Box = field(init=False)
    certain: bool = False
    scores: deque[float] = field(default_factory=lambda: deque(maxlen=HISTORY))
    labels: dict[str, float] = field(default_factory=dict)
    """Label -> the sum of its scores."""
    detection: Detection | None = None
    """What it was recognised by in the last picture that was looked at, if it was."""
    appearance: Appearance | None = None
    hidden: bool = False
    """Whether it was next to another object when it was seen last."""
    leaving: bool = False
    """Whether it was about to leave the picture then."""
    crowded: bool = False
    """Whether it was next to another object when it was seen first."""
    reach: float | None = None
    """How far it may be, in sizes, where it was handed over by another process and not seen since."""
    looked_clock: float = float("-inf")
    """When its place was last looked at."""
    axes: tuple[Axis, Axis] | None = None
    """Its centre by the filter, in heights of the picture."""
    zones: tuple[str, ...] = ()
    """The ids of the zones that it is in now …"""
    visited: dict[str, None] = field(default_factory=dict)
    """… and of those that it has been in, in order, during its visit."""
    rest: Rest = field(init=False)

    def __post_init__(self) -> None:
        """A new object has not moved so far; what a vehicle does has to be seen."""
        self.first_box = self.box
        parked = self.family in VEHICLES and not self.certain
        self.rest = Rest(self.box, self.box, self.first_clock, self.first_time, parked=parked)

    @classmethod
    def resume(cls, number: int, event: Event, box: Box, time: float) -> Self:
        """The object of a visit that began in another process, last seen at a Unix time; `place` comes next."""
        labels = {event.label: event.score}
        return cls(number, family(event.label), box, event.start, 0.0, time, 0.0, certain=True, labels=labels)

    @classmethod
    def restore(cls, number: int, label: str, box: Box, since: float) -> Self:
        """An object that another process saw at rest since a Unix time, without a visit; `place` comes next."""
        track = cls(number, family(label), box, since, 0.0, since, 0.0, certain=True, labels={label: 1.0})
        track.rest.park()
        return track

    def place(self, time: float, clock: float) -> None:
        """Expect an object from another process from a picture on."""
        self.first_clock = self.seen_clock = self.looked_clock = clock
        self.rest.anchor_clock = clock - max(0.0, time - self.rest.anchor_time)
        self.reach = (
            1.0
            if self.rest.resting
            else RESUMED_REACH + RESUMED_REACH_PER_SECOND * min(max(0.0, time - self.seen_time), MAX_ABSENCE)
        )

    @property
    def label(self) -> str:
        """The label that fits best."""
        return max(self.labels, key=lambda label: self.labels[label])

    @property
    def score(self) -> float:
        """The mean of its last scores."""
        return sum(self.scores) / len(self.scores) if self.scores else max(self.labels.values())

    def begin(self, time: float, clock: float) -> None:
        """Begin another visit of the same object."""
        self.first_time, self.first_clock = time, clock
        self.visited.clear()

    def shift(self, seconds: float) -> None:
        """Take in that the stream's clock was set."""
        self.first_clock += seconds
        self.seen_clock += seconds
        self.looked_clock += seconds
        self.rest.anchor_clock += seconds
        self.rest.stirred_clock += seconds

    def expected(self, clock: float, aspect: float) -> Box:
        """Where it should be by now."""
        if self.axes is None or self.rest.resting:
            return self.box
        x, y = (axis.ahead(max(0.0, clock - self.seen_clock), 0.0).value for axis in self.axes)
        width, height = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return x / aspect - width / 2, y - height / 2, x / aspect + width / 2, y + height / 2

    def see(self, found: Detection, look: Appearance | None, time: float, clock: float, aspect: float, *, counts: bool) -> None:
        """Take note of where it is now and what it looks like; `counts` says that the detection is evidence."""
        passed = max(0.0, clock - self.seen_clock)
        sizes, place = boxes.sizes(found.box, aspect), middle(found.box, aspect)
        if self.axes is None or self.reach is not None:
            self.axes = _axes(place, sizes)
        else:
            across, along = (
                axis.ahead(passed, ACCELERATION * size).measured(value, MEASURED * size)
                for axis, size, value in zip(self.axes, sizes, place, strict=True)
            )
            self.axes = across, along
        self.box, self.detection = found.box, found
        self.seen_time, self.seen_clock, self.looked_clock, self.reach = time, clock, clock, None
        self.appearance = blend(self.appearance, look)
        if counts:
            self.scores.append(found.score)
            self.labels[found.label] = self.labels.get(found.label, 0.0) + found.score

    def absorb(self, other: Self) -> None:
        """Go on as another track, which is of the same object."""
        self.axes, self.box, self.detection = other.axes, other.box, other.detection
        self.seen_time, self.seen_clock, self.looked_clock = other.seen_time, other.seen_clock, other.looked_clock
        self.reach = None
        self.scores.extend(other.scores)
        for label, total in other.labels.items():
            self.labels[label] = self.labels.get(label, 0.0) + total


def middle(box: Box, aspect: float) -> tuple[float, float]:
    """The centre of a box as x and y in heights of the picture."""
    x, y = boxes.center(box)
    return aspect * x, y


def _axes(place: tuple[float, float], sizes: tuple[float, float]) -> tuple[Axis, Axis]:
    x, y = (
        Axis(value, (MEASURED * size) ** 2, 0.0, (FIRST_VELOCITY * size) ** 2) for value, size in zip(place, sizes, strict=True)
    )
    return x, y
