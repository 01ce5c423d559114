"""Hubs that are being paired are seen by phones on the same network, and by nobody else."""

from ipaddress import ip_network
from typing import Any

from hypothesis import given, strategies as st
import pytest

from ambianic.pnp.network import Locator
from ambianic.pnp.options import Limits
from ambianic.pnp.rooms import TTL, Rooms, RoomsFull
from tests.pnp.clients import Owner, get, request
from tests.pnp.conftest import Start

PROXIES = (ip_network("127.0.0.0/8"), ip_network("10.1.0.0/16"), ip_network("fd00::/8"))


def at(address: str) -> dict[str, str]:
    """The headers of a request that comes from an address through the proxy."""
    return {"X-Forwarded-For": address}


@pytest.fixture
async def public(start: Start) -> str:
    """A registrar on the Internet, behind a proxy."""
    url: str = await start(lan=False, trusted_proxies=PROXIES)
    return url


async def hubs(base: str, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The hubs that a client sees."""
    found: list[dict[str, Any]] = (await get(f"{base}pnp/rooms", headers))["hubs"]
    return found


async def test_a_hub_is_seen_from_its_ipv4_address_only(public: str) -> None:
    """A hub is seen from its IPv4 address only."""
    owner = Owner()
    assert await owner.announce(public, "Kitchen", at("203.0.113.5")) == 204
    assert await hubs(public, at("203.0.113.5")) == [{"pid": owner.id, "label": "Kitchen"}]
    for elsewhere in ("203.0.113.6", "2001:db8::5", "::ffff:203.0.113.4"):
        assert await hubs(public, at(elsewhere)) == []
    assert await hubs(public, at("::ffff:203.0.113.5")) != []


async def test_a_hub_is_seen_from_its_ipv6_network_only(public: str) -> None:
    """A hub is seen from its IPv6 network only."""
    assert await Owner().announce(public, "Kitchen", at("2001:db8:1:2::1")) == 204
    assert len(await hubs(public, at("2001:db8:1:2:ffff:ffff:ffff:ffff"))) == 1
    assert await hubs(public, at("2001:db8:1:3::1")) == []


async def test_headers_that_anybody_can_send_move_nobody(public: str, start: Start) -> None:
    """Only what the last trusted proxy saw counts."""
    assert await Owner().announce(public, "Kitchen", at("203.0.113.5")) == 204
    for name in (
        "X-Client-IP",
        "CF-Connecting-IP",
        "True-Client-IP",
        "X-Real-IP",
        "X-Cluster-Client-IP",
        "Forwarded-For",
        "X-Forwarded",
    ):
        assert await hubs(public, at("198.51.100.1") | {name: "203.0.113.5"}) == []
    assert await hubs(public, at("198.51.100.1") | {"Forwarded": "for=203.0.113.5"}) == []
    assert await hubs(public, at("203.0.113.5, 198.51.100.1")) == []
    assert await hubs(public, at("203.0.113.5, 198.51.100.1, 10.1.2.3")) == []
    assert len(await hubs(public, at("198.51.100.1, 203.0.113.5, 10.1.2.3, fd00::1"))) == 1
    home = await start()
    assert await Owner().announce(home, "Kitchen") == 204
    assert len(await hubs(home, at("203.0.113.5"))) == 1, "without a trusted proxy the header means nothing"


async def test_at_home_all_private_addresses_are_one_network(start: Start) -> None:
    """At home all private addresses are one network."""
    base = await start(lan=True, trusted_proxies=PROXIES)
    assert await Owner().announce(base, "Kitchen", at("192.168.1.20")) == 204
    for neighbour in ("192.168.1.30", "10.0.0.7", "fd12::1", "fe80::1", "127.0.0.1"):
        assert len(await hubs(base, at(neighbour))) == 1
    assert await hubs(base, at("203.0.113.5")) == []


async def test_a_public_registrar_tells_nothing_about_private_addresses(public: str) -> None:
    """A public registrar tells nothing about private addresses."""
    for private in ("192.168.1.20", "10.0.0.7", "100.64.0.1", "127.0.0.1", "fd12::1", "fe80::1"):
        status, body = await request("GET", f"{public}pnp/rooms", headers=at(private))
        assert (status, body["error"]) == (503, "rooms_unavailable")
        assert await Owner().announce(public, "Kitchen", at(private)) == 503


async def test_only_the_owner_announces_and_withdraws(base: str) -> None:
    """Only the owner announces and withdraws."""
    owner, other = Owner(), Owner()
    body = {"id": owner.id, **await owner.proof(base, "room"), "label": "Kitchen"}
    for bad in (body | await other.proof(base, "room"), body | await owner.proof(base, "reg"), body | {"proof": "A" * 86}):
        status, answer = await request("POST", f"{base}pnp/rooms", bad)
        assert (status, answer["error"]) == (403, "proof_refused")
    assert await owner.announce(base, "Kitchen") == 204
    assert await owner.announce(base, "Kitchen, upstairs") == 204
    assert (await other.request("DELETE", base, "pnp/rooms", "room", label="x"))[0] == 204
    assert await hubs(base) == [{"pid": owner.id, "label": "Kitchen, upstairs"}]
    assert (await owner.request("DELETE", base, "pnp/rooms", "room", label="Kitchen"))[0] == 204
    assert await hubs(base) == []


async def test_a_room_has_eight_places(base: str) -> None:
    """A room has eight places."""
    owners = [Owner() for _ in range(9)]
    assert [await owner.announce(base, "Kitchen") for owner in owners] == [204] * 8 + [503]
    assert len(await hubs(base)) == 8
    assert await owners[0].announce(base, "Again") == 204


@pytest.mark.parametrize("label", ["", " ", "x" * 25, " Kitchen", "Kit\nchen", "\u202eKitchen", "\x00"])
async def test_a_label_is_short_and_plain(base: str, label: str) -> None:
    """A label is short and plain."""
    assert await Owner().announce(base, label) == 400


def test_announcements_end_by_themselves() -> None:
    """Announcements end by themselves."""
    now = 0.0
    rooms = Rooms(Limits(rooms=2), lambda: now)
    rooms.announce(b"a", "pid", "Kitchen")
    now = TTL - 1
    assert rooms.hubs(b"a") == {"pid": "Kitchen"}
    rooms.announce(b"b", "pid", "Kitchen")
    with pytest.raises(RoomsFull):
        rooms.announce(b"c", "pid", "Kitchen")
    now = TTL
    assert rooms.hubs(b"a") == {}
    rooms.sweep()
    assert len(rooms) == 1
    rooms.announce(b"c", "pid", "Kitchen")


ADDRESSES = st.ip_addresses().map(str)


@given(peer=ADDRESSES, headers=st.lists(st.text() | ADDRESSES | st.lists(ADDRESSES).map(", ".join)))
def test_where_a_client_is_cannot_be_forged(peer: str, headers: list[str]) -> None:
    """Whatever stands left of what the trusted proxy saw changes nothing; without a trusted proxy all of it."""
    behind = Locator(PROXIES, lan=False)
    assert behind.locate("127.0.0.1", [*headers, "203.0.113.5"]) == behind.locate("203.0.113.5", [])
    assert Locator((), lan=True).locate(peer, headers) == Locator((), lan=True).locate(peer, [])
    behind.locate(peer, headers)
