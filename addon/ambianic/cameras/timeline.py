"""Time stamps that only grow, whatever a camera sends."""

from .packets import CLOCK_RATE

TOLERANCE = 10 * CLOCK_RATE
"""How far a camera's clock may run from ours, in ticks, before its stamps count as broken."""
MAX_REBASES = 5
SHARED_TOLERANCE = CLOCK_RATE
"""How far apart two streams' stamps may be, in ticks and by their arrival, to count as of one clock."""
SKIP_PACKETS = 5
"""Packets at the start of a run that are not measured: RTSP cameras give their clock only after the first of them."""
QUICK_PACKETS = 20
QUICK_SECONDS = 4.0
WINDOW_SECONDS = 30.0


class Timeline:
    """Lays the runs of one stream on one time line of 1/90000 s.

    Within a run, the camera's own stamps are followed, since they are steadier than the network. Where they are absent,
    stand still, go back or leave the time of arrival by more than `TOLERANCE`, the time of arrival counts; a run in which
    that goes on is laid out by arrival alone.
    """

    def __init__(self, beside: "Timeline | None" = None) -> None:
        """Begin at 0, or where the time line `beside` is, of which the stamps may share the clock: sound beside pictures."""
        self._beside = beside
        self._last = -1
        self._last_arrival: float | None = None
        self._base = (0, 0.0)
        self._offset: int | None = None
        self._rebases = 0

    def begin(self) -> None:
        """Start a new run, whose stamps have nothing to do with those before."""
        self._offset = None
        self._rebases = 0

    def place(self, ticks: int | None, arrival: float) -> int:
        """The time stamp of a packet: from the camera's own (ticks of the run) and its arrival (seconds of a steady clock)."""
        since = 0 if self._last_arrival is None else max(0, round((arrival - self._last_arrival) * CLOCK_RATE))
        by_arrival = self._last + max(1, since)
        if ticks is None or self._rebases > MAX_REBASES:
            placed = by_arrival
        elif self._offset is None:
            placed = self._rebase(by_arrival, ticks, arrival)
        else:
            placed = ticks + self._offset
            if placed <= self._last or abs(placed - self._expected(arrival)) > TOLERANCE:
                self._rebases += 1
                placed = self._rebase(by_arrival, ticks, arrival)
        self._last, self._last_arrival = placed, arrival
        return placed

    def shared(self, ticks: int, arrival: float) -> int | None:
        """Where stamps of another stream lie that may share the clock; None while this one has none."""
        if self._offset is None:
            return None
        expected, placed = self._expected(arrival), ticks + self._offset
        return placed if abs(placed - expected) <= SHARED_TOLERANCE else expected

    def _expected(self, arrival: float) -> int:
        return self._base[0] + round((arrival - self._base[1]) * CLOCK_RATE)

    def _rebase(self, placed: int, ticks: int, arrival: float) -> int:
        if self._beside is not None and (shared := self._beside.shared(ticks, arrival)) is not None:
            placed = max(self._last + 1, shared)
        self._offset = placed - ticks
        self._base = (placed, arrival)
        return placed


class FrameRate:
    """Measures the pictures per second of a run: quickly at its start, then over windows of `WINDOW_SECONDS`."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._first = 0
        self._count = -SKIP_PACKETS
        self._quick = True

    def add(self, pts: int) -> float | None:
        """Count a packet by its time stamp; returns the rate whenever a window ends."""
        self._count += 1
        if self._count <= 0:
            self._first = pts
            return None
        seconds = (pts - self._first) / CLOCK_RATE
        if self._quick:
            ended = seconds >= QUICK_SECONDS or (seconds >= 1 and self._count >= QUICK_PACKETS)
        else:
            ended = seconds >= WINDOW_SECONDS
        if not ended:
            return None
        rate = round(self._count / seconds, 2)
        self._first, self._count, self._quick = pts, 0, False
        return rate
