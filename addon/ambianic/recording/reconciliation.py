"""Makes the index and the files on disk agree after a crash, a restored index, or a file that somebody has deleted.

Rows without a file go, and files without a row are put in again. It goes hour by hour, beside everything else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
import logging
from pathlib import Path
import time

from ambianic.events import Event

from .index import EventIndex
from .segment import Segment
from .segment_index import SegmentIndex
from .snapshots import Snapshots

HOUR = 3600
DAY = 86_400
FRESH = 300.0
"""Seconds: younger files may still be on their way into the index."""
PAUSE = 0.005
"""Seconds between two hours: this work has time."""
EVENTS_AT_ONCE = 200

_LOGGER = logging.getLogger(__name__)


class Reconciliation:
    """One pass over everything. `inspect` reads a segment's file and moves it where it belongs; it removes one that is empty (None)."""

    def __init__(
        self,
        index: EventIndex,
        segments: SegmentIndex,
        snapshots: Snapshots,
        recordings: Path,
        inspect: Callable[[Path], Awaitable[Segment | None]],
    ) -> None:
        """Compare these."""
        self._index = index
        self._segments = segments
        self._snapshots = snapshots
        self._recordings = recordings
        self._inspect = inspect
        self._before = time.time() - FRESH

    async def run(self, *, strays: bool) -> None:
        """Do it, and remove pictures of no event where `strays`. Raises OSError and sqlite3.Error."""
        hours = await asyncio.to_thread(_hours, self._recordings)
        for camera_id in sorted({*hours, *await self._segments.cameras()}):
            known = await self._segments.hours(camera_id)
            for hour in sorted({*known, *hours.get(camera_id, ())}):
                await self._hour(camera_id, hour)
                await asyncio.sleep(PAUSE)
        await self._measure_pictures()
        days = await asyncio.to_thread(lambda: sorted(self._snapshots.root.glob("*/*/*"))) if strays else ()
        for day in days:
            await self._remove_strays(day)
            await asyncio.sleep(PAUSE)

    async def _hour(self, camera_id: str, hour: int) -> None:
        start = float(hour * HOUR)
        rows = await self._segments.between(camera_id, start, start + HOUR)
        directory = self._recordings / camera_id / datetime.fromtimestamp(start, UTC).strftime("%Y/%m/%d/%H")
        files = await asyncio.to_thread(_files, directory)
        gone = [row.id for row in rows if row.end is not None and row.id not in files]
        if gone:
            _LOGGER.warning("%d recordings of camera %s are gone from the disk", len(gone), camera_id)
            await self._segments.drop_segments(gone)
        known = {row.id for row in rows}
        for name, modified in files.items():
            if name not in known and modified < self._before:
                await self._adopt(directory / f"{name}.mp4", camera_id)

    async def _adopt(self, path: Path, camera_id: str) -> None:
        """Put a file into the index that is not in it."""
        segment = await self._inspect(path)
        if segment is None:
            _LOGGER.warning("There was nothing to see in the recording %s", path.name)
        elif segment.camera_id == camera_id:
            await self._segments.put_segment(segment)

    async def _measure_pictures(self) -> None:
        """Measure the pictures that an older version has left."""
        after = ""
        while events := await self._index.unmeasured(after, EVENTS_AT_ONCE):
            sizes = await asyncio.to_thread(self._measure, events)
            await self._index.set_pictures(sizes)
            after = events[-1].id
            await asyncio.sleep(PAUSE)

    def _measure(self, events: list[Event]) -> dict[str, int]:
        return {event.id: self._snapshots.size(event) for event in events}

    async def _remove_strays(self, day: Path) -> None:
        """Remove the pictures of a day that belong to no event: a crash came between the picture and the event."""
        files = await asyncio.to_thread(lambda: {path: path.stat().st_mtime for path in day.glob("*.jpg")})
        known = await self._index.known([_event_of(path) for path in files])
        for path, modified in files.items():
            if _event_of(path) not in known and modified < self._before - DAY:
                await asyncio.to_thread(path.unlink, missing_ok=True)


def _event_of(picture: Path) -> str:
    return picture.stem.removesuffix("-thumb")


def _hours(recordings: Path) -> dict[str, list[int]]:
    """The hours (Unix time / 3600) of each camera for which there is a directory."""
    return {camera.name: list(_hours_of(camera)) for camera in _directories(recordings)}


def _hours_of(camera: Path) -> Iterator[int]:
    for year in _directories(camera):
        for month in _directories(year):
            for day in _directories(month):
                for hour in _directories(day):
                    with suppress(ValueError):
                        name = "/".join(part.name for part in (year, month, day, hour))
                        yield int(datetime.strptime(name, "%Y/%m/%d/%H").replace(tzinfo=UTC).timestamp()) // HOUR


def _directories(path: Path) -> list[Path]:
    try:
        return [entry for entry in path.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    except FileNotFoundError:
        return []


def _files(directory: Path) -> dict[str, float]:
    """The segments in a directory, and when they were changed last."""
    found = {}
    for path in directory.glob("*.mp4"):
        with suppress(FileNotFoundError):
            found[path.stem] = path.stat().st_mtime
    return found
