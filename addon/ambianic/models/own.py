"""How a model file is described: by the catalogue, or for a user's own model by the `model.json` beside it."""

from collections.abc import Mapping
from dataclasses import asdict
import json
from pathlib import Path
import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .catalog import MODELS, Decoder, Feed, Model, ModelError, Purpose

DESCRIPTION = "model.json"
MAX_DESCRIPTION_BYTES = 1024 * 1024
MAX_LABELS = 10_000
MAX_LABEL_LENGTH = 64
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_NUMBERED = re.compile(r"(\d+)[\s:,]+(.+)")
_NOTHING = {"", "???", "n/a", "__background__", "background"}

type PerChannel = float | tuple[float, float, float]
type Size = Annotated[int, Field(ge=32, le=2048)]


class Options(BaseModel):
    """What a person may say of an own model; the rest is seen from the file or the usual of its kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str | None, Field(min_length=1, max_length=80)] = None
    licence: Annotated[str, Field(min_length=1, max_length=80)] = "as its owner says"
    purpose: Purpose = "objects"
    decoder: Decoder | None = None
    colour: Literal["rgb", "bgr"] | None = None
    fit: Literal["stretch", "letterbox"] | None = None
    scale: PerChannel | None = None
    offset: PerChannel | None = None
    width: Size | None = None
    height: Size | None = None
    believed_from: Annotated[float, Field(ge=0.05, le=0.95)] = 0.5

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.scale is not None and 0 in _channels(self.scale):
            raise ValueError("`scale` can't be 0: a picture's values are divided by it.")
        return self


_TO_ONE = Feed(fit="letterbox", scale=(255.0,) * 3, offset=(0.0,) * 3)
FEEDS: Mapping[Decoder, Feed] = {
    "postprocess": Feed(),
    "ssd": Feed(),
    "faces": Feed(fit="letterbox"),
    "nanodet": MODELS["nanodet"].feed,
    "yolox": Feed(colour="bgr", fit="letterbox", scale=(1.0,) * 3, offset=(0.0,) * 3),
    "yolov5": _TO_ONE,
    "yolov8": _TO_ONE,
    "yolov10": _TO_ONE,
}
"""How pictures are usually fed to models of a kind."""


def read_options(options: Mapping[str, Any]) -> Options:
    """Check options. Raises ModelError with what to change."""
    try:
        return Options.model_validate(dict(options))
    except ValidationError as err:
        first = err.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"][:1])
        known = ", ".join(Options.model_fields)
        if first["type"] == "extra_forbidden":
            raise ModelError(f"There is no option {field!r} for models. Known are: {known}.") from err
        raise ModelError(f"The option {field or 'scale'} of the model can't be used: {first['msg']}.") from err


def read_labels(text: str) -> dict[int, str]:
    """Read labels, one on a line, with its class id before it or counted from 0. Raises ModelError.

    Names such as `???` stand for ids that mean nothing; they are counted and left out.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    while lines and not lines[-1].strip():
        lines.pop()
    if not lines:
        raise ModelError("The labels are missing: give a text with one label on each line.")
    if len(lines) > MAX_LABELS:
        raise ModelError(f"There are more than {MAX_LABELS} labels. Give one on each line.")
    matches = [_NUMBERED.fullmatch(line.strip()) for line in lines]
    labels: dict[int, str] = {}
    for number, (line, match) in enumerate(zip(lines, matches, strict=True)):
        numbered = match is not None and all(matches)
        label = " ".join((match.group(2) if match is not None and numbered else line).lower().split())
        if len(label) > MAX_LABEL_LENGTH or not label.isprintable():
            raise ModelError(f"Line {number + 1} of the labels is not a label: use a short name.")
        labels[int(match.group(1)) if match is not None and numbered else number] = label
    if all(map(is_nothing, labels.values())):
        raise ModelError("The labels are missing: give a text with one label on each line.")
    return labels


def is_nothing(label: str) -> bool:
    """Whether a label says that its class means nothing."""
    return label in _NOTHING


def count(labels: Mapping[int, str]) -> int:
    """How many class ids the labels tell of, those that mean nothing among them."""
    return max(labels) + 1


def model(name: str, labels: Mapping[int, str], size: tuple[int, int], decoder: Decoder, options: Options) -> Model:
    """The description of an own model with a width and height."""
    usual = FEEDS[decoder]
    return Model(
        name=name,
        title=options.title or name,
        purpose=options.purpose,
        licence=options.licence,
        origin="added here",
        width=size[0],
        height=size[1],
        labels={number: label for number, label in labels.items() if not is_nothing(label)},
        classes=count(labels),
        feed=Feed(
            colour=options.colour or usual.colour,
            fit=options.fit or usual.fit,
            scale=usual.scale if options.scale is None else _channels(options.scale),
            offset=usual.offset if options.offset is None else _channels(options.offset),
        ),
        decoder=decoder,
        believed_from=options.believed_from,
    )


def written(described: Model) -> bytes:
    """The content of `model.json`."""
    return json.dumps(asdict(described), indent=2).encode()


def describe(path: Path) -> Model:
    """The description of a model file by the folder that it is in. Raises ModelError."""
    name = path.parent.name
    if name in MODELS:
        return MODELS[name]
    file = path.parent / DESCRIPTION
    try:
        if file.stat().st_size > MAX_DESCRIPTION_BYTES:
            raise ModelError(f"The description {file} is too large. Remove the model {name} and add it again.")
        content = json.loads(file.read_bytes())
        content["labels"] = {int(number): str(label) for number, label in content["labels"].items()}
        content["feed"] = Feed(**content["feed"] | {key: tuple(content["feed"][key]) for key in ("scale", "offset")})
        return Model(**content)
    except FileNotFoundError:
        raise ModelError(f"There is no model {name!r}. Choose one of: {', '.join(MODELS)}, or add it first.") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as err:
        raise ModelError(f"The description {file} can't be read. Remove the model {name} and add it again.") from err


def _channels(value: PerChannel) -> tuple[float, float, float]:
    return value if isinstance(value, tuple) else (value, value, value)
