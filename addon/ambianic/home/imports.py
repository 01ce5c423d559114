"""Taking over the data of an old Ambianic, one directory after the other."""

import asyncio
from dataclasses import dataclass, field
import logging
from pathlib import Path
import secrets
import time
from zoneinfo import ZoneInfo

from ambianic.errors import EdgeError, ErrorCode
from ambianic.recording.importing import Import
from ambianic.recording.timeline import Timeline

from .cameras import Cameras

KEPT = 20
"""Imports whose result is remembered."""

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One import, of which `work.progress` tells how far it is."""

    directory: Path
    camera_id: str
    work: Import
    id: str = field(default_factory=lambda: secrets.token_hex(4))
    started: float = field(default_factory=time.time)


class Imports:
    """The imports of this run of the edge, the oldest first."""

    def __init__(self, timeline: Timeline, *, cameras: Cameras) -> None:
        """Import to this timeline, as events of these cameras."""
        self._timeline = timeline
        self._cameras = cameras
        self._task: asyncio.Task[None] | None = None
        self.runs: list[Run] = []

    async def begin(self, directory: str, camera_id: str, zone: ZoneInfo | None) -> Run:
        """Begin to take over a directory whose times are of a time zone, None for the edge's. Raises EdgeError."""
        self._cameras.config(camera_id)
        path = Path(directory)
        if not path.is_absolute() or not await asyncio.to_thread(path.is_dir):
            raise EdgeError(
                ErrorCode.INVALID_FIELD,
                "There is no such directory",
                "Name the data directory of the old Ambianic with its whole path, as the edge sees it.",
                field="directory",
            )
        if self._task is not None and not self._task.done():
            raise EdgeError(ErrorCode.BUSY, "An import is going on", "Wait until it is done.")
        run = Run(directory=path, camera_id=camera_id, work=Import(self._timeline, path, camera_id, zone))
        self.runs = [*self.runs[1 - KEPT :], run]
        self._task = asyncio.create_task(self._run(run), name="import")
        return run

    async def stop(self) -> None:
        """Leave off; what was imported stays, and the rest may be imported later."""
        if self._task is not None and not self._task.done():
            self.runs[-1].work.cancel()
            await asyncio.wait({self._task})

    async def _run(self, run: Run) -> None:
        await run.work.run()
        self._cameras.publish(run.camera_id)
        _LOGGER.info("The import of %s has ended: %s", run.directory, run.work.progress)
