"""One registrar: the ids that this home has there, and what it gives in return."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
import logging
import random

import aiohttp

from ambianic.config import IceServer
from ambianic.pnp1.keys import SigningKey
from ambianic.pnp1.route import route_id

from .inbox import Inbox, Throttle
from .line import Envelope, Line
from .registrar_api import Descriptor, RegistrarApi, RegistrarProblem
from .views import RegistrarState

ANNOUNCE_SECONDS = 20.0
"""Between two announcements of a pairing window, each of which holds for 30 s."""
WITHDRAW_SECONDS = 2.0
TURN_RETRY_SECONDS = 300.0

logger = logging.getLogger(__name__)


class Registrar:
    """Keeps the ids of this home registered. Messages are handed to `handle` one by one; it says whether one was worth it.

    `url` is where this edge reaches it, `public` where phones do. `descriptor` is what it says of itself, None for a stock PeerJS
    server and as long as it was not reached; `turn` are its TURN servers, with credentials for the phones of this home.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        public: str | None = None,
        handle: Callable[[Envelope], bool],
        on_change: Callable[[], None],
    ) -> None:
        """Have no ids yet; `on_change` is called whenever something has changed that shows."""
        self.url = url
        self.public = public or url
        self.descriptor: Descriptor | None = None
        self.turn: tuple[IceServer, ...] = ()
        self._api = RegistrarApi(session, url)
        self._handle = handle
        self._on_change = on_change
        self._inbox = Inbox()
        self._lines: dict[str, Line] = {}
        self._route: str | None = None
        self._event = asyncio.Event()
        self._tasks = [asyncio.create_task(self._work()), asyncio.create_task(self._keep_turn())]

    @property
    def state(self) -> RegistrarState:
        """How the connection under the home's current route is."""
        line = self._main
        return line.state if line else "connecting"

    @property
    def reason(self) -> str | None:
        """Why it is not connected, as a sentence for people."""
        line = self._main
        return line.reason if line else None

    @property
    def dropped(self) -> int:
        """How many messages were thrown away for their number."""
        return self._inbox.dropped

    def serves(self, identifier: str) -> bool:
        """Whether an id can be reached there now."""
        line = self._lines.get(identifier)
        return line is not None and line.connected.is_set()

    async def reach(self, identifier: str) -> None:
        """Wait until an id can be reached there, or the registrar can't."""
        while not self.serves(identifier) and self.state in {"connecting", "connected"}:
            await self._line_event()

    async def use(self, route: SigningKey, others: Iterable[SigningKey]) -> None:
        """Be known by the ids of these keys, of which `route` is the home's current one, and by no other."""
        keys = {route_id(key.public): key for key in (route, *others)}
        self._route = route_id(route.public)
        gone = [self._lines.pop(identifier) for identifier in list(self._lines) if identifier not in keys]
        for identifier, key in keys.items():
            if identifier not in self._lines:
                self._lines[identifier] = Line(
                    self._api, key, describe=self._described, receive=self._inbox.put, on_change=self._line_changed
                )
        await asyncio.gather(*(line.stop() for line in gone))

    async def announce(self, key: SigningKey, label: str) -> None:
        """Show a pairing window to those on our network, until cancelled."""
        try:
            while True:
                while not self.serves(route_id(key.public)):
                    await self._line_event()
                for base in self._bases():
                    with suppress(RegistrarProblem):
                        await self._api.announce(key, label, base)
                await asyncio.sleep(ANNOUNCE_SECONDS)
        finally:
            with suppress(RegistrarProblem, TimeoutError):
                async with asyncio.timeout(WITHDRAW_SECONDS):
                    for base in self._bases():
                        await self._api.withdraw(key, base)

    async def stop(self) -> None:
        """Let go of everything."""
        for task in self._tasks:
            task.cancel()
        lines, self._lines = [*self._lines.values()], {}
        await asyncio.gather(*(line.stop() for line in lines), *self._tasks, return_exceptions=True)

    @property
    def _main(self) -> Line | None:
        return self._lines.get(self._route or "")

    def _bases(self) -> list[str]:
        """All addresses under which a phone of our network might look for us; none at a stock PeerJS server."""
        descriptor = self.descriptor
        if descriptor is None:
            return []
        return [self.url, *(url for url in (descriptor.v4, descriptor.v6) if url)]

    async def _line_event(self) -> None:
        self._event.clear()
        await self._event.wait()

    def _described(self, descriptor: Descriptor | None) -> None:
        if descriptor != self.descriptor:
            self.descriptor = descriptor
            self._on_change()

    def _line_changed(self, line: Line) -> None:
        if line is self._main:
            logger.log(
                logging.INFO if line.state == "connected" else logging.WARNING,
                "Registrar %s: %s%s",
                self.url,
                line.state,
                f" ({line.reason})" if line.reason else "",
            )
        self._event.set()
        self._on_change()

    async def _work(self) -> None:
        throttle = Throttle()
        while True:
            envelope = await self._inbox.get()
            try:
                worth = self._handle(envelope)
            except Exception:
                logger.exception("A message from the registrar %s could not be dealt with.", self.url)
                worth = False
            if not worth:
                await throttle.pay()

    async def _keep_turn(self) -> None:
        """Have fresh TURN credentials at all times."""
        while True:
            pause = TURN_RETRY_SECONDS * random.uniform(1, 2)
            line = self._main
            if line is None or not line.connected.is_set():
                await self._line_event()
                continue
            try:
                servers = await self._api.turn(line.key) if self.descriptor else None
            except RegistrarProblem as problem:
                logger.warning("No TURN servers: %s", problem)
            else:
                turn = servers.ice if servers else ()
                if servers:
                    pause = servers.ttl / 2
                if turn != self.turn:
                    self.turn = turn
                    self._on_change()
            await asyncio.sleep(pause)
