"""What a home keeps on disk: how much, by which rules, and how it is erased."""

from collections.abc import Callable, Collection
import sqlite3
import time
from typing import Any

from ambianic import recording_views, views
from ambianic.changes import ChangeLog
from ambianic.config import StorageSettings
from ambianic.config_store import ConfigStore
from ambianic.errors import EdgeError, ErrorCode
from ambianic.recording.footage import Footage
from ambianic.recording.retention import Retention
from ambianic.recording.storage import Forecast, Storage as Figures
from ambianic.recording.timeline import Erased, Timeline

from .cameras import Cameras
from .inputs import fields, validated

LONGEST_FILE = 60
"""Seconds that a file of footage may last, and some more."""
PERIOD = 60
"""Seconds between two messages about nothing but changed figures."""

_UNKNOWN = Figures(
    bytes=0,
    free_bytes=0,
    recordings_bytes=0,
    pictures_bytes=0,
    events=0,
    starred=0,
    oldest=None,
    cameras=(),
    forecast=Forecast(full_in_days=None, keeps_days=None, bytes_at_limit=None),
)


class Storage:
    """The disk of a home."""

    def __init__(
        self,
        store: ConfigStore,
        *,
        cameras: Cameras,
        timeline: Timeline,
        footage: Footage,
        retention: Retention,
        changes: ChangeLog,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look at these parts."""
        self._store = store
        self._cameras = cameras
        self._timeline = timeline
        self._footage = footage
        self._retention = retention
        self._changes = changes
        self._clock = clock
        self._figures = _UNKNOWN
        self._unreadable: str | None = None
        self._measured = -float(PERIOD)
        self._told: tuple[object, ...] = ()

    def get(self) -> recording_views.StorageView:
        """The disk as of the last look, with what is wrong now."""
        return recording_views.storage_view(
            self._figures,
            settings=self._store.config.storage,
            trouble=self.trouble,
            notice=self._timeline.notice,
        )

    def summary(self) -> views.StorageSummaryView:
        """The same in short."""
        figures = self._figures
        return views.StorageSummaryView(
            events=figures.events,
            bytes=figures.bytes,
            recordings_bytes=figures.recordings_bytes,
            free_bytes=figures.free_bytes,
            trouble=self.trouble,
            notice=self._timeline.notice,
        )

    @property
    def trouble(self) -> str | None:
        """What is wrong with the disk, as a sentence for people."""
        return self._timeline.trouble or self._footage.trouble or self._retention.trouble or self._unreadable

    async def measure(self) -> None:
        """Look at the disk."""
        try:
            self._figures = await self._timeline.storage(self._store.config)
            self._unreadable = None
        except (OSError, sqlite3.Error) as err:
            self._unreadable = f"The data directory can't be read: {err}."

    async def tick(self) -> None:
        """Look and tell, if the last time is long ago; of trouble and settings at once."""
        if due := self._clock() - self._measured >= PERIOD:
            self._measured = self._clock()
            await self.measure()
        self.publish(figures=due)

    def publish(self, *, figures: bool = False) -> None:
        """Tell what has changed; without `figures` only where more than figures has."""
        known = (self.trouble, self._timeline.notice, self._store.config.storage)
        news = (*known, self._figures) if figures else known
        if news != self._told[: len(news)]:
            self._told = (*known, self._figures)
            self._changes.publish("storage", storage=self.get().model_dump(mode="json"))

    async def change(self, data: Any) -> recording_views.StorageView:
        """Change the given settings. Raises EdgeError."""
        config = self._store.config
        wanted = validated(StorageSettings, config.storage.model_dump() | dict(fields(data)))
        self._store.save(config.model_copy(update={"storage": wanted}))
        self._retention.soon()
        await self.measure()
        self.publish(figures=True)
        return self.get()

    async def erase(self, cameras: Collection[str] | None, before: float | None, *, starred: bool) -> Erased:
        """Erase events with all that belongs to them, and footage: of some cameras or all, before a Unix time or all.

        Raises EdgeError.
        """
        if before is None or before > time.time() - LONGEST_FILE:
            # What is being written would stay.
            await self._cameras.finish_files(cameras)
        erased = await self._timeline.erase(cameras, before, starred=starred)
        await self.measure()
        self.publish(figures=True)
        return erased

    async def dismiss_notice(self) -> None:
        """Tell no more of what was mended. Raises EdgeError."""
        try:
            await self._timeline.dismiss_notice()
        except (OSError, sqlite3.Error) as err:
            raise EdgeError(ErrorCode.STORAGE, "The notice could not be dismissed", f"The disk refuses: {err}.") from err
        self.publish()
