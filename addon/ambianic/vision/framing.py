"""How messages go through the pipe between the edge and its vision process.

Each is framed as two 32-bit big-endian lengths, of the header and of the payload, then the header (JSON: the message's kind and
its fields) and the payload (raw bytes: what is encoded).
"""

import struct
from typing import Any, BinaryIO

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, from_json

from . import wire
from .wire import Message

LENGTHS = struct.Struct(">II")
MAX_HEADER = 1024 * 1024
MAX_PAYLOAD = 32 * 1024 * 1024

_KINDS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (
        *(wire.Watch, wire.Explain, wire.Unwatch, wire.Stream, wire.Picture, wire.SoundStream, wire.Sound),
        *(wire.Ready, wire.Failed, wire.Happened, wire.Motion, wire.Explained, wire.Occupied, wire.Rests, wire.Stats),
    )
}
_PAYLOADS = {
    "Stream": ("info", "extradata"),
    "Picture": ("packet", "data"),
    "SoundStream": ("info", "extradata"),
    "Sound": ("packet", "data"),
    "Happened": ("picture",),
}
"""The fields that go as raw bytes."""


class WireError(Exception):
    """Bytes that are no message of ours."""


def encode(message: Message) -> bytes:
    """The message as it goes through the pipe. Raises WireError where it is too large for it, or holds what can't be sent."""
    kind = type(message).__name__
    payload, excluded = b"", None
    if path := _PAYLOADS.get(kind):
        holder: Any = message
        for name in path[:-1]:
            holder = getattr(holder, name)
        payload = getattr(holder, path[-1])
        excluded = {path[0]: {path[-1]}} if len(path) > 1 else {path[0]}
    try:
        header = b'["%s",%s]' % (kind.encode(), _KINDS[kind].dump_json(message, exclude=excluded))
    except PydanticSerializationError as err:
        raise WireError(f"A {kind} can't be sent.") from err
    if len(header) > MAX_HEADER or len(payload) > MAX_PAYLOAD:
        raise WireError(f"A {kind} of {len(header)} + {len(payload)} bytes is too large.")
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
        kind, content = from_json(header)
        if path := _PAYLOADS.get(kind):
            holder = content
            for name in path[:-1]:
                holder = holder[name]
            holder[path[-1]] = payload
        message: Message = _KINDS[kind].validate_python(content)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as err:
        raise WireError(f"A message is malformed: {type(err).__name__}.") from err
    return message


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
