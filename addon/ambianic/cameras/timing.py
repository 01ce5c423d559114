"""How long a camera may take, and how soon it is tried again."""

from collections.abc import Iterator
from dataclasses import dataclass
import random


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Waits that grow by chance from `first` to at most `most` seconds, so that cameras do not come in step.

    It is the "decorrelated jitter" of https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
    """

    first: float
    most: float

    def waits(self) -> Iterator[float]:
        """Seconds to wait before each next attempt, without end."""
        wait = self.first
        while True:
            wait = min(self.most, random.uniform(self.first, wait * 3))
            yield wait


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
