"""The edge's configuration: its schema."""

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
import uuid

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from . import addresses, polygons, zone_ids

DEFAULT_LABELS = {"person": 0.5, "bicycle": 0.5, "car": 0.5, "motorcycle": 0.5, "bus": 0.5, "truck": 0.5}
MAX_CAMERAS = 64
MAX_REGISTRARS = 8
MAX_ICE_SERVERS = 8

type Label = Annotated[str, Field(min_length=1, max_length=64)]
type Score = Annotated[float, Field(ge=0.1, le=1)]


def _address(value: str) -> str:
    addresses.parse(value)
    return value.strip()


def web_address(value: str) -> str:
    """A registrar's or app's address, written one way: with the scheme and the host in lower case, and a slash at the end.

    Raises ValueError with what to write instead.
    """
    try:
        parts = urlsplit(value.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or parts.scheme not in {"http", "https"}:
        raise ValueError("Use an address such as https://pnp.example/.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("Leave out user, password, and all after ? or #: use an address such as https://pnp.example/.")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}/"


def _ice_url(value: str) -> str:
    scheme, _, rest = value.strip().partition(":")
    if scheme.lower() not in {"stun", "stuns", "turn", "turns"} or not rest or "@" in rest:
        raise ValueError("Use an address such as stun:stun.example:3478 or turns:turn.example:443?transport=tcp.")
    return f"{scheme.lower()}:{rest}"


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


type Address = Annotated[str, Field(min_length=1, max_length=2048), AfterValidator(_address)]
type WebAddress = Annotated[str, Field(min_length=1, max_length=512), AfterValidator(web_address)]
type IceUrl = Annotated[str, Field(min_length=1, max_length=512), AfterValidator(_ice_url)]


class Schema(BaseModel):
    """What all parts of the configuration share: unknown fields are refused and nothing changes in place."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _inside(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError("Keep each point inside the picture: its numbers go from 0 to 1.")
    return value


type Fraction = Annotated[float, Field(ge=0, le=1)]
type Coordinate = Annotated[float, AfterValidator(_inside), Field(json_schema_extra={"minimum": 0, "maximum": 1})]
type Point = tuple[Coordinate, Coordinate]
"""A place in the picture: its shares of the width from the left and of the height from the top."""
type Corners = Annotated[tuple[Point, ...], Field(max_length=32), AfterValidator(polygons.checked)]
type ZoneId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Zone(Schema):
    """A part of the picture that events name, or a line across it. Without an `id` it gets one from its name.

    An object is where it stands: the middle of its box's lower side. It is in an `area` once it has been there for `dwell_seconds`;
    it crosses a `line` in a `direction`, `forward` from the left to the right of somebody who walks along the line's points.
    """

    model_config = ConfigDict(json_schema_extra=lambda schema: schema["required"].remove("id"))

    id: ZoneId
    name: Annotated[str, Field(min_length=1, max_length=40)]
    kind: Literal["area", "line"] = "area"
    points: Annotated[tuple[Point, ...], Field(min_length=2, max_length=32)]
    labels: Annotated[
        tuple[Label, ...], Field(max_length=100, description="Only for these kinds of objects; empty for all.")
    ] = ()
    dwell_seconds: Annotated[float, Field(ge=0, le=3600)] = 0
    direction: Literal["both", "forward", "backward"] = "both"

    @field_validator("points")
    @classmethod
    def _drawable(cls, points: polygons.Points, others: ValidationInfo) -> polygons.Points:
        return (polygons.checked_line if others.data.get("kind") == "line" else polygons.checked)(points)


class ObjectMask(Schema):
    """A part of the picture in which nothing of these kinds is believed; empty `labels` for all."""

    points: Corners
    labels: Annotated[tuple[Label, ...], Field(max_length=100)] = ()


class LabelFilter(Schema):
    """What an object of a kind must be like before it is an event.

    Areas are shares of the picture, ratios are width / height in pixels. `zones`, unless empty, are those of which it must reach one.
    """

    min_area: Fraction = 0
    max_area: Fraction = 1
    min_ratio: Annotated[float, Field(ge=0, le=100)] = 0
    max_ratio: Annotated[float, Field(ge=0, le=100)] = 100
    min_seconds: Annotated[float, Field(ge=0, le=60, description="Seconds that it must be seen.")] = 0
    zones: Annotated[tuple[ZoneId, ...], Field(max_length=32)] = ()


class DetectionConfig(Schema):
    """What to look for in a camera's pictures and sound, and where."""

    enabled: bool = True
    fps: Annotated[float, Field(ge=0.5, le=30, description="Pictures to look at in a second, at most.")] = 5
    labels: Annotated[
        dict[Label, Score], Field(max_length=100, description="The kinds of objects to report, each with the least score.")
    ] = DEFAULT_LABELS
    always: Annotated[bool, Field(description="Look at pictures also while the stream tells that nothing changes.")] = False
    zones: Annotated[tuple[Zone, ...], BeforeValidator(zone_ids.filled_in), Field(max_length=32)] = ()
    motion_masks: Annotated[tuple[Corners, ...], Field(max_length=32, description="Where motion does not count.")] = ()
    object_masks: Annotated[tuple[ObjectMask, ...], Field(max_length=32)] = ()
    filters: Annotated[dict[Label, LabelFilter], Field(max_length=100)] = {}

    @field_validator("zones")
    @classmethod
    def _apart(cls, zones: tuple[Zone, ...]) -> tuple[Zone, ...]:
        ids = [zone.id for zone in zones]
        if twice := next((zone_id for zone_id in ids if ids.count(zone_id) > 1), None):
            raise ValueError(f"Two zones have the id {twice!r}. Leave one out to get another id.")
        return zones

    @field_validator("filters")
    @classmethod
    def _known_zones(cls, filters: dict[str, LabelFilter], others: ValidationInfo) -> dict[str, LabelFilter]:
        known = {zone.id for zone in others.data.get("zones", ())}
        for label, wanted in filters.items():
            if "zones" in others.data and (missing := set(wanted.zones) - known):
                raise ValueError(f"The filter for {label} names the zone {min(missing)!r}, which is not there.")
        return filters


class DetectorSettings(Schema):
    """The models that look at all cameras' pictures.

    `model` finds objects, `extra` are further ones that look for other things, such as fire. `accelerator` names the device,
    see `GET /models`.
    """

    model: Annotated[str, Field(min_length=1, max_length=64)] = "coco-ssd"
    extra: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=64)], ...], Field(max_length=4)] = ()
    threads: Annotated[int, Field(ge=1, le=16)] = 1
    accelerator: Annotated[str, Field(min_length=1, max_length=64)] = "cpu"


