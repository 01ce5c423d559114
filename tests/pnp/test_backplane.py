"""Two nodes and a real Redis are one registrar, and any of them may die."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.pnp.clients import Client, Owner, connect, get, join, joined
from tests.support.child import Child, free_port
from tests.support.registrar import Registrar

pytestmark = pytest.mark.long


class Redis:
    """A real Redis without anything on disk."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        words = ["--bind", "127.0.0.1", "--port", self.port, "--save", "", "--appendonly", "no", "--dir", directory]
        self.child = Child("Redis", ["redis-server", *words], directory / "redis.log")

    def start(self) -> None:
        """Start it, empty."""
        before = self.child.log.read_text().count("Ready to accept connections") if self.child.log.exists() else 0
        self.child.start()
        self.child.wait_until(lambda: self.child.log.read_text().count("Ready to accept connections") > before, 20)


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    """A Redis that runs."""
    redis = Redis(tmp_path)
    redis.start()
    yield redis
    redis.child.kill()


@pytest.fixture
async def nodes(redis: Redis, tmp_path: Path) -> AsyncIterator[list[Registrar]]:
    """Two nodes of one registrar, processes of their own."""
    nodes = [Registrar(tmp_path, "--lan", "--backplane", redis.url, "--public-url", PUBLIC) for _ in range(2)]
    await asyncio.gather(*(node.start() for node in nodes))
    yield nodes
    for node in nodes:
        node.child.kill()


PUBLIC = "http://pnp.example/"
HOST = {"Host": "pnp.example"}


async def register(owner: Owner, node: Registrar, nonce_from: Registrar, token: str = "token") -> Client:
    """Register at one node with a nonce of another."""
    nonce = (await get(f"{nonce_from.url}pnp/nonce"))["nonce"]
    return await join(node.url, owner.id, token, headers=HOST, query=owner.sign("reg", "pnp.example", nonce))


