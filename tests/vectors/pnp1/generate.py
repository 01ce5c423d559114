"""Writes the test vectors of PNP-1 beside itself. Inputs are fixed; only HPKE boxes differ from run to run.

Run with the edge's Python from the repository: `python -m tests.vectors.pnp1.generate`. Node makes those of the TypeScript phone.
"""

from collections.abc import Callable
from functools import partial
import hashlib
import json
from pathlib import Path
import subprocess
import tempfile
from typing import override

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from spake2.ed25519_basic import Base, bytes_to_unknown_group_element  # type: ignore[import-untyped]  # spake2 has no types

from ambianic.pnp1.connect import Device, Offer, OfferDesk, SealedOffer, seal_offer
from ambianic.pnp1.keys import KemKey, SigningKey, device_id, digest, fingerprint
from ambianic.pnp1.pairing import HubPairing, PhonePairing, Schedule
from ambianic.pnp1.record import HomeRecord, HomeUpdate, IceServer
from ambianic.pnp1.route import Purpose, prove, route_id
from ambianic.pnp1.spake import Spake
from ambianic.pnp1.trickle import Candidate, TrickleSender
from ambianic.pnp1.wire import SUITE, decode, encode
from tests.support.paths import ROOT

HERE = Path(__file__).parent
NOW = 1_800_000_000_000
"""The clock of all vectors, in milliseconds since 1970."""
SDP_PHONE = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\na=fingerprint:sha-256 11\r\n"
SDP_HUB = "v=0\r\no=- 3 4 IN IP4 127.0.0.1\r\ns=-\r\na=fingerprint:sha-256 22\r\n"
PHONE_CERTIFICATE, HUB_CERTIFICATE = digest(b"vector certificate of the phone"), digest(b"vector certificate of the hub")


