"""Taking in a user's own model: seen through and tried before it is kept."""

from collections.abc import Mapping
import os
from pathlib import Path
import shutil
import tempfile
from typing import Any

from . import kinds, own, selftest
from .catalog import MODELS, Decoder, Model, ModelError

MAX_BYTES = 256 * 1024 * 1024
SUFFIXES = (".tflite", ".onnx")


def add(data: Path, name: str, file: Path, labels: str, options: Mapping[str, Any]) -> Model:
    """Copy a model file and its labels into the data directory, once it has passed the self-test.

    Raises ModelError with what is wrong; nothing is kept then.
    """
    target = _target(data, name)
    known = own.read_options(options)
    named = own.read_labels(labels)
    _check_file(file)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=target.parent) as workspace:
            folder = Path(workspace) / name
            folder.mkdir()
            path = folder / f"model{file.suffix}"
            shutil.copyfile(file, path)
            described = _see_through(path, named, known)
            (folder / own.DESCRIPTION).write_bytes(own.written(described))
            selftest.check(path)
            _sync(folder)
            folder.chmod(0o755)
            folder.rename(target)
    except OSError as err:
        raise ModelError(f"The model could not be written to {target}: {err.strerror or err}.") from err
    return described


def remove(data: Path, name: str) -> None:
    """Remove an own model. Raises ModelError."""
    if name in MODELS:
        raise ModelError(f"{name} is not an own model: it belongs to the catalogue.")
    folder = data / "models" / name
    if not own.NAME.fullmatch(name) or not (folder / own.DESCRIPTION).is_file():
        raise ModelError(f"There is no own model {name!r}.")
    try:
        shutil.rmtree(folder)
    except OSError as err:
        raise ModelError(f"The model {name} could not be removed: {err.strerror or err}.") from err


def _target(data: Path, name: str) -> Path:
    if not own.NAME.fullmatch(name):
        raise ModelError("Use a name of at most 40 small letters, digits, dots and dashes that begins with a letter or digit.")
    target = data / "models" / name
    if name in MODELS or target.exists():
        raise ModelError(f"There is a model {name} already. Use another name, or remove that one first.")
    return target


def _check_file(file: Path) -> None:
    if file.suffix not in SUFFIXES:
        raise ModelError(f"{file.name} is not a model file that can be used: use a .tflite or an .onnx file.")
    try:
        if file.stat().st_size > MAX_BYTES:
            raise ModelError(f"{file.name} is larger than {MAX_BYTES // 1024 // 1024} MB. Use a smaller model.")
        with file.open("rb") as stream:
            head = stream.read(8)
    except OSError as err:
        raise ModelError(f"{file} can't be read: {err.strerror or err}.") from err
    if file.suffix == ".tflite" and head[4:] != b"TFL3":
        raise ModelError(f"{file.name} is not a LiteRT (TFLite) model.")


def _see_through(path: Path, labels: Mapping[int, str], options: own.Options) -> Model:
    """Find out how the model is to be fed and read."""
    seen = selftest.ask(path, {"inspect": True})
    width, height = _size(seen["input"], options)
    shapes = [tuple(shape) for shape in seen["outputs"]]
    labels = _fitting(labels, seen["classes"])
    decoder = options.decoder or kinds.recognise(shapes, own.count(labels), width, height)
    if decoder is None or not kinds.fits(decoder, shapes, own.count(labels)):
        raise ModelError(_misfit(shapes, own.count(labels), options.decoder))
    return own.model(path.parent.name, labels, (width, height), decoder, options)


def _size(shape: list[int], options: own.Options) -> tuple[int, int]:
    """The width and height of the input."""
    if len(shape) != 4 or 3 not in {shape[1], shape[3]} or shape[0] not in {1, -1}:
        raise ModelError(
            f"This model takes an input of {' × '.join(map(str, shape))} numbers. Only models that take one colour picture can be used."
        )
    height, width = shape[2:4] if shape[1] == 3 and shape[3] != 3 else shape[1:3]
    width, height = options.width or width, options.height or height
    if -1 in {width, height}:
        raise ModelError("This model takes pictures of any size: say which with the options `width` and `height`.")
    return width, height


def _fitting(labels: Mapping[int, str], classes: int | None) -> Mapping[int, str]:
    """The labels by the class ids that TFLite_Detection_PostProcess gives, which do not count the background."""
    if classes is None:
        return labels
    named = own.count(labels)
    if named == classes + 1 and own.is_nothing(labels.get(0, "")):
        return {number - 1: label for number, label in labels.items() if number}
    if named == classes or (named < classes and len(labels) < named):
        return labels
    raise ModelError(_count_misfit([classes], named))


def _misfit(shapes: list[tuple[int, ...]], named: int, wanted: Decoder | None) -> str:
    possible = kinds.possible_classes(shapes)
    if possible and named not in possible:
        return _count_misfit(possible, named)
    outputs = ", ".join("×".join(map(str, shape)) for shape in shapes)
    kind = f"that {wanted} models give" if wanted else "of a kind that is known here"
    return (
        f"The model gives results ({outputs}) that are not {kind}. "
        "Known are SSD with TFLite_Detection_PostProcess, NanoDet, YOLOX, and YOLO from 5 to 26."
    )


def _count_misfit(possible: list[int], named: int) -> str:
    apart = " or ".join(map(str, possible))
    return (
        f"The model tells {apart} kinds of objects apart, but there are {named} labels. "
        "Give one label for each on a line of its own, in the model's order."
    )


def _sync(folder: Path) -> None:
    """Make files last before they are put in place."""
    for path in folder.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
