"""The registrar speaks PeerJS: registration, relaying, waiting, and the end of sockets."""

import asyncio
import json

import aiohttp
import pytest

from ambianic.pnp import server, switchboard
from tests.pnp.clients import Client, RawClient, connect, get, join, joined
from tests.pnp.conftest import Start


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages expire soon."""
    monkeypatch.setattr(switchboard, "PATIENCE", 0.3)
    monkeypatch.setattr(server, "_TICK", 0.05)


@pytest.mark.parametrize("kind", ["OFFER", "ANSWER", "CANDIDATE", "LEAVE"])
async def test_relays_exactly_type_src_dst_and_payload(base: str, kind: str) -> None:
    """Relays exactly type src dst and payload."""
    async with joined(base, "alice", "bob") as (alice, bob):
        await alice.send(kind, "bob", {"sdp": "ü"}, src="mallory", extra=1)
        assert await bob.receive() == {"type": kind, "src": "alice", "dst": "bob", "payload": {"sdp": "ü"}}


async def test_a_payload_travels_as_it_came(base: str) -> None:
    """Large numbers, doubled names, odd spaces and escapes are the receiver's business."""
    payload = '{ "a":12345678901234567890123.50, "a":[ ],"é":"\\u00e9\\/\U0001f600" , "z":-0}'
    async with joined(base, "alice", "bob") as (alice, bob):
        await alice.socket.send_str(f'{{"payload":{payload},"dst":"bob","type":"OFFER"}}')
        assert await bob.text() == f'{{"type":"OFFER","src":"alice","dst":"bob","payload":{payload}}}'


async def test_a_message_without_payload_stays_without(base: str) -> None:
    """A message without payload stays without."""
    async with joined(base, "alice", "bob") as (alice, bob):
        await alice.socket.send_str('{"type":"LEAVE","dst":"bob"}')
        assert await bob.text() == '{"type":"LEAVE","src":"alice","dst":"bob"}'


async def test_what_is_not_for_relaying_is_passed_over(base: str) -> None:
    """A client cannot forge what the server says, and types of the future do no harm."""
    async with joined(base, "alice", "bob") as (alice, bob):
        for kind in ("EXPIRE", "OPEN", "ERROR", "ID-TAKEN", "GOAWAY", "HEARTBEAT", "FUTURE", ""):
            await alice.send(kind, "bob", {})
        await alice.send("OFFER", None, {})
        await alice.send("OFFER", "not an id!", {})
        await alice.send("OFFER", "bob", "real")
        assert (await bob.receive())["payload"] == "real"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"key": "other"}, "Invalid key provided"),
        ({"key": ""}, "No id, token, or key supplied to websocket server"),
        ({"token": ""}, "No id, token, or key supplied to websocket server"),
        ({"id": ""}, "No id, token, or key supplied to websocket server"),
        ({"id": "../ <script>"}, "Invalid id provided: use letters"),
        ({"id": "a" * 65}, "Invalid id provided: use letters"),
        ({"token": "\x01"}, "Invalid token provided"),
        ({"token": "a" * 129}, "Invalid token provided"),
        ({"id": "abcdefghijklmnopqrstuvwxyz"}, "This id is reserved"),
    ],
)
async def test_who_is_not_admitted_is_told_why(base: str, query: dict[str, str], told: str) -> None:
    """Who is not admitted is told why."""
    client = await connect(base, "alice", query=query)
    message = await client.refused()
    assert message["type"] == "ERROR"
    assert message["payload"]["msg"].startswith(told)
    await client.leave()


async def test_an_id_in_use_is_taken(base: str) -> None:
    """An id in use is taken."""
    async with joined(base, "alice") as (alice,):
        thief = await connect(base, "alice", "another")
        assert await thief.refused() == {"type": "ID-TAKEN", "payload": {"msg": "ID is taken"}}
        await thief.leave()
        await alice.send("OFFER", "alice", 1)
        assert (await alice.receive())["payload"] == 1


async def test_the_same_token_takes_over_and_gets_an_open(base: str) -> None:
    """A client that comes again before its old connection is known to be dead does not hang."""
    async with joined(base, "alice", "alice", "bob") as (old, new, bob):
        assert await old.closed() == 1000
        await bob.send("OFFER", "alice", 2)
        assert (await new.receive())["payload"] == 2


async def test_messages_wait_for_a_receiver_that_comes(base: str) -> None:
    """Messages wait for a receiver that comes."""
    async with joined(base, "alice") as (alice,):
        for number in range(3):
            await alice.send("CANDIDATE", "bob", number)
        await alice.send("LEAVE", "bob")
        await settled(alice)
        async with joined(base, "bob") as (bob,):
            assert [(await bob.receive())["payload"] for _ in range(3)] == [0, 1, 2]
            await alice.send("OFFER", "bob", 3)
            assert (await bob.receive())["payload"] == 3


