"""What a camera notices beside objects: faces, falls, sounds, and what further models find."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from ambianic.config import DetectionConfig
from ambianic.events import Box

from .detector import Detector
from .extra import ExtraModels
from .faces import Faces
from .falls import Falls
from .frames import Frame
from .labels import FACE, SOUNDS
from .sound_model import SoundModel
from .sounds import Sounds
from .track import Track
from .wire import Message, Resumed, Sound, SoundStream

GONE_SECONDS = 10.0
"""A camera that sends no picture for so long shows nobody."""


class Models(Protocol):
    """Models beside that of objects, shared by all cameras and loaded when they are first asked for; None where not installed."""

    def faces(self) -> Detector | None:
        """The one that finds faces."""

    def sounds(self) -> SoundModel | None:
        """The one that knows sounds."""

    def extra(self) -> Sequence[Detector]:
        """Further ones that find things."""

    @property
    def known(self) -> frozenset[str]:
        """What the model of objects finds."""


class Senses:
    """One camera's further senses. What is not asked for costs nothing."""

    def __init__(self, camera_id: str, detector: Detector, models: Models | None) -> None:
        """Begin with no settings; the detector is the one of objects."""
        self._models = models
        self._faces = Faces(camera_id)
        self._falls = Falls(camera_id, detector)
        self._sounds = Sounds(camera_id)
        self._extra = ExtraModels(camera_id)

    @property
    def active(self) -> bool:
        """Whether pictures are needed even if nothing moves."""
        return self._falls.active or self._extra.active

    @property
    def sightings(self) -> Mapping[str, tuple[float, Box]]:
        """Where who fell was seen last, and when (Unix time), by event."""
        return self._falls.sightings

    def configure(self, detection: DetectionConfig, fallen: Sequence[Resumed]) -> list[Message]:
        """Take new settings, and falls that another process told of; what is no longer asked for ends."""
        faces = self._models.faces() if self._models and FACE in detection.labels else None
        sounds = self._models.sounds() if self._models and not SOUNDS.isdisjoint(detection.labels) else None
        known = self._models.known if self._models else frozenset[str]()
        extra = self._models.extra() if self._models and set(detection.labels) - known else ()
        return [
            *self._faces.configure(detection, faces),
            *self._falls.configure(detection, fallen),
            *self._sounds.configure(detection, sounds),
            *self._extra.configure(detection, extra, known),
        ]

    def look(self, frame: Frame, tracks: Sequence[Track], regions: Sequence[Box]) -> list[Message]:
        """Take in a picture in which objects have been looked for, in these regions."""
        return [
            *self._faces.update(frame, tracks),
            *self._falls.update(frame, tracks, regions),
            *self._extra.update(frame),
        ]

    def hear(self, message: SoundStream | Sound, frame: Frame | None) -> list[Message]:
        """Take in sound; `frame` is the newest picture."""
        if isinstance(message, SoundStream):
            self._sounds.open(message.info)
            return []
        return [*self._sounds.hear(message.packet, frame)]

    def tick(self, silence: float) -> list[Message]:
        """Take note that nothing has come for so many seconds."""
        told: list[Message] = [*self._sounds.tick(silence)]
        return [*told, *self._faces.close(), *self._falls.close(), *self._extra.close()] if silence > GONE_SECONDS else told

    def close(self) -> list[Message]:
        """End all that goes on."""
        return [*self._faces.close(), *self._falls.close(), *self._extra.close(), *self._sounds.close()]
