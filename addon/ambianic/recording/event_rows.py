"""How events lie in the tables of the index: written, found, and put in order."""

from collections.abc import Sequence
import json
import sqlite3
from typing import Any

from ambianic.events import Event, Origin

from . import segment_index
from .filters import EventFilter
from .journal import Line
from .spans import FOREVER, reach

_COLUMNS = """event.id, event.camera_id, label, start, end, score, left, top, right, bottom, zones, snapshot, clip_start, clip_end,
    starred, feedback, origin"""
_FROM = "event JOIN kind ON kind.id = event.kind"
_SELECT = f"SELECT {_COLUMNS} FROM {_FROM} WHERE event.id"  # noqa: S608  constants


def store(
    connection: sqlite3.Connection, event: Event, known: Event | None, *, seen: float | None, pictures: int | None
) -> Line:
    """Write an event over the one that is known, and return its line for the journal.

    `seen` and `pictures` stay as they are where they are None.
    """
    clip_start, clip_end = event.clip or (None, None)
    (seen, pictures) = connection.execute(
        """INSERT INTO event (id, kind, camera_id, start, end, seen, score, left, top, right, bottom, snapshot,
                pictures, clip_start, clip_end, reach)
            VALUES (:id, :kind, :camera_id, :start, :end, coalesce(:seen, :start), :score, :left, :top, :right, :bottom, :snapshot,
                coalesce(:pictures, 0), :clip_start, :clip_end, :reach)
            ON CONFLICT (id) DO UPDATE SET kind = :kind, camera_id = :camera_id, start = :start, end = :end,
                seen = coalesce(:seen, seen), score = :score, left = :left, top = :top, right = :right, bottom = :bottom,
                snapshot = :snapshot, pictures = coalesce(:pictures, pictures), clip_start = :clip_start,
                clip_end = :clip_end, reach = :reach
            RETURNING seen, pictures""",
        {
            "id": event.id,
            "kind": _kind(connection, event),
            "camera_id": event.camera_id,
            "start": event.start,
            "end": event.end,
            "seen": seen,
            "score": event.score,
            **dict(zip(("left", "top", "right", "bottom"), event.box, strict=True)),
            "snapshot": int(event.snapshot),
            "pictures": pictures,
            "clip_start": clip_start,
            "clip_end": clip_end,
            "reach": reach(clip_start, clip_end),
        },
    ).fetchone()
    for clip in {event.clip, None if known is None else known.clip} if known is None or event.clip != known.clip else ():
        if clip is not None:
            segment_index.reckon(connection, event.camera_id, clip[0], FOREVER if clip[1] is None else clip[1])
    return {"event": {name: getattr(event, name) for name in Event.__slots__}, "seen": seen, "pictures": pictures}


def replay(connection: sqlite3.Connection, line: Line) -> None:
    """Put in what a line of the journal says of events. Raises ValueError, TypeError, KeyError and sqlite3.Error."""
    match line:
        case {"event": dict(fields), "seen": float(seen), "pictures": int(pictures)}:
            event = _read(fields)
            known = next(iter(fetch(connection, [event.id])), None)
            store(connection, event, known, seen=seen, pictures=pictures)
        case {"gone": [*ids]}:
            connection.execute("DELETE FROM event WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))


def _kind(connection: sqlite3.Connection, event: Event) -> int:
    values = (
        event.camera_id,
        event.label,
        json.dumps(sorted(event.zones)),
        int(event.starred),
        event.feedback or "",
        event.origin,
    )
    find = """SELECT id FROM kind WHERE camera_id = ? AND label = ? AND zones = ? AND starred = ? AND feedback = ? AND origin = ?"""
    row = connection.execute(find, values).fetchone()
    if row is None:
        insert = "INSERT INTO kind (camera_id, label, zones, starred, feedback, origin) VALUES (?, ?, ?, ?, ?, ?) RETURNING id"
        row = connection.execute(insert, values).fetchone()
    return int(row[0])


def first_ids(
    connection: sqlite3.Connection, wanted: EventFilter, limit: int, mark: tuple[float, str] | None, oldest_first: bool
) -> list[str]:
    """The ids of the first events that are wanted, behind a mark.

    Each kind's events are in order. Those of the kinds that come first are merged until no other kind can add to them.
    """
    condition, values = wanted.kinds()
    bounds: list[str] = []
    sides: list[object] = []
    if mark is not None:
        bounds.append("(start, event.id) > (?, ?)" if oldest_first else "(start, event.id) < (?, ?)")
        sides += mark
    if wanted.before is not None:
        bounds.append("start < ?")
        sides.append(wanted.before)
    if wanted.after is not None:
        bounds.append("start >= ?")
        sides.append(wanted.after)
    within = " AND ".join(["kind = {kind}", *bounds])
    order = "start, event.id" if oldest_first else "start DESC, event.id DESC"
    first = f"SELECT start FROM event WHERE {within.format(kind='kind.id')} ORDER BY {order} LIMIT 1"  # noqa: S608  values are bound
    query = f"SELECT id, ({first}) AS first FROM kind WHERE {condition}"  # noqa: S608  values are bound
    firsts = [row for row in connection.execute(query, (*sides, *values)) if row[1] is not None]
    firsts.sort(key=lambda row: row[1], reverse=not oldest_first)
    each = f"""SELECT start, id FROM event WHERE {within.format(kind="?")} AND start {"<=" if oldest_first else ">="} ?
        ORDER BY {order} LIMIT ?"""  # noqa: S608  values are bound
    keys: list[tuple[float, str]] = []
    last = FOREVER if oldest_first else -FOREVER
    for kind, start in firsts:
        if start > last if oldest_first else start < last:
            break
        keys += connection.execute(each, (kind, *sides, last, limit))
        keys = sorted(keys, reverse=not oldest_first)[:limit]
        if len(keys) == limit:
            last = keys[-1][0]
    return [event_id for _, event_id in keys]


def fetch(connection: sqlite3.Connection, ids: Sequence[str]) -> list[Event]:
    """The events of these ids that are there, in this order."""
    if len(ids) == 1:
        rows = connection.execute(f"{_SELECT} = ?", (ids[0],))
    else:
        rows = connection.execute(f"{_SELECT} IN (SELECT value FROM json_each(?))", (json.dumps(ids),))  # noqa: S608  constants
    events = {row[0]: _event(row) for row in rows}
    return [events[event_id] for event_id in ids if event_id in events]


def _event(row: tuple[Any, ...]) -> Event:
    identifier, camera_id, label, start, end, score, *box, zones, snapshot, clip_start, clip_end, starred, feedback, origin = (
        row
    )
    left, top, right, bottom = box
    return Event(
        id=identifier,
        camera_id=camera_id,
        label=label,
        start=start,
        end=end,
        score=score,
        box=(left, top, right, bottom),
        zones=tuple(json.loads(zones)),
        snapshot=bool(snapshot),
        clip=None if clip_start is None else (clip_start, clip_end),
        starred=bool(starred),
        feedback=feedback or None,
        origin=Origin(origin),
    )


def _read(fields: dict[str, Any]) -> Event:
    """An event from the journal. Raises ValueError, TypeError and KeyError."""
    left, top, right, bottom = fields.pop("box")
    clip = fields.pop("clip")
    return Event(
        **fields
        | {
            "box": (left, top, right, bottom),
            "zones": tuple(fields["zones"]),
            "clip": None if clip is None else tuple(clip),
            "origin": Origin(fields["origin"]),
        }
    )
