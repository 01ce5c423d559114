"""Conversion of a TensorFlow.js graph, layer by layer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from .builder import ModelBuilder, Tensor, schema
from .graph import Constant, Graph, Node

type Value = Tensor | Constant

HALF_FROM = 16
"""Smaller constants gain nothing from being kept as 16-bit floats."""
TO_CHANNELS_FIRST, TO_CHANNELS_LAST = [0, 3, 1, 2], [0, 2, 3, 1]


@dataclass(slots=True)
class Epilogue:
    """What follows a convolution and is folded into it: a scale and a bias per output channel, and the activation."""

    last: str
    absorbed: list[str]
    scale: Constant | None = None
    bias: Constant | None = None
    activation: str = "NONE"


class Converter:
    """Walks a graph from an output to the inputs and writes the layers that it needs.

    Kernels of full convolutions become 8-bit integers with a scale per channel, those of depthwise convolutions 16-bit
    floats: no calibration is needed and no accuracy is lost.
    """

    def __init__(self, graph: Graph, builder: ModelBuilder, inputs: dict[str, Tensor]) -> None:
        """Convert into `builder`, with the named nodes replaced by the model's inputs."""
        self._graph = graph
        self._builder = builder
        self._values: dict[str, Value] = dict(inputs)

    def tensor(self, name: str) -> Tensor:
        """The tensor of a node's output, converted with all that it needs."""
        value = self._value(name)
        if not isinstance(value, Tensor):
            raise NotImplementedError(f"{name} is a constant.")
        return value

    def _value(self, name: str) -> Value:
        if name not in self._values:
            node = self._graph.nodes[name]
            if node.op == "Const":
                self._values[name] = self._graph.constants[name]
            else:
                for needed in reversed(node.inputs):
                    self._value(needed)
            # A convolution among the inputs may have absorbed this node.
            if name not in self._values:
                self._values[name] = self._convert(node)
        return self._values[name]

    def _convert(self, node: Node) -> Value:
        inputs = [self._value(name) for name in node.inputs]
        tensors = [value for value in inputs if isinstance(value, Tensor)]
        constants = [value for value in inputs if not isinstance(value, Tensor)]
        match node.op:
            case "Conv2D" | "DepthwiseConv2dNative":
                return self._convolution(node, tensors[0], constants[0])
            case "Shape":
                return np.array(tensors[0].shape, np.int32)
            case "StridedSlice":
                return _strided_slice(node, *constants)
            case "Pack":
                return np.stack(constants, node.integer("axis"))
            case "Add" | "AddN":
                terms = [value if isinstance(value, Tensor) else self._half(f"{node.name}_k", value) for value in inputs]
                output = self._builder.value(node.name, tensors[0].shape)
                self._builder.operator("ADD", terms, [output], options=("AddOptions", {}))
            case "Sigmoid":
                output = self._builder.value(node.name, tensors[0].shape)
                self._builder.operator("LOGISTIC", tensors, [output])
            case "LeakyRelu":
                output = self._builder.value(node.name, tensors[0].shape)
                slope = {"alpha": node.real("alpha")}
                self._builder.operator("LEAKY_RELU", tensors, [output], options=("LeakyReluOptions", slope))
            case "Transpose":
                return _transpose(node, tensors[0], list(constants[0]))
            case "Pad" | "PadV2":
                output = self._pad(node, tensors[0], *constants)
            case "MaxPool":
                output = self._max_pool(node, tensors[0])
            case "ResizeBilinear":
                output = self._resize(node, tensors[0], constants[0])
            case "Reshape":
                return self.reshape(node.name, tensors[0], [int(size) for size in constants[0]])
            case "ConcatV2":
                return self.concatenate(node.name, tensors, int(constants[0]))
            case _:
                raise NotImplementedError(f"{node.op} ({node.name})")
        return replace(output, channels_first=tensors[0].channels_first)

    def reshape(self, name: str, tensor: Tensor, shape: list[int], shape_name: str | None = None) -> Tensor:
        """Write a change of shape, in which one size may be -1."""
        if -1 in shape:
            known = int(np.prod([size for size in shape if size != -1]))
            shape = [int(np.prod(tensor.shape)) // known if size == -1 else size for size in shape]
        sizes = np.array(shape, np.int32)
        output = self._builder.value(name, shape)
        inputs = [tensor, self._builder.constant(shape_name or f"{name}_sh", sizes)]
        self._builder.operator("RESHAPE", inputs, [output], options=("ReshapeOptions", {"newShape": sizes}))
        return output

    def concatenate(self, name: str, tensors: list[Tensor], axis: int) -> Tensor:
        """Write the tensors behind each other."""
        shape = list(tensors[0].shape)
        axis %= len(shape)
        if tensors[0].channels_first:
            axis = TO_CHANNELS_FIRST[axis]
        shape[axis] = sum(tensor.shape[axis] for tensor in tensors)
        output = self._builder.value(name, shape)
        self._builder.operator("CONCATENATION", tensors, [output], options=("ConcatenationOptions", {"axis": axis}))
        return replace(output, channels_first=tensors[0].channels_first)

    def split(self, name: str, tensor: Tensor, sizes: list[int], axis: int) -> list[Tensor]:
        """Write the parts of a tensor, of these sizes."""
        outputs = [
            self._builder.value(f"{name}_{number}", [*tensor.shape[:axis], size, *tensor.shape[axis + 1 :]])
            for number, size in enumerate(sizes)
        ]
        inputs = [
            tensor,
            self._builder.constant(f"{name}_sizes", np.array(sizes, np.int32)),
            self._builder.constant(f"{name}_axis", np.array(axis, np.int32)),
        ]
        self._builder.operator("SPLIT_V", inputs, outputs, options=("SplitVOptions", {"numSplits": len(sizes)}))
        return outputs

    def _pad(self, node: Node, picture: Tensor, margins: Constant, filling: Constant | None = None) -> Tensor:
        if picture.channels_first:
            margins = margins[TO_CHANNELS_LAST]
        shape = [size + int(sum(margin)) for size, margin in zip(picture.shape, margins, strict=True)]
        output = self._builder.value(node.name, shape)
        inputs = [picture, self._builder.constant(f"{node.name}_m", margins.astype(np.int32))]
        if filling is None:
            self._builder.operator("PAD", inputs, [output], options=("PadOptions", {}))
        else:
            inputs.append(self._builder.constant(f"{node.name}_f", filling))
            self._builder.operator("PADV2", inputs, [output], options=("PadV2Options", {}))
        return output

    def _max_pool(self, node: Node, picture: Tensor) -> Tensor:
        _, height, width, _ = node.integers("ksize")
        _, stride_y, stride_x, _ = node.integers("strides")
        padding, rows, columns = _windows(node, picture, (height, width), (stride_y, stride_x))
        output = self._builder.value(node.name, [1, rows, columns, picture.shape[3]])
        options = {"padding": padding, "filterHeight": height, "filterWidth": width, "strideH": stride_y, "strideW": stride_x}
        self._builder.operator("MAX_POOL_2D", [picture], [output], options=("Pool2DOptions", options))
        return output

    def _resize(self, node: Node, picture: Tensor, size: Constant) -> Tensor:
        output = self._builder.value(node.name, [1, *map(int, size), picture.shape[3]])
        inputs = [picture, self._builder.constant(f"{node.name}_s", size)]
        options = {"alignCorners": node.flag("align_corners"), "halfPixelCenters": node.flag("half_pixel_centers")}
        self._builder.operator("RESIZE_BILINEAR", inputs, [output], options=("ResizeBilinearOptions", options), version=3)
        return output

    def _convolution(self, node: Node, picture: Tensor, kernel: Constant) -> Tensor:
        epilogue = self._epilogue(node)
        _, stride_y, stride_x, _ = node.integers("strides")
        depthwise = node.op == "DepthwiseConv2dNative"
        multiplier = kernel.shape[3]
        if depthwise:
            kernel = kernel.reshape(1, *kernel.shape[:2], -1)
            channels = kernel.shape[3]
        else:
            kernel = kernel.transpose(3, 0, 1, 2)
            channels = kernel.shape[0]
        if epilogue.scale is not None:
            kernel = kernel * (epilogue.scale if depthwise else epilogue.scale[:, None, None, None])
        bias = np.zeros(channels, np.float32) if epilogue.bias is None else epilogue.bias.astype(np.float32)
        padding, rows, columns = _windows(node, picture, kernel.shape[1:3], (stride_y, stride_x))
        output = self._builder.value(epilogue.last, [1, rows, columns, channels])
        options = {
            "padding": padding,
            "strideH": stride_y,
            "strideW": stride_x,
            "fusedActivationFunction": getattr(schema.ActivationFunctionType, epilogue.activation),
        }
        if depthwise:
            inputs = [picture, self._half(f"{node.name}_w", kernel), self._half(f"{node.name}_b", bias)]
            options["depthMultiplier"] = multiplier
            self._builder.operator("DEPTHWISE_CONV_2D", inputs, [output], options=("DepthwiseConv2DOptions", options))
        else:
            inputs = [
                picture,
                self._builder.quantized_kernel(f"{node.name}_w", kernel),
                self._builder.constant(f"{node.name}_b", bias),
            ]
            self._builder.operator("CONV_2D", inputs, [output], options=("Conv2DOptions", options), version=5)
        self._values |= dict.fromkeys(epilogue.absorbed, output)
        return output

    def _half(self, name: str, value: Constant) -> Tensor:
        add = self._builder.half_constant if value.size >= HALF_FROM else self._builder.constant
        return add(name, value)

    def _epilogue(self, convolution: Node) -> Epilogue:
        """Follow the nodes after a convolution as long as each is the only one to take the output of that before."""
        epilogue = Epilogue(convolution.name, [])
        while node := self._graph.only_consumer(epilogue.last):
            operands = [self._graph.constants.get(name) for name in node.inputs if name != epilogue.last]
            constants = [operand for operand in operands if operand is not None]
            if len(constants) < len(operands):
                break
            match node.op:
                case "Add" | "BiasAdd":
                    epilogue.bias = constants[0] if epilogue.bias is None else epilogue.bias + constants[0]
                case "Mul":
                    epilogue.scale = constants[0] if epilogue.scale is None else epilogue.scale * constants[0]
                    epilogue.bias = None if epilogue.bias is None else epilogue.bias * constants[0]
                case "FusedBatchNorm":
                    gamma, beta, mean, variance = constants
                    scale = gamma / np.sqrt(variance + node.real("epsilon"))
                    epilogue.scale = scale if epilogue.scale is None else epilogue.scale * scale
                    epilogue.bias = ((0 if epilogue.bias is None else epilogue.bias) - mean) * scale + beta
                case "Relu6":
                    epilogue.activation = "RELU6"
                case _:
                    break
            epilogue.last = node.name
            epilogue.absorbed.append(node.name)
            if epilogue.activation != "NONE":
                break
        return epilogue


def _transpose(node: Node, tensor: Tensor, order: list[int]) -> Tensor:
    """Take note of how the graph sees the tensor: nothing needs to be moved."""
    if order != (TO_CHANNELS_LAST if tensor.channels_first else TO_CHANNELS_FIRST):
        raise NotImplementedError(f"Transpose {order} ({node.name})")
    return replace(tensor, channels_first=not tensor.channels_first)


def _windows(node: Node, picture: Tensor, size: Sequence[int], stride: tuple[int, int]) -> tuple[int, int, int]:
    """The kind of padding, and the number of rows and columns that windows of a size are moved over."""
    if node.string("padding") == "SAME":
        rows, columns = (ceil(side / step) for side, step in zip(picture.shape[1:3], stride, strict=True))
        return schema.Padding.SAME, rows, columns
    rows, columns = ((side - window) // step + 1 for side, window, step in zip(picture.shape[1:3], size, stride, strict=True))
    return schema.Padding.VALID, rows, columns


def _strided_slice(node: Node, value: Constant, begin: Constant, end: Constant, stride: Constant) -> Constant:
    begin_mask, end_mask, shrink_mask = (node.integer(f"{name}_mask") for name in ("begin", "end", "shrink_axis"))
    index = tuple(
        int(start)
        if shrink_mask >> axis & 1
        else slice(None if begin_mask >> axis & 1 else int(start), None if end_mask >> axis & 1 else int(stop), int(step))
        for axis, (start, stop, step) in enumerate(zip(begin, end, stride, strict=True))
    )
    return np.asarray(value[index])
