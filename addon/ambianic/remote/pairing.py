"""Pairing: opens a window, lets one phone in, and tells who watches."""

import asyncio
from collections.abc import Callable, Iterable
import logging
import time
from typing import Literal

from ambianic.changes import ChangeLog
from ambianic.errors import EdgeError, ErrorCode
from ambianic.pnp1.keys import SigningKey
from ambianic.pnp1.messages import P1, P3, P4, Refused
from ambianic.pnp1.pairing import Applicant
from ambianic.pnp1.wire import Rejected

from .line import Envelope
from .phones import Phone, PhoneStore
from .registrar import Registrar
from .registrars import Registrars
from .views import PairingState, PairingView, PhoneView, Role
from .window import ENDED, OPEN_SECONDS, Window

LABEL_CHARACTERS = 24
REACH_SECONDS = 5.0
"""How long opening waits for registrars."""
LINGER_SECONDS = 5.0
"""How long a closed window's ids stay reachable: the last answer has to get out, and who comes late is told."""
SHOWN_SECONDS = 600.0
"""How long the result is shown."""

logger = logging.getLogger(__name__)


class PairingDesk:
    """At most one pairing window at a time."""

    def __init__(
        self,
        registrars: Registrars,
        phones: PhoneStore,
        changes: ChangeLog,
        *,
        enabled: Callable[[], bool],
        app: Callable[[], str | None],
        label: Callable[[], str],
        welcome: Callable[[Applicant, Role], P4],
        show: Callable[[Phone], PhoneView],
        on_keys: Callable[[], None],
    ) -> None:
        """`on_keys` is called whenever `keys` has changed, so that registrars are told."""
        self._registrars = registrars
        self._phones = phones
        self._changes = changes
        self._enabled = enabled
        self._app = app
        self._label = label
        self._welcome = welcome
        self._show = show
        self._on_keys = on_keys
        self._window: Window | None = None
        self._keys: tuple[SigningKey, ...] = ()
        self._registrar: Registrar | None = None
        self._shown: PairingView | None = None
        self._announcing: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._opening = asyncio.Lock()

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """The keys whose ids have to be reachable at the registrars now."""
        return self._keys

    async def open(
        self, role: Role, cameras: Iterable[str] | None, opened_by: str, method: Literal["any", "link"] = "any"
    ) -> PairingView:
        """Open a window in place of any other; by code and link, or by link alone. Raises EdgeError."""
        async with self._opening:
            if not self._enabled():
                raise EdgeError(ErrorCode.REMOTE_OFF, "Remote access is switched off", "Switch it on to pair a phone.")
            self._finish("cancelled")
            window = Window(role, None if cameras is None else tuple(cameras), opened_by, coded=method == "any")
            self._use(tuple(door.key for door in window.doors))
            reached = await self._reach(window)
            if problem := self._problem(window, reached):
                self._use(())
                raise problem
            self._window, self._registrar = window, reached[0]
            self._timer = asyncio.get_running_loop().call_later(OPEN_SECONDS, self._finish, "expired")
            self._announce(window)
            self._publish()
            return self._view(window)

    def current(self) -> PairingView | None:
        """The open window, or the last one for as long as its result may be of interest."""
        return self._view(self._window) if self._window else None

    def cancel(self) -> None:
        """Close the window, if there is one."""
        self._finish("cancelled")

    async def stop(self) -> None:
        """Close the window and show it nowhere any more."""
        self._finish("cancelled")
        if self._timer:
            self._timer.cancel()
        if self._announcing:
            await asyncio.wait(self._announcing)

    def refresh(self) -> None:
        """Registrars have come or gone: the link must name one that is there."""
        window = self._window
        if window and window.state not in ENDED:
            serving = self._registrars.serving(window.link_door.pid)
            if serving and self._registrar not in serving:
                self._registrar = serving[0]
            self._announce(window)
            if self._view(window) != self._shown:
                self._publish()

    def handle(self, envelope: Envelope, message: P1 | P3) -> bool:
        """Deal with a phone's message to one of the window's ids; False unless it pairs."""
        door = self._window.door(envelope.line.id) if self._window else None
        try:
            if self._window is None or door is None:
                envelope.reply(Refused(message.sid, "closed"))
            elif isinstance(message, P1):
                envelope.reply(door.hub.p1(message))
            else:
                self._take_in(self._window, door.hub.p3(message), envelope, message.sid)
                return True
        except Rejected as rejection:
            logger.info("A phone was refused in pairing: %s.", rejection)
            envelope.reply(Refused(message.sid, rejection.hint))
            self._note_tries()
        return False

    def _take_in(self, window: Window, applicant: Applicant, envelope: Envelope, sid: bytes) -> None:
        phone = Phone(
            identity=applicant.identity,
            name=applicant.name,
            role=window.role,
            cameras=window.cameras,
            paired=time.time(),
            paired_by=window.opened_by,
        )
        try:
            self._phones.add(phone)
        except OSError as error:
            logger.error("A phone was not paired, since it can't be saved: %s. Free some space on the disk.", error.strerror)
            envelope.reply(Refused(sid, "closed"))
            self._finish("cancelled")
            return
        envelope.reply(self._welcome(applicant, window.role))
        logger.info("The phone %s was paired.", phone.id)
        shown = self._show(self._phones.get(phone.id))
        self._finish("paired", shown)
        self._changes.publish("phone_paired", phone=shown.model_dump(mode="json"))

    def _note_tries(self) -> None:
        window = self._window
        if window is None or window.code_door is None or window.state != "open":
            return
        if window.code_door.hub.closed:
            window.state = "disturbed"
            self._hide()
            logger.warning("Three wrong codes: somebody may have tried to guess. Pair by the link or the QR code.")
            self._publish()
            self._changes.publish("pairing_disturbed", pairing=self._view(window).model_dump(mode="json"))
        elif self._shown and self._shown.tries_left != window.code_door.hub.tries_left:
            self._publish()

    async def _reach(self, window: Window) -> list[Registrar]:
        """The registrars that the window can be reached at, in the order of the settings."""

        async def reached(registrar: Registrar) -> None:
            for door in window.doors:
                await registrar.reach(door.pid)

        waiting = {
            asyncio.create_task(reached(registrar))
            for registrar in self._registrars.all()
            if registrar.state in {"connected", "connecting"}
        }
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=REACH_SECONDS)
            for task in late:
                task.cancel()
        return self._registrars.serving(window.link_door.pid)

    def _problem(self, window: Window, reached: list[Registrar]) -> EdgeError | None:
        """Why a window would be of no use."""
        if not reached:
            reasons = " ".join(registrar.reason for registrar in self._registrars.all() if registrar.reason)
            return EdgeError(
                ErrorCode.NO_REGISTRAR,
                "No registrar can be reached",
                reasons or "Phones find this home through a registrar. Add one to the settings of remote access.",
            )
        if window.code_door is None and self._app() is None:
            return EdgeError(
                ErrorCode.NO_REGISTRAR,
                "It is not known where phones open the app",
                "A link leads to the app: enter its address in the settings of remote access.",
            )
        return None

    def _announce(self, window: Window) -> None:
        """Show the door of the code to those on our network, at every registrar that is reached."""
        named = {task.get_name() for task in self._announcing}
        if window.code_door and window.state == "open":
            for registrar in self._registrars.all():
                if registrar.url not in named:
                    label = self._label()[:LABEL_CHARACTERS]
                    task = asyncio.create_task(registrar.announce(window.code_door.key, label), name=registrar.url)
                    self._announcing.add(task)
                    task.add_done_callback(self._announcing.discard)

    def _hide(self) -> None:
        for task in self._announcing:
            task.cancel()

    def _finish(self, state: PairingState, phone: PhoneView | None = None) -> None:
        window = self._window
        if self._timer:
            self._timer.cancel()
        if window is None or window.state in ENDED:
            return
        window.close(state, phone)
        self._hide()
        loop = asyncio.get_running_loop()
        keys = self._keys
        loop.call_later(LINGER_SECONDS, lambda: self._use(()) if self._keys == keys else None)
        self._timer = loop.call_later(SHOWN_SECONDS, self._forget)
        self._publish()

    def _forget(self) -> None:
        self._window = None

    def _use(self, keys: tuple[SigningKey, ...]) -> None:
        if keys != self._keys:
            self._keys = keys
            self._on_keys()

    def _view(self, window: Window) -> PairingView:
        return window.view(app=self._app(), registrar=self._registrar.public if self._registrar else None)

    def _publish(self) -> None:
        if self._window:
            self._shown = self._view(self._window)
            self._changes.publish("pairing", pairing=self._shown.model_dump(mode="json"))
