"""The fan-out of a stream to readers that can't disturb it or one another."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


class Subscription[Packet]:
    """One reader's bounded view of a fan-out.

    A reader that falls more than `limit` packets behind loses what it has not read, and goes on at the next packet that `begins`
    says can be begun with.
    """

    def __init__(self, backlog: Sequence[Packet], limit: int, begins: Callable[[Packet], bool]) -> None:
        """Start with what was before, if anything."""
        self.dropped = 0
        self._queue = deque(backlog)
        self._limit = limit
        self._begins = begins
        self._ready = asyncio.Event()
        self._synchronized = bool(backlog)
        self._closed = False
        if backlog:
            self._ready.set()

    def __len__(self) -> int:
        """The number of packets that wait to be read."""
        return len(self._queue)

    async def get(self) -> Packet | None:
        """Wait for the next packet; None once the stream has ended."""
        while not self._queue:
            if self._closed:
                return None
            self._ready.clear()
            await self._ready.wait()
        return self._queue.popleft()

    async def batch(self) -> list[Packet]:
        """Wait for a packet and take all that are there; empty once the stream has ended."""
        first = await self.get()
        if first is None:
            return []
        return [first, *self.take()]

    def take(self) -> list[Packet]:
        """Take all packets that are there, without waiting."""
        batch = list(self._queue)
        self._queue.clear()
        return batch

    def put(self, packet: Packet) -> None:
        """Add a packet."""
        if len(self._queue) >= self._limit:
            self.dropped += len(self._queue)
            self._queue.clear()
            self._synchronized = False
        if not (self._synchronized or self._begins(packet)):
            self.dropped += 1
            return
        self._synchronized = True
        self._queue.append(packet)
        self._ready.set()

    def close(self) -> None:
        """Say that nothing more will come."""
        self._closed = True
        self._ready.set()


class Fanout[Info, Packet]:
    """Hands the packets of one stream to every subscriber, on the event loop's thread.

    `info` describes the stream; it is None while that is not open.
    """

    limit: int
    """The most packets that may wait for one reader."""

    def __init__(self) -> None:
        """Make a fan-out that has not started."""
        self.info: Info | None = None
        self._subscriptions: set[Subscription[Packet]] = set()
        self._open = asyncio.Event()

    def start(self, info: Info) -> None:
        """Begin a new run of packets. Subscribers of a run before are ended."""
        self.stop()
        self.info = info
        self._open.set()

    async def opened(self) -> Info:
        """Wait until the stream is open."""
        while self.info is None:
            await self._open.wait()
        return self.info

    def push(self, packet: Packet) -> None:
        """Hand a packet on."""
        for subscription in self._subscriptions:
            subscription.put(packet)

    def stop(self) -> None:
        """End the run and its subscribers."""
        self.info = None
        self._open.clear()
        for subscription in self._subscriptions:
            subscription.close()
        self._subscriptions.clear()

    @contextmanager
    def subscribe(self, *, backlog: bool = True) -> Iterator[Subscription[Packet]]:
        """Read the stream for as long as the context lasts, from the backlog on or only what comes from now on."""
        subscription = Subscription(self.backlog() if backlog else (), self.limit, self.begins)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def backlog(self) -> Sequence[Packet]:
        """What a reader that joins gets at once."""
        return ()

    def begins(self, packet: Packet) -> bool:
        """Whether a reader can begin with this packet."""
        return True
