"""The index of segments: which files there are of which camera and time."""

from collections.abc import Collection, Sequence
from itertools import islice
import json
import sqlite3
import time

from .database import Database
from .journal import Line
from .segment import Segment
from .spans import FOREVER, clips, merged, overlaps

LONGEST = 600.0
"""Seconds that a segment lasts at most: so far back are those looked for that overlap a time."""
GAP = 2.0
"""Seconds between two segments that are shown as one span."""

_COLUMNS = "segment.id, camera_id, start, end, bytes, codecs, init"
_FROM = "segment JOIN format ON format.id = segment.format"
_OVERLAP = f"camera_id = ? AND start < ? AND start > ? - {LONGEST} AND coalesce(end, {FOREVER}) > ?"


class SegmentIndex:
    """Every segment of a data directory. All calls raise sqlite3.Error."""

    def __init__(self, database: Database) -> None:
        """Keep segments in this database."""
        self._database = database

    async def put_segment(self, segment: Segment) -> None:
        """Add a segment, or replace the one of the same id."""
        await self.put_segments([segment])

    async def put_segments(self, segments: Sequence[Segment]) -> None:
        """Add or replace segments in one transaction."""

        def put(connection: sqlite3.Connection) -> None:
            for segment in segments:
                store(connection, segment)
                if segment.end is not None:
                    self._database.journal.note({"segment": _line(segment)})

        await self._database.write(put)

    async def segments(self, camera_id: str, start: float, end: float) -> list[Segment]:
        """A camera's segments that overlap a span of Unix times, by start; one that is being written reaches to infinity."""
        return await self._database.read(lambda connection: overlapping(connection, camera_id, start, end))

    async def unfinished_segments(self) -> list[Segment]:
        """The segments that have no end."""
        query = f"SELECT {_COLUMNS} FROM {_FROM} WHERE end IS NULL ORDER BY start"  # noqa: S608  constants
        return await self._database.read(lambda connection: [_segment(row) for row in connection.execute(query)])

    async def all_segment_ids(self) -> set[str]:
        """The ids of all segments of all cameras."""
        return await self._database.read(lambda connection: {row[0] for row in connection.execute("SELECT id FROM segment")})

    async def between(self, camera_id: str, start: float, end: float) -> list[Segment]:
        """A camera's segments that begin in a span of Unix times, by start."""
        query = f"SELECT {_COLUMNS} FROM {_FROM} WHERE camera_id = ? AND start >= ? AND start < ? ORDER BY start"  # noqa: S608  constants
        return await self._database.read(
            lambda connection: [_segment(row) for row in connection.execute(query, (camera_id, start, end))]
        )

    async def drop_segments(self, ids: Collection[str]) -> None:
        """Forget segments; their files are not touched. Unknown ids are ignored.

        Events of whose clip nothing is left have none from then on.
        """

        def drop(connection: sqlite3.Connection) -> None:
            remove(connection, ids)
            if ids:
                self._database.journal.note({"dropped": list(ids)})

        await self._database.write(drop)

    async def spans(self, cameras: Collection[str] | None, start: float, end: float) -> list[tuple[str, float, float]]:
        """What is recorded in a span of Unix times, by camera and start: gaps of less than 2 s are not told of.

        None stands for all cameras.
        """
        now = time.time()

        def read(connection: sqlite3.Connection) -> list[tuple[str, float, float]]:
            wanted = _cameras(connection) if cameras is None else sorted(set(cameras))
            query = f"SELECT start, coalesce(end, max(?, start)) FROM segment WHERE {_OVERLAP} ORDER BY start"  # noqa: S608  constants
            found = []
            for camera_id in wanted:
                rows = connection.execute(query, (now, camera_id, end, start, start)).fetchall()
                found += [(camera_id, max(first, start), min(last, end)) for first, last in merged(rows, GAP) if last > start]
            return found

        return await self._database.read(read)

    async def spare(self, camera_id: str, before: float, limit: int) -> list[Segment]:
        """A camera's oldest finished segments that no event's clip needs, and that end before a Unix time."""
        query = f"""SELECT {_COLUMNS} FROM {_FROM} WHERE needed = 0 AND camera_id = ? AND start < ? AND end <= ?
            ORDER BY start LIMIT ?"""  # noqa: S608  constants
        values = (camera_id, before, before, limit)
        return await self._database.read(lambda connection: [_segment(row) for row in connection.execute(query, values)])

    async def removable(self, camera_id: str, start: float, end: float, limit: int) -> list[Segment]:
        """A camera's first finished segments that overlap a span of Unix times and that no starred event's clip needs."""

        def read(connection: sqlite3.Connection) -> list[Segment]:
            starred = merged(
                connection.execute(
                    f"""SELECT clip_start, coalesce(clip_end, {FOREVER}) FROM kind JOIN event ON event.kind = kind.id
                        WHERE kind.camera_id = ? AND starred = 1 AND events > 0 AND clip_start IS NOT NULL""",  # noqa: S608  constants
                    (camera_id,),
                )
            )
            query = f"SELECT {_COLUMNS} FROM {_FROM} WHERE {_OVERLAP} AND end IS NOT NULL ORDER BY start"  # noqa: S608  constants
            rows = (_segment(row) for row in connection.execute(query, (camera_id, end, start, start)))
            return list(islice((row for row in rows if not overlaps((row.start, row.end or FOREVER), starred)), limit))

        return await self._database.read(read)

    async def hours(self, camera_id: str) -> list[int]:
        """The hours (Unix time / 3600) in which segments of a camera begin."""
        query = "SELECT DISTINCT CAST(start / 3600 AS INTEGER) FROM segment WHERE camera_id = ?"
        return await self._database.read(lambda connection: [row[0] for row in connection.execute(query, (camera_id,))])

    async def spare_of(self, ids: Collection[str]) -> list[Segment]:
        """Those of some segments that are finished and that no event's clip needs."""
        query = f"""SELECT {_COLUMNS} FROM {_FROM} WHERE segment.id IN (SELECT value FROM json_each(?))
            AND needed = 0 AND end IS NOT NULL"""  # noqa: S608  constants
        values = (json.dumps(list(ids)),)
        return await self._database.read(lambda connection: [_segment(row) for row in connection.execute(query, values)])

    async def cameras(self) -> list[str]:
        """The cameras that anything was ever recorded of, or pictures taken."""
        return await self._database.read(_cameras)


