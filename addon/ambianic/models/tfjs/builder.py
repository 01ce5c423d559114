"""Writing of a LiteRT (TFLite) model file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import importlib
from typing import Any

import numpy as np

from .graph import Constant

# These have no types.
flatbuffers: Any = importlib.import_module("flatbuffers")
flexbuffers: Any = importlib.import_module("flatbuffers.flexbuffers")
schema: Any = importlib.import_module("ai_edge_litert.schema_py_generated")

FILE_IDENTIFIER = b"TFL3"


@dataclass(frozen=True, slots=True)
class Tensor:
    """A value that exists when the model runs; the shape of a picture is [1, height, width, channels].

    The graph may see it with the channels first, after it transposed it.
    """

    index: int
    shape: tuple[int, ...]
    channels_first: bool = False


class ModelBuilder:
    """Collects tensors and operations in the order in which they run."""

    def __init__(self, description: str) -> None:
        """Start an empty model."""
        self._description = description
        self._buffers: list[bytes] = [b""]
        self._tensors: list[Any] = []
        self._operators: list[Any] = []
        self._codes: dict[tuple[int | str, int], int] = {}

    def value(self, name: str, shape: Sequence[int]) -> Tensor:
        """Add a float tensor that is computed or fed."""
        return self._tensor(name, shape, schema.TensorType.FLOAT32)

    def constant(self, name: str, value: Constant) -> Tensor:
        """Add a constant of 32-bit floats or integers."""
        kind = schema.TensorType.INT32 if value.dtype == np.int32 else schema.TensorType.FLOAT32
        return self._tensor(name, value.shape, kind, np.ascontiguousarray(value).tobytes())

    def half_constant(self, name: str, value: Constant) -> Tensor:
        """Add a constant that is kept as 16-bit floats and widened when the model is loaded."""
        half = self._tensor(
            f"{name}_f16", value.shape, schema.TensorType.FLOAT16, np.ascontiguousarray(value, np.float16).tobytes()
        )
        tensor = self.value(name, value.shape)
        self.operator("DEQUANTIZE", [half], [tensor], version=3)
        return tensor

    def quantized_kernel(self, name: str, kernel: Constant) -> Tensor:
        """Add the kernel of a convolution, [output channels, height, width, input channels], as 8-bit integers.

        Each output channel has its own scale.
        """
        scale = np.abs(kernel).max(axis=(1, 2, 3)) / 127
        scale[scale == 0] = 1e-8
        integers = np.clip(np.round(kernel / scale[:, None, None, None]), -127, 127).astype(np.int8)
        tensor = self._tensor(name, integers.shape, schema.TensorType.INT8, integers.tobytes())
        quantization = schema.QuantizationParametersT()
        quantization.scale = scale.astype(np.float32)
        quantization.zeroPoint = np.zeros(len(scale), np.int64)
        quantization.quantizedDimension = 0
        self._tensors[tensor.index].quantization = quantization
        return tensor

    def operator(
        self,
        name: str,
        inputs: Sequence[Tensor],
        outputs: Sequence[Tensor],
        *,
        options: tuple[str, Mapping[str, Any]] | None = None,
        version: int = 1,
    ) -> None:
        """Add an operation with the name of its class of options and what they are set to."""
        operator = self._operator(getattr(schema.BuiltinOperator, name), inputs, outputs, version)
        if options is not None:
            kind, fields = options
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            operator.builtinOptions = getattr(schema, f"{kind}T")()
            for field, value in fields.items():
                setattr(operator.builtinOptions, field, value)

    def custom_operator(
        self, name: str, inputs: Sequence[Tensor], outputs: Sequence[Tensor], options: Mapping[str, float | bool]
    ) -> None:
        """Add an operation that is not of the built-in set."""
        builder = flexbuffers.Builder()
        with builder.Map():
            for key, value in options.items():
                builder.Key(key)
                {bool: builder.Bool, int: builder.Int, float: builder.Float}[type(value)](value)
        operator = self._operator(name, inputs, outputs, 1)
        operator.customOptions = np.frombuffer(bytes(builder.Finish()), np.uint8)
        operator.customOptionsFormat = 0

    def build(self, inputs: Sequence[Tensor], outputs: Sequence[Tensor]) -> bytes:
        """The model's file."""
        graph = schema.SubGraphT()
        graph.name = b"main"
        graph.tensors, graph.operators = self._tensors, self._operators
        graph.inputs, graph.outputs = _indices(inputs), _indices(outputs)
        signature = schema.SignatureDefT()
        signature.signatureKey, signature.subgraphIndex = b"serving_default", 0
        signature.inputs = [_named(b"input", tensor) for tensor in inputs]
        signature.outputs = [_named(b"output_%d" % number, tensor) for number, tensor in enumerate(outputs)]
        model = schema.ModelT()
        model.version = 3
        model.description = self._description.encode()
        model.operatorCodes = [_operator_code(*code) for code in self._codes]
        model.signatureDefs, model.subgraphs = [signature], [graph]
        model.buffers = [_buffer(data) for data in self._buffers]
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
        return bytes(builder.Output())

    def _tensor(self, name: str, shape: Sequence[int], kind: int, data: bytes | None = None) -> Tensor:
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.type, tensor.buffer = name.encode(), np.array(shape, np.int32), kind, 0
        if data is not None:
            tensor.buffer = len(self._buffers)
            self._buffers.append(data)
        self._tensors.append(tensor)
        return Tensor(len(self._tensors) - 1, tuple(shape))

    def _operator(self, code: int | str, inputs: Sequence[Tensor], outputs: Sequence[Tensor], version: int) -> Any:
        operator = schema.OperatorT()
        operator.opcodeIndex = self._codes.setdefault((code, version), len(self._codes))
        operator.inputs, operator.outputs = _indices(inputs), _indices(outputs)
        self._operators.append(operator)
        return operator


def _indices(tensors: Sequence[Tensor]) -> Constant:
    return np.array([tensor.index for tensor in tensors], np.int32)


def _named(name: bytes, tensor: Tensor) -> Any:
    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name, tensor.index
    return entry


def _buffer(data: bytes) -> Any:
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(data, np.uint8) if data else None
    return buffer


def _operator_code(code: int | str, version: int) -> Any:
    operator_code = schema.OperatorCodeT()
    if isinstance(code, str):
        operator_code.customCode = code.encode()
        code = schema.BuiltinOperator.CUSTOM
    operator_code.builtinCode = code
    operator_code.deprecatedBuiltinCode = min(code, 127)
    operator_code.version = version
    return operator_code
