"""One analysis: what the detector makes of a recording, found out by a process of its own that gives way to all others."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
import json
import logging
import os
from pathlib import Path
import secrets
import shutil
import sys
import tempfile
from typing import Any, Literal

from ambianic.config import DetectionConfig
from ambianic.recording.movie import Movie, NoFootage
from ambianic.vision.engine import Engine

MAX_LOOKS = 20_000
MAX_EVENTS = 1_000
MAX_LINE = 1024 * 1024
NICE = 10
SPARE_BYTES = 200_000_000
"""What is left free of the disk that the recording is copied to."""
STALL_SECONDS = 120.0
"""A process that says nothing for so long hangs."""

_LOGGER = logging.getLogger(__name__)


class AnalysisError(Exception):
    """An analysis has failed; the text says why, for people."""


@dataclass(slots=True, eq=False, kw_only=True)
class Analysis:
    """A recording's movies that are looked at, and what was found so far. `looks` are JSON."""

    camera_id: str
    start: float
    end: float
    movies: Sequence[Movie]
    detection: DetectionConfig
    engine: Engine
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: Literal["running", "done", "failed"] = "running"
    reason: str | None = None
    progress: float = 0.0
    looks: list[bytes] = field(default_factory=list)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)

    async def run(self, directory: Path) -> None:
        """Look at all of it, with copies in a directory; never raises but when cancelled."""
        try:
            await self._run(directory)
        except (AnalysisError, NoFootage) as err:
            self.state, self.reason = "failed", str(err)
        except OSError as err:
            self.state, self.reason = "failed", f"The recording could not be looked at: {err.strerror or err}."
        except Exception:
            _LOGGER.exception("An analysis has failed")
            self.state, self.reason = "failed", "Something went wrong in the edge. Its log says more."
        else:
            self.state, self.progress = "done", 1.0

    async def _run(self, directory: Path) -> None:
        seconds = sum(movie.duration for movie in self.movies)
        before = 0.0
        await asyncio.to_thread(directory.mkdir, exist_ok=True)
        place = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=directory))
        try:
            settings, copy = place / "detection.json", place / "recording.mp4"
            await asyncio.to_thread(settings.write_text, self.detection.model_dump_json())
            for movie in self.movies:
                await _copy(movie, copy)
                share = movie.duration / seconds if seconds else 1.0
                await self._look(copy, settings, movie.start, before, share)
                before += share
        finally:
            await asyncio.to_thread(shutil.rmtree, place, ignore_errors=True)

    async def _look(self, recording: Path, settings: Path, start: float, before: float, share: float) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "ambianic.vision.analysis", recording, "--detection", settings),
            *("--start-time", repr(start), "--camera", self.camera_id, "--model", self.engine.argument),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=MAX_LINE,
        )
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
        log = asyncio.create_task(_log(process))
        try:
            await self._read(process, before, share)
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            await log

    async def _read(self, process: asyncio.subprocess.Process, before: float, share: float) -> None:
        assert process.stdout
        while True:
            try:
                async with asyncio.timeout(STALL_SECONDS):
                    line = await process.stdout.readline()
            except TimeoutError:
                raise AnalysisError("The detector did not answer any more.") from None
            if not line:
                raise AnalysisError(f"The detector ended before the recording did (exit code {await process.wait()}).")
            if await self._take(json.loads(line), before, share):
                return

    async def _take(self, told: dict[str, Any], before: float, share: float) -> bool:
        """Keep what the process tells; whether that was all."""
        match told:
            case {"progress": progress}:
                self.progress = before + share * progress
            case {"look": look}:
                if len(self.looks) >= MAX_LOOKS:
                    raise AnalysisError("There is too much to tell: choose a shorter time, or fewer pictures in a second.")
                self.looks.append(json.dumps({"n": len(self.looks) + 1, **look}).encode())
            case {"event": event}:
                if len(self.events) < MAX_EVENTS or event["id"] in self.events:
                    self.events[event["id"]] = event
            case {"done": figures}:
                for name, number in figures.items():
                    self.figures[name] = round(self.figures.get(name, 0) + number, 4)
                return True
            case {"failed": reason}:
                raise AnalysisError(reason)
        return False


async def _copy(movie: Movie, path: Path) -> None:
    """Write a movie to a file. Raises NoFootage and OSError."""
    free = (await asyncio.to_thread(shutil.disk_usage, path.parent)).free
    if free < movie.size + SPARE_BYTES:
        raise AnalysisError("There is not enough room on the disk for a copy of the recording. Choose a shorter time.")
    file = await asyncio.to_thread(path.open, "wb")
    try:
        async for chunk in movie.read():
            await asyncio.to_thread(file.write, chunk)
    finally:
        await asyncio.to_thread(file.close)


async def _log(process: asyncio.subprocess.Process) -> None:
    assert process.stderr
    while True:
        try:
            line = await process.stderr.readline()
        except ValueError:
            continue
        if not line:
            return
        _LOGGER.debug("analysis: %s", line.decode(errors="replace").rstrip())
