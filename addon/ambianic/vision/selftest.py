"""The child process that tries a model file: `python -m ambianic.vision.selftest MODEL REQUEST`, see ambianic.models.selftest.

REQUEST is JSON: with `inspect` it asks for the shapes of the model, else for a trial with so many `threads`, on that `accelerator`,
with so many `runs`. stdin may have a picture; stdout takes the answer, JSON as well.
"""

import base64
from collections.abc import Callable
import io
import json
import os
from pathlib import Path
import sys
from time import perf_counter
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from ambianic.models import litert_file, own
from ambianic.models.accelerators import CPU
from ambianic.models.catalog import ModelError

from . import annotating, runtimes
from .detector import Detection, Detector, check_file
from .sound_model import WINDOW, SoundModel

SILENCE = np.zeros(WINDOW, np.float32)
SCENE_SIZE = (640, 480)
MAX_PIXELS = 40_000_000
MANY = 60
"""A model that is sure of so many objects in one picture is not fed or read as it should be."""
SURE = 0.5
SHOWN_SCORE = 0.4


def main() -> int:
    """Do what the command line asks for."""
    # Libraries print to stdout: they get stderr, and the answer has the pipe.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    path, request = Path(sys.argv[1]), json.loads(sys.argv[2])
    try:
        answer = _inspect(path) if "inspect" in request else _try(path, **request)
    except ModelError as err:
        answer = {"refused": str(err)}
    except (RuntimeError, ValueError) as err:
        first = (str(err).strip().splitlines() or [type(err).__name__])[0]
        answer = {"refused": f"The model {path.parent.name} can't be run: {first[:200]}"}
    with output:
        json.dump(answer, output)
    return 0


def _inspect(path: Path) -> dict[str, Any]:
    runtime = runtimes.load(path, 1, CPU)
    return {
        "input": runtime.input.shape,
        "outputs": [output.shape for output in runtime.outputs],
        "classes": litert_file.classes(path.read_bytes()) if path.suffix == ".tflite" else None,
    }


def _try(path: Path, threads: int, accelerator: str, runs: int) -> dict[str, Any]:
    check_file(path)
    if own.describe(path).purpose == "sounds":
        model = SoundModel(path, threads)
        return {"ms": _milliseconds(lambda: model.scores(SILENCE), runs), "found": [], "reason": None, "picture": None}
    detector = Detector(path, threads, accelerator)
    image = _picture(sys.stdin.buffer.read())
    size = detector.model.picture_size(image.width / image.height)
    picture = np.asarray(image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0))
    found = detector.detect(picture)
    shown = sorted((item for item in found if item.score >= SHOWN_SCORE), key=lambda item: -item.score)
    annotating.annotate(image, shown)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    return {
        "ms": _milliseconds(lambda: detector.detect(picture), runs),
        "found": [{"label": item.label, "score": round(item.score, 3), "box": item.box} for item in shown],
        "reason": _complaint(found),
        "picture": base64.b64encode(buffer.getvalue()).decode(),
    }


def _milliseconds(work: Callable[[], object], runs: int) -> float:
    """The usual time of a run; what else goes on on the machine makes some longer."""
    times = []
    for _ in range(runs):
        begin = perf_counter()
        work()
        times.append(perf_counter() - begin)
    return round(1000 * sorted(times)[len(times) // 10], 2)


def _complaint(found: list[Detection]) -> str | None:
    """What is wrong with results that are no results."""
    if not all(np.isfinite((item.score, *item.box)).all() and -0.01 <= item.score <= 1.01 for item in found):
        return "The model gives scores or boxes that are no numbers from 0 to 1. Check how its pictures are scaled."
    if sum(item.score > SURE for item in found) >= MANY:
        return (
            f"The model sees {MANY} and more objects in a picture that has hardly any. "
            "Check its labels, its decoder, and how its pictures are scaled."
        )
    return None


def _picture(content: bytes) -> Image.Image:
    if not content:
        return _scene()
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height <= MAX_PIXELS:
                return image.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError, SyntaxError) as err:
        raise ModelError("The picture for the test can't be read. Use a JPEG or PNG file.") from err
    raise ModelError("The picture for the test is too large.")


def _scene() -> Image.Image:
    """A drawn scene: sky, ground, a house and a path, nobody there."""
    image = Image.new("RGB", SCENE_SIZE, "#9db8d2")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 260, 640, 480), fill="#6f8a55")
    draw.polygon(((250, 480), (390, 480), (340, 260), (310, 260)), fill="#a39c8f")
    draw.rectangle((60, 120, 260, 280), fill="#b5aa98")
    draw.polygon(((45, 120), (275, 120), (160, 50)), fill="#7d4b3c")
    draw.rectangle((140, 190, 180, 280), fill="#4d3a2c")
    return image


if __name__ == "__main__":
    sys.exit(main())
