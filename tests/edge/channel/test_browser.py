"""The app's own code in a real browser, an edge's remote access and a registrar: from pairing to healing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
import hashlib
from pathlib import Path

from playwright.async_api import Browser
import pytest
import pytest_asyncio

from ambianic.changes import ChangeLog
from ambianic.config import RemoteSettings
from ambianic.remote import ApiDoor, EdgeIdentity, Remote, line
from ambianic.webrtc.ice import IceServers
from tests.edge.remote.hub import Node
from tests.support.bundle import bundle

from .browser import PhonePage, browser, phone_page
from .conftest import BEARER, BIG, Api, served_api

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

APP = "https://app.example/"


@dataclass
class Home:
    """An edge's remote access."""

    remote: Remote
    api: Api

    async def link(self) -> str:
        """Open a pairing window: its link."""
        view = await self.remote.pairing.open(role="owner", cameras=None, opened_by="Anna")
        assert view.link
        return view.link

    async def reachable(self) -> None:
        """Wait until a registrar knows the home."""
        async with asyncio.timeout(20):
            while not any(registrar.state == "connected" for registrar in self.remote.view().registrars):
                await asyncio.sleep(0.02)

    async def cut(self) -> None:
        """Tear the connections of phones off."""
        for connection in list(self.remote._connections._running):
            await connection._peer.close()

    def fall_silent(self) -> None:
        """Send nothing any more over the connections that there are."""
        for connection in self.remote._connections._running:
            assert connection.channel
            connection.channel.send = lambda data: None  # type: ignore[method-assign]  # as if the network were gone


@asynccontextmanager
async def home_of(directory: Path, api: Api, door: ApiDoor, *registrars: str) -> AsyncIterator[Home]:
    """Remote access over the data of a directory."""
    remote = Remote(
        directory,
        edge=EdgeIdentity(id="edge-1", name=lambda: "Our home"),
        settings=RemoteSettings(registrars=registrars, app=APP, ice=()),
        changes=ChangeLog(),
        ice=IceServers(),
        admit=lambda _phone: BEARER,
        dismiss=lambda _secret: None,
        door=door,
    )
    await remote.start()
    try:
        yield Home(remote, api)
    finally:
        await remote.stop()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the edge try lost registrars again soon."""
    monkeypatch.setattr(line, "FIRST_DELAY", 0.2)
    monkeypatch.setattr(line, "MOST_DELAY", 0.4)
    monkeypatch.setattr(line, "REFUSED_DELAY", 0.4)


@pytest_asyncio.fixture(loop_scope="module")
async def node() -> AsyncIterator[Node]:
    """A registrar."""
    async with Node() as known:
        yield known


@pytest_asyncio.fixture(loop_scope="module")
async def home(node: Node, tmp_path: Path) -> AsyncIterator[Home]:
    """A home that is reachable at one registrar."""
    api = Api()
    async with served_api(api) as door, home_of(tmp_path, api, door, node.url) as known:
        await known.reachable()
        yield known


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all of these tests."""
    async with browser() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module() -> bytes:
    """The app's code for reaching homes."""
    return await bundle("remote/index.ts")


@pytest_asyncio.fixture(loop_scope="module")
async def page(chromium: Browser, module: bytes) -> AsyncIterator[PhonePage]:
    """A phone; nothing in it may go wrong unnoticed."""
    async with phone_page(chromium, module) as phone:
        yield phone
        assert phone.errors == []


