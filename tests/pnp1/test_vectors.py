"""The committed vectors, read by the Python side; addon/ui/test/pnp1/vectors.test.ts reads them with TypeScript."""

import json
from typing import Any

import pytest

from ambianic.pnp1.connect import Answered, Device, Offer, OfferDesk, Retry, Revoked, SealedOffer
from ambianic.pnp1.keys import KemKey, SigningKey, device_id, fingerprint
from ambianic.pnp1.messages import P1, P2, P3, P4, parse
from ambianic.pnp1.pairing import HubPairing, PhonePairing
from ambianic.pnp1.record import HomeUpdate
from ambianic.pnp1.route import route_id, verify_proof
from ambianic.pnp1.spake import Spake
from ambianic.pnp1.trickle import TrickleReceiver
from ambianic.pnp1.wire import Rejected, decode, encode
from tests.vectors.pnp1 import generate


def load(name: str) -> Any:
    """The content of a file of vectors."""
    return json.loads((generate.HERE / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", generate.DETERMINISTIC)
def test_vectors_are_what_the_generator_makes(name: str) -> None:
    """Nobody has changed the protocol without its vectors, nor the vectors by hand."""
    assert load(name) == json.loads(json.dumps(generate.DETERMINISTIC[name]()))


@pytest.mark.parametrize("entry", load("ids"), ids=lambda entry: entry["name"])
def test_ids(entry: dict[str, Any]) -> None:
    """Keys come back from their files; ids are functions of the public key."""
    for kind in (SigningKey, KemKey):
        key = kind.from_jwk(entry["jwk"])
        assert key.to_jwk() == entry["jwk"]
        assert encode(key.public) == entry["public"]
    public = decode(entry["public"])
    assert (route_id(public), device_id(public), fingerprint(public)) == (entry["route"], entry["device"], entry["fingerprint"])


@pytest.mark.parametrize("entry", load("proofs"), ids=lambda entry: entry["purpose"])
def test_proofs(entry: dict[str, Any]) -> None:
    """A proof holds for its purpose, host, id, nonce and key, and for nothing else."""
    good = [decode(entry["public"]), decode(entry["proof"]), entry["purpose"], entry["host"], entry["id"], entry["nonce"]]
    verify_proof(*good)
    other = SigningKey.generate().public
    for position, value in (
        (0, other),
        (1, bytes(64)),
        (1, b""),
        (2, "other"),
        (3, "evil.example"),
        (4, route_id(other)),
        (5, "x"),
    ):
        with pytest.raises(Rejected):
            verify_proof(*[*good[:position], value, *good[position + 1 :]])


@pytest.mark.parametrize("run", load("spake2")["runs"], ids=lambda run: run["secret"])
def test_spake2(run: dict[str, Any]) -> None:
    """Both sides send the elements of the vector and end with its key."""
    names = {"phone": decode(run["phone"]), "hub": decode(run["hub"])}
    phone = Spake("A", run["secret"], **names, random=lambda _: decode(run["entropy_phone"]))
    hub = Spake("B", run["secret"], **names, random=lambda _: decode(run["entropy_hub"]))
    assert (encode(phone.element), encode(hub.element)) == (run["a"], run["b"])
    assert encode(phone.finish(hub.element)) == encode(hub.finish(phone.element)) == run["shared"]


@pytest.mark.parametrize("entry", load("spake2")["refused"], ids=lambda entry: entry["name"])
def test_spake2_refuses(entry: dict[str, Any]) -> None:
    """Elements outside the group, and of the wrong side, are refused by both sides."""
    for side, element in (("A", entry["b"]), ("B", entry["a"])):
        run = Spake("A" if side == "A" else "B", "000000", phone=b"p", hub=b"h", random=lambda length: bytes([7]) * length)
        with pytest.raises(Rejected):
            run.finish(decode(element))


def test_spake2_refuses_the_neutral_key() -> None:
    """Who knows the code could make the shared element neutral; RFC 9382 wants that refused. So is a run's own element."""
    fixed = Spake("A", "042917", phone=b"p", hub=b"h", random=bytes)
    run = Spake("B", "042917", phone=b"p", hub=b"h", random=lambda length: bytes([7]) * length)
    with pytest.raises(Rejected):
        run.finish(fixed.element)
    run = Spake("B", "042917", phone=b"p", hub=b"h", random=lambda length: bytes([7]) * length)
    with pytest.raises(Rejected):
        run.finish(b"\1A" + run.element[2:])


@pytest.mark.parametrize("run", load("pairing"), ids=lambda run: run["method"])
def test_pairing(run: dict[str, Any]) -> None:
    """The run of the vector, byte by byte, with each side on its own."""
    p1, p2, p3, p4 = (parse(message["type"], message["payload"]) for message in run["messages"])
    assert isinstance(p1, P1)
    assert isinstance(p2, P2)
    assert isinstance(p3, P3)
    assert isinstance(p4, P4)
    door = HubPairing(run["pid"], run["secret"], tries=3, random=generate.stream(run["seed_hub"]))
    assert door.p1(p1) == p2
    applicant = door.p3(p3)
    assert (applicant.device, applicant.name) == (run["device"], run["name"])
    home = HomeUpdate.of(run["home"])
    assert applicant.welcome(generate.HUB, role="owner", edge="edge-1", now=run["now"], home=home) == p4
    phone = PhonePairing(run["pid"], run["secret"], random=generate.stream(run["seed_phone"]))
    assert phone.p1 == p1
    assert phone.p3(p2, generate.PHONE, run["name"]) == p3
    record = phone.finish(p4, now=run["now"] - 5000)
    assert (record.device, record.offset, record.ik) == (run["device"], 5000, generate.HUB.public)


@pytest.mark.parametrize("number", [0, 1])
def test_pairing_by_typescript(number: int) -> None:
    """P3 of the TypeScript phone in the same run; its signature is another one."""
    run, made = load("pairing")[number], load("phone")["p3"][number]
    door = HubPairing(run["pid"], run["secret"], tries=3, random=generate.stream(run["seed_hub"]))
    p1, p3 = parse("OFFER", run["messages"][0]["payload"]), parse(made["type"], made["payload"])
    assert isinstance(p1, P1)
    assert isinstance(p3, P3)
    door.p1(p1)
    applicant = door.p3(p3)
    assert (applicant.device, applicant.name) == (run["device"], run["name"])


@pytest.mark.parametrize("made_by", ["python", "typescript"])
def test_offer_and_candidates(made_by: str) -> None:
    """The hub opens the offer and the candidates of either phone."""
    vector = load("connect")
    source = vector if made_by == "python" else load("phone")
    box = decode(source["offer"])
    phones = {device_id(generate.PHONE.public): Device(generate.PHONE.public)}
    times = iter([vector["now"] / 1000 - 10])
    desk = OfferDesk(
        generate.HUB, lambda: [generate.KEM], phones.get, clock=lambda: next(times, vector["now"] / 1000), monotonic=lambda: 0
    )
    offer = desk.open_offer(box)
    assert isinstance(offer, Offer)
    assert (offer.device, offer.sdp) == (next(iter(phones)), vector["sdp"])
    if made_by == "python":
        offer.trickle = TrickleReceiver(decode(vector["x"]), box)
    for entry in source["candidates"]:
        candidate = offer.trickle.open(entry["n"], decode(entry["box"]))
        assert (candidate and candidate.to_json()) == entry["candidate"]


def test_replies() -> None:
    """The phone opens answer, retry and refusal; the tags are those of the vector."""
    vector = load("connect")
    sent = SealedOffer(generate.RECORD, generate.PHONE.public, decode(vector["offer"]), decode(vector["x"]), generate.REPLY)
    opened = {kind: sent.open_answer(decode(box), now=vector["now"] - 7) for kind, box in vector["replies"].items()}
    answer, retry = opened["answer"], opened["retry"]
    assert isinstance(answer, Answered)
    assert isinstance(retry, Retry)
    assert isinstance(opened["revoked"], Revoked)
    assert (answer.sdp, answer.record.offset) == (vector["answer_sdp"], 7)
    assert encode(retry.challenge) == vector["challenge"]
    certificates = [decode(vector["certificates"][side]) for side in ("phone", "hub")]
    assert encode(answer.binding.phone_tag(*certificates)) == vector["tags"]["phone"]
    assert encode(answer.binding.hub_tag(*certificates)) == vector["tags"]["hub"]


@pytest.mark.parametrize("message", load("messages")["good"], ids=lambda message: message["payload"]["kind"])
def test_good_messages(message: dict[str, Any]) -> None:
    """Payloads survive being read and written."""
    parsed = parse(message["type"], message["payload"])
    assert (parsed.type, parsed.payload()) == (message["type"], message["payload"])


@pytest.mark.parametrize("message", load("messages")["bad"], ids=lambda message: str(message["payload"])[:60])
def test_bad_messages(message: dict[str, Any]) -> None:
    """Whatever differs from the schema in anything is refused."""
    with pytest.raises(Rejected):
        parse(message["type"], message["payload"])
