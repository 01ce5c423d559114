"""PeerJS clients in Python, as small as can be, and owners of reserved ids."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
import json
import secrets
import struct
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from ambianic.pnp1.keys import SigningKey
from ambianic.pnp1.route import Purpose, prove, route_id
from ambianic.pnp1.wire import encode

PATIENCE = 15.0
"""Seconds after which something that should have come is missed."""


class Client:
    """One WebSocket to a registrar."""

    def __init__(
        self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse, identifier: str, token: str
    ) -> None:
        self.socket = socket
        self.id = identifier
        self.token = token
        self._session = session

    async def send(self, kind: str, dst: str | None = None, payload: Any = None, **more: Any) -> None:
        """Send a message."""
        await self.socket.send_json({"type": kind, "dst": dst, "payload": payload} | more)

    async def text(self) -> str:
        """The next message, as it came."""
        return await self.socket.receive_str(timeout=PATIENCE)

    async def receive(self) -> dict[str, Any]:
        """The next message."""
        message: dict[str, Any] = json.loads(await self.text())
        return message

    async def closed(self) -> int | None:
        """Wait for the end of the connection: its close code."""
        message = await self.socket.receive(timeout=PATIENCE)
        assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}, message
        return self.socket.close_code

    async def refused(self) -> dict[str, Any]:
        """The reason for which the connection is closed."""
        message = await self.receive()
        await self.closed()
        return message

    async def leave(self) -> None:
        """Close the connection."""
        await self.socket.close()
        await self._session.close()


async def connect(
    base: str,
    identifier: str | None = None,
    token: str = "token",
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> Client:
    """Open a WebSocket, without waiting for what the registrar says. A value of "" in `query` leaves the parameter out."""
    identifier = identifier or f"guest-{secrets.token_hex(8)}"
    words = {"key": "peerjs", "id": identifier, "token": token, "version": "1.5.5"} | dict(query or {})
    session = aiohttp.ClientSession()
    try:
        socket = await session.ws_connect(
            f"{base}peerjs?{urlencode({name: word for name, word in words.items() if word})}",
            headers=headers,
            max_msg_size=2**20,
        )
    except BaseException:
        await session.close()
        raise
    return Client(session, socket, identifier, token)


async def join(base: str, identifier: str | None = None, token: str = "token", **more: Any) -> Client:
    """Open a WebSocket and wait until it is registered."""
    client = await connect(base, identifier, token, **more)
    assert await client.receive() == {"type": "OPEN"}
    return client


@asynccontextmanager
async def joined(base: str, *identifiers: str, **more: Any) -> AsyncIterator[list[Client]]:
    """Several registered clients, for a while."""
    clients = [await join(base, identifier, **more) for identifier in identifiers]
    try:
        yield clients
    finally:
        for client in clients:
            await client.leave()


class Owner:
    """Whoever has the key of a reserved id."""

    def __init__(self) -> None:
        self.key = SigningKey.generate()
        self.id = route_id(self.key.public)

    async def proof(self, base: str, purpose: Purpose, headers: Mapping[str, str] | None = None) -> dict[str, str]:
        """A proof of possession, with a nonce of this registrar."""
        nonce = (await get(f"{base}pnp/nonce", headers))["nonce"]
        return self.sign(purpose, urlsplit(base).netloc, nonce)

    def sign(self, purpose: Purpose, host: str, nonce: str) -> dict[str, str]:
        """A proof of possession, for a nonce from anywhere."""
        return {"pub": encode(self.key.public), "nonce": nonce, "proof": encode(prove(self.key, purpose, host, self.id, nonce))}

    async def join(self, base: str, token: str = "token", headers: Mapping[str, str] | None = None) -> Client:
        """Register with a proof."""
        return await join(base, self.id, token, headers=headers, query=await self.proof(base, "reg", headers))

    async def announce(self, base: str, label: str, headers: Mapping[str, str] | None = None) -> int:
        """Announce a pairing hub: the status."""
        return (await self.request("POST", base, "pnp/rooms", "room", headers, label=label))[0]

    async def request(
        self, method: str, base: str, path: str, purpose: Purpose, headers: Mapping[str, str] | None = None, **more: str
    ) -> tuple[int, Any]:
        """Ask for something that takes a proof: status and JSON."""
        body = {"id": self.id, **await self.proof(base, purpose, headers), **more}
        return await request(method, f"{base}{path}", body, headers)


async def get(url: str, headers: Mapping[str, str] | None = None) -> Any:
    """GET a resource: its JSON."""
    status, body = await request("GET", url, None, headers)
    assert status == 200, body
    return body


async def request(method: str, url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    async with aiohttp.ClientSession() as session, session.request(method, url, json=body, headers=headers) as response:
        return response.status, await response.json() if response.status != 204 else None


class RawClient:
    """A WebSocket by hand, for frames that no library sends."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, base: str, identifier: str, connection: str = "Upgrade") -> "RawClient":
        """Open a WebSocket. Raises ValueError where the answer is not 101."""
        host = urlsplit(base).netloc
        reader, writer = await asyncio.open_connection(*host.split(":"))
        writer.write(
            f"GET /peerjs?key=peerjs&id={identifier}&token=t HTTP/1.1\r\nHost: {host}\r\nConnection: {connection}\r\n"
            "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
        if not head.startswith(b"HTTP/1.1 101 "):
            raise ValueError(head)
        return cls(reader, writer)

    def write(self, opcode: int, payload: bytes, *, fin: bool = True, bits: int = 0) -> None:
        """Send a frame; `bits` are the reserved ones."""
        head = bytes([fin << 7 | bits << 4 | opcode])
        if len(payload) < 126:
            head += bytes([0x80 | len(payload)])
        elif len(payload) < 65536:
            head += struct.pack("!BH", 0x80 | 126, len(payload))
        else:
            head += struct.pack("!BQ", 0x80 | 127, len(payload))
        self.writer.write(head + bytes(4) + payload)

    async def read(self) -> tuple[int, bytes]:
        """The next frame: opcode and payload."""
        async with asyncio.timeout(PATIENCE):
            first, length = await self.reader.readexactly(2)
            if length == 126:
                (length,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return first & 0xF, await self.reader.readexactly(length)

    async def ended(self) -> bytes:
        """Everything that comes until the connection ends."""
        data = b""
        async with asyncio.timeout(PATIENCE):
            try:
                while chunk := await self.reader.read(65536):
                    data += chunk
            except ConnectionError:
                pass
        return data

    async def leave(self) -> None:
        """Close the connection, without a word."""
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()
