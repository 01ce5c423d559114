"""The WebSocket that tells a client everything, and then every change."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
import json

from aiohttp import WSMsgType, web

from ambianic.changes import Change, Follower, Message

from .audience import edition
from .doors import end_of
from .parts import CHANGES, PASS
from .principals import Principal
from .state import state

HEARTBEAT = 20
SEND_TIMEOUT = 10
CLOSE_REVOKED = 4401
CLOSE_TOO_SLOW = 4408


async def stream(request: web.Request) -> web.WebSocketResponse:
    """Serve one client until it goes, may not any more, or stops reading."""
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=1024)
    await socket.prepare(request)
    by = request[PASS]
    with request.app[CHANGES].follow() as follower:
        sending = asyncio.create_task(_send(follower, socket, _first(request), by.principal))
        lapsing = asyncio.create_task(end_of(by.holds))
        tasks = {sending, lapsing, asyncio.create_task(_read(socket))}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    code, message = 1000, b""
    if lapsing in done:
        code, message = CLOSE_REVOKED, b"access withdrawn"
    elif sending in done and sending.exception() is None and not sending.result():
        code, message = CLOSE_TOO_SLOW, b"too slow"
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(SEND_TIMEOUT):
            await socket.close(code=code, message=message)
    return socket


def _first(request: web.Request) -> list[Message]:
    """What a client hears first: all it missed, or the whole state."""
    reader, after = request[PASS].principal, request.query.get("after")
    missed = None if after is None else request.app[CHANGES].since(after)
    if missed is None:
        return [json.dumps({"type": "state", "cursor": request.app[CHANGES].cursor, **state(request.app, reader)})]
    return [json.dumps({"type": "resumed", "cursor": after}), *_editions(missed, reader)]


def _editions(changes: Iterable[Change], reader: Principal) -> list[Message]:
    return [message for change in changes if (message := edition(change, reader)) is not None]


async def _send(follower: Follower, socket: web.WebSocketResponse, first: list[Message], reader: Principal) -> bool:
    """Send the first messages and then all changes; ends with False where the client reads too slowly."""
    try:
        for message in first:
            await _send_one(socket, message)
        while (change := await follower.get()) is not None:
            for message in _editions((change,), reader):
                await _send_one(socket, message)
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
