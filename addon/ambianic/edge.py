"""The edge: builds its parts from one data directory, runs them, and stops them."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
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
from .api.app import Apps
from .api.doors import SUPERVISOR_ADDRESS, IngressDoor, PhoneDoor, TokenDoor
from .api.ui import WEB, app_pages, welcome_pages
from .changes import ChangeLog
from .config import Config
from .config_store import ConfigError, ConfigStore
from .discovery.announce import Announcement, ZeroconfAnnouncement
from .discovery.supervisor import SUPERVISOR, announce_to_supervisor, ask_for_ingress_port
from .events import Event, Phase
from .files import locked, write_atomically
from .home import Home
from .pnp.options import RegistrarOptions
from .pnp.server import running as registrar_running
from .recording.schema import IndexVersionError
from .recording.segment import RECORDINGS
from .remote import EdgeIdentity, EmbeddedRegistrar, Remote
from .remote.channel.door import ApiDoor
from .remote.errors import RemoteError
from .remote.phones import Phone
from .remote_settings import RemoteSwitch
from .serving import listen, listen_privately, private_directory, reason, serving
from .tokens import TokenStore
from .webrtc.ice import IceServers

DEFAULT_PORT = 8778
RUNNING = "running.json"
SUPERVISOR_TOKEN = "supervisor-token"  # noqa: S105  the name of a file
ALL_ADDRESSES = "0.0.0.0"  # noqa: S104  every call needs a token

_LOGGER = logging.getLogger(__name__)


class StartError(Exception):
    """The edge can't start; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeOptions:
    """What must be known before the start: `host` is an IP address, port 0 takes any free one.

    `recordings` is where video lies, None for the data directory. `registrars` and `app` come on top of what is configured, as
    `push_services` do on top of the browsers' own. `registrar_port` is that of the edge's own registrar, 0 for none.
    `ingress_port` is where Home Assistant fetches the edge's page, 0 for none; None asks the Supervisor, where there is one.
    `web` is the built app.
    """

    directory: Path
    host: str = ALL_ADDRESSES
    port: int = DEFAULT_PORT
    recordings: Path | None = None
    registrars: tuple[str, ...] = ()
    registrar_port: int = 0
    app: str | None = None
    push_services: tuple[str, ...] = ()
    ingress_port: int | None = None
    ingress_from: str = SUPERVISOR_ADDRESS
    supervisor: str = SUPERVISOR
    web: Path = WEB


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
        recordings = _prepare_recordings(stack, options)
        changes, ice = ChangeLog(), IceServers()

        def told(phase: Phase, event: Event, jpeg: bytes | None, camera: str) -> None:
            remote.push.happened(phase, event, jpeg, camera=camera)

        home = Home(directory, store, recordings=recordings, changes=changes, ice=ice, told=told)
        settings = RemoteSwitch(store, registrars=options.registrars, app=options.app)

        def phone(phone_id: str) -> Phone:
            return remote.phones.get(phone_id)

        phone_door = PhoneDoor(phone)
        embedded = await _run_registrar(stack, options)
        try:
            socket = stack.enter_context(private_directory(directory)) / "api.sock"
            remote = Remote(
                directory,
                edge=EdgeIdentity(id=store.config.id, name=lambda: store.config.name),
                settings=settings.settings,
                changes=changes,
                ice=ice,
                admit=phone_door.open,
                dismiss=phone_door.close,
                door=ApiDoor(socket),
                embedded=embedded,
                push_services=options.push_services,
            )
        except RemoteError as err:
            raise StartError(str(err)) from err
        except OSError as err:
            raise StartError(f"There is no place for the phones' way to the API: {err.strerror or err}.") from err
        try:
            await home.start()
        except (OSError, sqlite3.Error, IndexVersionError) as err:
            raise StartError(f"The index of events and recordings can't be opened: {err}") from err
        stack.push_async_callback(home.stop)
        apps = Apps(home, remote, settings)
        await _serve_phones(stack, apps.behind(phone_door), socket)
        local = secrets.token_urlsafe(32)
        api = apps.behind(TokenDoor(tokens, local), welcome_pages(lambda: remote.view().app))
        port = await _serve(stack, api, options.host, options.port, "--port")
        await _serve_home_assistant(stack, apps.behind(IngressDoor(options.ingress_from), app_pages(options.web)), options)
        await remote.start()
        stack.push_async_callback(remote.stop)
        write_atomically(directory / RUNNING, json.dumps({"port": port, "token": local, "pid": os.getpid()}).encode())
        stack.callback((directory / RUNNING).unlink, missing_ok=True)
        await _announce(stack, store.config, tokens, options, port)
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


