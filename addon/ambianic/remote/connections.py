"""The connections of all phones."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import logging
import time

from ambianic.pnp1.connect import OfferDesk, Reply
from ambianic.pnp1.messages import C1, C2, C3
from ambianic.pnp1.record import HomeUpdate
from ambianic.webrtc.ice import IceServers

from .channel import ApiDoor, goodbye, serve
from .channel.heads import Reason
from .connection import Connection, NotBound
from .line import Envelope
from .phones import Phone, PhoneStore
from .views import Path

PER_PHONE = 2
MOST = 64
WATCH_SECONDS = 2.0
"""Between two looks at whether a connection has found a better path."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """How phones use the API: what a phone becomes known by, what ends that, and where the API is."""

    admit: Callable[[Phone], str]
    dismiss: Callable[[str], None]
    door: ApiDoor


class Connections:
    """Answers the offers of paired phones and serves those that prove to be there."""

    def __init__(
        self,
        phones: PhoneStore,
        ice: IceServers,
        access: Access,
        *,
        home: Callable[[], HomeUpdate],
        on_change: Callable[[], None],
    ) -> None:
        """`home` is what phones are told of the home with each answer; `on_change` is called whenever who is connected how changes."""
        self._phones = phones
        self._ice = ice
        self._access = access
        self._home = home
        self._on_change = on_change
        self._running: dict[Connection, asyncio.Task[None]] = {}
        self._by_sid: dict[tuple[str, bytes], Connection] = {}
        self._secrets: dict[Connection, str] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def connected(self, device: str) -> bool:
        """Whether a phone is there."""
        return bool(self._bound(device))

    def path(self, device: str) -> Path | None:
        """How a phone is connected: by its newest connection."""
        bound = self._bound(device)
        return bound[-1].path if bound else None

    def offer(self, desk: OfferDesk, envelope: Envelope, message: C1) -> bool:
        """Deal with an offer; False where it was none of a phone that may connect. Raises Rejected."""
        opened = desk.open_offer(message.box)
        if isinstance(opened, Reply):
            envelope.reply(C2(message.sid, opened.box))
            return False
        if not self._make_room(opened.device):
            logger.info("An offer of the phone %s is left: there are %d connections.", opened.device, MOST)
            return False
        connection = Connection(opened, self._ice.configuration())
        key = (envelope.source, message.sid)
        self._by_sid[key] = connection
        task = asyncio.create_task(self._run(connection, lambda box: envelope.reply(C2(message.sid, box))))
        self._running[connection] = task
        task.add_done_callback(lambda _: self._forget(key, connection))
        return True

    def candidate(self, envelope: Envelope, message: C3) -> bool:
        """Deal with a candidate; False where it belongs to no offer. Raises Rejected."""
        connection = self._by_sid.get((envelope.source, message.sid))
        if connection is None:
            return False
        connection.trickle(message.n, message.box)
        return True

    def put_out(self, device: str, reason: Reason) -> None:
        """End all of a phone's connections: what it may is over at once, the connections a moment later."""
        for connection in [known for known in self._running if known.device == device]:
            self._leave(connection, reason)

    async def stop(self, reason: Reason = "stopping") -> None:
        """End all connections."""
        for connection in list(self._running):
            self._leave(connection, reason)
        while tasks := {*self._leaving, *self._running.values()}:
            await asyncio.wait(tasks)

    def _bound(self, device: str) -> list[Connection]:
        return [known for known in self._running if known.device == device and known.channel and not known.gone.is_set()]

    def _make_room(self, device: str) -> bool:
        """End attempts where there are too many: whether there is room now.

        An offer may be a replay, so it never ends a connection that a phone has proved to be there for.
        """
        attempts = [known for known in self._running if known.device == device and not known.channel]
        for connection in attempts[: max(0, len(attempts) - PER_PHONE + 1)]:
            self._leave(connection, "replaced")
        if len(self._running) < MOST:
            return True
        unproved = next((known for known in self._running if not known.channel), None)
        if unproved:
            self._leave(unproved, "overload")
        return unproved is not None

    def _replace(self, connection: Connection) -> None:
        """End a phone's older connections where there are too many: it has proved that this one is its own."""
        older = [known for known in self._bound(connection.device) if known is not connection]
        for known in older[: max(0, len(older) - PER_PHONE + 1)]:
            self._leave(known, "replaced")

    def _leave(self, connection: Connection, reason: Reason) -> None:
        self._dismiss(connection)
        task = asyncio.create_task(self._say_goodbye(connection, reason))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _say_goodbye(self, connection: Connection, reason: Reason) -> None:
        if connection.channel:
            await goodbye(connection.channel, reason)
        if task := self._running.get(connection):
            task.cancel()

    async def _run(self, connection: Connection, send: Callable[[bytes], None]) -> None:
        try:
            await connection.establish(self._home, lambda: round(time.time() * 1000), send)
            await self._serve(connection)
        except NotBound as reason:
            logger.info("An offer of the phone %s led to nothing: %s.", connection.device, reason)
            self._ice.doubt()
        except Exception:
            logger.exception("The connection of the phone %s broke.", connection.device)
        finally:
            self._dismiss(connection)
            await connection.close()

    async def _serve(self, connection: Connection) -> None:
        phone = self._phones.get(connection.device)
        channel = connection.channel
        assert channel
        self._replace(connection)
        secret = self._secrets[connection] = self._access.admit(phone)
        watching = asyncio.create_task(self._watch(connection))
        logger.info("The phone %s is connected.", phone.id)
        try:
            await serve(channel, door=self._access.door, bearer=secret, peer_gone=connection.gone)
        finally:
            watching.cancel()
            logger.info("The phone %s is gone.", phone.id)
            self._phones.seen(phone.id)

    async def _watch(self, connection: Connection) -> None:
        """Notice that the phone is there, and how."""
        known: Path | None = None
        while True:
            self._phones.seen(connection.device)
            if (path := connection.path) != known:
                known = path
                self._on_change()
            await asyncio.sleep(WATCH_SECONDS)

    def _dismiss(self, connection: Connection) -> None:
        if secret := self._secrets.pop(connection, None):
            self._access.dismiss(secret)

    def _forget(self, key: tuple[str, bytes], connection: Connection) -> None:
        del self._running[connection]
        if self._by_sid.get(key) is connection:
            del self._by_sid[key]
        self._on_change()
