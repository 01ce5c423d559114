"""Whatever arrives, the outcome is Rejected: no other error, no phone enrolled, no connection accepted."""

import json
import secrets
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from ambianic.pnp1.connect import Answered, Device, Offer, OfferDesk, Reply, SealedOffer, seal_offer
from ambianic.pnp1.keys import KemKey, SigningKey, device_id, digest, seal
from ambianic.pnp1.messages import P1, P2, P3, P4, parse
from ambianic.pnp1.pairing import Applicant, HubPairing, PhonePairing, _seal
from ambianic.pnp1.record import HomeRecord, HomeUpdate, IceServer
from ambianic.pnp1.route import route_id
from ambianic.pnp1.trickle import TrickleReceiver, TrickleSender, _cipher
from ambianic.pnp1.wire import Rejected, decode, decode_json, encode, encode_json, signed

from .hub import Clock

settings.register_profile("pnp1", deadline=None, derandomize=True, database=None)
FEW = settings(settings.get_profile("pnp1"), max_examples=40)
MANY = settings(settings.get_profile("pnp1"), max_examples=300)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FLIP = st.tuples(st.floats(0, 1), st.integers(1, 255))

HUB, PHONE, KEM, CLOCK = SigningKey.generate(), SigningKey.generate(), KemKey.generate(), Clock()
PID = route_id(HUB.public)
HOME = HomeUpdate(PID, ("https://pnp.example/",), KEM.public, (IceServer(("stun:stun.example",)),), "Home")
RECORD = HomeRecord(HUB.public, device_id(PHONE.public), "owner", "edge", PID, HOME.registrars, KEM.public, HOME.ice, "Home")


def damaged(data: bytes, flip: tuple[float, int]) -> bytes:
    """The same bytes with one changed."""
    changed = bytearray(data)
    changed[int(flip[0] * (len(changed) - 1))] ^= flip[1]
    return bytes(changed)


def desk() -> OfferDesk:
    """A hub that knows one phone."""
    made = OfferDesk(HUB, lambda: [KEM], {RECORD.device: Device(PHONE.public)}.get, clock=CLOCK, monotonic=CLOCK)
    CLOCK.now += 0.01
    return made


def run_to_p3() -> tuple[HubPairing, PhonePairing, P3]:
    """An honest run before the hub has seen P3."""
    door, phone = HubPairing(PID, "042917", tries=3), PhonePairing(PID, "042917")
    return door, phone, phone.p3(door.p1(phone.p1), PHONE, "Pixel")


# -- parsers


@MANY
@given(st.sampled_from(["OFFER", "ANSWER", "CANDIDATE", "", "LEAVE"]), JSON)
def test_any_payload(type_: str, payload: object) -> None:
    """Arbitrary JSON is no message."""
    with pytest.raises(Rejected):
        parse(type_, payload)


@MANY
@given(st.data())
def test_changed_payload(data: st.DataObject) -> None:
    """A good message with one member replaced, added or removed is refused, or is a good message still."""
    _, _, p3 = SHARED_RUN
    payload = p3.payload()
    name = data.draw(st.sampled_from([*payload, "extra"]))
    if data.draw(st.booleans()):
        payload[name] = data.draw(JSON)
    else:
        payload.pop(name, None)
    try:
        message = parse("OFFER", payload)
    except Rejected:
        return
    assert message.payload() == payload


SHARED_RUN = run_to_p3()


@MANY
@given(
    st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()) | st.integers(1, 5000).map(lambda n: b"[" * n)
)
def test_any_json(data: bytes) -> None:
    """Text is read as JSON or Rejected: depth, size, numbers and half characters included."""
    try:
        decode_json(data)
    except Rejected:
        return
    json.loads(data)


@MANY
@given(st.text(max_size=40) | JSON)
def test_any_base64url(value: object) -> None:
    """There is one way to write bytes."""
    try:
        data = decode(value)
    except Rejected:
        return
    assert encode(data) == value


def test_too_long_box() -> None:
    """A box that would not fit into a message is refused before it is decoded."""
    with pytest.raises(Rejected):
        parse("OFFER", {"pnp": 1, "kind": "c1", "sid": encode(bytes(16)), "box": "A" * 70_000})


