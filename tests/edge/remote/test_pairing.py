"""Pairing through a real registrar."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import json
from pathlib import Path
import resource
from xml.etree import ElementTree as ET

import aiohttp
import pytest
import segno

from ambianic.errors import EdgeError, ErrorCode
from ambianic.pnp1.keys import SigningKey
from ambianic.pnp1.messages import P2, P4, Refused
from ambianic.pnp1.pairing import PhonePairing
from ambianic.remote import pairing as pairing_module
from tests.support.phone import PairingLink, PairRefused, Phone, Signalling

from .hub import APP, OWNER, Hub, Node, name_of, running


async def hubs(registrar: str) -> list[dict[str, str]]:
    """The hubs that a phone on this network is shown."""
    async with aiohttp.ClientSession() as session, session.get(f"{registrar}pnp/rooms") as response:
        assert response.status == 200
        found: list[dict[str, str]] = (await response.json())["hubs"]
        return found


async def nearby(registrar: str) -> str:
    """The pid of the hub that is shown."""
    async with asyncio.timeout(10):
        while not (found := await hubs(registrar)):
            await asyncio.sleep(0.02)
    assert [hub["label"] for hub in found] == ["Our home"]
    return found[0]["pid"]


def other(code: str | None) -> str:
    """A wrong code."""
    assert code
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_a_phone_pairs_by_the_code_with_the_hub_that_it_finds_nearby(hub: Hub, registrar: str) -> None:
    """The window shows a code, the phone finds the hub by the network, and is in; everybody who watches is told."""
    assert await hubs(registrar) == []
    window = await hub.open(role="viewer", cameras=["0123abcd"])
    assert window.state == "open"
    assert window.code
    assert (await hub.told("pairing"))["pairing"]["code"] == window.code
    phone = await Phone.pair(registrar=registrar, pid=await nearby(registrar), code=window.code, name="Anna's  phone\n")

    assert (phone.record.role, phone.record.name, phone.record.edge) == ("viewer", "Our home", "edge-1")
    assert phone.record.registrars == (registrar,)
    [known] = hub.remote.phone_views()
    assert (known.id, known.name, known.role, known.cameras) == (phone.id, "Anna's phone", "viewer", ["0123abcd"])
    assert (known.paired_by, known.connected, known.last_seen) == (OWNER, False, None)
    told = await hub.told("pairing", lambda message: message["pairing"]["state"] == "paired")
    assert told["pairing"]["phone"]["id"] == phone.id
    assert (told["pairing"]["code"], told["pairing"]["link"], told["pairing"]["qr"]) == (None, None, None)
    assert (await hub.told("phone_paired"))["phone"]["name"] == "Anna's phone"
    async with asyncio.timeout(5):
        while await hubs(registrar):
            await asyncio.sleep(0.05)


async def test_a_phone_pairs_by_the_link_which_is_also_a_picture(hub: Hub, registrar: str) -> None:
    """The link names app, window, secret and registrar in its fragment, and the picture is that link."""
    window = await hub.open()
    assert window.link
    assert window.link.startswith(f"{APP}#p=1.")
    assert PairingLink.parse(window.link).registrar == registrar
    assert window.qr
    picture = ET.fromstring(window.qr)
    matrix = segno.make_qr(window.link, error="m")
    side = str(matrix.symbol_size(border=4)[0])
    assert (picture.get("viewBox"), picture.get("width")) == (f"0 0 {side} {side}", None)
    phone = await Phone.pair(link=window.link)
    async with await phone.connect() as home:
        assert await name_of(home) == "Test phone"


async def test_the_link_is_never_shown_nearby(hub: Hub, registrar: str) -> None:
    """An invitation by link alone has no code, and nobody on the network sees that there is one."""
    window = await hub.open(method="link")
    assert (window.code, window.tries_left) == (None, 0)
    await asyncio.sleep(0.3)
    assert await hubs(registrar) == []
    await Phone.pair(link=window.link)


async def test_three_wrong_codes_close_the_code_but_not_the_link(hub: Hub, registrar: str) -> None:
    """Who guesses gets three tries; the owner is told and pairs by the link."""
    window = await hub.open()
    pid = await nearby(registrar)
    for left in (2, 1, 0):
        with pytest.raises(PairRefused, match="wrong_code"):
            await Phone.pair(registrar=registrar, pid=pid, code=other(window.code))
        current = hub.remote.pairing.current()
        assert current
        assert current.tries_left == left
    current = hub.remote.pairing.current()
    assert current
    assert (current.state, current.code, current.link) == ("disturbed", None, window.link)
    assert (await hub.told("pairing_disturbed"))["pairing"]["state"] == "disturbed"
    with pytest.raises(PairRefused, match="closed"):
        await Phone.pair(registrar=registrar, pid=pid, code=window.code or "")
    phone = await Phone.pair(link=window.link)
    assert [known.id for known in hub.remote.phone_views()] == [phone.id]


async def test_one_wrong_code_is_forgiven(hub: Hub, registrar: str) -> None:
    """People mistype."""
    window = await hub.open()
    pid = await nearby(registrar)
    with pytest.raises(PairRefused, match="wrong_code"):
        await Phone.pair(registrar=registrar, pid=pid, code=other(window.code))
    await hub.told("pairing", lambda message: message["pairing"]["tries_left"] == 2)
    await Phone.pair(registrar=registrar, pid=pid, code=window.code or "")


async def test_a_window_lets_one_phone_in(hub: Hub) -> None:
    """A link that was used is of no use to anybody who has seen it."""
    window = await hub.open()
    await Phone.pair(link=window.link)
    with pytest.raises(PairRefused, match="closed"):
        await Phone.pair(link=window.link)
    assert len(hub.remote.phone_views()) == 1


async def test_of_two_phones_at_the_same_time_one_is_paired(hub: Hub) -> None:
    """Both know the secret; the window is for one."""
    window = await hub.open()
    results = await asyncio.gather(*(Phone.pair(link=window.link) for _ in range(2)), return_exceptions=True)
    paired = [result for result in results if isinstance(result, Phone)]
    assert len(paired) == 1
    assert [result.reason for result in results if isinstance(result, PairRefused)] == ["closed"]
    assert [known.id for known in hub.remote.phone_views()] == [paired[0].id]


async def test_replayed_pairing_messages_are_of_no_use(hub: Hub) -> None:
    """P1 again gives the same answer; P3 again, from anybody, is refused and enrols nobody."""
    link = PairingLink.parse((await hub.open()).link or "")
    run, identity = PhonePairing(link.pid, link.secret), SigningKey.generate()
    async with Signalling(link.registrar) as phone, Signalling(link.registrar) as thief:
        await phone.send(run.p1, link.pid)
        second = await phone.answer()
        assert isinstance(second, P2)
        await thief.send(run.p1, link.pid)
        assert await thief.answer() == second
        third = run.p3(second, identity, "Phone")
        await phone.send(third, link.pid)
        assert isinstance(await phone.answer(), P4)
        await thief.send(third, link.pid)
        answer = await thief.answer()
        assert isinstance(answer, Refused)
        assert answer.reason == "closed"
    assert len(hub.remote.phone_views()) == 1


async def test_a_window_ends_by_itself(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time the window is closed and its secrets are gone."""
    monkeypatch.setattr(pairing_module, "OPEN_SECONDS", 0.3)
    window = await hub.open()
    await hub.told("pairing", lambda message: message["pairing"]["state"] == "expired")
    with pytest.raises(PairRefused, match="closed"):
        await Phone.pair(link=window.link)
    current = hub.remote.pairing.current()
    assert current
    assert (current.state, current.code, current.link, current.qr) == ("expired", None, None, None)


