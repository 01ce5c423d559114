"""Credit: how much of a body may be under way, so that a slow reader holds up nobody but itself."""

import asyncio
from collections import deque
from collections.abc import Callable

from .frames import CREDIT_MAX, ProtocolError


class Inflow:
    """What the other side sends for one request, until it is read. Never more than the window is waiting."""

    def __init__(self, window: int, grant: Callable[[int], None]) -> None:
        """Hold at most `window` bytes; `grant` tells the other side that it may send so many more."""
        self._window = window
        self._grant = grant
        self._open = window
        self._read = 0
        self._chunks: deque[bytes] = deque()
        self._ended: BaseException | bool = False
        self._changed = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Bytes that have come and were not read."""
        return self._window - self._open - self._read

    def feed(self, chunk: bytes) -> None:
        """Take a frame's bytes. Raises ProtocolError where there are more than were granted, or after the end."""
        if self._ended is True:
            raise ProtocolError("data after the end")
        if len(chunk) > self._open:
            raise ProtocolError("more data than was granted")
        self._open -= len(chunk)
        self._chunks.append(chunk)
        self._changed.set()

    def end(self) -> None:
        """There is nothing more to come. Raises ProtocolError where that was said before."""
        if self._ended is True:
            raise ProtocolError("a second end")
        self._ended = self._ended or True
        self._changed.set()

    def fail(self, error: BaseException) -> None:
        """Let the reader fail, also where there still is something to read."""
        self._ended = error
        self._changed.set()

    async def get(self) -> bytes | None:
        """The next bytes, or None at the end. Raises what `fail` was given."""
        while True:
            if isinstance(self._ended, BaseException):
                raise self._ended
            if self._chunks:
                chunk = self._chunks.popleft()
                self._read += len(chunk)
                if self._read * 2 >= self._window and not self._ended:
                    self._open += self._read
                    self._grant(self._read)
                    self._read = 0
                return chunk
            if self._ended:
                return None
            self._changed.clear()
            await self._changed.wait()


class Credit:
    """What may still be sent for one request."""

    def __init__(self, window: int) -> None:
        """Begin with `window` bytes."""
        self._left = window
        self._granted = asyncio.Event()

    def grant(self, count: int) -> None:
        """Be allowed `count` more. Raises ProtocolError where that is too much."""
        self._left += count
        if self._left > CREDIT_MAX:
            raise ProtocolError("too much credit")
        self._granted.set()

    async def take(self, most: int) -> int:
        """Wait until something may be sent, and take at most so many bytes of it."""
        while not self._left:
            self._granted.clear()
            await self._granted.wait()
        count = min(most, self._left)
        self._left -= count
        return count
