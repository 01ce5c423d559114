"""What was seen in a home, or marked by hand: told as it happens, recorded, read, judged and removed."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
import sqlite3
import time
from typing import Literal
from zoneinfo import ZoneInfo

from ambianic.changes import ChangeLog
from ambianic.errors import EdgeError, ErrorCode
from ambianic.events import Event, Feedback, Phase
from ambianic.recording.filters import EventFilter
from ambianic.recording.footage import Footage
from ambianic.recording.timeline import Bucket, Timeline

from .cameras import Cameras
from .manual import ManualEvent

TOLD_AT_ONCE = 100
"""Removed events that are told of before those who follow get a moment to read."""
TELLING_PERIOD = 0.5
MAX_MARKS = 100
"""Events by hand that go on at the same time."""

type Told = Callable[[Phase, Event, bytes | None, str], None]
"""Is called with each event that happens: its phase, the event, its best picture if there is one, and its camera's name."""


class Events:
    """The timeline of a home, and the telling of it."""

    def __init__(self, timeline: Timeline, footage: Footage, *, cameras: Cameras, changes: ChangeLog, told: Told) -> None:
        """Keep events in the timeline with their footage, and show their cameras."""
        self._timeline = timeline
        self._footage = footage
        self._cameras = cameras
        self._changes = changes
        self._told = told
        self._recorded_from: dict[str, float] = {}
        self._pictures: dict[str, bytes] = {}
        self._marks: dict[str, tuple[Event, asyncio.TimerHandle]] = {}
        self._removed: deque[Event] = deque()
        self._telling: asyncio.Task[None] | None = None

    # Happening

    def happened(self, phase: Phase, event: Event, jpeg: bytes | None) -> None:
        """Record, keep and tell what was just seen."""
        picture = self._picture_so_far(phase, event, jpeg)
        if event.camera_id not in self._cameras:
            return
        known = self._timeline.record(replace(event, clip=self._clip(phase, event)), jpeg)
        if known is not None:
            self._tell(phase, known)
            self._told(phase, known, picture, self._cameras.config(event.camera_id).name)

    def resume(self, event: Event) -> None:
        """Go on recording a visit that a crash has interrupted."""
        start = self._footage.begin(event.camera_id, event.id, event.start)
        if start is not None:
            start = self._recorded_from[event.id] = min(start, event.clip[0] if event.clip else start)
        self._timeline.record(replace(event, clip=None if start is None else (start, None)))

    async def create(self, data: ManualEvent) -> Event:
        """Mark what happens now, or what is recorded already. Raises EdgeError."""
        now = time.time()
        try:
            event, end = data.event(now)
        except ValueError as err:
            raise EdgeError(ErrorCode.INVALID_FIELD, "The start is not valid", str(err), field="start") from None
        name = self._cameras.config(event.camera_id).name
        if len(self._marks) >= MAX_MARKS:
            raise EdgeError(ErrorCode.BUSY, "Too many marks go on", "Wait until some of them have ended, or delete them.")
        jpeg = await self._picture(event, now)
        event = replace(event, snapshot=jpeg is not None)
        if end > now:
            handle = asyncio.get_running_loop().call_later(end - now, self._end_mark, event.id)
            self._marks[event.id] = (event, handle)
            phase, clip = Phase.START, self._clip(Phase.START, event)
        else:
            phase, clip, event = Phase.END, await self._recorded(event, end), replace(event, end=end)
        known = self._timeline.record(replace(event, clip=clip), jpeg)
        assert known is not None
        self._tell(phase, known)
        self._told(phase, known, jpeg, name)
        return known

    def end_marks(self, camera_id: str | None = None) -> None:
        """End the marks that go on, of one camera or of all."""
        for event, _ in list(self._marks.values()):
            if camera_id in {None, event.camera_id}:
                self._end_mark(event.id)

    # Reading

    async def page(self, wanted: EventFilter, *, limit: int, cursor: str | None) -> tuple[list[Event], str | None]:
        """Up to `limit` events, newest first, and the cursor of the next page. Raises EdgeError."""
        return await self._timeline.page(wanted, limit=limit, cursor=cursor)

    async def counts(
        self, wanted: EventFilter, start: float, end: float, zone: ZoneInfo, by: Literal["quarter", "hour", "day"]
    ) -> list[Bucket]:
        """How many events began in each quarter, hour or day of a time zone between two Unix times. Raises EdgeError."""
        try:
            return await self._timeline.counts(wanted, start, end, zone, by)
        except sqlite3.Error as err:
            raise EdgeError(ErrorCode.STORAGE, "The events can't be read", f"The disk refuses: {err}.") from err

    async def get(self, event_id: str) -> Event:
        """One event. Raises EdgeError."""
        return await self._timeline.get(event_id)

    async def picture(self, event_id: str) -> bytes | Path:
        """The picture of an event: its bytes, or the file that it is in. Raises EdgeError."""
        return await self._timeline.picture(event_id)

    async def thumbnail(self, event_id: str) -> bytes | Path:
        """The small picture of an event: its bytes, or the file that it is in. Raises EdgeError."""
        return await self._timeline.thumbnail(event_id)

    # Judging and removing

    async def change(self, event_id: str, *, starred: bool | None, feedback: Feedback | Literal["keep"] | None) -> Event:
        """Note what a person says of an event. Raises EdgeError."""
        event = await self._timeline.change(event_id, starred=starred, feedback=feedback)
        self._tell(Phase.UPDATE, event)
        return event

    async def remove(self, event_id: str) -> None:
        """Remove an event with its pictures and its footage. Raises EdgeError."""
        self.removed([await self._timeline.remove(event_id)])

    def removed(self, events: Sequence[Event]) -> None:
        """Tell of events that are gone, many of them bit by bit."""
        for event in events:
            self._forget(event)
            # Of a camera that is removed, it is told that it is gone, and that says it all.
            if event.camera_id in self._cameras:
                self._removed.append(event)
        if self._telling is None or self._telling.done():
            self._tell_removed()
            if self._removed:
                self._telling = asyncio.create_task(self._tell_rest(), name="removed events")

    async def stop(self) -> None:
        """End the marks that go on."""
        self.end_marks()
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait({self._telling})

    # Inner works

    def _tell(self, phase: Phase, event: Event) -> None:
        self._cameras.publish(event.camera_id)
        self._changes.publish("event", about=event.camera_id, phase=phase, event=event.as_json())

    def _clip(self, phase: Phase, event: Event) -> tuple[float, float | None] | None:
        """What is recorded of an event that begins or ends; None for no news."""
        if phase is Phase.START:
            start = self._footage.begin(event.camera_id, event.id, event.start)
            if start is None:
                return None
            self._recorded_from[event.id] = start
            return start, None
        if phase is Phase.END and event.end is not None:
            end = self._footage.end(event.camera_id, event.id, event.end)
            start = self._recorded_from.pop(event.id, None)
            # Where recording was switched off meanwhile, the clip ends with the visit at the latest.
            return None if start is None else (start, max(start, event.end if end is None else end))
        return None

    def _picture_so_far(self, phase: Phase, event: Event, jpeg: bytes | None) -> bytes | None:
        """The best picture of a visit: an update may come without one, because only the zone is news."""
        picture = jpeg or self._pictures.pop(event.id, None)
        if phase is Phase.END:
            self._pictures.pop(event.id, None)
        elif picture is not None:
            self._pictures[event.id] = picture
        return picture

    async def _recorded(self, event: Event, end: float) -> tuple[float, float] | None:
        """What is there already of a mark in the past."""
        recording = self._cameras.config(event.camera_id).recording
        span = event.start - recording.pre_seconds, end + recording.post_seconds
        return span if await self._timeline.spans((event.camera_id,), *span) else None

    async def _picture(self, event: Event, now: float) -> bytes | None:
        return await self._cameras.picture_at(event.camera_id, None if event.start >= now - 1 else event.start)

    def _end_mark(self, event_id: str) -> None:
        event, handle = self._marks.pop(event_id)
        handle.cancel()
        self.happened(Phase.END, replace(event, end=max(event.start, time.time())), None)

    def _forget(self, event: Event) -> None:
        """Record no more of an event that is being removed."""
        mark = self._marks.pop(event.id, None)
        if mark is not None:
            mark[1].cancel()
        if self._recorded_from.pop(event.id, None) is not None:
            self._footage.end(event.camera_id, event.id, time.time())

    def _tell_removed(self) -> None:
        portion = [self._removed.popleft() for _ in range(min(TOLD_AT_ONCE, len(self._removed)))]
        for event in portion:
            self._changes.publish("event_removed", about=event.camera_id, id=event.id, camera_id=event.camera_id)
        for camera_id in {event.camera_id for event in portion}:
            self._cameras.publish(camera_id)

    async def _tell_rest(self) -> None:
        """A client's queue holds some hundred changes: more at once would throw everybody out."""
        while self._removed:
            await asyncio.sleep(TELLING_PERIOD)
            self._tell_removed()
