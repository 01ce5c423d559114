"""The attack table of docs/protocol.md against both implementations of the phone: the registrar between may do as it likes."""

from collections.abc import Callable
import hmac
import json
import secrets

import pytest

from ambianic.pnp1.connect import Device, Offer, OfferDesk, Reply, seal_offer
from ambianic.pnp1.keys import KemKey, SigningKey, digest, seal, verify
from ambianic.pnp1.messages import P1, P2, P3, P4, parse
from ambianic.pnp1.pairing import HubPairing, PhonePairing, Schedule
from ambianic.pnp1.record import HomeRecord
from ambianic.pnp1.route import prove, route_id, verify_proof
from ambianic.pnp1.spake import Spake
from ambianic.pnp1.wire import Reason, Rejected, decode, encode, encode_json, signed

from .hub import HUB_SDP, Clock, Envelope, Hub, mutated, wrong
from .phones import SDP, Phone, PythonPhone
from .runs import answered, connect, pair, paired, rejects

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE_CERTIFICATE, HUB_CERTIFICATE = digest(b"phone"), digest(b"hub")
CANDIDATE = "candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host"


def flipped(at: float) -> Callable[[str], str]:
    """Changes one bit of a base64url field, at this part of its bytes."""

    def change(value: str) -> str:
        data = bytearray(decode(value))
        data[int(at * (len(data) - 1))] ^= 1 << secrets.randbelow(8)
        return encode(bytes(data))

    return change


def box_of(envelope: Envelope) -> bytes:
    """The box of a message."""
    return decode(envelope[1]["box"])


# -- the whole way, without an attack


async def test_phone_pairs_by_code(phone: Phone, hub: Hub) -> None:
    """The code pairs once, closes the window, and the hub knows exactly this phone."""
    by_code, by_link, code, _ = hub.open_window()
    device = await pair(phone, hub, by_code.pid, code)
    assert hub.devices == {device: Device(await phone.identity())}
    assert hub.paired[0].name == "Pixel"
    assert by_code.closed
    assert by_link.closed
    await rejects(pair(phone, hub, by_code.pid, code), Reason.CLOSED)


async def test_phone_pairs_by_link_once(phone: Phone, hub: Hub) -> None:
    """The link's secret pairs through the same messages; used again, it is closed."""
    _, by_link, _, secret = hub.open_window()
    assert await pair(phone, hub, by_link.pid, secret) in hub.devices
    await rejects(pair(phone, hub, by_link.pid, secret), Reason.CLOSED)
    assert len(hub.devices) == 1


async def test_phone_connects(phone: Phone, hub: Hub) -> None:
    """Offer, answer, candidates and tags go through, and both ends hold the same."""
    device = await paired(phone, hub)
    c1, _ = await connect(phone, hub)
    offer, binding = next(iter(hub.offers.values())), next(iter(hub.bindings.values()))
    assert (offer.device, offer.sdp) == (device, SDP)
    assert hub.on(await phone.candidate(CANDIDATE)) is None
    assert hub.on(await phone.candidate(None)) is None
    assert [held and held.candidate for held in hub.candidates] == [CANDIDATE, None]
    tag = await phone.tag(PHONE_CERTIFICATE, HUB_CERTIFICATE)
    assert binding.is_phone_tag(tag, PHONE_CERTIFICATE, HUB_CERTIFICATE)
    hub_tag = binding.hub_tag(PHONE_CERTIFICATE, HUB_CERTIFICATE)
    assert await phone.accepts(hub_tag, PHONE_CERTIFICATE, HUB_CERTIFICATE)
    assert hub.rejected == []
    assert len(box_of(c1)) < 1000


# -- the registrar reads


async def test_registrar_sees_nothing(phone: Phone, hub: Hub) -> None:
    """No code, name, key, address, fingerprint or server shows in what the registrar relays."""
    seen: list[Envelope] = []

    def listen(envelope: Envelope) -> Envelope:
        seen.append(envelope)
        return envelope

    by_code, _, code, _ = hub.open_window()
    device = await pair(phone, hub, by_code.pid, code, listen)
    seen += await connect(phone, hub)
    seen.append(await phone.candidate(CANDIDATE))
    relayed = b"".join(
        json.dumps(payload).encode()
        + b"".join(decode(value) for name, value in payload.items() if name in {"a", "b", "conf", "box"})
        for _, payload in seen
    )
    identity = await phone.identity()
    hidden = [
        b"Pixel",
        b"fingerprint",
        b"ufrag",
        b"192.0.2",
        b"candidate",
        b"stun",
        b"turn",
        b"Casa",
        b"owner",
        device.encode(),
    ]
    hidden += [identity, identity[1:33], hub.identity.public, hub.home.route.encode(), encode(identity).encode(), code.encode()]
    assert [text for text in hidden if text in relayed] == []


