"""The index of events: made for a million of them, read by pages, counted by day and hour."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
import json
import sqlite3
from typing import Literal

from ambianic.events import Event, Feedback, Origin

from . import segment_index
from .database import Database
from .event_rows import fetch, first_ids, store
from .filters import EventFilter, decode_cursor, encode_cursor
from .segment import Segment
from .spans import FOREVER, GOING_ON, clips, merged, overlaps
from .tally import Bucket, By, add_up, days, spans


@dataclass(frozen=True, slots=True)
class Totals:
    """How many events there are, how many of them are starred, and the start of the oldest."""

    events: int
    starred: int
    oldest: float | None


class EventIndex:
    """Every event of a data directory. All calls raise sqlite3.Error."""

    def __init__(self, database: Database) -> None:
        """Keep events in this database."""
        self._database = database

    async def end_interrupted(self) -> list[Event]:
        """End the events that a crash left open where they were last seen, and return them as they are then."""

        def end(connection: sqlite3.Connection) -> list[Event]:
            rows = connection.execute(
                """SELECT id, camera_id, clip_start FROM event
                    WHERE end IS NULL OR id IN (SELECT id FROM event WHERE reach = ? AND clip_start IS NOT NULL)""",
                (GOING_ON,),
            ).fetchall()
            going_on = {row[0] for row in connection.execute("SELECT id FROM event WHERE end IS NULL")}
            connection.executemany(
                """UPDATE event SET end = coalesce(end, seen), clip_end = coalesce(clip_end, max(clip_start, seen)),
                    reach = reach(clip_start, coalesce(clip_end, max(clip_start, seen))) WHERE id = ?""",
                [row[:1] for row in rows],
            )
            for _, camera_id, clip_start in rows:
                if clip_start is not None:
                    segment_index.reckon(connection, camera_id, clip_start, FOREVER)
            return [event for event in fetch(connection, [row[0] for row in rows]) if event.id in going_on]

        return await self._database.write(end)

    async def put(self, events: Sequence[Event], now: float, pictures: Mapping[str, int] | None = None) -> None:
        """Add events or change them, in one transaction; `now` is when they were last seen, `pictures` the bytes of their pictures.

        What people have said of an event that is there already stays as it is, and its clip where the event has none.
        """

        def put(connection: sqlite3.Connection) -> None:
            for event in events:
                known = next(iter(fetch(connection, [event.id])), None)
                kept = (
                    event
                    if known is None
                    else replace(event, starred=known.starred, feedback=known.feedback, clip=event.clip or known.clip)
                )
                size = (pictures or {}).get(kept.id)
                self._database.journal.note(
                    store(connection, kept, known, seen=now if kept.end is None else kept.end, pictures=size)
                )

        await self._database.write(put)

    async def known(self, ids: Sequence[str]) -> set[str]:
        """Those of some ids of which there is an event."""
        query = "SELECT id FROM event WHERE id IN (SELECT value FROM json_each(?))"
        return await self._database.read(lambda connection: {row[0] for row in connection.execute(query, (json.dumps(ids),))})

    async def add(self, events: Sequence[Event], pictures: Mapping[str, int]) -> int:
        """Add the events that are not there yet, in one transaction, and return how many that were."""

        def add(connection: sqlite3.Connection) -> int:
            known = {event.id for event in fetch(connection, [event.id for event in events])}
            new = {event.id: event for event in events if event.id not in known}
            for event in new.values():
                self._database.journal.note(
                    store(connection, event, None, seen=event.end or event.start, pictures=pictures.get(event.id, 0))
                )
            return len(new)

        return await self._database.write(add)

    async def change(
        self, event_id: str, *, starred: bool | None = None, feedback: Feedback | Literal["keep"] | None = "keep"
    ) -> Event | None:
        """Note what a person says of an event and return it as it is then; None where it is not there."""

        def change(connection: sqlite3.Connection) -> Event | None:
            known = next(iter(fetch(connection, [event_id])), None)
            if known is None:
                return None
            event = replace(
                known,
                starred=known.starred if starred is None else starred,
                feedback=known.feedback if feedback == "keep" else feedback,
            )
            self._database.journal.note(store(connection, event, known, seen=None, pictures=None))
            return event

        return await self._database.write(change)

    async def touch(self, now: float) -> None:
        """Note that the events that go on are still seen."""
        await self._database.write(lambda connection: connection.execute("UPDATE event SET seen = ? WHERE end IS NULL", (now,)))

    async def get(self, event_id: str) -> Event | None:
        """One event."""
        return await self._database.read(lambda connection: next(iter(fetch(connection, [event_id])), None))

    async def page(
        self, wanted: EventFilter, *, limit: int, cursor: str | None = None, oldest_first: bool = False
    ) -> tuple[list[Event], str | None]:
        """Up to `limit` events, newest first, and the cursor of the next page; None where there is none.

        Raises InvalidCursorError too.
        """
        mark = None if cursor is None else decode_cursor(cursor)
        events = await self._database.read(
            lambda connection: fetch(connection, first_ids(connection, wanted, limit + 1, mark, oldest_first))
        )
        return events[:limit], encode_cursor(events[limit - 1]) if len(events) > limit else None

    async def latest(self, camera_id: str) -> Event | None:
        """The newest event of a camera."""
        events, _ = await self.page(EventFilter(cameras=(camera_id,)), limit=1)
        return events[0] if events else None

    async def counts(self, wanted: EventFilter, start: float, end: float, zone: tzinfo, by: By) -> list[Bucket]:
        """How many events of each label began in each part of a span of Unix times that has any, the oldest part first.

        Parts that are only partly in the span are counted whole; the filter's own times are not looked at.
        """
        condition, values = wanted.kinds()
        buckets = spans(start, end, zone, by)
        query = f"""SELECT day, label, quarters FROM tally JOIN kind ON kind.id = kind
            WHERE day BETWEEN ? AND ? AND {condition}"""  # noqa: S608  values are bound
        return await self._database.read(
            lambda connection: add_up(connection.execute(query, (*days(buckets), *values)), buckets)
        )

    async def totals(self) -> Totals:
        """What there is in all."""

        def read(connection: sqlite3.Connection) -> Totals:
            row = connection.execute("SELECT coalesce(sum(events), 0), coalesce(sum(events * starred), 0) FROM kind").fetchone()
            oldest = fetch(connection, first_ids(connection, EventFilter(), 1, None, oldest_first=True))
            return Totals(int(row[0]), int(row[1]), oldest[0].start if oldest else None)

        return await self._database.read(read)

    async def expired(
        self, camera_id: str, cutoff: float | None, cutoffs: Mapping[str, float | None], limit: int
    ) -> list[Event]:
        """A camera's events that are over and whose clips end before the cutoff of their label.

        Starred ones are left out, and those that were imported: they were old when they came. `cutoffs` come before `cutoff`, all are Unix times, None for none.
        """

        def read(connection: sqlite3.Connection) -> list[Event]:
            kinds = connection.execute(
                "SELECT id, label FROM kind WHERE camera_id = ? AND starred = 0 AND origin <> ? AND events > 0",
                (camera_id, Origin.IMPORT),
            ).fetchall()
            found: list[str] = []
            for kind, label in kinds:
                before = cutoffs.get(label, cutoff)
                if before is not None and len(found) < limit:
                    found += [
                        row[0]
                        for row in connection.execute(
                            """SELECT id FROM event WHERE kind = ? AND start < ? AND end < ? AND coalesce(clip_end, end) < ?
                                ORDER BY start LIMIT ?""",
                            (kind, before, before, before, limit - len(found)),
                        )
                    ]
            return fetch(connection, found)

        return await self._database.read(read)

    async def unmeasured(self, after: str, limit: int) -> list[Event]:
        """Events with a picture of unknown size that are over, by id."""
        query = "SELECT id FROM event WHERE id > ? AND snapshot = 1 AND pictures = 0 AND end IS NOT NULL ORDER BY id LIMIT ?"
        return await self._database.read(
            lambda connection: fetch(connection, [row[0] for row in connection.execute(query, (after, limit))])
        )

    async def set_pictures(self, sizes: Mapping[str, int]) -> None:
        """Note how many bytes the pictures of events take; those of which there are none have none from then on."""
        statement = "UPDATE event SET pictures = ?, snapshot = min(snapshot, ?) WHERE id = ?"
        rows = [(size, int(size > 0), event_id) for event_id, size in sizes.items()]
        await self._database.write(lambda connection: connection.executemany(statement, rows))

    async def footage_of(self, events: Sequence[Event]) -> tuple[list[Segment], int]:
        """The segments that the clips of these events need and those of no others, and the bytes of the events' pictures."""
        ids = {event.id for event in events}

        def read(connection: sqlite3.Connection) -> tuple[list[Segment], int]:
            found: dict[str, Segment] = {}
            for event in events:
                if event.clip is None:
                    continue
                clip = (event.clip[0], FOREVER if event.clip[1] is None else event.clip[1])
                footage = segment_index.overlapping(connection, event.camera_id, *clip)
                if not footage:
                    continue
                last = FOREVER if footage[-1].end is None else max(segment.end or FOREVER for segment in footage)
                others = merged(
                    (start, end)
                    for event_id, start, end in clips(connection, event.camera_id, footage[0].start, last)
                    if event_id not in ids
                )
                for segment in footage:
                    if not overlaps((segment.start, segment.end or FOREVER), others):
                        found[segment.id] = segment
            query = "SELECT coalesce(sum(pictures), 0) FROM event WHERE id IN (SELECT value FROM json_each(?))"
            pictures = connection.execute(query, (json.dumps(list(ids)),)).fetchone()[0]
            return list(found.values()), int(pictures)

        return await self._database.read(read)

    async def remove(self, events: Sequence[Event], segments: Collection[str]) -> None:
        """Remove events together with segments, in one transaction."""

        def remove(connection: sqlite3.Connection) -> None:
            ids = [event.id for event in events]
            connection.execute("DELETE FROM event WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
            segment_index.remove(connection, segments)
            for event in events:
                if event.clip is not None:
                    segment_index.reckon(connection, event.camera_id, event.clip[0], event.clip[1] or FOREVER)
            self._database.journal.note({"gone": ids})
            if segments:
                self._database.journal.note({"dropped": list(segments)})

        await self._database.write(remove)
