"""What the edge says, as data.

Fields that this version does not know are ignored, so that an edge may say more.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mashumaro import DataClassDictMixin


class CameraState(StrEnum):
    """How the edge's connection to a camera is, as far as it matters here."""

    DISABLED = "disabled"
    ONLINE = "online"
    UNAUTHORIZED = "unauthorized"


class PairingState(StrEnum):
    """How the way in for a new phone is."""

    CANCELLED = "cancelled"
    CLOSED = "closed"
    DISTURBED = "disturbed"
    EXPIRED = "expired"
    OPEN = "open"
    PAIRED = "paired"


class Role(StrEnum):
    """What a phone may do."""

    OWNER = "owner"
    VIEWER = "viewer"


class RecordingMode(StrEnum):
    """What of a camera is recorded."""

    OFF = "off"
    EVENTS = "events"
    MOTION = "motion"
    CONTINUOUS = "continuous"


class Gate(StrEnum):
    """When a camera's pictures are decoded: while something may move, or always."""

    ASLEEP = "asleep"
    AWAKE = "awake"
    ALWAYS = "always"


RECORDING = "recording"
ORIGIN_MANUAL = "manual"
VISION_RUNNING = "running"
ZONE_LINE = "line"
REGISTRAR_CONNECTED = "connected"
REGISTRAR_CONNECTING = "connecting"


@dataclass(frozen=True, kw_only=True)
class Model(DataClassDictMixin):
    """What all models share."""


@dataclass(frozen=True, kw_only=True)
class Detector(Model):
    """The detector that all cameras share; `trouble` is what happened to it."""

    state: str
    reason: str | None
    model: str
    labels: list[str]
    restarts: int
    inference_ms: float | None
    # An edge from before zones has none of what has a default here and below.
    trouble: str | None = None


@dataclass(frozen=True, kw_only=True)
class StorageInfo(Model):
    """In words: what is wrong with the edge's disk, and what has happened to it."""

    trouble: str | None
    # An edge from before recordings has none; it is told apart later.
    notice: str | None = None


@dataclass(frozen=True, kw_only=True)
class EdgeInfo(Model):
    """The edge itself."""

    id: str
    name: str
    version: str
    api: int
    started: datetime
    config_trouble: str | None
    detector: Detector
    storage: StorageInfo


@dataclass(frozen=True, kw_only=True)
class StreamFormat(Model):
    """An open stream: its size in pixels and its pictures in a second."""

    codec: str
    width: int
    height: int
    fps: float | None

    def __str__(self) -> str:
        """Return the format for people."""
        text = f"{self.codec.upper()}, {self.width} × {self.height}"
        return text if self.fps is None else f"{text}, {self.fps:g} fps"


@dataclass(frozen=True, kw_only=True)
class CameraStatus(Model):
    """How the edge's connection to a camera is."""

    state: str
    reason: str | None
    since: datetime
    main: StreamFormat | None
    sub: StreamFormat | None
    live: str | None
    viewers: int
    recording: str
    recording_reason: str | None


@dataclass(frozen=True, kw_only=True)
class Vision(Model):
    """How the looking at a camera's pictures goes.

    `gate` tells whether the pictures are decoded, `gate_reason` why they always are.
    """

    state: str
    fps: float | None
    dropped_percent: float
    inference_ms: float | None
    gate: str | None = None
    gate_reason: str | None = None
    decoded_percent: float | None = None
    covered: bool = False
    frozen: bool = False


@dataclass(frozen=True, kw_only=True)
class Zone(Model):
    """A part of a camera's picture, or a line across it."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Detection(Model):
    """What to look for: each label with the least score, 0 to 1."""

    enabled: bool
    fps: float
    labels: dict[str, float]
    always: bool = False
    zones: list[Zone] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Recording(Model):
    """What is recorded of a camera, and how many days it is kept, 0 for ever.

    `days` and `labels` are for events, `footage_days` for all else.
    """

    mode: str
    pre_seconds: float
    post_seconds: float
    audio: bool
    days: float
    labels: dict[str, float]
    footage_days: float


@dataclass(frozen=True, kw_only=True)
class ClipSpan(Model):
    """The time that an event's recording is of; its end is None while it goes on."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, kw_only=True)
class Event(Model):
    """One visit. The box is left, top, right, bottom in fractions of the picture."""

    id: str
    camera_id: str
    label: str
    start: datetime
    end: datetime | None
    score: float
    box: list[float]
    zones: list[str]
    snapshot: bool
    clip: ClipSpan | None
    starred: bool
    feedback: str | None
    origin: str


@dataclass(frozen=True, kw_only=True)
class Camera(Model):
    """A camera and how it does.

    `active` are the labels that have a visit going on, `occupied` those that are in
    each zone now; zones that nothing is in are left out.
    """

    id: str
    name: str
    url: str
    sub_url: str | None
    username: str | None
    has_password: bool
    transport: str
    still_interval: float
    enabled: bool
    detection: Detection
    recording: Recording
    status: CameraStatus
    vision: Vision
    active: list[str]
    last_event: Event | None
    occupied: dict[str, list[str]] = field(default_factory=dict)

    def zone_names(self, event: Event) -> list[str]:
        """Return the names of an event's zones; one that is gone keeps its id."""
        names = {zone.id: zone.name for zone in self.detection.zones}
        return [names.get(zone, zone) for zone in event.zones]


@dataclass(frozen=True, kw_only=True)
class CameraList(Model):
    """All cameras of an edge."""

    cameras: list[Camera]


@dataclass(frozen=True, kw_only=True)
class Probe(Model):
    """What the edge found out about a camera."""

    ok: bool
    state: str
    reason: str | None
    main: StreamFormat | None
    sub: StreamFormat | None
    live: str | None


@dataclass(frozen=True, kw_only=True)
class Phone(Model):
    """A paired phone; `cameras` are the ids of those it may see, None for all."""

    id: str
    name: str
    role: str
    cameras: list[str] | None
    paired: datetime
    paired_by: str
    last_seen: datetime | None
    connected: bool
    path: str | None


@dataclass(frozen=True, kw_only=True)
class PhoneList(Model):
    """All phones of an edge."""

    phones: list[Phone]


@dataclass(frozen=True, kw_only=True)
class Pairing(Model):
    """The way in for one new phone.

    `code` (6 digits), `link` and `qr` (the link as SVG) are secrets; they are there as
    long as they are good for something. `phone` is the one that has got in.
    """

    state: str
    id: str | None = None
    code: str | None = None
    link: str | None = None
    qr: str | None = None
    role: str | None = None
    opened_by: str | None = None
    phone: Phone | None = None


@dataclass(frozen=True, kw_only=True)
class Registrar(Model):
    """A server where phones find the edge; an embedded one is the edge's own."""

    url: str
    state: str
    reason: str | None
    embedded: bool


@dataclass(frozen=True, kw_only=True)
class Remote(Model):
    """How phones reach the edge."""

    enabled: bool
    registrars: list[Registrar]