async def test_pairing_by_code_with_a_home_that_was_found_nearby(home: Home, node: Node, page: PhonePage) -> None:
    """Discovery, a wrong code, the right one, and the first requests."""
    view = await home.remote.pairing.open(role="owner", cameras=None, opened_by="Anna")
    hubs = await page.do(
        "let hubs = []; while (!hubs.length) hubs = await discover([given], never()); return hubs;",
        node.url,
    )
    assert [(hub["label"], hub["registrar"]) for hub in hubs] == [("Our home", node.url)]
    wrong = "111111" if view.code != "111111" else "222222"
    pairing = "failure(pair({...given.hub, secret: given.code, name: 'Browser', signal: never()}))"
    failed = await page.do(f"return {pairing}", {"hub": hubs[0], "code": wrong})
    assert failed["code"] == "wrong-code"
    await page.do(
        "open_(await pair({...given.hub, secret: given.code, name: 'Browser', signal: never()}))",
        {"hub": hubs[0], "code": view.code},
    )
    assert [phone.name for phone in home.remote.phones.list()] == ["Browser"]
    status = await page.do("return (await home.fetch('/api/v1/echo')).status")
    assert status == 200
    assert await page.do("return [home.state, states[0]]") == ["direct", "connecting"]
    failed = await page.do(f"return {pairing}", {"hub": hubs[0], "code": view.code})
    assert failed["code"] == "closed"


async def test_a_link_pairs_once_and_everything_goes_through(home: Home, page: PhonePage) -> None:
    """Many requests at once, a big answer, a big request, a range, refusals and cancelling."""
    link = await home.link()
    await page.pair(link)
    failed = await page.do("return failure(pair({...parseLink(new URL(given).hash), name: 'x', signal: never()}))", link)
    assert failed["code"] == "used"

    numbers = await page.do(
        """const ask = async number => (await (await home.fetch(`/api/v1/echo?number=${number}`)).json()).query.number;
        return Promise.all(Array.from({length: 100}, (_, number) => ask(number)))"""
    )
    assert numbers == [str(number) for number in range(100)]

    order = await page.do(
        """const order = [];
        const big = home.fetch("/api/v1/big").then(answer => answer.arrayBuffer()).then(body => { order.push("big"); return body; });
        for (let i = 0; i < 10; i++) { await (await home.fetch("/api/v1/echo")).text(); order.push("small"); }
        const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await big));
        return {order, hash: [...hash].map(byte => byte.toString(16).padStart(2, "0")).join("")};"""
    )
    assert order == {"order": ["small"] * 10 + ["big"], "hash": hashlib.sha256(BIG).hexdigest()}

    echo = await page.do(
        """const body = JSON.stringify({text: "x".repeat(300_000)});
        const answer = await home.fetch("/api/v1/echo", {method: "POST", body, headers: {"Content-Type": "application/json"}});
        return answer.json()"""
    )
    assert (echo["method"], echo["length"]) == ("POST", 300_011)
    part = await page.do(
        """const answer = await home.fetch("/api/v1/big", {headers: {Range: "bytes=256-511"}});
        return [answer.status, [...new Uint8Array(await answer.arrayBuffer())]]"""
    )
    assert part == [206, list(range(256))]
    assert await page.do("return (await home.fetch('/api/v1/nothing', {method: 'DELETE'})).status") == 404
    refused = await page.do("return failure(home.fetch('/api/v1/../secret'))")
    assert refused["name"] == "RequestFailed"

    cancelled = await page.do(
        """const giving = new AbortController();
        const answer = await home.fetch("/api/v1/endless", {signal: giving.signal});
        await answer.body.getReader().read();
        giving.abort();
        return failure(home.fetch("/api/v1/echo", {signal: giving.signal}))"""
    )
    assert cancelled["name"] == "AbortError"
    await asyncio.wait_for(home.api.ended.wait(), 10)


async def test_the_stream_goes_on_where_it_was_after_a_loss(home: Home, page: PhonePage) -> None:
    """The connection is torn off in the middle of a download; requests that can be repeated are, and the stream resumes."""
    await page.pair(await home.link())
    await page.do("home.follow(message => messages.push(message))")
    await page.until("messages.length === 1")
    (socket,) = home.api.sockets
    await socket.send_json({"type": "event", "cursor": "b1c2-18"})
    await page.until("messages.length === 2")
    broken = asyncio.create_task(
        page.do("return failure(home.fetch('/api/v1/endless').then(answer => (window.begun = true, answer.text())))")
    )
    waiting = asyncio.create_task(page.do("return (await home.fetch('/api/v1/wait')).text()"))
    adding = asyncio.create_task(page.do("return failure(home.fetch('/api/v1/wait', {method: 'POST', body: ''}))"))
    await page.until("window.begun")
    async with asyncio.timeout(20):
        while home.api.waiting < 2:
            await asyncio.sleep(0.01)
    await home.cut()
    assert (await broken)["name"] == "TypeError"
    assert (await adding)["name"] == "ConnectionLost"
    home.api.released.set()
    assert await waiting == "released"
    await page.until("messages.length === 3")
    assert (await page.do("return messages[2].after")) == "b1c2-18"
    assert await page.do("return states.slice(-2)") == ["connecting", "direct"]


