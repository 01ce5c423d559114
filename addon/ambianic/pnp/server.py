"""Puts a registrar together, and runs and drains it. One node needs nothing else."""

import asyncio
from collections.abc import AsyncIterator
import contextlib
from dataclasses import replace
import logging
import resource
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from .api import MAX_BODY, Api
from .http import guard, harden, json_response
from .limits import Buckets
from .metrics import Metrics
from .monitor import application
from .network import Locator
from .options import Limits, RegistrarOptions
from .proof import NodeKey, ProofDesk, Refused
from .rooms import Rooms
from .signalling import Signalling
from .site import Site
from .switchboard import Switchboard

if TYPE_CHECKING:
    from .backplane import Backplane

__all__ = ["Limits", "Registrar", "RegistrarOptions", "running"]

_log = logging.getLogger(__name__)

_TICK = 0.5
_IDLE = 30.0
"""Seconds after which a silent HTTP connection is closed, be it before or after its first request."""
_SPARE_FILES = 40
"""Open files that are not sockets of clients."""
_FAREWELLS = 500
"""Sockets that are sent away in a tenth of a second, so that not all of them come to the next node at once."""


@contextlib.asynccontextmanager
async def running(options: RegistrarOptions) -> AsyncIterator[int]:
    """Run a registrar in this event loop; gives the port that it listens on.

    Raises OSError where it cannot listen, NotBuilt where there is no app to serve, ValueError for a backplane that is no URL.
    """
    registrar = Registrar(options)
    try:
        yield await registrar.start()
    finally:
        await registrar.stop()


class Registrar:
    """One node."""

    def __init__(self, options: RegistrarOptions) -> None:
        limits = _possible(options.limits)
        self._options = options
        self._metrics = Metrics()
        self._switchboard = Switchboard(limits, self._metrics)
        self._rooms = Rooms(limits)
        self._requests = Buckets(limits.requests_per_minute / 60, limits.requests_per_minute)
        self._hosts = {urlsplit(url).netloc.lower() for url in options.public_urls}
        self._locator = Locator(options.trusted_proxies, lan=options.lan)
        key = NodeKey()
        proofs = ProofDesk(key)
        self._backplane: Backplane | None = None
        if options.backplane:
            from . import backplane  # it needs the extra "registrar"

            self._backplane = backplane.Backplane(options.backplane, switchboard=self._switchboard, key=key, limits=limits)
        self._switchboard.carrier = self._backplane
        self._signalling = Signalling(
            *(self._switchboard,),
            limits=limits,
            locator=self._locator,
            proofs=proofs,
            host_of=self._host_of,
            backplane=self._backplane,
        )
        self._api = Api(
            *(replace(options, limits=limits),),
            locator=self._locator,
            proofs=proofs,
            key=key,
            rooms=self._rooms,
            backplane=self._backplane,
            host_of=self._host_of,
        )
        self._site = Site(options, options.ui) if options.ui else None
        self._exit = contextlib.AsyncExitStack()
        self._gauges()

    async def start(self) -> int:
        """Start to listen. Returns the port."""
        options = self._options
        if self._backplane:
            await self._backplane.start()
            self._exit.push_async_callback(self._backplane.stop)
        ticking = asyncio.create_task(self._tick())
        self._exit.callback(ticking.cancel)
        try:
            if options.metrics_port is not None:
                monitor = application(self._metrics, lambda: not self._signalling.draining)
                await self._listen(monitor, options.metrics_host, options.metrics_port)
            return await self._listen(self._application(), options.host, options.port)
        except BaseException:
            await self._exit.aclose()
            raise

    async def stop(self) -> None:
        """Send everybody away, and stop."""
        self._signalling.draining = True
        while self._switchboard.peers:
            self._switchboard.dismiss(_FAREWELLS)
            await asyncio.sleep(0.1)
        await self._exit.aclose()

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[guard(self._locator, self._metrics, self._requests)], client_max_size=MAX_BODY)
        app.on_response_prepare.append(harden)
        app.add_routes([*self._signalling.routes(), *self._api.routes()])
        app.add_routes(self._site.routes() if self._site else [web.get("/", _hello)])
        return app

    async def _listen(self, app: web.Application, host: str, port: int) -> int:
        # aiohttp would log the addresses of clients.
        silent = logging.getLogger(f"{__name__}.aiohttp")
        silent.setLevel(logging.CRITICAL + 1)
        runner = web.AppRunner(
            app, access_log=None, logger=silent, keepalive_timeout=_IDLE, handle_signals=False, shutdown_timeout=2
        )
        await runner.setup()
        self._exit.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, host, port, backlog=4096)
        await site.start()
        return int(runner.addresses[0][1])

    def _host_of(self, request: web.Request) -> str:
        """The host of the URL that a client uses. Raises Refused where it is not ours."""
        host = request.host.lower()
        if self._hosts and host not in self._hosts:
            raise Refused(f"This server has another address: {', '.join(sorted(self._hosts))}.")
        return host

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + _TICK
        while True:
            await asyncio.sleep(due - loop.time())
            self._metrics.delay.observe(max(0.0, loop.time() - due))
            self._switchboard.sweep()
            self._signalling.sweep()
            self._requests.sweep()
            self._rooms.sweep()
            due = max(due + _TICK, loop.time())

    def _gauges(self) -> None:
        board, gauge = self._switchboard, self._metrics.gauge
        began = time.time()
        gauge("sockets", "Registered sockets.", lambda: len(board.peers))
        gauge("sockets_proven", "Registered sockets that proved their id.", lambda: sum(p.proven for p in board.peers.values()))
        gauge("messages_waiting", "Messages for receivers that are not there.", lambda: len(board.waiting))
        gauge("rooms", "Networks with a hub that is being paired.", lambda: len(self._rooms))
        gauge("start_time_seconds", "When the node was started.", lambda: began)
        if backplane := self._backplane:
            gauge("backplane_connected", "Whether the backplane answers.", lambda: backplane.connected)


def _possible(limits: Limits) -> Limits:
    """The limits that the limit of open files allows."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    possible = files - _SPARE_FILES
    if files == resource.RLIM_INFINITY or possible >= limits.sockets:
        return limits
    _log.info("This process may have %d files open, so there is place for %d sockets.", files, possible)
    return replace(limits, sockets=max(possible, 1))


async def _hello(_request: web.Request) -> web.Response:
    about = "A rendezvous server of Ambianic that speaks PeerJS. It relays sealed messages and stores nothing."
    return json_response({"name": "Ambianic PnP registrar", "description": about, "website": "https://github.com/ambianic"})
