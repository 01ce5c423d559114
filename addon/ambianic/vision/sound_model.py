"""The sound model: YAMNet, which says what a second of sound may be."""

from collections.abc import Mapping
from pathlib import Path
from time import thread_time

import numpy as np
from numpy.typing import NDArray

from ambianic.models.catalog import ModelError

from . import runtimes

RATE = 16_000
"""Samples a second that the model hears."""
FRAME = 400
STEP = 160
FFT = 512
FRAMES = 96
BANDS = 64
LOWEST, HIGHEST = 125.0, 7500.0
WINDOW = FRAME + (FRAMES - 1) * STEP
"""Samples that it hears at once: just under a second."""
MODEL_CLASSES = 521
CLASSES: Mapping[str, tuple[int, ...]] = {
    "smoke_alarm": (393, 394),
    "glass": (435, 437),
    "bark": (69, 70, 71, 73),
    "scream": (11,),
}
"""The classes of AudioSet, as YAMNet numbers them, that make up each of our labels."""


class SoundModel:
    """Runs the model. Not for use by several threads."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load the model. Raises ModelError."""
        self._runtime = runtimes.load(path, threads, runtimes.CPU)
        shapes = [self._runtime.input.shape, *(output.shape for output in self._runtime.outputs)]
        if shapes != [(1, FRAMES, BANDS, 1), (1, MODEL_CLASSES)]:
            raise ModelError(f"The model file {path.name} of {path.parent.name} does not hear as YAMNet does.")
        self.runs = 0
        self.seconds = 0.0
        """The number of runs so far and the processor time they took."""

    def scores(self, samples: NDArray[np.float32]) -> dict[str, float]:
        """How sure it is of each label, 0 to 1, in `WINDOW` samples from -1 to 1 at `RATE`."""
        begin = thread_time()
        (values,) = (output[0] for output in self._runtime.run(spectrum(samples)[None, :, :, None]))
        self.runs += 1
        self.seconds += thread_time() - begin
        return {label: float(max(values[number] for number in classes)) for label, classes in CLASSES.items()}


def spectrum(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The logarithm of the strength of 64 bands of pitch in each hundredth of a second, [96, 64], as the model was trained on."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::STEP][:FRAMES]
    strength = np.abs(np.fft.rfft(frames * _HANN, FFT))
    return np.log(strength @ _BANDS + 0.001).astype(np.float32)


def _mel(frequency: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray(1127 * np.log1p(np.asarray(frequency) / 700))


def _bands() -> NDArray[np.float64]:
    """The share that each band takes of each frequency, [257, 64]: triangles over the mel scale, each from the middle of one neighbour to that of the other."""
    places = _mel(np.linspace(0, RATE / 2, FFT // 2 + 1))[:, None]
    edges = np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2)
    lower, middle, upper = edges[:-2], edges[1:-1], edges[2:]
    bands = np.maximum(0, np.minimum((places - lower) / (middle - lower), (upper - places) / (upper - middle)))
    bands[0] = 0
    return bands


_HANN = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)
_BANDS = _bands()
