"""How the edge itself is shown, and who asks it."""

from typing import Literal

from ambianic.vision.status import DetectorStatus

from .base import Time, View


class DetectorView(View):
    """The detector that all cameras share.

    `labels` are all kinds that this edge can look and listen for now. `trouble` tells of a model that was given up.
    """

    state: Literal["starting", "running", "restarting", "failed"]
    reason: str | None
    model: str
    labels: list[str]
    restarts: int
    inference_ms: float | None
    trouble: str | None


class StorageSummaryView(View):
    """What the edge keeps on disk, in short."""

    events: int
    bytes: int
    recordings_bytes: int
    free_bytes: int
    trouble: str | None
    notice: str | None


class InfoView(View):
    """The edge."""

    id: str
    name: str
    version: str
    api: Literal[1]
    started: Time
    config_trouble: str | None
    detector: DetectorView
    storage: StorageSummaryView


class MeView(View):
    """Who asks; `cameras` are the ids of those that they may see, null for all."""

    kind: Literal["token", "local", "ingress", "phone"]
    role: Literal["admin", "owner", "viewer"]
    name: str
    phone_id: str | None
    cameras: list[str] | None


class HealthView(View):
    """A sign of life."""

    status: Literal["ok"]


def detector_view(status: DetectorStatus) -> DetectorView:
    """Show the detector."""
    return DetectorView(
        state=status.state,
        reason=status.reason,
        model=status.model,
        labels=list(status.labels),
        restarts=status.restarts,
        inference_ms=status.inference_ms,
        trouble=status.trouble,
    )