# -- the registrar alters


@pytest.mark.parametrize("at", [0, 0.3, 0.9, 1])
@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("p1", "a"),
        ("p1", "sid"),
        ("p2", "b"),
        ("p2", "sid"),
        ("p3", "conf"),
        ("p3", "box"),
        ("p3", "sid"),
        ("p4", "conf"),
        ("p4", "box"),
    ],
)
async def test_altered_pairing_pairs_nobody(phone: Phone, hub: Hub, kind: str, field: str, at: float) -> None:
    """One bit changed anywhere: the phone does not take the home, and only a whole P3 enrols a phone."""

    def meddle(envelope: Envelope) -> Envelope:
        return mutated(envelope, field, flipped(at)) if envelope[1]["kind"] == kind else envelope

    by_code, _, code, _ = hub.open_window()
    await rejects(pair(phone, hub, by_code.pid, code, meddle))
    assert len(hub.devices) == (1 if kind == "p4" else 0)


@pytest.mark.parametrize("at", [0, 0.02, 0.05, 0.3, 0.7, 0.95, 1])
async def test_altered_connection_is_refused(phone: Phone, hub: Hub, at: float) -> None:
    """One bit changed in offer, answer or candidate: nothing comes of it."""
    await paired(phone, hub)
    c1 = await phone.offer()
    change = flipped(at)
    assert hub.on(mutated(c1, "box", change)) is None
    c2 = answered(hub, hub.on(c1))
    await rejects(phone.read(mutated(c2, "box", change)))
    assert await phone.read(c2) == "answer"
    candidate = await phone.candidate(CANDIDATE)
    hub.on(mutated(candidate, "box", change))
    type_, payload = candidate
    hub.on((type_, payload | {"n": 5}))
    assert hub.candidates == []
    hub.on(candidate)
    assert len(hub.candidates) == 1


# -- the registrar stands between two that pair


class Impostor:
    """The registrar that plays the hub towards the phone, guessing the code."""

    def __init__(self, pid: str, guess: str) -> None:
        self.pid, self.guess = pid, guess
        self.key, self.kem = SigningKey.generate(), KemKey.generate()

    def p2(self, p1: Envelope) -> Envelope:
        """The answer of a hub that has the guess as its code."""
        message = parse(*p1)
        assert isinstance(message, P1)
        names = {"phone": b"pnp1 C\0" + message.sid, "hub": b"pnp1 H\0" + self.pid.encode()}
        spake = Spake("B", self.guess, **names, random=secrets.token_bytes)
        self.schedule = Schedule.of(
            spake.finish(message.a), secret=self.guess, sid=message.sid, pid=self.pid, a=message.a, b=spake.element
        )
        reply = P2(message.sid, spake.element)
        return reply.type, reply.payload()


async def test_impostor_cannot_read_the_phone(phone: Phone, hub: Hub) -> None:
    """Without the code, P3 does not open and its proof is not the one that the impostor expects."""
    by_code, _, code, _ = hub.open_window()
    impostor = Impostor(by_code.pid, wrong(code))
    p3 = parse(*await phone.prove(impostor.p2(await phone.begin(by_code.pid, code))))
    assert isinstance(p3, P3)
    with pytest.raises(Rejected) as caught:
        HubPairing._check(impostor.schedule, p3)
    assert caught.value.reason is Reason.WRONG_CODE
    right = hmac.digest(impostor.schedule.confirm_phone, impostor.schedule.transcript, "sha256")
    with pytest.raises(Rejected) as caught:
        HubPairing._check(impostor.schedule, P3(p3.sid, right, p3.box))
    assert caught.value.reason is Reason.UNDECRYPTABLE


