"""How cameras are shown."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from ambianic import addresses
from ambianic.cameras.camera import Camera
from ambianic.cameras.packets import AudioInfo, StreamInfo
from ambianic.cameras.probe import Probe
from ambianic.cameras.status import CameraState
from ambianic.config import CameraConfig, DetectionConfig, RecordingConfig
from ambianic.events import Event, rfc3339
from ambianic.vision.status import VisionStatus

from .base import Time, View
from .events import EventView, event_view

ADDRESS = ("url", "sub_url", "username")
"""What phones are not told of a camera."""

type Live = Literal["passthrough", "transcode"] | None
type RecordingState = Literal["off", "idle", "recording"]


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
    """How the looking at a camera's pictures goes.

    `gate` is `asleep` while the stream tells that nothing changes, so that hardly a picture is decoded, `awake` while something does,
    `always` where the stream tells nothing, or by the settings; `gate_reason` says why. `decoded_percent` is the share of the pictures
    that were decoded of late. `covered` and `frozen`: the pictures show next to nothing, or all the same.
    """

    state: Literal["off", "waiting", "running", "restarting"]
    fps: float | None
    dropped_percent: float
    inference_ms: float | None
    gate: Literal["asleep", "awake", "always"] | None
    gate_reason: str | None
    decoded_percent: float | None
    covered: bool
    frozen: bool


class CameraView(View):
    """A camera, without its secrets; phones are not told its address and user either (null).

    `occupied` has the kinds of objects that are in each zone now, by the zone's id; zones that nothing is in are left out.
    """

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
    occupied: dict[str, list[str]]
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
    occupied: Mapping[str, Sequence[str]],
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
        vision=VisionView.model_validate(asdict(vision)),
        active=list(active),
        occupied={zone: list(labels) for zone, labels in occupied.items()},
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
