"""Servers that behave badly, on real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
import ssl

from aiohttp import web

type Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def tcp(handler: Handler) -> AsyncIterator[int]:
    """Listen on 127.0.0.1 and give each connection to a handler; yields the port."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        try:
            with suppress(OSError):
                await handler(reader, writer)
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take everything and never answer."""
    while await reader.read(65536):
        pass


def answering(answer: bytes) -> Handler:
    """Answer each request so, whatever it was."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            writer.write(answer)
            await writer.drain()

    return handler


@dataclass
class Proxy:
    """A connection to a server through which only so many bytes come back, then nothing."""

    target: int
    limit: int
    connections: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self.target)

        async def forward() -> None:
            while data := await reader.read(65536):
                upstream_writer.write(data)

        forwarding = asyncio.create_task(forward())
        sent = 0
        try:
            while data := await upstream_reader.read(65536):
                writer.write(data[: max(0, self.limit - sent)])
                sent += len(data)
        finally:
            forwarding.cancel()
            upstream_writer.close()


@asynccontextmanager
async def http(*routes: web.RouteDef, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve routes on 127.0.0.1; yields the port."""
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
