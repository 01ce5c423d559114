"""The detector: a LiteRT model that finds objects in a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import importlib
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ambianic.events import Box
from ambianic.models.catalog import Model, ModelError, lookup

from . import boxes

MAX_MODEL_BYTES = 512 * 1024 * 1024
MODEL_MAGIC = b"TFL3"
MIN_SCORE = 0.2


@dataclass(frozen=True, slots=True)
class Detection:
    """An object that the model sees, its score from 0 to 1."""

    label: str
    score: float
    box: Box


class Detector:
    """Runs the model. Not for use by several threads."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load the model; it is described by the catalogue's entry for the folder that it is in. Raises ModelError.

        A file that is damaged in a cunning way can kill the process, so load files of unknown origin in a child process.
        """
        _check_file(path)
        self.model: Model = lookup(path.parent.name)
        try:
            self._interpreter: Any = _runtime().Interpreter(model_path=str(path), num_threads=threads)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as err:
            raise ModelError(
                f"The model file {path} can't be loaded. Install it again with `ambianic models install`."
            ) from err
        self._input: Mapping[str, Any] = self._interpreter.get_input_details()[0]
        self._outputs = self._interpreter.get_output_details()
        if tuple(self._input["shape"]) != (1, self.model.height, self.model.width, 3):
            raise ModelError(f"The model file {path} does not take the pictures that {self.model.name} takes.")
        if sorted(len(output["shape"]) for output in self._outputs) != [1, 2, 2, 3]:
            raise ModelError(f"The model file {path} gives results of a kind that is not known here.")
        self.runs = 0
        self.seconds = 0.0
        """The number of runs so far and the time they took."""

    def detect(self, picture: NDArray[np.uint8], region: Box = boxes.WHOLE) -> list[Detection]:
        """Find objects in RGB [height, width, 3], which shows the region of a picture; their boxes are of the picture."""
        begin = perf_counter()
        values = picture.astype(np.float32)
        values /= self.model.scale
        values -= self.model.offset
        self._interpreter.set_tensor(self._input["index"], values[None])
        self._interpreter.invoke()
        found = self._decode(region)
        self.runs += 1
        self.seconds += perf_counter() - begin
        return found

    def _decode(self, region: Box) -> list[Detection]:
        """Read the four outputs of TFLite_Detection_PostProcess, whose order differs between converters.

        What is beyond the number of detections is left over from runs before.
        """
        values = [self._interpreter.get_tensor(output["index"]) for output in self._outputs]
        sides = next(value for value in values if value.ndim == 3)[0]
        count = next(int(value[0]) for value in values if value.ndim == 1)
        classes, scores = (value[0, :count] for value in values if value.ndim == 2)
        if np.any(classes != np.floor(classes)):
            classes, scores = scores, classes
        found = []
        for (top, left, bottom, right), number, score in zip(sides[:count], classes, scores, strict=True):
            label = self.model.labels.get(int(number))
            if label is None or not score >= MIN_SCORE:
                continue
            inside = boxes.clip((float(left), float(top), float(right), float(bottom)))
            found.append(Detection(label, float(score), boxes.within(inside, region)))
        return found


def merge(detections: Sequence[Detection]) -> list[Detection]:
    """Keep one of the detections of each object that was seen in several regions or as several kinds of vehicle.

    A loose box around a group goes where its members were found by themselves.
    """
    ordered = sorted(detections, key=lambda detection: -detection.score)
    kept: list[Detection] = []
    for detection in ordered:
        rivals = [other for other in ordered if other is not detection and family(other.label) == family(detection.label)]
        if _is_group(detection, rivals):
            continue
        if not any(
            boxes.overlap(other.box, detection.box) > 0.5
            or max(boxes.coverage(detection.box, other.box), boxes.coverage(other.box, detection.box)) > 0.85
            for other in kept
            if family(other.label) == family(detection.label)
        ):
            kept.append(detection)
    return kept


def family(label: str) -> str:
    """The kind of object that a detector easily confuses this label with."""
    return _FAMILIES.get(label, label)


_FAMILIES = dict.fromkeys(("car", "truck", "bus", "train"), "vehicle") | dict.fromkeys(("bicycle", "motorcycle"), "cycle")


def _is_group(detection: Detection, rivals: Sequence[Detection]) -> bool:
    members: list[Detection] = []
    for rival in rivals:
        if (
            rival.score >= 0.6 * detection.score
            and boxes.coverage(rival.box, detection.box) > 0.8
            and boxes.area(rival.box) < 0.6 * boxes.area(detection.box)
            and all(boxes.overlap(rival.box, member.box) < 0.2 for member in members)
        ):
            members.append(rival)
    return len(members) > 1


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError as err:
        raise ModelError("The detection model is not installed. Install it with `ambianic models install`.") from err
    except OSError as err:
        raise ModelError(f"The model file {path} can't be read: {err.strerror or err}.") from err
    if head[4:] != MODEL_MAGIC or size > MAX_MODEL_BYTES:
        raise ModelError(f"{path} is not a LiteRT (TFLite) model. Install the model again with `ambianic models install`.")


def _runtime() -> Any:
    try:
        return importlib.import_module("ai_edge_litert.interpreter")
    except ImportError:
        return importlib.import_module("tflite_runtime.interpreter")
