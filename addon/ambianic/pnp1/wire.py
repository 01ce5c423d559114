"""Encodings and strict schemas: whatever is not exactly as expected is `Rejected`."""

import base64
from collections.abc import Callable, Mapping
from enum import StrEnum
import json
import re
from typing import Any, Literal, NoReturn, get_args

SUITE = b"\x01"
"""SPAKE2 on Ed25519, ECDSA P-256 with SHA-256, DHKEM(P-256) with HKDF-SHA256 and AES-256-GCM. First byte of `a`, `b` and every box."""

MAX_MESSAGE = 64 * 1024
"""Characters of a whole message of the registrar."""
MAX_BOX = 46 * 1024
"""Bytes of a sealed box; as base64url it fits into a message."""
MAX_BODY = 40 * 1024
"""Bytes of the JSON inside a sealed box."""
MAX_SDP = 32 * 1024
"""Characters of a session description."""

type RefusedReason = Literal["closed", "wrong_code", "busy", "malformed"]
REFUSED_REASONS: tuple[str, ...] = get_args(RefusedReason.__value__)

type Check[T] = Callable[[object], T]


class Reason(StrEnum):
    """Why a message was rejected: a closed set, so that it may label a counter."""

    MALFORMED = "malformed"
    SUITE = "suite"
    CLOSED = "closed"
    BUSY = "busy"
    WRONG_CODE = "wrong_code"
    UNDECRYPTABLE = "undecryptable"
    SIGNATURE = "signature"
    UNKNOWN_DEVICE = "unknown_device"
    REPLAY = "replay"
    UNTRUSTED = "untrusted"


class Rejected(Exception):
    """A message that must not have any effect."""

    def __init__(self, reason: Reason, detail: str) -> None:
        """Name the reason and, for a log, what was wrong; the detail never holds what was received."""
        super().__init__(f"{reason}: {detail}")
        self.reason = reason

    @property
    def hint(self) -> RefusedReason:
        """What a hub tells a phone that pairs."""
        match self.reason:
            case Reason.CLOSED:
                return "closed"
            case Reason.BUSY:
                return "busy"
            case Reason.WRONG_CODE:
                return "wrong_code"
            case _:
                return "malformed"


def malformed(detail: str) -> Rejected:
    """The rejection of what does not follow the schema."""
    return Rejected(Reason.MALFORMED, detail)


def encode(data: bytes) -> str:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(value: object) -> bytes:
    """Decode base64url without padding, canonical forms only. Raises Rejected."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", value, re.ASCII) or len(value) % 4 == 1:
        raise malformed("not base64url")
    data = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    if encode(data) != value:
        raise malformed("not canonical base64url")
    return data


def decode_json(data: bytes) -> object:
    """Parse JSON strictly: UTF-8, no double names, no NaN, bounded. Raises Rejected."""
    if len(data) > MAX_MESSAGE:
        raise malformed("too long")
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise malformed("not JSON") from error


def encode_json(body: Mapping[str, object]) -> bytes:
    """Write JSON in its short form."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8")


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise malformed("a name occurs twice")
    return members


def _no_constant(_name: str) -> NoReturn:
    raise malformed("not a number")


def binary(length: int) -> Check[bytes]:
    """Base64url of exactly so many bytes."""

    def check(value: object) -> bytes:
        if not isinstance(value, str) or len(value) != (length * 4 + 2) // 3:
            raise malformed(f"not {length} bytes")
        return decode(value)

    return check


def box(value: object) -> bytes:
    """Base64url of a sealed box."""
    if not isinstance(value, str) or not 0 < len(value) <= (MAX_BOX * 4 + 2) // 3:
        raise malformed("not a box")
    return decode(value)


def text(maximum: int, *, minimum: int = 1, pattern: str | None = None) -> Check[str]:
    """Text of so many Unicode characters, fully matching the pattern if one is given."""

    def check(value: object) -> str:
        if not isinstance(value, str) or not minimum <= len(value) <= maximum:
            raise malformed("not a text of the right length")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise malformed("half a surrogate")
        if pattern is not None and not re.fullmatch(pattern, value, re.ASCII):
            raise malformed("not of the right form")
        return value

    return check


def integer(value: object) -> int:
    """A number from 0 that JavaScript holds exactly."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise malformed("not a number")
    return value


def one_of(*values: str) -> Check[str]:
    """One of these texts."""

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in values:
            raise malformed("not a known word")
        return value

    return check


def items[T](check: Check[T], maximum: int) -> Check[tuple[T, ...]]:
    """A list of at most so many values."""

    def check_items(value: object) -> tuple[T, ...]:
        if not isinstance(value, list) or len(value) > maximum:
            raise malformed("not a list of the right length")
        return tuple(check(item) for item in value)

    return check_items


def fields(
    value: object, required: Mapping[str, Check[Any]], optional: Mapping[str, Check[Any]] | None = None
) -> dict[str, Any]:
    """Check the members of a JSON object: all of the required, none that is unknown. Optional ones are absent, never null."""
    optional = optional or {}
    if not isinstance(value, dict):
        raise malformed("not an object")
    if not required.keys() <= value.keys() <= required.keys() | optional.keys():
        raise malformed("a member is missing or unknown")
    return {name: (required.get(name) or optional[name])(member) for name, member in value.items()}


def with_suite(data: bytes) -> bytes:
    """Strip the suite byte. Raises Rejected where the other side speaks another suite."""
    if data[:1] != SUITE:
        raise Rejected(Reason.SUITE, "another suite")
    return data[1:]


def signed(body: bytes, signature: bytes) -> bytes:
    """Frame a body and its signature: 4 bytes of length, body, 64 bytes of signature."""
    return len(body).to_bytes(4, "big") + body + signature


def split_signed(plaintext: bytes) -> tuple[bytes, bytes]:
    """Take a frame apart into body and signature. Raises Rejected."""
    length = int.from_bytes(plaintext[:4], "big")
    if len(plaintext) != 4 + length + 64 or length > MAX_BODY:
        raise malformed("not a signed body")
    return plaintext[4 : 4 + length], plaintext[4 + length :]