type Days = Annotated[float, Field(ge=0, le=3650)]


class RecordingConfig(Schema):
    """What is recorded of a camera, and how long it is kept.

    `events` records visits with what goes before and after, `motion` all that moves, `continuous` everything.
    """

    mode: Literal["off", "events", "motion", "continuous"] = "events"
    pre_seconds: Annotated[float, Field(ge=0, le=30, description="Seconds recorded before a visit or motion.")] = 5
    post_seconds: Annotated[float, Field(ge=0, le=120, description="Seconds recorded after a visit or motion.")] = 10
    audio: bool = True
    days: Annotated[Days, Field(description="Days that events are kept, with pictures and recordings; 0 for ever.")] = 14
    labels: Annotated[
        dict[Label, Days], Field(max_length=100, description="Days for the events of some labels, 0 for ever.")
    ] = {}
    footage_days: Annotated[Days, Field(description="Days that recordings without an event are kept; 0 for ever.")] = 3


class StorageSettings(Schema):
    """How much room recordings and pictures may take. The oldest go first, starred events stay."""

    max_bytes: Annotated[int | None, Field(ge=100_000_000, description="The most bytes on disk; null for no limit.")] = None
    min_free_bytes: Annotated[int, Field(ge=50_000_000, description="Bytes of the disk that are always left free.")] = (
        1_000_000_000
    )


class CameraInput(Schema):
    """What a person says of a camera."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    url: Address
    sub_url: Address | None = None
    username: Annotated[str | None, Field(max_length=256)] = None
    password: Annotated[str | None, Field(max_length=256)] = None
    transport: Literal["tcp", "udp"] = "tcp"
    still_interval: Annotated[float, Field(ge=0.2, le=3600, description="Seconds between two still pictures.")] = 1
    enabled: bool = True
    detection: DetectionConfig = DetectionConfig()
    recording: RecordingConfig = RecordingConfig()

    @model_validator(mode="before")
    @classmethod
    def _part_secrets(cls, data: Any) -> Any:
        """Take user and password out of the addresses."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        for field in ("url", "sub_url"):
            try:
                address, username, password = addresses.parse(data[field])
            except (KeyError, ValueError, AttributeError, TypeError):
                continue
            data[field] = address
            if username and data.get("username") is None:
                data["username"], data["password"] = username, data.get("password") or password
        return data


class CameraConfig(CameraInput):
    """A camera as it is kept."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]

    @property
    def looks_for(self) -> DetectionConfig | None:
        """What to look for in the camera's pictures: nothing but motion where that is recorded without detection; None for nothing."""
        if not self.enabled:
            return None
        if self.detection.enabled:
            return self.detection
        if self.recording.mode == "motion":
            return self.detection.model_copy(update={"enabled": True, "labels": {}})
        return None


class IceServer(Schema):
    """A STUN or TURN server (the RTCIceServer of WebRTC)."""

    urls: Annotated[tuple[IceUrl, ...], BeforeValidator(_listed), Field(min_length=1, max_length=4)]
    username: Annotated[str | None, Field(max_length=512)] = None
    credential: Annotated[str | None, Field(max_length=512)] = None


class RemoteSettings(Schema):
    """How phones reach this edge from anywhere."""

    enabled: bool = True
    registrars: Annotated[
        tuple[WebAddress, ...], Field(max_length=MAX_REGISTRARS, description="Where phones and edge find each other.")
    ] = ()
    app: Annotated[WebAddress | None, Field(description="Where phones open the app; null for what a registrar says.")] = None
    ice: Annotated[tuple[IceServer, ...], Field(max_length=MAX_ICE_SERVERS, description="STUN and TURN servers.")] = ()


class Config(Schema):
    """The whole of `config.json`."""

    version: Literal[1] = 1
    id: Annotated[str, Field(min_length=8, max_length=64)] = Field(default_factory=lambda: str(uuid.uuid4()))
    name: Annotated[str, Field(min_length=1, max_length=80)] = "Ambianic Edge"
    cameras: Annotated[tuple[CameraConfig, ...], Field(max_length=MAX_CAMERAS)] = ()
    remote: RemoteSettings = RemoteSettings()
    storage: StorageSettings = StorageSettings()
    detector: DetectorSettings = DetectorSettings()

    def camera(self, camera_id: str) -> CameraConfig | None:
        """The configuration of a camera, if it is there."""
        return next((camera for camera in self.cameras if camera.id == camera_id), None)

    @model_validator(mode="after")
    def _unique_ids(self) -> Self:
        ids = [camera.id for camera in self.cameras]
        if len(set(ids)) != len(ids):
            raise ValueError("Two cameras have the same id.")
        return self
