"""The tables of the index, and the way there from older versions.

An event's `kind` is all that events are filtered by except time: camera, label, zones, and what people say. There are few kinds, so
that any combination of filters is a handful of ranges of `event_by_kind`. The triggers keep what is counted in step with what is there,
however it is changed: events by kind, by kind and quarter of an hour (`tally`: 96 numbers for a day in UTC), and bytes and seconds by
camera and day (`usage`). `reach` tells how long a clip is at most, see `spans.py`. A segment is `needed` while an event's clip overlaps it.
"""

import sqlite3

from .spans import reach
from .tally import bump

VERSION = 2


class IndexVersionError(Exception):
    """The database was made by a newer edge."""


_DAY = "CAST({row}.start AS INTEGER) / 86400"
_QUARTER = "CAST({row}.start AS INTEGER) % 86400 / 900"


def _count(row: str, step: int) -> str:
    """The statements that count an event in or out."""
    day, quarter = _DAY.format(row=row), _QUARTER.format(row=row)
    return f"""
        UPDATE kind SET events = events + {step} WHERE id = {row}.kind;
        INSERT INTO tally (day, kind, quarters) VALUES ({day}, {row}.kind, bump(NULL, {quarter}, {step}))
            ON CONFLICT (day, kind) DO UPDATE SET quarters = bump(quarters, {quarter}, {step});
        {f"DELETE FROM tally WHERE day = {day} AND kind = {row}.kind AND quarters = zeroblob(384);" if step < 0 else ""}
    """  # noqa: S608  constants


def _use(row: str, column: str, amount: str) -> str:
    """The statement that adds to a day's usage."""
    return f"""
        INSERT INTO usage (camera_id, day, {column}) VALUES ({row}.camera_id, {_DAY.format(row=row)}, {amount})
            ON CONFLICT (camera_id, day) DO UPDATE SET {column} = {column} + excluded.{column};
    """  # noqa: S608  constants


def _seconds(row: str) -> str:
    return f'coalesce({row}."end" - {row}.start, 0)'


