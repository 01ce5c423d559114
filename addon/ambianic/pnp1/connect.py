"""Connecting, C1 and C2: an offer and its answer, sealed for the other side and signed by the sender's identity."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
import hmac
import os
import time
from typing import Literal

from .binding import Binding
from .keys import KemKey, SigningKey, device_id, digest, public_key, seal, verify
from .record import DEVICE, HomeRecord, HomeUpdate
from .spake import Random
from .trickle import TrickleReceiver, TrickleSender
from .wire import (
    MAX_SDP,
    SUITE,
    Reason,
    Rejected,
    binary,
    decode_json,
    encode,
    encode_json,
    fields,
    integer,
    malformed,
    one_of,
    signed,
    split_signed,
    text,
)

SKEW = 120.0
"""Seconds by which a phone's clock may differ from the hub's without an extra round trip."""
REPLAY_KEPT = 300.0
"""Seconds for which a hub remembers the nonce of an offer; longer than twice the skew."""
OFFERS_KEPT = 64
"""Offers of one phone within that time."""

_OFFER = b"pnp1 offer\0"
_ANSWER = b"pnp1 answer\0"
_SDP = text(MAX_SDP)
_RETRY = binary(32)


def _offer_context(hub: bytes, phone: bytes) -> bytes:
    return _OFFER + SUITE + digest(hub) + digest(phone)


def _answer_context(hub: bytes, phone: bytes, offer: bytes) -> bytes:
    return _ANSWER + SUITE + digest(hub) + digest(phone) + digest(offer)


# -- the hub


@dataclass(frozen=True, slots=True)
class Device:
    """A phone that the hub knows, or has known: its identity key IKc (65 bytes), and whether it was revoked."""

    identity: bytes
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """A box to send as C2 instead of an answer."""

    kind: Literal["retry", "revoked"]
    device: str
    box: bytes


class Offer:
    """An offer of a paired phone. It may be a replay until the phone's tag was checked: nothing may depend on it."""

    def __init__(self, hub: SigningKey, phone: bytes, box: bytes, sdp: str, x: bytes, reply: bytes, random: Random) -> None:
        self.device = device_id(phone)
        self.sdp = sdp
        self.trickle = TrickleReceiver(x, box)
        self._hub, self._phone, self._box, self._x, self._reply, self._random = hub, phone, box, x, reply, random

    def answer(self, sdp: str, home: HomeUpdate, *, now: int) -> tuple[bytes, Binding]:
        """The box of C2, and what binds the channel to it. `now`: the hub's clock in milliseconds since 1970."""
        y = self._random(32)
        box = _seal_reply(
            self._hub,
            self._phone,
            self._box,
            self._reply,
            {"sdp": sdp, "now": now, "y": encode(y), "home": home.to_json()},
        )
        return box, Binding(self._x, y, self._box, box)


def _seal_reply(hub: SigningKey, phone: bytes, offer: bytes, reply: bytes, members: dict[str, object]) -> bytes:
    body = encode_json(members)
    signature = hub.sign(_answer_context(hub.public, phone, offer), digest(body))
    return seal(reply, signed(body, signature), _ANSWER)


