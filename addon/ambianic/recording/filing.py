"""Telling the catalogue of segments, again where it refuses."""

import asyncio
from collections.abc import Callable
import logging
from pathlib import Path
import random
import sqlite3

from .catalogue import SegmentCatalogue
from .segment import Segment

FIRST_RETRY, LAST_RETRY = 1.0, 15.0

_LOGGER = logging.getLogger(__name__)


class Filing:
    """Brings what writers tell of their segments to the catalogue, the newest of each. Writers call it from any thread."""

    def __init__(self, directory: Path, catalogue: SegmentCatalogue) -> None:
        """File segments that lie under a directory."""
        self._directory = directory
        self._catalogue = catalogue
        self._loop = asyncio.get_running_loop()
        self._news: dict[str, Segment | None] = {}
        self._work = asyncio.Event()
        self._busy = asyncio.Lock()
        self._task = asyncio.create_task(self._run(), name="filing")

    def put(self, segment: Segment) -> None:
        """File a segment as it is now."""
        self._call(lambda: self._note(segment.id, segment))

    def drop(self, segment_id: str) -> None:
        """Forget a segment."""
        self._call(lambda: self._note(segment_id, None))

    async def flush(self) -> None:
        """File what writers have told of so far, if the catalogue takes it now."""
        # What they told last is on its way to this loop.
        await asyncio.sleep(0)
        try:
            await self._file()
        except sqlite3.Error as err:
            _LOGGER.warning("%d segments can't be filed now: %s", len(self._news), err)

    async def stop(self) -> None:
        """File what is left, if the catalogue takes it; start-up finds the rest by the files."""
        self._task.cancel()
        await asyncio.wait([self._task])
        await self.flush()

    def _call(self, function: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(function)
        except RuntimeError:
            _LOGGER.debug("A segment was finished after the end")

    def _note(self, segment_id: str, segment: Segment | None) -> None:
        self._news[segment_id] = segment
        self._work.set()

    async def _run(self) -> None:
        retry = FIRST_RETRY
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                await self._file()
                retry = FIRST_RETRY
            except sqlite3.Error as err:
                _LOGGER.warning("Segments can't be filed now: %s", err)
                await asyncio.sleep(random.uniform(retry / 2, retry))
                retry = min(2 * retry, LAST_RETRY)
                self._work.set()

    async def _file(self) -> None:
        async with self._busy:
            for segment_id, segment in list(self._news.items()):
                if segment is None:
                    await self._catalogue.drop_segments([segment_id])
                elif await asyncio.to_thread(segment.path(self._directory).exists):
                    await self._catalogue.put_segment(segment)
                # Else it was deleted meanwhile, and must not come back.
                if self._news[segment_id] is segment:
                    del self._news[segment_id]
