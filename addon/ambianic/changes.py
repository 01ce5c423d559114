"""The log of changes that clients follow, and from which those who were away catch up."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import json
import secrets
from typing import Any

RING = 1000
QUEUE = 500

type Message = str
"""What a client is sent: JSON."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change: its message, written once however many follow, its kind, and the camera that it is about, if any."""

    kind: str
    camera_id: str | None
    message: Message


class Follower:
    """One client's bounded queue of changes."""

    def __init__(self) -> None:
        """Start with nothing to read."""
        self.overrun = False
        self._queue: deque[Change] = deque()
        self._ready = asyncio.Event()

    async def get(self) -> Change | None:
        """Wait for the next change; None where the client read too slowly and has lost some."""
        while not self._queue:
            if self.overrun:
                return None
            self._ready.clear()
            await self._ready.wait()
        return self._queue.popleft()

    def put(self, change: Change) -> None:
        """Add a change."""
        if len(self._queue) >= QUEUE:
            self._queue.clear()
            self.overrun = True
        elif not self.overrun:
            self._queue.append(change)
        self._ready.set()


class ChangeLog:
    """Numbers every change and hands it to all followers. Cursors of another run of the edge are not understood."""

    def __init__(self) -> None:
        """Start an empty log."""
        self._epoch = secrets.token_hex(4)
        self._number = 0
        self._ring: deque[tuple[int, Change]] = deque(maxlen=RING)
        self._followers: set[Follower] = set()

    @property
    def cursor(self) -> str:
        """The place after the last change."""
        return f"{self._epoch}-{self._number}"

    def publish(self, kind: str, *, about: str | None = None, **content: Any) -> None:
        """Add a change; `about` is the id of the camera that it is about, if any."""
        self._number += 1
        change = Change(kind, about, json.dumps({"type": kind, "cursor": self.cursor, **content}))
        self._ring.append((self._number, change))
        for follower in self._followers:
            follower.put(change)

    def since(self, cursor: str) -> list[Change] | None:
        """The changes after a cursor; None where they are not all there any more."""
        epoch, _, digits = cursor.partition("-")
        if epoch != self._epoch or not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
            return None
        number = int(digits)
        oldest = self._number - len(self._ring)
        if not oldest <= number <= self._number:
            return None
        return [change for numbered, change in self._ring if numbered > number]

    @contextmanager
    def follow(self) -> Iterator[Follower]:
        """Follow all changes from now on."""
        follower = Follower()
        self._followers.add(follower)
        try:
            yield follower
        finally:
            self._followers.discard(follower)
