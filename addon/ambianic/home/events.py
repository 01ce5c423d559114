"""What was seen in a home: told as it happens, read, and removed."""

from pathlib import Path

from ambianic.changes import ChangeLog
from ambianic.events import Event, Phase
from ambianic.recording.index import EventFilter
from ambianic.recording.timeline import Timeline

from .cameras import Cameras


class Events:
    """The timeline of a home, and the telling of it."""

    def __init__(self, timeline: Timeline, *, cameras: Cameras, changes: ChangeLog) -> None:
        """Keep events in the timeline, and show their cameras."""
        self._timeline = timeline
        self._cameras = cameras
        self._changes = changes

    def happened(self, phase: Phase, event: Event, jpeg: bytes | None) -> None:
        """Keep and tell what was just seen."""
        if event.camera_id not in self._cameras:
            return
        self._timeline.record(event, jpeg)
        self._cameras.publish(event.camera_id)
        self._changes.publish("event", about=event.camera_id, phase=phase, event=event.as_json())

    async def page(self, wanted: EventFilter, *, limit: int, cursor: str | None) -> tuple[list[Event], str | None]:
        """Up to `limit` events, newest first, and the cursor of the next page. Raises EdgeError."""
        return await self._timeline.page(wanted, limit=limit, cursor=cursor)

    async def get(self, event_id: str) -> Event:
        """One event. Raises EdgeError."""
        return await self._timeline.get(event_id)

    async def picture(self, event_id: str) -> bytes | Path:
        """The picture of an event: its bytes, or the file that it is in. Raises EdgeError."""
        return await self._timeline.picture(event_id)

    async def remove(self, event_id: str) -> None:
        """Remove an event and its picture. Raises EdgeError."""
        event = await self._timeline.remove(event_id)
        self._changes.publish("event_removed", about=event.camera_id, id=event_id, camera_id=event.camera_id)
        self._cameras.publish(event.camera_id)
