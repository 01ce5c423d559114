"""The WebSocket that tells a client everything, and then every change."""

import asyncio
from contextlib import suppress
import json

from aiohttp import WSMsgType, web

from ambianic.changes import Follower, Message
from ambianic.home import Home

from .auth import Authenticator

HEARTBEAT = 20
SEND_TIMEOUT = 10
CLOSE_REVOKED = 4401
CLOSE_TOO_SLOW = 4408


async def stream(home: Home, authenticator: Authenticator, request: web.Request) -> web.WebSocketResponse:
    """Serve one client until it goes, its token is revoked, or it stops reading."""
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=1024)
    await socket.prepare(request)
    closing = asyncio.Event()
    reason: list[tuple[int, bytes]] = []

    def close(code: int, message: bytes) -> None:
        reason.append((code, message))
        closing.set()

    with home.changes.follow() as follower:
        first = _first(home, request.query.get("after"))
        async with authenticator.watched(request, lambda: close(CLOSE_REVOKED, b"token revoked")):
            tasks = {
                asyncio.create_task(_send(follower, socket, first)),
                asyncio.create_task(_read(socket)),
                asyncio.create_task(closing.wait()),
            }
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                if any(task.result() is False for task in done if task.exception() is None):
                    close(CLOSE_TOO_SLOW, b"too slow")
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
    code, message = reason[0] if reason else (1000, b"")
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(SEND_TIMEOUT):
            await socket.close(code=code, message=message)
    return socket


def _first(home: Home, after: str | None) -> list[Message]:
    """What a client hears first: all it missed, or the whole state."""
    missed = None if after is None else home.changes.since(after)
    return [home.state()] if missed is None else [json.dumps({"type": "resumed", "cursor": after}), *missed]


async def _send(follower: Follower, socket: web.WebSocketResponse, first: list[Message]) -> bool:
    """Send the first messages and then all changes; ends with False where the client reads too slowly."""
    try:
        for message in first:
            await _send_one(socket, message)
        while (change := await follower.get()) is not None:
            await _send_one(socket, change)
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return False


async def _send_one(socket: web.WebSocketResponse, message: Message) -> None:
    async with asyncio.timeout(SEND_TIMEOUT):
        await socket.send_str(message)


async def _read(socket: web.WebSocketResponse) -> bool:
    """Wait until the client goes; what it says does not matter."""
    async for message in socket:
        if message.type is WSMsgType.ERROR:
            break
    return True
