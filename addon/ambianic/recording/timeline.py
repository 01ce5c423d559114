"""The events of a home: recorded as they happen, read, and removed, with their pictures."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
import sqlite3
import time

from ambianic.errors import EdgeError, ErrorCode, not_found
from ambianic.events import Event

from .index import EventFilter, EventIndex, InvalidCursorError
from .recorder import Recorder
from .snapshots import Snapshots

RESUME_SECONDS = 30
"""A visit that a crash interrupted goes on where the edge is back so soon."""
DELETE_AT_ONCE = 1000


class Timeline:
    """All events of one data directory. What is not written yet is read like what is."""

    def __init__(self, directory: Path) -> None:
        """Use the events of this directory; `open` makes them ready."""
        self._index = EventIndex(directory)
        self._snapshots = Snapshots(directory)
        self._recorder = Recorder(self._index, self._snapshots)
        self._last: dict[str, Event] = {}

    @property
    def trouble(self) -> str | None:
        """Why events can't be written now, as a sentence for people."""
        return self._recorder.trouble

    async def open(self, cameras: Iterable[str]) -> list[Event]:
        """Begin, and return the visits that a crash has interrupted just now: they go on.

        Raises OSError, sqlite3.Error and IndexVersionError.
        """
        interrupted = await self._index.open()
        recent = time.time() - RESUME_SECONDS
        going_on = [replace(event, end=None) for event in interrupted if event.end is not None and event.end > recent]
        self._recorder.start()
        for camera_id in cameras:
            if (latest := await self._index.latest(camera_id)) is not None:
                self._last[camera_id] = latest
        return going_on

    async def close(self) -> None:
        """Write everything out."""
        await self._recorder.stop()
        await self._index.close()

    def record(self, event: Event, jpeg: bytes | None = None) -> None:
        """Keep an event as it is now, and its new picture if there is one."""
        self._recorder.record(event, jpeg)
        last = self._last.get(event.camera_id)
        if last is None or last.id == event.id or last.start <= event.start:
            self._last[event.camera_id] = event

    def last(self, camera_id: str) -> Event | None:
        """The newest event of a camera."""
        return self._last.get(camera_id)

    async def touch(self) -> None:
        """Note that the events that go on are still seen."""
        with suppress(sqlite3.Error):  # the recorder tells of a disk that refuses
            await self._index.touch(time.time())

    async def count(self) -> int:
        """The number of events. Raises sqlite3.Error."""
        return await self._index.count()

    async def page(self, wanted: EventFilter, *, limit: int, cursor: str | None) -> tuple[list[Event], str | None]:
        """Up to `limit` events, newest first, and the cursor of the next page. Raises EdgeError."""
        try:
            events, following = await self._index.page(wanted, limit=limit, cursor=cursor)
        except InvalidCursorError as err:
            raise EdgeError(ErrorCode.INVALID_FIELD, "The cursor is not valid", str(err), field="cursor") from err
        return [self._recorder.pending(event.id) or event for event in events], following

    async def get(self, event_id: str) -> Event:
        """One event. Raises EdgeError."""
        event = self._recorder.pending(event_id) or await self._index.get(event_id)
        if event is None:
            raise not_found("event", event_id)
        return event

    async def picture(self, event_id: str) -> bytes | Path:
        """The picture of an event: its bytes, or the file that it is in. Raises EdgeError."""
        event = await self.get(event_id)
        if (waiting := self._recorder.picture(event_id)) is not None:
            return waiting
        path = self._snapshots.path(event)
        if not await asyncio.to_thread(path.is_file):
            raise not_found("picture for event", event_id)
        return path

    async def remove(self, event_id: str) -> Event:
        """Remove an event and its picture, and return what it was. Raises EdgeError."""
        event = await self.get(event_id)
        self._recorder.forget(event_id)
        try:
            await self._index.delete(event_id)
            await asyncio.to_thread(self._snapshots.delete, event)
            if self._last.get(event.camera_id, event).id == event_id:
                await self._find_last(event.camera_id)
        except (OSError, sqlite3.Error) as err:
            raise EdgeError(ErrorCode.STORAGE, "The event could not be removed", f"The disk refuses: {err}.") from err
        return event

    async def remove_camera(self, camera_id: str) -> None:
        """Remove all events of a camera and their pictures. Raises EdgeError."""
        self._recorder.forget_camera(camera_id)
        self._last.pop(camera_id, None)
        wanted = EventFilter(cameras=(camera_id,))
        cursor = None
        try:
            while True:
                events, cursor = await self._index.page(wanted, limit=DELETE_AT_ONCE, cursor=cursor)
                await asyncio.to_thread(self._delete_pictures, events)
                if cursor is None:
                    break
            await self._index.delete_camera(camera_id)
        except (OSError, sqlite3.Error) as err:
            raise EdgeError(
                ErrorCode.STORAGE, "The camera is gone, but not all of its events", f"The disk refuses: {err}."
            ) from err

    async def _find_last(self, camera_id: str) -> None:
        latest = await self._index.latest(camera_id)
        if latest is None:
            self._last.pop(camera_id, None)
        else:
            self._last[camera_id] = latest

    def _delete_pictures(self, events: Sequence[Event]) -> None:
        for event in events:
            self._snapshots.delete(event)
