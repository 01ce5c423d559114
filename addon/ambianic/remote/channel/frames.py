"""The frames of the channel: how each looks on the wire (docs/protocol.md, section 4)."""

from dataclasses import dataclass
from enum import IntEnum
import struct

VERSION = 1
FRAME_MAX = 16 * 1024
"""The most bytes of a frame. Small, since nothing overtakes a message that SCTP has begun to send."""
PAYLOAD_MAX = FRAME_MAX - 5
REQUESTS_MAX = 64
"""How many requests and sockets a phone may have open at once."""
ID_MAX = 2**32 - 1
CREDIT_MAX = 2**24
"""The most bytes that a CREDIT frame grants, and the most that may be outstanding."""
RESPONSE_WINDOW = 512 * 1024
"""Bytes of a body or of a socket's messages that the hub may send before the phone has to grant more."""
REQUEST_WINDOW = 64 * 1024
"""The same for a request's body, from the phone."""
BODY_MAX = 1024 * 1024
"""The most bytes of a request's body."""
MESSAGE_MAX = 4 * 1024 * 1024
"""The most bytes of one message of a socket."""
PING_PERIOD = 5.0
SILENCE_MAX = 12.0
"""Seconds without any frame after which the other side counts as lost."""

_HEAD = struct.Struct("!BI")
_COUNT = struct.Struct("!I")
_CODE = struct.Struct("!H")


class Kind(IntEnum):
    """What a frame is."""

    HELLO = 0
    REQUEST = 1
    SOCKET = 2
    RESPONSE = 3
    DATA = 4
    MESSAGE = 5
    END = 6
    CLOSE = 7
    CREDIT = 8
    CANCEL = 9
    ERROR = 10
    PING = 11
    PONG = 12
    GOODBYE = 13


CONNECTION_KINDS = frozenset({Kind.HELLO, Kind.PING, Kind.PONG, Kind.GOODBYE})
"""Frames of the whole connection, whose id is 0."""
FROM_PHONE = frozenset({Kind.REQUEST, Kind.SOCKET, Kind.DATA, Kind.END, Kind.CREDIT, Kind.CANCEL}) | CONNECTION_KINDS
FROM_HUB = frozenset({Kind.RESPONSE, Kind.DATA, Kind.MESSAGE, Kind.END, Kind.CLOSE, Kind.CREDIT, Kind.ERROR}) | CONNECTION_KINDS

_LENGTHS = {
    Kind.HELLO: range(1, 65),
    Kind.REQUEST: range(2, PAYLOAD_MAX + 1),
    Kind.SOCKET: range(2, PAYLOAD_MAX + 1),
    Kind.RESPONSE: range(2, PAYLOAD_MAX + 1),
    Kind.DATA: range(1, PAYLOAD_MAX + 1),
    Kind.MESSAGE: range(1, PAYLOAD_MAX + 1),
    Kind.END: range(1),
    Kind.CLOSE: range(2, 126),
    Kind.CREDIT: range(4, 5),
    Kind.CANCEL: range(1),
    Kind.ERROR: range(2, PAYLOAD_MAX + 1),
    Kind.PING: range(9),
    Kind.PONG: range(9),
    Kind.GOODBYE: range(2, 1025),
}


class ProtocolError(Exception):
    """The other side broke the rules of the channel, which ends it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message of the data channel. `id` is that of the request, or 0."""

    kind: Kind
    id: int = 0
    payload: bytes = b""

    def __bytes__(self) -> bytes:
        """The frame on the wire."""
        return _HEAD.pack(self.kind, self.id) + self.payload

    @classmethod
    def parse(cls, message: object, allowed: frozenset[Kind]) -> "Frame":
        """Read a message of the other side, which may send the `allowed` kinds. Raises ProtocolError."""
        if not isinstance(message, bytes):
            raise ProtocolError("a text message")
        if not _HEAD.size <= len(message) <= FRAME_MAX:
            raise ProtocolError(f"a frame of {len(message)} bytes")
        number, request_id = _HEAD.unpack_from(message)
        try:
            kind = Kind(number)
        except ValueError:
            raise ProtocolError(f"an unknown kind of frame, {number}") from None
        if kind not in allowed:
            raise ProtocolError(f"a {kind.name} from the wrong side")
        if (request_id == 0) != (kind in CONNECTION_KINDS):
            raise ProtocolError(f"a {kind.name} with the id {request_id}")
        payload = message[_HEAD.size :]
        if len(payload) not in _LENGTHS[kind]:
            raise ProtocolError(f"a {kind.name} of {len(payload)} bytes")
        return cls(kind, request_id, payload)


def credit(request_id: int, count: int) -> Frame:
    """Grant the other side `count` more bytes."""
    return Frame(Kind.CREDIT, request_id, _COUNT.pack(count))


def granted(frame: Frame) -> int:
    """The bytes that a CREDIT frame grants. Raises ProtocolError."""
    count: int = _COUNT.unpack(frame.payload)[0]
    if not 0 < count <= CREDIT_MAX:
        raise ProtocolError(f"a credit of {count} bytes")
    return count


def close(request_id: int, code: int, reason: str) -> Frame:
    """Tell that a socket was closed, with the code and the reason of RFC 6455."""
    return Frame(Kind.CLOSE, request_id, _CODE.pack(code) + reason.encode()[:123])


def closed(frame: Frame) -> tuple[int, str]:
    """The code and the reason of a CLOSE frame."""
    return _CODE.unpack_from(frame.payload)[0], frame.payload[_CODE.size :].decode(errors="replace")
