"""Hands a connection over from aiohttp to picows, once its request is an accepted WebSocket.

aiohttp reads HTTP strictly and serves everything else; its own WebSockets cost several times as much time and memory as these.
"""

import asyncio
import logging

from aiohttp import web
from picows import WSAutoPingStrategy, WSListener
from picows.picows import WSProtocol  # type: ignore[attr-defined]  # its stubs leave it out

_BUFFER = 2048
"""Bytes of the buffer that each socket reads into, at the start."""

_NOBODY = asyncio.Protocol()

_silent = logging.getLogger(f"{__name__}.picows")
_silent.setLevel(logging.CRITICAL + 1)  # it would log the addresses of clients
_logger = logging.LoggerAdapter(_silent)

_REQUEST = (
    "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: {version}\r\nSec-WebSocket-Key: {key}\r\n\r\n"
)


def is_upgrade(request: web.Request) -> bool:
    """Whether a request asks for a WebSocket."""
    tokens = request.headers.get("Connection", "").lower().replace(" ", "").split(",")
    return "upgrade" in tokens and request.headers.get("Upgrade", "").lower() == "websocket"


def take_over(request: web.Request, listener: WSListener, max_bytes: int) -> web.Response:
    """Take the connection of a request away from aiohttp, and answer it with a WebSocket. Returns what the handler returns."""
    http, transport = request.protocol, request.transport
    if transport is None or transport.is_closing():
        return web.Response()
    transport.pause_reading()
    http.transport = None  # so that aiohttp leaves the connection open
    http.connection_lost(None)
    websocket = WSProtocol(
        *(None, None, False, lambda _: listener, _logger, True, None),
        *(False, 20, 20, WSAutoPingStrategy.PING_WHEN_IDLE, False, max_bytes, None, _BUFFER),
    )
    websocket.connection_made(transport)
    transport.set_protocol(_NOBODY)  # uvloop would keep aiohttp's objects with the transport, which doubles its size
    transport.set_protocol(websocket)
    # What picows needs of the request. It checks version and key, and answers.
    head = _REQUEST.format(
        version=request.headers.get("Sec-WebSocket-Version", ""), key=request.headers.get("Sec-WebSocket-Key", "")
    ).encode("ascii", "replace")
    buffer = websocket.get_buffer(len(head))
    if len(head) > len(buffer):
        transport.abort()
        return web.Response()
    buffer[: len(head)] = head
    websocket.buffer_updated(len(head))
    if not transport.is_closing():
        transport.resume_reading()
    return web.Response()
