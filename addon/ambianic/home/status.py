"""How the edge itself is: its detector, its disk, its configuration."""

import asyncio
from pathlib import Path
import shutil
import sqlite3
import time
from typing import Any

from ambianic import __version__, views
from ambianic.changes import ChangeLog
from ambianic.config_store import ConfigStore
from ambianic.events import rfc3339
from ambianic.recording.timeline import Timeline
from ambianic.vision.client import VisionClient

STORAGE_PERIOD = 60
"""Seconds between two looks at what is on disk."""


class Status:
    """What the edge tells of itself."""

    def __init__(
        self, directory: Path, store: ConfigStore, *, vision: VisionClient, timeline: Timeline, changes: ChangeLog
    ) -> None:
        """Look at these parts."""
        self._directory = directory
        self._store = store
        self._vision = vision
        self._timeline = timeline
        self._changes = changes
        self._started = time.time()
        self._shown: dict[str, Any] = {}
        self._storage = views.StorageView(events=0, bytes=0, free_bytes=0, trouble=None)
        self._measured = -float(STORAGE_PERIOD)

    def get(self) -> views.InfoView:
        """The edge as it is now."""
        config = self._store.config
        return views.InfoView(
            id=config.id,
            name=config.name,
            version=__version__,
            api=1,
            started=rfc3339(self._started),
            config_trouble=self._store.broken,
            detector=views.detector_view(self._vision.status),
            storage=self._storage.model_copy(update={"trouble": self._timeline.trouble or self._storage.trouble}),
        )

    def publish(self) -> None:
        """Tell what has changed."""
        shown = self.get().model_dump(mode="json")
        if shown != self._shown:
            self._shown = shown
            self._changes.publish("info", info=shown)

    async def measure(self) -> None:
        """Look at the disk, if the last look is long ago."""
        now = time.monotonic()
        if now - self._measured < STORAGE_PERIOD:
            return
        self._measured = now
        try:
            usage = await asyncio.to_thread(shutil.disk_usage, self._directory)
            self._storage = views.StorageView(
                events=await self._timeline.count(),
                bytes=await asyncio.to_thread(_size, self._directory),
                free_bytes=usage.free,
                trouble=None,
            )
        except (OSError, sqlite3.Error) as err:
            self._storage = self._storage.model_copy(update={"trouble": f"The data directory can't be read: {err}."})


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
