"""The log of changes that clients follow, and from which those who were away catch up."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
import json
import secrets
from typing import Any

RING = 1000
QUEUE = 500

type Message = str
"""A change as JSON: written once, however many follow, and small while it is kept."""


class Follower:
    """One client's bounded queue of changes."""

    def __init__(self) -> None:
        """Start with nothing to read."""
        self.overrun = False
        self._queue: deque[Message] = deque()
        self._ready = asyncio.Event()

    async def get(self) -> Message | None:
        """Wait for the next change; None where the client read too slowly and has lost some."""
        while not self._queue:
            if self.overrun:
                return None
            self._ready.clear()
            await self._ready.wait()
        return self._queue.popleft()

    def put(self, message: Message) -> None:
        """Add a change."""
        if len(self._queue) >= QUEUE:
            self._queue.clear()
            self.overrun = True
        elif not self.overrun:
            self._queue.append(message)
        self._ready.set()


class ChangeLog:
    """Numbers every change and hands it to all followers. Cursors of another run of the edge are not understood."""

    def __init__(self) -> None:
        """Start an empty log."""
        self._epoch = secrets.token_hex(4)
        self._number = 0
        self._ring: deque[tuple[int, Message]] = deque(maxlen=RING)
        self._followers: set[Follower] = set()

    @property
    def cursor(self) -> str:
        """The place after the last change."""
        return f"{self._epoch}-{self._number}"

    def publish(self, kind: str, **content: Any) -> None:
        """Add a change."""
        self._number += 1
        message = json.dumps({"type": kind, "cursor": self.cursor, **content})
        self._ring.append((self._number, message))
        for follower in self._followers:
            follower.put(message)

    def since(self, cursor: str) -> list[Message] | None:
        """The changes after a cursor; None where they are not all there any more."""
        epoch, _, digits = cursor.partition("-")
        if epoch != self._epoch or not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
            return None
        number = int(digits)
        oldest = self._number - len(self._ring)
        if not oldest <= number <= self._number:
            return None
        return [message for numbered, message in self._ring if numbered > number]

    @contextmanager
    def follow(self) -> Iterator[Follower]:
        """Follow all changes from now on."""
        follower = Follower()
        self._followers.add(follower)
        try:
            yield follower
        finally:
            self._followers.discard(follower)