# -- boxes that strangers send


@FEW
@given(st.binary(max_size=400))
def test_any_offer(data: bytes) -> None:
    """Random bytes are no offer."""
    for box in (data, b"\1" + data):
        with pytest.raises(Rejected):
            DESK.open_offer(box)


DESK = desk()


@MANY
@given(FLIP)
def test_damaged_offer(flip: tuple[float, int]) -> None:
    """No byte of an offer is without meaning."""
    box = seal_offer(RECORD, PHONE, "v=0", now=CLOCK.ms).box
    with pytest.raises(Rejected):
        DESK.open_offer(damaged(box, flip))


@MANY
@given(FLIP)
def test_damaged_answer(flip: tuple[float, int]) -> None:
    """No byte of an answer is without meaning."""
    sent, box = ANSWER
    with pytest.raises(Rejected):
        sent.open_answer(damaged(box, flip), now=CLOCK.ms)


def _answer() -> tuple[SealedOffer, bytes]:
    sent = seal_offer(RECORD, PHONE, "v=0", now=CLOCK.ms)
    offer = DESK.open_offer(sent.box)
    assert isinstance(offer, Offer)
    box = offer.answer("v=0", HOME, now=CLOCK.ms)[0]
    assert isinstance(sent.open_answer(box, now=CLOCK.ms), Answered)
    return sent, box


ANSWER = _answer()


@FEW
@given(st.sampled_from(["a", "conf", "box"]), FLIP)
def test_damaged_run(field: str, flip: tuple[float, int]) -> None:
    """A run with one byte of P1 or P3 changed enrols nobody."""
    door, phone = HubPairing(PID, "042917", tries=3), PhonePairing(PID, "042917")
    p1 = P1(phone.p1.sid, damaged(phone.p1.a, flip)) if field == "a" else phone.p1
    try:
        p3 = phone.p3(door.p1(p1), PHONE, "Pixel")
        conf = damaged(p3.conf, flip) if field == "conf" else p3.conf
        box = damaged(p3.box, flip) if field == "box" else p3.box
        door.p3(P3(p3.sid, conf, box))
    except Rejected:
        assert not door.closed
        return
    raise AssertionError("a damaged run went through")


@FEW
@given(st.binary(min_size=34, max_size=34) | st.binary(min_size=32, max_size=32).map(lambda point: b"\1A" + point))
def test_any_element(element: bytes) -> None:
    """Any element gives an answer or Rejected, and never a run that ends well."""
    door = HubPairing(PID, "042917", tries=3)
    try:
        door.p1(P1(bytes(16), element))
        door.p3(P3(bytes(16), secrets.token_bytes(32), secrets.token_bytes(100)))
    except Rejected:
        return
    raise AssertionError("a stranger was enrolled")


@FEW
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), FLIP)
def test_any_welcome(conf: bytes, box: bytes, flip: tuple[float, int]) -> None:
    """A phone takes no P4 but the whole one of its run."""
    p4 = WELCOME[1]
    for message in (
        P4(p4.sid, conf, box),
        P4(p4.sid, damaged(p4.conf, flip), p4.box),
        P4(p4.sid, p4.conf, damaged(p4.box, flip)),
    ):
        with pytest.raises(Rejected):
            WELCOME[0].finish(message, now=CLOCK.ms)


def _welcome() -> tuple[PhonePairing, P4]:
    door, phone, p3 = run_to_p3()
    return phone, door.p3(p3).welcome(HUB, role="owner", edge="edge", now=CLOCK.ms, home=HOME)


WELCOME = _welcome()


@FEW
@given(st.integers(0, 2**53), st.binary(max_size=200))
def test_any_candidate(n: int, box: bytes) -> None:
    """Random bytes are no candidate, and do not spend a number."""
    receiver = TrickleReceiver(bytes(32), b"offer")
    with pytest.raises(Rejected):
        receiver.open(n, box)
    assert receiver.open(*TrickleSender(bytes(32), b"offer").seal(None)) is None


# -- bodies of those who hold keys, but mean ill


