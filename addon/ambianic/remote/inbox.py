"""What came from one registrar and waits to be looked at: bounded, and fair to those who send little."""

import asyncio
from collections import OrderedDict, deque
import random

from .line import Envelope

SENDERS = 256
WAITING = 40
"""Messages of one sender; an offer with all its candidates fits in."""
JUNK_RATE = 20.0
"""Worthless messages that are looked at in a second."""
JUNK_BURST = 40.0


class Inbox:
    """Takes turns between the senders. When there are too many of them, a random one has to begin anew."""

    def __init__(self) -> None:
        """Start empty."""
        self.dropped = 0
        self._senders: OrderedDict[tuple[str, str], deque[Envelope]] = OrderedDict()
        self._ready = asyncio.Event()

    def put(self, envelope: Envelope) -> None:
        """Add a message."""
        sender = (envelope.line.id, envelope.source)
        waiting = self._senders.get(sender)
        if waiting is None:
            if len(self._senders) >= SENDERS:
                self.dropped += len(self._senders.pop(random.choice(tuple(self._senders))))
            waiting = self._senders[sender] = deque()
        if len(waiting) >= WAITING:
            self.dropped += 1
            return
        waiting.append(envelope)
        self._ready.set()

    async def get(self) -> Envelope:
        """Wait for the next message."""
        while not self._senders:
            self._ready.clear()
            await self._ready.wait()
        sender, waiting = self._senders.popitem(last=False)
        envelope = waiting.popleft()
        if waiting:
            self._senders[sender] = waiting
        return envelope


class Throttle:
    """A token bucket that only worthless messages cost something: opening what a flood sends would cost all of the time."""

    def __init__(self) -> None:
        """Start with a full bucket."""
        self._tokens = JUNK_BURST
        self._filled = asyncio.get_running_loop().time()

    async def pay(self) -> None:
        """Take a token, and wait for one where there is none."""
        now = asyncio.get_running_loop().time()
        self._tokens = min(self._tokens + (now - self._filled) * JUNK_RATE, JUNK_BURST) - 1
        self._filled = now
        if self._tokens < 0:
            await asyncio.sleep(-self._tokens / JUNK_RATE)
