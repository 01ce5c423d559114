"""How detection models are shown."""

from typing import Literal

from ambianic.config import DetectorSettings

from .base import BoxView, View

type ModelState = Literal["available", "installing", "installed", "broken"]


class ModelView(View):
    """A detection model.

    `input` is the width and height of the pictures that it takes, null for sounds. `bytes` and `ms` (the time of one run) are null
    until known. `progress` goes from 0 to 1 while it is being installed. `error` says why the last attempt failed.
    `own` ones were added by a user.
    """

    name: str
    title: str
    purpose: str
    licence: str
    source: str
    labels: list[str]
    input: list[int] | None
    bytes: int | None
    state: ModelState
    progress: float | None
    error: str | None
    own: bool
    ms: float | None


class AcceleratorView(View):
    """A device that models can run on."""

    id: str
    title: str


class ModelList(View):
    """All models, how they are used now, and which one suits this machine best, as far as that is known."""

    models: list[ModelView]
    settings: DetectorSettings
    accelerators: list[AcceleratorView]
    recommended: str | None


class SeenView(View):
    """What a model found in the test's picture."""

    label: str
    score: float
    box: BoxView


class ModelTestView(View):
    """What a trial of a model gave; `picture` is a data URL with what it found drawn in."""

    ok: bool
    ms: float | None
    found: list[SeenView]
    reason: str | None
    picture: str | None
