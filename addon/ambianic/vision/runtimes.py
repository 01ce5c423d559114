"""The libraries that run models: LiteRT, ONNX Runtime and OpenVINO, behind one face."""

from collections.abc import Sequence
from dataclasses import dataclass
import importlib
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ambianic.models import accelerators
from ambianic.models.catalog import ModelError

type Array = NDArray[Any]

LITERT_MAGIC = b"TFL3"
EDGE_TPU_LIBRARY = "libedgetpu.so.1"
EDGE_TPU_OPERATOR = b"edgetpu-custom-op"
CPU = accelerators.CPU
CORAL, OPENVINO = "coral", "openvino"


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output: its shape (-1 where that is open), and how its integers stand for numbers: (value - zero) × scale."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scale: float = 0.0
    zero: int = 0

    def quantize(self, values: NDArray[np.float32]) -> Array:
        """Numbers as this port takes them."""
        if self.dtype.kind == "f":
            return values.astype(self.dtype, copy=False)
        limits = np.iinfo(self.dtype)
        integers = np.round(values / self.scale) + self.zero if self.scale else values
        return np.clip(integers, limits.min, limits.max).astype(self.dtype)

    def numbers(self, values: Array) -> NDArray[np.float32]:
        """What this port gives, as numbers."""
        if self.dtype.kind == "f" or not self.scale:
            return values.astype(np.float32, copy=False)
        return (values.astype(np.float32) - self.zero) * self.scale


class Runtime(Protocol):
    """A loaded model with one input."""

    @property
    def input(self) -> Port:
        """Where the picture goes in."""

    @property
    def outputs(self) -> Sequence[Port]:
        """What comes out, in the order of `run`."""

    def run(self, values: Array) -> list[Array]:
        """Run the model once."""


def load(path: Path, threads: int, accelerator: str) -> Runtime:
    """Load a model file for an accelerator, see `ambianic.models.accelerators`. Raises ModelError.

    A file that is damaged in a cunning way can kill the process, so load files of unknown origin in a child process.
    """
    kind, _, device = accelerator.partition(":")
    _check_pair(path, kind)
    try:
        if kind == OPENVINO:
            # Only here: it needs what reads models, which the others do not.
            from .openvino import OpenVino

            return OpenVino(path, threads, device or "CPU")
        if path.suffix == ".onnx":
            return Onnx(path, threads, device if kind == "onnx" else "")
        return LiteRt(path, threads, device if kind == CORAL else None)
    except ModelError:
        raise
    except ImportError as err:
        raise ModelError(
            f"{err.name} is needed for this. Install it with: pip install 'ambianic[{kind if kind == OPENVINO else 'onnx'}]'"
        ) from err
    except Exception as err:
        # These libraries raise what they like.
        where = "" if accelerator == CPU else f" on {accelerator}"
        raise ModelError(
            f"The model file {path.name} of {path.parent.name} can't be loaded{where}: {_first_line(err)}"
        ) from err


def _check_pair(path: Path, kind: str) -> None:
    """Refuse a model that can't run on a kind of accelerator. Raises ModelError."""
    name, lite = path.parent.name, path.suffix == ".tflite"
    if kind == "onnx" and lite:
        raise ModelError(f"{name} is a .tflite model: ONNX Runtime runs .onnx models only. Choose another accelerator.")
    if kind == CORAL and not (lite and _has(path, EDGE_TPU_OPERATOR)):
        raise ModelError(
            f"{name} was not compiled for the Coral Edge TPU. Add a model whose file name ends in _edgetpu.tflite."
        )


def _has(path: Path, operator: bytes) -> bool:
    return operator in path.read_bytes()


class LiteRt:
    """A .tflite file."""

    def __init__(self, path: Path, threads: int, coral: str | None = None) -> None:
        """Load it, for a Coral Edge TPU where one is named ("" for any)."""
        runtime = _litert()
        delegates = [] if coral is None else [runtime.load_delegate(EDGE_TPU_LIBRARY, {"device": coral} if coral else {})]
        self._interpreter: Any = runtime.Interpreter(
            model_path=str(path), num_threads=threads, experimental_delegates=delegates
        )
        self._interpreter.allocate_tensors()
        inputs = self._interpreter.get_input_details()
        self._outputs = self._interpreter.get_output_details()
        one_input(len(inputs))
        self._index = inputs[0]["index"]
        self.input = _litert_port(inputs[0])
        self.outputs = [_litert_port(output) for output in self._outputs]

    def run(self, values: Array) -> list[Array]:
        """Run the model once."""
        self._interpreter.set_tensor(self._index, values)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(output["index"]) for output in self._outputs]


class Onnx:
    """An .onnx file."""

    def __init__(self, path: Path, threads: int, provider: str = "") -> None:
        """Load it, for a provider such as `CUDA` where one is named."""
        runtime = importlib.import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        providers = [f"{provider}ExecutionProvider"] if provider else []
        self._session: Any = runtime.InferenceSession(str(path), options, providers=[*providers, "CPUExecutionProvider"])
        if provider and self._session.get_providers()[0] != providers[0]:
            raise ModelError(f"ONNX Runtime does not run {path.parent.name} with {provider}. Choose another accelerator.")
        inputs = self._session.get_inputs()
        one_input(len(inputs))
        self._name = inputs[0].name
        self.input = _onnx_port(inputs[0])
        self.outputs = [_onnx_port(output) for output in self._session.get_outputs()]

    def run(self, values: Array) -> list[Array]:
        """Run the model once."""
        outputs: list[Array] = self._session.run(None, {self._name: values})
        return outputs


def _litert() -> Any:
    try:
        return importlib.import_module("ai_edge_litert.interpreter")
    except ImportError:
        return importlib.import_module("tflite_runtime.interpreter")


def one_input(count: int) -> None:
    """Refuse a model that takes anything but one picture. Raises ModelError."""
    if count != 1:
        raise ModelError(f"This model has {count} inputs. Only models that take one picture can be used.")


def _litert_port(details: Any) -> Port:
    scale, zero = details["quantization"]
    return Port(tuple(map(int, details["shape"])), np.dtype(details["dtype"]), float(scale), int(zero))


def _onnx_port(details: Any) -> Port:
    kinds = {"tensor(float)": "f4", "tensor(float16)": "f2", "tensor(uint8)": "u1", "tensor(int8)": "i1", "tensor(int64)": "i8"}
    shape = tuple(size if isinstance(size, int) else -1 for size in details.shape)
    return Port(shape, np.dtype(kinds.get(details.type, "f4")))


def _first_line(err: Exception) -> str:
    return (str(err).strip().splitlines() or [type(err).__name__])[0][:200]
