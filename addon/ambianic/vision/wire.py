"""The messages between the edge and its vision process.

Each is framed as two 32-bit big-endian lengths, of the header and of the payload, then the header (JSON) and the payload
(raw bytes: an encoded picture).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
import json
import struct
from typing import Any, BinaryIO

from ambianic.cameras.packets import Packet, StreamInfo
from ambianic.events import Box, Event, Origin, Phase

LENGTHS = struct.Struct(">II")
MAX_HEADER = 1024 * 1024
MAX_PAYLOAD = 32 * 1024 * 1024


class WireError(Exception):
    """Bytes that are no message of ours."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A visit that went on when the worker before died, and where its object was last seen."""

    event: Event
    seen: float
    box: Box


@dataclass(frozen=True, slots=True)
class Watch:
    """Edge to worker: look for these labels, each from its least score, in at most `fps` pictures a second."""

    camera_id: str
    fps: float
    labels: Mapping[str, float]
    resume: tuple[Resumed, ...] = ()


@dataclass(frozen=True, slots=True)
class Unwatch:
    """Edge to worker: forget the camera and end its visits."""

    camera_id: str


@dataclass(frozen=True, slots=True)
class Stream:
    """Edge to worker: what follows is of this stream; its first packet is a key frame."""

    camera_id: str
    info: StreamInfo


@dataclass(frozen=True, slots=True)
class Picture:
    """Edge to worker: an encoded picture. `due` says that the rate of detection asks for a look at it."""

    camera_id: str
    packet: Packet
    due: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """Worker to edge: the model is loaded."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """Worker to edge: the model can't be used; `reason` is a sentence for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Happened:
    """Worker to edge: an event started, has a better picture (a JPEG), or ended."""

    phase: Phase
    event: Event
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class Motion:
    """Worker to edge: something begins to move before a camera, or nothing does any more."""

    camera_id: str
    moving: bool


@dataclass(frozen=True, slots=True)
class CameraStats:
    """Counts since the worker began with the camera, and where the objects of its events were last seen."""

    looked: int = 0
    dropped: int = 0
    inferences: int = 0
    inference_seconds: float = 0.0
    sightings: Mapping[str, tuple[float, Box]] = field(default_factory=dict)
    """Event id -> Unix time and box."""


@dataclass(frozen=True, slots=True)
class Stats:
    """Worker to edge: a sign of life, each second."""

    cameras: Mapping[str, CameraStats]


type Message = Watch | Unwatch | Stream | Picture | Ready | Failed | Happened | Motion | Stats

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Watch, Unwatch, Stream, Picture, Ready, Failed, Happened, Motion, Stats)
}


def encode(message: Message) -> bytes:
    """The message as it goes through the pipe. Raises WireError where it is too large for it."""
    payload = b""
    content: dict[str, Any] = {item.name: getattr(message, item.name) for item in fields(message)}
    if isinstance(message, Picture):
        packet = message.packet
        payload, content["packet"] = packet.data, [packet.pts, packet.time, packet.keyframe]
    elif isinstance(message, Stream):
        payload, content["info"] = message.info.extradata, asdict(message.info) | {"extradata": None}
    elif isinstance(message, Happened):
        payload, content["picture"] = message.picture, None
    header = json.dumps([type(message).__name__, content], separators=(",", ":"), default=_plain).encode()
    if len(header) > MAX_HEADER or len(payload) > MAX_PAYLOAD:
        raise WireError(f"A {type(message).__name__} of {len(header)} + {len(payload)} bytes is too large.")
    return LENGTHS.pack(len(header), len(payload)) + header + payload


def sizes(prefix: bytes) -> tuple[int, int]:
    """The sizes of the header and of the payload that follow the first `LENGTHS.size` bytes. Raises WireError."""
    header, payload = LENGTHS.unpack(prefix)
    if header > MAX_HEADER or payload > MAX_PAYLOAD:
        raise WireError("The lengths of a message are out of bounds.")
    return header, payload


def decode(header: bytes, payload: bytes) -> Message:
    """Read a message. Raises WireError."""
    try:
        kind, content = json.loads(header)
        return _build(kind, content, payload)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as err:
        raise WireError(f"A message is malformed: {type(err).__name__}.") from err


def read(stream: BinaryIO) -> Message | None:
    """Wait for the next message of a blocking stream; None at its end. Raises WireError."""
    prefix = stream.read(LENGTHS.size)
    if len(prefix) < LENGTHS.size:
        return None
    header_size, payload_size = sizes(prefix)
    body = stream.read(header_size + payload_size)
    if len(body) < header_size + payload_size:
        return None
    return decode(body[:header_size], body[header_size:])


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} can't be sent.")


def _build(kind: str, content: dict[str, Any], payload: bytes) -> Message:
    match kind:
        case "Watch":
            content["labels"] = {str(label): float(score) for label, score in content["labels"].items()}
            content["resume"] = tuple(
                Resumed(_event(item["event"]), float(item["seen"]), _box(item["box"])) for item in content["resume"]
            )
        case "Stream":
            content["info"] = StreamInfo(**content["info"] | {"extradata": payload})
        case "Picture":
            pts, time, keyframe = content["packet"]
            content["packet"] = Packet(payload, int(pts), float(time), bool(keyframe))
        case "Ready":
            content["labels"] = tuple(map(str, content["labels"]))
        case "Happened":
            content |= {"phase": Phase(content["phase"]), "event": _event(content["event"]), "picture": payload}
        case "Motion":
            content["moving"] = bool(content["moving"])
        case "Stats":
            content["cameras"] = {camera_id: _stats(stats) for camera_id, stats in content["cameras"].items()}
        case _:
            pass
    message: Message = _KINDS[kind](**content)
    return message


def _stats(content: dict[str, Any]) -> CameraStats:
    sightings = {event: (float(time), _box(box)) for event, (time, box) in content["sightings"].items()}
    return CameraStats(**content | {"sightings": sightings})


def _event(content: dict[str, Any]) -> Event:
    exact = {"box": _box(content["box"]), "zones": tuple(content["zones"]), "origin": Origin(content["origin"])}
    if content["clip"] is not None:
        start, end = content["clip"]
        exact["clip"] = float(start), None if end is None else float(end)
    return Event(**content | exact)


def _box(sides: list[float]) -> Box:
    left, top, right, bottom = map(float, sides)
    return left, top, right, bottom
