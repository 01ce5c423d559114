"""Remote access as a whole: the parts joined."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import logging
from pathlib import Path
import time
from typing import Any

from ambianic.changes import ChangeLog
from ambianic.config import IceServer, RemoteSettings
from ambianic.errors import EdgeError, ErrorCode
from ambianic.events import rfc3339
from ambianic.pnp1 import record
from ambianic.pnp1.connect import OfferDesk
from ambianic.pnp1.messages import C1, C3, P1, P3, P4, parse
from ambianic.pnp1.pairing import Applicant
from ambianic.pnp1.route import route_id
from ambianic.pnp1.wire import Rejected
from ambianic.webrtc.ice import IceServers

from .channel import ApiDoor
from .channel.heads import Reason
from .connections import Access, Connections
from .embedded import EmbeddedRegistrar
from .identity import Identity
from .line import Envelope
from .pairing import PairingDesk
from .phones import Phone, PhoneStore
from .push.alerts import PushAlerts
from .registrars import Registrars
from .views import IceServerView, PhoneView, RegistrarView, RemoteView, Role

MAINTENANCE_SECONDS = 600.0
MOST_REGISTRARS = 8
MOST_ICE_SERVERS = 8
MOST_CHARACTERS = 256
"""Of an address or a credential that a phone takes."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeIdentity:
    """What phones are told of this edge; its name may change."""

    id: str
    name: Callable[[], str]


