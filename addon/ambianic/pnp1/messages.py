"""The envelopes: what a registrar relays as the `payload` of OFFER, ANSWER and CANDIDATE."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from .wire import REFUSED_REASONS, Check, RefusedReason, binary, box, encode, fields, integer, malformed, one_of

SID = binary(16)
ELEMENT = binary(34)
CONFIRMATION = binary(32)


@dataclass(frozen=True, slots=True)
class _Message:
    """A message with its PeerJS type, its kind and the checks of its own fields."""

    type: ClassVar[str]
    kind: ClassVar[str]
    checks: ClassVar[dict[str, Check[Any]]]

    sid: bytes

    def payload(self) -> dict[str, object]:
        """The JSON object to send as `payload`."""
        members: dict[str, object] = {"pnp": 1, "kind": self.kind}
        for name in self.checks:
            value = getattr(self, name)
            members[name] = encode(value) if isinstance(value, bytes) else value
        return members

    @classmethod
    def of(cls, payload: dict[str, object]) -> Self:
        """Check the fields. Raises Rejected."""
        return cls(**fields({name: value for name, value in payload.items() if name not in {"pnp", "kind"}}, cls.checks))


@dataclass(frozen=True, slots=True)
class P1(_Message):
    """Phone to hub: the phone's SPAKE2 element (suite byte, "A", point)."""

    type, kind, checks = "OFFER", "p1", {"sid": SID, "a": ELEMENT}
    a: bytes


@dataclass(frozen=True, slots=True)
class P2(_Message):
    """Hub to phone: the hub's SPAKE2 element (suite byte, "B", point)."""

    type, kind, checks = "ANSWER", "p2", {"sid": SID, "b": ELEMENT}
    b: bytes


@dataclass(frozen=True, slots=True)
class P3(_Message):
    """Phone to hub: proof of the code, and the phone's identity."""

    type, kind, checks = "OFFER", "p3", {"sid": SID, "conf": CONFIRMATION, "box": box}
    conf: bytes
    box: bytes


@dataclass(frozen=True, slots=True)
class P4(_Message):
    """Hub to phone: proof of the code, and the home record."""

    type, kind, checks = "ANSWER", "p4", {"sid": SID, "conf": CONFIRMATION, "box": box}
    conf: bytes
    box: bytes


@dataclass(frozen=True, slots=True)
class Refused(_Message):
    """Hub to phone, in pairing: a hint that nobody signed."""

    type, kind, checks = "ANSWER", "refused", {"sid": SID, "reason": one_of(*REFUSED_REASONS)}
    reason: RefusedReason


@dataclass(frozen=True, slots=True)
class C1(_Message):
    """Phone to hub: a sealed offer."""

    type, kind, checks = "OFFER", "c1", {"sid": SID, "box": box}
    box: bytes


@dataclass(frozen=True, slots=True)
class C2(_Message):
    """Hub to phone: a sealed answer, retry or refusal."""

    type, kind, checks = "ANSWER", "c2", {"sid": SID, "box": box}
    box: bytes


@dataclass(frozen=True, slots=True)
class C3(_Message):
    """Phone to hub: a sealed candidate."""

    type, kind, checks = "CANDIDATE", "c3", {"sid": SID, "n": integer, "box": box}
    n: int
    box: bytes


type Message = P1 | P2 | P3 | P4 | Refused | C1 | C2 | C3

_KINDS: dict[tuple[str, str], type[Message]] = {
    (message.type, message.kind): message for message in (P1, P2, P3, P4, Refused, C1, C2, C3)
}


def parse(type_: str, payload: object) -> Message:
    """Read a message of the registrar: its PeerJS type and its decoded payload. Raises Rejected."""
    if not isinstance(payload, dict) or payload.get("pnp") != 1 or isinstance(payload.get("pnp"), bool):
        raise malformed("not PNP-1")
    kind = payload.get("kind")
    message = _KINDS.get((type_, kind)) if isinstance(kind, str) else None
    if message is None:
        raise malformed("unknown kind")
    return message.of(payload)
