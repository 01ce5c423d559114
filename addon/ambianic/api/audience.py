"""Who is told what of the stream: a change as each of its readers may know it."""

from collections.abc import Callable
from functools import lru_cache
import json
from typing import Any

from ambianic.changes import Change, Message
from ambianic.views import without_address

from .principals import Principal, Role

type Edition = Callable[[Principal, Message], Message | None]

PAIRING_SECRETS = ("code", "link", "qr")
"""What of a pairing is shown to administrators, and to the owner who opened it in the answers to their own calls."""


def edition(change: Change, reader: Principal) -> Message | None:
    """A change's message as its reader may know it; None where it is not for them. A kind that is not listed is for administrators."""
    if reader.is_admin:
        return change.message
    edit = _EDITIONS.get(change.kind)
    if edit is None or (change.kind in _OF_CAMERAS and (change.camera_id is None or not reader.sees(change.camera_id))):
        return None
    return edit(reader, change.message)


def knows_phone(reader: Principal, phone_id: str) -> bool:
    """Whether somebody is told of a phone: a viewer of their own alone."""
    return reader.role.includes(Role.OWNER) or phone_id == reader.phone_id


def without_secrets(pairing: dict[str, Any]) -> dict[str, Any]:
    """A pairing as it is told to those who are not to pair with it."""
    return pairing | {name: None for name in PAIRING_SECRETS if name in pairing}


def _whole(_reader: Principal, message: Message) -> Message:
    return message


def _for_owners(edit: Edition) -> Edition:
    return lambda reader, message: edit(reader, message) if reader.role.includes(Role.OWNER) else None


def _camera(_reader: Principal, message: Message) -> Message:
    return _without_address(message)


def _phones(reader: Principal, message: Message) -> Message:
    if reader.role.includes(Role.OWNER):
        return message
    content = json.loads(message)
    return json.dumps(content | {"phones": [phone for phone in content["phones"] if knows_phone(reader, phone["id"])]})


def _storage(reader: Principal, message: Message) -> Message:
    if reader.cameras is None:
        return message
    content = json.loads(message)
    return json.dumps(content | {"storage": known_storage(content["storage"], reader)})


def known_storage(storage: dict[str, Any], reader: Principal) -> dict[str, Any]:
    """What somebody is told of the disk: the cameras that they see, and the whole."""
    return storage | {"cameras": [camera for camera in storage["cameras"] if reader.sees(camera["camera_id"])]}


def _pairing(_reader: Principal, message: Message) -> Message:
    content = json.loads(message)
    return json.dumps(content | {"pairing": without_secrets(content["pairing"])})


@lru_cache(maxsize=16)
def _without_address(message: Message) -> Message:
    """The edition for all phones, made once for those who follow at the same time."""
    content = json.loads(message)
    return json.dumps(content | {"camera": without_address(content["camera"])})


_OF_CAMERAS = frozenset({"camera", "camera_removed", "event", "event_removed", "live_ended"})
_EDITIONS: dict[str, Edition] = {
    "info": _whole,
    "camera": _camera,
    "camera_removed": _whole,
    "event": _whole,
    "event_removed": _whole,
    "live_ended": _whole,
    "storage": _storage,
    "models": _whole,
    "remote": _whole,
    "phones": _phones,
    "phone_paired": _for_owners(_whole),
    "pairing": _pairing,
    "pairing_disturbed": _for_owners(_pairing),
}
