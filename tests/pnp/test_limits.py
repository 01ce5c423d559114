"""Nobody uses up what is there for all, and who is refused is told."""

from ipaddress import ip_network

from hypothesis import given, strategies as st
import pytest

from ambianic.pnp import limits, peer
from ambianic.pnp.limits import Buckets
from ambianic.pnp.server import Limits
from tests.pnp.clients import Owner, RawClient, connect, get, join, joined, request
from tests.pnp.conftest import Start


async def test_too_many_messages_close_the_socket(start: Start) -> None:
    """Too many messages close the socket."""
    base = await start(limits=Limits(messages_per_second=1, message_burst=5))
    async with joined(base, "alice", "bob") as (alice, bob):
        for number in range(20):
            await alice.send("OFFER", "bob", number)
        assert [(await bob.receive())["payload"] for _ in range(5)] == [0, 1, 2, 3, 4]
        told = await alice.refused()
        assert told["payload"]["msg"] == "Too many messages: send at most 1 a second."
        assert alice.socket.close_code == 1008
        await bob.send("OFFER", "bob", "others go on")
        assert (await bob.receive())["payload"] == "others go on"


async def test_a_message_that_is_too_long_closes_the_socket(base: str) -> None:
    """A message that is too long closes the socket."""
    async with joined(base, "alice") as (alice,):
        await alice.send("OFFER", "alice", "x" * 65_536)
        assert await alice.closed() in {1009, 1006}


async def test_pieces_add_up(base: str) -> None:
    """Pieces add up."""
    client = await RawClient.connect(base, "alice")
    await client.read()
    client.write(1, b'{"type":"OFFER","dst":"alice","payload":"', fin=False)
    for _ in range(5):
        client.write(0, b"x" * 16_000, fin=False)
    assert b"longer than 65536 bytes" in await client.ended()
    await client.leave()


async def test_a_network_opens_so_many_sockets_at_once(start: Start) -> None:
    """A network opens so many sockets at once."""
    base = await start(limits=Limits(sockets_per_prefix=2), trusted_proxies=(ip_network("127.0.0.0/8"),))
    here, there = {"X-Forwarded-For": "203.0.113.5"}, {"X-Forwarded-For": "203.0.113.6"}
    async with joined(base, "a", "b", headers=here) as (first, _):
        third = await connect(base, "c", headers=here)
        assert "from your network" in (await third.refused())["payload"]["msg"]
        await third.leave()
        hub = await Owner().join(base, headers=here)
        async with joined(base, "d", headers=there):
            await first.leave()
        async with joined(base, "e", headers=here):
            pass
        await hub.leave()


async def test_a_network_opens_so_many_sockets_a_minute(start: Start) -> None:
    """Whoever proves an id is exempt, so that a home behind a busy address still gets in; wrong proofs count."""
    base = await start(limits=Limits(new_sockets_per_minute=3))
    owner = Owner()
    wrong = await connect(base, owner.id, query=await Owner().proof(base, "reg"))
    await wrong.refused()
    for _ in range(2):
        await (await join(base)).leave()
    late = await connect(base)
    assert "Wait" in (await late.refused())["payload"]["msg"]
    assert late.socket.close_code == 1013
    await (await owner.join(base)).leave()
    await wrong.leave()
    await late.leave()


async def test_a_full_node_says_so(start: Start) -> None:
    """A full node says so."""
    base = await start(limits=Limits(sockets=1))
    async with joined(base, "a"):
        second = await connect(base, "b")
        assert (await second.refused())["payload"]["msg"] == "Server has reached its concurrent user limit"
        await second.leave()


async def test_a_network_asks_so_often(start: Start) -> None:
    """A network asks so often."""
    base = await start(limits=Limits(requests_per_minute=3))
    for _ in range(3):
        await get(f"{base}pnp")
    status, body = await request("GET", f"{base}pnp/nonce")
    assert (status, body["error"]) == (429, "too_many_requests")


async def test_who_does_not_read_is_given_up(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a socket that does not read is bounded."""
    monkeypatch.setattr(peer, "_BACKLOG", 200_000)
    base = await start(limits=Limits(messages_per_second=100_000, message_burst=100_000))
    deaf = await RawClient.connect(base, "deaf")
    async with joined(base, "alice") as (alice,):
        sent = 0
        while not (answer := await taken(base, "deaf")):
            for _ in range(50):
                await alice.send("OFFER", "deaf", "x" * 60_000)
            sent += 50
            assert sent < 2000, answer
    await deaf.leave()


async def taken(base: str, identifier: str) -> bool:
    """Whether an id is free again."""
    client = await connect(base, identifier, "another")
    free: bool = (await client.receive())["type"] == "OPEN"
    await client.leave()
    return free


@given(steps=st.lists(st.tuples(st.sampled_from([b"a", b"b"]), st.floats(0, 30)), max_size=60))
def test_a_bucket_never_gives_more_than_its_rate(steps: list[tuple[bytes, float]]) -> None:
    """A bucket never gives more than its rate."""
    now = 0.0
    buckets = Buckets(0.5, 4, lambda: now)
    given_out = {b"a": 0, b"b": 0}
    for key, pause in steps:
        now += pause
        wait = buckets.take(key)
        assert wait >= 0
        given_out[key] += not wait
        assert given_out[key] <= 4 + now * 0.5 + 1e-6
    now += 9
    buckets.sweep()
    assert len(buckets) == 0


def test_a_bucket_is_full_again_when_it_says() -> None:
    """A bucket is full again when it says."""
    now = 0.0
    buckets = Buckets(0.5, 1, lambda: now)
    assert buckets.take(b"a") == 0
    wait = buckets.take(b"a")
    assert wait == 2
    now = 2.0
    assert buckets.take(b"a") == 0


def test_networks_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks that are remembered are bounded."""
    monkeypatch.setattr(limits, "_MOST", 100)
    buckets = Buckets(1, 1, lambda: 0.0)
    for number in range(1000):
        buckets.take(str(number).encode())
    assert len(buckets) == 100
