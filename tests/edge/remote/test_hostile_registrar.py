"""A registrar that reads, alters, replays, reorders, redirects and drops never gets in, and never gets a phone in."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import secrets

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
import pytest

from ambianic.pnp1.connect import Answered, SealedOffer
from ambianic.pnp1.messages import C1, C2, C3, P1, P3, parse
from ambianic.pnp1.pairing import HubPairing
from ambianic.pnp1.trickle import Candidate
from ambianic.pnp1.wire import Rejected, decode, encode
from ambianic.remote import connection as connection_module, peer as peers
from tests.support.phone import HomeConnection, PairingLink, PairRefused, Phone, Signalling, Unreachable

from .hostile import Envelope, HostileRegistrar, flipped, hostile, settled
from .hub import Hub, Node, name_of, running


@pytest.fixture
async def evil() -> AsyncIterator[HostileRegistrar]:
    """A registrar that may do what it wants."""
    async with hostile() as known:
        yield known


@pytest.fixture
async def hub(tmp_path: Path, evil: HostileRegistrar) -> AsyncIterator[Hub]:
    """A home that has only this registrar."""
    async with running(tmp_path, evil.url) as known:
        await known.connected()
        yield known


async def test_it_sees_nothing_but_sealed_bytes(hub: Hub, evil: HostileRegistrar) -> None:
    """Neither names nor addresses, ICE passwords or fingerprints pass it in the clear."""
    phone = await hub.pair()
    async with await phone.connect() as home:
        assert await name_of(home) == "Test phone"
        assert home.peer.localDescription
        secrets_ = [line.partition(":")[2] for line in home.peer.localDescription.sdp.splitlines() if "ice-" in line]
    assert [message["payload"]["kind"] for message in evil.seen] == ["p1", "p2", "p3", "p4", "c1", "c2"]
    words = (b"candidate", b"fingerprint", b"Test phone", b"Our home", b"192.", b"owner", *(word.encode() for word in secrets_))
    for message in evil.seen:
        members = [value for value in message["payload"].values() if isinstance(value, str) and len(value) > 30]
        for data in (*map(decode, members), repr(message).encode()):
            assert not [word for word in words if word in data]


@pytest.mark.parametrize(
    ("kind", "member"), [("p1", "a"), ("p2", "b"), ("p3", "conf"), ("p3", "box"), ("p4", "conf"), ("p4", "box")]
)
async def test_altered_pairing_messages_pair_nobody(hub: Hub, evil: HostileRegistrar, kind: str, member: str) -> None:
    """The phone never takes an altered run for a success."""

    def tamper(message: Envelope) -> list[Envelope]:
        if message["payload"]["kind"] == kind:
            message["payload"][member] = flipped(message["payload"][member])
        return [message]

    evil.tamper = tamper
    link = (await hub.open()).link
    with pytest.raises((Rejected, PairRefused)):
        await Phone.pair(link=link)
    assert len(hub.remote.phone_views()) == (kind == "p4")


async def test_it_cannot_pose_as_the_hub(hub: Hub, evil: HostileRegistrar) -> None:
    """It answers the phone itself, with a guess of the secret."""
    link = PairingLink.parse((await hub.open()).link or "")
    posing = HubPairing(link.pid, "A" * 22)

    def tamper(message: Envelope) -> list[Envelope]:
        if message["payload"]["kind"] != "p1":
            return []
        first = parse("OFFER", message["payload"])
        assert isinstance(first, P1)
        second = posing.p1(first)
        return [{"type": second.type, "src": link.pid, "dst": message["src"], "payload": second.payload()}]

    evil.tamper = tamper
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            await Phone.pair(registrar=evil.url, pid=link.pid, code=link.secret)
    [third] = evil.of("p3")
    proof = parse("OFFER", third["payload"])
    assert isinstance(proof, P3)
    with pytest.raises(Rejected, match="does not know the code"):
        posing.p3(proof)
    assert hub.remote.phone_views() == []


@pytest.mark.parametrize("kind", ["c1", "c2"])
async def test_altered_offers_and_answers_connect_nobody(hub: Hub, evil: HostileRegistrar, kind: str) -> None:
    """A single bit is enough to be refused; the home answers with silence."""
    phone = await hub.pair()

    def tamper(message: Envelope) -> list[Envelope]:
        if message["payload"]["kind"] == kind:
            message["payload"]["box"] = flipped(message["payload"]["box"])
        return [message]

    evil.tamper = tamper
    with pytest.raises((TimeoutError, Unreachable)):
        await phone.connect(answer_seconds=1)
    assert bool(evil.of("c2")) is (kind == "c2")
    assert hub.admitted == {}


async def test_replayed_offers_are_met_with_silence(hub: Hub, evil: HostileRegistrar, node: Node, tmp_path: Path) -> None:
    """The same offer again, from the same and other senders, by this registrar and by an honest one."""
    phone = await hub.pair()
    settings = hub.remote._settings
    hub.remote.apply(settings.model_copy(update={"registrars": (evil.url, node.url)}))
    await hub.connected(2)
    async with await phone.connect([evil.url]) as home:
        [offer] = evil.of("c1")
        for source in (offer["src"], secrets.token_hex(16), secrets.token_hex(16)):
            await evil.deliver(offer | {"src": source})
        async with Signalling(node.url) as thief:
            await thief.send(C1(secrets.token_bytes(16), decode(offer["payload"]["box"])), offer["dst"])
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.7):
                    await thief.answer()
        assert len(evil.of("c2")) == 1
        assert len(hub.remote._connections._running) == 1
        assert await name_of(home) == "Test phone"


async def test_an_offer_of_before_a_restart_opens_nothing(tmp_path: Path, evil: HostileRegistrar) -> None:
    """The home has forgotten which offers it has seen: it asks for a new one, in a box that only the phone can open."""
    async with running(tmp_path, evil.url) as hub:
        await hub.connected()
        phone = await hub.pair()
        async with await phone.connect():
            pass
    [offer] = evil.of("c1")
    async with running(tmp_path, evil.url) as hub:
        await hub.connected()
        await evil.deliver(offer)
        async with asyncio.timeout(5):
            while len(evil.of("c2")) < 2:
                await asyncio.sleep(0.02)
        assert hub.remote._connections._running == {}


async def test_an_old_answer_is_not_believed(hub: Hub, evil: HostileRegistrar) -> None:
    """The answer to the last offer is no answer to this one."""
    phone = await hub.pair()
    async with await phone.connect():
        pass
    [old] = evil.of("c2")

    def tamper(message: Envelope) -> list[Envelope]:
        return [old | {"dst": message["dst"]} if message["payload"]["kind"] == "c2" else message]

    evil.tamper = tamper
    with pytest.raises(Unreachable, match=r"signature|undecryptable"):
        await phone.connect()


async def test_an_offer_that_is_taken_to_another_home_is_met_with_silence(
    hub: Hub, evil: HostileRegistrar, tmp_path: Path
) -> None:
    """Also where that home knows the phone."""
    phone = await hub.pair()
    (tmp_path / "other").mkdir()
    async with running(tmp_path / "other", evil.url) as other:
        await other.connected()
        await Phone.pair(link=(await other.open()).link, identity=phone.identity)
        route = other.remote._home().route

        def tamper(message: Envelope) -> list[Envelope]:
            return [message | {"dst": route} if message["payload"]["kind"] == "c1" else message]

        evil.tamper = tamper
        with pytest.raises(TimeoutError):
            await phone.connect(answer_seconds=1)
        assert other.remote.rejected
        assert (hub.admitted, other.admitted) == ({}, {})


async def test_an_answer_that_is_dropped_leaves_nothing_behind(
    hub: Hub, evil: HostileRegistrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The peer connection that nobody comes to is closed."""
    monkeypatch.setattr(connection_module, "BIND_SECONDS", 0.3)
    phone = await hub.pair()
    evil.tamper = lambda message: [] if message["payload"]["kind"] == "c2" else [message]
    with pytest.raises(TimeoutError):
        await phone.connect(answer_seconds=0.5)
    async with asyncio.timeout(5):
        while hub.remote._connections._running:
            await asyncio.sleep(0.02)
    evil.tamper = lambda message: [message]
    monkeypatch.undo()
    async with await phone.connect() as home:
        assert await name_of(home) == "Test phone"


