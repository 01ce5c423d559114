"""Whether something moves, without flicker."""

HOLD_SECONDS = 3.0
"""Motion that pauses for less goes on."""


class MotionSignal:
    """Rises with the first motion and falls once nothing has moved for `HOLD_SECONDS`."""

    def __init__(self) -> None:
        """Begin at rest."""
        self.moving = False
        self._last = 0.0

    def update(self, moving: bool, clock: float) -> None:
        """Take in whether something moves at `clock` seconds."""
        if moving:
            self._last = clock
        self.moving = moving or (self.moving and 0 <= clock - self._last < HOLD_SECONDS)
