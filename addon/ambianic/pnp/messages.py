"""The messages of PeerJS, as bytes of JSON text.

Only the envelope is parsed. The payload is checked to be JSON and travels as it came.
"""

from enum import StrEnum
import re

import msgspec

from ambianic.pnp1.route import is_route_id

MAX_ID = 64
MAX_TOKEN = 128
_ID = re.compile(r"[A-Za-z0-9]+(?:[ _-][A-Za-z0-9]+)*")
_TOKEN = re.compile(r"[!-~]+")


class Kind(StrEnum):
    """Types of messages that one peer gets from another, or from the server on behalf of another."""

    OFFER = "OFFER"
    ANSWER = "ANSWER"
    CANDIDATE = "CANDIDATE"
    LEAVE = "LEAVE"
    EXPIRE = "EXPIRE"


FROM_CLIENTS = {kind.value: kind for kind in Kind if kind is not Kind.EXPIRE}
"""What clients may send to each other: that a message expired is for the server alone to say."""


class Envelope(msgspec.Struct, gc=False):
    """A message as a client sent it. Whatever else it said, above all who it comes from, is not looked at."""

    type: str
    dst: str | None = None
    payload: msgspec.Raw = msgspec.Raw()


class Message(msgspec.Struct, gc=False):
    """A message on its way."""

    kind: Kind
    src: str
    dst: str
    text: bytes
    """What the receiver gets."""
    deadline: float
    """When it expires, by this machine's monotonic clock."""


OPEN = b'{"type":"OPEN"}'
GOAWAY = b'{"type":"GOAWAY"}'
ID_TAKEN = b'{"type":"ID-TAKEN","payload":{"msg":"ID is taken"}}'
HEARTBEAT = '{"type":"HEARTBEAT"}'
"""What stock clients send every five seconds."""

_decode = msgspec.json.Decoder(Envelope).decode


def decode(text: str) -> Envelope:
    """Read a client's message. Raises ValueError, or RecursionError for one that is nested too deep."""
    return _decode(text)


def compose(kind: str, src: str, dst: str, payload: bytes | msgspec.Raw) -> bytes:
    """Write the text for the receiver, from a payload that is JSON text or nothing. Both ids must be valid."""
    if not payload:
        return b'{"type":"%b","src":"%b","dst":"%b"}' % (kind.encode(), src.encode(), dst.encode())
    return b'{"type":"%b","src":"%b","dst":"%b","payload":%b}' % (kind.encode(), src.encode(), dst.encode(), payload)


def error(sentence: str) -> bytes:
    """Write the message that says why a socket is about to be closed."""
    return msgspec.json.encode({"type": "ERROR", "payload": {"msg": sentence}})


def is_valid_id(identifier: str) -> bool:
    """Whether an id has the form that PeerJS clients check."""
    return len(identifier) <= MAX_ID and _ID.fullmatch(identifier) is not None


def is_valid_token(token: str) -> bool:
    """Whether a token is one that we keep in mind."""
    return len(token) <= MAX_TOKEN and _TOKEN.fullmatch(token) is not None


def is_reserved(identifier: str) -> bool:
    """Whether an id is the hash of a key, so that it takes a proof to use it."""
    return is_route_id(identifier)
