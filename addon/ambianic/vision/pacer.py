"""Which pictures are looked at."""

JITTER = 0.3
"""The share of the interval between two looks by which a picture may come too early."""


class Pacer:
    """Says which pictures should be looked at, at a rate of at most `fps` a second, by the stream's clock."""

    def __init__(self, fps: float) -> None:
        """Start with the next picture."""
        self.fps = fps
        self._next: float | None = None

    def restart(self) -> None:
        """Begin with the next picture again."""
        self._next = None

    def due(self, clock: float) -> bool:
        """Whether the picture of that time (in seconds) should be looked at; a little jitter loses none."""
        interval = 1 / self.fps
        if self._next is None or abs(clock - self._next) > 2 * interval:
            # The first, or after a pause, or the clock has jumped.
            self._next = clock
        if clock < self._next - JITTER * interval:
            return False
        self._next += interval
        return True
