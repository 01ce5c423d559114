"""What the API shows: models that make both the answers and their description in OpenAPI."""

import base64
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from . import addresses
from .cameras.camera import Camera
from .cameras.packets import AudioInfo, StreamInfo
from .cameras.probe import Probe
from .cameras.status import CameraState
from .config import CameraConfig, DetectionConfig, RecordingConfig
from .events import Event, Feedback, Origin, rfc3339
from .vision.status import DetectorStatus, VisionStatus

type Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
ADDRESS = ("url", "sub_url", "username")
"""What phones are not told of a camera."""

type Live = Literal["passthrough", "transcode"] | None
type RecordingState = Literal["off", "idle", "recording"]


class View(BaseModel):
    """An answer or a part of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SpanView(View):
    """A part of a camera's time; `end` is null while it goes on."""

    start: Time
    end: Time | None


class EventView(View):
    """One visit."""

    id: str
    camera_id: str
    label: str
    start: Time
    end: Time | None
    score: float
    box: list[float]
    zones: list[str]
    snapshot: bool
    clip: SpanView | None
    starred: bool
    feedback: Feedback | None
    origin: Origin


class EventPage(View):
    """Some events, newest first."""

    events: list[EventView]
    next: str | None


class StreamView(View):
    """An open stream."""

    codec: str
    width: int
    height: int
    fps: float | None


class AudioView(View):
    """A camera's sound."""

    codec: str
    sample_rate: int
    channels: int


class StatusView(View):
    """How the connection to a camera is."""

    state: CameraState
    reason: str | None
    since: Time
    main: StreamView | None
    sub: StreamView | None
    sub_reason: str | None
    live: Live
    audio: AudioView | None
    viewers: int
    recording: RecordingState
    recording_reason: str | None


class VisionView(View):
    """How the looking at a camera's pictures goes."""

    state: Literal["off", "waiting", "running", "restarting"]
    fps: float | None
    dropped_percent: float
    inference_ms: float | None


class CameraView(View):
    """A camera, without its secrets; phones are not told its address and user either (null)."""

    id: str
    name: str
    url: str | None
    sub_url: str | None
    username: str | None
    has_password: bool
    transport: Literal["tcp", "udp"]
    still_interval: float
    enabled: bool
    detection: DetectionConfig
    recording: RecordingConfig
    status: StatusView
    vision: VisionView
    active: list[str]
    last_event: EventView | None


class CameraList(View):
    """All cameras, in the order they were added."""

    cameras: list[CameraView]


class ProbeView(View):
    """What a try of a camera gave."""

    ok: bool
    state: CameraState
    reason: str | None
    main: StreamView | None
    sub: StreamView | None
    live: Live
    audio: AudioView | None
    picture: str | None


class DetectorView(View):
    """The detector that all cameras share."""

    state: Literal["starting", "running", "restarting", "failed"]
    reason: str | None
    model: str
    labels: list[str]
    restarts: int
    inference_ms: float | None


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


class ProblemView(View):
    """A failure (RFC 9457)."""

    type: Literal["about:blank"]
    status: int
    title: str
    code: str
    detail: str
    field: str | None


def event_view(event: Event) -> EventView:
    """Show an event."""
    return EventView.model_validate(event.as_json())


def stream_view(info: StreamInfo | None) -> StreamView | None:
    """Show a stream."""
    if info is None:
        return None
    return StreamView(
        codec=info.codec, width=info.width, height=info.height, fps=None if info.fps is None else round(info.fps, 2)
    )


def audio_view(info: AudioInfo | None) -> AudioView | None:
    """Show a camera's sound."""
    return None if info is None else AudioView(codec=info.codec, sample_rate=info.sample_rate, channels=info.channels)


def camera_view(
    camera: Camera,
    *,
    vision: VisionStatus,
    active: tuple[str, ...],
    viewers: int,
    recording: tuple[RecordingState, str | None],
    last_event: Event | None,
) -> CameraView:
    """Show a camera."""
    config: CameraConfig = camera.config
    status = camera.status
    return CameraView(
        **config.model_dump(exclude={"url", "sub_url", "password", "detection", "recording"}),
        detection=config.detection,
        recording=config.recording,
        url=addresses.redact(config.url),
        sub_url=None if config.sub_url is None else addresses.redact(config.sub_url),
        has_password=bool(config.password),
        status=StatusView(
            state=status.state,
            reason=status.reason,
            since=rfc3339(status.since),
            main=stream_view(status.main),
            sub=stream_view(status.sub),
            sub_reason=status.sub_reason,
            live=status.live,
            audio=audio_view(status.audio),
            viewers=viewers,
            recording=recording[0],
            recording_reason=recording[1],
        ),
        vision=VisionView(
            state=vision.state, fps=vision.fps, dropped_percent=vision.dropped_percent, inference_ms=vision.inference_ms
        ),
        active=list(active),
        last_event=None if last_event is None else event_view(last_event),
    )


def without_address(camera: dict[str, Any]) -> dict[str, Any]:
    """A camera (the JSON of a CameraView) as phones see it: also what is wrong with it does not tell where it is."""
    places = [place for field in ("url", "sub_url") if (place := camera[field]) is not None]
    reasons = {
        field: None if (reason := camera["status"][field]) is None else addresses.hide(reason, places)
        for field in ("reason", "sub_reason")
    }
    return camera | dict.fromkeys(ADDRESS) | {"status": camera["status"] | reasons}


def probe_view(probe: Probe) -> ProbeView:
    """Show what a probe found, its picture as a data URL."""
    picture = None if probe.picture is None else "data:image/jpeg;base64," + base64.b64encode(probe.picture).decode()
    return ProbeView(
        ok=probe.ok,
        state=probe.state,
        reason=probe.reason,
        main=stream_view(probe.main),
        sub=stream_view(probe.sub),
        live=probe.live,
        audio=audio_view(probe.audio),
        picture=picture,
    )


def detector_view(status: DetectorStatus) -> DetectorView:
    """Show the detector."""
    return DetectorView(
        state=status.state,
        reason=status.reason,
        model=status.model,
        labels=list(status.labels),
        restarts=status.restarts,
        inference_ms=status.inference_ms,
    )