TABLES = f"""
CREATE TABLE kind (
    id INTEGER PRIMARY KEY,
    camera_id TEXT NOT NULL,
    label TEXT NOT NULL,
    zones TEXT NOT NULL,
    starred INTEGER NOT NULL,
    feedback TEXT NOT NULL,
    origin TEXT NOT NULL,
    events INTEGER NOT NULL DEFAULT 0,
    UNIQUE (camera_id, label, zones, starred, feedback, origin)
) STRICT;
CREATE TABLE event (
    id TEXT PRIMARY KEY,
    kind INTEGER NOT NULL,
    camera_id TEXT NOT NULL,
    start REAL NOT NULL,
    end REAL,
    seen REAL NOT NULL,
    score REAL NOT NULL,
    left REAL NOT NULL, top REAL NOT NULL, right REAL NOT NULL, bottom REAL NOT NULL,
    snapshot INTEGER NOT NULL,
    pictures INTEGER NOT NULL DEFAULT 0,
    clip_start REAL, clip_end REAL, reach INTEGER
) WITHOUT ROWID, STRICT;
CREATE INDEX event_by_kind ON event (kind, start, id);
CREATE INDEX event_by_clip ON event (camera_id, reach, clip_start) WHERE clip_start IS NOT NULL;
CREATE INDEX event_going_on ON event (id) WHERE end IS NULL;
CREATE TABLE tally (
    day INTEGER NOT NULL, kind INTEGER NOT NULL, quarters BLOB NOT NULL, PRIMARY KEY (day, kind)
) WITHOUT ROWID, STRICT;

CREATE TABLE format (id INTEGER PRIMARY KEY, codecs TEXT NOT NULL, init TEXT NOT NULL, UNIQUE (codecs, init)) STRICT;
CREATE TABLE segment (
    id TEXT PRIMARY KEY,
    camera_id TEXT NOT NULL,
    start REAL NOT NULL,
    end REAL,
    bytes INTEGER NOT NULL,
    format INTEGER NOT NULL,
    needed INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX segment_by_camera ON segment (camera_id, start, id);
CREATE INDEX segment_spare ON segment (camera_id, start) WHERE needed = 0;
CREATE INDEX segment_unfinished ON segment (id) WHERE end IS NULL;
CREATE TABLE usage (
    camera_id TEXT NOT NULL,
    day INTEGER NOT NULL,
    recordings INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0,
    pictures INTEGER NOT NULL DEFAULT 0,
    gained INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (camera_id, day)
) WITHOUT ROWID, STRICT;
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;

CREATE TRIGGER event_added AFTER INSERT ON event BEGIN
    {_count("new", 1)}
    {_use("new", "pictures", "new.pictures")}
    {_use("new", "gained", "new.pictures")}
END;
CREATE TRIGGER event_moved AFTER UPDATE OF kind, start ON event WHEN old.kind <> new.kind OR old.start <> new.start BEGIN
    {_count("old", -1)}
    {_count("new", 1)}
END;
CREATE TRIGGER event_pictured AFTER UPDATE OF pictures, start ON event
WHEN old.pictures <> new.pictures OR old.start <> new.start BEGIN
    {_use("old", "pictures", "-old.pictures")}
    {_use("new", "pictures", "new.pictures")}
    {_use("new", "gained", "max(new.pictures - old.pictures, 0)")}
END;
CREATE TRIGGER event_removed AFTER DELETE ON event BEGIN
    {_count("old", -1)}
    {_use("old", "pictures", "-old.pictures")}
END;
CREATE TRIGGER segment_added AFTER INSERT ON segment BEGIN
    {_use("new", "recordings", "new.bytes")}
    {_use("new", "seconds", _seconds("new"))}
    {_use("new", "gained", "new.bytes")}
END;
CREATE TRIGGER segment_changed AFTER UPDATE OF start, end, bytes ON segment BEGIN
    {_use("old", "recordings", "-old.bytes")}
    {_use("new", "recordings", "new.bytes")}
    {_use("old", "seconds", f"-{_seconds('old')}")}
    {_use("new", "seconds", _seconds("new"))}
    {_use("new", "gained", "max(new.bytes - old.bytes, 0)")}
END;
CREATE TRIGGER segment_removed AFTER DELETE ON segment BEGIN
    {_use("old", "recordings", "-old.bytes")}
    {_use("old", "seconds", f"-{_seconds('old')}")}
END;
"""

_FROM_1 = f"""
ALTER TABLE event RENAME TO event_1;
DROP INDEX event_by_start; DROP INDEX event_by_camera; DROP INDEX event_by_label; DROP INDEX event_going_on;
{TABLES}
INSERT INTO kind (camera_id, label, zones, starred, feedback, origin)
    SELECT DISTINCT camera_id, label, zones, 0, '', 'detector' FROM event_1;
INSERT INTO event (id, kind, camera_id, start, end, seen, score, left, top, right, bottom, snapshot)
    SELECT event_1.id, kind.id, camera_id, start, end, seen, score, left, top, right, bottom, snapshot
    FROM event_1 JOIN kind USING (camera_id, label, zones);
DROP TABLE event_1;
"""  # noqa: S608  constants


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a connection what the triggers need."""
    connection.create_function("bump", 3, bump, deterministic=True)
    connection.create_function("reach", 2, reach, deterministic=True)


def version(connection: sqlite3.Connection) -> int:
    """The version of a database's tables, 0 where it has none. Raises IndexVersionError and sqlite3.DatabaseError."""
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > VERSION:
        raise IndexVersionError(
            "The index of events was made by a newer version of Ambianic. Update Ambianic, or move the files whose names begin "
            "with events. away to start anew."
        )
    return found


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables, or bring older ones up to date, all or nothing. Raises IndexVersionError and sqlite3.Error."""
    found = version(connection)
    if found == VERSION:
        return
    script = TABLES if found == 0 else _FROM_1
    try:
        connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {VERSION}; COMMIT;")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
