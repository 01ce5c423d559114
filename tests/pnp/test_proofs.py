"""Reserved ids belong to whoever has the key: nobody squats on them, and no proof works twice over."""

import base64
from ipaddress import ip_network
import secrets
from urllib.parse import urlsplit

import pytest

from ambianic.pnp.network import Origin
from ambianic.pnp.proof import NodeKey, ProofDesk, Refused
from tests.pnp.clients import Owner, connect, get, join, joined
from tests.pnp.conftest import Start

LOOPBACK = (ip_network("127.0.0.0/8"),)


async def test_a_reserved_id_takes_a_proof(base: str) -> None:
    """The answer is the same whether the owner is there or not."""
    owner = Owner()
    squatter = await connect(base, owner.id)
    away = await squatter.refused()
    assert away["type"] == "ERROR"
    assert "reserved" in away["payload"]["msg"]
    client = await owner.join(base)
    late = await connect(base, owner.id)
    assert await late.refused() == away
    for one in (squatter, client, late):
        await one.leave()


async def test_a_proof_evicts_whoever_holds_the_id(base: str) -> None:
    """An edge that crashed and comes back with another token is in at once."""
    owner = Owner()
    before = await owner.join(base, "token-before")
    after = await owner.join(base, "token-after")
    assert await before.refused() == {"type": "ID-TAKEN", "payload": {"msg": "ID is taken"}}
    async with joined(base, "alice") as (alice,):
        await alice.send("OFFER", owner.id, 1)
        assert (await after.receive())["src"] == "alice"
        await after.send("ANSWER", "alice", 2)
        assert (await alice.receive())["src"] == owner.id
    await before.leave()
    await after.leave()


async def test_the_owner_may_come_again_with_the_same_token(base: str) -> None:
    """The owner may come again with the same token."""
    owner = Owner()
    before = await owner.join(base)
    after = await owner.join(base)
    assert await before.closed() == 1000
    await before.leave()
    await after.leave()


async def test_foreign_and_damaged_proofs_are_refused(base: str) -> None:
    """Foreign and damaged proofs are refused."""
    owner, other = Owner(), Owner()
    good = await owner.proof(base, "reg")
    nonce = good["nonce"]
    host = urlsplit(base).netloc
    signature = bytearray(base64.urlsafe_b64decode(good["proof"] + "=="))
    signature[10] ^= 1
    damaged = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    for bad in (
        other.sign("reg", host, nonce),
        good | {"pub": (await other.proof(base, "reg"))["pub"]},
        owner.sign("room", host, nonce),
        owner.sign("turn", host, nonce),
        owner.sign("reg", "elsewhere.example", nonce),
        owner.sign("reg", host, secrets.token_urlsafe(16)),
        good | {"proof": damaged},
        good | {"proof": "A" * 86},
        good | {"proof": "!"},
        good | {"pub": ""},
        good | {"pub": "BA" + "A" * 85},
        good | {"nonce": ""},
        good | {"nonce": "é\x00"},
    ):
        client = await connect(base, owner.id, query=bad)
        message = await client.refused()
        assert message["type"] == "ERROR", bad
        await client.leave()
    client = await join(base, owner.id, query=good)
    await client.leave()


async def test_a_proof_is_for_one_network(start: Start) -> None:
    """Whoever sees a proof cannot use it from elsewhere."""
    base = await start(trusted_proxies=LOOPBACK)
    owner = Owner()
    here, there = {"X-Forwarded-For": "203.0.113.5"}, {"X-Forwarded-For": "203.0.113.6"}
    proof = await owner.proof(base, "reg", here)
    thief = await connect(base, owner.id, headers=there, query=proof)
    assert "nonce" in (await thief.refused())["payload"]["msg"]
    client = await join(base, owner.id, headers=here, query=proof)
    await thief.leave()
    await client.leave()


async def test_proofs_are_for_the_public_address_only(start: Start) -> None:
    """Proofs are for the public address only."""
    base = await start(public_urls=("https://pnp.example/",))
    owner = Owner()
    nonce = (await get(f"{base}pnp/nonce"))["nonce"]
    direct = await connect(base, owner.id, query=owner.sign("reg", urlsplit(base).netloc, nonce))
    assert "pnp.example" in (await direct.refused())["payload"]["msg"]
    host = {"Host": "PNP.example"}
    client = await join(base, owner.id, headers=host, query=owner.sign("reg", "pnp.example", nonce))
    await direct.leave()
    await client.leave()


def test_a_nonce_is_good_for_two_minutes_and_not_for_four() -> None:
    """A nonce is good for two minutes and not for four."""
    now = 1000.0
    desk = ProofDesk(NodeKey(), lambda: now)
    origin = Origin(b"\xcb\x00\x71\x05", None)
    owner = Owner()
    nonce = desk.nonce(origin)
    words = owner.sign("reg", "pnp.example", nonce)

    def check(where: Origin = origin) -> None:
        desk.check("reg", where, "pnp.example", owner.id, words["pub"], nonce, words["proof"])

    now += 119
    check()
    with pytest.raises(Refused, match="nonce"):
        check(Origin(b"\xcb\x00\x71\x06", None))
    now += 121
    with pytest.raises(Refused, match="nonce"):
        check()