async def test_impostor_cannot_be_the_home(phone: Phone, hub: Hub) -> None:
    """A P4 that was made without the code is refused; neither does the phone's own proof serve as the hub's."""
    by_code, _, code, _ = hub.open_window()
    impostor = Impostor(by_code.pid, wrong(code))
    p3_envelope = await phone.prove(impostor.p2(await phone.begin(by_code.pid, code)))
    p3 = parse(*p3_envelope)
    assert isinstance(p3, P3)
    second = impostor.schedule.second(p3.conf, p3.box)
    forged = P4(p3.sid, hmac.digest(impostor.schedule.confirm_hub, second, "sha256"), p3.box)
    await rejects(phone.finish((forged.type, forged.payload())), Reason.UNTRUSTED)
    reflected = P4(p3.sid, p3.conf, p3.box)
    await rejects(phone.finish((reflected.type, reflected.payload())), Reason.UNTRUSTED)


async def test_registrar_cannot_enrol_itself(phone: Phone, hub: Hub) -> None:
    """It has seen a whole honest run begin, and plays a phone: each guess burns a try, and nobody is enrolled."""
    by_code, _, code, _ = hub.open_window()
    await phone.begin(by_code.pid, code)
    evil = PythonPhone(hub.clock)
    for left in (2, 1, 0):
        await rejects(pair(evil, hub, by_code.pid, wrong(code)), Reason.WRONG_CODE)
        assert by_code.tries_left == left
    assert by_code.closed
    await rejects(pair(evil, hub, by_code.pid, code), Reason.CLOSED)
    assert hub.devices == {}


async def test_three_wrong_codes_leave_the_link(phone: Phone, hub: Hub) -> None:
    """Whoever burns the code's tries cannot keep a phone from pairing by link."""
    by_code, by_link, code, secret = hub.open_window()
    for _ in range(3):
        await rejects(pair(phone, hub, by_code.pid, wrong(code)), Reason.WRONG_CODE)
    await rejects(pair(phone, hub, by_code.pid, code), Reason.CLOSED)
    assert not by_link.closed
    assert await pair(phone, hub, by_link.pid, secret) in hub.devices


async def test_try_is_burned_before_the_proof_is_looked_at(hub: Hub) -> None:
    """Runs in parallel give no extra guesses: each P3 costs a try, damaged or not."""
    by_code, _, code, _ = hub.open_window()
    evil = [PythonPhone(hub.clock) for _ in range(5)]
    replies = [answered(hub, hub.on(await one.begin(by_code.pid, wrong(code)), by_code.pid)) for one in evil]
    for one, reply in zip(evil, replies, strict=True):
        hub.on(await one.prove(reply), by_code.pid)
    assert hub.rejected == [Reason.WRONG_CODE] * 3 + [Reason.CLOSED] * 2


async def test_code_cannot_be_found_offline(hub: Hub) -> None:
    """What a stranger who runs P1 gets back fits every code alike: the hub proves nothing before the phone has."""
    by_code, _, _, _ = hub.open_window()
    evil = PhonePairing(by_code.pid, "000000")
    reply = answered(hub, hub.on((evil.p1.type, evil.p1.payload()), by_code.pid))
    assert reply[1].keys() == {"pnp", "kind", "sid", "b"}


# -- the registrar replays, reorders, drops, redirects pairing messages


async def test_replayed_run_enrols_nobody(phone: Phone, hub: Hub) -> None:
    """The messages of a run that succeeded do nothing in the next window, not even one with the same code."""
    by_code, _, code, _ = hub.open_window()
    p1 = await phone.begin(by_code.pid, code)
    p3 = await phone.prove(answered(hub, hub.on(p1, by_code.pid)))
    assert await phone.finish(answered(hub, hub.on(p3, by_code.pid)))
    hub.devices.clear()
    again = HubPairing(by_code.pid, code, tries=3, clock=hub.clock)
    hub.doors[again.pid] = again
    answered(hub, hub.on(p1, again.pid))
    hub.on(p3, again.pid)
    assert hub.rejected[-1] is Reason.WRONG_CODE
    assert hub.devices == {}


async def test_pairing_messages_out_of_order(phone: Phone, hub: Hub) -> None:
    """P3 without P1, P3 twice, P4 of another run and P2 twice are all refused."""
    by_code, _, code, _ = hub.open_window()
    p1 = await phone.begin(by_code.pid, code)
    p2 = answered(hub, hub.on(p1, by_code.pid))
    p3 = await phone.prove(p2)
    await rejects(phone.prove(p2))
    other = hub.open_window()[0]
    hub.on(p3, other.pid)
    assert hub.rejected == [Reason.MALFORMED]
    hub.doors[by_code.pid] = by_code
    p4 = answered(hub, hub.on(p3, by_code.pid))
    hub.on(p3, by_code.pid)
    assert hub.rejected[-1] is Reason.CLOSED
    await phone.begin(by_code.pid, code)
    await rejects(phone.finish(p4))
    assert len(hub.devices) == 1


