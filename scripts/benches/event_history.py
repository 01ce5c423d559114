"""A history of very many events, written into an index at once."""

from itertools import product
import json
from pathlib import Path
import sqlite3

from ambianic.recording.schema import add_functions
from ambianic.recording.tally import EMPTY, bump

CAMERAS = tuple(f"{number:08x}" for number in range(1, 9))
LABELS = ("person", "car", "cat", "dog", "bicycle", "truck")
ZONES = ((), ("Driveway",), ("Door",), ("Door", "Driveway"))
FEEDBACK = ("", "wrong", "right")
ORIGINS = ("detector", "manual", "import")

_FILL = """
WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :events),
drawn AS MATERIALIZED (
    SELECT abs(random()) % 86400000 / 1000.0 AS moment, abs(random()) % :days AS day, abs(random()) % 100 AS label,
        abs(random()) % 8 AS camera, abs(random()) % 100 AS zone, abs(random()) % 100 AS starred, abs(random()) % 100 AS feedback,
        abs(random()) % 100 AS origin, n
    FROM number)
INSERT INTO event (id, kind, camera_id, start, end, seen, score, left, top, right, bottom, snapshot, pictures, clip_start, clip_end,
    reach)
SELECT printf('%08x-0000-4000-8000-%012x', :first + n, 0),
    1 + (origin > 97) + (origin > 98) + 3 * ((feedback > 94) + (feedback > 98) + 3 * ((starred > 97) + 2 * (
        (zone > 60) + (zone > 80) + (zone > 95) + 4 * ((label > 60) + (label > 80) + (label > 90) + (label > 95) + (label > 98)
        + 6 * camera)))),
    printf('%08x', camera + 1), :start + day * 86400.0 + moment, :start + day * 86400.0 + moment + 8, :start, 0.75, 0.25, 0.25, 0.5, 0.75,
    1, 60000, :start + day * 86400.0 + moment - 5, :start + day * 86400.0 + moment + 18, 0
FROM drawn
"""


def fill(database: Path, events: int, *, start: float, days: int) -> None:
    """Add events that began in some days from `start` (Unix time, midnight UTC) on, of all kinds, some of them rare."""
    connection = sqlite3.connect(database, isolation_level=None)
    add_functions(connection)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN IMMEDIATE")
    # What the triggers would count one by one is counted in one go.
    parts = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'index') AND sql <> ''"
    ).fetchall()
    for kind, name, _ in parts:
        connection.execute(f"DROP {kind} {name}")
    connection.executemany(
        "INSERT INTO kind (camera_id, label, zones, starred, feedback, origin) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            (camera, label, json.dumps(zones), starred, feedback, origin)
            for camera, label, zones, starred, feedback, origin in product(CAMERAS, LABELS, ZONES, (0, 1), FEEDBACK, ORIGINS)
        ),
    )
    first = connection.execute("SELECT count(*) FROM event").fetchone()[0]
    connection.execute(_FILL, {"events": events, "first": first, "start": start, "days": days})
    for _, _, sql in parts:
        connection.execute(sql)
    connection.execute("UPDATE kind SET events = (SELECT count(*) FROM event WHERE kind = kind.id)")
    connection.execute("DELETE FROM tally")
    days_of_kinds: dict[tuple[int, int], bytes] = {}
    for day, quarter, kind, count in connection.execute(
        """SELECT CAST(start AS INTEGER) / 86400, CAST(start AS INTEGER) % 86400 / 900, kind, count(*) FROM event GROUP BY 1, 2, 3"""
    ):
        days_of_kinds[day, kind] = bump(days_of_kinds.get((day, kind), EMPTY), quarter, count)
    connection.executemany("INSERT INTO tally VALUES (?, ?, ?)", ((*key, quarters) for key, quarters in days_of_kinds.items()))
    connection.execute("COMMIT")
    connection.close()
