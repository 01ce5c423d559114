"""The fan-out of one stream's sound: who joins starts at now."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from .packets import AudioInfo, AudioPacket

QUEUE_PACKETS = 50


class AudioSubscription:
    """One reader's bounded view of a sound. A reader that falls more than `QUEUE_PACKETS` behind loses what it has not read."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.dropped = 0
        self._queue: deque[AudioPacket] = deque()
        self._ready = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        """The number of packets that wait to be read."""
        return len(self._queue)

    async def get(self) -> AudioPacket | None:
        """Wait for the next packet; None once the sound has ended."""
        while not self._queue:
            if self._closed:
                return None
            self._ready.clear()
            await self._ready.wait()
        return self._queue.popleft()

    def _put(self, packet: AudioPacket) -> None:
        if len(self._queue) >= QUEUE_PACKETS:
            self.dropped += len(self._queue)
            self._queue.clear()
        self._queue.append(packet)
        self._ready.set()

    def _close(self) -> None:
        self._closed = True
        self._ready.set()


class AudioFeed:
    """Hands the sound of one stream to every subscriber, on the event loop's thread.

    `info` is None while there is no sound.
    """

    def __init__(self) -> None:
        """Make a feed that has not started."""
        self.info: AudioInfo | None = None
        self._subscriptions: set[AudioSubscription] = set()
        self._open = asyncio.Event()

    def start(self, info: AudioInfo) -> None:
        """Begin a new run of packets. Subscribers of a run before are ended."""
        self.stop()
        self.info = info
        self._open.set()

    async def opened(self) -> AudioInfo:
        """Wait until there is sound."""
        while self.info is None:
            await self._open.wait()
        return self.info

    def push(self, packet: AudioPacket) -> None:
        """Hand a packet on."""
        for subscription in self._subscriptions:
            subscription._put(packet)  # noqa: SLF001  the two classes are one mechanism

    def stop(self) -> None:
        """End the run and its subscribers."""
        self.info = None
        self._open.clear()
        for subscription in self._subscriptions:
            subscription._close()  # noqa: SLF001
        self._subscriptions.clear()

    @contextmanager
    def subscribe(self) -> Iterator[AudioSubscription]:
        """Read the feed for as long as the context lasts."""
        subscription = AudioSubscription()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
