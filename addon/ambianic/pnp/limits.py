"""Token buckets: how often something may happen."""

from collections.abc import Callable
import hashlib
import secrets
import time

_MOST = 100_000
"""Keys that a set of buckets remembers at most."""


class Buckets:
    """A bucket for each key. Keys are kept as keyed hashes, and only until their bucket is full again.

    `burst` may happen at once, `rate` a second in the long run.
    """

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._secret = secrets.token_bytes(16)
        self._levels: dict[bytes, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self._levels)

    def take(self, key: bytes) -> float:
        """Take one token: 0, or the seconds until there is one again."""
        now = self._clock()
        key = hashlib.blake2b(key, digest_size=8, key=self._secret).digest()
        level, then = self._levels.pop(key, (self._burst, now))
        level = min(self._burst, level + (now - then) * self._rate)
        if level < 1:
            self._levels[key] = (level, now)
            return (1 - level) / self._rate
        if len(self._levels) >= _MOST:
            del self._levels[next(iter(self._levels))]
        self._levels[key] = (level - 1, now)
        return 0

    def sweep(self) -> None:
        """Forget the buckets that are full again."""
        now = self._clock()
        needed = self._burst / self._rate
        # The least recently used come first.
        for key, (_, then) in list(self._levels.items()):
            if now - then < needed:
                break
            del self._levels[key]
