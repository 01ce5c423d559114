"""Spans of time in the index: which of them overlap another one.

A B-tree finds spans by their start only, and one that began long ago may still go on. So each is kept with its reach, a class of
length: those of one class that overlap a time began no longer before it than the class is long. Fewer than 25 short searches find
all, however many there are.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
import math
import sqlite3

SHORTEST = 64.0
"""Seconds of the lowest class; each class is twice as long as the one below."""
REACHES = 22
GOING_ON = 99
"""The class of what has no end yet."""
FOREVER = 1e15
"""Later than everything, in Unix seconds."""

type Span = tuple[float, float]

_CLASSES = ", ".join(f"({number}, {SHORTEST * 2**number})" for number in range(REACHES))
_OVERLAPPING = f"""
    WITH class (reach, length) AS (VALUES {_CLASSES})
    SELECT id, clip_start, clip_end FROM class CROSS JOIN event USING (reach)
    WHERE camera_id = :camera AND clip_start < :end AND clip_start > :start - length AND clip_end > :start
    UNION ALL
    SELECT id, clip_start, {FOREVER} FROM event WHERE camera_id = :camera AND reach = {GOING_ON} AND clip_start < :end
"""  # noqa: S608  constants


def reach(start: float | None, end: float | None) -> int | None:
    """The class of a span, None of none."""
    if start is None:
        return None
    if end is None:
        return GOING_ON
    if end - start <= SHORTEST:
        return 0
    return min(math.ceil(math.log2((end - start) / SHORTEST)), REACHES - 1)


def clips(connection: sqlite3.Connection, camera_id: str, start: float, end: float) -> list[tuple[str, float, float]]:
    """The ids and clips of a camera's events whose clip overlaps a span."""
    return connection.execute(_OVERLAPPING, {"camera": camera_id, "start": start, "end": end}).fetchall()


def merged(spans: Iterable[Span], gap: float = 0) -> list[Span]:
    """The same time in spans that do not touch, by start; gaps shorter than `gap` seconds are closed."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def overlaps(span: Span, others: Sequence[Span]) -> bool:
    """Whether a span overlaps one of others, which are in order and apart."""
    before = bisect_left(others, (span[1],))
    return before > 0 and others[before - 1][1] > span[0]