async def test_run_redirected_to_another_door(phone: Phone, hub: Hub) -> None:
    """A run for one id does not succeed at another, even if both ask for the same code: both ids are bound."""
    by_code, _, code, _ = hub.open_window()
    twin = HubPairing(route_id(SigningKey.generate().public), code, tries=3, clock=hub.clock)
    hub.doors[twin.pid] = twin
    p2 = answered(hub, hub.on(await phone.begin(by_code.pid, code), twin.pid))
    hub.on(await phone.prove(p2), twin.pid)
    assert hub.rejected == [Reason.WRONG_CODE]


async def test_link_door_does_not_take_a_code(hub: Hub) -> None:
    """The way in which the secret came is in the transcript: a door for links has no code to guess."""
    _, by_link, code, _ = hub.open_window()
    await rejects(pair(PythonPhone(hub.clock), hub, by_link.pid, code), Reason.WRONG_CODE)


async def test_second_run_cannot_take_a_sid(phone: Phone, hub: Hub) -> None:
    """Who begins with another's sid is refused; the same message again gets the same answer."""
    by_code, _, code, _ = hub.open_window()
    p1 = await phone.begin(by_code.pid, code)
    p2 = answered(hub, hub.on(p1, by_code.pid))
    stranger = PhonePairing(by_code.pid, wrong(code))
    hub.on(("OFFER", stranger.p1.payload() | {"sid": p1[1]["sid"]}), by_code.pid)
    assert hub.rejected == [Reason.MALFORMED]
    assert hub.on(p1, by_code.pid) == p2
    assert await phone.finish(answered(hub, hub.on(await phone.prove(p2), by_code.pid)))


async def test_flood_of_beginnings_is_bounded(phone: Phone, hub: Hub, clock: Clock) -> None:
    """Eight runs wait; more are told that the hub is busy, until the oldest have had their time."""
    by_code, _, code, _ = hub.open_window()
    evil = [PhonePairing(by_code.pid, wrong(code)) for _ in range(9)]
    for one in evil[:8]:
        answered(hub, hub.on((one.p1.type, one.p1.payload()), by_code.pid))
    refused = hub.on((evil[8].p1.type, evil[8].p1.payload()), by_code.pid)
    assert refused
    assert refused[1]["reason"] == "busy"
    clock.now += 3
    assert await pair(phone, hub, by_code.pid, code) in hub.devices


async def test_run_that_waits_too_long_is_forgotten(phone: Phone, hub: Hub, clock: Clock) -> None:
    """A P3 after a minute is refused, without a proof being looked at."""
    by_code, _, code, _ = hub.open_window()
    p3 = await phone.prove(answered(hub, hub.on(await phone.begin(by_code.pid, code), by_code.pid)))
    clock.now += 61
    hub.on(p3, by_code.pid)
    assert hub.rejected == [Reason.MALFORMED]
    assert by_code.tries_left == 3


async def test_stolen_identity_key_is_not_enrolled(hub: Hub) -> None:
    """Who knows the code cannot enrol a key that is not its own: the key signs this very run."""
    by_code, _, code, _ = hub.open_window()
    victim = SigningKey.generate()

    class Borrowed(SigningKey):
        """Signs with one key and shows another."""

    borrowed = Borrowed.generate()
    borrowed.public = victim.public
    run = PhonePairing(by_code.pid, code)
    p2 = parse(*answered(hub, hub.on((run.p1.type, run.p1.payload()), by_code.pid)))
    assert isinstance(p2, P2)
    p3 = run.p3(p2, borrowed, "x")
    hub.on((p3.type, p3.payload()), by_code.pid)
    assert hub.rejected == [Reason.SIGNATURE]
    assert hub.devices == {}


async def test_home_that_welcomes_another_phone_is_refused(phone: Phone, hub: Hub) -> None:
    """The record must name this phone's own id, and be signed by the identity that it names."""
    by_code, _, code, _ = hub.open_window()
    p2 = answered(hub, hub.on(await phone.begin(by_code.pid, code), by_code.pid))
    p3 = parse(*await phone.prove(p2))
    assert isinstance(p3, P3)
    applicant = by_code.p3(p3)
    applicant.device = "A" * 22
    p4 = applicant.welcome(hub.identity, role="owner", edge="edge-1", now=hub.clock.ms, home=hub.home)
    await rejects(phone.finish((p4.type, p4.payload())), Reason.UNTRUSTED)