async def test_a_change_of_the_network_is_noticed_at_once(home: Home, page: PhonePage) -> None:
    """The old way is silent, but nobody closed it."""
    await page.pair(await home.link())
    assert await page.do("return (await home.fetch('/api/v1/echo')).status") == 200
    home.fall_silent()
    await page.do("window.dispatchEvent(new Event('online'))")
    assert await page.do("return (await home.fetch('/api/v1/echo')).status") == 200


async def test_a_registrar_that_dies_is_only_missed_for_the_next_connection(home: Home, node: Node, page: PhonePage) -> None:
    """What is connected stays so; afterwards the phone says what is wrong until it heals."""
    await page.pair(await home.link())
    await page.do("await reached('direct')")
    await node.stop()
    assert await page.do("return (await home.fetch('/api/v1/echo')).status") == 200
    await home.cut()
    await page.do("await reached('registrar-unreachable')")
    waiting = asyncio.create_task(page.do("return (await home.fetch('/api/v1/echo')).status"))
    await node.start()
    await home.reachable()
    await page.do("home.wake()")
    assert await waiting == 200


async def test_one_of_two_registrars_is_enough(node: Node, tmp_path: Path, page: PhonePage) -> None:
    """The other one is dead when the phone connects."""
    api = Api()
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(Node())
        door = await stack.enter_async_context(served_api(api))
        home = await stack.enter_async_context(home_of(tmp_path, api, door, other.url, node.url))
        await home.reachable()
        await page.pair(await home.link())
        await page.do("await reached('direct')")
        assert await page.do("return kept.registrars.length") == 2
        await other.stop()
        await home.cut()
        await page.do("await reached('connecting'); await reached('direct')")
        assert await page.do("return (await home.fetch('/api/v1/echo')).status") == 200
        await page.do("home.close()")


async def test_a_home_that_is_away_is_called_so_and_found_again(node: Node, tmp_path: Path, page: PhonePage) -> None:
    """The registrar is there, the edge is not; then the edge starts again."""
    api = Api()
    async with served_api(api) as door:
        async with home_of(tmp_path, api, door, node.url) as home:
            await home.reachable()
            await page.pair(await home.link())
            await page.do("await reached('direct')")
        await page.do("await reached('home-unreachable')")
        async with home_of(tmp_path, api, door, node.url) as home:
            await home.reachable()
            await page.do("home.wake()")
            assert await page.do("return (await home.fetch('/api/v1/echo')).status") == 200
            await page.do("home.close()")


async def test_a_phone_whose_clock_is_a_day_off_connects(home: Home, page: PhonePage) -> None:
    """By the retry of the home, which also tells it the time."""
    await page.pair(await home.link())
    await page.do("await reached('direct'); open_({...kept, offset: kept.offset + 86_400_000}); await reached('direct')")
    assert abs(await page.do("return kept.offset")) < 60_000


async def test_a_removed_phone_is_out_and_told_so(home: Home, page: PhonePage) -> None:
    """At once where it is connected, and by the home's signed word where it comes back."""
    await page.pair(await home.link())
    await page.do("await reached('direct')")
    (phone,) = home.remote.phones.list()
    home.remote.phones.revoke(phone.id)
    await page.do("await reached('revoked')")
    failed = await page.do("return failure(home.fetch('/api/v1/echo'))")
    assert failed["name"] == "TypeError"
    await page.do("open_(kept); await reached('revoked')")
    assert await page.do("return states") == ["connecting", "revoked"]
