"""A registrar that does not do what it should."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import copy
import json
from typing import Any

from aiohttp import web

from ambianic.pnp1.wire import decode, encode

type Envelope = dict[str, Any]
"""A message with `type`, `src`, `dst` and `payload`."""
type Tamper = Callable[[Envelope], list[Envelope]]
"""What is delivered instead of a message."""


class HostileRegistrar:
    """Relays as a stock PeerJS server does, after `tamper` had its way. It keeps all that it sees."""

    def __init__(self) -> None:
        self.url = ""
        self.seen: list[Envelope] = []
        self.tamper: Tamper = lambda message: [message]
        self.sockets: dict[str, web.WebSocketResponse] = {}

    def of(self, kind: str) -> list[Envelope]:
        """What was seen of a kind."""
        return [message for message in self.seen if message["payload"]["kind"] == kind]

    async def deliver(self, message: Envelope) -> None:
        """Hand a message to its receiver."""
        if socket := self.sockets.get(message["dst"]):
            await socket.send_str(json.dumps(message))

    async def relay(self, request: web.Request) -> web.WebSocketResponse:
        """Serve a client."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        identifier = request.query["id"]
        self.sockets[identifier] = socket
        await socket.send_json({"type": "OPEN"})
        async for text in socket:
            message = json.loads(text.data)
            if message["type"] != "HEARTBEAT":
                message["src"] = identifier
                self.seen.append(message)
                for changed in self.tamper(copy.deepcopy(message)):
                    await self.deliver(changed)
        return socket


@asynccontextmanager
async def hostile() -> AsyncIterator[HostileRegistrar]:
    """Run one."""
    registrar = HostileRegistrar()
    app = web.Application()
    app.router.add_get("/peerjs", registrar.relay)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    registrar.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield registrar
    finally:
        await runner.cleanup()


def flipped(value: str, place: int = -10) -> str:
    """A base64url text with one bit of its bytes changed."""
    data = bytearray(decode(value))
    data[place] ^= 1
    return encode(bytes(data))


async def settled() -> None:
    """Give what must not happen the time to happen."""
    await asyncio.sleep(0.5)
