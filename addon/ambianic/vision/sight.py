"""What is done with a decoded picture: motion, objects and what people do, the camera's health, and the account of it."""

from collections.abc import Iterable, Mapping, Sequence
from time import thread_time

from ambianic.events import Box

from .accounts import Looked
from .detector import Detector
from .frames import Frame
from .gate import Gate
from .labels import FALL
from .look import GateReading, Look
from .motion import MotionDetector
from .motion_signal import MotionSignal
from .objects import Objects
from .picture_health import PictureHealth
from .senses import Models, Senses
from .wire import Explained, Message, Sound, SoundStream, Watch


class Sight:
    """One camera's pictures, whatever stream they are of."""

    def __init__(self, camera_id: str, detector: Detector, models: Models | None) -> None:
        """Begin with no settings."""
        self._id = camera_id
        self.objects = Objects(camera_id, detector)
        self.health = PictureHealth()
        self._senses = Senses(camera_id, detector, models)
        self._motion = MotionDetector()
        self._signal = MotionSignal()
        self._explain_until = float("-inf")
        self._newest: Frame | None = None
        self.looked = 0
        self.motion_seconds = 0.0

    @property
    def moving(self) -> bool:
        """Whether something moves, without flicker."""
        return self._signal.moving

    @property
    def busy(self) -> bool:
        """Whether pictures are needed even if nothing moves."""
        return self.objects.active or self._senses.active

    @property
    def sightings(self) -> Mapping[str, tuple[float, Box]]:
        """Where what is behind each event was seen last, and when (Unix time)."""
        return {**self.objects.sightings, **self._senses.sightings}

    def configure(self, watch: Watch) -> list[Message]:
        """Take new settings."""
        self._motion.mask(watch.detection.motion_masks)
        fallen = [resumed for resumed in watch.resume if resumed.event.label == FALL]
        others = [resumed for resumed in watch.resume if resumed.event.label != FALL]
        return [
            *self.objects.configure(watch.detection, others, watch.resting),
            *self._senses.configure(watch.detection, fallen),
        ]

    def explain(self, until: float) -> None:
        """Account for all pictures up to a clock of the stream."""
        self._explain_until = until

    def open(self) -> None:
        """Another stream begins: what it shows may be another place."""
        self._motion.forget()
        self.health = PictureHealth()

    def look(self, frame: Frame, gate: Gate, *, whole: bool, interval: float) -> tuple[bool, list[Message]]:
        """Look at a picture; tell whether something moves in it, and what happens."""
        moving = self._see(frame)
        told = self.objects.look(frame, moving, whole=whole, interval=interval)
        return bool(moving), [*told, *self._end_look(frame, gate, moving)]

    def glance(self, frame: Frame, gate: Gate) -> tuple[bool, list[Message]]:
        """The same for a key frame that was decoded although nothing seems to move."""
        moving = self._see(frame)
        told = self.objects.glance(frame, moving)
        return bool(moving), [*told, *self._end_look(frame, gate, moving)]

    def sleep(self, gate: Gate, time: float, clock: float) -> list[Message]:
        """Account for a picture that is not decoded."""
        return self._account(gate, time, clock, (), Looked())

    def hear(self, message: SoundStream | Sound) -> list[Message]:
        """Take in sound."""
        return self._senses.hear(message, self._newest)

    def tick(self, silence: float) -> list[Message]:
        """Take note that no picture has come for so many seconds; visits to a camera that sends no more end."""
        return [*self.objects.tick(silence), *self._senses.tick(silence)]

    def close(self) -> list[Message]:
        """End all visits, and motion."""
        self._signal = MotionSignal()
        return [*self.objects.close(), *self._senses.close()]

    def _see(self, frame: Frame) -> list[Box]:
        begin = thread_time()
        self._newest = frame
        self.looked += 1
        luma = frame.luma()
        self.health.update(luma, frame.clock)
        moving = self._motion.update(luma, frame.clock, [track.box for track in self.objects.tracks])
        self._signal.update(bool(moving), frame.clock)
        self.motion_seconds += thread_time() - begin
        return moving

    def _end_look(self, frame: Frame, gate: Gate, moving: Sequence[Box]) -> Iterable[Message]:
        told = self._senses.look(frame, self.objects.tracks, self.objects.looked.regions)
        return [*told, *self._account(gate, frame.time, frame.clock, moving, self.objects.looked)]

    def _account(self, gate: Gate, time: float, clock: float, moving: Sequence[Box], looked: Looked) -> list[Message]:
        if clock > self._explain_until:
            return []
        reading = GateReading(size=gate.size, threshold=gate.threshold) if gate.reason is None and gate.threshold else None
        look = Look(
            camera_id=self._id,
            time=time,
            awake=not gate.asleep,
            gate=reading,
            motion=tuple(moving),
            regions=looked.regions,
            found=looked.found,
            tracks=looked.tracks,
            inference_ms=looked.inference_ms,
        )
        return [Explained(look)]
