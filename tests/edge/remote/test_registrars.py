"""How the edge gets along with registrars."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
import shutil
from typing import Any

from aiohttp import WSCloseCode, web
import pytest

from ambianic.config import IceServer
from ambianic.pnp.server import RegistrarOptions, running as running_registrar
from tests.support.child import Child, free_port
from tests.support.edge import AMBIANIC

from .hub import Hub, Node, name_of, running


@asynccontextmanager
async def answering(answer: Callable[[web.Request], Any]) -> AsyncIterator[str]:
    """A web server that gives the same answer to all."""

    async def handle(request: web.Request) -> web.StreamResponse:
        result: web.StreamResponse = answer(request)
        return result

    async with serving(handle) as url:
        yield url


@asynccontextmanager
async def serving(handle: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A web server with one handler for all."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


async def state_of(hub: Hub, wanted: str) -> str:
    """Wait for a state of the only registrar: the reason that is shown."""
    message = await hub.told("remote", lambda message: message["remote"]["registrars"][0]["state"] == wanted)
    reason: str = message["remote"]["registrars"][0]["reason"]
    return reason


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        (lambda _: web.Response(text="<html>It works!</html>"), "refused", "is not a registrar"),
        (lambda _: web.json_response({"pnp": 2}), "refused", "is not a registrar"),
        (lambda _: web.json_response({"pnp": 1, "ice": "all"}), "refused", "is not a registrar"),
        (lambda _: web.Response(body=bytes(200_000)), "refused", "is not a registrar"),
        (lambda _: web.json_response({"pnp": 1}), "refused", "nonce"),
        (lambda _: web.Response(status=404), "refused", "no registrar at"),
        (lambda _: web.Response(status=429), "refused", "too often"),
        (lambda _: web.Response(status=403), "refused", "403"),
        (lambda _: web.Response(status=503), "offline", "problem of its own"),
        (lambda _: web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}), "refused", "302"),
    ],
)
async def test_what_is_no_registrar_is_shown_as_such(
    tmp_path: Path, answer: Callable[[web.Request], web.Response], state: str, reason: str
) -> None:
    """The reason is a sentence that names the address."""
    async with answering(answer) as url, running(tmp_path, url) as hub:
        shown = await state_of(hub, state)
        assert reason in shown
        assert url in shown


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (f"http://127.0.0.1:{free_port()}/", "no connection to it"),
        ("http://nobody.invalid/", "name can't be looked up"),
    ],
)
async def test_a_registrar_that_is_not_there(tmp_path: Path, url: str, reason: str) -> None:
    """It is shown as offline."""
    async with running(tmp_path, url) as hub:
        assert reason in await state_of(hub, "offline")


async def test_a_copy_of_the_edge_is_noticed(tmp_path: Path, registrar: str) -> None:
    """Two edges with the same keys, as after a restored backup, put each other out; the owner is told why."""
    (tmp_path / "one").mkdir()
    async with running(tmp_path / "one", registrar) as one:
        await one.connected()
        shutil.copytree(tmp_path / "one" / "keys", tmp_path / "two" / "keys")
        async with running(tmp_path / "two", registrar):
            assert "Another edge with the same keys" in await state_of(one, "refused")


async def test_phones_get_stun_and_turn_servers(tmp_path: Path) -> None:
    """The configured ones, and those of the registrar with fresh credentials; nobody sees credentials in the view."""
    options = RegistrarOptions(
        lan=True,
        app="https://pnp.example/app/",
        stun=("stun:127.0.0.1:9",),
        turn=("turn:127.0.0.1:9", "turns:turn.example:443?transport=tcp"),
        turn_secret="something secret",
    )
    own = IceServer(urls=("turn:own.example",), username="me", credential="mine")
    async with running_registrar(options) as port, running(tmp_path, f"http://127.0.0.1:{port}/", app=None, ice=(own,)) as hub:
        await hub.connected()
        await hub.told("remote", lambda message: len(message["remote"]["ice"]) == 3)
        view = hub.remote.view()
        assert view.app == "https://pnp.example/app/"
        assert [server.urls for server in view.ice] == [["turn:own.example"], ["stun:127.0.0.1:9"], list(options.turn)]
        assert "credential" not in view.model_dump_json()
        phone = await hub.pair()
        first, stun, turn = phone.record.ice
        assert (first.username, first.credential) == ("me", "mine")
        assert (stun.urls, stun.credential) == (options.stun, None)
        assert turn.urls == options.turn
        assert turn.username
        assert turn.credential
        assert "something secret" not in repr(phone.record)
        async with await phone.connect(own_ice=False) as home:
            assert await name_of(home) == "Test phone"
        assert phone.record.ice[2].urls == options.turn


async def test_a_registrar_that_comes_later_is_found(tmp_path: Path) -> None:
    """The edge keeps trying."""
    node = Node()
    async with running(tmp_path, node.url) as hub:
        await state_of(hub, "offline")
        async with node:
            await hub.connected()
            phone = await hub.pair()
            async with await phone.connect() as home:
                assert await name_of(home) == "Test phone"


async def test_a_drained_registrar_is_left_and_found_again(hub: Hub, node: Node) -> None:
    """It says so before it goes (GOAWAY)."""
    for _ in range(2):
        await node.stop()
        assert "was lost" in await state_of(hub, "offline")
        await node.start()
        await hub.told("remote", lambda message: message["remote"]["registrars"][0]["state"] == "connected")


async def test_a_registrar_that_is_about_to_restart_refuses_nobody(tmp_path: Path) -> None:
    """It says ERROR as well, but with the close code of a restart: it is asked again soon."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.path == "/pnp":
            return web.json_response({"pnp": 1})
        if request.path == "/pnp/nonce":
            return web.json_response({"nonce": "AAAA"})
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "ERROR", "payload": {"msg": "This server is about to restart."}})
        await socket.close(code=WSCloseCode.SERVICE_RESTART)
        return socket

    async with serving(handle) as url, running(tmp_path, url) as hub:
        assert "about to restart" in await state_of(hub, "offline")


