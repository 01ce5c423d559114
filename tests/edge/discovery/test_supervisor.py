"""The Supervisor is played by a real HTTP server that keeps what it is told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
import logging
import socket
from typing import Any

import aiohttp
from aiohttp import web
import pytest

from ambianic.discovery.announce import Announcement
from ambianic.discovery.supervisor import announce_to_supervisor

EDGE = Announcement(id="5e0c2a44-0000", name="Ambianic Edge", version="2.0.0", port=8778, token="edge-secret")
MESSAGE = {
    "service": "ambianic",
    "config": {"host": "3f-ambianic-edge", "port": 8778, "token": "edge-secret", "id": "5e0c2a44-0000"},
}


@dataclass
class Supervisor:
    """Answers of the Supervisor: those of `failures` first, then good ones."""

    url: str = ""
    failures: list[web.Response] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)

    async def info(self, request: web.Request) -> web.Response:
        """GET /addons/self/info."""
        self.authorizations.append(request.headers.get("Authorization"))
        return web.json_response({"result": "ok", "data": {"hostname": "3f-ambianic-edge", "slug": "3f_ambianic_edge"}})

    async def discovery(self, request: web.Request) -> web.Response:
        """POST /discovery."""
        self.authorizations.append(request.headers.get("Authorization"))
        self.messages.append(await request.json())
        if self.failures:
            return self.failures.pop(0)
        return web.json_response({"result": "ok", "data": {"uuid": "0a1b"}})


@pytest.fixture
async def supervisor() -> AsyncIterator[Supervisor]:
    """A Supervisor on a port of its own."""
    supervisor = Supervisor()
    app = web.Application()
    app.router.add_get("/addons/self/info", supervisor.info)
    app.router.add_post("/discovery", supervisor.discovery)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    supervisor.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield supervisor
    await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """The edge's HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def in_app(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The environment of an app; whatever happens in it, no secret is logged."""
    monkeypatch.setenv("SUPERVISOR_TOKEN", "supervisor-secret")
    with caplog.at_level(logging.DEBUG):
        yield
        assert "secret" not in caplog.text


@pytest.mark.usefixtures("in_app")
async def test_leaves_a_message_with_the_name_that_the_supervisor_resolves(
    supervisor: Supervisor, session: aiohttp.ClientSession
) -> None:
    """The message is what the integration's flow expects."""
    await announce_to_supervisor(session, info=EDGE, base_url=supervisor.url)
    assert supervisor.messages == [MESSAGE]
    assert supervisor.authorizations == ["Bearer supervisor-secret"] * 2


async def test_does_nothing_outside_of_the_app(
    supervisor: Supervisor, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the app's token nothing is asked at all."""
    monkeypatch.delenv("SUPERVISOR_TOKEN", raising=False)
    await announce_to_supervisor(session, info=EDGE, base_url=supervisor.url)
    assert supervisor.authorizations == []


@pytest.mark.usefixtures("in_app")
@pytest.mark.parametrize(
    "failure",
    [
        web.Response(status=502, text="the token was edge-secret"),
        web.Response(status=429),
        web.Response(text="not JSON, but edge-secret"),
        web.Response(text="[]"),
        web.Response(text='{"result": "ok", "data": "' + "x" * 300_000 + '"}'),
        web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
    ],
    ids=["bad-gateway", "too-many", "text", "list", "huge", "redirect"],
)
async def test_tries_again_until_the_message_is_taken(
    supervisor: Supervisor, session: aiohttp.ClientSession, failure: web.Response
) -> None:
    """Whatever the Supervisor answers while it starts, it is asked again."""
    supervisor.failures = [failure]
    await announce_to_supervisor(session, info=EDGE, base_url=supervisor.url, first_delay=0.01)
    assert supervisor.messages == [MESSAGE, MESSAGE]


@pytest.mark.usefixtures("in_app")
async def test_waits_for_a_supervisor_that_is_not_there_yet(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    """Refused connections don't end the announcement."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    task = asyncio.create_task(announce_to_supervisor(session, info=EDGE, base_url=url, first_delay=0.01))
    async with asyncio.timeout(10):
        while caplog.text.count("trying again") < 2:
            await asyncio.sleep(0.01)
    assert not task.done()
    task.cancel()
    await asyncio.wait({task})


@pytest.mark.usefixtures("in_app")
@pytest.mark.parametrize("status", [400, 401, 403])
async def test_takes_a_refusal_for_an_answer(
    supervisor: Supervisor, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """A message that will never be taken is sent once."""
    supervisor.failures = [web.Response(status=status, text="edge-secret")]
    await announce_to_supervisor(session, info=EDGE, base_url=supervisor.url, first_delay=0.01)
    assert supervisor.messages == [MESSAGE]
    assert f"status {status}" in caplog.text


def test_an_announcement_shows_no_token() -> None:
    """It may be logged."""
    assert "secret" not in repr(EDGE)
