"""Reading what models give: their outputs as boxes, scores and classes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from ambianic.models import anchors
from ambianic.models.catalog import Decoder
from ambianic.models.kinds import FACE_STRIDE, STRIDES

type Array = NDArray[np.float32]

MAX_FOUND = 100
SAME_OVERLAP = 0.5
"""Of boxes of one class that overlap more, the one with the best score is kept."""
LARGEST_FRACTION = 2.0
"""No box that is told in fractions reaches further."""
LEAST_DISTANCES = 5
"""NanoDet weighs at least so many distances for each side of a box."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What a model found: boxes [n, 4] as left, top, right, bottom (fractions of its input), scores [n] and class ids [n]."""

    boxes: Array
    scores: Array
    classes: NDArray[np.int64]


type Decode = Callable[[Sequence[Array], int, int, float], Raw]
"""From the outputs, the width and height of the input in pixels, and the least score."""


def decode_postprocess(outputs: Sequence[Array], _width: int, _height: int, least: float) -> Raw:
    """TFLite_Detection_PostProcess, whose order of outputs differs between converters.

    What is beyond the number of detections is left over from runs before.
    """
    sides = next(value for value in outputs if value.ndim == 3)[0]
    count = next(int(value[0]) for value in outputs if value.ndim == 1)
    ids, scores = (value[0, :count] for value in outputs if value.ndim == 2)
    if np.any(ids != np.floor(ids)):
        ids, scores = scores, ids
    chosen = scores >= least
    top, left, bottom, right = sides[:count][chosen].T
    return Raw(np.stack((left, top, right, bottom), axis=1), scores[chosen], ids[chosen].astype(np.int64))


def decode_ssd(outputs: Sequence[Array], _width: int, _height: int, least: float) -> Raw:
    """SSD before its post-processing: offsets [1, 1917, 4] to the default boxes, and logits [1, 1917, classes], the first for nothing."""
    offsets, logits = (output[0] for output in sorted(outputs, key=lambda output: output.shape[2] != 4))
    rows, ids, scores = _best(logits[:, 1:], _logit(least))
    y, x, height, width = anchors.ssd()[rows].T
    down, right, taller, wider = offsets[rows].T
    boxes = _around(x + right / 10 * width, y + down / 10 * height, width * np.exp(wider / 5), height * np.exp(taller / 5))
    return suppressed(Raw(boxes, _sigmoid(scores), ids + 1))


def decode_faces(outputs: Sequence[Array], width: int, height: int, least: float) -> Raw:
    """MediaPipe's full-range face model: boxes and key points [1, cells, 16] in pixels from the cell's middle, logits [1, cells, 1]."""
    sides, logits = (output[0] for output in sorted(outputs, key=lambda output: -output.shape[2]))
    rows, ids, scores = _best(logits, _logit(least))
    cells = anchors.grid(width, height, (FACE_STRIDE,))[rows]
    x, y, across, down = sides[rows, :4].T
    boxes = _around(
        x / width + (cells[:, 0] + 0.5) * FACE_STRIDE / width,
        y / height + (cells[:, 1] + 0.5) * FACE_STRIDE / height,
        across / width,
        down / height,
    )
    return suppressed(Raw(boxes, _sigmoid(scores), ids), overlap=0.3)


