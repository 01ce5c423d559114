"""The video that one viewer gets: packets of a feed, on the viewer's own time line."""

import asyncio
from collections.abc import Callable
from fractions import Fraction
import time

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
import av
from av.stream import Stream

from ambianic.cameras.feed import Feed
from ambianic.cameras.packets import CLOCK_RATE, Packet

from .selection import Selection

CATCH_UP_BYTES_PER_SECOND = 6_000_000
"""How fast a joining viewer gets the pictures since the last key frame: a receiver's UDP buffer is 200 kB and more, and what
is lost can be sent again only while it is among aiortc's last 128 packets."""

NEWEST_AGE = 0.2
"""Seconds: how old the newest picture is thought to be at most. A camera that has stalled must not push the clock ahead."""

TIME_BASE = Fraction(1, CLOCK_RATE)


class LiveTrack(MediaStreamTrack):
    """Passes a feed's packets on, for one viewer.

    A viewer who joins gets the pictures since the last key frame in a quick burst. Within it, time stamps say when a picture is
    sent and not when it was taken: so a player shows each at once, ends at the newest, and stays live. With the camera's own
    time stamps it would have to guess from their early arrival that it must not play them at normal speed.

    While `reduced` is set, the viewer gets the smaller stream `light`, and the key frames of `feed` where that can't be had.
    """

    kind = "video"

    def __init__(self, feed: Feed, on_feed_end: Callable[[], None], light: Feed | None = None) -> None:
        """Read `feed` from the first `recv()` on, which happens once the viewer is connected."""
        super().__init__()
        self.reduced = False
        self._video = Selection(feed, light)
        self._on_feed_end = on_feed_end
        self._burst: Burst | None = None
        self._joined = False
        self._pts = 0

    async def recv(self) -> "av.Packet[Stream]":
        """Wait for the next packet. Raises MediaStreamError once the feed has ended."""
        if self.readyState != "live":
            raise MediaStreamError
        if not self._joined:
            self._joined = True
            newest = self._video.join()
            self._burst = Burst(newest) if newest else None
        packet = await self._video.next(reduced=self.reduced)
        if packet is None:
            self._on_feed_end()
            raise MediaStreamError
        pts = packet.pts
        if self._burst:
            pts = await self._burst.send(packet)
            if not self._video.waiting:
                self._burst = None
        self._pts = max(self._pts + 1, pts)
        passed_on = av.Packet(packet.data)
        passed_on.pts = self._pts
        passed_on.time_base = TIME_BASE
        return passed_on

    def stop(self) -> None:
        """Let go of the feeds."""
        super().stop()
        self._video.close()


class Burst:
    """The quick sending of a backlog, and the live clock that goes with it."""

    def __init__(self, newest: Packet) -> None:
        """Start now; `newest` is the last packet of the backlog."""
        age = min(max(time.time() - newest.time, 0.0), NEWEST_AGE)
        self._loop = asyncio.get_running_loop()
        self._start = self._loop.time()
        self._origin = newest.pts + round(age * CLOCK_RATE)
        self._bytes = 0

    async def send(self, packet: Packet) -> int:
        """Wait until it is the packet's turn, and return the live clock's time then, in ticks."""
        ahead = self._bytes / CATCH_UP_BYTES_PER_SECOND - (self._loop.time() - self._start)
        # Shorter sleeps than a clock tick of the event loop only cost.
        await asyncio.sleep(ahead if ahead > 0.001 else 0)
        self._bytes += len(packet.data)
        return self._origin + round((self._loop.time() - self._start) * CLOCK_RATE)
