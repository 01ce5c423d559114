"""The sockets that the edge listens on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
import os
from pathlib import Path
import shutil
import tempfile

from aiohttp import web

MAX_PATH = 100
"""Bytes of a unix socket's path; the kernel takes 107."""
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  only for a directory that nobody else may open


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[web.AppRunner]:
    """Run an application for as long as the context lasts, ready to be given sockets."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        yield runner
    finally:
        await runner.cleanup()


async def listen(runner: web.AppRunner, host: str, port: int) -> int:
    """Serve on a TCP port, 0 for any free one, and return it. Raises OSError."""
    await web.TCPSite(runner, host, port).start()
    return int(runner.addresses[0][1])


@contextmanager
def private_directory(fallback: Path) -> Iterator[Path]:
    """A new directory for a unix socket, which nobody but this process's user can open. Raises OSError.

    A container may have no place for temporary files: then it is in `fallback`.
    """
    directory = _make_private(fallback)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


async def listen_privately(runner: web.AppRunner, path: Path) -> None:
    """Serve on a unix socket for this process's user alone. Raises OSError."""
    await web.UnixSite(runner, path).start()
    await asyncio.to_thread(path.chmod, 0o600)


def reason(error: OSError) -> str:
    """Why listening failed, in the system's words; asyncio's say it in a way that is not for people."""
    return os.strerror(error.errno) if error.errno else str(error)


def _make_private(fallback: Path) -> Path:
    places = [SHARED_MEMORY, fallback]
    with suppress(FileNotFoundError):  # there is none that can be written
        places.insert(0, Path(tempfile.gettempdir()))
    error = OSError("there is no place for it")
    for place in places:
        if len(os.fsencode(place)) + 32 > MAX_PATH:
            continue
        try:
            return Path(tempfile.mkdtemp(prefix="ambianic-", dir=place))
        except OSError as err:
            error = err
    raise error
