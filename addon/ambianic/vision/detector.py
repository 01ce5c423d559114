"""The detector: a model that finds objects in a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from ambianic.events import Box
from ambianic.models import kinds, own
from ambianic.models.accelerators import CPU
from ambianic.models.catalog import DEFAULT, ModelError

from . import boxes, decoders, runtimes
from .feeding import Feeder

MAX_MODEL_BYTES = 512 * 1024 * 1024
MIN_SCORE = 0.2


@dataclass(frozen=True, slots=True)
class Detection:
    """An object that the model sees, its score from 0 to 1."""

    label: str
    score: float
    box: Box


class Detector:
    """Runs a model. Not for use by several threads."""

    def __init__(self, path: Path, threads: int = 1, accelerator: str = CPU) -> None:
        """Load the model; it is described by the catalogue or by what lies beside it in its folder. Raises ModelError.

        A file that is damaged in a cunning way can kill the process, so load files of unknown origin in a child process.
        """
        check_file(path)
        self.path = path
        self.model = own.describe(path)
        self._runtime = runtimes.load(path, threads, accelerator)
        shape = self._runtime.input.shape
        expected = (self.model.height, self.model.width)
        if len(shape) != 4 or 3 not in {shape[1], shape[3]} or _differs(shape, expected):
            raise ModelError(f"The model file {path} does not take the pictures that {self.model.name} takes.")
        shapes = [output.shape for output in self._runtime.outputs]
        if not kinds.fits(self.model.decoder, shapes, self.model.classes):
            raise ModelError(f"The model file {path} gives results of a kind that is not known here.")
        self._feeder = Feeder(self.model, self._runtime.input)
        self._decode = decoders.decoder(self.model.decoder, self.model.classes)
        # Makes `believed_from` 0.5, and leaves 0 and 1 as they are.
        self._exponent = log(0.5) / log(self.model.believed_from)
        self._least = MIN_SCORE ** (1 / self._exponent)
        self.runs = 0
        self.seconds = 0.0
        """The number of runs so far and the time they took."""

    def detect(self, picture: NDArray[np.uint8], region: Box = boxes.WHOLE) -> list[Detection]:
        """Find objects in RGB [height, width, 3], which shows the region of a picture; their boxes are of the picture.

        The picture has the size that `model.picture_size` tells for its shape, or that of the model's input.
        """
        begin = perf_counter()
        values, shares = self._feeder.feed(picture)
        ports = self._runtime.outputs
        outputs = [port.numbers(value) for port, value in zip(ports, self._runtime.run(values), strict=True)]
        raw = self._decode(outputs, self.model.width, self.model.height, self._least)
        found = self._name(raw, shares, region)
        self.runs += 1
        self.seconds += perf_counter() - begin
        return found

    def _name(self, raw: decoders.Raw, shares: tuple[float, float], region: Box) -> list[Detection]:
        found = []
        scores = raw.scores**self._exponent
        sides = raw.boxes / np.array((*shares, *shares), np.float32)
        for (left, top, right, bottom), number, score in zip(
            sides.tolist(), raw.classes.tolist(), scores.tolist(), strict=True
        ):
            label = self.model.labels.get(number)
            inside = boxes.clip((left, top, right, bottom))
            if label is not None and boxes.area(inside) > 0:
                found.append(Detection(label, score, boxes.within(inside, region)))
        return found


class FaceDetector(Detector):
    """Finds faces; it does not tell whose they are."""


def check_file(path: Path) -> None:
    """Check that a file may be a model. Raises ModelError."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError as err:
        name = path.parent.name
        which, install = ("", "") if name == DEFAULT else (f" {name}", f" {name}")
        raise ModelError(
            f"The detection model{which} is not installed. Install it with `ambianic models install{install}`."
        ) from err
    except OSError as err:
        raise ModelError(f"The model file {path} can't be read: {err.strerror or err}.") from err
    if size > MAX_MODEL_BYTES or (path.suffix == ".tflite" and head[4:8] != runtimes.LITERT_MAGIC):
        raise ModelError(f"{path} is not a LiteRT (TFLite) model. Install the model again with `ambianic models install`.")


def _differs(shape: Sequence[int], size: tuple[int, int]) -> bool:
    sides = shape[2:4] if shape[1] == 3 and shape[3] != 3 else shape[1:3]
    return any(side not in {-1, wanted} for side, wanted in zip(sides, size, strict=True))
