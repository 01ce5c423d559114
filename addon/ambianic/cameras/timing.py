"""How long a camera may take, and how soon it is tried again."""

from collections.abc import Iterator
from dataclasses import dataclass
import random


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Waits that double from `first` to `most` seconds."""

    first: float
    most: float

    def waits(self) -> Iterator[float]:
        """Seconds to wait before each next attempt: half of it fixed, half by chance, so that cameras do not come in step."""
        wait = self.first
        while True:
            yield random.uniform(wait / 2, wait)
            wait = min(wait * 2, self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Limits of one stream's connection, in seconds.

    `resolve` is for the host's name, `open` for the camera's first answer and once more for its first pictures, `read` for each
    picture after, `settled` the time for which pictures must flow until the next failure counts as a first one.
    `unauthorized` is slower, since cameras lock accounts after some wrong passwords.
    """

    resolve: float = 5
    open: float = 10
    read: float = 10
    settled: float = 10
    backoff: Backoff = Backoff(first=1, most=30)
    unauthorized: Backoff = Backoff(first=30, most=300)
