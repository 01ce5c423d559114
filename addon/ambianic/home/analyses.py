"""What the detector makes of recordings, with other settings perhaps: one at a time."""

import asyncio
from collections.abc import Callable
from pathlib import Path
import shutil
from typing import Annotated, Any

from pydantic import Field

from ambianic.config import Schema
from ambianic.errors import EdgeError, ErrorCode, not_found
from ambianic.vision.engine import Engine

from .analysis import Analysis
from .cameras import Cameras
from .inputs import changed
from .manual import Moment
from .recordings import Recordings

DIRECTORY = "analyses"
"""Where copies of recordings lie while they are looked at."""
MAX_SECONDS = 600
KEPT_SECONDS = 600.0
"""How long a result is there to be read."""
MAX_KEPT = 5
LEASE_SECONDS = 60.0
"""One that nobody has asked about for so long is left off: whoever began it may be gone, and another could begin."""


class AnalysisInput(Schema):
    """A time of a camera, and what is to be other than in its `detection`."""

    start: Moment
    end: Moment
    detection: Annotated[
        dict[str, Any] | None, Field(description="Some fields of a DetectionConfig; null for the camera's own settings.")
    ] = None


class Analyses:
    """The analyses of this run of the edge, which are forgotten after a while."""

    def __init__(self, directory: Path, *, cameras: Cameras, recordings: Recordings, engine: Callable[[], Engine]) -> None:
        """Copy recordings to a data directory and look at them with the `engine` of that moment.

        What a crash has left in the directory is removed.
        """
        self._directory = directory / DIRECTORY
        self._cameras = cameras
        self._recordings = recordings
        self._engine = engine
        self._kept: dict[str, Analysis] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._leases: dict[str, asyncio.TimerHandle] = {}

    async def start(self) -> None:
        """Clear away what a crash has left."""
        await asyncio.to_thread(shutil.rmtree, self._directory, ignore_errors=True)

    async def begin(self, camera_id: str, wanted: AnalysisInput) -> Analysis:
        """Begin to look at a camera's recording. Raises EdgeError."""
        config = self._cameras.config(camera_id)
        if not 0 < (wanted.end - wanted.start).total_seconds() <= MAX_SECONDS:
            raise EdgeError(
                ErrorCode.INVALID_FIELD,
                "This is no span of time for an analysis",
                "The end has to come after the start, within ten minutes.",
                field="end",
            )
        if wanted.detection is not None:
            config = changed(config, {"detection": wanted.detection})
        clip = await self._recordings.clip(camera_id, wanted.start.timestamp(), wanted.end.timestamp())
        if self._tasks:
            raise EdgeError(ErrorCode.BUSY, "An analysis is going on", "Wait until it is done, or cancel it.")
        analysis = Analysis(
            camera_id=camera_id,
            start=clip.start,
            end=clip.end,
            movies=clip.parts,
            detection=config.detection.model_copy(update={"enabled": True}),
            engine=self._engine(),
        )
        self._kept[analysis.id] = analysis
        while len(self._kept) > MAX_KEPT:
            del self._kept[next(iter(self._kept))]
        task = self._tasks[analysis.id] = asyncio.create_task(analysis.run(self._directory), name="analysis")
        task.add_done_callback(lambda _task: self._ended(analysis.id))
        self._renew(analysis.id)
        return analysis

    def get(self, analysis_id: str) -> Analysis:
        """One analysis. Raises EdgeError."""
        try:
            analysis = self._kept[analysis_id]
        except KeyError:
            raise not_found("analysis", analysis_id) from None
        self._renew(analysis_id)
        return analysis

    async def remove(self, analysis_id: str) -> None:
        """Leave off and forget it. Raises EdgeError."""
        self.get(analysis_id)
        del self._kept[analysis_id]
        if (task := self._tasks.get(analysis_id)) is not None:
            task.cancel()
            await asyncio.wait({task})

    async def stop(self) -> None:
        """Leave off."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _renew(self, analysis_id: str) -> None:
        if analysis_id in self._tasks:
            if (lease := self._leases.get(analysis_id)) is not None:
                lease.cancel()
            self._leases[analysis_id] = asyncio.get_running_loop().call_later(LEASE_SECONDS, self._leave, analysis_id)

    def _leave(self, analysis_id: str) -> None:
        if (analysis := self._kept.get(analysis_id)) is not None:
            analysis.state, analysis.reason = "failed", "Nobody waited for it any more. Begin it again."
        self._tasks[analysis_id].cancel()

    def _ended(self, analysis_id: str) -> None:
        del self._tasks[analysis_id]
        self._leases.pop(analysis_id).cancel()
        asyncio.get_running_loop().call_later(KEPT_SECONDS, self._kept.pop, analysis_id, None)
