"""How a look at a picture is shown, live and of what was recorded."""

from typing import Literal

from ambianic.vision.look import TrackState, Verdict

from .base import BoxView, Time, View
from .events import EventView


class GateView(View):
    """The bytes of the last encoded picture, and from how many on it would wake the decoder."""

    size: int
    threshold: int


class FoundView(View):
    """What the model found, and what became of it."""

    label: str
    score: float
    box: BoxView
    verdict: Verdict


class TrackView(View):
    """An object that is followed, and why it is an event or is none."""

    number: int
    label: str
    score: float
    box: BoxView
    state: TrackState
    verdict: Verdict
    zones: list[str]
    event_id: str | None


class LookView(View):
    """One look at a picture; `n` counts them. `gate` is null where the sizes of pictures tell nothing."""

    n: int
    at: Time
    awake: bool
    gate: GateView | None
    motion: list[BoxView]
    regions: list[BoxView]
    found: list[FoundView]
    tracks: list[TrackView]
    inference_ms: float


class Looks(View):
    """Looks in their order; `next` is the `after` of the next call."""

    looks: list[LookView]
    next: int


class AnalysisView(View):
    """What the detector makes of a recording, with other settings perhaps.

    `progress` goes from 0 to 1. `figures` are seconds of CPU time and counts, once it is done. `reason` says why it failed.
    """

    id: str
    camera_id: str
    start: Time
    end: Time
    state: Literal["running", "done", "failed"]
    reason: str | None
    progress: float
    looks: list[LookView]
    next: int
    events: list[EventView]
    figures: dict[str, float] | None
