"""Joins the parts of a home, starts and stops them."""

import asyncio
from pathlib import Path

from ambianic.changes import ChangeLog
from ambianic.config_store import ConfigStore
from ambianic.events import Event, Phase
from ambianic.recording.timeline import Timeline
from ambianic.vision.client import VisionClient
from ambianic.webrtc.ice import IceServers
from ambianic.webrtc.sessions import LiveSessions, Session

from .cameras import Cameras
from .events import Events
from .status import Status

STATISTICS_PERIOD = 10
"""Seconds between two messages about nothing but changed figures."""


class Home:
    """The parts that see, keep and show: what the API's calls lead to."""

    def __init__(self, directory: Path, store: ConfigStore, model: Path, *, changes: ChangeLog, ice: IceServers) -> None:
        """Join the parts; `start` sets them going."""
        self.changes = changes
        self.live = LiveSessions(on_end=self._live_ended, on_change=self._viewers_changed, ice=ice)
        self._store = store
        self._timeline = Timeline(directory)
        self._vision = VisionClient(model, on_event=self._event, on_status=self._vision_changed)
        self.cameras = Cameras(store, vision=self._vision, live=self.live, timeline=self._timeline, changes=self.changes)
        self.events = Events(self._timeline, cameras=self.cameras, changes=self.changes)
        self.status = Status(directory, store, vision=self._vision, timeline=self._timeline, changes=self.changes)
        self._statistics: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the index and start every camera. Raises OSError, sqlite3.Error and IndexVersionError."""
        interrupted = await self._timeline.open(config.id for config in self._store.config.cameras)
        await self._vision.start()
        self.cameras.start()
        for event in interrupted:
            if self.cameras.is_watched(event.camera_id):
                self._vision.resume(event)
                self._timeline.record(event)
        await self.status.measure()
        self._statistics = asyncio.create_task(self._publish_statistics(), name="statistics")

    async def stop(self) -> None:
        """Stop everything and write out what is known."""
        if self._statistics is not None:
            self._statistics.cancel()
            await asyncio.wait({self._statistics})
        await self.live.stop()
        await self.cameras.stop()
        await self._vision.stop()
        await self._timeline.close()

    def _event(self, phase: Phase, event: Event, jpeg: bytes | None) -> None:
        self.events.happened(phase, event, jpeg)

    def _vision_changed(self) -> None:
        self.status.publish()
        self.cameras.publish_all(figures=False)

    def _viewers_changed(self, camera_id: str) -> None:
        self.cameras.publish(camera_id, figures=False)

    def _live_ended(self, session: Session, reason: str) -> None:
        self.changes.publish(
            "live_ended", about=session.camera_id, session=session.id, camera_id=session.camera_id, reason=reason
        )

    async def _publish_statistics(self) -> None:
        while True:
            await asyncio.sleep(STATISTICS_PERIOD)
            await self._timeline.touch()
            await self.status.measure()
            self.status.publish()
            self.cameras.publish_all()
