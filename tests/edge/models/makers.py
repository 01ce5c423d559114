"""Small model files for tests, written as the converters write theirs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ambianic.models.tfjs.builder import ModelBuilder, Tensor, schema

SIDE = 64


def fixed(output: NDArray[Any], side: int = SIDE) -> bytes:
    """A model that takes a picture of side × side pixels and gives the same output for each."""
    builder = ModelBuilder("fixed")
    picture = builder.value("picture", [1, side, side, 3])
    count = int(output.size)
    row = _reshaped(builder, "row", picture, [1, side * side * 3])
    assert count <= side * side * 3
    begin, size = np.array([0, 0], np.int32), np.array([1, count], np.int32)
    part = builder.value("part", [1, count])
    cut = [row, builder.constant("begin", begin), builder.constant("size", size)]
    builder.operator("SLICE", cut, [part], options=("SliceOptions", {}))
    nothing = builder.value("nothing", [1, count])
    zero = builder.constant("zero", np.zeros(1, np.float32))
    builder.operator("MUL", [part, zero], [nothing], options=("MulOptions", {}))
    given = builder.value("given", [1, count])
    wanted = builder.constant("wanted", output.astype(np.float32).reshape(1, count))
    builder.operator("ADD", [nothing, wanted], [given], options=("AddOptions", {}))
    return builder.build([picture], [_reshaped(builder, "output", given, list(output.shape))])


def red_detector(side: int = SIDE) -> bytes:
    """A YOLOv8 with 2 classes that finds the first of them in the middle of a picture as surely as the middle is red."""
    builder = ModelBuilder("red")
    picture = builder.value("picture", [1, side, side, 3])
    row = _reshaped(builder, "row", picture, [1, side * side * 3])
    middle = np.array([0, 3 * (side // 2 * side + side // 2)], np.int32)
    red = builder.value("red", [1, 1])
    cut = [row, builder.constant("begin", middle), builder.constant("size", np.ones(2, np.int32))]
    builder.operator("SLICE", cut, [red], options=("SliceOptions", {}))
    output = yolov8(side)
    output[0, 5] = 0
    flat, place = output.reshape(1, -1), 4 * output.shape[2] + 7
    before, after = builder.constant("before", flat[:, :place]), builder.constant("after", flat[:, place + 1 :])
    joined = builder.value("joined", flat.shape)
    builder.operator("CONCATENATION", [before, red, after], [joined], options=("ConcatenationOptions", {"axis": 1}))
    return builder.build([picture], [_reshaped(builder, "output", joined, list(output.shape))])


def killer(side: int = SIDE) -> bytes:
    """A model that looks all right and kills the process that loads it: to run it, it has to run itself."""
    builder = ModelBuilder("killer")
    picture, output = builder.value("picture", [1, side, side, 3]), builder.value("output", [1, side, side, 3])
    yes = builder.constant("yes", np.ones(1, np.int32))
    builder._tensors[yes.index].type = schema.TensorType.BOOL
    builder._buffers[builder._tensors[yes.index].buffer] = b"\x01"
    builder.operator("IF", [yes, picture], [output], options=("IfOptions", {"thenSubgraphIndex": 0, "elseSubgraphIndex": 0}))
    return builder.build([picture], [output])


def yolov8(side: int = SIDE) -> NDArray[np.float32]:
    """An output [1, 4 + 2 classes, 40] with one object of the second class, in pixels."""
    output = np.zeros((1, 6, 40), np.float32)
    output[0, :4, 7] = 0.5 * side, 0.25 * side, 0.5 * side, 0.25 * side
    output[0, 5, 7] = 0.9
    return output


def _reshaped(builder: ModelBuilder, name: str, tensor: Tensor, shape: list[int]) -> Tensor:
    sizes = np.array(shape, np.int32)
    output = builder.value(name, shape)
    inputs = [tensor, builder.constant(f"{name}_shape", sizes)]
    builder.operator("RESHAPE", inputs, [output], options=("ReshapeOptions", {"newShape": sizes}))
    return output
