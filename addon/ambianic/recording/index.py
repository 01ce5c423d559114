"""The index of events: an SQLite database that is written in transactions and read by pages."""

import asyncio
import base64
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
import json
from pathlib import Path
import sqlite3

from ambianic.events import Event

FILE = "events.sqlite3"
SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE event (
    id TEXT PRIMARY KEY,
    camera_id TEXT NOT NULL,
    label TEXT NOT NULL,
    start REAL NOT NULL,
    end REAL,
    seen REAL NOT NULL,
    score REAL NOT NULL,
    left REAL NOT NULL, top REAL NOT NULL, right REAL NOT NULL, bottom REAL NOT NULL,
    zones TEXT NOT NULL,
    snapshot INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX event_by_start ON event (start, id);
CREATE INDEX event_by_camera ON event (camera_id, start, id);
CREATE INDEX event_by_label ON event (label, start, id);
CREATE INDEX event_going_on ON event (id) WHERE end IS NULL;
"""
_COLUMNS = "id, camera_id, label, start, end, score, left, top, right, bottom, zones, snapshot"


class IndexVersionError(Exception):
    """The database was made by a newer edge."""


class InvalidCursorError(ValueError):
    """The cursor is not one that this index gave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events to read. Times are Unix seconds; empty sequences mean all.

    `among` are the only cameras whose events may be read at all, none where it is empty; None for all.
    """

    cameras: Sequence[str] = ()
    labels: Sequence[str] = ()
    after: float | None = None
    before: float | None = None
    among: Collection[str] | None = None


class EventIndex:
    """Every event of a data directory, newest first.

    All calls run one after the other on a thread of their own. They raise sqlite3.Error.
    """

    def __init__(self, directory: Path) -> None:
        """Use the database of this directory; `open` makes it."""
        self._path = directory / FILE
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="index")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> list[Event]:
        """Open or make the database; end the events that a crash left open where they were last seen, and return them."""
        return await self._run(self._open)

    async def close(self) -> None:
        """Write everything out and let go of the file."""
        await self._run(lambda connection: connection.close())
        self._connection = None
        self._executor.shutdown(wait=False)

    async def put(self, events: Sequence[Event], now: float) -> None:
        """Add or replace events in one transaction; `now` is when they were last seen."""

        def put(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany(
                    f"INSERT OR REPLACE INTO event ({_COLUMNS}, seen) VALUES (?{', ?' * 12})",  # noqa: S608  a constant
                    [(*_row(event), now if event.end is None else event.end) for event in events],
                )

        await self._run(put)

    async def touch(self, now: float) -> None:
        """Note that the events that go on are still seen."""
        await self._write("UPDATE event SET seen = ? WHERE end IS NULL", now)

    async def get(self, event_id: str) -> Event | None:
        """One event."""

        def get(connection: sqlite3.Connection) -> Event | None:
            row = connection.execute(f"SELECT {_COLUMNS} FROM event WHERE id = ?", (event_id,)).fetchone()  # noqa: S608  a constant
            return None if row is None else _event(row)

        return await self._run(get)

    async def page(self, wanted: EventFilter, *, limit: int, cursor: str | None = None) -> tuple[list[Event], str | None]:
        """Up to `limit` events, newest first, and the cursor of the next page; None where there is none."""
        where, values = _conditions(wanted)
        if cursor is not None:
            where.append("(start, id) < (?, ?)")
            values += _decode_cursor(cursor)
        condition = f"WHERE {' AND '.join(where)}" if where else ""
        query = f"SELECT {_COLUMNS} FROM event {condition} ORDER BY start DESC, id DESC LIMIT ?"  # noqa: S608  values are bound

        rows = await self._run(lambda connection: connection.execute(query, (*values, limit + 1)).fetchall())
        events = [_event(row) for row in rows[:limit]]
        return events, _encode_cursor(events[-1]) if len(rows) > limit else None

    async def latest(self, camera_id: str) -> Event | None:
        """The newest event of a camera."""
        events, _ = await self.page(EventFilter(cameras=(camera_id,)), limit=1)
        return events[0] if events else None

    async def count(self) -> int:
        """The number of events."""
        return await self._run(lambda connection: int(connection.execute("SELECT count(*) FROM event").fetchone()[0]))

    async def delete(self, event_id: str) -> None:
        """Remove one event."""
        await self._write("DELETE FROM event WHERE id = ?", event_id)

    async def delete_camera(self, camera_id: str) -> None:
        """Remove all events of a camera."""
        await self._write("DELETE FROM event WHERE camera_id = ?", camera_id)

    async def _write(self, statement: str, value: str | float) -> None:
        def write(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute(statement, (value,))

        await self._run(write)

    async def _run[T](self, call: Callable[[sqlite3.Connection], T]) -> T:
        def run() -> T:
            if self._connection is None:
                self._connection = sqlite3.connect(self._path, timeout=5)
            return call(self._connection)

        return await asyncio.get_running_loop().run_in_executor(self._executor, run)

    def _open(self, connection: sqlite3.Connection) -> list[Event]:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise IndexVersionError(
                f"{FILE} was made by a newer version of Ambianic. Update Ambianic, or move the file away to start anew."
            )
        if version == 0:
            connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
        with connection:
            rows = connection.execute(f"UPDATE event SET end = seen WHERE end IS NULL RETURNING {_COLUMNS}")  # noqa: S608  a constant
            return [_event(row) for row in rows]


def _row(event: Event) -> tuple[object, ...]:
    return (
        event.id,
        event.camera_id,
        event.label,
        event.start,
        event.end,
        event.score,
        *event.box,
        json.dumps(event.zones),
        int(event.snapshot),
    )


def _event(row: tuple[object, ...]) -> Event:
    identifier, camera_id, label, start, end, score, left, top, right, bottom, zones, snapshot = row
    return Event(
        id=str(identifier),
        camera_id=str(camera_id),
        label=str(label),
        start=float(str(start)),
        end=None if end is None else float(str(end)),
        score=float(str(score)),
        box=(float(str(left)), float(str(top)), float(str(right)), float(str(bottom))),
        zones=tuple(json.loads(str(zones))),
        snapshot=bool(snapshot),
    )


def _conditions(wanted: EventFilter) -> tuple[list[str], list[object]]:
    where: list[str] = []
    values: list[object] = []
    for column, choices in (("camera_id", wanted.cameras), ("label", wanted.labels)):
        if choices:
            where.append(f"{column} IN (?{', ?' * (len(choices) - 1)})")
            values += choices
    if wanted.among is not None:
        where.append(f"camera_id IN ({', '.join('?' * len(wanted.among))})")
        values += wanted.among
    if wanted.after is not None:
        where.append("start >= ?")
        values.append(wanted.after)
    if wanted.before is not None:
        where.append("start < ?")
        values.append(wanted.before)
    return where, values


def _encode_cursor(event: Event) -> str:
    return base64.urlsafe_b64encode(json.dumps([event.start, event.id]).encode()).decode().rstrip("=")


def _decode_cursor(cursor: str) -> tuple[float, str]:
    try:
        start, identifier = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return float(start), str(identifier)
    except (ValueError, TypeError) as err:
        raise InvalidCursorError("The cursor is not valid: use the `next` of the page before.") from err
