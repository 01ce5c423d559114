"""Events and segments to test with."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
import io
from pathlib import Path
from typing import Any
import uuid

from PIL import Image

from ambianic.events import Event
from ambianic.recording.segment import Segment
from ambianic.recording.timeline import Timeline

DAY = 86_400


def event(number: int, *, camera: str = "front", label: str = "person", end: float | None = 1.0, **more: Any) -> Event:
    """The event that began `number` seconds after 1970."""
    fields: dict[str, Any] = {
        "id": str(uuid.UUID(int=number)),
        "camera_id": camera,
        "label": label,
        "start": float(number),
        "end": None if end is None else number + end,
        "score": 0.5,
        "box": (0.1, 0.2, 0.3, 0.4),
        "zones": ("path",),
    }
    return Event(**fields | more)


def segment(number: int, start: float, end: float | None, *, camera: str = "front", size: int = 1000) -> Segment:
    """A piece of footage."""
    identifier = str(uuid.UUID(int=number))
    return Segment(id=identifier, camera_id=camera, start=start, end=end, bytes=size, codecs="avc1.64001f", init="1")


def write(timeline: Timeline, *segments: Segment) -> None:
    """Put files of the right size where these segments belong."""
    for known in segments:
        path = known.path(timeline.recordings)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(known.bytes))


def files(directory: Path) -> set[str]:
    """The names of all segments' files."""
    return {path.stem for path in directory.rglob("*.mp4")}


def listed(directory: Path, pattern: str = "*") -> list[str]:
    """The names of the files of a directory that fit a pattern, in order."""
    return sorted(path.name for path in directory.glob(pattern))


def names(found: Sequence[Event | Segment]) -> list[str]:
    """The ids of events or segments."""
    return [each.id for each in found]


def jpeg(width: int = 640, height: int = 360, colour: str = "red") -> bytes:
    """A picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "JPEG")
    return file.getvalue()


@asynccontextmanager
async def opened(directory: Path, cameras: Sequence[str] = ("front", "back")) -> AsyncIterator[Timeline]:
    """The timeline of a directory, until it is closed as it should be."""
    timeline = Timeline(directory)
    await timeline.open(cameras)
    try:
        yield timeline
    finally:
        await timeline.close()


async def settled(timeline: Timeline) -> None:
    """Wait until all that was recorded is written."""
    await until(lambda: not timeline._recorder.waiting())


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that happens soon."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)
