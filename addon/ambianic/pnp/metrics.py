"""What a node counts, in the text format of Prometheus. No label ever holds an id or an address."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
"""Upper bounds of a histogram, in seconds."""


class Histogram:
    """How long something took."""

    def __init__(self) -> None:
        self._counts = [0] * (len(_BUCKETS) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        """Count one case."""
        self._counts[bisect_left(_BUCKETS, seconds)] += 1
        self._sum += seconds

    def lines(self, name: str) -> list[str]:
        """The lines of the text format."""
        lines, total = [], 0
        for bound, count in zip((*map(str, _BUCKETS), "+Inf"), self._counts, strict=True):
            total += count
            lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
        return [*lines, f"{name}_sum {self._sum:.6f}", f"{name}_count {total}"]


class Metrics:
    """The counters, gauges and histograms of a node."""

    def __init__(self) -> None:
        self.relayed: Counter[tuple[str, str]] = Counter()
        """Messages, by type and result: local, remote, expired, full (no place to wait), congested (the receiver does not read)."""
        self.admissions: Counter[str] = Counter()
        """Sockets that came, by result."""
        self.refused: Counter[str] = Counter()
        """Messages that were not relayed, by reason."""
        self.requests: Counter[tuple[str, str]] = Counter()
        """HTTP requests, by endpoint and status."""
        self.backplane_errors = 0
        self.admission = Histogram()
        self.delay = Histogram()
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}

    def gauge(self, name: str, help_text: str, read: Callable[[], float]) -> None:
        """Add a value that is read when somebody asks."""
        self._gauges[name] = (help_text, read)

    def render(self) -> str:
        """The whole page."""
        lines: list[str] = []

        def family(name: str, kind: str, help_text: str, samples: list[str]) -> None:
            lines.extend((f"# HELP ambianic_pnp_{name} {help_text}", f"# TYPE ambianic_pnp_{name} {kind}", *samples))

        def counter(name: str, help_text: str, labels: tuple[str, ...], counts: Counter[tuple[str, ...]]) -> None:
            samples = []
            for values, count in sorted(counts.items()):
                text = ",".join(f'{label}="{value}"' for label, value in zip(labels, values, strict=True))
                samples.append(f"ambianic_pnp_{name}{{{text}}} {count}")
            family(name, "counter", help_text, samples)

        counter("messages_total", "Messages by type and what became of them.", ("type", "result"), _pairs(self.relayed))
        counter("sockets_opened_total", "Sockets that were asked for, by result.", ("result",), _singles(self.admissions))
        counter("messages_refused_total", "Messages that were not relayed, by reason.", ("reason",), _singles(self.refused))
        counter("requests_total", "HTTP requests by endpoint and status.", ("endpoint", "status"), _pairs(self.requests))
        name = "backplane_errors_total"
        family(name, "counter", "Failures of the backplane.", [f"ambianic_pnp_{name} {self.backplane_errors}"])
        for histogram, name, help_text in (
            (self.admission, "admission_seconds", "Time from a socket's request to its registration."),
            (self.delay, "loop_delay_seconds", "How late the node's clock ticks: its load."),
        ):
            family(name, "histogram", help_text, histogram.lines(f"ambianic_pnp_{name}"))
        for name, (help_text, read) in self._gauges.items():
            family(name, "gauge", help_text, [f"ambianic_pnp_{name} {read():g}"])
        return "\n".join(lines) + "\n"


def _singles(counts: Counter[str]) -> Counter[tuple[str, ...]]:
    return Counter({(value,): count for value, count in counts.items()})


def _pairs(counts: Counter[tuple[str, str]]) -> Counter[tuple[str, ...]]:
    merged: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for values, count in counts.items():
        merged[tuple(values)] += count
    return Counter(merged)
