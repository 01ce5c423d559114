"""The messages that wait for one phone: bounded, in order, tried again for a while."""

import asyncio
from collections import deque
from collections.abc import Callable
import logging
import random
import time

from .sender import Message, Outcome, Sender
from .subscription import PushSubscription

MOST_WAITING = 20
MOST_AGE = 1800.0
"""Seconds after which a message is not tried again: it is no alert any more."""
FIRST_PAUSE, LAST_PAUSE = 1.0, 60.0
"""Seconds before the second try, doubled with each further one up to the last."""
LONGEST_WISH = 900.0
"""Seconds that a push service may ask to wait."""

_LOGGER = logging.getLogger(__name__)


class Outbox:
    """Sends what is put in, one after the other.

    `subscription` gives where to, None where the phone wants nothing any more; `gone` is called where the push service does not know
    it any more.
    """

    def __init__(
        self,
        phone_id: str,
        sender: Sender,
        *,
        subscription: Callable[[], PushSubscription | None],
        gone: Callable[[PushSubscription], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Start empty."""
        self._phone_id = phone_id
        self._sender = sender
        self._subscription = subscription
        self._gone = gone
        self._clock = clock
        self._waiting: deque[Message] = deque(maxlen=MOST_WAITING)
        self._task: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many messages are not sent yet."""
        return len(self._waiting)

    def put(self, message: Message) -> None:
        """Send a message as soon as it can be; the oldest one makes room where too many wait."""
        self._waiting.append(message)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name=f"push to {self._phone_id}")

    async def stop(self) -> None:
        """Let go of all that waits."""
        self._waiting.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while self._waiting:
            message = self._waiting[0]
            if (subscription := self._subscription()) is None:
                self._waiting.clear()
                return
            outcome = await self._try(subscription, message)
            if outcome.kind == "later" and self._clock() - message.made < MOST_AGE:
                await asyncio.sleep(_wait(outcome, pause))
                pause = min(2 * pause, LAST_PAUSE)
                continue
            pause = FIRST_PAUSE
            if message in self._waiting:
                self._waiting.remove(message)
            if outcome.kind == "gone":
                self._gone(subscription)
            if outcome.kind != "delivered":
                _LOGGER.warning("An alert did not reach the phone %s. %s", self._phone_id, outcome.reason)

    async def _try(self, subscription: PushSubscription, message: Message) -> Outcome:
        try:
            return await self._sender.send(subscription, message)
        except Exception:
            # It must not be in the way of those that follow.
            _LOGGER.exception("An alert for the phone %s broke.", self._phone_id)
            return Outcome("refused", "It could not be made.")


def _wait(outcome: Outcome, pause: float) -> float:
    """With jitter, so that not all who were sent away come back at once."""
    return max(min(outcome.after or 0.0, LONGEST_WISH), random.uniform(pause / 2, pause))
