"""What was seen in one look at a picture, and why it is an event or not: for people who tune a camera."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from ambianic.events import Box, rfc3339

type TrackState = Literal["new", "moving", "resting"]
"""`new` while there is too little evidence, `resting` once it has not moved for long."""


class Verdict(StrEnum):
    """Why something that the model found is an event, or is none."""

    EVENT = "event"
    LABEL_OFF = "label_off"
    LOW_SCORE = "low_score"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    WRONG_RATIO = "wrong_ratio"
    MASKED = "masked"
    OUTSIDE_ZONES = "outside_zones"
    TOO_SHORT = "too_short"
    """Not seen for long enough, or with too little evidence yet."""
    PARKED = "parked"
    """It was there all the time."""
    PART = "part"
    """It is a part of another object, or a group whose members were found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReading:
    """The last encoded picture's size and the one from which it would wake the decoder, in bytes."""

    size: int
    threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the model found in the picture."""

    label: str
    score: float
    box: Box
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """An object that is followed; `score` is that of its evidence so far."""

    number: int
    label: str
    score: float
    box: Box
    state: TrackState
    verdict: Verdict
    zones: tuple[str, ...] = ()
    event_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One picture: what moved, where the model looked, what it found and what is followed.

    `time` is its Unix time. `gate` is None where the sizes of pictures tell nothing. `awake` says whether pictures are decoded.
    """

    camera_id: str
    time: float
    awake: bool
    gate: GateReading | None = None
    motion: tuple[Box, ...] = ()
    regions: tuple[Box, ...] = ()
    found: tuple[Found, ...] = ()
    tracks: tuple[Tracked, ...] = ()
    inference_ms: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The look as the API shows it (docs/api.md)."""
        return {
            "at": rfc3339(self.time),
            "awake": self.awake,
            "gate": None if self.gate is None else {"size": self.gate.size, "threshold": self.gate.threshold},
            "motion": [_sides(box) for box in self.motion],
            "regions": [_sides(box) for box in self.regions],
            "found": [
                {"label": found.label, "score": round(found.score, 3), "box": _sides(found.box), "verdict": found.verdict}
                for found in self.found
            ],
            "tracks": [
                {
                    "number": track.number,
                    "label": track.label,
                    "score": round(track.score, 3),
                    "box": _sides(track.box),
                    "state": track.state,
                    "verdict": track.verdict,
                    "zones": list(track.zones),
                    "event_id": track.event_id,
                }
                for track in self.tracks
            ],
            "inference_ms": round(self.inference_ms, 1),
        }


def _sides(box: Box) -> list[float]:
    return [round(side, 4) for side in box]
