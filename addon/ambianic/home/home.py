"""Joins the parts of a home, starts and stops them."""

import asyncio
from collections.abc import Mapping, Sequence
import logging
from pathlib import Path
import sqlite3
import time

from ambianic.changes import ChangeLog
from ambianic.config import DetectorSettings
from ambianic.config_store import ConfigStore
from ambianic.events import Event, Origin, Phase
from ambianic.recording.footage import MOTION, Footage
from ambianic.recording.retention import Retention
from ambianic.recording.timeline import Timeline
from ambianic.vision.client import VisionClient
from ambianic.vision.engine import Engine
from ambianic.webrtc.ice import IceServers
from ambianic.webrtc.sessions import LiveSessions, Session

from .analyses import Analyses
from .cameras import Cameras
from .events import Events, Told
from .imports import Imports
from .looks import Looks
from .models import Models
from .recordings import Recordings
from .resting import RestingObjects
from .status import Status
from .storage import Storage

STATISTICS_PERIOD = 10
"""Seconds between two messages about nothing but changed figures."""

_LOGGER = logging.getLogger(__name__)


class Home:
    """The parts that see, record, keep and show: what the API's calls lead to."""

    def __init__(
        self,
        directory: Path,
        store: ConfigStore,
        *,
        recordings: Path,
        changes: ChangeLog,
        ice: IceServers,
        told: Told = lambda _phase, _event, _jpeg, _camera: None,
    ) -> None:
        """Join the parts; `start` sets them going. Video lies in `recordings`; `told` is called with each event that happens."""
        self.changes = changes
        self.live = LiveSessions(on_end=self._live_ended, on_change=self._viewers_changed, ice=ice)
        self._store = store
        self._timeline = timeline = Timeline(directory, recordings)
        self._footage = footage = Footage(recordings, timeline.segments, on_change=self._footage_changed)
        self._retention = Retention(timeline, lambda: store.config, self._removed)
        self._resting = RestingObjects(directory)
        self._vision = VisionClient(
            directory,
            store.config.detector,
            on_event=self._event,
            on_motion=self._moving,
            on_status=self._vision_changed,
            on_occupied=self._occupied,
            on_rests=self._resting.keep,
            on_rollback=self._rolled_back,
        )
        self.cameras = Cameras(
            store,
            vision=self._vision,
            footage=footage,
            live=self.live,
            timeline=timeline,
            changes=changes,
            resting=self._resting,
        )
        self.events = Events(timeline, footage, cameras=self.cameras, changes=changes, told=told)
        self.recordings = Recordings(footage, timeline)
        self.storage = Storage(
            store, cameras=self.cameras, timeline=timeline, footage=footage, retention=self._retention, changes=changes
        )
        self.status = Status(store, vision=self._vision, storage=self.storage, changes=changes)
        self.imports = Imports(timeline, cameras=self.cameras)
        self.looks = Looks(self._vision, cameras=self.cameras)
        self.models = Models(directory, store, vision=self._vision, changes=changes)
        self.analyses = Analyses(
            directory,
            cameras=self.cameras,
            recordings=self.recordings,
            engine=lambda: Engine.of(directory, store.config.detector),
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Open the index and start every camera. Raises OSError, sqlite3.Error and IndexVersionError."""
        interrupted = await self._timeline.open(config.id for config in self._store.config.cameras)
        await self._footage.start()
        await self.analyses.start()
        await self.models.start()
        await self._vision.start()
        self.cameras.start()
        for event in interrupted:
            if self.cameras.detects(event.camera_id) and event.origin is Origin.DETECTOR:
                self._vision.resume(event)
                self.events.resume(event)
        self._retention.start()
        await self.storage.tick()
        self._tasks = [
            asyncio.create_task(self._publish_statistics(), name="statistics"),
            asyncio.create_task(self._reconcile(), name="reconciliation"),
        ]

    async def stop(self) -> None:
        """Stop everything and write out what is known: events end first, then their footage, the index last."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.imports.stop()
        await self.looks.stop()
        await self.analyses.stop()
        await self.models.stop()
        await self._retention.stop()
        await self.live.stop()
        await self._vision.stop()
        await self._resting.stop()
        await self.events.stop()
        await self._footage.stop()
        await self.cameras.stop()
        await self._timeline.close()

    def _event(self, phase: Phase, event: Event, jpeg: bytes | None) -> None:
        self.events.happened(phase, event, jpeg)

    def _removed(self, events: Sequence[Event]) -> None:
        self.events.removed(events)

    def _moving(self, camera_id: str, moving: bool) -> None:
        note = self._footage.begin if moving else self._footage.end
        note(camera_id, MOTION, time.time())

    def _occupied(self, camera_id: str, zones: Mapping[str, Sequence[str]]) -> None:
        self.cameras.occupied(camera_id, zones)

    def _rolled_back(self, settings: DetectorSettings) -> None:
        self.models.rolled_back(settings)

    def _vision_changed(self) -> None:
        self.status.publish()
        self.cameras.publish_all(figures=False)

    def _footage_changed(self, camera_id: str) -> None:
        if self._footage.trouble is not None:
            self._retention.soon()
        self.storage.publish()
        self.cameras.publish(camera_id, figures=False)

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
            await self.storage.tick()
            self.status.publish()
            self.cameras.publish_all()

    async def _reconcile(self) -> None:
        """Let index and disk agree, whatever happened to either while the edge was off."""
        try:
            await self._timeline.reconcile(inspect=self._footage.inspect)
        except (OSError, sqlite3.Error) as err:
            _LOGGER.error("The recordings could not be compared with their index: %s", err)
