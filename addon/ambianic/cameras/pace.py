"""Playing what could be read at once in real time."""

import threading
import time

SLACK = 1.0
"""Seconds by which a player may be late before it stops to hurry after."""
JUMP = 30.0
"""Seconds of waiting from which a time stamp counts as broken."""


class Pace:
    """Holds each picture back until its moment has come."""

    def __init__(self) -> None:
        """The first picture that comes sets the beginning."""
        self._began: float | None = None

    def wait(self, position: float, stop: threading.Event) -> bool:
        """Wait for the moment of a position (in seconds from anywhere); returns whether `stop` was set meanwhile."""
        now = time.monotonic()
        if self._began is None or self._began + position - now > JUMP:
            self._began = now - position
        # After a standstill, go on from here.
        self._began = max(self._began, now - position - SLACK)
        return stop.wait(max(0.0, self._began + position - now))