@pytest.mark.usefixtures("impatient")
async def test_messages_expire_once_a_pair_and_leaves_do_not(base: str) -> None:
    """Who is away and who never was look the same."""
    async with joined(base, "alice", "gone") as (alice, gone):
        await gone.leave()
        await alice.send("OFFER", "gone", 1)
        await alice.send("CANDIDATE", "gone", 2)
        await alice.send("LEAVE", "left", 2)
        assert await alice.receive() == {"type": "EXPIRE", "src": "gone", "dst": "alice"}
        await alice.send("ANSWER", "never-was", 3)
        assert await alice.receive() == {"type": "EXPIRE", "src": "never-was", "dst": "alice"}


async def test_who_fills_the_waiting_room_is_told_at_once(start: Start) -> None:
    """Who fills the waiting room is told at once."""
    base = await start(limits=server.Limits(undelivered=5, undelivered_per_sender=3))
    async with joined(base, "alice", "bob") as (alice, bob):
        for number in range(4):
            await alice.send("OFFER", f"nobody{number}", 1)
        assert (await alice.receive())["src"] == "nobody3"
        for number in range(3):
            await bob.send("OFFER", f"nobody{number}", 1)
        assert (await bob.receive())["src"] == "nobody2"


async def test_signs_of_life_keep_a_socket(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life keep a socket."""
    monkeypatch.setattr(switchboard, "LIVENESS", 1.0)
    silent = await join(base, "silent")
    async with joined(base, "heartbeats", "pings") as (heartbeats, pings):
        for _ in range(12):
            await heartbeats.socket.send_str('{"type":"HEARTBEAT"}')
            await pings.socket.ping(b"?")
            await asyncio.sleep(0.2)
        assert await silent.closed() == 1001
        await heartbeats.send("OFFER", "pings", "alive")
        assert (await pings.receive())["payload"] == "alive"
    await silent.leave()


def test_liveness_suits_tabs_in_the_background() -> None:
    """Liveness suits tabs in the background."""
    assert switchboard.LIVENESS >= 90


async def test_a_ping_is_answered(base: str) -> None:
    """A ping is answered."""
    client = await RawClient.connect(base, "alice")
    assert await client.read() == (1, b'{"type":"OPEN"}')
    client.write(9, b"are you there")
    assert await client.read() == (10, b"are you there")
    await client.leave()


async def test_leaving_without_a_receiver_is_leaving(base: str) -> None:
    """Leaving without a receiver is leaving."""
    async with joined(base, "alice") as (alice,):
        await alice.send("LEAVE")
        assert await alice.closed() == 1000
        async with joined(base, "alice", token="another"):
            pass


async def test_a_message_in_pieces_is_one(base: str) -> None:
    """Browsers cut large messages, and may ping in between."""
    async with joined(base, "bob") as (bob,):
        client = await RawClient.connect(base, "alice", "keep-alive, Upgrade")
        await client.read()
        message = json.dumps({"type": "OFFER", "dst": "bob", "payload": "é" * 10}, ensure_ascii=False).encode()
        client.write(1, message[:1], fin=False)
        for byte in message[1:-1]:
            client.write(0, bytes([byte]), fin=False)
        client.write(9, b"")
        client.write(0, message[-1:])
        assert (await bob.receive())["payload"] == "é" * 10
        await client.leave()


async def test_the_whole_range_of_sizes_is_relayed(base: str) -> None:
    """The whole range of sizes is relayed."""
    async with joined(base, "alice", "bob") as (alice, bob):
        for size in (0, 50, 100, 200, 1000, 8100, 8200, 30_000, 65_000):
            await alice.send("OFFER", "bob", "x" * size)
            assert (await bob.receive())["payload"] == "x" * size


async def test_ids_are_made_and_nobody_is_listed(base: str) -> None:
    """Ids are made and nobody is listed."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{base}peerjs/id?ts=17&version=1.5.5") as response:
            first = await response.text()
            assert response.headers["Access-Control-Allow-Origin"] == "*"
        async with session.get(f"{base}peerjs/id") as response:
            assert await response.text() != first
        async with joined(base, first), session.get(f"{base}peerjs/peers") as response:
            assert response.status == 401
            assert (await response.json())["error"] == "unauthorized"
        async with session.get(f"{base}peerjs") as response:
            assert response.status == 400
    assert "PnP registrar" in (await get(base))["name"]


async def settled(client: Client) -> None:
    """Wait until the registrar has read what a client sent before."""
    await client.send("OFFER", client.id, "settled")
    assert (await client.receive())["payload"] == "settled"
