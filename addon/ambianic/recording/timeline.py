"""The events of a home: recorded as they happen, read, counted and removed, with their pictures and footage."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import tzinfo
import logging
from pathlib import Path
import sqlite3
import time
from typing import Literal

from ambianic.config import Config, StorageSettings
from ambianic.errors import EdgeError, ErrorCode, not_found
from ambianic.events import Event, Feedback

from . import event_rows, segment_index
from .database import FILE as DATABASE, Database
from .filters import EventFilter, InvalidCursorError
from .index import EventIndex
from .reconciliation import Reconciliation
from .recorder import Recorder
from .removal import Removal, remove_empty
from .segment import RECORDINGS, Segment
from .segment_index import SegmentIndex
from .snapshots import Snapshots
from .storage import Storage, measure, measure_excess
from .tally import Bucket, By

__all__ = ["Bucket", "By", "Erased", "Timeline"]

RESUME_SECONDS = 30
"""A visit that a crash interrupted goes on where the edge is back so soon."""
REMOVE_AT_ONCE = 20
SEGMENTS_AT_ONCE = 200

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed: events, and the bytes of their pictures and of recordings."""

    events: int
    bytes: int


class Timeline:
    """All events of one data directory, and what is known of its footage. What is not written yet is read like what is.

    `segments` is the index of footage. Calls about one event raise EdgeError where it isn't there, and where the disk refuses.
    """

    def __init__(self, directory: Path, recordings: Path | None = None) -> None:
        """Use the events of this directory and the footage of that one (None: a part of the first); `open` makes them ready."""
        self.directory = directory
        self.recordings = directory / RECORDINGS if recordings is None else recordings
        self._database = Database(directory)
        self.index = EventIndex(self._database)
        self.segments = SegmentIndex(self._database)
        self.snapshots = Snapshots(directory)
        self.removal = Removal(self.index, self.segments, self.snapshots, self.recordings)
        self._recorder = Recorder(self.index, self.snapshots)
        self._last: dict[str, Event] = {}
        self._going_on: dict[str, Event] = {}
        self._removed: set[str] = set()
        self._copying: asyncio.Task[None] | None = None
        self._notice: str | None = None
        self.on_removed: Callable[[Sequence[Event]], None] = lambda _events: None
        """Called with the events that retention or `erase` has removed."""

    @property
    def trouble(self) -> str | None:
        """Why events can't be written now, as a sentence for people."""
        if self._database.damaged:
            return "The index of events is damaged. Restart Ambianic: it is restored then."
        return self._recorder.trouble

    @property
    def notice(self) -> str | None:
        """What people should know happened to what is kept, until it is dismissed."""
        return self._notice

    async def open(self, cameras: Iterable[str]) -> list[Event]:
        """Begin, and return the visits that a crash has interrupted just now: they go on.

        Raises OSError, sqlite3.Error and IndexVersionError.
        """
        found = await self._database.open(self._replay)
        if found is not None:
            await self._database.set_note("notice", found)
        self._notice = await self._database.get_note("notice")
        interrupted = await self.index.end_interrupted()
        recent = time.time() - RESUME_SECONDS
        going_on = [replace(event, end=None) for event in interrupted if event.end is not None and event.end > recent]
        self._going_on = {event.id: event for event in going_on}
        self._recorder.start()
        for camera_id in cameras:
            await self._find_last(camera_id)
        self._copying = asyncio.create_task(self._database.keep_copies(), name="good copies")
        return going_on

    async def close(self) -> None:
        """Write everything out, and make a good copy of the index if that is quick."""
        if self._copying is not None:
            self._copying.cancel()
            await asyncio.wait({self._copying})
        await self._recorder.stop()
        if self._database.copy.quick:
            await self._database.try_copy()
        await self._database.close()

    # Keeping

    def record(self, event: Event, jpeg: bytes | None = None) -> Event | None:
        """Keep an event as it is now, and its new picture if there is one, and return it as it is to be told.

        What people have said of it stays, and its clip where it comes with none. None where it was removed meanwhile.
        """
        if event.id in self._removed:
            if event.end is not None:
                self._removed.discard(event.id)
            return None
        known = self._recorder.pending(event.id) or self._going_on.get(event.id)
        if known is not None:
            event = replace(event, starred=known.starred, feedback=known.feedback, clip=event.clip or known.clip)
        if event.end is None:
            self._going_on[event.id] = event
        else:
            self._going_on.pop(event.id, None)
        self._recorder.record(event, jpeg)
        last = self._last.get(event.camera_id)
        if last is None or last.id == event.id or last.start <= event.start:
            self._last[event.camera_id] = event
        return event

    async def change(
        self, event_id: str, *, starred: bool | None = None, feedback: Feedback | Literal["keep"] | None = "keep"
    ) -> Event:
        """Note what a person says of an event, and return it as it is then."""
        event = await self.get(event_id)
        said = replace(
            event,
            starred=event.starred if starred is None else starred,
            feedback=event.feedback if feedback == "keep" else feedback,
        )
        with _refusing("The event could not be changed"):
            self._amend(said)
            await self.index.change(event_id, starred=starred, feedback=feedback)
        latest = self._recorder.pending(event_id) or self._going_on.get(event_id)
        return latest or said

    async def touch(self) -> None:
        """Note that the events that go on are still seen."""
        with suppress(sqlite3.Error):  # the recorder tells of a disk that refuses
            await self.index.touch(time.time())

    # Reading

    def last(self, camera_id: str) -> Event | None:
        """The newest event of a camera."""
        return self._last.get(camera_id)

    async def count(self) -> int:
        """The number of events. Raises sqlite3.Error."""
        return (await self.index.totals()).events

    async def page(self, wanted: EventFilter, *, limit: int, cursor: str | None) -> tuple[list[Event], str | None]:
        """Up to `limit` events, newest first, and the cursor of the next page. Raises EdgeError."""
        await self._recorder.written()
        try:
            events, following = await self.index.page(wanted, limit=limit, cursor=cursor)
        except InvalidCursorError as err:
            raise EdgeError(ErrorCode.INVALID_FIELD, "The cursor is not valid", str(err), field="cursor") from err
        return [self._recorder.pending(event.id) or event for event in events], following

    async def counts(self, wanted: EventFilter, start: float, end: float, zone: tzinfo, by: By) -> list[Bucket]:
        """How many events of each label began in each part of a span of Unix times that has any, the oldest part first.

        Parts that are only partly in the span are counted whole; the filter's own times are not looked at. Raises sqlite3.Error.
        """
        return await self.index.counts(wanted, start, end, zone, by)

    async def spans(self, cameras: Collection[str] | None, start: float, end: float) -> list[tuple[str, float, float]]:
        """What is recorded in a span of Unix times, by camera (None: all) and start. Raises sqlite3.Error."""
        return await self.segments.spans(cameras, start, end)

    async def get(self, event_id: str) -> Event:
        """One event. Raises EdgeError."""
        event = self._recorder.pending(event_id) or await self.index.get(event_id)
        if event is None:
            raise not_found("event", event_id)
        return event

    async def picture(self, event_id: str) -> bytes | Path:
        """The picture of an event: its bytes, or the file that it is in. Raises EdgeError."""
        event = await self.get(event_id)
        if (waiting := self._recorder.picture(event_id)) is not None:
            return waiting
        path = self.snapshots.path(event)
        if not await asyncio.to_thread(path.is_file):
            raise not_found("picture for event", event_id)
        return path

    async def thumbnail(self, event_id: str) -> bytes | Path:
        """The small picture of an event, or its only one: its bytes, or the file that it is in. Raises EdgeError."""
        event = await self.get(event_id)
        path = self.snapshots.thumbnail_path(event)
        if self._recorder.picture(event_id) is None and await asyncio.to_thread(path.is_file):
            return path
        return await self.picture(event_id)

    async def storage(self, config: Config) -> Storage:
        """What is kept and how long that goes well. Raises OSError and sqlite3.Error."""
        return await measure(self._database, self.index, self.recordings, config)

    async def excess(self, settings: StorageSettings) -> int:
        """The bytes that are to be removed, at most 0 where there is room. Raises OSError and sqlite3.Error."""
        return await measure_excess(self._database, self.recordings, settings)

    # Removing

    async def remove(self, event_id: str) -> Event:
        """Remove an event with its picture and footage, and return what it was. Raises EdgeError."""
        event = await self.get(event_id)
        with _refusing("The event could not be removed"):
            await self._remove([event])
        return event

    async def discard(self, events: Sequence[Event], *, keep: Callable[[Segment], bool] = lambda _segment: False) -> int:
        """Remove a few events as `remove` does, tell of it, and return the bytes that are free.

        Segments that are to be kept, though no event needs them any more, stay. Raises OSError and sqlite3.Error.
        """
        freed = await self._remove(events, keep)
        self.on_removed(events)
        return freed

    async def remove_camera(self, camera_id: str) -> None:
        """Remove all events of a camera, their pictures, and all its footage. Raises EdgeError."""
        self._recorder.forget_camera(camera_id)
        await self._recorder.settled()
        self._last.pop(camera_id, None)
        with _refusing("The camera is gone, but not all of its events"):
            await self._erase([camera_id], None, starred=True)
            await asyncio.to_thread(remove_empty, self.recordings / camera_id, self.recordings)

    async def erase(self, cameras: Collection[str] | None, before: float | None, starred: bool) -> Erased:
        """Remove the events of cameras (None: of all) that began before a Unix time (None: all), and the footage up to it.

        Starred events and their footage stay, unless `starred`. Raises EdgeError.
        """
        with _refusing("Not everything could be erased"):
            wanted = await self.segments.cameras() if cameras is None else list(cameras)
            erased = await self._erase(wanted, before, starred=starred)
            await self._database.compact()
            if cameras is None and before is None and starred:
                await asyncio.to_thread(self._remove_strays)
        return erased

    async def erase_footage(self, camera_id: str, start: float, end: float) -> int:
        """Remove a camera's finished footage that overlaps a span of Unix times, not that of starred events; return its bytes.

        Raises EdgeError.
        """
        freed = 0
        with _refusing("Not all of the footage could be removed"):
            async for footage in self._footage(camera_id, start, end):
                freed += await self.removal.remove_segments(footage)
        return freed

    async def dismiss_notice(self) -> None:
        """Forget the notice. Raises sqlite3.Error."""
        await self._database.set_note("notice", None)
        self._notice = None

    async def reconcile(self, inspect: Callable[[Path], Awaitable[Segment | None]]) -> None:
        """Make index and files on disk agree: `inspect` reads a finished segment's file. Raises OSError and sqlite3.Error."""
        work = Reconciliation(self.index, self.segments, self.snapshots, self.recordings, inspect)
        # While a broken index is kept, it may still tell whose pictures those are that the new one does not know.
        await work.run(strays=not self._broken())

    # Inner works

    async def _erase(self, cameras: Sequence[str], before: float | None, *, starred: bool) -> Erased:
        count = freed = 0
        for camera_id in cameras:
            waiting = [
                event
                for event in self._recorder.waiting()
                if event.camera_id == camera_id and (starred or not event.starred) and (before is None or event.start < before)
            ]
            wanted = EventFilter(cameras=(camera_id,), before=before, starred=None if starred else False)
            events = waiting
            while events or (events := (await self.index.page(wanted, limit=REMOVE_AT_ONCE))[0]):
                freed += await self.discard(events)
                count += len(events)
                events = []
            async for footage in self._footage(camera_id, 0, time.time() if before is None else before):
                freed += await self.removal.remove_segments(footage)
        return Erased(count, freed)

    async def _remove(self, events: Sequence[Event], keep: Callable[[Segment], bool] = lambda _segment: False) -> int:
        for event in events:
            self._recorder.forget(event.id)
            if self._going_on.pop(event.id, None) is not None or event.end is None:
                self._removed.add(event.id)
        await self._recorder.settled()
        freed = await self.removal.remove_events(events, keep=keep)
        for event in events:
            if self._last.get(event.camera_id, event).id == event.id:
                self._last.pop(event.camera_id, None)
        for camera_id in {event.camera_id for event in events}:
            await self._find_last(camera_id)
        return freed

    def _broken(self) -> list[Path]:
        """The broken indexes that are kept."""
        return list(self.directory.glob(f"{DATABASE}.broken-*"))

    def _remove_strays(self) -> None:
        """Remove what no index knows: broken ones that were kept, pictures and recordings that a crash has left. Not what is written."""
        settled = time.time() - RESUME_SECONDS * 10
        strays = self._broken()
        for root, pattern in ((self.snapshots.root, "*.jpg"), (self.recordings, "*.mp4")):
            strays += [path for path in root.rglob(pattern) if path.stat().st_mtime < settled]
        for path in strays:
            path.unlink(missing_ok=True)

    async def _footage(self, camera_id: str, start: float, end: float) -> AsyncIterator[list[Segment]]:
        """The finished segments in a span that no starred event needs, in portions."""
        while footage := await self.segments.removable(camera_id, start, end, SEGMENTS_AT_ONCE):
            yield footage
            start = max(start, footage[-1].start)

    def _amend(self, event: Event) -> None:
        self._recorder.amend(event)
        for kept, key in ((self._going_on, event.id), (self._last, event.camera_id)):
            if key in kept and kept[key].id == event.id:
                kept[key] = replace(kept[key], starred=event.starred, feedback=event.feedback)

    async def _find_last(self, camera_id: str) -> None:
        if camera_id not in self._last and (latest := await self.index.latest(camera_id)) is not None:
            self._last.setdefault(camera_id, latest)

    def _replay(self, connection: sqlite3.Connection) -> None:
        """Put in what the journal says."""
        for line in self._database.journal.entries():
            try:
                event_rows.replay(connection, line)
                segment_index.replay(connection, line)
            except (ValueError, TypeError, KeyError, sqlite3.IntegrityError, sqlite3.ProgrammingError) as err:
                _LOGGER.warning("A line of the index's journal can't be used: %s", err)


@contextmanager
def _refusing(title: str) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as err:
        raise EdgeError(ErrorCode.STORAGE, title, f"The disk refuses: {err}.") from err
