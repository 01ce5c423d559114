"""Messages of the edge's stream."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .models import Camera, EdgeInfo, Event, Model, Pairing, Phone, Remote
from .recordings import Storage


@dataclass(frozen=True, kw_only=True)
class StreamMessage(Model):
    """A message; the cursor is the place in the stream to resume from."""

    cursor: str


@dataclass(frozen=True, kw_only=True)
class StateMessage(StreamMessage):
    """The whole state, at the start of a stream."""

    info: EdgeInfo
    cameras: list[Camera]
    phones: list[Phone]
    pairing: Pairing
    remote: Remote
    storage: Storage


@dataclass(frozen=True, kw_only=True)
class ResumedMessage(StreamMessage):
    """The stream goes on where it was left; what was missed follows."""


@dataclass(frozen=True, kw_only=True)
class InfoMessage(StreamMessage):
    """The edge has changed."""

    info: EdgeInfo


@dataclass(frozen=True, kw_only=True)
class CameraMessage(StreamMessage):
    """A camera is new or has changed."""

    camera: Camera


@dataclass(frozen=True, kw_only=True)
class CameraRemovedMessage(StreamMessage):
    """A camera is gone."""

    id: str


@dataclass(frozen=True, kw_only=True)
class EventMessage(StreamMessage):
    """A visit has started, got a better picture, or ended."""

    phase: str
    event: Event


@dataclass(frozen=True, kw_only=True)
class EventRemovedMessage(StreamMessage):
    """An event was deleted."""

    id: str
    camera_id: str


@dataclass(frozen=True, kw_only=True)
class LiveEndedMessage(StreamMessage):
    """The edge has ended a live session."""

    session: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class PhonesMessage(StreamMessage):
    """A phone has come, gone or changed; these are all."""

    phones: list[Phone]


@dataclass(frozen=True, kw_only=True)
class PairingMessage(StreamMessage):
    """The way in for a new phone has opened, changed or closed."""

    pairing: Pairing


@dataclass(frozen=True, kw_only=True)
class RemoteMessage(StreamMessage):
    """How phones reach the edge has changed."""

    remote: Remote


@dataclass(frozen=True, kw_only=True)
class StorageMessage(StreamMessage):
    """What the edge keeps has changed."""

    storage: Storage


@dataclass(frozen=True, kw_only=True)
class PhonePairedMessage(StreamMessage):
    """A new phone has got in."""

    phone: Phone


@dataclass(frozen=True, kw_only=True)
class PairingDisturbedMessage(StreamMessage):
    """Somebody has guessed at the code of the way in for a new phone."""

    pairing: Pairing


_MESSAGES: dict[str, type[StreamMessage]] = {
    "state": StateMessage,
    "resumed": ResumedMessage,
    "info": InfoMessage,
    "camera": CameraMessage,
    "camera_removed": CameraRemovedMessage,
    "event": EventMessage,
    "event_removed": EventRemovedMessage,
    "live_ended": LiveEndedMessage,
    "phones": PhonesMessage,
    "pairing": PairingMessage,
    "remote": RemoteMessage,
    "storage": StorageMessage,
    "phone_paired": PhonePairedMessage,
    "pairing_disturbed": PairingDisturbedMessage,
}


def parse_message(data: Mapping[str, Any]) -> StreamMessage | None:
    """Return the message, or None where its type is not known here.

    Raises ValueError or LookupError where it is not as agreed.
    """
    if (message_type := _MESSAGES.get(data["type"])) is None:
        return None
    return message_type.from_dict(data)
