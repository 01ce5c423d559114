"""Paired phones connect through real registrars, and reach the API."""

import asyncio
from pathlib import Path
import secrets
import time

from aiortc import RTCConfiguration, RTCPeerConnection
import pytest

from ambianic.pnp1.keys import SigningKey
from ambianic.pnp1.messages import C1, C2
from ambianic.pnp1.route import route_id
from ambianic.remote import identity as identity_module
from ambianic.remote.channel.link import Link
from tests.support.phone import HomeRefused, Phone, Signalling, Unreachable

from .hub import Hub, Node, name_of, running


async def until(hub: Hub, *, connected: bool) -> None:
    """Wait until those who watch are told so of the phone."""
    await hub.told("phones", lambda message: [phone["connected"] for phone in message["phones"]] == [connected])


async def test_a_phone_uses_the_api_and_is_shown_as_connected(hub: Hub) -> None:
    """The API knows the phone by its name; who watches sees when it comes and goes, and how it is connected."""
    phone = await hub.pair()
    async with await phone.connect() as home:
        assert home.path == "direct"
        assert await name_of(home) == "Test phone"
        await until(hub, connected=True)
        [known] = hub.remote.phone_views()
        assert (known.connected, known.path) == (True, "direct")
        assert known.last_seen
        assert len(hub.admitted) == 1
    await until(hub, connected=False)
    assert hub.admitted == {}
    assert hub.remote.phone_views()[0].path is None


async def test_a_phone_whose_clock_is_a_day_off_connects(hub: Hub) -> None:
    """The home asks it to try again with a challenge; after that the phone knows the home's clock."""
    phone = await hub.pair()
    phone.clock = lambda: time.time() + 86_400
    async with await phone.connect() as home:
        assert await name_of(home) == "Test phone"
    assert abs(phone.record.offset + 86_400_000) < 10_000


async def test_a_third_connection_takes_the_place_of_the_first(hub: Hub) -> None:
    """A phone has two at most; when its network changes, the new one must not wait for the old one's end."""
    phone = await hub.pair()
    first, second, third = [await phone.connect() for _ in range(3)]
    await first.wait_gone(5)
    assert await name_of(second) == await name_of(third) == "Test phone"
    assert len(hub.admitted) == 2
    for home in (first, second, third):
        await home.close()


async def test_an_offer_alone_ends_no_connection(hub: Hub) -> None:
    """It may be a replay: only who proves to be the phone takes the place of another connection."""
    phone = await hub.pair()
    first, second = [await phone.connect() for _ in range(2)]
    peer = RTCPeerConnection(RTCConfiguration([]))
    peer.createDataChannel("pnp1")
    await peer.setLocalDescription(await peer.createOffer())
    for _ in range(3):
        async with Signalling(phone.record.registrars[0]) as signalling:
            await signalling.send(C1(secrets.token_bytes(16), phone.offer(peer.localDescription.sdp).box), phone.record.route)
            assert isinstance(await signalling.answer(), C2)
    assert await name_of(first) == await name_of(second) == "Test phone"
    for home in (first, second, peer):
        await home.close()


async def test_many_phones_at_once(hub: Hub) -> None:
    """Each gets a session of its own."""
    phones = [await hub.pair() for _ in range(5)]
    homes = await asyncio.gather(*(phone.connect() for phone in phones))
    assert await asyncio.gather(*(name_of(home) for home in homes)) == ["Test phone"] * 5
    assert len(hub.admitted) == 5
    await asyncio.gather(*(home.close() for home in homes))


async def test_a_revoked_phone_is_out_at_once_and_is_told(hub: Hub) -> None:
    """Its connection ends, its session at the API before that; when it knocks it learns that it was removed."""
    phone = await hub.pair()
    home = await phone.connect()
    await name_of(home)
    hub.remote.phones.revoke(phone.id)
    assert hub.admitted == {}
    await home.wait_gone(2)
    assert home.client.ended
    assert home.client.ended.result() == "goodbye: revoked"
    await home.close()
    assert hub.remote.phone_views() == []
    await hub.connected()
    for _ in range(3):
        with pytest.raises(HomeRefused):
            await phone.connect()
    assert hub.admitted == {}


async def test_a_stranger_gets_no_answer(hub: Hub) -> None:
    """Who is not known hears nothing at all, also where it knows the home's keys."""
    paired = await hub.pair()
    stranger = Phone(SigningKey.generate(), paired.record)
    with pytest.raises(TimeoutError):
        await stranger.connect(answer_seconds=1)
    assert hub.remote.rejected


async def test_phones_find_the_home_by_its_old_route_and_learn_the_new_one(hub: Hub, tmp_path: Path) -> None:
    """Removing a phone moves the home to a new route, which others that were away learn when they come."""
    lost, kept = await hub.pair(), await hub.pair()
    before = kept.record.route
    hub.remote.phones.revoke(lost.id)
    await hub.connected()
    async with await kept.connect() as home:
        assert await name_of(home) == "Test phone"
    after = kept.record.route
    assert after != before
    assert after == route_id(hub.remote._identity.route.public)
    async with await kept.connect():
        assert kept.record.route == after
    old = [route_id(key.public) for key in hub.remote._identity.old_routes]
    assert old == [before]
    registrar = hub.remote._registrars.all()[0]
    assert registrar.serves(before)
    assert registrar.serves(after)


