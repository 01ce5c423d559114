"""The fan-out of one stream's packets, with the last group of pictures kept for those who join."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from .packets import Packet, StreamInfo

GOP_BYTES = 16 * 1024 * 1024
GOP_PACKETS = 900
QUEUE_PACKETS = 1200
"""More than a cached group of pictures, which every reader gets at once when it joins."""


class Subscription:
    """One reader's bounded view of a feed.

    It starts with the cached group of pictures, so the first packet is a key frame. A reader that falls more than
    `QUEUE_PACKETS` behind loses what it has not read and goes on at the next key frame.
    """

    def __init__(self, backlog: list[Packet]) -> None:
        """Start with the packets since the last key frame."""
        self.dropped = 0
        self._queue: deque[Packet] = deque(backlog)
        self._ready = asyncio.Event()
        self._synchronized = bool(backlog)
        self._closed = False
        if backlog:
            self._ready.set()

    def __len__(self) -> int:
        """The number of packets that wait to be read."""
        return len(self._queue)

    async def get(self) -> Packet | None:
        """Wait for the next packet; None once the feed has ended."""
        while not self._queue:
            if self._closed:
                return None
            self._ready.clear()
            await self._ready.wait()
        return self._queue.popleft()

    def _put(self, packet: Packet) -> None:
        if len(self._queue) >= QUEUE_PACKETS:
            self.dropped += len(self._queue)
            self._queue.clear()
            self._synchronized = False
        if not (self._synchronized or packet.keyframe):
            self.dropped += 1
            return
        self._synchronized = True
        self._queue.append(packet)
        self._ready.set()

    def _close(self) -> None:
        self._closed = True
        self._ready.set()


class Feed:
    """Hands the packets of one stream to every subscriber, on the event loop's thread.

    `info` is None while the stream is not open.
    """

    def __init__(self) -> None:
        """Make a feed that has not started."""
        self.info: StreamInfo | None = None
        self._gop: list[Packet] = []
        self._gop_bytes = 0
        self._subscriptions: set[Subscription] = set()
        self._open = asyncio.Event()

    @property
    def gop(self) -> tuple[Packet, ...]:
        """The packets since the last key frame, it first; empty where there is none yet."""
        return tuple(self._gop)

    def start(self, info: StreamInfo) -> None:
        """Begin a new run of packets. Subscribers of a run before are ended."""
        self.stop()
        self.info = info
        self._open.set()

    async def opened(self) -> StreamInfo:
        """Wait until the stream is open."""
        while self.info is None:
            await self._open.wait()
        return self.info

    def push(self, packet: Packet) -> None:
        """Hand a packet on."""
        if packet.keyframe:
            self._gop.clear()
            self._gop_bytes = 0
        if packet.keyframe or self._gop:
            self._gop.append(packet)
            self._gop_bytes += len(packet.data)
            if self._gop_bytes > GOP_BYTES or len(self._gop) > GOP_PACKETS:
                self._gop.clear()
                self._gop_bytes = 0
        for subscription in self._subscriptions:
            subscription._put(packet)  # noqa: SLF001  the two classes are one mechanism

    def stop(self) -> None:
        """End the run: forget its pictures and end its subscribers."""
        self.info = None
        self._open.clear()
        self._gop.clear()
        self._gop_bytes = 0
        for subscription in self._subscriptions:
            subscription._close()  # noqa: SLF001
        self._subscriptions.clear()

    @contextmanager
    def subscribe(self, *, backlog: bool = True) -> Iterator[Subscription]:
        """Read the feed for as long as the context lasts; without the backlog, from the next key frame on."""
        subscription = Subscription(list(self._gop) if backlog else [])
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)
