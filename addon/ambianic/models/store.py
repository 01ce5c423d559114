"""Where model files lie, and how they get there. All of this blocks: an event loop calls it in a thread."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
import hashlib
import os
from pathlib import Path
import subprocess
import sys
from typing import Any, Literal

from ambianic.files import write_atomically

from . import adding, bench, download, own
from .catalog import DEFAULT, MODELS, SOURCES, Model, ModelError, lookup

SEARCH_PATH = "AMBIANIC_MODELS"
"""The environment variable with further directories to look for models in."""
FILES = ("model.tflite", "model.onnx")
BUILD_TIMEOUT = 300.0
REFUSED = 3
"""The exit code of the process that makes the file where it gives a sentence in place of that."""
DOWNLOADED = 0.9
"""The share of an installation's time that the download takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """A model and whether it is there. `bytes` is the size of its file, else of what there is to download.

    `error` says what is wrong with a broken one, `ms` is the time of a run at the last trial.
    """

    model: Model
    state: Literal["available", "installed", "broken"]
    own: bool
    bytes: int | None
    ms: float | None = None
    error: str | None = None

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def as_json(self) -> dict[str, Any]:
        """The model as the API shows it (docs/api.md)."""
        model = self.model
        return {
            "name": model.name,
            "title": model.title,
            "purpose": model.purpose,
            "licence": model.licence,
            "source": model.origin,
            "labels": sorted(set(model.labels.values())),
            "input": None if model.purpose == "sounds" else [model.width, model.height],
            "bytes": self.bytes,
            "state": self.state,
            "progress": None,
            "error": self.error,
            "own": self.own,
            "ms": self.ms,
        }


def catalogue(data: Path) -> list[ModelInfo]:
    """All models: those of the catalogue, then the user's own by name."""
    times = bench.times(data)
    infos = []
    for name, model in MODELS.items():
        path = find(data, name)
        if is_intact(path, name):
            infos.append(_installed(model, path, times))
        elif path.is_file():
            broken = "The file is damaged. Install the model again."
            infos.append(ModelInfo(model=model, state="broken", own=False, bytes=SOURCES[name].size, error=broken))
        else:
            infos.append(ModelInfo(model=model, state="available", own=False, bytes=SOURCES[name].size))
    for file in sorted(data.glob(f"models/*/{own.DESCRIPTION}")):
        if own.NAME.fullmatch(file.parent.name) and file.parent.name not in MODELS:
            try:
                infos.append(_installed(own.describe(file), find(data, file.parent.name), times))
            except ModelError:
                continue
    return infos


def _installed(model: Model, path: Path, times: Mapping[str, float]) -> ModelInfo:
    own_one = model.name not in MODELS
    try:
        size = path.stat().st_size
    except OSError:
        lost = "The model file is gone. Remove the model and add it again."
        return ModelInfo(model=model, state="broken", own=own_one, bytes=None, error=lost)
    return ModelInfo(model=model, state="installed", own=own_one, bytes=size, ms=times.get(model.name))


def add(data: Path, name: str, file: Path, labels: str, options: Mapping[str, Any]) -> ModelInfo:
    """Take in a user's own model, see `adding.add`. Raises ModelError."""
    model = adding.add(data, name, file, labels, options)
    return _installed(model, find(data, name), {})


def remove(data: Path, name: str) -> None:
    """Remove a user's own model. Raises ModelError."""
    adding.remove(data, name)


def directories(data: Path) -> Iterator[Path]:
    """The directories that models are looked for in, the first to be written to."""
    yield data / "models"
    for directory in os.environ.get(SEARCH_PATH, "").split(os.pathsep):
        if directory:
            yield Path(directory)


def find(data: Path, name: str = DEFAULT) -> Path:
    """The file of a model: the one that exists, else the one that installing would make."""
    paths = [directory / name / file for directory in directories(data) for file in FILES]
    return next((path for path in paths if path.is_file()), paths[0])


def is_intact(path: Path, name: str) -> bool:
    """Whether the file is there and is what the catalogue says it should be."""
    try:
        stat = path.stat()
        return _digest(path, stat.st_mtime_ns, stat.st_size, stat.st_ino) == SOURCES[name].sha256
    except OSError:
        return False


@lru_cache(maxsize=64)
def _digest(path: Path, _changed: int, _size: int, _inode: int) -> str:
    """The SHA-256 of a file, as long as it is the same one: the list of models is shown often."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def install(
    data: Path, name: str = DEFAULT, archive: Path | None = None, on_progress: download.Progress = lambda _share: None
) -> tuple[Path, bool]:
    """Get, check, convert and write a model of the catalogue; return its file and whether anything had to be done.

    An `archive` given is used in place of the registry. Raises ModelError.
    """
    lookup(name)
    source = SOURCES[name]
    for directory in directories(data):
        path = directory / name / FILES[0]
        if is_intact(path, name):
            return path, False
    if archive is None:
        with download.workspace(data) as directory_name:
            fetched = download.fetch(source, Path(directory_name), lambda share: on_progress(DOWNLOADED * share))
            on_progress(DOWNLOADED)
            content = _build(name, fetched)
    else:
        content = _build(name, archive)
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise ModelError(
            f"The converted model {name} is not the expected one, so it was not installed. "
            "Check that the installed packages are those of the lock file (ai-edge-litert, numpy, flatbuffers)."
        )
    path = data / "models" / name / FILES[0]
    write(path, content)
    on_progress(1.0)
    return path, True


def _build(name: str, archive: Path) -> bytes:
    """Have another process make the model's file from a package. Raises ModelError."""
    command = [sys.executable, "-m", "ambianic.models.building", name, str(archive.resolve())]
    try:
        result = subprocess.run(command, capture_output=True, timeout=BUILD_TIMEOUT, check=False)  # noqa: S603  ours
    except (OSError, subprocess.TimeoutExpired) as err:
        raise ModelError(f"The model {name} could not be converted: {type(err).__name__}. Try again.") from err
    if result.returncode == REFUSED:
        raise ModelError(result.stdout.decode())
    if result.returncode:
        raise ModelError(
            f"The model {name} could not be converted: the process for that ended ({result.returncode}). Try again."
        )
    return result.stdout


def write(path: Path, content: bytes) -> None:
    """Write a file of a model. Raises ModelError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content, mode=0o644)
    except OSError as err:
        raise ModelError(f"The model could not be written to {path}: {err.strerror or err}.") from err
