"""The footage of a home: recorded from its cameras, and read as clips and pictures."""

import asyncio
from collections.abc import Callable
from functools import partial
import logging
from pathlib import Path
import time

from ambianic.cameras.camera import Camera

from . import recovery
from .camera_recorder import MOTION, CameraRecorder, State
from .catalogue import SegmentCatalogue
from .clip import Clip, Movie, NoFootage, clip_of
from .filing import Filing
from .preview import preview_of
from .recording_thread import RecordingThread
from .segment import Segment
from .segment_writer import SegmentWriter

__all__ = ["MOTION", "Clip", "Footage", "Movie", "NoFootage"]

STOP_SECONDS = 10.0
"""How long a slow disk is waited for at the end."""
PREVIEW_SECONDS = 60.0
"""How far back the key frame of a preview may be."""
PREVIEWS_AT_ONCE = 2
MAX_CLIPS = 4
"""Clips that are kept ready for the next question."""

_LOGGER = logging.getLogger(__name__)


class Footage:
    """Records cameras and reads what was recorded. For the event loop's thread; files are read and written in others.

    `on_change` is called with a camera's id whenever `state` or `trouble` may have changed.
    """

    def __init__(
        self,
        directory: Path,
        catalogue: SegmentCatalogue,
        *,
        on_change: Callable[[str], None] = lambda _camera_id: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Keep files in a directory of recordings and their segments in a catalogue; `clock` gives Unix time."""
        self._directory = directory
        self._catalogue = catalogue
        self._on_change = on_change
        self._clock = clock
        self._recorders: dict[str, CameraRecorder] = {}
        self._filing: Filing | None = None
        self._clips: dict[tuple[float, float, tuple[Segment, ...]], Clip] = {}
        self._previews = asyncio.Semaphore(PREVIEWS_AT_ONCE)

    @property
    def trouble(self) -> str | None:
        """Why recordings can't be written now, as a sentence for people; None where they can."""
        return next((trouble for recorder in self._recorders.values() if (trouble := recorder.trouble)), None)

    def state(self, camera_id: str) -> State:
        """Whether a camera is recorded now: `off`, `idle` or `recording`, and of the last the reason.

        The reason is `continuous`, `motion` or the id of an event.
        """
        recorder = self._recorders.get(camera_id)
        return ("off", None) if recorder is None else recorder.state

    async def start(self) -> None:
        """Mend what a crash has interrupted. Raises OSError and sqlite3.Error."""
        self._directory.mkdir(parents=True, exist_ok=True)
        await recovery.recover(self._directory, self._catalogue, self._clock())
        self._filing = Filing(self._directory, self._catalogue)

    async def stop(self) -> None:
        """Finish what is being written. Call it before the cameras are stopped, and before the catalogue is closed."""
        recorders, self._recorders = list(self._recorders.values()), {}
        await asyncio.gather(*(recorder.stop(STOP_SECONDS) for recorder in recorders))
        if self._filing is not None:
            await self._filing.stop()

    def watch(self, camera: Camera) -> None:
        """Record a camera as its configuration says, or go on with another configuration or another Camera of the same id."""
        camera_id = camera.config.id
        if (known := self._recorders.get(camera_id)) is not None:
            known.configure(camera)
        else:
            self._recorders[camera_id] = CameraRecorder(
                camera, partial(self._start_thread, camera_id), self._clock, lambda: self._changed(camera_id)
            )
        self._changed(camera_id)

    async def unwatch(self, camera_id: str) -> None:
        """Finish a camera's recording and let go of it; its reasons are forgotten. Unknown cameras are ignored."""
        recorder = self._recorders.pop(camera_id, None)
        if recorder is not None:
            await recorder.stop(STOP_SECONDS)
            if self._filing is not None:
                await self._filing.flush()
            self._changed(camera_id)

    def begin(self, camera_id: str, reason: str, at: float) -> float | None:
        """Record from `at` (Unix time, now or some seconds ago) less the camera's pre_seconds on, for a reason.

        The reason is an event's id or `MOTION` (which only counts in modes motion and continuous). Returns the start of the
        span that is recorded for it, or None where the camera is not recorded (unknown, or off).
        """
        recorder = self._recorders.get(camera_id)
        return None if recorder is None else recorder.begin(reason, at)

    def end(self, camera_id: str, reason: str, at: float) -> float | None:
        """Let a reason end at `at`: recording goes on for the camera's post_seconds, and while there are others.

        Returns the end of the span that is recorded for it, or None where that reason had not begun.
        """
        recorder = self._recorders.get(camera_id)
        return None if recorder is None else recorder.end(reason, at)

    async def clip(self, camera_id: str, start: float, end: float) -> Clip:
        """What is recorded of a span of Unix times, from the last key frame at or before its start.

        While the span is still recorded, it covers what is written so far. Raises NoFootage, and sqlite3.Error.
        """
        segments = await self._catalogue.segments(camera_id, start, end)
        # Players ask for a clip again and again, piece by piece.
        key = (start, end, tuple(segments))
        clip = self._clips.pop(key, None)
        if clip is None or not await asyncio.to_thread(clip.exists):
            clip = await asyncio.to_thread(clip_of, self._directory, segments, start, end)
        if segments[-1].end is not None:
            self._clips[key] = clip
            if len(self._clips) > MAX_CLIPS:
                del self._clips[next(iter(self._clips))]
        return clip

    async def preview(self, camera_id: str, at: float, width: int | None = None) -> bytes:
        """A JPEG of the last key frame at or before a Unix time, at most `width` pixels wide. Raises NoFootage and sqlite3.Error.

        The key frame may be up to a minute older.
        """
        segments = await self._catalogue.segments(camera_id, at - PREVIEW_SECONDS, at + 0.001)
        async with self._previews:
            return await asyncio.to_thread(preview_of, self._directory, segments, at, width)

    async def inspect(self, path: Path) -> Segment | None:
        """What a segment's file holds, by itself: for files that the catalogue does not know.

        It is mended first; one that holds nothing is removed (None). Raises OSError.
        """
        return await asyncio.to_thread(recovery.inspect, self._directory, path)

    def _start_thread(self, camera_id: str) -> RecordingThread:
        assert self._filing is not None
        writer = SegmentWriter(self._directory, camera_id, self._filing.put, self._filing.drop)
        loop = asyncio.get_running_loop()
        return RecordingThread(f"recording {camera_id}", writer, lambda: _call(loop, lambda: self._changed(camera_id)))

    def _changed(self, camera_id: str) -> None:
        self._on_change(camera_id)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        _LOGGER.debug("A recording changed after the end")