async def test_home_that_shows_another_identity_is_refused(phone: Phone, hub: Hub) -> None:
    """Who knows the code cannot pose as a home whose key it does not hold."""
    by_code, _, code, _ = hub.open_window()
    p3 = parse(*await phone.prove(answered(hub, hub.on(await phone.begin(by_code.pid, code), by_code.pid))))
    assert isinstance(p3, P3)
    borrowed = SigningKey.generate()
    borrowed.public = hub.identity.public
    p4 = by_code.p3(p3).welcome(borrowed, role="owner", edge="edge-1", now=hub.clock.ms, home=hub.home)
    await rejects(phone.finish((p4.type, p4.payload())), Reason.SIGNATURE)


async def test_door_closes_by_itself(hub: Hub) -> None:
    """A door lets one phone in, whatever its owner does afterwards."""
    by_code, _, code, _ = hub.open_window()
    first, second = PhonePairing(by_code.pid, code), PhonePairing(by_code.pid, code)
    replies = [by_code.p1(run.p1) for run in (first, second)]
    proofs = [run.p3(p2, SigningKey.generate(), "x") for run, p2 in zip((first, second), replies, strict=True)]
    by_code.p3(proofs[0])
    with pytest.raises(Rejected) as caught:
        by_code.p3(proofs[1])
    assert caught.value.reason is Reason.CLOSED


async def test_route_ids_cannot_be_squatted() -> None:
    """A proof by another key is none, even if it names the victim's id; nor is one for another registrar's host."""
    victim, evil = SigningKey.generate(), SigningKey.generate()
    identifier = route_id(victim.public)
    for public, key, host in (
        (evil.public, evil, "a.example"),
        (victim.public, evil, "a.example"),
        (victim.public, victim, "b.example"),
    ):
        with pytest.raises(Rejected):
            verify_proof(public, prove(key, "reg", host, identifier, "nonce"), "reg", "a.example", identifier, "nonce")
    verify_proof(victim.public, prove(victim, "reg", "a.example", identifier, "nonce"), "reg", "a.example", identifier, "nonce")


# -- offers


async def test_replayed_offer(phone: Phone, hub: Hub, clock: Clock) -> None:
    """An offer counts once: at once, later, and after a restart that has forgotten it."""
    await paired(phone, hub)
    c1, _ = await connect(phone, hub)
    assert hub.on(c1) is None
    assert hub.rejected == [Reason.REPLAY]
    clock.now += 100
    hub.restart()
    late = hub.on(c1)
    assert late
    assert hub.answered == 1
    clock.now += 1000
    assert hub.on(c1)
    assert hub.answered == 1


async def test_replayed_offer_with_a_challenge(phone: Phone, hub: Hub, clock: Clock) -> None:
    """An offer that was accepted by its challenge counts once as well, and the challenge ends."""
    await paired(phone, hub)
    day = 86_400_000
    assert await phone.read(answered(hub, hub.on(await phone.offer(ahead=day))), ahead=0) == "retry"
    c1 = await phone.offer(ahead=day, again=True)
    answered(hub, hub.on(c1))
    assert hub.on(c1) is None
    assert hub.rejected == [Reason.REPLAY]
    clock.now += 400
    assert await phone.read(answered(hub, hub.on(c1))) == "retry"
    assert hub.answered == 1


async def test_clock_a_day_off(phone: Phone, hub: Hub) -> None:
    """One more round trip, then in; the phone has learned the difference and needs no second one."""
    await paired(phone, hub)
    for ahead in (86_400_000, -86_400_000):
        c2 = answered(hub, hub.on(await phone.offer(ahead=ahead)))
        assert await phone.read(c2, ahead=ahead) == "retry"
        c2 = answered(hub, hub.on(await phone.offer(ahead=ahead, again=True)))
        assert await phone.read(c2, ahead=ahead) == "answer"
        await connect(phone, hub, ahead=ahead)


async def test_pairing_teaches_the_clock(hub: Hub, clock: Clock) -> None:
    """A phone whose clock was wrong all along connects without a retry."""

    class Fast(Clock):
        @property
        def ms(self) -> int:
            return super().ms + 86_400_000

    phone = PythonPhone(Fast())
    await paired(phone, hub)
    await connect(phone, hub)


