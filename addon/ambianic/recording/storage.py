"""What recordings and pictures take of the disk, and how long that goes well."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
import math
from pathlib import Path
import shutil
import sqlite3
import time

from ambianic.config import Config, RecordingConfig, StorageSettings

from .database import Database
from .index import EventIndex
from .tally import DAY

RECENT_DAYS = 7
"""The days from which what is recorded in a day is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraStorage:
    """What is kept of a camera: `bytes` of video and pictures, `seconds` of video, `events`.

    `bytes_per_day` is what was recorded in a day as of late, `oldest` the Unix time of the oldest event or video.
    """

    camera_id: str
    bytes: int
    seconds: float
    events: int
    bytes_per_day: int
    oldest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Days until the limit is reached (None where that does not happen), the days that are kept from then on, bytes at the limit."""

    full_in_days: float | None
    keeps_days: float | None
    bytes_at_limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """All that is kept, in bytes and Unix times. `bytes` is recordings, pictures and index; `free_bytes` of the recordings' disk."""

    bytes: int
    free_bytes: int
    recordings_bytes: int
    pictures_bytes: int
    events: int
    starred: int
    oldest: float | None
    cameras: Sequence[CameraStorage]
    forecast: Forecast


async def measure(database: Database, index: EventIndex, recordings: Path, config: Config) -> Storage:
    """Measure a home, without a look at its files. Raises OSError and sqlite3.Error."""
    now = time.time()
    totals = await index.totals()
    cameras, footage, pictures = await database.read(lambda connection: _cameras(connection, now))
    free = await asyncio.to_thread(free_bytes, recordings)
    oldest = [camera.oldest for camera in cameras if camera.oldest is not None]
    return Storage(
        bytes=footage + pictures + await asyncio.to_thread(database.size),
        free_bytes=free,
        recordings_bytes=footage,
        pictures_bytes=pictures,
        events=totals.events,
        starred=totals.starred,
        oldest=min(oldest, default=None),
        cameras=cameras,
        forecast=_forecast(cameras, footage + pictures, free, config),
    )


def free_bytes(directory: Path) -> int:
    """The bytes that are free on the disk of a directory, or of where it will be. Raises OSError."""
    while not directory.exists() and directory != directory.parent:
        directory = directory.parent
    return shutil.disk_usage(directory).free


async def measure_excess(database: Database, recordings: Path, settings: StorageSettings) -> int:
    """The bytes that are to be removed, at most 0 where there is room. Raises OSError and sqlite3.Error."""
    query = "SELECT coalesce(sum(recordings + pictures), 0) FROM usage"
    used = await database.read(lambda connection: int(connection.execute(query).fetchone()[0]))
    return _excess(used, await asyncio.to_thread(free_bytes, recordings), settings)


def _excess(used: int, free: int, settings: StorageSettings) -> int:
    over = settings.min_free_bytes - free
    return over if settings.max_bytes is None else max(over, used - settings.max_bytes)


def _cameras(connection: sqlite3.Connection, now: float) -> tuple[list[CameraStorage], int, int]:
    """Each camera's figures, and the bytes of recordings and pictures of all."""
    today = int(now) // DAY
    events = dict(connection.execute("SELECT camera_id, sum(events) FROM kind GROUP BY camera_id HAVING sum(events) > 0"))
    rows = connection.execute(
        """SELECT camera_id, sum(recordings), sum(seconds), sum(pictures), sum(gained) FILTER (WHERE day > :recent),
            min(day) FILTER (WHERE gained > 0 AND day > :recent) FROM usage GROUP BY camera_id""",
        {"recent": today - RECENT_DAYS},
    ).fetchall()
    known = {row[0] for row in rows}
    rows += [(camera_id, 0, 0, 0, None, None) for camera_id in events if camera_id not in known]
    cameras = []
    for camera_id, recordings, seconds, pictures, gained, since in rows:
        oldest = _oldest(connection, camera_id)
        if oldest is None and not recordings and not pictures:
            continue
        began = now if since is None else max(since * DAY, oldest if oldest is not None and oldest // DAY == since else 0)
        elapsed = max(now - began, 3600)
        cameras.append(
            CameraStorage(
                camera_id=camera_id,
                bytes=max(recordings + pictures, 0),
                seconds=max(seconds, 0.0),
                events=events.get(camera_id, 0),
                bytes_per_day=int((gained or 0) * DAY / elapsed),
                oldest=oldest,
            )
        )
    return cameras, sum(row[1] for row in rows), sum(row[3] for row in rows)


def _oldest(connection: sqlite3.Connection, camera_id: str) -> float | None:
    query = """SELECT min(start) FROM (
        SELECT min(start) AS start FROM segment WHERE camera_id = :camera UNION ALL
        SELECT (SELECT min(start) FROM event WHERE kind = kind.id) FROM kind WHERE camera_id = :camera AND events > 0)"""
    found: float | None = connection.execute(query, {"camera": camera_id}).fetchone()[0]
    return found


def _forecast(cameras: Sequence[CameraStorage], used: int, free: int, config: Config) -> Forecast:
    """What becomes of the disk where all goes on as of late."""
    room = -_excess(used, free, config.storage)
    limit = max(used + room, 0)
    per_day = sum(camera.bytes_per_day for camera in cameras)
    if per_day <= 0:
        return Forecast(full_in_days=None, keeps_days=None, bytes_at_limit=limit)
    known = {camera.id: camera.recording for camera in config.cameras}
    by_age = sum(camera.bytes_per_day * _days(known.get(camera.camera_id, RecordingConfig())) for camera in cameras)
    return Forecast(
        full_in_days=round(max(room, 0) / per_day, 1) if by_age > limit else None,
        keeps_days=round(limit / per_day, 1) if by_age > limit else None,
        bytes_at_limit=limit,
    )


def _days(recording: RecordingConfig) -> float:
    """For how long most of what is recorded is kept by its age."""
    days = recording.footage_days if recording.mode in {"motion", "continuous"} else recording.days
    return days or math.inf
