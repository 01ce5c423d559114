"""What the edge knows of its detector."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorStatus:
    """The vision process as a whole. `reason` is a sentence for people where the state is `restarting` or `failed`.

    `trouble` tells, as a sentence, of a model that was given up for the one before.
    """

    state: Literal["starting", "running", "restarting", "failed"]
    reason: str | None = None
    model: str
    labels: tuple[str, ...] = ()
    restarts: int = 0
    inference_ms: float | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionStatus:
    """Detection for one camera.

    `fps` counts pictures looked at in a second, `dropped_percent` is the share of the pictures of the last 30 s that should
    have been looked at and were not for want of time, `inference_ms` the mean time of a run of the model. `gate` says whether pictures are
    decoded now, `gate_reason` why always, `decoded_percent` how many of late. `covered` and `frozen`: the pictures show next to
    nothing, or all the same.
    """

    state: Literal["off", "waiting", "running", "restarting"]
    fps: float | None = None
    dropped_percent: float = 0.0
    inference_ms: float | None = None
    gate: Literal["asleep", "awake", "always"] | None = None
    gate_reason: str | None = None
    decoded_percent: float | None = None
    covered: bool = False
    frozen: bool = False


OFF = VisionStatus(state="off")
