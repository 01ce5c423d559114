"""What the edge knows of its detector."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorStatus:
    """The vision process as a whole. `reason` is a sentence for people where the state is `restarting` or `failed`."""

    state: Literal["starting", "running", "restarting", "failed"]
    reason: str | None = None
    model: str
    labels: tuple[str, ...] = ()
    restarts: int = 0
    inference_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionStatus:
    """Detection for one camera.

    `fps` counts pictures looked at in a second, `dropped_percent` is the share of the pictures of the last 30 s that should
    have been looked at and were not for want of time, `inference_ms` the mean time of a run of the model.
    """

    state: Literal["off", "waiting", "running", "restarting"]
    fps: float | None = None
    dropped_percent: float = 0.0
    inference_ms: float | None = None


OFF = VisionStatus(state="off")
