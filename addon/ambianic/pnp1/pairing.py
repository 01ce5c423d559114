"""Pairing, P1 to P4: a phone and a hub that share a short code, or the secret of a link, learn each other's keys."""

from collections.abc import Callable
from dataclasses import dataclass
import hmac
import os
import re
import time
from typing import Self
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .keys import SigningKey, derive, device_id, digest, public_key, verify
from .messages import P1, P2, P3, P4
from .record import HomeRecord, HomeUpdate, Role, Welcome
from .spake import Random, Spake
from .wire import (
    SUITE,
    Reason,
    Rejected,
    decode_json,
    encode,
    encode_json,
    fields,
    malformed,
    signed,
    split_signed,
    text,
    with_suite,
)

PENDING = 8
"""Runs that a door keeps while it waits for their P3."""
PENDING_FOR = 60.0
"""Seconds after which such a run is forgotten."""
PENDING_KEPT = 2.0
"""Seconds in which a run is not pushed out by newer ones; bounds the arithmetic to 4 runs a second."""

_NONCE = bytes(12)
_BIND_PHONE = b"pnp1 bind C\0"
_BIND_HUB = b"pnp1 bind H\0"


def new_code(random: Random = os.urandom) -> str:
    """A code of 6 digits, all equally likely."""
    while (number := int.from_bytes(random(4), "big")) >= 4294 * 10**6:
        pass
    return f"{number % 10**6:06d}"


def new_secret(random: Random = os.urandom) -> str:
    """The secret of a link or QR code: 128 bits, 22 characters."""
    return encode(random(16))


@dataclass(frozen=True, slots=True, repr=False)
class Schedule:
    """What both sides derive from one run: `transcript` is th, the keys are of 32 bytes."""

    transcript: bytes
    confirm_phone: bytes
    confirm_hub: bytes
    seal_phone: bytes
    seal_hub: bytes

    @classmethod
    def of(cls, shared: bytes, *, secret: str, sid: bytes, pid: str, a: bytes, b: bytes) -> Self:
        """The key schedule of a run."""
        transcript = digest(b"pnp1 pair\0", _method(secret), sid, pid.encode("ascii"), a, b)
        confirm_phone, confirm_hub, seal_phone, seal_hub = (
            derive(shared, salt=transcript, info=info) for info in (b"pnp1 kcA", b"pnp1 kcB", b"pnp1 akA", b"pnp1 akB")
        )
        return cls(transcript, confirm_phone, confirm_hub, seal_phone, seal_hub)

    def second(self, conf: bytes, box: bytes) -> bytes:
        """The transcript th2 that P4 confirms: all of the run up to P3."""
        return digest(b"pnp1 pair 2\0", self.transcript, conf, box)


def _method(secret: str) -> bytes:
    """How the secret came to the phone: a code that was typed, or a link. Raises ValueError for any other secret."""
    if re.fullmatch(r"[0-9]{6}", secret, re.ASCII):
        return b"c"
    if re.fullmatch(r"[A-Za-z0-9_-]{22}", secret, re.ASCII):
        return b"l"
    raise ValueError("A pairing secret is a code of 6 digits or the 22 characters of a link.")


def _names(sid: bytes, pid: str) -> dict[str, bytes]:
    return {"phone": b"pnp1 C\0" + sid, "hub": b"pnp1 H\0" + pid.encode("ascii")}


def _open(key: bytes, box: bytes, transcript: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(_NONCE, with_suite(box), transcript)
    except (InvalidTag, ValueError) as error:
        raise Rejected(Reason.UNDECRYPTABLE, "the box does not open") from error


def _seal(key: bytes, plaintext: bytes, transcript: bytes) -> bytes:
    return SUITE + AESGCM(key).encrypt(_NONCE, plaintext, transcript)


def clean_name(name: str) -> str:
    """A phone's proposal for its name, without what cannot be shown; "Phone" where nothing is left."""
    shown = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in name)
    return " ".join(shown.split()) or "Phone"


class Applicant:
    """A phone that has proved the code and its identity, and waits for P4."""

    def __init__(self, sid: bytes, identity: bytes, name: str, key: bytes, confirm: bytes, transcript: bytes) -> None:
        self.identity = identity
        """IKc, the phone's public identity key, 65 bytes."""
        self.device = device_id(identity)
        self.name = name
        """At most 40 characters that can be shown."""
        self._sid, self._key, self._confirm, self._transcript = sid, key, confirm, transcript

    def welcome(self, identity: SigningKey, *, role: Role, edge: str, now: int, home: HomeUpdate) -> P4:
        """Answer with the home record, once. `identity` is IKh, `edge` the edge's id, `now` milliseconds since 1970."""
        welcome = Welcome(ik=identity.public, device=self.device, role=role, edge=edge, now=now, home=home)
        body = encode_json(welcome.to_json())
        plaintext = signed(body, identity.sign(_BIND_HUB, self._transcript, digest(body)))
        return P4(
            sid=self._sid,
            conf=hmac.digest(self._confirm, self._transcript, "sha256"),
            box=_seal(self._key, plaintext, self._transcript),
        )


@dataclass(frozen=True, slots=True, repr=False)
class _Run:
    """A run that waits for its P3."""

    since: float
    a: bytes
    b: bytes
    schedule: Schedule


