"""Ids that prove themselves: a route id (or the pid of a pairing window) is the hash of a public key."""

import base64
import re
from typing import Literal

from .keys import SigningKey, digest, verify
from .wire import Reason, Rejected

type Purpose = Literal["reg", "room", "turn"]

_ROUTE = re.compile(r"[a-z2-7]{26}")


def route_id(public: bytes) -> str:
    """The id of a routing key: 26 characters (130 bits) of base32."""
    return base64.b32encode(digest(b"pnp1 route\0", public)).decode("ascii").lower()[:26]


def is_route_id(identifier: str) -> bool:
    """Whether an id has the form of a route id, so that it takes a proof to use it."""
    return _ROUTE.fullmatch(identifier) is not None


def prove(key: SigningKey, purpose: Purpose, host: str, identifier: str, nonce: str) -> bytes:
    """Prove towards a registrar that the id is ours; 64 bytes. `host` is the URL's host[:port] in lower case."""
    return key.sign(_statement(purpose, host, identifier, nonce))


def verify_proof(public: bytes, proof: bytes, purpose: Purpose, host: str, identifier: str, nonce: str) -> None:
    """Check that whoever made the proof owns the id. Raises Rejected."""
    if route_id(public) != identifier:
        raise Rejected(Reason.UNTRUSTED, "the id belongs to another key")
    verify(public, proof, _statement(purpose, host, identifier, nonce))


def _statement(purpose: Purpose, host: str, identifier: str, nonce: str) -> bytes:
    parts = (f"pnp1 {purpose}", host, identifier, nonce)
    if any("\0" in part for part in parts):
        raise Rejected(Reason.MALFORMED, "a zero character")
    return "\0".join(parts).encode("utf-8")