def decode_nanodet(outputs: Sequence[Array], width: int, height: int, least: float, *, classes: int) -> Raw:
    """NanoDet: for each cell the scores of the classes, then for each side of the box weights of how many cells away it is."""
    output = outputs[0][0]
    rows, ids, scores = _best(output[:, :classes], least)
    weights = output[rows, classes:].reshape(len(rows), 4, (output.shape[1] - classes) // 4)
    weights = np.exp(weights - weights.max(axis=2, keepdims=True))
    distances = (weights @ np.arange(weights.shape[2], dtype=np.float32)) / weights.sum(axis=2)
    cells = anchors.grid(width, height, STRIDES)[rows]
    stride = cells[:, 2:]
    middle = (cells[:, :2] + 0.5) * stride
    boxes = np.concatenate((middle - distances[:, :2] * stride, middle + distances[:, 2:] * stride), axis=1)
    return suppressed(Raw(_scaled(boxes, width, height), scores, ids))


def decode_yolox(outputs: Sequence[Array], width: int, height: int, least: float) -> Raw:
    """YOLOX: for each cell the box's middle in cells, the logarithm of its size, how sure an object is there, scores of classes."""
    output = outputs[0][0]
    rows, ids, scores = _best(output[:, 5:] * output[:, 4:5], least)
    cells = anchors.grid(width, height, STRIDES)[rows]
    x, y = ((output[rows, :2] + cells[:, :2]) * cells[:, 2:]).T
    across, down = (np.exp(output[rows, 2:4]) * cells[:, 2:]).T
    return suppressed(Raw(_scaled(_around(x, y, across, down), width, height), scores, ids))


def decode_yolov5(outputs: Sequence[Array], width: int, height: int, least: float) -> Raw:
    """YOLOv5: rows of the box's middle and size, how sure an object is there, and the scores of the classes."""
    output = outputs[0][0]
    rows, ids, scores = _best(output[:, 5:] * output[:, 4:5], least)
    return suppressed(Raw(_fractions(output[rows, :4], width, height), scores, ids))


def decode_yolov8(outputs: Sequence[Array], width: int, height: int, least: float) -> Raw:
    """YOLOv8 and 11: columns (or rows) of the box's middle and size, and the scores of the classes."""
    output = outputs[0][0]
    if output.shape[0] < output.shape[1]:
        output = output.T
    rows, ids, scores = _best(output[:, 4:], least)
    return suppressed(Raw(_fractions(output[rows, :4], width, height), scores, ids))


def decode_yolov10(outputs: Sequence[Array], width: int, height: int, least: float) -> Raw:
    """YOLOv10 and 26, which select their boxes themselves: rows of left, top, right, bottom, score and class."""
    output = outputs[0][0]
    found = output[output[:, 4] >= least]
    boxes = found[:, :4]
    if boxes.size and boxes.max() > LARGEST_FRACTION:
        boxes = _scaled(boxes, width, height)
    return Raw(boxes, found[:, 4], found[:, 5].astype(np.int64))


def decoder(name: Decoder, classes: int) -> Decode:
    """The decoder of that name for a model that tells so many classes apart."""
    if name == "nanodet":
        return lambda outputs, width, height, least: decode_nanodet(outputs, width, height, least, classes=classes)
    return {
        "postprocess": decode_postprocess,
        "ssd": decode_ssd,
        "faces": decode_faces,
        "yolox": decode_yolox,
        "yolov5": decode_yolov5,
        "yolov8": decode_yolov8,
        "yolov10": decode_yolov10,
    }[name]


def suppressed(raw: Raw, overlap: float = SAME_OVERLAP) -> Raw:
    """Keep the best of the boxes of one class that overlap, and at most MAX_FOUND in all, best first."""
    kept = best_of(raw.boxes, raw.scores, raw.classes, overlap)
    return Raw(raw.boxes[kept], raw.scores[kept], raw.classes[kept])


def best_of(boxes: Array, scores: Array, groups: NDArray[np.int64], overlap: float) -> list[int]:
    """The rows of the best of the boxes of one group that overlap, at most MAX_FOUND in all, best first."""
    order = np.argsort(-scores, kind="stable")
    # Moved apart by group, so that boxes of two groups never overlap.
    apart = boxes + 4 * groups[:, None].astype(np.float32)
    areas = np.prod(np.maximum(0, boxes[:, 2:] - boxes[:, :2]), axis=1)
    kept: list[int] = []
    while order.size and len(kept) < MAX_FOUND:
        best, order = int(order[0]), order[1:]
        kept.append(best)
        inner = np.minimum(apart[best, 2:], apart[order, 2:]) - np.maximum(apart[best, :2], apart[order, :2])
        shared = np.prod(np.maximum(0, inner), axis=1)
        order = order[shared <= overlap * (areas[best] + areas[order] - shared)]
    return kept


def _best(scores: Array, least: float) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """The rows whose best class scores enough, these classes, and their scores."""
    rows = np.flatnonzero(scores.max(axis=1) >= least)
    ids = scores[rows].argmax(axis=1)
    return rows, ids, scores[rows, ids]


def _around(x: Array, y: Array, width: Array, height: Array) -> Array:
    return np.stack((x - width / 2, y - height / 2, x + width / 2, y + height / 2), axis=1)


def _fractions(centred: Array, width: int, height: int) -> Array:
    """Boxes from middles and sizes, which may be in pixels or in fractions already."""
    boxes = _around(*centred.T)
    return _scaled(boxes, width, height) if centred.size and centred.max() > LARGEST_FRACTION else boxes


def _scaled(boxes: Array, width: int, height: int) -> Array:
    """Boxes in pixels as fractions."""
    return np.divide(boxes, (width, height, width, height), dtype=np.float32)


def _sigmoid(values: Array) -> Array:
    return np.reciprocal(1 + np.exp(-values))


def _logit(score: float) -> float:
    return log(score / (1 - score))