class Trickling:
    """A phone's offer without candidates, which are sent after it."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.peer = RTCPeerConnection(RTCConfiguration([]))
        self.home = HomeConnection(self.peer)
        self.sid = secrets.token_bytes(16)
        self.lines: list[str] = []

    async def prepare(self) -> SealedOffer:
        """Gather candidates and seal the offer."""
        await self.peer.setLocalDescription(await self.peer.createOffer())
        lines = self.peer.localDescription.sdp.splitlines()
        self.lines = [line.removeprefix("a=") for line in lines if line.startswith("a=candidate:")]
        return self.phone.offer("".join(f"{line}\r\n" for line in lines if "candidate" not in line))

    def candidates(self, sealed: SealedOffer) -> list[C3]:
        """All candidates, and their end, as C3."""
        wanted = [*(Candidate(line, "0", 0) for line in self.lines), None]
        return [C3(self.sid, *sealed.trickle.seal(candidate)) for candidate in wanted]


async def test_candidates_are_taken_in_order_once_and_unchanged(hub: Hub, evil: HostileRegistrar) -> None:
    """Those of the phone arrive; forged, replayed and reordered ones do not."""
    phone = await hub.pair()
    trickling = Trickling(phone)
    sealed = await trickling.prepare()
    messages = trickling.candidates(sealed)
    strange = C3(trickling.sid, messages[0].n, decode(flipped(encode(messages[0].box))))
    async with Signalling(evil.url) as signalling:
        await signalling.send(messages[0], phone.record.route)  # before its offer
        await signalling.send(C1(trickling.sid, sealed.box), phone.record.route)
        answer = await signalling.answer()
        assert isinstance(answer, C2)
        [connection] = hub.remote._connections._running
        assert connection._peer.sctp
        ice = connection._peer.sctp.transport.transport
        for bad in (strange, C3(trickling.sid, 7, messages[0].box)):
            await signalling.send(bad, phone.record.route)
        await settled()
        assert ice.getRemoteCandidates() == []
        for message in (messages[1], messages[0], messages[1]):
            await signalling.send(message, phone.record.route)
        await settled()
        assert len(ice.getRemoteCandidates()) == 1
        for message in messages[2:]:
            await signalling.send(message, phone.record.route)
    answered = sealed.open_answer(answer.box, now=round(phone.clock() * 1000))
    assert isinstance(answered, Answered)
    await trickling.peer.setRemoteDescription(RTCSessionDescription(answered.sdp, "answer"))
    await trickling.home.bind(answered)
    assert await name_of(trickling.home) == "Test phone"
    await trickling.home.close()


async def test_the_home_says_nothing_to_who_cannot_prove_to_be_the_phone(hub: Hub, evil: HostileRegistrar) -> None:
    """With the wrong certificate in the tag, or with requests instead of a tag, the channel ends without a byte."""
    phone = await hub.pair()
    for first_message in ("tag", "request"):
        peer = RTCPeerConnection(RTCConfiguration([]))
        channel = peer.createDataChannel("pnp1")
        heard: list[object] = []
        opened, closed = asyncio.Event(), asyncio.Event()
        channel.on("open", opened.set)
        channel.on("close", closed.set)
        channel.on("message", heard.append)
        await peer.setLocalDescription(await peer.createOffer())
        async with Signalling(evil.url) as signalling:
            sealed = phone.offer(peer.localDescription.sdp)
            await signalling.send(C1(secrets.token_bytes(16), sealed.box), phone.record.route)
            answer = await signalling.answer()
        assert isinstance(answer, C2)
        answered = sealed.open_answer(answer.box, now=round(phone.clock() * 1000))
        assert isinstance(answered, Answered)
        await peer.setRemoteDescription(RTCSessionDescription(answered.sdp, "answer"))
        async with asyncio.timeout(10):
            await opened.wait()
            assert heard == []
            theirs, ours = peers.certificates(peer)
            wrong = bytes(32)
            assert wrong not in {theirs, ours}
            channel.send(answered.binding.phone_tag(ours, wrong) if first_message == "tag" else b"\x01GET /api/v1/me")
            await closed.wait()
        assert heard == []
        assert hub.admitted == {}
        await peer.close()


async def test_a_certificate_that_the_offer_does_not_name_gets_no_channel(hub: Hub) -> None:
    """Who stands between with a certificate of its own does not get through DTLS."""
    phone = await hub.pair()
    offer = phone.offer
    swapped: list[str] = []

    def other_certificate(sdp: str, challenge: bytes | None = None) -> SealedOffer:
        lines = [
            line[:-1] + ("0" if line[-1] != "0" else "1") if line.startswith("a=fingerprint") else line
            for line in sdp.splitlines()
        ]
        swapped.extend(line for line in lines if line.startswith("a=fingerprint"))
        return offer("".join(f"{line}\r\n" for line in lines), challenge)

    phone.offer = other_certificate  # type: ignore[method-assign]  # the certificate of somebody else
    with pytest.raises(Unreachable):
        await phone.connect(bind_seconds=2)
    assert swapped
    assert hub.admitted == {}
