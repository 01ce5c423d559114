"""What this machine does with each model, and which suits it best."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
import json
import os
from pathlib import Path

from ambianic.files import write_atomically

from . import accelerators, selftest

ON_PROCESSOR = {accelerators.CPU, "openvino:CPU"}
FILE = "bench.json"
MAX_FILE_BYTES = 1024 * 1024
RUNS = 40
LOOKS_PER_SECOND = 5.0
REGIONS_PER_LOOK = 1.6
"""How often a busy camera's picture is looked at in a second, and how many runs of the model that takes."""
BUSY_SHARE = 0.5
"""Of the cameras that are there, so many are busy at once at most, and the model may take so much of the processor."""
LEAST_CAMERAS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One way to run a model: the time of a run, or why it does not run so."""

    model: str
    threads: int
    accelerator: str
    ms: float | None
    reason: str | None = None

    @property
    def runs_per_second(self) -> float:
        """Runs in a second."""
        return 1000 / self.ms if self.ms else 0.0

    @property
    def cameras(self) -> int:
        """How many cameras it serves while half of them are busy."""
        return int(self.runs_per_second / (LOOKS_PER_SECOND * REGIONS_PER_LOOK * BUSY_SHARE))


def ways(models: Sequence[str], devices: Sequence[str]) -> list[tuple[str, int, str]]:
    """The model, threads and accelerator of each trial."""
    processors = os.cpu_count() or 1
    counts = [threads for threads in (1, 2, 4) if threads <= processors]
    return [
        (model, threads, accelerator)
        for model in models
        for accelerator in devices
        for threads in (counts if accelerator in ON_PROCESSOR else [1])
    ]


def measure(path: Callable[[str], Path], way: tuple[str, int, str]) -> Result:
    """Try one of the ways, in a child process of its own; `path` tells a model's file."""
    model, threads, accelerator = way
    result = selftest.run(path(model), threads=threads, accelerator=accelerator, runs=RUNS)
    return Result(model=model, threads=threads, accelerator=accelerator, ms=result.ms, reason=result.reason)


def recommend(results: Sequence[Result], preferred: Sequence[str]) -> Result | None:
    """The first of the preferred models that serves enough cameras, else the fastest; each run in its best way."""
    best: dict[str, Result] = {}
    for result in sorted(results, key=_cost):
        if result.ms is not None:
            best.setdefault(result.model, result)
    enough = [best[model] for model in preferred if model in best and best[model].cameras >= LEAST_CAMERAS]
    return enough[0] if enough else max(best.values(), key=lambda result: result.runs_per_second, default=None)


def _cost(result: Result) -> float:
    """The time of a run. On the processor, unusual ways must be a third faster to be worth it: they take it from decoding."""
    unusual = result.accelerator in ON_PROCESSOR and (result.threads, result.accelerator) != (1, accelerators.CPU)
    return (result.ms or 0.0) * (1.5 if unusual else 1.0)


def keep(data: Path, results: Sequence[Result], recommended: Result | None) -> None:
    """Remember the results. Raises OSError."""
    usual = {
        result.model: result.ms
        for result in results
        if result.ms is not None and (result.threads, result.accelerator) == (1, accelerators.CPU)
    }
    content = {"times": {**times(data), **usual}, "recommended": None if recommended is None else asdict(recommended)}
    _write(data, content)


def remember(data: Path, model: str, ms: float) -> None:
    """Remember the time of one run of a model. Raises OSError."""
    _write(data, {**_read(data), "times": {**times(data), model: ms}})


def times(data: Path) -> Mapping[str, float]:
    """The milliseconds of a run of each model that has been tried."""
    known = _read(data).get("times")
    return (
        {str(name): float(ms) for name, ms in known.items() if isinstance(ms, int | float)} if isinstance(known, dict) else {}
    )


def recommended(data: Path) -> str | None:
    """The model that suits this machine best, once that was found out."""
    known = _read(data).get("recommended")
    return str(known["model"]) if isinstance(known, dict) and "model" in known else None


def _read(data: Path) -> dict[str, object]:
    path = data / "models" / FILE
    try:
        content = json.loads(path.read_bytes()[:MAX_FILE_BYTES])
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(data: Path, content: Mapping[str, object]) -> None:
    path = data / "models" / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(content, indent=2).encode(), mode=0o644)
