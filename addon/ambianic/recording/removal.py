"""Real deletion: events with their pictures and footage, and footage by itself."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
import logging
from pathlib import Path
import time

from ambianic.events import Event

from .index import EventIndex
from .segment import Segment
from .segment_index import SegmentIndex
from .snapshots import Snapshots

SETTLED = 7200
"""Seconds after which nothing new is written into the directory of an hour or a day."""

_LOGGER = logging.getLogger(__name__)


class Removal:
    """Removes files first and then what the index says of them, so that a crash leaves nothing that is not known.

    All calls raise OSError and sqlite3.Error.
    """

    def __init__(self, index: EventIndex, segments: SegmentIndex, snapshots: Snapshots, recordings: Path) -> None:
        """Remove from these."""
        self._index = index
        self._segments = segments
        self._snapshots = snapshots
        self._recordings = recordings
        self._doomed: set[str] = set()

    async def remove_events(self, events: Sequence[Event], *, keep: Callable[[Segment], bool] = lambda _segment: False) -> int:
        """Remove events with their pictures and the segments that no other event's clip needs, and return the bytes that are free.

        What is still written is removed by `finish` later. Segments that are to be kept, though no event needs them any more, stay.
        """
        footage, pictures = await self._index.footage_of(events)
        self._doomed.update(segment.id for segment in footage if segment.end is None and not keep(segment))
        footage = [segment for segment in footage if segment.end is not None and not keep(segment)]
        await asyncio.to_thread(self._unlink, events, footage)
        await self._index.remove(events, [segment.id for segment in footage])
        return pictures + sum(segment.bytes for segment in footage)

    async def remove_segments(self, segments: Collection[Segment]) -> int:
        """Remove segments and return the bytes that are free."""
        await asyncio.to_thread(self._unlink, (), segments)
        await self._segments.drop_segments([segment.id for segment in segments])
        return sum(segment.bytes for segment in segments)

    async def finish(self) -> None:
        """Remove what was still written when its events were removed."""
        if self._doomed:
            going_on = {segment.id for segment in await self._segments.unfinished_segments()}
            over = self._doomed - going_on
            await self.remove_segments(await self._segments.spare_of(over))
            self._doomed -= over

    def _unlink(self, events: Iterable[Event], segments: Iterable[Segment]) -> None:
        emptied = set()
        for event in events:
            self._snapshots.delete(event)
            emptied.add((self._snapshots.path(event).parent, self._snapshots.root, event.start))
        for segment in segments:
            path = segment.path(self._recordings)
            path.unlink(missing_ok=True)
            emptied.add((path.parent, self._recordings / segment.camera_id, segment.start))
        settled = time.time() - SETTLED - 86_400
        for directory, root, start in emptied:
            if start < settled:
                remove_empty(directory, root)


def remove_empty(directory: Path, root: Path) -> None:
    """Remove a directory and those above it below the root, as far as they are empty."""
    with suppress(OSError):
        while directory != root:
            directory.rmdir()
            directory = directory.parent