def changed(body: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """A good body with one member replaced, added or removed."""
    name = data.draw(st.sampled_from([*body, "extra"]))
    value = data.draw(st.none() | JSON.filter(_is_writable))
    return {**body, name: value} if data.draw(st.booleans()) else {key: held for key, held in body.items() if key != name}


def _is_writable(value: object) -> bool:
    try:
        encode_json({"value": value})
    except (ValueError, UnicodeEncodeError):
        return False
    return True


@MANY
@given(st.data())
def test_body_of_an_evil_phone(data: st.DataObject) -> None:
    """A paired phone that signs nonsense gets Rejected, a retry, or has sent a good offer after all."""
    good = {
        "d": RECORD.device,
        "n": encode(secrets.token_bytes(16)),
        "t": CLOCK.ms,
        "k": encode(KEM.public),
        "x": encode(bytes(32)),
        "sdp": "v=0",
    }
    raw = encode_json(changed(good, data)) if data.draw(st.booleans()) else data.draw(st.binary(max_size=200))
    context = b"pnp1 offer\0\1" + digest(HUB.public) + digest(PHONE.public)
    box = seal(KEM.public, signed(raw, PHONE.sign(context, digest(raw))), b"pnp1 offer\0")
    try:
        opened = desk().open_offer(box)
    except Rejected:
        return
    assert isinstance(opened, Reply) or json.loads(raw)["sdp"] == opened.sdp


@MANY
@given(st.data())
def test_body_of_an_evil_home(data: st.DataObject) -> None:
    """A home that signs nonsense gets Rejected, or has sent a good reply after all; the phone's record keeps its identity."""
    good: dict[str, Any] = {"sdp": "v=0", "now": 1, "y": encode(bytes(32)), "home": HOME.to_json()}
    if data.draw(st.booleans()):
        good["home"] = changed(HOME.to_json(), data)
    else:
        good = changed(good, data)
    sent = ANSWER[0]
    raw = encode_json(good)
    context = b"pnp1 answer\0\1" + digest(HUB.public) + digest(PHONE.public) + digest(sent.box)
    box = seal(sent._reply.public, signed(raw, HUB.sign(context, digest(raw))), b"pnp1 answer\0")
    try:
        opened = sent.open_answer(box, now=CLOCK.ms)
    except Rejected:
        return
    assert isinstance(opened, Answered)
    assert (opened.record.ik, opened.record.device, opened.record.role) == (RECORD.ik, RECORD.device, RECORD.role)


@FEW
@given(st.data())
def test_body_of_an_applicant(data: st.DataObject) -> None:
    """Who knows the code but sends nonsense is not enrolled; a name may be any text and is shown clean."""
    door, phone, p3 = run_to_p3()
    schedule = phone._schedule
    assert schedule is not None
    raw = encode_json(changed({"ik": encode(PHONE.public), "name": "x"}, data))
    plaintext = signed(raw, PHONE.sign(b"pnp1 bind C\0", schedule.transcript, digest(raw)))
    try:
        applicant = door.p3(P3(p3.sid, p3.conf, _seal(schedule.seal_phone, plaintext, schedule.transcript)))
    except Rejected:
        return
    assert isinstance(applicant, Applicant)
    assert applicant.identity == PHONE.public
    assert applicant.name.isprintable()
    assert 1 <= len(applicant.name) <= 40


@FEW
@given(JSON.filter(_is_writable))
def test_candidate_of_an_evil_phone(value: object) -> None:
    """A sealed candidate is checked like everything else."""
    receiver = TrickleReceiver(bytes(32), b"offer")
    raw = json.dumps(value).encode()
    with pytest.raises(Rejected):
        receiver.open(0, _cipher(bytes(32), b"offer").encrypt(bytes(12), raw, b"cand"))


def test_p2_of_any_kind() -> None:
    """A phone refuses elements outside the group without having proved anything."""
    phone = PhonePairing(PID, "042917")
    with pytest.raises(Rejected):
        phone.p3(P2(phone.p1.sid, b"\1B" + (1).to_bytes(32, "little")), PHONE, "x")
