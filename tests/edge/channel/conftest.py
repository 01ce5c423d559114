"""A phone's end of the channel, the edge's end, and a small API behind it: all real, on this machine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
import tempfile

from aiohttp import WSMsgType, web
from aiortc import RTCDataChannel
import pytest

from ambianic.remote.channel import ApiDoor, serve
from tests.support.channel import ChannelClient, joined

BEARER = "the-session-of-this-phone"
BIG = bytes(range(256)) * 4096 * 20
"""20 MiB that are not the same everywhere."""


@dataclass
class Api:
    """What the API saw. `released` lets `/api/v1/wait` answer."""

    requests: list[str] = field(default_factory=list)
    sent: int = 0
    waiting: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    sockets: set[web.WebSocketResponse] = field(default_factory=set)


def make_api(api: Api, files: Path) -> web.Application:
    """An API with everything that a channel has to carry."""
    (files / "big.bin").write_bytes(BIG)

    @web.middleware
    async def authenticate(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        api.requests.append(f"{request.method} {request.raw_path}")
        if request.headers.get("Authorization") != f"Bearer {BEARER}":
            return web.Response(status=401)
        return await handler(request)

    async def echo(request: web.Request) -> web.Response:
        body = await request.read()
        answer = {"method": request.method, "query": dict(request.query), "length": len(body), "headers": dict(request.headers)}
        return web.json_response(answer, headers={"X-Inner": "secret", "ETag": '"1"', "Set-Cookie": "a=b"})

    async def big(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(files / "big.bin")

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            while True:
                await response.write(b"\0" * 65536)
                api.sent += 65536
        api.ended.set()
        return response

    async def wait(_request: web.Request) -> web.Response:
        api.waiting += 1
        await api.released.wait()
        return web.Response(text="released")

    async def broken(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = 1000
        await response.prepare(request)
        await response.write(b"the beginning")
        assert request.transport
        request.transport.abort()
        return response

    async def wide(_request: web.Request) -> web.Response:
        return web.Response(headers={"Content-Disposition": "x" * 7000, "Location": "y" * 7000, "ETag": "z" * 7000})

    async def stream(request: web.Request) -> web.WebSocketResponse:
        if request.query.get("after") == "refused":
            raise web.HTTPForbidden
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        api.sockets.add(socket)
        await socket.send_json({"type": "state", "after": request.query.get("after"), "filling": "é" * 100_000})
        async for message in socket:
            assert message.type is not WSMsgType.ERROR
        api.ended.set()
        return socket

    app = web.Application(middlewares=[authenticate], client_max_size=2**22)
    app.router.add_route("*", "/api/v1/echo", echo)
    app.router.add_get("/api/v1/big", big)
    app.router.add_get("/api/v1/endless", endless)
    app.router.add_route("*", "/api/v1/wait", wait)
    app.router.add_get("/api/v1/broken", broken)
    app.router.add_get("/api/v1/wide", wide)
    app.router.add_get("/api/v1/stream", stream)
    return app


@dataclass
class Hub:
    """The edge's end: its API, the door to it, and the raw end of the phone."""

    api: Api
    door: ApiDoor
    channel: RTCDataChannel
    far: RTCDataChannel
    peer_gone: asyncio.Event
    served: asyncio.Task[None]


@asynccontextmanager
async def served_api(api: Api) -> AsyncIterator[ApiDoor]:
    """The API on a unix socket."""
    with tempfile.TemporaryDirectory(prefix="ambianic-channel-") as directory:
        path = Path(directory)
        runner = web.AppRunner(make_api(api, path), shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.UnixSite(runner, str(path / "api.sock")).start()
            yield ApiDoor(path / "api.sock")
        finally:
            api.released.set()
            await runner.cleanup()


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """A served channel; `channel` is the phone's end, on which nobody listens yet."""
    api = Api()
    async with served_api(api) as door, joined() as (near, far):
        gone = asyncio.Event()
        task = asyncio.create_task(serve(far, door=door, bearer=BEARER, peer_gone=gone))
        yield Hub(api, door, near, far, gone, task)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def phone(hub: Hub) -> AsyncIterator[ChannelClient]:
    """A phone that has greeted the hub."""
    async with ChannelClient(hub.channel) as client:
        yield client
