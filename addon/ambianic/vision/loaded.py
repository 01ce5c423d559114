"""The models of the vision process."""

from collections.abc import Callable, Sequence
from functools import cached_property
import logging
from pathlib import Path
from typing import Self

from ambianic.models import own
from ambianic.models.catalog import ModelError

from .detector import Detector, FaceDetector
from .engine import Engine
from .labels import FACE, FALL, SOUNDS
from .sound_model import SoundModel

_LOGGER = logging.getLogger(__name__)

PERSON = "person"


class Loaded:
    """The object model, loaded, and others that are loaded when they are first asked for. Not for use by several threads."""

    def __init__(self, engine: Engine, detector: Detector | None = None) -> None:
        """Load the object model, unless it is given. Raises ModelError."""
        self._engine = engine
        self.detector = detector or Detector(engine.model, engine.threads, engine.accelerator)

    @classmethod
    def of(cls, detector: Detector) -> Self:
        """A detector without further models."""
        return cls(Engine(model=detector.path), detector)

    def faces(self) -> FaceDetector | None:
        """The face model; None where it is not installed or not usable."""
        return self._faces

    def sounds(self) -> SoundModel | None:
        """The sound model; None where it is not installed or not usable."""
        return self._sounds

    def extra(self) -> Sequence[Detector]:
        """The further models, which look for what the object model does not know."""
        return self._extra

    @cached_property
    def known(self) -> frozenset[str]:
        """What the object model finds."""
        return frozenset(self.detector.model.labels.values())

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """All that can be found with what is installed."""
        labels = [*self.detector.model.labels.values(), *_labels(self._engine.extra)]
        labels += [FACE] if self._engine.faces is not None else []
        labels += [FALL] if PERSON in labels else []
        labels += sorted(SOUNDS) if self._engine.sounds is not None else []
        return tuple(dict.fromkeys(labels))

    @cached_property
    def _faces(self) -> FaceDetector | None:
        return _load(FaceDetector, self._engine.faces)

    @cached_property
    def _sounds(self) -> SoundModel | None:
        return _load(SoundModel, self._engine.sounds)

    @cached_property
    def _extra(self) -> Sequence[Detector]:
        loaded = [_load(Detector, path) for path in self._engine.extra]
        return [detector for detector in loaded if detector is not None]


def _load[Kind](kind: Callable[[Path], Kind], path: Path | None) -> Kind | None:
    try:
        return None if path is None else kind(path)
    except ModelError as err:
        _LOGGER.error("Detection goes on without a model: %s", err)
        return None


def _labels(paths: Sequence[Path]) -> Sequence[str]:
    labels: list[str] = []
    for path in paths:
        try:
            labels += own.describe(path).labels.values()
        except ModelError as err:
            _LOGGER.error("Detection goes on without a model: %s", err)
    return labels