async def test_old_answers_are_refused(phone: Phone, hub: Hub) -> None:
    """An answer belongs to one offer: neither an older answer nor an older retry is taken for it."""
    await paired(phone, hub)
    retry = answered(hub, hub.on(await phone.offer(ahead=86_400_000)))
    _, old = await connect(phone, hub)
    c1 = await phone.offer()
    await rejects(phone.read(old), Reason.UNDECRYPTABLE)
    await rejects(phone.read(retry), Reason.UNDECRYPTABLE)
    assert await phone.read(answered(hub, hub.on(c1))) == "answer"


async def test_answers_of_two_offers_are_not_mixed(phone: Phone, hub: Hub) -> None:
    """Even sealed for the right reply key, an answer to another offer of the same phone fails by its signature."""
    await paired(phone, hub)
    first = hub.desk.open_offer(box_of(await phone.offer()))
    second = hub.desk.open_offer(box_of(await phone.offer()))
    assert isinstance(first, Offer)
    assert isinstance(second, Offer)
    first._reply = second._reply
    mixed, _ = first.answer(HUB_SDP, hub.home, now=hub.clock.ms)
    await rejects(
        phone.read(("ANSWER", {"pnp": 1, "kind": "c2", "sid": encode(bytes(16)), "box": encode(mixed)})), Reason.SIGNATURE
    )


async def test_answer_of_somebody_else(phone: Phone, hub: Hub) -> None:
    """Knowing even the reply key, nobody but the home can answer, retry or revoke."""
    await paired(phone, hub)
    opened = hub.desk.open_offer(box_of(await phone.offer()))
    assert isinstance(opened, Offer)
    evil = SigningKey.generate()
    evil_public, evil.public = evil.public, hub.identity.public
    opened._hub = evil
    forged, _ = opened.answer(HUB_SDP, hub.home, now=0)
    await rejects(
        phone.read(("ANSWER", {"pnp": 1, "kind": "c2", "sid": encode(bytes(16)), "box": encode(forged)})), Reason.SIGNATURE
    )
    for body in ({"refused": "revoked"}, {"retry": encode(bytes(32)), "now": 0}):
        raw = encode_json(body)
        context = b"pnp1 answer\0\1" + digest(hub.identity.public) + digest(await phone.identity()) + digest(opened._box)
        box = seal(opened._reply, signed(raw, evil.sign(context, digest(raw))), b"pnp1 answer\0")
        await rejects(
            phone.read(("ANSWER", {"pnp": 1, "kind": "c2", "sid": encode(bytes(16)), "box": encode(box)})), Reason.SIGNATURE
        )
    assert evil_public != hub.identity.public


async def test_offer_for_another_hub(phone: Phone, hub: Hub) -> None:
    """A hub that has the same KEM key and knows the same phone does not take an offer that was signed for another."""
    await paired(phone, hub)
    other = OfferDesk(SigningKey.generate(), lambda: [hub.kem], hub.devices.get, clock=hub.clock, monotonic=hub.clock)
    hub.clock.now += 0.01
    with pytest.raises(Rejected) as caught:
        other.open_offer(box_of(await phone.offer()))
    assert caught.value.reason is Reason.SIGNATURE


async def test_forged_and_unknown_phones(phone: Phone, hub: Hub) -> None:
    """The KEM key is public, so anybody can seal: but not sign for a phone that is paired, nor come in unpaired."""
    device = await paired(phone, hub)
    evil = SigningKey.generate()
    record = HomeRecord(hub.identity.public, device, "owner", "e", hub.home.route, (), hub.kem.public, (), "Home")
    for identity, reason in ((await phone.identity(), Reason.SIGNATURE), (evil.public, Reason.UNKNOWN_DEVICE)):
        shown = SigningKey.generate()
        shown.public = identity
        forged = seal_offer(
            record
            if reason is Reason.SIGNATURE
            else HomeRecord(record.ik, "B" * 22, "owner", "e", record.route, (), record.kem, (), "Home"),
            shown,
            SDP,
            now=hub.clock.ms,
        )
        with pytest.raises(Rejected) as caught:
            hub.desk.open_offer(forged.box)
        assert caught.value.reason is reason


async def test_paired_phone_cannot_speak_for_another(hub: Hub) -> None:
    """Unknown key share: an offer that is signed by one paired phone and names another is refused."""
    evil, victim = PythonPhone(hub.clock), PythonPhone(hub.clock)
    await paired(evil, hub)
    device = await paired(victim, hub)
    record = HomeRecord(hub.identity.public, device, "owner", "e", hub.home.route, (), hub.kem.public, (), "Home")
    with pytest.raises(Rejected) as caught:
        hub.desk.open_offer(seal_offer(record, evil._key, SDP, now=hub.clock.ms).box)
    assert caught.value.reason is Reason.SIGNATURE


