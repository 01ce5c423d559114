"""What LiteRT (TFLite) files tell of themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE_IDENTIFIER = b"TFL3"
POSTPROCESS = b"TFLite_Detection_PostProcess"

# These have no types.
flatbuffers: Any = importlib.import_module("flatbuffers")
flexbuffers: Any = importlib.import_module("flatbuffers.flexbuffers")
schema: Any = importlib.import_module("ai_edge_litert.schema_py_generated")


@dataclass(frozen=True, slots=True)
class PostProcess:
    """What TFLite_Detection_PostProcess does with the boxes [1, n, 4] and scores [1, n, columns] of a model.

    The boxes are relative to `anchors` [n, 4] (centre y, centre x, height, width), divided by `scales` (y, x, height, width).
    """

    anchors: NDArray[np.float32]
    scales: tuple[float, float, float, float]
    classes: int
    least_score: float
    overlap: float
    by_class: bool
    """Whether boxes of two classes may overlap."""


def classes(content: bytes) -> int | None:
    """How many classes a model with TFLite_Detection_PostProcess tells apart; None for other models."""
    model = schema.Model.GetRootAs(content, 0)
    graph = model.Subgraphs(0)
    for number in range(graph.OperatorsLength()):
        operator = graph.Operators(number)
        if model.OperatorCodes(operator.OpcodeIndex()).CustomCode() == POSTPROCESS:
            return int(flexbuffers.Loads(operator.CustomOptionsAsNumpy().tobytes())["num_classes"])
    return None


def without_postprocess(content: bytes) -> tuple[bytes, PostProcess]:
    """A model that ends before TFLite_Detection_PostProcess, and what that would do. Raises ValueError where it has none."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content, 0))
    (graph,) = model.subgraphs
    last = next((each for each in graph.operators if model.operatorCodes[each.opcodeIndex].customCode == POSTPROCESS), None)
    if last is None:
        raise ValueError("The model has no TFLite_Detection_PostProcess.")
    boxes, scores, anchors = last.inputs
    graph.operators.remove(last)
    graph.outputs, model.signatureDefs = [boxes, scores], []
    options = flexbuffers.Loads(bytes(last.customOptions))
    post = PostProcess(
        anchors=_numbers(graph.tensors[anchors], model.buffers),
        scales=(options["y_scale"], options["x_scale"], options["h_scale"], options["w_scale"]),
        classes=options["num_classes"],
        least_score=options["nms_score_threshold"],
        overlap=options["nms_iou_threshold"],
        by_class=options.get("use_regular_nms", False),
    )
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output()), post


def _numbers(tensor: Any, buffers: Sequence[Any]) -> NDArray[np.float32]:
    """The values of a constant."""
    data = np.asarray(buffers[tensor.buffer].data, np.uint8)
    if tensor.type == schema.TensorType.FLOAT32:
        return data.view(np.float32).reshape(-1, 4)
    (scale,), (zero,) = tensor.quantization.scale, tensor.quantization.zeroPoint
    integers = data.view(np.int8 if tensor.type == schema.TensorType.INT8 else np.uint8)
    values: NDArray[np.float32] = (integers.astype(np.float32) - np.float32(zero)) * np.float32(scale)
    return values.reshape(-1, 4)
