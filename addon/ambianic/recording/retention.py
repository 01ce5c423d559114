"""Retention: what is kept for how long, and what goes when the disk is full."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import accumulate
import logging
import sqlite3
import time

from ambianic.config import CameraConfig, Config
from ambianic.events import Event

from .filters import EventFilter
from .segment import Segment
from .timeline import Timeline

PERIOD = 60.0
"""Seconds between two rounds."""
EVENTS_AT_ONCE = 20
SEGMENTS_AT_ONCE = 100
LOOKED_AT = 200
FRESH = 120.0
"""Seconds: younger footage may still turn out to belong to an event."""
REST = 2.0
"""After a portion of work it rests this many times as long as that took, so that others get on."""
MARGIN = 20_000_000
"""Bytes that are freed beyond what is needed, so that not every round has to."""
DAY = 86_400

_LOGGER = logging.getLogger(__name__)


class Retention:
    """Removes what is too old by each camera's rules, then the oldest until there is room: footage of no event before events.

    Starred events and their footage always stay, and so does what goes on. Cameras that the configuration does not know lose
    nothing by age. `trouble` says what is wrong, for people.
    """

    def __init__(self, timeline: Timeline, config: Callable[[], Config], on_removed: Callable[[Sequence[Event]], None]) -> None:
        """Work on a timeline by the configuration of the moment; `on_removed` is called with the events that are gone."""
        self._timeline = timeline
        self._config = config
        self._soon = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.trouble: str | None = None
        timeline.on_removed = on_removed

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.create_task(self._run(), name="retention")

    async def stop(self) -> None:
        """Leave off."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    def soon(self) -> None:
        """Do a round at once: the disk is full, or the rules are new."""
        self._soon.set()

    async def _run(self) -> None:
        while True:
            self._soon.clear()
            try:
                await self.round(time.time())
            except (OSError, sqlite3.Error) as err:
                if self.trouble is None:
                    _LOGGER.error("Old recordings can't be removed: %s", err)
                self.trouble = f"Old recordings can't be removed: {err}."
                await asyncio.sleep(1)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), PERIOD)

    async def round(self, now: float) -> None:
        """Remove all that is to go now. Raises OSError and sqlite3.Error."""
        await self._timeline.removal.finish()
        for camera in self._config().cameras:
            await self._by_age(camera, now)
        self.trouble = await self._by_size(now)

    async def _by_age(self, camera: CameraConfig, now: float) -> None:
        rules = camera.recording
        cutoff, cutoffs = _before(rules.days, now), {label: _before(days, now) for label, days in rules.labels.items()}
        footage = _before(rules.footage_days, now)

        def keep(segment: Segment) -> bool:
            """Whether footage outlives its events: it has rules of its own where not only events are recorded."""
            return rules.mode in {"motion", "continuous"} and not _is_before(segment, footage)

        while events := await self._timeline.index.expired(camera.id, cutoff, cutoffs, EVENTS_AT_ONCE):
            await self._slowly(self._timeline.discard, events, keep=keep)
        if footage is not None:
            while segments := await self._timeline.segments.spare(camera.id, footage, SEGMENTS_AT_ONCE):
                await self._slowly(self._timeline.removal.remove_segments, segments)

    async def _by_size(self, now: float) -> str | None:
        """Make room, and say why that is not possible."""
        if await self._excess() <= 0:
            return None
        wanted = await self._excess() + MARGIN
        while wanted > 0 and (segments := await self._oldest_spare(now)):
            wanted -= await self._slowly(self._timeline.removal.remove_segments, _enough(segments, wanted))
        while wanted > 0 and (events := await self._oldest_events(now)):
            for event in events:
                # What an event takes is only known once it is gone.
                if wanted > 0:
                    wanted -= await self._slowly(self._timeline.discard, [event])
        if wanted <= 0 or await self._excess() <= 0:
            return None
        return (
            "There is no room on the disk: all that is left are starred events and what is recorded now. "
            "Free some space, unstar events, or change the limits."
        )

    async def _excess(self) -> int:
        return await self._timeline.excess(self._config().storage)

    async def _oldest_spare(self, now: float) -> list[Segment]:
        """The oldest footage of all cameras that no event needs."""
        found: list[Segment] = []
        for camera_id in await self._timeline.segments.cameras():
            found += await self._timeline.segments.spare(camera_id, now - FRESH, SEGMENTS_AT_ONCE)
        return sorted(found, key=lambda segment: segment.start)[:SEGMENTS_AT_ONCE]

    async def _oldest_events(self, now: float) -> list[Event]:
        """The oldest events that are over and take room."""
        cursor: str | None = ""
        while cursor is not None:
            events, cursor = await self._timeline.index.page(
                EventFilter(starred=False), limit=LOOKED_AT, cursor=cursor or None, oldest_first=True
            )
            if found := [event for event in events if _takes_room(event, now)]:
                return found[:EVENTS_AT_ONCE]
        return []

    async def _slowly[**P](self, work: Callable[P, Awaitable[int]], *args: P.args, **kwargs: P.kwargs) -> int:
        began = time.monotonic()
        freed = await work(*args, **kwargs)
        await asyncio.sleep((time.monotonic() - began) * REST)
        return freed


def _before(days: float, now: float) -> float | None:
    """What is older is to go; None for nothing."""
    return now - days * DAY if days else None


def _is_before(segment: Segment, moment: float | None) -> bool:
    return moment is not None and segment.end is not None and segment.end <= moment


def _enough(segments: Sequence[Segment], wanted: int) -> list[Segment]:
    """The first segments that have so many bytes, or all."""
    sizes = accumulate(segment.bytes for segment in segments)
    return [segment for segment, size in zip(segments, sizes, strict=True) if size - segment.bytes < wanted]


def _takes_room(event: Event, now: float) -> bool:
    if event.end is None or (event.clip is not None and (event.clip[1] is None or event.clip[1] > now)):
        return False
    return event.snapshot or event.clip is not None
