"""Which of a camera's pictures a viewer gets: all, those of a smaller stream, or the key frames only."""

from contextlib import ExitStack
from dataclasses import replace

from ambianic.cameras.feed import Feed, Subscription
from ambianic.cameras.packets import CLOCK_RATE, Packet


class Reading:
    """A feed that is being read."""

    def __init__(self, feed: Feed, *, backlog: bool) -> None:
        """Begin with the feed's backlog, or else with its next key frame."""
        self._context = ExitStack()
        self.packets: Subscription = self._context.enter_context(feed.subscribe(backlog=backlog))

    def close(self) -> None:
        """Let go of the feed."""
        self._context.close()


class Selection:
    """Reads `main`, or `light` while that is asked for, with time stamps that go on from one to the other.

    It changes over at a key frame: at once to the smaller stream, since what the other sends is lost anyway, and back without a
    gap. Where there is no smaller H.264 stream that is open, it leaves out all but the key frames.
    """

    def __init__(self, main: Feed, light: Feed | None) -> None:
        """Read nothing yet."""
        self._main = main
        self._light = light
        self._reading: Reading | None = None
        self._next: Reading | None = None
        self._on_light = False
        self._thinned = False
        self._last: Packet | None = None
        self._shift: int | None = None

    @property
    def waiting(self) -> int:
        """The number of packets that wait to be read."""
        return len(self._reading.packets) if self._reading else 0

    def join(self) -> Packet | None:
        """Begin to read; returns the newest packet of the backlog, if there is one."""
        self._reading = Reading(self._main, backlog=True)
        return self._main.gop[-1] if self._main.gop else None

    async def next(self, *, reduced: bool) -> Packet | None:
        """Wait for the next packet; None once there are no more."""
        while self._reading and (self._on_light or self._main.info):
            self._choose(reduced=reduced)
            packet = await self._reading.packets.get()
            if packet is None:
                if not self._on_light:
                    return None
                self._read_main(Reading(self._main, backlog=False))
            elif self._on_light:
                return self._shifted(packet)
            else:
                self._last = packet
                self._thinned = (reduced or self._thinned) and not (packet.keyframe and not reduced)
                if packet.keyframe or not self._thinned:
                    return packet
        return None

    def close(self) -> None:
        """Let go of the feeds."""
        for reading in (self._reading, self._next):
            if reading:
                reading.close()
        self._reading = self._next = None

    def _choose(self, *, reduced: bool) -> None:
        if not self._on_light:
            if reduced and self._light and self._is_lighter(self._light):
                self._replace(Reading(self._light, backlog=False))
                self._on_light, self._shift = True, None
        elif reduced or not self._main.info:
            self._drop_next()
        elif self._next is None:
            self._next = Reading(self._main, backlog=False)
        elif len(self._next.packets):
            following, self._next = self._next, None
            self._read_main(following)

    def _is_lighter(self, light: Feed) -> bool:
        small, large = light.info, self._main.info
        if small is None or large is None or small.codec != "h264" or small.reordered:
            return False
        return small.width * small.height < large.width * large.height

    def _read_main(self, reading: Reading) -> None:
        self._drop_next()
        self._replace(reading)
        self._on_light = False

    def _replace(self, reading: Reading) -> None:
        if self._reading:
            self._reading.close()
        self._reading = reading

    def _drop_next(self) -> None:
        if self._next:
            self._next.close()
            self._next = None

    def _shifted(self, packet: Packet) -> Packet:
        """A packet of the smaller stream on the time line of the other, by when they came."""
        if self._shift is None:
            last = self._last
            self._shift = 0 if last is None else last.pts + round((packet.time - last.time) * CLOCK_RATE) - packet.pts
        return replace(packet, pts=packet.pts + self._shift)
