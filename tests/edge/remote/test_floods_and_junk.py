"""Whatever registrars and strangers send: the edge stays up, stays small, and lets its phones in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
import json
from pathlib import Path
import secrets
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from ambianic.pnp1.messages import C1
from ambianic.pnp1.wire import Rejected, encode
from ambianic.remote.inbox import SENDERS, WAITING
from ambianic.remote.line import Envelope
from ambianic.remote.offer import ChannelOffer, parse_offer

from .hostile import HostileRegistrar, hostile
from .hub import Hub, Node, name_of, running


@pytest.fixture
async def evil() -> AsyncIterator[HostileRegistrar]:
    """A registrar that may do what it wants."""
    async with hostile() as known:
        yield known


def junk(route: str, source: str) -> dict[str, Any]:
    """An offer that nobody has sealed."""
    box = b"\x01\x04" + secrets.token_bytes(900)
    return {"src": source, "dst": route, "type": "OFFER", "payload": C1(secrets.token_bytes(16), box).payload()}


async def test_a_flood_of_junk_does_not_keep_a_phone_out(tmp_path: Path, evil: HostileRegistrar) -> None:
    """Senders take turns: thousands of offers of a few are one offer each to the phone that comes in between."""
    async with running(tmp_path, evil.url) as hub:
        await hub.connected()
        phone = await hub.pair()
        registrar = hub.remote._registrars.all()[0]

        async def flood() -> None:
            offers = [junk(phone.record.route, f"sender {number % 10}") for number in range(200)]
            while True:
                for offer in offers:
                    await evil.deliver(offer)
                    assert len(registrar._inbox._senders) <= SENDERS
                    assert all(len(waiting) <= WAITING for waiting in registrar._inbox._senders.values())
                await asyncio.sleep(0.02)

        flooding = asyncio.create_task(flood())
        await asyncio.sleep(0.5)
        async with await phone.connect() as home:
            assert await name_of(home) == "Test phone"
        assert registrar.dropped > 1000
        assert not flooding.done()
        flooding.cancel()


async def test_a_flooding_registrar_does_not_harm_another(tmp_path: Path, evil: HostileRegistrar, node: Node) -> None:
    """A registrar that makes up senders can starve its own phones, and those of nobody else."""
    async with running(tmp_path, node.url, evil.url) as hub:
        await hub.connected(2)
        phone = await hub.pair()

        async def flood() -> None:
            while True:
                for _ in range(100):
                    await evil.deliver(junk(phone.record.route, secrets.token_hex(16)))
                await asyncio.sleep(0.02)

        flooding = asyncio.create_task(flood())
        await asyncio.sleep(0.3)
        async with await phone.connect() as home:
            assert await name_of(home) == "Test phone"
        registrar = hub.remote._registrars.all()[1]
        assert len(registrar._inbox._senders) <= SENDERS
        assert not flooding.done()
        flooding.cancel()


async def test_frames_that_are_no_messages(tmp_path: Path, evil: HostileRegistrar) -> None:
    """Text that is no JSON, bytes, things of the wrong kind; one that is far too large costs a reconnection."""
    async with running(tmp_path, evil.url) as hub:
        await hub.connected()
        phone = await hub.pair()
        socket = evil.sockets[phone.record.route]
        for text in (
            "",
            "x",
            "[]",
            "null",
            '{"type": 1}',
            '{"type": "OFFER"}',
            '{"type": "OFFER", "src": 5, "payload": {}}',
            '{"type": "OFFER", "src": "x", "payload": []}',
            json.dumps({"type": "OFFER", "src": "x" * 1000, "payload": {}}),
            '{"type": "EXPIRE", "src": "x"}',
            '{"type": "NEWS", "payload": {"from": "the future"}}',
            "[" * 5000,
        ):
            await socket.send_str(text)
        await socket.send_bytes(bytes(1000))
        async with await phone.connect() as home:
            assert await name_of(home) == "Test phone"
        with suppress(ConnectionError):
            await socket.send_str("x" * 10_000_000)
        await hub.told("remote", lambda message: message["remote"]["registrars"][0]["state"] == "offline")
        await hub.connected()
        async with await phone.connect() as home:
            assert await name_of(home) == "Test phone"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
BINARY = st.binary(max_size=80).map(encode) | st.just(encode(bytes(16))) | st.just(encode(b"\x01" + bytes(33)))
MEMBER = JSON | BINARY
PAYLOAD = JSON | st.builds(
    lambda kind, members: {"pnp": 1, "kind": kind} | members,
    st.sampled_from(["p1", "p2", "p3", "p4", "refused", "c1", "c2", "c3"]),
    st.fixed_dictionaries(
        {"sid": st.just(encode(bytes(16))) | MEMBER},
        optional=dict.fromkeys(("a", "b", "conf", "box", "n", "reason", "more"), MEMBER),
    ),
)


def test_no_payload_is_more_than_refused(tmp_path: Path) -> None:
    """Nothing that a stranger can make up opens anything, pairs anybody, or gets out as an exception."""
    with asyncio.Runner() as runner:

        async def start() -> tuple[Any, Any, Hub]:
            server = hostile()
            evil = await server.__aenter__()
            home = running(tmp_path, evil.url)
            hub = await home.__aenter__()
            await hub.connected()
            await hub.open()
            return server, home, hub

        server, home, hub = runner.run(start())
        lines = [*hub.remote._registrars.all()[0]._lines.values()]
        assert len(lines) == 3

        @settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.sampled_from(["OFFER", "CANDIDATE"]), st.sampled_from(range(3)), PAYLOAD)
        def check(kind: str, number: int, payload: object) -> None:
            async def handle() -> bool:
                return hub.remote._handle(Envelope(lines[number], kind, "stranger", payload))

            assert runner.run(handle()) is False

        check()
        assert hub.remote.phone_views() == []
        assert hub.remote._connections._running == {}
        runner.run(home.__aexit__(None, None, None))
        runner.run(server.__aexit__(None, None, None))


@given(
    st.text(max_size=400)
    | st.lists(
        st.sampled_from(
            [
                "v=0",
                "o=- 1 1 IN IP4 0.0.0.0",
                "s=-",
                "t=0 0",
                "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
                "m=video 9 UDP/TLS/RTP/SAVPF 96",
                "a=mid:0",
                "a=ice-ufrag:abcd",
                "a=ice-pwd:abcdefghijklmnopqrstuv",
                "a=fingerprint:sha-256 " + ":".join(["AB"] * 32),
                "a=setup:actpass",
                "a=sctp-port:5000",
                "a=candidate:1 1 udp 1 192.0.2.1 9 typ host",
                "a=candidate:1 1 udp x",
                "a=candidate:",
                "a=rtpmap:96",
                "a=group:BUNDLE 0",
                "c=IN IP4 0.0.0.0",
            ]
        ),
        max_size=24,
    ).map("\r\n".join)
)
@settings(max_examples=400, deadline=None)
def test_no_description_is_more_than_rejected(text: str) -> None:
    """What a paired phone may write is read, or refused for a reason."""
    try:
        offer = parse_offer(text)
    except Rejected:
        return
    assert isinstance(offer, ChannelOffer)
    assert "candidate" not in offer.sdp