class Remote:
    """Lets phones pair with this edge and reach its API from anywhere.

    `admit` makes a secret that the API knows a phone by, until `dismiss` gets it; with that, all that the phone does there has to
    end, live video as well. `door` is where the API is. `embedded` is the registrar inside this edge, if it has one.
    `push_services` are origins that alerts may be sent to beside those of the browsers.
    """

    def __init__(
        self,
        directory: Path,
        *,
        edge: EdgeIdentity,
        settings: RemoteSettings,
        changes: ChangeLog,
        ice: IceServers,
        admit: Callable[[Phone], str],
        dismiss: Callable[[str], None],
        door: ApiDoor,
        embedded: EmbeddedRegistrar | None = None,
        push_services: tuple[str, ...] = (),
    ) -> None:
        """Read keys and phones; `start` sets everything going. Raises RemoteError."""
        self._edge = edge
        self._settings = settings
        self._changes = changes
        self._ice = ice
        self._embedded = embedded
        self.phones = PhoneStore(directory, on_change=self._phones_changed, on_revoke=self._revoked)
        self.push = PushAlerts(
            self.phones,
            home_id=edge.id,
            home_name=edge.name,
            enabled=lambda: self._settings.enabled,
            services=push_services,
        )
        self._identity = Identity(directory, expected=bool(self.phones.list()))
        self._desk = self._offer_desk()
        self._registrars = Registrars(handle=self._handle, on_change=self._registrars_changed)
        self._connections = Connections(
            self.phones, ice, Access(admit, dismiss, door), home=self._home, on_change=self._phones_changed
        )
        self.pairing = PairingDesk(
            self._registrars,
            self.phones,
            changes,
            enabled=lambda: self._settings.enabled,
            app=self._app,
            label=edge.name,
            welcome=self._welcome,
            show=self._show,
            on_keys=self._steer,
        )
        self._steering = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._shown: dict[str, Any] = {}
        self.rejected = 0
        """Messages that were not worth looking at since the start."""

    async def start(self) -> None:
        """Begin to be reachable."""
        self._maintain()
        await self._tell_registrars()
        self._tasks = [
            asyncio.create_task(work, name=name)
            for name, work in (
                ("registrars", self._keep_registrars()),
                ("ice servers", self._ice.run()),
                ("remote maintenance", self._keep_maintained()),
            )
        ]

    async def stop(self) -> None:
        """Let go of everything."""
        await self.pairing.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # First the ways in: a phone that is told goodbye dials again at once.
        await self._registrars.stop()
        await self._connections.stop()
        await self.push.stop()
        self.phones.flush()

    # Showing

    def view(self) -> RemoteView:
        """Remote access as it is now."""
        embedded = self._embedded
        registrars = [
            RegistrarView(
                url=registrar.public,
                state=registrar.state,
                reason=registrar.reason,
                embedded=embedded is not None and registrar.url == embedded.url,
            )
            for registrar in self._registrars.all()
        ]
        if embedded and embedded.trouble and self._settings.enabled:
            registrars.append(RegistrarView(url=embedded.public, state="offline", reason=embedded.trouble, embedded=True))
        return RemoteView(
            enabled=self._settings.enabled,
            fingerprint=self._identity.fingerprint,
            app=self._app(),
            registrars=registrars,
            ice=[IceServerView(urls=list(server.urls)) for server in self._ice_servers()],
        )

    def phone_view(self, phone_id: str) -> PhoneView:
        """One phone as it is now. Raises EdgeError."""
        return self._show(self.phones.get(phone_id))

    def phone_views(self) -> list[PhoneView]:
        """All phones as they are now."""
        return [self._show(phone) for phone in self.phones.list()]

    # Changing

    def apply(self, settings: RemoteSettings) -> None:
        """Use other settings from now on."""
        self._settings = settings
        if not settings.enabled:
            self.pairing.cancel()
            self._put_out(self.phones.list(), "stopping")
        self._steer()
        self._registrars_changed()

    async def reset_identity(self) -> None:
        """Become another edge to all phones: each has to be paired anew. Raises EdgeError where the disk refuses."""
        self.pairing.cancel()
        phones = self.phones.list()
        try:
            # The other way round, a crash in between would leave phones that do not know the edge's key.
            self.phones.clear()
            self._put_out(phones, "revoked")
            self._identity.reset()
        except OSError as error:
            raise EdgeError(
                ErrorCode.STORAGE,
                "The new identity could not be saved",
                f"Writing it failed: {error.strerror}. Free some space and reset again.",
            ) from error
        logger.warning("The identity was reset: all phones have to be paired anew.")
        self._desk = self._offer_desk()
        self._steer()
        self._registrars_changed()

    # What comes from registrars

    def _handle(self, envelope: Envelope) -> bool:
        """Deal with a message; False where it was of no worth."""
        try:
            message = parse(envelope.type, envelope.payload)
            match message:
                case C1():
                    worth = self._connections.offer(self._desk, envelope, message)
                case C3():
                    worth = self._connections.candidate(envelope, message)
                case P1() | P3():
                    worth = self.pairing.handle(envelope, message)
                case _:
                    worth = False
        except Rejected as rejection:
            logger.debug("A message was refused: %s.", rejection)
            worth = False
        self.rejected += not worth
        return worth

    def _welcome(self, applicant: Applicant, role: Role) -> P4:
        return applicant.welcome(
            self._identity.key, role=role, edge=self._edge.id, now=round(time.time() * 1000), home=self._home()
        )

    def _home(self) -> record.HomeUpdate:
        """What phones are told of the home."""
        registrars = [known.public for known in self._registrars.all() if len(known.public) <= MOST_CHARACTERS]
        return record.HomeUpdate(
            route=route_id(self._identity.route.public),
            registrars=tuple(registrars[:MOST_REGISTRARS]),
            kem=self._identity.kems[0].public,
            ice=tuple(found for server in self._ice_servers() if (found := _ice_record(server))),
            name=self._edge.name(),
        )

    # Keeping up

    def _offer_desk(self) -> OfferDesk:
        return OfferDesk(self._identity.key, lambda: self._identity.kems, self.phones.device)

    def _app(self) -> str | None:
        return self._settings.app or self._registrars.app()

    def _ice_servers(self) -> tuple[IceServer, ...]:
        return tuple(dict.fromkeys((*self._settings.ice, *self._registrars.ice())))[:MOST_ICE_SERVERS]

    def _steer(self) -> None:
        """Let the registrars be told what is wanted now."""
        self._steering.set()

    async def _keep_registrars(self) -> None:
        while True:
            await self._steering.wait()
            self._steering.clear()
            await self._tell_registrars()

    async def _tell_registrars(self) -> None:
        addresses = [(url, url) for url in self._settings.registrars] if self._settings.enabled else []
        embedded = self._embedded
        if self._settings.enabled and embedded and not embedded.trouble:
            addresses.append((embedded.url, embedded.public))
        await self._registrars.keep(addresses, self._identity.route, (*self._identity.old_routes, *self.pairing.keys))
        self._registrars_changed()

    async def _keep_maintained(self) -> None:
        while True:
            await asyncio.sleep(MAINTENANCE_SECONDS)
            self._maintain()
            # The network may have given this machine another address.
            self._steer()

    def _maintain(self) -> None:
        self.phones.expire()
        try:
            if self._identity.maintain():
                self._steer()
        except OSError as error:
            logger.error("The keys can't be saved: %s", error.strerror)

    def _revoked(self, phone: Phone) -> None:
        self._connections.put_out(phone.id, "revoked")
        try:
            self._identity.rotate_route()
        except OSError as error:
            logger.error("The new route can't be saved: %s", error.strerror)
        self._steer()

    def _put_out(self, phones: list[Phone], reason: Reason) -> None:
        for phone in phones:
            self._connections.put_out(phone.id, reason)

    def _show(self, phone: Phone) -> PhoneView:
        connected = self._connections.connected(phone.id)
        return PhoneView(
            id=phone.id,
            name=phone.name,
            role=phone.role,
            cameras=None if phone.cameras is None else list(phone.cameras),
            paired=rfc3339(phone.paired),
            paired_by=phone.paired_by,
            last_seen=None if phone.last_seen is None else rfc3339(phone.last_seen),
            connected=connected,
            path=self._connections.path(phone.id) if connected else None,
            push=phone.push is not None,
        )

    def _registrars_changed(self) -> None:
        self._ice.update(self._ice_servers())
        self.pairing.refresh()
        self._publish("remote", remote=self.view().model_dump(mode="json"))

    def _phones_changed(self) -> None:
        self._publish("phones", phones=[phone.model_dump(mode="json") for phone in self.phone_views()])

    def _publish(self, kind: str, **content: Any) -> None:
        if self._shown.get(kind) != content:
            self._shown[kind] = content
            self._changes.publish(kind, **content)


def _ice_record(server: IceServer) -> record.IceServer | None:
    """A server as phones are told of it; None for one that is too long for that."""
    texts = (*server.urls, server.username or "", server.credential or "")
    if any(len(text) > MOST_CHARACTERS for text in texts):
        return None
    return record.IceServer(server.urls, server.username or None, server.credential or None)