async def test_revoked_phone(phone: Phone, hub: Hub) -> None:
    """It learns that it was revoked, by an answer that only its home can give, and never gets further."""
    device = await paired(phone, hub)
    await connect(phone, hub)
    hub.revoke(device)
    for ahead in (0, 86_400_000):
        assert await phone.read(answered(hub, hub.on(await phone.offer(ahead=ahead)))) == "revoked"
    assert hub.answered == 1


async def test_removed_phone_gets_silence(phone: Phone, hub: Hub) -> None:
    """A phone that the hub does not know at all gets no answer."""
    await paired(phone, hub)
    hub.devices.clear()
    assert hub.on(await phone.offer()) is None
    assert hub.rejected == [Reason.UNKNOWN_DEVICE]


async def test_one_phone_cannot_fill_the_memory(hub: Hub) -> None:
    """A paired phone that floods is refused, while another one goes on."""
    evil, good = PythonPhone(hub.clock), PythonPhone(hub.clock)
    await paired(evil, hub)
    await paired(good, hub)
    for _ in range(70):
        hub.on(await evil.offer())
    assert hub.rejected == [Reason.BUSY] * 6
    await connect(good, hub)
    hub.clock.now += 301
    await connect(evil, hub)


async def test_junk_is_refused(hub: Hub) -> None:
    """Random bytes, other suites and boxes for other keys open nowhere."""
    junk = [b"\1" + secrets.token_bytes(400), b"\2" + secrets.token_bytes(400), b"\1", b""]
    junk.append(seal(KemKey.generate().public, b"x" * 100, b"pnp1 offer\0"))
    junk.append(seal(hub.kem.public, b"x" * 100, b"pnp1 answer\0"))
    for box in junk:
        with pytest.raises(Rejected):
            hub.desk.open_offer(box)


# -- the home record


async def test_record_follows_the_home(phone: Phone, hub: Hub) -> None:
    """A new KEM key and a new route reach the phone by the signed answer; the previous key is still understood until then."""
    await paired(phone, hub)
    before = await phone.route()
    hub.rotate_kem()
    object.__setattr__(hub.home, "route", route_id(SigningKey.generate().public))
    await connect(phone, hub)
    assert await phone.route() == hub.home.route != before
    hub.older_kems = []
    await connect(phone, hub)


async def test_answer_cannot_change_who_the_home_is(phone: Phone, hub: Hub) -> None:
    """The refresh holds no identity, device id or role: an answer that brings one is refused."""
    await paired(phone, hub)
    opened = hub.desk.open_offer(box_of(await phone.offer()))
    assert isinstance(opened, Offer)
    for extra in ({"ik": encode(SigningKey.generate().public)}, {"role": "owner"}, {"device": "A" * 22}):
        raw = encode_json({"sdp": HUB_SDP, "now": 1, "y": encode(bytes(32)), "home": hub.home.to_json() | extra})
        context = b"pnp1 answer\0\1" + digest(hub.identity.public) + digest(await phone.identity()) + digest(opened._box)
        box = seal(opened._reply, signed(raw, hub.identity.sign(context, digest(raw))), b"pnp1 answer\0")
        await rejects(
            phone.read(("ANSWER", {"pnp": 1, "kind": "c2", "sid": encode(bytes(16)), "box": encode(box)})), Reason.MALFORMED
        )


# -- candidates


async def test_candidates_replayed_reordered_and_crossed(phone: Phone, hub: Hub) -> None:
    """Numbers only rise, and a candidate of one offer is none of another."""
    await paired(phone, hub)
    await connect(phone, hub)
    first, second, third = [await phone.candidate(CANDIDATE) for _ in range(3)]
    for envelope in (second, first, second):
        hub.on(envelope)
    assert hub.rejected == [Reason.REPLAY] * 2
    c1, _ = await connect(phone, hub)
    hub.on(("CANDIDATE", third[1] | {"sid": c1[1]["sid"]}))
    assert hub.rejected[-1] is Reason.UNDECRYPTABLE
    assert len(hub.candidates) == 1