def _cameras(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT DISTINCT camera_id FROM usage ORDER BY camera_id")]


def overlapping(connection: sqlite3.Connection, camera_id: str, start: float, end: float) -> list[Segment]:
    """A camera's segments that overlap a span, by start."""
    query = f"SELECT {_COLUMNS} FROM {_FROM} WHERE {_OVERLAP} ORDER BY start, segment.id"  # noqa: S608  constants
    return [_segment(row) for row in connection.execute(query, (camera_id, end, start, start))]


def store(connection: sqlite3.Connection, segment: Segment) -> None:
    """Add or replace a segment within a transaction."""
    format_ = (segment.codecs, segment.init)
    connection.execute("INSERT INTO format (codecs, init) VALUES (?, ?) ON CONFLICT DO NOTHING", format_)
    connection.execute(
        """INSERT INTO segment (id, camera_id, start, end, bytes, format, needed)
            VALUES (?, ?, ?, ?, ?, (SELECT id FROM format WHERE codecs = ? AND init = ?), 0)
            ON CONFLICT (id) DO UPDATE SET start = excluded.start, end = excluded.end, bytes = excluded.bytes,
            format = excluded.format""",
        (segment.id, segment.camera_id, segment.start, segment.end, segment.bytes, *format_),
    )
    reckon(connection, segment.camera_id, segment.start, segment.start + 0.001 if segment.end is None else segment.end)


def reckon(connection: sqlite3.Connection, camera_id: str, start: float, end: float) -> None:
    """Find out within a transaction which segments that overlap a span are needed by an event's clip."""
    rows = connection.execute(
        f"SELECT id, start, coalesce(end, {FOREVER}), needed FROM segment WHERE {_OVERLAP} ORDER BY start",  # noqa: S608  constants
        (camera_id, end, start, start),
    ).fetchall()
    if not rows:
        return
    wanted = merged((first, last) for _, first, last in clips(connection, camera_id, rows[0][1], max(row[2] for row in rows)))
    changes = [
        (needed, identifier) for identifier, first, last, was in rows if (needed := int(overlaps((first, last), wanted))) != was
    ]
    connection.executemany("UPDATE segment SET needed = ? WHERE id = ?", changes)


def remove(connection: sqlite3.Connection, ids: Collection[str]) -> None:
    """Forget segments within a transaction, and the clips of which nothing is left."""
    rows = connection.execute(
        f"""DELETE FROM segment WHERE id IN (SELECT value FROM json_each(?))
            RETURNING camera_id, start, coalesce(end, {FOREVER}), needed""",  # noqa: S608  constants
        (json.dumps(list(ids)),),
    ).fetchall()
    emptied: dict[str, list[tuple[float, float]]] = {}
    for camera_id, start, end, needed in rows:
        if needed:
            emptied.setdefault(camera_id, []).append((start, end))
    for camera_id, spans in emptied.items():
        for start, end in merged(spans, LONGEST):
            for event_id, clip_start, clip_end in clips(connection, camera_id, start, end):
                left = f"SELECT 1 FROM segment WHERE {_OVERLAP} LIMIT 1"  # noqa: S608  constants
                if (
                    clip_end < FOREVER
                    and not connection.execute(left, (camera_id, clip_end, clip_start, clip_start)).fetchone()
                ):
                    connection.execute(
                        "UPDATE event SET clip_start = NULL, clip_end = NULL, reach = NULL WHERE id = ?", (event_id,)
                    )


def replay(connection: sqlite3.Connection, line: Line) -> None:
    """Put in what a line of the journal says of segments. Raises ValueError, TypeError, KeyError and sqlite3.Error."""
    match line:
        case {"segment": dict(fields)}:
            store(connection, Segment(**fields))
        case {"dropped": [*ids]}:
            remove(connection, [str(identifier) for identifier in ids])


def _line(segment: Segment) -> Line:
    return {name: getattr(segment, name) for name in Segment.__slots__}


def _segment(row: tuple[str, str, float, float | None, int, str, str]) -> Segment:
    identifier, camera_id, start, end, size, codecs, init = row
    return Segment(id=identifier, camera_id=camera_id, start=start, end=end, bytes=size, codecs=codecs, init=init)
