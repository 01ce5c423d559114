"""How fast the index of events is with 100 000 and with a million events of a year: in ms, by the calls that the API makes.

Of several runs of each combination of filters the one in the middle counts, of all combinations the worst. Runs take turns, so that
other work on the machine meets all of them. Every page is another one: deeper and deeper into the past.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
import tempfile
import time
import uuid
from zoneinfo import ZoneInfo

from ambianic.events import Event, Origin
from ambianic.recording.filters import EventFilter
from ambianic.recording.tally import By
from ambianic.recording.timeline import Timeline

from .event_history import CAMERAS, fill

SMALL, LARGE = 100_000, 1_000_000
DAYS = 365
START = 1_750_000_000 // 86_400 * 86_400.0
ROUNDS, QUICK_ROUNDS = 15, 9
INSERTS = 200
LIMIT = 50
BERLIN = ZoneInfo("Europe/Berlin")

FILTERS = {
    "all": EventFilter(),
    "a camera": EventFilter(cameras=CAMERAS[:1]),
    "three cameras": EventFilter(cameras=CAMERAS[2:5]),
    "a label": EventFilter(labels=("person",)),
    "a rare label": EventFilter(labels=("truck",)),
    "a zone": EventFilter(zones=("Door",)),
    "a day": EventFilter(after=START + 100 * 86_400, before=START + 101 * 86_400),
    "starred": EventFilter(starred=True),
    "wrong": EventFilter(feedback=("wrong",)),
    "nobody has judged": EventFilter(feedback=("none",)),
    "imported": EventFilter(origins=(Origin.IMPORT,)),
    "long ago": EventFilter(before=START + 2 * 86_400),
    "a phone's cameras": EventFilter(among=CAMERAS[:2], labels=("person", "dog")),
    "camera, label, zone": EventFilter(cameras=CAMERAS[:2], labels=("car",), zones=("Door", "Driveway")),
    "starred, label, time": EventFilter(starred=True, labels=("cat", "dog"), before=START + 200 * 86_400),
    "rare in all": EventFilter(
        cameras=CAMERAS[:1], labels=("bicycle",), zones=("Door",), starred=True, feedback=("right",), origins=(Origin.MANUAL,)
    ),
}
HISTOGRAMS: dict[str, tuple[By, int]] = {
    "a day by quarters": ("quarter", 1),
    "a day by hours": ("hour", 1),
    "a month by days": ("day", 31),
}


async def measure(*, quick: bool) -> dict[str, float]:
    """Measure both sizes; histograms and inserts with the larger one."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as name:
        directory = Path(name)
        await _make(directory, SMALL)
        small = await _with_timeline(directory, lambda timeline: _pages(timeline, rounds))
        await _make(directory, LARGE - SMALL)
        large = await _with_timeline(directory, lambda timeline: _pages(timeline, rounds))
        histograms = await _with_timeline(directory, lambda timeline: _histograms(timeline, rounds))
        inserts = await _with_timeline(directory, _inserts)
    print("ms for a page of 50                 100 000    1 000 000")
    for what, value in small.items():
        print(f"  {what:<32} {value:9.2f} {large[what]:12.2f}")
    print("ms for a histogram of 1 000 000     " + "".join(f"{what:>20}" for what in HISTOGRAMS))
    for what in FILTERS:
        print(f"  {what:<34}" + "".join(f"{histograms[f'{what}, {which}']:20.2f}" for which in HISTOGRAMS))
    print(f"ms for an insert into 1 000 000      {inserts:.2f}")
    return {
        "page_ms_100k": round(max(small.values()), 2),
        "page_ms_1m": round(max(large.values()), 2),
        "histogram_ms": round(max(histograms.values()), 2),
        "insert_ms": round(inserts, 2),
    }


async def _make(directory: Path, events: int) -> None:
    """Add events to the index of a directory."""
    timeline = Timeline(directory)
    await timeline.open(())
    await asyncio.to_thread(fill, directory / "events.sqlite3", events, start=START, days=DAYS)
    await timeline.close()


async def _with_timeline[T](directory: Path, work: Callable[[Timeline], Awaitable[T]]) -> T:
    timeline = Timeline(directory)
    await timeline.open(())
    try:
        return await work(timeline)
    finally:
        await timeline.close()


async def _pages(timeline: Timeline, rounds: int) -> dict[str, float]:
    """The time of a page for each filter."""
    times: dict[str, list[float]] = {what: [] for what in FILTERS}
    cursors: dict[str, str | None] = dict.fromkeys(FILTERS)
    for _ in range(rounds + 1):
        for what, wanted in FILTERS.items():
            began = time.perf_counter()
            _, cursors[what] = await timeline.page(wanted, limit=LIMIT, cursor=cursors[what])
            times[what].append(time.perf_counter() - began)
    # The first round reads the file.
    return {what: median(found[1:]) * 1000 for what, found in times.items()}


async def _histograms(timeline: Timeline, rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {}
    for number in range(rounds):
        for what, wanted in FILTERS.items():
            for which, (by, days) in HISTOGRAMS.items():
                start = START + (30 + 20 * number) * 86_400
                began = time.perf_counter()
                await timeline.counts(wanted, start, start + days * 86_400, BERLIN, by)
                times.setdefault(f"{what}, {which}", []).append(time.perf_counter() - began)
    return {what: median(found) * 1000 for what, found in times.items()}


async def _inserts(timeline: Timeline) -> float:
    """The time to write one event, each in a transaction of its own, as visits begin."""
    event = Event(
        id="", camera_id=CAMERAS[0], label="person", start=START, score=0.8, box=(0.1, 0.2, 0.3, 0.4), zones=("Door",)
    )
    times = []
    for number in range(INSERTS):
        new = replace(
            event, id=str(uuid.uuid4()), start=START + DAYS * 86_400 + number * 60, clip=(START + DAYS * 86_400, None)
        )
        began = time.perf_counter()
        await timeline.index.put([new], new.start)
        times.append(time.perf_counter() - began)
    return median(times) * 1000