async def test_candidates_are_bounded(phone: Phone, hub: Hub) -> None:
    """No phone makes the hub knock at more than 30 addresses for an offer, and none after the end."""
    await paired(phone, hub)
    await connect(phone, hub)
    for _ in range(40):
        hub.on(await phone.candidate(CANDIDATE))
    assert len(hub.candidates) == 30
    await connect(phone, hub)
    hub.on(await phone.candidate(None))
    hub.on(await phone.candidate(CANDIDATE))
    assert hub.candidates[30:] == [None]


# -- the channel


async def test_tags_bind_the_certificates(phone: Phone, hub: Hub) -> None:
    """Another certificate on either side, the other side's tag, and the tag of another connection are refused."""
    await paired(phone, hub)
    await connect(phone, hub)
    old = hub.bindings.popitem()[1]
    old_tag = await phone.tag(PHONE_CERTIFICATE, HUB_CERTIFICATE)
    await connect(phone, hub)
    binding = hub.bindings.popitem()[1]
    tag = await phone.tag(PHONE_CERTIFICATE, HUB_CERTIFICATE)
    evil = digest(b"evil")
    assert not binding.is_phone_tag(tag, PHONE_CERTIFICATE, evil)
    assert not binding.is_phone_tag(tag, evil, HUB_CERTIFICATE)
    assert not binding.is_phone_tag(tag, HUB_CERTIFICATE, PHONE_CERTIFICATE)
    assert not binding.is_phone_tag(old_tag, PHONE_CERTIFICATE, HUB_CERTIFICATE)
    assert not binding.is_phone_tag(tag[:16], PHONE_CERTIFICATE, HUB_CERTIFICATE)
    assert not await phone.accepts(tag, PHONE_CERTIFICATE, HUB_CERTIFICATE)
    assert not await phone.accepts(binding.hub_tag(PHONE_CERTIFICATE, evil), PHONE_CERTIFICATE, HUB_CERTIFICATE)
    assert not await phone.accepts(old.hub_tag(PHONE_CERTIFICATE, HUB_CERTIFICATE), PHONE_CERTIFICATE, HUB_CERTIFICATE)
    assert await phone.accepts(binding.hub_tag(PHONE_CERTIFICATE, HUB_CERTIFICATE), PHONE_CERTIFICATE, HUB_CERTIFICATE)


async def test_replayed_offer_never_passes_the_tags(phone: Phone, hub: Hub, clock: Clock) -> None:
    """Where a hub has forgotten an offer and answers it again, the replayer cannot make the phone's tag."""
    await paired(phone, hub)
    clock.now += 1
    c1, _ = await connect(phone, hub)
    tag = await phone.tag(PHONE_CERTIFICATE, HUB_CERTIFICATE)
    hub.desk._seen.clear()
    hub.on(c1)
    assert not hub.bindings.popitem()[1].is_phone_tag(tag, PHONE_CERTIFICATE, HUB_CERTIFICATE)


async def test_reply_holds_nothing_for_others(phone: Phone, hub: Hub) -> None:
    """A retry is bound to the phone that asked: its challenge does not serve another paired phone."""
    await paired(phone, hub)
    other = PythonPhone(hub.clock)
    await paired(other, hub)
    day = 86_400_000
    answered(hub, hub.on(await phone.offer(ahead=day)))
    await other.read(answered(hub, hub.on(await other.offer(ahead=day))))
    challenge = other._retry.challenge if other._retry else b""
    evil_record = other._record
    key = other._key
    good = hub.desk.open_offer(seal_offer(evil_record, key, SDP, now=0, challenge=challenge).box)
    assert isinstance(good, Offer)
    third = PythonPhone(hub.clock)
    await paired(third, hub)
    reply = hub.desk.open_offer(seal_offer(third._record, third._key, SDP, now=0, challenge=challenge).box)
    assert isinstance(reply, Reply)
    assert reply.kind == "retry"


async def test_signature_contexts_are_apart() -> None:
    """No statement that one key signs can be read as another: every context begins differently and ends its name."""
    key = SigningKey.generate()
    contexts = [
        b"pnp1 offer\0",
        b"pnp1 answer\0",
        b"pnp1 bind C\0",
        b"pnp1 bind H\0",
        b"pnp1 reg\0",
        b"pnp1 room\0",
        b"pnp1 turn\0",
    ]
    for made in contexts:
        signature = key.sign(made, bytes(96))
        for read in contexts:
            if made != read:
                with pytest.raises(Rejected):
                    verify(key.public, signature, read, bytes(96))
