"""A hub that answers messages as an edge does, without any network."""

from collections.abc import Callable
from dataclasses import replace
import secrets
import time

from ambianic.pnp1.binding import Binding
from ambianic.pnp1.connect import Device, Offer, OfferDesk
from ambianic.pnp1.keys import KemKey, SigningKey
from ambianic.pnp1.messages import C1, C2, C3, P1, P3, Message, Refused, parse
from ambianic.pnp1.pairing import Applicant, HubPairing, new_code, new_secret
from ambianic.pnp1.record import HomeUpdate, IceServer
from ambianic.pnp1.route import route_id
from ambianic.pnp1.trickle import Candidate
from ambianic.pnp1.wire import Reason, Rejected

type Envelope = tuple[str, dict[str, object]]
"""The PeerJS type and the payload of a message."""

HUB_SDP = "v=0\r\no=- 2 2 IN IP4 192.0.2.2\r\na=fingerprint:sha-256 22:22\r\n"


class Clock:
    """A clock that tests turn; it serves as wall clock and as one that never goes back."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now

    @property
    def ms(self) -> int:
        """Milliseconds since 1970."""
        return round(self.now * 1000)


class Hub:
    """The home's side: doors of a pairing window, paired phones, open connections."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.identity, self.kem = SigningKey.generate(), KemKey.generate()
        self.older_kems: list[KemKey] = []
        self.home = HomeUpdate(
            route=route_id(SigningKey.generate().public),
            registrars=("https://pnp.example/", "http://127.0.0.1:9779/"),
            kem=self.kem.public,
            ice=(IceServer(("stun:stun.example:3478",)), IceServer(("turns:turn.example:443",), "1700:x", "secret")),
            name="Casa José",
        )
        self.devices: dict[str, Device] = {}
        self.doors: dict[str, HubPairing] = {}
        self.offers: dict[bytes, Offer] = {}
        self.answered = 0
        self.bindings: dict[bytes, Binding] = {}
        self.candidates: list[Candidate | None] = []
        self.paired: list[Applicant] = []
        self.rejected: list[Reason] = []
        self.restart()

    def restart(self) -> None:
        """Forget everything that is only in memory."""
        self.desk = OfferDesk(
            self.identity,
            lambda: [self.kem, *self.older_kems],
            self.devices.get,
            clock=self.clock,
            monotonic=self.clock,
        )
        self.clock.now += 0.001

    def open_window(self) -> tuple[HubPairing, HubPairing, str, str]:
        """A pairing window: the door of the code, that of the link, the code and the link's secret."""
        code, secret = new_code(), new_secret()
        by_code = HubPairing(route_id(SigningKey.generate().public), code, tries=3, clock=self.clock)
        by_link = HubPairing(route_id(SigningKey.generate().public), secret, clock=self.clock)
        self.doors = {by_code.pid: by_code, by_link.pid: by_link}
        return by_code, by_link, code, secret

    def on(self, envelope: Envelope, pid: str = "") -> Envelope | None:
        """Answer a message that reached the hub: at the id of a window, or at its route. None is silence."""
        try:
            message = parse(*envelope)
        except Rejected as error:
            self.rejected.append(error.reason)
            return None
        try:
            reply: Message | None = self._handle(message, pid)
        except Rejected as error:
            self.rejected.append(error.reason)
            if not isinstance(message, P1 | P3):
                return None
            reply = Refused(message.sid, error.hint)
        return (reply.type, reply.payload()) if reply else None

    def _handle(self, message: Message, pid: str) -> Message | None:
        match message:
            case P1():
                return self._door(pid).p1(message)
            case P3():
                applicant = self._door(pid).p3(message)
                for door in self.doors.values():
                    door.close()
                self.paired.append(applicant)
                self.devices[applicant.device] = Device(applicant.identity)
                return applicant.welcome(self.identity, role="owner", edge="edge-1", now=self.clock.ms, home=self.home)
            case C1():
                return self._connect(message)
            case C3():
                if message.sid in self.offers:
                    self.candidates.append(self.offers[message.sid].trickle.open(message.n, message.box))
        return None

    def _door(self, pid: str) -> HubPairing:
        if pid not in self.doors:
            raise Rejected(Reason.CLOSED, "no such door")
        return self.doors[pid]

    def _connect(self, message: C1) -> C2:
        opened = self.desk.open_offer(message.box)
        if not isinstance(opened, Offer):
            return C2(message.sid, opened.box)
        box, binding = opened.answer(HUB_SDP, self.home, now=self.clock.ms)
        self.answered += 1
        self.offers[message.sid], self.bindings[message.sid] = opened, binding
        return C2(message.sid, box)

    def rotate_kem(self) -> None:
        """Take a new KEM key and keep the one before."""
        self.older_kems = [self.kem]
        self.kem = KemKey.generate()
        self.home = replace(self.home, kem=self.kem.public)

    def revoke(self, device: str) -> None:
        """Remove a phone."""
        self.devices[device] = replace(self.devices[device], revoked=True)


def wrong(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1 + secrets.randbelow(10**6 - 1)) % 10**6:06d}"


def mutated(envelope: Envelope, name: str, change: Callable[[str], str]) -> Envelope:
    """The same message with one field changed."""
    type_, payload = envelope
    value = payload[name]
    assert isinstance(value, str)
    return type_, payload | {name: change(value)}