class HubPairing:
    """One door of a pairing window on the hub: its code or its link. Any success closes it.

    The caller closes the door when the window ends, and both doors when either succeeded.
    """

    def __init__(
        self,
        pid: str,
        secret: str,
        *,
        tries: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        random: Random = os.urandom,
    ) -> None:
        """`secret`: of `new_code` (then give `tries`) or of `new_secret`. `clock`: seconds that never go back."""
        _method(secret)
        self.pid = pid
        self.tries_left = tries
        self.closed = False
        self._secret, self._clock, self._random = secret, clock, random
        self._runs: dict[bytes, _Run] = {}

    def close(self) -> None:
        """End the door: every further message is rejected as closed."""
        self.closed = True
        self._runs.clear()

    def p1(self, message: P1) -> P2:
        """Answer a phone that begins. Raises Rejected (closed, busy, malformed)."""
        self._require_open()
        now = self._clock()
        for sid in [sid for sid, run in self._runs.items() if run.since + PENDING_FOR < now]:
            del self._runs[sid]
        if known := self._runs.get(message.sid):
            if not hmac.compare_digest(known.a, message.a):
                raise malformed("the run has begun with another element")
            return P2(sid=message.sid, b=known.b)
        if len(self._runs) >= PENDING:
            oldest = next(iter(self._runs))
            if self._runs[oldest].since + PENDING_KEPT > now:
                raise Rejected(Reason.BUSY, "too many phones at once")
            del self._runs[oldest]
        spake = Spake("B", self._secret, **_names(message.sid, self.pid), random=self._random)
        shared = spake.finish(message.a)
        schedule = Schedule.of(shared, secret=self._secret, sid=message.sid, pid=self.pid, a=message.a, b=spake.element)
        self._runs[message.sid] = _Run(now, message.a, spake.element, schedule)
        return P2(sid=message.sid, b=spake.element)

    def p3(self, message: P3) -> Applicant:
        """Check a phone's proof; a try is burned before it is looked at. The last wrong try closes the door.

        Raises Rejected (closed, wrong_code, malformed and what a damaged box gives).
        """
        self._require_open()
        run = self._runs.pop(message.sid, None)
        if run is None or run.since + PENDING_FOR < self._clock():
            raise malformed("no such run")
        if self.tries_left is not None:
            self.tries_left -= 1
        try:
            applicant = self._check(run.schedule, message)
        except Rejected:
            if self.tries_left == 0:
                self.close()
            raise
        self.close()
        return applicant

    def _require_open(self) -> None:
        if self.closed:
            raise Rejected(Reason.CLOSED, "the door is closed")

    @staticmethod
    def _check(schedule: Schedule, message: P3) -> Applicant:
        transcript = schedule.transcript
        if not hmac.compare_digest(message.conf, hmac.digest(schedule.confirm_phone, transcript, "sha256")):
            raise Rejected(Reason.WRONG_CODE, "the phone does not know the code")
        body, signature = split_signed(_open(schedule.seal_phone, message.box, transcript))
        members = fields(decode_json(body), {"ik": public_key, "name": text(40, minimum=0)})
        identity: bytes = members["ik"]
        verify(identity, signature, _BIND_PHONE, transcript, digest(body))
        return Applicant(
            message.sid,
            identity,
            clean_name(members["name"]),
            schedule.seal_hub,
            schedule.confirm_hub,
            schedule.second(message.conf, message.box),
        )


class PhonePairing:
    """One run of a phone with one hub: send `p1`, answer P2 with `p3`, and `finish` with P4."""

    def __init__(self, pid: str, secret: str, *, random: Random = os.urandom) -> None:
        """Begin. `secret`: the 6 digits that were typed, or the link's secret; ValueError where it is neither."""
        self._pid, self._secret = pid, secret
        _method(secret)
        self._sid = random(16)
        self._spake = Spake("A", secret, **_names(self._sid, pid), random=random)
        self.p1 = P1(sid=self._sid, a=self._spake.element)
        self._identity: bytes | None = None
        self._schedule: Schedule | None = None
        self._second = b""

    def p3(self, message: P2, identity: SigningKey, name: str) -> P3:
        """Prove the code and `identity` (IKc), once; `name` is of at most 40 characters. Raises Rejected."""
        self._require_own(message.sid)
        shared = self._spake.finish(message.b)
        schedule = Schedule.of(shared, secret=self._secret, sid=self._sid, pid=self._pid, a=self.p1.a, b=message.b)
        body = encode_json({"ik": encode(identity.public), "name": name})
        plaintext = signed(body, identity.sign(_BIND_PHONE, schedule.transcript, digest(body)))
        box = _seal(schedule.seal_phone, plaintext, schedule.transcript)
        conf = hmac.digest(schedule.confirm_phone, schedule.transcript, "sha256")
        self._schedule, self._identity, self._second = schedule, identity.public, schedule.second(conf, box)
        return P3(sid=self._sid, conf=conf, box=box)

    def finish(self, message: P4, *, now: int) -> HomeRecord:
        """Check the hub's proof and read the home record; `now`: the phone's clock in ms. Raises Rejected."""
        self._require_own(message.sid)
        if self._schedule is None or self._identity is None:
            raise malformed("P4 before P3")
        if not hmac.compare_digest(message.conf, hmac.digest(self._schedule.confirm_hub, self._second, "sha256")):
            raise Rejected(Reason.UNTRUSTED, "the hub does not know the code")
        body, signature = split_signed(_open(self._schedule.seal_hub, message.box, self._second))
        welcome = Welcome.of(decode_json(body))
        verify(welcome.ik, signature, _BIND_HUB, self._second, digest(body))
        if welcome.device != device_id(self._identity):
            raise Rejected(Reason.UNTRUSTED, "the hub welcomes another phone")
        return welcome.record(now)

    def _require_own(self, sid: bytes) -> None:
        if sid != self._sid:
            raise malformed("the message belongs to another run")