class FixedKey(SigningKey):
    """Signs by RFC 6979, so that the same text always gets the same signature."""

    @override
    def sign(self, *parts: bytes) -> bytes:
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(self._private.sign(b"".join(parts), algorithm))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def private(seed: str) -> ec.EllipticCurvePrivateKey:
    """A key that anybody can make again."""
    return ec.derive_private_key(int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big"), ec.SECP256R1())


def stream(seed: str) -> Callable[[int], bytes]:
    """A source of bytes that always gives the same: SHA-256 of the seed and a counter."""
    counter = 0

    def take(length: int) -> bytes:
        nonlocal counter
        data = b""
        while len(data) < length:
            data += hashlib.sha256(f"{seed} {counter}".encode()).digest()
            counter += 1
        return data[:length]

    return take


HUB, PHONE, ROUTE, WINDOW = (FixedKey(private(f"pnp1 vector {name}")) for name in ("IKh", "IKc", "RKh", "window"))
KEM, REPLY = (KemKey(private(f"pnp1 vector {name}")) for name in ("KEMh", "reply"))
PID = route_id(WINDOW.public)
HOME = HomeUpdate(
    route=route_id(ROUTE.public),
    registrars=("https://pnp.example/", "http://192.168.1.5:9779/"),
    kem=KEM.public,
    ice=(IceServer(("stun:stun.example:3478",)), IceServer(("turns:turn.example:443",), "1800172800:x", "credential")),
    name="Zuhause 🏠",
)
RECORD = HomeRecord(
    HUB.public, device_id(PHONE.public), "owner", "edge-1", HOME.route, HOME.registrars, HOME.kem, HOME.ice, HOME.name
)


def ids() -> object:
    """Keys, and the ids that come from them."""
    return [
        {
            "name": name,
            "jwk": key.to_jwk(),
            "public": encode(key.public),
            "route": route_id(key.public),
            "device": device_id(key.public),
            "fingerprint": fingerprint(key.public),
        }
        for name, key in (("IKh", HUB), ("IKc", PHONE), ("RKh", ROUTE), ("window", WINDOW), ("KEMh", KEM), ("reply", REPLY))
    ]


def proofs() -> object:
    """Proofs of possession towards a registrar."""
    purposes: tuple[Purpose, ...] = ("reg", "room", "turn")
    return [
        {
            "purpose": purpose,
            "host": "pnp.example:8443",
            "id": route_id(ROUTE.public),
            "nonce": "bm9uY2U",
            "public": encode(ROUTE.public),
            "text": f"pnp1 {purpose}\0pnp.example:8443\0{route_id(ROUTE.public)}\0bm9uY2U",
            "proof": encode(prove(ROUTE, purpose, "pnp.example:8443", route_id(ROUTE.public), "bm9uY2U")),
        }
        for purpose in purposes
    ]


def _given(data: bytes, _length: int) -> bytes:
    return data


def spake2() -> object:
    """Runs of SPAKE2, and elements that both sides must refuse."""
    runs = []
    for number, secret in enumerate(("000000", "042917", "999999", "AAECAwQFBgcICQoLDA0ODw")):
        entropy = {side: stream(f"spake {number} {side}")(64) for side in "AB"}
        phone, hub = b"pnp1 C\0" + bytes([number] * 16), b"pnp1 H\0" + PID.encode()
        one = Spake("A", secret, phone=phone, hub=hub, random=partial(_given, entropy["A"]))
        other = Spake("B", secret, phone=phone, hub=hub, random=partial(_given, entropy["B"]))
        runs.append(
            {
                "secret": secret,
                "phone": encode(phone),
                "hub": encode(hub),
                "entropy_phone": encode(entropy["A"]),
                "entropy_hub": encode(entropy["B"]),
                "a": encode(one.element),
                "b": encode(other.element),
                "shared": encode(one.finish(other.element)),
            }
        )
    field = 2**255 - 19
    eighth = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    points = {
        "neutral element": (1).to_bytes(32, "little"),
        "order 2": (field - 1).to_bytes(32, "little"),
        "order 4": bytes(32),
        "order 8": eighth,
        "order 8 times the group's": bytes_to_unknown_group_element(eighth).add(Base).to_bytes(),
        "neutral element, not reduced": (field + 1).to_bytes(32, "little"),
        "not reduced": (field + 3).to_bytes(32, "little"),
        "all ones": b"\xff" * 32,
        "not on the curve": (2).to_bytes(32, "little"),
    }
    refused = {name: {"a": SUITE + b"A" + point, "b": SUITE + b"B" + point} for name, point in points.items()}
    good = decode(runs[0]["a"])
    refused["wrong side"] = {"a": SUITE + b"B" + good[2:], "b": SUITE + b"A" + good[2:]}
    refused["symmetric side"] = {"a": SUITE + b"S" + good[2:], "b": SUITE + b"S" + good[2:]}
    refused["another suite"] = {"a": b"\2A" + good[2:], "b": b"\2B" + good[2:]}
    neutral = Spake("B", "000000", phone=b"", hub=b"", random=bytes).element
    return {
        "runs": runs,
        "neutral": encode(neutral),
        "refused": [{"name": name, "a": encode(both["a"]), "b": encode(both["b"])} for name, both in refused.items()],
    }


def pairings() -> object:
    """Whole runs by code and by link, with every key on the way."""
    made = []
    for method, secret in (("code", "042917"), ("link", "AAECAwQFBgcICQoLDA0ODw")):
        phone = PhonePairing(PID, secret, random=stream(f"phone {method}"))
        door = HubPairing(PID, secret, tries=3, random=stream(f"hub {method}"))
        p2 = door.p1(phone.p1)
        p3 = phone.p3(p2, PHONE, "Pixel 12 📱")
        p4 = door.p3(p3).welcome(HUB, role="owner", edge="edge-1", now=NOW, home=HOME)
        schedule = phone._schedule
        assert schedule is not None
        shared = Spake("A", secret, phone=b"pnp1 C\0" + p3.sid, hub=b"pnp1 H\0" + PID.encode(), random=_after_sid(method))
        key = shared.finish(p2.b)
        assert Schedule.of(key, secret=secret, sid=p3.sid, pid=PID, a=phone.p1.a, b=p2.b) == schedule
        made.append(
            {
                "method": method,
                "secret": secret,
                "pid": PID,
                "seed_phone": f"phone {method}",
                "seed_hub": f"hub {method}",
                "messages": [{"type": message.type, "payload": message.payload()} for message in (phone.p1, p2, p3, p4)],
                "shared": encode(key),
                "transcript": encode(schedule.transcript),
                "confirm_phone": encode(schedule.confirm_phone),
                "confirm_hub": encode(schedule.confirm_hub),
                "seal_phone": encode(schedule.seal_phone),
                "seal_hub": encode(schedule.seal_hub),
                "second": encode(schedule.second(p3.conf, p3.box)),
                "device": device_id(PHONE.public),
                "name": "Pixel 12 📱",
                "now": NOW,
                "home": HOME.to_json(),
            }
        )
    return made


def _after_sid(method: str) -> Callable[[int], bytes]:
    source = stream(f"phone {method}")
    source(16)
    return source


def connections() -> object:
    """An offer and every reply, candidates and tags, made in Python."""
    phones = {device_id(PHONE.public): Device(PHONE.public)}
    desk = OfferDesk(HUB, lambda: [KEM], phones.get, clock=_clock(), monotonic=lambda: 0.0, random=stream("desk"))
    sealed = seal_offer(RECORD, PHONE, SDP_PHONE, now=NOW, random=stream("offer"))
    x = stream("offer")(32)
    fixed = SealedOffer(RECORD, PHONE.public, sealed.box, x, sealed._reply)
    offer = desk.open_offer(sealed.box)
    assert isinstance(offer, Offer)
    offer._reply = REPLY.public
    answer, binding = offer.answer(SDP_HUB, HOME, now=NOW)
    replies = {"answer": answer}
    others: dict[str, dict[str, object]] = {
        "retry": {"retry": encode(bytes(range(32))), "now": NOW},
        "revoked": {"refused": "revoked"},
    }
    for kind, members in others.items():
        replies[kind] = desk._reply(phones[RECORD.device], sealed.box, REPLY.public, members)
    trickle = TrickleSender(x, sealed.box)
    lines = (
        Candidate("candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host", "0", 0),
        Candidate("candidate:2 1 udp 1 a-b.local 9 typ host", None, None),
    )
    assert fixed.box == sealed.box
    return {
        "now": NOW,
        "offer": encode(sealed.box),
        "x": encode(x),
        "sdp": SDP_PHONE,
        "answer_sdp": SDP_HUB,
        "home": HOME.to_json(),
        "replies": {kind: encode(box) for kind, box in replies.items()},
        "challenge": encode(bytes(range(32))),
        "candidates": [
            {"n": n, "box": encode(box), "candidate": candidate and candidate.to_json()}
            for candidate in (*lines, None)
            for n, box in (trickle.seal(candidate),)
        ],
        "certificates": {"phone": encode(PHONE_CERTIFICATE), "hub": encode(HUB_CERTIFICATE)},
        "tags": {
            "phone": encode(binding.phone_tag(PHONE_CERTIFICATE, HUB_CERTIFICATE)),
            "hub": encode(binding.hub_tag(PHONE_CERTIFICATE, HUB_CERTIFICATE)),
        },
    }


def _clock() -> Callable[[], float]:
    """Starts an hour before the vectors' time."""
    times = iter([NOW / 1000 - 3600])
    return lambda: next(times, NOW / 1000)


def messages() -> object:
    """Payloads that both parsers take, and ones that both refuse."""
    sid, conf, box = encode(bytes(range(16))), encode(bytes(range(32))), encode(b"\1" + bytes(range(99)))
    element = encode(b"\1A" + bytes(range(32)))
    good: list[tuple[str, dict[str, object]]] = [
        ("OFFER", {"pnp": 1, "kind": "p1", "sid": sid, "a": element}),
        ("ANSWER", {"pnp": 1, "kind": "p2", "sid": sid, "b": element}),
        ("OFFER", {"pnp": 1, "kind": "p3", "sid": sid, "conf": conf, "box": box}),
        ("ANSWER", {"pnp": 1, "kind": "p4", "sid": sid, "conf": conf, "box": box}),
        ("ANSWER", {"pnp": 1, "kind": "refused", "sid": sid, "reason": "wrong_code"}),
        ("OFFER", {"pnp": 1, "kind": "c1", "sid": sid, "box": box}),
        ("ANSWER", {"pnp": 1, "kind": "c2", "sid": sid, "box": box}),
        ("CANDIDATE", {"pnp": 1, "kind": "c3", "sid": sid, "n": 0, "box": box}),
    ]
    c1, c3, refusal = good[5][1], good[7][1], good[4][1]
    bad: list[tuple[str, object]] = [
        ("ANSWER", good[0][1]),
        ("CANDIDATE", c1),
        ("OFFER", None),
        ("OFFER", []),
        ("OFFER", "c1"),
        ("OFFER", {}),
        ("OFFER", c1 | {"pnp": 2}),
        ("OFFER", c1 | {"pnp": True}),
        ("OFFER", c1 | {"pnp": "1"}),
        ("OFFER", c1 | {"kind": "c9"}),
        ("OFFER", c1 | {"kind": "toString"}),
        ("OFFER", c1 | {"kind": None}),
        ("OFFER", c1 | {"extra": 1}),
        ("OFFER", c1 | {"__proto__": 1}),
        ("OFFER", {name: value for name, value in c1.items() if name != "sid"}),
        ("OFFER", c1 | {"sid": None}),
        ("OFFER", c1 | {"sid": sid + "="}),
        ("OFFER", c1 | {"sid": sid[:-1]}),
        ("OFFER", c1 | {"sid": sid[:-1] + "x"}),
        ("OFFER", c1 | {"sid": sid[:-1] + " "}),
        ("OFFER", c1 | {"sid": sid[:-1] + "+"}),
        ("OFFER", c1 | {"sid": encode(bytes(15))}),
        ("OFFER", c1 | {"sid": encode(bytes(17))}),
        ("OFFER", c1 | {"sid": [1] * 16}),
        ("OFFER", c1 | {"box": ""}),
        ("OFFER", c1 | {"box": "é" * 8}),
        ("OFFER", good[0][1] | {"a": encode(bytes(33))}),
        ("CANDIDATE", c3 | {"n": -1}),
        ("CANDIDATE", c3 | {"n": 1.5}),
        ("CANDIDATE", c3 | {"n": "0"}),
        ("CANDIDATE", c3 | {"n": True}),
        ("CANDIDATE", c3 | {"n": 2**53}),
        ("ANSWER", refusal | {"reason": "because"}),
        ("ANSWER", refusal | {"reason": None}),
    ]
    return {
        name: [{"type": type_, "payload": payload} for type_, payload in listed]
        for name, listed in (("good", good), ("bad", bad))
    }


def phone() -> object:
    """What the TypeScript phone makes of the same inputs."""
    ui = ROOT / "addon" / "ui"
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory) / "vectors.mjs"
        source = ui / "test" / "pnp1" / "make-vectors.ts"
        subprocess.run(
            [ui / "node_modules" / ".bin" / "rolldown", source, "--format", "esm", "--platform", "node", "--file", script],
            cwd=ui,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        done = subprocess.run(["node", script, HERE], check=True, stdout=subprocess.PIPE)
    made: object = json.loads(done.stdout)
    return made


def write(name: str, vectors: object) -> None:
    """Write one file."""
    (HERE / f"{name}.json").write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


DETERMINISTIC = {"ids": ids, "proofs": proofs, "spake2": spake2, "pairing": pairings, "messages": messages}

if __name__ == "__main__":
    for title, make in (DETERMINISTIC | {"connect": connections, "phone": phone}).items():
        write(title, make())
