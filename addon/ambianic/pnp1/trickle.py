"""C3: candidates that a phone finds after its offer, sealed under a key that only this offer holds."""

from dataclasses import dataclass
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .keys import derive, digest
from .wire import Check, Reason, Rejected, decode_json, encode_json, fields, integer, malformed, text

MAX_CANDIDATES = 30
"""Candidates that a hub takes for one offer, so that nobody scans ports through it."""

_AAD = b"cand"
_CANDIDATE: dict[str, Check[Any]] = {
    "candidate": text(512, pattern=r"(candidate:)[ -~]+"),
    "sdpMid": lambda value: None if value is None else text(16, minimum=0, pattern=r"[!-~]*")(value),
    "sdpMLineIndex": lambda value: None if value is None else _index(value),
}


def _index(value: object) -> int:
    if (index := integer(value)) > 255:
        raise malformed("not an index")
    return index


@dataclass(frozen=True, slots=True)
class Candidate:
    """An ICE candidate, as RTCIceCandidateInit has it."""

    candidate: str
    sdp_mid: str | None
    sdp_m_line_index: int | None

    def to_json(self) -> dict[str, object]:
        """The form of RTCIceCandidateInit."""
        return {"candidate": self.candidate, "sdpMid": self.sdp_mid, "sdpMLineIndex": self.sdp_m_line_index}

    @classmethod
    def of(cls, value: object) -> Self:
        """Check one of the other side. Raises Rejected."""
        members = fields(value, _CANDIDATE)
        return cls(members["candidate"], members["sdpMid"], members["sdpMLineIndex"])


def _cipher(x: bytes, offer: bytes) -> AESGCM:
    return AESGCM(derive(x, salt=digest(offer), info=b"pnp1 trickle"))


class TrickleSender:
    """The phone's end; `x` is the offer's random value and `offer` its box."""

    def __init__(self, x: bytes, offer: bytes) -> None:
        self._cipher = _cipher(x, offer)
        self._next = 0

    def seal(self, candidate: Candidate | None) -> tuple[int, bytes]:
        """Number and box of a candidate; None says that there are no more."""
        n, self._next = self._next, self._next + 1
        body = encode_json({"end": True} if candidate is None else candidate.to_json())
        return n, self._cipher.encrypt(n.to_bytes(12, "big"), body, _AAD)


class TrickleReceiver:
    """The hub's end."""

    def __init__(self, x: bytes, offer: bytes) -> None:
        self._cipher = _cipher(x, offer)
        self._last = -1
        self._taken = 0
        self._ended = False

    def open(self, n: int, box: bytes) -> Candidate | None:
        """Open a candidate; None says that there are no more. Numbers only rise. Raises Rejected."""
        if n <= self._last or self._ended:
            raise Rejected(Reason.REPLAY, "an old candidate")
        try:
            plaintext = self._cipher.decrypt(n.to_bytes(12, "big"), box, _AAD)
        except InvalidTag as error:
            raise Rejected(Reason.UNDECRYPTABLE, "a forged candidate") from error
        body = decode_json(plaintext)
        self._last = n
        if body == {"end": True} and isinstance(body, dict) and body["end"] is True:
            self._ended = True
            return None
        if self._taken >= MAX_CANDIDATES:
            raise Rejected(Reason.BUSY, "too many candidates")
        self._taken += 1
        return Candidate.of(body)
