"""Alerts the phones of a home: joins the rules, the messages and the ways to the phones."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
import logging
import time

from ambianic.errors import EdgeError, ErrorCode, not_found
from ambianic.events import Event, Origin, Phase
from ambianic.remote.phones import Phone, PhoneStore

from . import message
from .outbox import Outbox
from .rules import Judge
from .sender import Message, Sender
from .services import NotAPushService, PushServices
from .subscription import PushSubscription

PICTURES_AT_ONCE = 8
"""Alerts whose pictures are being made; further ones go without."""

_LOGGER = logging.getLogger(__name__)


class PushAlerts:
    """Sends each phone that has a subscription the alerts that its rules want.

    `home_id` and `home_name` are what the phones know the home by. Nothing is sent while `enabled` says no. `zone` is where the home
    is, None for the machine's own setting.
    """

    def __init__(
        self,
        phones: PhoneStore,
        *,
        home_id: str,
        home_name: Callable[[], str],
        enabled: Callable[[], bool],
        services: Iterable[str] = (),
        clock: Callable[[], float] = time.time,
        zone: tzinfo | None = None,
    ) -> None:
        """Also send to these origins, beside the browsers' own push services. Raises ValueError for what is none."""
        self._phones = phones
        self._home_id = home_id
        self._home_name = home_name
        self._enabled = enabled
        self._services = PushServices(services)
        self._clock = clock
        self._sender = Sender(self._services, clock)
        self._judge = Judge(clock, lambda moment: datetime.fromtimestamp(moment, zone).astimezone(zone))
        self._outboxes: dict[str, Outbox] = {}
        self._making: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """End all tries."""
        for task in self._making:
            task.cancel()
        await asyncio.gather(*self._making, *(outbox.stop() for outbox in self._outboxes.values()), return_exceptions=True)
        await self._sender.stop()

    def happened(self, phase: Phase, event: Event, jpeg: bytes | None, *, camera: str) -> None:
        """Alert the phones that want to hear of an event; `camera` is what its camera is called. Returns at once, never raises."""
        if event.origin != Origin.DETECTOR or not self._enabled():
            return
        phones = self._judge.hears(phase, event, [phone for phone in self._phones.list() if phone.push])
        if not phones:
            return
        if len(self._making) >= PICTURES_AT_ONCE:
            self._send(phones, event.id, self._alert(event, None, camera))
            return
        task = asyncio.create_task(self._alert_with_picture(phones, event, jpeg, camera), name="alert")
        self._making.add(task)
        task.add_done_callback(self._made)

    def subscribe(self, phone_id: str, subscription: PushSubscription) -> None:
        """Send a phone's alerts to its browser from now on. Raises EdgeError."""
        try:
            self._services.check(subscription.endpoint)
        except NotAPushService as error:
            raise EdgeError(
                ErrorCode.INVALID_FIELD, "Alerts can't be sent to this browser", str(error), field="endpoint"
            ) from error
        self._phones.set_push(phone_id, subscription)

    def unsubscribe(self, phone_id: str) -> None:
        """Send a phone nothing any more. Raises EdgeError."""
        self._phones.set_push(phone_id, None)

    async def test(self, phone_id: str) -> None:
        """Send a phone a message that says that alerts arrive. Raises EdgeError where the push service does not take it."""
        if (subscription := self._phones.get(phone_id).push) is None:
            raise not_found("subscription", phone_id)
        if not self._enabled():
            raise EdgeError(ErrorCode.REMOTE_OFF, "Remote access is off", "Alerts are sent only while remote access is on.")
        now = self._clock()
        plain = message.trial(home=self._home_id, name=self._home_name(), now=now)
        outcome = await self._sender.send(subscription, Message("test", plain, now))
        if outcome.kind == "gone":
            self._forget(phone_id, subscription)
        if outcome.kind != "delivered":
            raise EdgeError(ErrorCode.PUSH, "The test alert could not be sent", outcome.reason)

    async def _alert_with_picture(self, phones: list[Phone], event: Event, jpeg: bytes | None, camera: str) -> None:
        self._send(phones, event.id, await asyncio.to_thread(self._alert, event, jpeg, camera))

    def _made(self, task: asyncio.Task[None]) -> None:
        self._making.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _LOGGER.error("An alert could not be made", exc_info=error)

    def _alert(self, event: Event, jpeg: bytes | None, camera: str) -> bytes:
        return message.alert(event, jpeg, home=self._home_id, name=self._home_name(), camera=camera)

    def _send(self, phones: list[Phone], about: str, plain: bytes) -> None:
        now = self._clock()
        known = {phone.id for phone in self._phones.list()}
        self._outboxes = {key: outbox for key, outbox in self._outboxes.items() if key in known or outbox.waiting}
        for phone in phones:
            outbox = self._outboxes.setdefault(phone.id, self._outbox(phone.id))
            outbox.put(Message(about, plain, now))

    def _outbox(self, phone_id: str) -> Outbox:
        return Outbox(
            phone_id,
            self._sender,
            subscription=lambda: self._phones.push(phone_id),
            gone=lambda subscription: self._forget(phone_id, subscription),
            clock=self._clock,
        )

    def _forget(self, phone_id: str, subscription: PushSubscription) -> None:
        """Forget a subscription that is no more, unless the phone has made another one meanwhile."""
        if self._phones.push(phone_id) != subscription:
            return
        _LOGGER.info("The phone %s gets no more alerts until it is opened again: its push service has forgotten it.", phone_id)
        try:
            self._phones.set_push(phone_id, None)
        except EdgeError as error:
            _LOGGER.error("%s", error)