async def test_a_window_is_cancelled_or_replaced(hub: Hub) -> None:
    """Only the newest window counts."""
    first = await hub.open()
    second = await hub.open()
    hub.remote.pairing.cancel()
    with pytest.raises(PairRefused, match="closed"):
        await Phone.pair(link=second.link)
    third = await hub.open()
    assert len({first.id, second.id, third.id}) == 3
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await Phone.pair(link=first.link)
    await Phone.pair(link=third.link)


async def test_a_phone_that_pairs_again_gets_its_new_role(hub: Hub) -> None:
    """The same key is the same phone, also after it was removed."""
    identity = SigningKey.generate()
    first = await Phone.pair(link=(await hub.open(role="viewer", cameras=["0123abcd"])).link, identity=identity)
    again = await Phone.pair(link=(await hub.open(role="owner")).link, identity=identity)
    assert (first.id, again.record.role) == (again.id, "owner")
    [known] = hub.remote.phone_views()
    assert (known.role, known.cameras) == ("owner", None)
    hub.remote.phones.revoke(first.id)
    back = await Phone.pair(link=(await hub.open(role="viewer")).link, identity=identity)
    async with await back.connect() as home:
        assert await name_of(home) == "Test phone"


async def test_pairing_needs_remote_access_and_a_registrar(tmp_path: Path, registrar: str) -> None:
    """What is missing is said, and what to do."""
    async with running(tmp_path) as hub:
        with pytest.raises(EdgeError, match="Add one to the settings") as caught:
            await hub.open()
        assert caught.value.code is ErrorCode.NO_REGISTRAR
    async with running(tmp_path, "http://127.0.0.1:9/") as hub:
        with pytest.raises(EdgeError, match="can't be reached"):
            await hub.open()
    async with running(tmp_path, registrar, app=None) as hub:
        with pytest.raises(EdgeError, match="app"):
            await hub.open(method="link")
        window = await hub.open()
        assert (window.link, window.qr) == (None, None)
        await Phone.pair(registrar=registrar, pid=await nearby(registrar), code=window.code or "")
        hub.remote.apply(hub.remote._settings.model_copy(update={"enabled": False}))
        with pytest.raises(EdgeError) as caught:
            await hub.open()
        assert caught.value.code is ErrorCode.REMOTE_OFF