async def test_only_few_old_routes_are_kept(hub: Hub) -> None:
    """Each costs a connection to each registrar."""
    for _ in range(identity_module.ROUTES_KEPT + 2):
        phone = await hub.pair()
        hub.remote.phones.revoke(phone.id)
    assert len(hub.remote._identity.old_routes) == identity_module.ROUTES_KEPT


async def test_the_home_comes_back_to_a_registrar_that_was_gone(hub: Hub, node: Node) -> None:
    """Connections do not need the registrar; new ones work as soon as it is back."""
    phone = await hub.pair()
    async with await phone.connect() as home:
        await node.stop()
        told = await hub.told("remote", lambda message: message["remote"]["registrars"][0]["state"] == "offline")
        assert node.url in told["remote"]["registrars"][0]["reason"]
        assert await name_of(home) == "Test phone"
    with pytest.raises(Unreachable):
        await phone.connect()
    await node.start()
    await hub.connected()
    async with await phone.connect() as home:
        assert await name_of(home) == "Test phone"


async def test_one_of_two_registrars_is_enough(tmp_path: Path, node: Node, second_node: Node) -> None:
    """A phone tries all that its record names."""
    async with running(tmp_path, node.url, second_node.url) as hub:
        await hub.connected(2)
        phone = await hub.pair()
        assert phone.record.registrars == (node.url, second_node.url)
        await node.stop()
        async with await phone.connect() as home:
            assert await name_of(home) == "Test phone"


async def test_other_registrars_can_be_chosen_while_running(tmp_path: Path, node: Node, second_node: Node) -> None:
    """Phones learn of them when they connect; with remote access off all are out."""
    async with running(tmp_path, node.url) as hub:
        await hub.connected()
        phone = await hub.pair()
        settings = hub.remote._settings
        hub.remote.apply(settings.model_copy(update={"registrars": (node.url, second_node.url)}))
        await hub.connected(2)
        async with await phone.connect() as home:
            assert phone.record.registrars == (node.url, second_node.url)
            hub.remote.apply(settings.model_copy(update={"enabled": False}))
            await home.wait_gone(5)
        assert hub.remote.phone_views()[0].connected is False
        await hub.told("remote", lambda message: message["remote"]["registrars"] == [])
        hub.remote.apply(settings.model_copy(update={"registrars": (second_node.url,)}))
        await hub.connected()
        async with await phone.connect() as home:
            assert await name_of(home) == "Test phone"


async def test_phones_outlive_a_restart_of_the_edge(tmp_path: Path, node: Node) -> None:
    """Keys and phones are on disk; an offer of before the restart is not believed without a challenge."""
    async with running(tmp_path, node.url) as hub:
        await hub.connected()
        phone = await hub.pair()
        fingerprint = hub.remote.view().fingerprint
        async with await phone.connect():
            pass
        seen = hub.remote.phone_views()[0].last_seen
    async with running(tmp_path, node.url) as hub:
        await hub.connected()
        [known] = hub.remote.phone_views()
        assert (known.id, known.last_seen) == (phone.id, seen)
        assert hub.remote.view().fingerprint == fingerprint
        phone.clock = lambda: time.time() - 30
        async with await phone.connect() as home:
            assert await name_of(home) == "Test phone"


async def test_a_new_identity_is_not_believed(hub: Hub) -> None:
    """After a reset all phones are out, and the old ones do not take the new edge for their home."""
    phone = await hub.pair()
    before = hub.remote.view().fingerprint
    home = await phone.connect()
    await hub.remote.reset_identity()
    await home.wait_gone(5)
    await home.close()
    assert hub.remote.view().fingerprint != before
    assert hub.remote.phone_views() == []
    await hub.connected()
    phone.record = phone.record.updated(hub.remote._home(), 0)
    with pytest.raises(TimeoutError):
        await phone.connect(answer_seconds=1)
    again = await hub.pair()
    async with await again.connect() as home:
        assert await name_of(home) == "Test phone"


async def test_a_phone_that_vanished_is_noticed(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone in a tunnel says no goodbye."""
    times = Link.__init__.__kwdefaults__
    assert times
    monkeypatch.setitem(times, "ping_period", 0.2)
    monkeypatch.setitem(times, "silence_max", 1.0)
    phone = await hub.pair()
    home = await phone.connect()
    await until(hub, connected=True)
    assert home.peer.sctp
    for protocol in home.peer.sctp.transport.transport._connection._protocols:
        protocol.transport.abort()
    await until(hub, connected=False)
    assert hub.admitted == {}
    await home.close()
