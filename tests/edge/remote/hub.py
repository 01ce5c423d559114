"""Remote access as the edge has it, with an API behind it that says who asks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from pathlib import Path
import secrets
from typing import Any, Self

from aiohttp import web

from ambianic.changes import ChangeLog, Follower
from ambianic.config import IceServer, RemoteSettings
from ambianic.pnp.server import Registrar, RegistrarOptions
from ambianic.remote import ApiDoor, EdgeIdentity, PairingView, Remote
from ambianic.remote.phones import Phone as KnownPhone
from ambianic.webrtc.ice import IceServers
from tests.support.child import free_port
from tests.support.phone import Phone

APP = "https://app.example/"
OWNER = "Anna"


class Node:
    """A registrar in this process, which keeps its port when it is stopped and started again."""

    def __init__(self) -> None:
        self._options = RegistrarOptions(lan=True, port=free_port())
        self._running: Registrar | None = None
        self.url = f"http://127.0.0.1:{self._options.port}/"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start to serve."""
        self._running = Registrar(self._options)
        await self._running.start()

    async def stop(self) -> None:
        """Send everybody away."""
        if self._running:
            await self._running.stop()
        self._running = None


@dataclass
class Hub:
    """A running `Remote` and what it has told."""

    remote: Remote
    changes: Follower
    admitted: dict[str, KnownPhone] = field(default_factory=dict)
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def told(self, kind: str, condition: Callable[[dict[str, Any]], bool] = lambda _: True) -> dict[str, Any]:
        """The first message of a kind for which the condition holds, from the last one that was asked for on."""
        async with asyncio.timeout(20):
            while True:
                change = await self.changes.get()
                assert change
                message: dict[str, Any] = json.loads(change.message)
                self.seen.append(message)
                if message["type"] == kind and condition(message):
                    return message

    async def connected(self, count: int = 1) -> None:
        """Wait until so many registrars are."""
        async with asyncio.timeout(20):
            while sum(known.state == "connected" for known in self.remote.view().registrars) < count:
                await asyncio.sleep(0.02)

    async def open(self, **wanted: Any) -> PairingView:
        """Open a pairing window."""
        return await self.remote.pairing.open(**{"role": "owner", "cameras": None, "opened_by": OWNER} | wanted)

    async def pair(self, **wanted: Any) -> Phone:
        """Pair a phone by a link."""
        return await Phone.pair(link=(await self.open(**wanted)).link)


@asynccontextmanager
async def running(
    directory: Path, *registrars: str, app: str | None = APP, ice: tuple[IceServer, ...] = ()
) -> AsyncIterator[Hub]:
    """Run remote access over the data of a directory."""
    changes = ChangeLog()
    admitted: dict[str, KnownPhone] = {}

    def admit(phone: KnownPhone) -> str:
        secret = secrets.token_urlsafe(16)
        admitted[secret] = phone
        return secret

    def dismiss(secret: str) -> None:
        del admitted[secret]

    async def me(request: web.Request) -> web.Response:
        phone = admitted.get(request.headers["Authorization"].removeprefix("Bearer "))
        return web.json_response({"name": phone.name}) if phone else web.json_response({}, status=401)

    api = web.Application()
    api.router.add_get("/api/v1/me", me)
    runner = web.AppRunner(api, access_log=None, shutdown_timeout=1)
    await runner.setup()
    socket = directory / "api.sock"
    socket.unlink(missing_ok=True)
    await web.UnixSite(runner, str(socket)).start()
    remote = Remote(
        directory,
        edge=EdgeIdentity(id="edge-1", name=lambda: "Our home"),
        settings=RemoteSettings(registrars=registrars, app=app, ice=ice),
        changes=changes,
        ice=IceServers(),
        admit=admit,
        dismiss=dismiss,
        door=ApiDoor(socket),
    )
    with changes.follow() as follower:
        await remote.start()
        try:
            yield Hub(remote, follower, admitted)
        finally:
            await remote.stop()
            await runner.cleanup()
            assert not admitted, "A phone is still let in."


async def name_of(home: Any) -> str:
    """What the API calls the phone at the other end of a connection."""
    answer = await home.request("GET", "/api/v1/me")
    assert answer.status == 200
    name: str = (await answer.json())["name"]
    return name
