"""A stage on which things stand and move as a test says, and the real `Objects` that looks at it."""

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace

import av
import numpy as np
from numpy.typing import NDArray

from ambianic.config import DetectionConfig
from ambianic.events import Box, Phase
from ambianic.vision import boxes
from ambianic.vision.accounts import Looked
from ambianic.vision.detector import Detection
from ambianic.vision.frames import Frame, Scaler
from ambianic.vision.objects import Objects
from ambianic.vision.wire import Happened, Message, Occupied, Resting, Rests, Resumed

WIDTH, HEIGHT = 640, 360
EPOCH = 1_800_000_000.0
INTERVAL = 0.2


def moved(box: Box, x: float, y: float) -> Box:
    """The box shifted."""
    return box[0] + x, box[1] + y, box[2] + x, box[3] + y


class StagedDetector:
    """Sees what is on the stage, as a detector sees a region: what the region's edge cuts, it sees in part."""

    def __init__(self) -> None:
        self.model = SimpleNamespace(width=300, height=300, picture_size=lambda _aspect: (300, 300))
        self.things: Sequence[Detection] = ()
        self.looked: list[Box] = []
        self.runs = 0
        self.seconds = 0.0

    def detect(self, _picture: NDArray[np.uint8], region: Box = boxes.WHOLE) -> list[Detection]:
        """What is to be seen in a region."""
        self.runs += 1
        self.looked.append(region)
        found = []
        for thing in self.things:
            left, top = max(thing.box[0], region[0]), max(thing.box[1], region[1])
            right, bottom = min(thing.box[2], region[2]), min(thing.box[3], region[3])
            if boxes.coverage(thing.box, region) > 0.4:
                found.append(Detection(thing.label, thing.score, (left, top, right, bottom)))
        return found


class Stage:
    """A camera's objects, shown a picture each 0.2 s of the stream's clock."""

    def __init__(
        self, detection: DetectionConfig, *, resume: Sequence[Resumed] = (), resting: Sequence[Resting] = (), clock: float = 0.0
    ) -> None:
        self.detector = StagedDetector()
        self.objects = Objects("cam", self.detector)  # type: ignore[arg-type]  # It is used like the real one.
        self.clock = clock
        self.told: list[tuple[float, Message]] = [(clock, told) for told in self.objects.configure(detection, resume, resting)]
        self.looked: list[Looked] = []
        self._scaler = Scaler()
        self._picture = av.VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH, 3), 90, np.uint8), format="rgb24")
        self._shown = False

    def show(
        self, *things: Detection, moving: Sequence[Box] | None = None, glance: bool = False, seconds: float = INTERVAL
    ) -> None:
        """Show a picture with these things, of which those that moved make motion unless a test says what does."""
        if moving is None:
            before = {thing.box for thing in self.detector.things}
            moving = [thing.box for thing in things if thing.box not in before and self._shown]
        self.detector.things = things
        frame = Frame(self._picture, self._scaler, EPOCH + self.clock, self.clock)
        if glance:
            told = self.objects.glance(frame, moving)
        else:
            told = self.objects.look(frame, moving, whole=not self._shown, interval=INTERVAL)
        self.told += [(self.clock, message) for message in told]
        self.looked.append(self.objects.looked)
        self._shown = True
        self.clock += seconds

    def play(self, seconds: float, scene: Callable[[float], Sequence[Detection]]) -> None:
        """Show what a scene has at each moment, in seconds from now."""
        begin = self.clock
        for number in range(round(seconds / INTERVAL)):
            self.clock = begin + number * INTERVAL
            self.show(*scene(number * INTERVAL))

    def sleep(self, seconds: float, *things: Detection, moving: Sequence[Box] = ()) -> None:
        """Show only a key frame each two seconds, as of a stream that is asleep."""
        for _ in range(round(seconds / 2)):
            self.show(*things, moving=moving, glance=True, seconds=2.0)

    @property
    def phases(self) -> list[tuple[Phase, str]]:
        """The starts and ends, in order."""
        return [(told.phase, told.event.label) for told in self.happened if told.phase is not Phase.UPDATE]

    @property
    def happened(self) -> list[Happened]:
        """What was told of visits."""
        return [told for _, told in self.told if isinstance(told, Happened)]

    @property
    def rests(self) -> tuple[Resting, ...]:
        """What was told last to rest."""
        return next((told.objects for _, told in reversed(self.told) if isinstance(told, Rests)), ())

    @property
    def occupied(self) -> list[Mapping[str, tuple[str, ...]]]:
        """What was told of zones, in order."""
        return [told.zones for _, told in self.told if isinstance(told, Occupied)]


def car(x: float, y: float = 0.5, score: float = 0.8) -> Detection:
    """A car whose left upper corner is there."""
    return Detection("car", score, (x, y, x + 0.2, y + 0.2))


def person(x: float, y: float = 0.4, score: float = 0.8) -> Detection:
    """A person whose left upper corner is there."""
    return Detection("person", score, (x, y, x + 0.05, y + 0.25))