class OfferDesk:
    """Opens the offers that reach a hub; holds what it takes to tell old ones from new ones.

    `kems` gives the hub's KEM keys, the current one first; `devices` finds a phone by its device id, revoked ones as well.
    `clock` is the time in seconds since 1970, `monotonic` one that never goes back.
    """

    def __init__(
        self,
        identity: SigningKey,
        kems: Callable[[], Sequence[KemKey]],
        devices: Callable[[str], Device | None],
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        random: Random = os.urandom,
    ) -> None:
        self._identity, self._kems, self._devices = identity, kems, devices
        self._clock, self._monotonic, self._random = clock, monotonic, random
        self._started = clock()
        self._retry_key = random(32)
        self._seen: dict[str, deque[tuple[float, bytes]]] = {}

    def open_offer(self, box: bytes) -> Offer | Reply:
        """Open the box of C1. A Reply goes back as C2; Rejected is answered with silence."""
        body, signature = split_signed(self._decrypt(box))
        members = fields(
            decode_json(body),
            {"d": DEVICE, "n": binary(16), "t": integer, "k": public_key, "x": binary(32), "sdp": _SDP},
            {"c": _RETRY},
        )
        device: str = members["d"]
        phone = self._devices(device)
        if phone is None or device_id(phone.identity) != device:
            raise Rejected(Reason.UNKNOWN_DEVICE, "the phone is not known")
        verify(phone.identity, signature, _offer_context(self._identity.public, phone.identity), digest(body))
        reply: bytes = members["k"]
        if phone.revoked:
            return Reply("revoked", device, self._reply(phone, box, reply, {"refused": "revoked"}))
        if not self._is_fresh(members["t"] / 1000) and not self._is_challenge(device, members.get("c")):
            retry = {"retry": encode(self._challenge(device, self._minute())), "now": round(self._clock() * 1000)}
            return Reply("retry", device, self._reply(phone, box, reply, retry))
        self._remember(device, members["n"])
        return Offer(self._identity, phone.identity, box, members["sdp"], members["x"], reply, self._random)

    def _decrypt(self, box: bytes) -> bytes:
        keys = self._kems()
        for key in keys[:-1]:
            try:
                return key.open(box, _OFFER)
            except Rejected as error:
                if error.reason is not Reason.UNDECRYPTABLE:
                    raise
        return keys[-1].open(box, _OFFER)

    def _reply(self, phone: Device, offer: bytes, reply: bytes, members: dict[str, object]) -> bytes:
        return _seal_reply(self._identity, phone.identity, offer, reply, members)

    def _is_fresh(self, sent: float) -> bool:
        """Whether the time says that the offer is new: one from before the start may be in nobody's memory any more."""
        return abs(sent - self._clock()) <= SKEW and sent > self._started

    def _minute(self) -> int:
        return int(self._monotonic() // 60)

    def _challenge(self, device: str, minute: int) -> bytes:
        text_ = b"pnp1 retry\0" + device.encode("ascii") + minute.to_bytes(8, "big")
        return hmac.digest(self._retry_key, text_, "sha256")

    def _is_challenge(self, device: str, challenge: bytes | None) -> bool:
        if challenge is None:
            return False
        minute = self._minute()
        return any(hmac.compare_digest(challenge, self._challenge(device, valid)) for valid in (minute, max(minute - 1, 0)))

    def _remember(self, device: str, nonce: bytes) -> None:
        now = self._monotonic()
        for known in list(self._seen):
            offers = self._seen[known]
            while offers and offers[0][0] + REPLAY_KEPT < now:
                offers.popleft()
            if not offers:
                del self._seen[known]
        offers = self._seen.setdefault(device, deque())
        if any(seen == nonce for _, seen in offers):
            raise Rejected(Reason.REPLAY, "the offer was seen before")
        if len(offers) >= OFFERS_KEPT:
            raise Rejected(Reason.BUSY, "too many offers of one phone")
        offers.append((now, nonce))


# -- the phone


@dataclass(frozen=True, slots=True)
class Answered:
    """The hub's answer: its SDP, the refreshed record to keep, and what binds the channel."""

    sdp: str
    record: HomeRecord
    binding: Binding


@dataclass(frozen=True, slots=True)
class Retry:
    """The hub wants the offer again with this challenge: the clocks differ, or it has just started."""

    challenge: bytes
    record: HomeRecord


@dataclass(frozen=True, slots=True)
class Revoked:
    """The home has removed this phone."""


class SealedOffer:
    """An offer that was sent: its box for C1, its trickle for C3, and how to read its answer."""

    def __init__(self, record: HomeRecord, phone: bytes, box: bytes, x: bytes, reply: KemKey) -> None:
        self.box = box
        self.trickle = TrickleSender(x, box)
        self._record, self._phone, self._x, self._reply = record, phone, x, reply

    def open_answer(self, box: bytes, *, now: int) -> Answered | Retry | Revoked:
        """Open the box of C2. `now`: the phone's clock in milliseconds. Raises Rejected."""
        body, signature = split_signed(self._reply.open(box, _ANSWER))
        verify(self._record.ik, signature, _answer_context(self._record.ik, self._phone, self.box), digest(body))
        value = decode_json(body)
        if not isinstance(value, dict):
            raise malformed("not an object")
        if "refused" in value:
            fields(value, {"refused": one_of("revoked")})
            return Revoked()
        if "retry" in value:
            members = fields(value, {"retry": _RETRY, "now": integer})
            return Retry(members["retry"], self._record.corrected(members["now"] - now))
        members = fields(value, {"sdp": _SDP, "now": integer, "y": binary(32), "home": HomeUpdate.of})
        return Answered(
            members["sdp"],
            self._record.updated(members["home"], members["now"] - now),
            Binding(self._x, members["y"], self.box, box),
        )


def seal_offer(
    record: HomeRecord,
    identity: SigningKey,
    sdp: str,
    *,
    now: int,
    challenge: bytes | None = None,
    random: Random = os.urandom,
) -> SealedOffer:
    """Seal an offer for the home. `identity`: IKc; `now`: the phone's clock in ms; `challenge`: of a Retry."""
    reply, x = KemKey.generate(), random(32)
    members: dict[str, object] = {
        "d": record.device,
        "n": encode(random(16)),
        "t": max(now + record.offset, 0),
        "k": encode(reply.public),
        "x": encode(x),
        "sdp": sdp,
    }
    if challenge is not None:
        members["c"] = encode(challenge)
    body = encode_json(members)
    signature = identity.sign(_offer_context(record.ik, identity.public), digest(body))
    box = seal(record.kem, signed(body, signature), _OFFER)
    return SealedOffer(record, identity.public, box, x, reply)
