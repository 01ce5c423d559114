"""The edge: builds its parts from one data directory, runs them, and stops them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
import errno
import json
import logging
import os
from pathlib import Path
import secrets
import signal
import sqlite3

import aiohttp
from aiohttp import web

from . import __version__
from .api.app import make_app
from .api.auth import Authenticator
from .config_store import ConfigError, ConfigStore
from .discovery.announce import Announcement, ZeroconfAnnouncement
from .discovery.supervisor import announce_to_supervisor
from .files import locked, write_atomically
from .home import Home
from .recording.index import IndexVersionError
from .tokens import TokenStore

DEFAULT_PORT = 8778
RUNNING = "running.json"
SUPERVISOR_TOKEN = "supervisor-token"  # noqa: S105  the name of a file
ALL_ADDRESSES = "0.0.0.0"  # noqa: S104  every call needs a token

_LOGGER = logging.getLogger(__name__)


class StartError(Exception):
    """The edge can't start; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeOptions:
    """What must be known before the start: `host` is an IP address, port 0 takes any free one."""

    directory: Path
    model: Path
    host: str = ALL_ADDRESSES
    port: int = DEFAULT_PORT


async def run(options: EdgeOptions) -> None:
    """Run until SIGINT or SIGTERM. Raises StartError."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with running(options) as port:
        _LOGGER.info("Ambianic Edge %s serves its API on port %d", __version__, port)
        await stopping.wait()
        _LOGGER.info("Stopping")


@asynccontextmanager
async def running(options: EdgeOptions) -> AsyncIterator[int]:
    """Run the edge for as long as the context lasts; gives its port. Raises StartError."""
    directory = options.directory
    async with AsyncExitStack() as stack:
        _prepare(directory)
        try:
            stack.enter_context(locked(directory / ".lock", wait=False))
            store = ConfigStore(directory)
            tokens = TokenStore(directory)
        except BlockingIOError:
            raise StartError(f"Another edge already uses the data directory {directory}. Stop it first.") from None
        except ConfigError as err:
            raise StartError(f"{err} Correct the file or move it away; nothing was changed.") from None
        except OSError as err:
            raise StartError(f"The data directory {directory} can't be used: {err.strerror}.") from err
        home = Home(directory, store, options.model)
        local = secrets.token_urlsafe(32)
        runner = web.AppRunner(make_app(home, Authenticator(tokens, local)), access_log=None, shutdown_timeout=2)
        try:
            await home.start()
        except (OSError, sqlite3.Error, IndexVersionError) as err:
            raise StartError(f"The index of events can't be opened: {err}") from err
        stack.push_async_callback(home.stop)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        port = await _listen(runner, options)
        write_atomically(directory / RUNNING, json.dumps({"port": port, "token": local, "pid": os.getpid()}).encode())
        stack.callback((directory / RUNNING).unlink, missing_ok=True)
        await _announce(stack, home, tokens, options, port)
        yield port


def _prepare(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        write_atomically(directory / ".writable", b"")
        (directory / ".writable").unlink()
    except FileExistsError:
        raise StartError(f"{directory} is a file. Name a directory with --data.") from None
    except OSError as err:
        advice = "Free some space" if err.errno == errno.ENOSPC else "Check its permissions, or name another one with --data"
        raise StartError(f"The data directory {directory} can't be written: {err.strerror}. {advice}.") from err


async def _listen(runner: web.AppRunner, options: EdgeOptions) -> int:
    site = web.TCPSite(runner, options.host, options.port)
    try:
        await site.start()
    except OSError as err:
        raise StartError(f"Port {options.port} can't be used: {err.strerror}. Choose another one with --port.") from err
    return int(runner.addresses[0][1])


async def _announce(stack: AsyncExitStack, home: Home, tokens: TokenStore, options: EdgeOptions, port: int) -> None:
    """Let Home Assistant find the edge."""
    announcement = Announcement(id=home.id, name=home.name, version=__version__, port=port)
    zeroconf = ZeroconfAnnouncement(announcement, host=options.host)
    await zeroconf.start()
    stack.push_async_callback(zeroconf.stop)
    if "SUPERVISOR_TOKEN" in os.environ:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        told = replace(announcement, token=_supervisor_token(options.directory, tokens))
        task = asyncio.create_task(announce_to_supervisor(session, info=told), name="discovery")
        stack.callback(task.cancel)


def _supervisor_token(directory: Path, tokens: TokenStore) -> str:
    """The token that the Supervisor hands to Home Assistant: the same at every start, so that it is told once."""
    path = directory / SUPERVISOR_TOKEN
    try:
        secret = path.read_text().strip()
    except FileNotFoundError:
        secret = secrets.token_urlsafe(32)
        write_atomically(path, secret.encode())
    tokens.adopt("Home Assistant (by the Supervisor)", secret)
    return secret
