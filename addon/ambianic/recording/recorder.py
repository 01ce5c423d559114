"""Writes events and their pictures to disk, and tries again where the disk refuses."""

import asyncio
from contextlib import suppress
import logging
import random
import sqlite3
import time

from ambianic.events import Event

from .index import EventIndex
from .snapshots import Snapshots

MAX_PENDING = 1000
FIRST_RETRY = 1.0
LAST_RETRY = 15.0
PATIENCE = 0.5
"""Seconds that who reads waits for what is being written."""

_LOGGER = logging.getLogger(__name__)


class Recorder:
    """Takes events as they happen and writes them in the background.

    What could not be written, because the disk is full for example, waits (the newest `MAX_PENDING` events of it) and is
    written once that is possible again. `trouble` says what is wrong meanwhile.
    """

    def __init__(self, index: EventIndex, snapshots: Snapshots) -> None:
        """Write to this index and these pictures."""
        self._index = index
        self._snapshots = snapshots
        self._events: dict[str, Event] = {}
        self._pictures: dict[str, bytes] = {}
        self._work = asyncio.Event()
        self._writing = asyncio.Lock()
        self._written = asyncio.Event()
        self._written.set()
        self._task: asyncio.Task[None] | None = None
        self.trouble: str | None = None

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="recorder")

    async def stop(self) -> None:
        """Write what is left, as far as the disk allows."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None
        try:
            await self._write()
        except (OSError, sqlite3.Error) as err:
            _LOGGER.error("%d events could not be written: %s", len(self._events), err)

    def record(self, event: Event, jpeg: bytes | None) -> None:
        """Keep an event as it is now, and its new picture if there is one."""
        if jpeg is not None:
            self._pictures[event.id] = jpeg
        self._events.pop(event.id, None)
        self._events[event.id] = event
        while len(self._events) > MAX_PENDING:
            oldest = next(iter(self._events))
            del self._events[oldest]
            self._pictures.pop(oldest, None)
        self._written.clear()
        self._work.set()

    def amend(self, event: Event) -> None:
        """Change an event that is not written yet, if it is."""
        if event.id in self._events:
            self._events[event.id] = event

    def pending(self, event_id: str) -> Event | None:
        """An event that is not written yet."""
        return self._events.get(event_id)

    def waiting(self) -> list[Event]:
        """All events that are not written yet."""
        return list(self._events.values())

    def picture(self, event_id: str) -> bytes | None:
        """A picture that is not written yet."""
        return self._pictures.get(event_id)

    def forget(self, event_id: str) -> None:
        """Do not write an event that is being removed."""
        self._events.pop(event_id, None)
        self._pictures.pop(event_id, None)

    def forget_camera(self, camera_id: str) -> None:
        """Do not write the events of a camera that is being removed."""
        for event_id in [event.id for event in self._events.values() if event.camera_id == camera_id]:
            self.forget(event_id)

    async def written(self) -> None:
        """Wait until everything is written, but no longer than `PATIENCE`: the disk may be slow or refuse."""
        if self.trouble is None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._written.wait(), PATIENCE)

    async def settled(self) -> None:
        """Wait until what is being written now is on disk, and nothing of what was forgotten comes back."""
        async with self._writing:
            pass

    async def _run(self) -> None:
        retry = FIRST_RETRY
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                await self._write()
            except (OSError, sqlite3.Error) as err:
                if self.trouble is None:
                    _LOGGER.error("Events can't be written to disk and wait in memory: %s", err)
                self.trouble = f"Events can't be written to disk: {err}."
                await asyncio.sleep(random.uniform(retry / 2, retry))
                retry = min(retry * 2, LAST_RETRY)
                self._work.set()
            else:
                if self.trouble is not None:
                    _LOGGER.info("Events are written to disk again")
                self.trouble = None
                retry = FIRST_RETRY

    async def _write(self) -> None:
        async with self._writing:
            await self._write_all()

    async def _write_all(self) -> None:
        pictures, events = dict(self._pictures), dict(self._events)
        sizes = {}
        for event_id, jpeg in pictures.items():
            if event_id in self._events:
                sizes[event_id] = await asyncio.to_thread(self._snapshots.write, events[event_id], jpeg)
                if event_id not in self._events:
                    await asyncio.to_thread(self._snapshots.delete, events[event_id])
        # What was removed meanwhile must not come back.
        if wanted := [event for event in events.values() if event.id in self._events]:
            await self._index.put(wanted, time.time(), sizes)
        for event_id, event in events.items():
            if self._events.get(event_id) is event:
                del self._events[event_id]
        for event_id, jpeg in pictures.items():
            if self._pictures.get(event_id) is jpeg:
                del self._pictures[event_id]
        if not self._events:
            self._written.set()