def _prepare_recordings(stack: AsyncExitStack, options: EdgeOptions) -> Path:
    """Make the directory of recordings, for this edge alone. Raises StartError."""
    directory = options.recordings or options.directory / RECORDINGS
    try:
        directory.mkdir(parents=True, exist_ok=True)
        stack.enter_context(locked(directory / ".lock", wait=False))
    except BlockingIOError:
        raise StartError(f"Another edge already records to {directory}. Give each its own with --recordings.") from None
    except OSError as err:
        raise StartError(
            f"Recordings can't be written to {directory}: {err.strerror}. "
            "Check its permissions, or choose another directory with --recordings, in the app with the option `recordings`."
        ) from err
    return directory


async def _run_registrar(stack: AsyncExitStack, options: EdgeOptions) -> EmbeddedRegistrar | None:
    """Run the registrar that every edge has for homes without the Internet. The edge goes on where it can't run."""
    host, port = options.host, options.registrar_port
    if not port:
        return None
    try:
        await stack.enter_async_context(registrar_running(RegistrarOptions(host=host, port=port, lan=True)))
    except OSError as err:
        trouble = (
            f"The edge's own registrar can't run: port {port} can't be used ({reason(err)}). "
            "Choose another one as registrar_port in the options, or with --registrar-port."
        )
        _LOGGER.error("%s", trouble)
        return EmbeddedRegistrar(host, port, trouble)
    return EmbeddedRegistrar(host, port)


async def _serve(stack: AsyncExitStack, app: web.Application, host: str, port: int, option: str) -> int:
    """Serve on a TCP port and return it. Raises StartError."""
    runner = await stack.enter_async_context(serving(app))
    try:
        return await listen(runner, host, port)
    except OSError as err:
        raise StartError(f"Port {port} can't be used: {reason(err)}. Choose another one with {option}.") from err


async def _serve_phones(stack: AsyncExitStack, app: web.Application, socket: Path) -> None:
    """Serve the channels of phones, which are in this process. Raises StartError."""
    runner = await stack.enter_async_context(serving(app))
    try:
        await listen_privately(runner, socket)
    except OSError as err:
        raise StartError(f"The phones' way to the API can't be opened at {socket}: {reason(err)}.") from err


async def _serve_home_assistant(stack: AsyncExitStack, app: web.Application, options: EdgeOptions) -> None:
    """Serve the edge's page, as soon as it is known on which port. Raises StartError where the port was given."""
    if options.ingress_port is not None:
        if options.ingress_port:
            await _serve(stack, app, options.host, options.ingress_port, "--ingress-port")
    elif "SUPERVISOR_TOKEN" in os.environ:
        _run_beside(stack, _serve_supervisor(app, options))


async def _serve_supervisor(app: web.Application, options: EdgeOptions) -> None:
    async with aiohttp.ClientSession() as session:
        port = await ask_for_ingress_port(session, base_url=options.supervisor)
    if port is None:
        _LOGGER.error("The Supervisor tells no port for the edge's page, so Home Assistant can't show it.")
        return
    async with serving(app) as runner:
        try:
            await listen(runner, options.host, port)
        except OSError as err:
            _LOGGER.error("Home Assistant can't show the edge's page, since its port %d can't be used: %s.", port, reason(err))
            return
        _LOGGER.info("Home Assistant finds the edge's page on port %d.", port)
        await asyncio.Event().wait()


async def _announce(stack: AsyncExitStack, config: Config, tokens: TokenStore, options: EdgeOptions, port: int) -> None:
    """Let Home Assistant find the edge."""
    announcement = Announcement(id=config.id, name=config.name, version=__version__, port=port)
    zeroconf = ZeroconfAnnouncement(announcement, host=options.host)
    await zeroconf.start()
    stack.push_async_callback(zeroconf.stop)
    if "SUPERVISOR_TOKEN" in os.environ:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        told = replace(announcement, token=_supervisor_token(options.directory, tokens))
        _run_beside(stack, announce_to_supervisor(session, info=told, base_url=options.supervisor))


def _run_beside(stack: AsyncExitStack, work: Coroutine[None, None, None]) -> None:
    """Run something until the stack is left."""
    task = asyncio.create_task(work)

    async def stop() -> None:
        task.cancel()
        await asyncio.wait({task})

    stack.push_async_callback(stop)


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