async def until(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(30):
        while not await check():
            await asyncio.sleep(0.1)


async def connected(node: Registrar) -> bool:
    """Whether a node has the backplane."""
    async with aiohttp.ClientSession() as session, session.get(f"{node.monitor}/metrics") as response:
        return "ambianic_pnp_backplane_connected 1" in await response.text()


async def is_open(url: str, identifier: str, token: str) -> bool:
    """Whether an id is there to be had."""
    client = await connect(url, identifier, token)
    answer = await client.receive()
    await client.leave()
    return answer == {"type": "OPEN"}


async def exchange(first: str, second: str) -> None:
    """Let two new clients of two nodes talk."""
    async with joined(first, "caller") as (caller,), joined(second, "callee") as (callee,):
        await caller.send("OFFER", "callee", {"sdp": "ü"})
        assert await callee.receive() == {"type": "OFFER", "src": "caller", "dst": "callee", "payload": {"sdp": "ü"}}
        await callee.send("ANSWER", "caller", None)
        assert await caller.receive() == {"type": "ANSWER", "src": "callee", "dst": "caller", "payload": None}


async def test_peers_of_two_nodes_talk(nodes: list[Registrar]) -> None:
    """In order, and with the answers of PeerServer for those who are not there."""
    one, two = (node.url for node in nodes)
    await exchange(one, two)
    async with joined(one, "alice") as (alice,), joined(two, "bob") as (bob,):
        for number in range(50):
            await alice.send("CANDIDATE", "bob", number)
        assert [(await bob.receive())["payload"] for _ in range(50)] == list(range(50))
        await alice.send("OFFER", "carol", "early")
        await asyncio.sleep(0.5)
        async with joined(two, "carol") as (carol,):
            assert (await carol.receive())["payload"] == "early"
        await bob.send("OFFER", "nobody", 1)
        assert await bob.receive() == {"type": "EXPIRE", "src": "nobody", "dst": "bob"}


async def test_an_id_is_one_on_all_nodes(nodes: list[Registrar]) -> None:
    """Taken by others, taken over by the same, won by a proof. Nonces of one node are good on the other."""
    one, two = nodes
    old = await join(one.url, "alice", "mine")
    thief = await connect(two.url, "alice", "another")
    assert (await thief.refused())["type"] == "ID-TAKEN"
    new = await join(two.url, "alice", "mine")
    assert await old.closed() == 1000
    owner = Owner()
    before = await register(owner, one, two, "before")
    after = await register(owner, two, one, "after")
    assert (await before.refused())["type"] == "ID-TAKEN"
    async with joined(one.url, "bob") as (bob,):
        for client in (new, after):
            await bob.send("OFFER", client.id, 1)
            assert (await client.receive())["src"] == "bob"
    for client in (old, thief, new, before, after):
        await client.leave()
    # Who leaves does not keep the id, also on the other node, once that has heard of it.
    await until(lambda: is_open(one.url, "alice", "another"))


async def test_a_hub_is_seen_on_all_nodes(nodes: list[Registrar]) -> None:
    """The room is the network, not the node."""
    one, two = nodes
    owner = Owner()
    nonce = (await get(f"{one.url}pnp/nonce"))["nonce"]
    body = {"id": owner.id, "label": "Kitchen", **owner.sign("room", "pnp.example", nonce)}
    async with aiohttp.ClientSession(headers=HOST) as session:
        async with session.post(f"{one.url}pnp/rooms", json=body) as response:
            assert response.status == 204
        assert (await get(f"{two.url}pnp/rooms"))["hubs"] == [{"pid": owner.id, "label": "Kitchen"}]
        async with session.delete(f"{two.url}pnp/rooms", json=body) as response:
            assert response.status == 204
        others = []
        for _ in range(9):
            other = Owner()
            words = {"id": other.id, "label": "Hall", **other.sign("room", "pnp.example", nonce)}
            async with session.post(f"{two.url}pnp/rooms", json=words) as response:
                others.append(response.status)
        assert others == [204] * 8 + [503]


async def test_new_sockets_are_counted_on_all_nodes(redis: Redis, tmp_path: Path) -> None:
    """Going from node to node is no way around a limit."""
    nodes = [Registrar(tmp_path, "--lan", "--backplane", redis.url, "--limit", "new_sockets_per_minute=4") for _ in range(2)]
    await asyncio.gather(*(node.start() for node in nodes))
    try:
        opened = 0
        for number in range(8):
            opened += await is_open(nodes[number % 2].url, f"guest{number}", "token")
        assert opened in {4, 8 - 1}, "seven only where the minute has just changed"
    finally:
        for node in nodes:
            node.child.kill()


async def test_a_node_dies(nodes: list[Registrar]) -> None:
    """Its clients come to the other one at once, under their ids."""
    one, two = nodes
    lost = await join(one.url, "alice", "mine")
    async with joined(two.url, "bob") as (bob,):
        one.child.kill()
        await bob.send("OFFER", "alice", "in between")
        async with joined(two.url, "alice", token="new") as (alice,):
            assert (await alice.receive())["payload"] == "in between"
            await alice.send("ANSWER", "bob", "after")
            assert (await bob.receive())["payload"] == "after"
    await lost.leave()
    await one.start()
    await until(lambda: connected(one))
    await exchange(one.url, two.url)


async def test_redis_dies_and_comes_back_empty(nodes: list[Registrar], redis: Redis) -> None:
    """Meanwhile each node serves its own; afterwards everybody is found again, and nobody had to connect anew."""
    one, two = nodes
    hub = Owner()
    async with joined(one.url, "alice", "anna") as (alice, anna), joined(two.url, "bob") as (bob,):
        registered = await register(hub, two, one)
        redis.child.kill()
        await alice.send("OFFER", "anna", "without Redis")
        assert (await anna.receive())["payload"] == "without Redis"
        async with joined(one.url, "newcomer") as (newcomer,):
            await newcomer.send("OFFER", "alice", "new")
            assert (await alice.receive())["src"] == "newcomer"
        await alice.send("OFFER", "bob", "too far")
        assert (await alice.receive())["type"] == "EXPIRE"
        redis.start()
        await until(lambda: connected(one))
        await until(lambda: connected(two))

        async def found(dst: str) -> bool:
            await alice.send("OFFER", dst, "again")
            came: bool = (await alice.receive())["type"] != "EXPIRE"
            return came

        echo = asyncio.create_task(answer(bob))
        echo_of_hub = asyncio.create_task(answer(registered))
        await until(lambda: found("bob"))
        await until(lambda: found(hub.id))
        for task in (echo, echo_of_hub):
            task.cancel()
        again = await register(hub, one, two, "again")
        await again.leave()
        await registered.leave()


async def answer(client: Client) -> None:
    """Answer every offer."""
    while True:
        message = await client.receive()
        if message["type"] == "OFFER":
            await client.send("ANSWER", message["src"], 1)


async def test_a_node_starts_without_redis(tmp_path: Path) -> None:
    """It serves at once, and joins the others when Redis comes."""
    redis = Redis(tmp_path)
    node = Registrar(tmp_path, "--lan", "--backplane", redis.url)
    await node.start()
    try:
        await exchange(node.url, node.url)
        assert not await connected(node)
        redis.start()
        await until(lambda: connected(node))
        await exchange(node.url, node.url)
        assert redis.url not in node.child.log.read_text()
    finally:
        node.child.kill()
        redis.child.kill()
