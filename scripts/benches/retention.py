"""How long calls of the API take while retention deletes 10 000 events, each with a clip, a picture and a thumbnail on disk.

A real edge does it. An app asks for something over HTTP with a token, and for the next thing a moment after it has the answer. The
worst of all calls counts. What the same calls take while nothing is deleted is shown beside, since other work on the machine slows
down both.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median
import tempfile
import time
import uuid

import aiohttp

from ambianic.config import CameraConfig, DetectionConfig, RecordingConfig
from ambianic.config_store import ConfigStore
from ambianic.events import Event, rfc3339
from ambianic.recording.segment import Segment
from ambianic.recording.timeline import Timeline
from tests.support.edge import Edge

CLIPS = 10_000
CAMERA = "0a1b2c3d"
DAYS = 20
SPACING = 60
CLIP_BYTES, PICTURE_BYTES, THUMBNAIL_BYTES = 32_000, 20_000, 4_000
AT_ONCE = 1000
IDLE_CALLS, QUICK_IDLE_CALLS = 2000, 500
PAUSE = 0.005
"""Seconds between an answer and the next call."""


@dataclass
class Calls:
    """The times of calls, in ms."""

    times: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        ordered = sorted(self.times)
        return f"{len(ordered):7} {median(ordered):9.2f} {ordered[len(ordered) * 99 // 100]:9.2f} {ordered[-1]:9.2f}"


async def measure(*, quick: bool) -> dict[str, float]:
    """Measure an edge at rest and one that deletes."""
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as name:
        edge = Edge(Path(name))
        edge.data.mkdir()
        began = time.perf_counter()
        oldest = await _make(edge.data)
        print(f"{CLIPS} clips were made in {time.perf_counter() - began:.1f} s")
        try:
            await edge.start()
            async with _session(edge) as session:
                paths = cycle(_paths(oldest))
                await _call(session, paths, Calls(), 50)
                idle, busy = Calls(), Calls()
                await _call(session, paths, idle, QUICK_IDLE_CALLS if quick else IDLE_CALLS)
                began = time.perf_counter()
                await _change(session, f"cameras/{CAMERA}", {"recording": {"days": 14}})
                await _change(session, "storage", {"min_free_bytes": 50_000_000})
                while (await _get(session, "events?limit=1"))["events"]:
                    await _call(session, paths, busy, 50)
                took = time.perf_counter() - began
        finally:
            await edge.stop()
        left = [path for pattern in ("*.mp4", "*.jpg") for path in edge.data.rglob(pattern)]
        if left:
            raise RuntimeError(f"{len(left)} files are left, such as {left[0]}.")
    print("ms for a call       calls    median       99 %     worst")
    print(f"  nothing else    {idle}")
    print(f"  while deleting  {busy}")
    print(f"All was deleted in {took:.1f} s.")
    return {"worst_api_ms": round(max(busy.times), 1)}


async def _make(data: Path) -> float:
    """Make a home whose events are all too old as soon as there is a rule, and return the start of the oldest."""
    camera = CameraConfig(
        id=CAMERA,
        name="Yard",
        url="rtsp://127.0.0.1:9/yard",
        enabled=False,
        detection=DetectionConfig(enabled=False),
        recording=RecordingConfig(days=0, footage_days=3),
    )
    store = ConfigStore(data)
    store.save(store.config.model_copy(update={"cameras": (camera,)}))
    oldest = time.time() - DAYS * 86_400 - CLIPS * SPACING
    timeline = Timeline(data)
    await timeline.open(())
    for first in range(0, CLIPS, AT_ONCE):
        events, segments = [], []
        for number in range(first, first + AT_ONCE):
            start = oldest + number * SPACING
            events.append(
                Event(
                    id=str(uuid.uuid4()),
                    camera_id=CAMERA,
                    label="person",
                    start=start,
                    end=start + 8,
                    score=0.8,
                    box=(0.1, 0.2, 0.3, 0.4),
                    snapshot=True,
                    clip=(start - 5, start + 18),
                )
            )
            segments.append(
                Segment(
                    id=str(uuid.uuid4()),
                    camera_id=CAMERA,
                    start=start - 6,
                    end=start + 20,
                    bytes=CLIP_BYTES,
                    codecs="avc1.64001f",
                    init="1",
                )
            )
        await asyncio.to_thread(_write, timeline, events, segments)
        await timeline.segments.put_segments(segments)
        await timeline.index.add(events, {event.id: PICTURE_BYTES + THUMBNAIL_BYTES for event in events})
    await timeline.close()
    return oldest


def _write(timeline: Timeline, events: list[Event], segments: list[Segment]) -> None:
    for segment in segments:
        _fill(segment.path(timeline.recordings), CLIP_BYTES)
    for event in events:
        _fill(timeline.snapshots.path(event), PICTURE_BYTES)
        _fill(timeline.snapshots.thumbnail_path(event), THUMBNAIL_BYTES)


def _fill(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))


@asynccontextmanager
async def _session(edge: Edge) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {await edge.create_token('bench')}"}
    async with aiohttp.ClientSession(f"{edge.url}/api/v1/", headers=headers) as session:
        yield session


def _paths(oldest: float) -> list[str]:
    """What an app asks for."""
    day = f"start={rfc3339(oldest)}&end={rfc3339(oldest + 86_400)}"
    return [
        "events",
        f"events?camera={CAMERA}&label=person&starred=true",
        f"events/counts?{day}&by=quarter&tz=Europe/Berlin",
        f"recordings?camera={CAMERA}&{day}",
        "cameras",
        "storage",
        "info",
    ]


async def _call(session: aiohttp.ClientSession, paths: "cycle[str]", calls: Calls, number: int) -> None:
    for _ in range(number):
        path = next(paths)
        began = time.perf_counter()
        await _get(session, path)
        calls.times.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PAUSE)


async def _get(session: aiohttp.ClientSession, path: str) -> dict[str, list[object]]:
    async with session.get(path, raise_for_status=True) as response:
        answer: dict[str, list[object]] = await response.json()
        return answer


async def _change(session: aiohttp.ClientSession, path: str, body: dict[str, object]) -> None:
    async with session.patch(path, json=body, raise_for_status=True):
        pass
