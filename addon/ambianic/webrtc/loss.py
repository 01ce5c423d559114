"""When a viewer's line is too narrow for what it is sent, and when to try again.

Packets that are passed on can't be made smaller, so nothing else keeps a narrow line from being overrun.
"""

from collections import deque

LOSS = 0.05
"""The share of lost packets from which on a viewer gets less."""
CALM_LOSS = 0.02
"""The share that lines have that are not overrun."""
WINDOW = 2.0
"""Seconds over which losses are counted."""
LEAST_PACKETS = 10
REPORTS = 64
CALM_SECONDS = 30.0
MOST_CALM_SECONDS = 300.0


class LossGuard:
    """Decides by a receiver's reports whether it shall get less; `reduced` says so.

    It gets everything again after `CALM_SECONDS` without loss. Each time that this fails within as long again, the wait doubles,
    up to `MOST_CALM_SECONDS`.
    """

    def __init__(self) -> None:
        """Begin with everything."""
        self.reduced = False
        self._reports: deque[tuple[float, int, int]] = deque(maxlen=REPORTS)
        self._wait = CALM_SECONDS
        self._calm_since = 0.0
        self._restored: float | None = None

    def add(self, time: float, sent: int, lost: int) -> None:
        """Take a report: its time in seconds, and how many packets were sent and lost since the beginning."""
        self._reports.append((time, sent, lost))
        while len(self._reports) > 2 and time - self._reports[1][0] >= WINDOW:
            self._reports.popleft()
        first_time, first_sent, first_lost = self._reports[0]
        # While only key frames are sent, there may be too few packets to tell.
        if time - first_time < WINDOW or (self._few(sent - first_sent) and not self.reduced):
            return
        loss = 0.0 if self._few(sent - first_sent) else (lost - first_lost) / (sent - first_sent)
        if not self.reduced and loss > LOSS:
            self._reduce(time)
        elif self.reduced and loss > CALM_LOSS:
            self._calm_since = time
        elif self.reduced and time - self._calm_since >= self._wait:
            self._restore(time)

    @staticmethod
    def _few(packets: int) -> bool:
        return packets < LEAST_PACKETS

    def _reduce(self, time: float) -> None:
        failed = self._restored is not None and time - self._restored < self._wait
        self._wait = min(self._wait * 2, MOST_CALM_SECONDS) if failed else CALM_SECONDS
        self.reduced = True
        self._calm_since = time
        self._reports.clear()

    def _restore(self, time: float) -> None:
        self.reduced = False
        self._restored = time
        self._reports.clear()