async def test_a_window_survives_the_loss_of_a_registrar(tmp_path: Path, node: Node, second_node: Node) -> None:
    """The link names a registrar that is there."""
    async with running(tmp_path, node.url, second_node.url) as hub:
        await hub.connected(2)
        window = await hub.open()
        assert PairingLink.parse(window.link or "").registrar == node.url
        assert await nearby(node.url) == await nearby(second_node.url)
        await node.stop()
        told = await hub.told("pairing", lambda message: message["pairing"]["link"] != window.link)
        assert PairingLink.parse(told["pairing"]["link"]).registrar == second_node.url
        assert told["pairing"]["code"] == window.code
        await Phone.pair(link=told["pairing"]["link"])


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow, by the kernel's own limit, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_phone_that_cannot_be_saved_is_not_told_that_it_is_paired(hub: Hub, tmp_path: Path) -> None:
    """On a full disk nobody is in; with space again the next window works."""
    window = await hub.open()
    with full_disk(), pytest.raises(PairRefused, match="closed"):
        await Phone.pair(link=window.link)
    assert hub.remote.phone_views() == []
    await hub.told("pairing", lambda message: message["pairing"]["state"] == "cancelled")
    phone = await hub.pair()
    assert [known["name"] for known in json.loads((tmp_path / "phones.json").read_text())["phones"]] == ["Test phone"]
    with full_disk(), pytest.raises(EdgeError) as caught:
        hub.remote.phones.rename(phone.id, "Kitchen")
    assert caught.value.code is ErrorCode.STORAGE
    assert hub.remote.phone_view(phone.id).name == "Test phone"
