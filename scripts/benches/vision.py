"""What detection finds and costs, on footage whose people are known.

Costs are CPU seconds of the one thread that does the work, per second of video. "Always" is the same pipeline when it looks at
pictures all the time; "ffmpeg" is what ffmpeg takes to decode the same file and do nothing with it. Delays are from a visit's first
picture to the picture with which its event is told. Latency and memory are of a real edge with four RTSP cameras on which people
appear.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
import resource
import statistics
import subprocess

from ambianic.config import DetectionConfig
from ambianic.events import Phase
from ambianic.vision.analysis import Analysis, Figures
from ambianic.vision.engine import Engine
from ambianic.vision.loaded import Loaded
from ambianic.vision.wire import Happened
from tests.edge.vision.labels import Score, Seen, match, people
from tests.support.paths import VENV

from .vision_clips import Scene, Visit, Walk, scene, vtest
from .vision_live import live

MODEL = VENV / "models" / "coco-ssd" / "model.tflite"
STATIC = Scene(60)
DAY = Scene(
    600,
    (
        Walk("f-bald-jacket", 4.0, 5.0, at=25.1),
        Walk("k-woman-in-red", 41.3, 4.3, at=151.3),
        Walk("l-blue-jacket", 65.3, 5.0, at=240.5),
        Walk("g-far-meadow", 7.4, 7.0, at=344.2),
        Walk("c-backpack-again", 50.2, 3.3, at=431.7),
        Walk("h-white-cap", 17.0, 5.2, at=520.3),
    ),
)
QUICK_DAY = Scene(60, (Walk("f-bald-jacket", 4.0, 3.0, at=25.1),))
VTEST_BEGINS = (0.0, 0.1, 0.2, 0.3)
"""Seconds into vtest.avi."""
QUICK_VTEST = 20.0
"""Seconds of it."""
LATE = 3.0
"""An event that is told so long after its visit's end is not that visit's."""
SMALL_ROUNDS = 3
PARTS = ("demux", "gate", "decode", "motion", "inference", "tracking")


@dataclass(slots=True)
class Run:
    """One analysis of one file: what it cost, and its events."""

    figures: Figures
    events: dict[str, Seen] = field(default_factory=dict)

    @property
    def cpu(self) -> float:
        """CPU seconds per second of video."""
        return self.figures.cpu_seconds / self.figures.seconds


@dataclass(frozen=True)
class Counts:
    """What became of the visits and events of a run; `delays` in seconds."""

    found: int = 0
    missed: int = 0
    doubled: int = 0
    false: int = 0
    delays: Sequence[float] = ()


async def measure(*, quick: bool) -> dict[str, float]:
    """Measure the three clips, then an edge in real time. A quick run leaves most of the comparisons out."""
    words = (
        "clip",
        "seconds",
        "found",
        "missed",
        "doubled",
        "false",
        "delay",
        "CPU-s/s",
        *PARTS,
        "runs/s",
        "decoded",
        "ffmpeg",
    )
    print(f"{words[0]:16}" + "".join(f"{word:>10}" for word in words[1:]))
    figures = _static(STATIC, modes=(False,) if quick else (True, False))
    figures |= _day(QUICK_DAY if quick else DAY)
    figures |= _vtest(QUICK_VTEST if quick else None, VTEST_BEGINS[:1] if quick else VTEST_BEGINS, compare=not quick)
    return figures | await live(quick=quick)


def _static(wanted: Scene, modes: Sequence[bool]) -> dict[str, float]:
    path = scene(wanted)
    decode = statistics.median(_ffmpeg(path) for _ in range(SMALL_ROUNDS))
    for always in modes:
        # The costs are so small that one run says little.
        run = sorted((_run(path, always=always) for _ in range(SMALL_ROUNDS)), key=lambda run: run.cpu)[SMALL_ROUNDS // 2]
        _print("still", run, Counts(false=len(run.events)), decode, always=always)
    return {"static_cpu": round(run.cpu, 4), "static_vs_decode": round(run.figures.cpu_seconds / decode, 3)}


def _day(wanted: Scene) -> dict[str, float]:
    path = scene(wanted)
    decode = _ffmpeg(path)
    alarms = {}
    for always in (True, False):
        run = _run(path, always=always)
        told, others = _alarms(run, wanted.visits)
        doubled = sum(any(_belongs(event, visit) for visit in wanted.visits) for event in others)
        delays = [told[visit] - visit.start for visit in told]
        counts = Counts(len(told), len(wanted.visits) - len(told), doubled, len(others) - doubled, delays)
        _print("day", run, counts, decode, always=always)
        alarms[always] = told
    both = alarms[True].keys() & alarms[False].keys()
    later = max((alarms[False][visit] - alarms[True][visit] for visit in both), default=0.0)
    print(
        f"Of {len(alarms[True])} visits that are found always, {len(both)} are found; the first alarm is at most {later:.2f} s later."
    )
    return {
        "day_cpu": round(run.cpu, 4),
        "day_found": round(len(both) / max(1, len(alarms[True])), 3),
        "day_delay_s": round(later, 3),
    }


def _vtest(seconds: float | None, begins: Sequence[float], *, compare: bool) -> dict[str, float]:
    """Look at the footage, begun at several moments: who walks behind whom at which look is chance, so one run says little."""
    runs: list[tuple[Run, Score]] = []
    for begin in begins:
        path = vtest(begin, seconds)
        decode = _ffmpeg(path)
        for always in (True, False) if compare and begin == begins[0] else (False,):
            run = _run(path, always=always, start=begin)
            visits = [person for person in people() if person.enter + 1 < begin + run.figures.seconds]
            score = match(run.events, visits)
            enter = {person.name: max(begin, person.enter) for person in visits}
            delays = [run.events[event].told - enter[name] for name, event in score.found.items()]
            counts = Counts(len(score.found), len(score.missed), len(score.doubled), len(score.false), delays)
            _print("vtest", run, counts, decode, always=always)
        if score.missed:
            print(f"{'':16}missed: {', '.join(score.missed)}")
        runs.append((run, score))
    visited = sum(len(score.found) + len(score.missed) for _, score in runs)
    return {
        "vtest_cpu": round(statistics.mean(run.cpu for run, _ in runs), 4),
        "vtest_recall": round(sum(len(score.found) for _, score in runs) / visited, 3),
        "vtest_doubled": round(sum(len(score.doubled) for _, score in runs) / visited, 3),
        "vtest_false": round(statistics.mean(len(score.false) for _, score in runs), 2),
    }


def _run(path: Path, *, always: bool, start: float = 0.0) -> Run:
    """Look at a file whose first picture is of that moment, in seconds."""
    analysis = Analysis(path, DetectionConfig(always=always), Loaded(Engine(model=MODEL)), start=start, camera_id="bench")
    events: dict[str, Seen] = {}
    for message in analysis.run():
        if isinstance(message, Happened) and message.phase is Phase.START:
            events[message.event.id] = Seen(start + analysis.seconds)
        elif message is None:
            for event_id, (time, box) in analysis.sightings.items():
                events[event_id].sightings.setdefault(time, box)
    return Run(analysis.figures, events)


def _alarms(run: Run, visits: Sequence[Visit]) -> tuple[dict[Visit, float], list[Seen]]:
    """When each visit was told first, and the events that are of no visit or not the first of theirs."""
    alarms: dict[Visit, float] = {}
    others = []
    for event in sorted(run.events.values(), key=lambda event: event.told):
        visit = next((visit for visit in visits if _belongs(event, visit) and visit not in alarms), None)
        if visit:
            alarms[visit] = event.told
        else:
            others.append(event)
    return alarms, others


def _belongs(event: Seen, visit: Visit) -> bool:
    return visit.start <= event.told <= visit.end + LATE


def _ffmpeg(path: Path) -> float:
    """CPU seconds that ffmpeg takes to decode a file."""
    command = ["ffmpeg", "-nostdin", "-loglevel", "error", "-threads", "1", "-i", str(path), "-an", "-f", "null", "-"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)  # noqa: S603  our own arguments
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _print(name: str, run: Run, counts: Counts, decode: float, *, always: bool) -> None:
    figures = run.figures
    delay = f"{statistics.median(counts.delays):.2f}" if counts.delays else "-"
    costs = [run.cpu, *(getattr(figures, f"{part}_seconds") / figures.seconds for part in PARTS)]
    cells = [f"{figures.seconds:.1f}", *map(str, (counts.found, counts.missed, counts.doubled, counts.false)), delay]
    cells += [f"{cost:.4f}" for cost in costs]
    cells += [f"{figures.inferences / figures.seconds:.2f}", f"{figures.decoded / figures.pictures:.0%}"]
    cells += [f"{decode / figures.seconds:.4f}"]
    print(f"{name + (' (always)' if always else ''):16}" + "".join(f"{cell:>10}" for cell in cells), flush=True)
