"""OpenVINO, which runs models on Intel's processors, graphics processors and NPUs."""

from collections.abc import Sequence
import importlib
from pathlib import Path
import sys
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ambianic.models import litert_file
from ambianic.models.litert_file import PostProcess

from . import decoders
from .runtimes import Array, Port, one_input

MAX_FOUND = 50
_FOUND = [Port((1, MAX_FOUND, 4), np.dtype("f4")), *[Port((1, MAX_FOUND), np.dtype("f4"))] * 2, Port((1,), np.dtype("f4"))]


class OpenVino:
    """A .tflite or .onnx file that OpenVINO runs on a device.

    It does not know the last step of SSD models, TFLite_Detection_PostProcess: that is done here.
    """

    def __init__(self, path: Path, threads: int, device: str) -> None:
        """Load it for the device. Raises what OpenVINO raises, ImportError where that is missing."""
        # OpenVINO tells Google Analytics each time that it is used, unless this module is missing.
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # so Python says that a module is not there
        core = importlib.import_module("openvino").Core()
        options = {"PERFORMANCE_HINT": "LATENCY"}
        if device == "CPU":
            options["INFERENCE_NUM_THREADS"] = str(threads)
        self._post: PostProcess | None = None
        content = path.read_bytes() if path.suffix == ".tflite" else b""
        if litert_file.POSTPROCESS in content:
            content, self._post = litert_file.without_postprocess(content)
            with tempfile.NamedTemporaryFile(suffix=".tflite") as file:
                file.write(content)
                file.flush()
                self._model: Any = core.compile_model(core.read_model(file.name), device, options)
        else:
            self._model = core.compile_model(core.read_model(str(path)), device, options)
        one_input(len(self._model.inputs))
        self.input = _port(self._model.inputs[0])
        self.outputs = _FOUND if self._post else [_port(output) for output in self._model.outputs]

    def run(self, values: Array) -> list[Array]:
        """Run the model once."""
        results = self._model([values])
        outputs = [np.asarray(results[output]) for output in self._model.outputs]
        return outputs if self._post is None else select(outputs, self._post)


def select(outputs: Sequence[NDArray[np.float32]], post: PostProcess) -> list[Array]:
    """Do what TFLite_Detection_PostProcess does: boxes, class ids, scores and the number of the best detections."""
    offsets, scores = (output[0] for output in outputs)
    # A column more than there are classes is for the background, and the first.
    named = scores[:, scores.shape[1] - post.classes :]
    rows = np.flatnonzero(named.max(axis=1) >= post.least_score)
    ids = named[rows].argmax(axis=1)
    down, right, taller, wider = (offsets[rows] / np.array(post.scales, np.float32)).T
    y, x, height, width = post.anchors[rows].T
    y, x, height, width = y + down * height, x + right * width, height * np.exp(taller), width * np.exp(wider)
    boxes = np.stack((x - width / 2, y - height / 2, x + width / 2, y + height / 2), axis=1)
    kept = decoders.best_of(boxes, named[rows, ids], ids if post.by_class else np.zeros_like(ids), post.overlap)[:MAX_FOUND]
    count = len(kept)
    found = [np.zeros(port.shape, np.float32) for port in _FOUND]
    found[0][0, :count], found[3][0] = boxes[kept][:, [1, 0, 3, 2]], count
    found[1][0, :count], found[2][0, :count] = ids[kept], named[rows, ids][kept]
    return found


def _port(details: Any) -> Port:
    sizes = tuple(int(size.get_length()) if size.is_static else -1 for size in details.partial_shape)
    return Port(sizes, np.dtype(details.element_type.to_dtype()))