async def test_nothing_secret_is_logged(tmp_path: Path, registrar: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither codes nor links, nor keys, nor proofs, nor whom a phone calls itself."""
    caplog.set_level("DEBUG", logger="ambianic")
    async with running(tmp_path, registrar) as hub:
        await hub.connected()
        window = await hub.open()
        phone = await hub.pair()
        async with await phone.connect():
            pass
        hub.remote.phones.revoke(phone.id)
        await asyncio.sleep(0.1)
    assert window.link
    assert window.code
    secret = window.link.split(".")[-2]
    keys = (tmp_path / "keys" / "identity.json").read_text().split('"')
    private = [keys[place + 2] for place, word in enumerate(keys) if word == "d"]
    assert len(private) >= 4
    assert caplog.text.count("was paired") == 1
    for word in (secret, window.code, "proof=", "token=", "nonce", "Test phone", *private):
        assert word not in caplog.text


async def test_a_killed_registrar_ends_nothing_but_signalling(tmp_path: Path) -> None:
    """It dies without a word; a phone that watches goes on, and others connect as soon as it is back."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    child = Child("The registrar", [AMBIANIC, "pnp", "--port", port, "--lan"], tmp_path / "registrar.log")
    await child.start_serving(f"{url}pnp", 30)
    try:
        async with running(tmp_path, url) as hub:
            await hub.connected()
            phone = await hub.pair()
            async with await phone.connect() as home:
                child.crash()
                await state_of(hub, "offline")
                assert await name_of(home) == "Test phone"
                await child.start_serving(f"{url}pnp", 30)
                await hub.connected()
                async with await phone.connect() as again:
                    assert await name_of(again) == await name_of(home) == "Test phone"
    finally:
        child.stop()
