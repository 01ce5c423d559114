"""Which time it was when a picture was taken."""

from ambianic.cameras.packets import CLOCK_RATE, Packet

JUMP_SECONDS = 1.0
"""From this on, the clock was set."""
CERTAIN_SECONDS = 2.0
"""Pictures for which the clock must stay ahead: after a standstill of the network, they come late as well, but ever less."""
DRAINING_SECONDS = 0.5
LEAK = 0.001
"""Seconds a second by which the mapping may fall behind, since the camera's clock and ours do not go alike."""


class WallClock:
    """Maps the time stamps of a stream to Unix times.

    The packet that was the quickest on its way counts, so that what holds up single packets does not show.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._lag: float | None = None
        self._pts = 0
        self._late: tuple[int, float] | None = None

    def update(self, packet: Packet) -> bool:
        """Take in the next packet; returns whether the clock was set since the last."""
        stamp = packet.pts / CLOCK_RATE
        lag = packet.time - stamp
        if self._lag is None:
            self._lag, self._pts = lag, packet.pts
            return False
        self._lag += LEAK * max(0, packet.pts - self._pts) / CLOCK_RATE
        self._pts = packet.pts
        if lag <= self._lag:
            jumped = self._lag - lag > JUMP_SECONDS
            self._lag, self._late = lag, None
            return jumped
        if lag - self._lag <= JUMP_SECONDS:
            self._late = None
            return False
        if self._late is None or self._late[1] - lag > DRAINING_SECONDS:
            self._late = (packet.pts, lag)
        if packet.pts - self._late[0] < CERTAIN_SECONDS * CLOCK_RATE:
            return False
        self._lag, self._late = lag, None
        return True

    def time(self, pts: int) -> float:
        """The Unix time of a time stamp."""
        return pts / CLOCK_RATE + (self._lag or 0.0)
