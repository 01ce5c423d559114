"""The messages between the edge and its vision process; `framing` puts them into bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ambianic.cameras.packets import AudioInfo, AudioPacket, Packet, StreamInfo
from ambianic.config import DetectionConfig
from ambianic.events import Box, Event, Phase

from .look import Look

type GateState = Literal["asleep", "awake", "always"]
"""`asleep` while only key frames are decoded, `always` where the sizes of pictures are not used to sleep."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A visit that went on when the worker before died, and where its object was last seen."""

    event: Event
    seen: float
    box: Box


@dataclass(frozen=True, slots=True)
class Resting:
    """An object that has not moved for long, such as a parked car: where it is, and the Unix time since when."""

    label: str
    box: Box
    since: float


@dataclass(frozen=True, slots=True)
class Watch:
    """Edge to worker: look at a camera's pictures in this way.

    `resume` are visits that went on, and `resting` what rested when the camera was watched the last time.
    """

    camera_id: str
    detection: DetectionConfig
    resume: tuple[Resumed, ...] = ()
    resting: tuple[Resting, ...] = ()


@dataclass(frozen=True, slots=True)
class Explain:
    """Edge to worker: tell of each look at a camera's pictures for so many seconds, 0 to stop."""

    camera_id: str
    seconds: float


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
    """Edge to worker: an encoded picture. `past` ones came before the camera was watched: they are only needed to decode others."""

    camera_id: str
    packet: Packet
    past: bool = False


@dataclass(frozen=True, slots=True)
class SoundStream:
    """Edge to worker: the sound that follows is of this stream. It is sent only where `detection.labels` asks for sounds."""

    camera_id: str
    info: AudioInfo


@dataclass(frozen=True, slots=True)
class Sound:
    """Edge to worker: some encoded sound."""

    camera_id: str
    packet: AudioPacket


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
class Explained:
    """Worker to edge: one look."""

    look: Look


@dataclass(frozen=True, slots=True)
class Occupied:
    """Worker to edge: which kinds of objects are in each zone now; zones that nothing is in are left out."""

    camera_id: str
    zones: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rests:
    """Worker to edge: all that rests before a camera now, for the next `Watch`."""

    camera_id: str
    objects: tuple[Resting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraStats:
    """Counts since the worker began with the camera, how it is now, and where the objects of its events were last seen.

    Seconds are of the processor. `gate_reason` is a sentence for people where the gate is `always`. `covered` says that hardly
    anything is to be seen, `frozen` that the picture has been the very same for long.
    """

    received: int = 0
    decoded: int = 0
    looked: int = 0
    dropped: int = 0
    """Pictures that should have been looked at and were not, for want of time."""
    inferences: int = 0
    decode_seconds: float = 0.0
    motion_seconds: float = 0.0
    inference_seconds: float = 0.0
    tracking_seconds: float = 0.0
    gate: GateState = "awake"
    gate_reason: str | None = None
    covered: bool = False
    frozen: bool = False
    sightings: Mapping[str, tuple[float, Box]] = field(default_factory=dict)
    """Event id -> Unix time and box."""


@dataclass(frozen=True, slots=True)
class Stats:
    """Worker to edge: a sign of life, each second."""

    cameras: Mapping[str, CameraStats]


type ToWorker = Watch | Explain | Unwatch | Stream | Picture | SoundStream | Sound
type ToEdge = Ready | Failed | Happened | Motion | Explained | Occupied | Rests | Stats
type Message = ToWorker | ToEdge
