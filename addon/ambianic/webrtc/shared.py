"""Work that is done once for all who want its result, for as long as somebody does."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Protocol


class Worker[Output](Protocol):
    """Makes `output`, until it is stopped or has `ended`."""

    @property
    def output(self) -> Output:
        """What is made."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will be made."""

    def stop(self) -> None:
        """Stop, and end those who read the output."""


class Shared[Source: Hashable, Output]:
    """One worker a source, for as long as somebody watches it."""

    def __init__(self, make: Callable[[Source], Worker[Output]]) -> None:
        """Have no worker yet; `make` starts one."""
        self._make = make
        self._running: dict[Source, Worker[Output]] = {}
        self._watchers: dict[Worker[Output], int] = {}

    @contextmanager
    def watch(self, source: Source) -> Iterator[Output]:
        """Share what is made of `source` for as long as the context lasts."""
        worker = self._running.get(source)
        if worker is None or worker.ended:
            worker = self._running[source] = self._make(source)
        self._watchers[worker] = self._watchers.get(worker, 0) + 1
        try:
            yield worker.output
        finally:
            self._watchers[worker] -= 1
            if not self._watchers[worker]:
                del self._watchers[worker]
                worker.stop()
                if self._running.get(source) is worker:
                    del self._running[source]
