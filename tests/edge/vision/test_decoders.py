"""Outputs of models as boxes, and pictures as inputs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
import pytest

from ambianic.models import anchors, kinds
from ambianic.models.catalog import COCO_SSD, FACES, NANODET, Decoder, Feed, Model
from ambianic.vision import decoders
from ambianic.vision.feeding import FILLING, Feeder
from ambianic.vision.runtimes import Port

type Values = NDArray[np.float32]

SIDE = 320
CELLS = len(anchors.grid(SIDE, SIDE, kinds.STRIDES))


def decoded(name: Decoder, outputs: list[Values], *, classes: int, side: int = SIDE, least: float = 0.3) -> decoders.Raw:
    """What the decoder makes of outputs."""
    return decoders.decoder(name, classes)(outputs, side, side, least)


def zeros(*shape: int) -> Values:
    """An output without anything."""
    return np.zeros(shape, np.float32)


def only(raw: decoders.Raw) -> tuple[Any, Any, Any]:
    """The class, score and box of the one thing that was found."""
    assert len(raw.scores) == 1
    return int(raw.classes[0]), float(raw.scores[0]), raw.boxes[0].tolist()


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 3, 0, 2), (3, 2, 1, 0)])
def test_postprocess_in_any_order(order: tuple[int, ...]) -> None:
    """The order of the four outputs differs between converters; what is behind the number of detections is old."""
    boxes = np.array([[[0.1, 0.2, 0.3, 0.4], [0.5, 0.5, 1, 1], [0, 0, 1, 1]]], np.float32)
    outputs = [boxes, np.array([[2, 0, 5]], np.float32), np.array([[0.9, 0.1, 0.8]], np.float32), np.array([2], np.float32)]
    raw = decoded("postprocess", [outputs[number] for number in order], classes=90)
    assert only(raw) == (2, pytest.approx(0.9), pytest.approx([0.2, 0.1, 0.4, 0.3]))


def test_ssd_with_its_default_boxes() -> None:
    """Offsets of zero are the default box; two that overlap are one, in either order of the outputs."""
    offsets, logits = zeros(1, 1917, 4), np.full((1, 1917, 24), -9, np.float32)
    logits[0, 1000, 11], logits[0, 1001, 0] = 2.0, 9.0
    y, x, height, width = anchors.ssd()[1000]
    box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
    for outputs in ([offsets, logits], [logits, offsets]):
        number, score, found = only(decoded("ssd", outputs, classes=24, side=300))
        assert (number, score) == (11, pytest.approx(1 / (1 + np.exp(-2))))
        assert found == pytest.approx(box, abs=1e-5)
    offsets[0, 1000] = 1, 2, 5 * np.log(2), 0
    _, _, (left, top, right, bottom) = only(decoded("ssd", [offsets, logits], classes=24, side=300))
    assert (left + right) / 2 == pytest.approx(x + 0.2 * width, abs=1e-5)
    assert bottom - top == pytest.approx(2 * height, abs=1e-5)


def test_faces_from_cells() -> None:
    """Distances in pixels from the middle of the cell."""
    sides, logits = zeros(1, 2304, 16), np.full((1, 2304, 1), -9, np.float32)
    cell = 20 * 48 + 10
    logits[0, cell], sides[0, cell, :4] = 3, (6, -2, 48, 24)
    number, _, box = only(decoded("faces", [logits, sides], classes=1, side=192))
    x, y = (10.5 * 4 + 6) / 192, (20.5 * 4 - 2) / 192
    assert number == 0
    assert box == pytest.approx([x - 0.125, y - 0.0625, x + 0.125, y + 0.0625], abs=1e-5)


def test_nanodet_from_weights_of_distances() -> None:
    """Each side is the mean of the distances by their weights, in cells of the grid."""
    output = zeros(1, CELLS, 3 + 4 * 8)
    cell = 40 * 40 + 5 * 20 + 6  # of the second grid, of 20 × 20 cells of 16 pixels: row 5, column 6
    output[0, cell, 1] = 0.8
    weights = output[0, cell, 3:].reshape(4, 8)
    weights[:] = -50
    for side, distance in enumerate((2, 3, 4, 1)):
        weights[side, distance] = 50
    number, score, box = only(decoded("nanodet", [output], classes=3))
    x, y = 6.5 * 16, 5.5 * 16
    assert (number, score) == (1, pytest.approx(0.8))
    assert box == pytest.approx([(x - 32) / SIDE, (y - 48) / SIDE, (x + 64) / SIDE, (y + 16) / SIDE], abs=1e-5)


def test_yolox_from_cells() -> None:
    """The middle in cells, the logarithm of the size."""
    output = zeros(1, CELLS, 5 + 2)
    output[0, 41] = 0.5, 0.25, np.log(4), np.log(2), 0.9, 0.1, 0.8
    number, score, box = only(decoded("yolox", [output], classes=2))
    assert (number, score) == (1, pytest.approx(0.72))
    x, y = (1 + 0.5) * 8, (1 + 0.25) * 8
    assert box == pytest.approx([(x - 16) / SIDE, (y - 8) / SIDE, (x + 16) / SIDE, (y + 8) / SIDE], abs=1e-5)


@pytest.mark.parametrize("unit", [1, SIDE], ids=["fractions", "pixels"])
def test_yolo_with_boxes_in_fractions_or_pixels(unit: int) -> None:
    """YOLOv5 multiplies how sure an object is there; YOLOv8 comes either way round."""
    centred = np.array([0.5, 0.4, 0.2, 0.4], np.float32) * unit
    box = pytest.approx([0.4, 0.2, 0.6, 0.6], abs=1e-5)
    five = zeros(1, 700, 5 + 3)
    five[0, 9, :4], five[0, 9, 4], five[0, 9, 6] = centred, 0.8, 0.5
    assert only(decoded("yolov5", [five], classes=3)) == (1, pytest.approx(0.4), box)
    eight = zeros(1, 4 + 3, 700)
    eight[0, :4, 9], eight[0, 6, 9] = centred, 0.7
    assert only(decoded("yolov8", [eight], classes=3)) == (2, pytest.approx(0.7), box)
    assert only(decoded("yolov8", [eight.transpose(0, 2, 1)], classes=3)) == (2, pytest.approx(0.7), box)


@pytest.mark.parametrize("unit", [1, SIDE], ids=["fractions", "pixels"])
def test_yolo_that_selects_its_boxes_itself(unit: int) -> None:
    """Rows that are sure enough are what was found."""
    output = zeros(1, 300, 6)
    output[0, :3] = [
        (0.1 * unit, 0.2 * unit, 0.3 * unit, 0.4 * unit, 0.9, 3),
        (0.1 * unit, 0.2 * unit, 0.3 * unit, 0.4 * unit, 0.1, 3),
        (0, 0, unit, unit, 0.2, 1),
    ]
    assert only(decoded("yolov10", [output], classes=80)) == (
        3,
        pytest.approx(0.9),
        pytest.approx([0.1, 0.2, 0.3, 0.4], abs=1e-5),
    )


def test_one_box_for_each_object() -> None:
    """Of boxes of one class that overlap the best is kept; of two classes both are."""
    boxes = np.array([[0.1, 0.1, 0.5, 0.5], [0.12, 0.1, 0.52, 0.5], [0.1, 0.1, 0.5, 0.5], [0.6, 0.6, 0.9, 0.9]], np.float32)
    raw = decoders.Raw(boxes, np.array([0.6, 0.9, 0.7, 0.4], np.float32), np.array([0, 0, 1, 0]))
    kept = decoders.suppressed(raw)
    assert list(zip(kept.classes.tolist(), kept.scores.tolist(), strict=True)) == [
        (0, pytest.approx(0.9)),
        (1, pytest.approx(0.7)),
        (0, pytest.approx(0.4)),
    ]


def test_nothing_is_found_in_nothing() -> None:
    """No decoder stumbles over outputs without any object."""
    assert not len(decoded("yolov8", [zeros(1, 6, 700)], classes=2).scores)
    assert not len(decoded("yolov10", [zeros(1, 300, 6)], classes=2).scores)
    assert not len(decoded("yolov5", [zeros(1, 700, 7)], classes=2).scores)
    assert not len(decoded("yolox", [zeros(1, CELLS, 7)], classes=2).scores)
    assert not len(decoded("nanodet", [zeros(1, CELLS, 35)], classes=3).scores)
    assert not len(decoded("ssd", [zeros(1, 1917, 4), zeros(1, 1917, 24) - 9], classes=24, side=300).scores)
    assert not len(decoded("faces", [zeros(1, 2304, 16), zeros(1, 2304, 1) - 9], classes=1, side=192).scores)


@pytest.mark.parametrize(
    ("shapes", "classes", "side", "kind"),
    [
        ([(1, 50, 4), (1, 50), (1, 50), (1,)], 90, 300, "postprocess"),
        ([(1,), (1, 20), (1, 20, 4), (1, 20)], 4, 320, "postprocess"),
        ([(1, 1917, 4), (1, 1917, 24)], 24, 300, "ssd"),
        ([(1, 1917, 24), (1, 1917, 4)], 24, 300, "ssd"),
        ([(1, 1917, 4), (1, 1917, 24)], 23, 300, None),
        ([(1, 2000, 4), (1, 2000, 24)], 24, 300, None),
        ([(1, 2304, 16), (1, 2304, 1)], 1, 192, "faces"),
        ([(1, 3549, 124)], 80, 416, "nanodet"),
        ([(1, 3549, 112)], 80, 416, "nanodet"),
        ([(1, 3549, 85)], 80, 416, "yolox"),
        ([(1, 25200, 85)], 80, 640, "yolov5"),
        ([(1, 84, 8400)], 80, 640, "yolov8"),
        ([(1, 8400, 84)], 80, 640, "yolov8"),
        ([(1, 84, 8400)], 90, 640, None),
        ([(1, 300, 6)], 80, 640, "yolov10"),
        ([(1, 8400, 6)], 2, 640, "yolov8"),
        ([(1, 1000)], 1000, 224, None),
    ],
)
def test_kinds_are_told_apart_by_their_shapes(
    shapes: list[tuple[int, ...]], classes: int, side: int, kind: Decoder | None
) -> None:
    """Not by names or order; a number of labels that does not fit is no kind."""
    assert kinds.recognise(shapes, classes, side, side) == kind
    if kind is not None:
        assert kinds.fits(kind, shapes, classes)


def port(dtype: str, shape: tuple[int, ...] = (1, 300, 300, 3), scale: float = 0.0, zero: int = 0) -> Port:
    """An input."""
    return Port(shape, np.dtype(dtype), scale, zero)


def changed(model: Model, feed: Feed) -> Model:
    """The model, fed in another way."""
    values = {name: getattr(model, name) for name in model.__slots__}
    return Model(**values | {"feed": feed})


def test_pictures_are_scaled_and_stretched() -> None:
    """RGB from -1 to 1 for coco-ssd."""
    picture = np.zeros((300, 300, 3), np.uint8)
    picture[..., 0] = 255
    values, shares = Feeder(COCO_SSD, port("f4")).feed(picture)
    assert values.shape == (1, 300, 300, 3)
    assert values[0, 5, 5].tolist() == pytest.approx([1, -1, -1])
    assert shares == (1, 1)


def test_pictures_are_filled_up_and_turned_to_bgr() -> None:
    """NanoDet takes blue first, with the mean and deviation of each channel; what a wide picture does not fill is grey."""
    width, height = NANODET.picture_size(16 / 9)
    assert (width, height) == (416, 234)
    picture = np.full((height, width, 3), (10, 20, 30), np.uint8)
    values, shares = Feeder(NANODET, port("f4")).feed(picture)
    assert values.shape == (1, 416, 416, 3)
    assert values[0, 0, 0].tolist() == pytest.approx([(30 - 103.53) / 57.375, (20 - 116.28) / 57.12, (10 - 123.675) / 58.395])
    assert values[0, 300, 0, 0] == pytest.approx((FILLING - 103.53) / 57.375)
    assert shares == pytest.approx((1, 234 / 416))
    assert NANODET.picture_size(0.5) == (208, 416)
    assert COCO_SSD.picture_size(16 / 9) == (300, 300)
    assert FACES.picture_size(1000) == (192, 1)
    with pytest.raises(ValueError, match="too large"):
        Feeder(FACES, port("f4")).feed(picture)


def test_integers_and_channels_first() -> None:
    """Quantised inputs take what stands for the numbers, ONNX models often the channels first."""
    picture = np.full((300, 300, 3), (0, 128, 255), np.uint8)
    values, _ = Feeder(COCO_SSD, port("u1", scale=1 / 127.5, zero=128)).feed(picture)
    assert values.dtype == np.uint8
    assert values[0, 0, 0].tolist() == pytest.approx([0, 128, 255], abs=1)
    values, _ = Feeder(COCO_SSD, port("i1", scale=1 / 127.5)).feed(picture)
    assert values[0, 0, 0].tolist() == pytest.approx([-128, 0, 127], abs=1)
    raw = changed(COCO_SSD, Feed(scale=(1, 1, 1), offset=(0, 0, 0)))
    values, _ = Feeder(raw, port("u1")).feed(picture)
    assert values[0, 0, 0].tolist() == [0, 128, 255]
    values, _ = Feeder(COCO_SSD, port("f2", (1, 3, 300, 300))).feed(picture)
    assert values.shape == (1, 3, 300, 300)
    assert values.dtype == np.float16
    assert values[0, :, 0, 0].tolist() == pytest.approx([-1, 0, 1], abs=0.01)


def test_quantised_outputs_are_numbers_again() -> None:
    """(value - zero) × scale."""
    values = np.array([0, 10, 255], np.uint8)
    assert port("u1", scale=0.5, zero=10).numbers(values).tolist() == [-5, 0, 122.5]
    assert port("i8").numbers(np.array([3], np.int64)).tolist() == [3]
