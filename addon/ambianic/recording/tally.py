"""How many events there are in each part of the time.

The index keeps 96 numbers of 32 bits for each day in UTC and kind of event: one for each quarter of an hour, since every time zone's
hours and days begin with one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

QUARTER = 900
DAY = 86_400
QUARTERS = DAY // QUARTER
BYTES = 4 * QUARTERS
EMPTY = bytes(BYTES)


type By = Literal["quarter", "hour", "day"]
"""Parts of the time: an hour and a day are those of a time zone's clocks."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A part of the time, by its start in Unix seconds, and how many events of each label began in it."""

    start: float
    counts: dict[str, int]


def bump(quarters: bytes | None, quarter: int, step: int) -> bytes:
    """A day's numbers (None: all are zero) with one of them changed by a step."""
    changed = bytearray(quarters or EMPTY)
    memoryview(changed).cast("i")[quarter] += step
    return bytes(changed)


def spans(start: float, end: float, zone: tzinfo, by: By) -> list[tuple[float, float]]:
    """The start and the end of each bucket that overlaps a span of Unix times."""
    return list(_spans(start, end, zone, by))


def days(buckets: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """The first and the last day in UTC that buckets reach into."""
    return (int(buckets[0][0]) // DAY, (int(buckets[-1][1]) - 1) // DAY) if buckets else (0, -1)


def add_up(rows: Iterable[tuple[int, str, bytes]], buckets: Iterable[tuple[float, float]]) -> list[Bucket]:
    """What there is in each bucket, by rows of day, label and numbers; empty ones are left out."""
    # Added as one large integer, all 96 numbers of a day are added at once: none of them grows beyond its 32 bits.
    sums: dict[tuple[int, str], int] = {}
    for day, label, quarters in rows:
        sums[day, label] = sums.get((day, label), 0) + int.from_bytes(quarters, "little")
    labels: dict[int, list[tuple[str, memoryview]]] = {}
    for (day, label), numbers in sums.items():
        labels.setdefault(day, []).append((label, memoryview(numbers.to_bytes(BYTES, "little")).cast("I")))
    found = []
    for first, last in buckets:
        counts: dict[str, int] = {}
        for day in range(int(first) // DAY, (int(last) - 1) // DAY + 1):
            low, high = max(0, int(first) - day * DAY) // QUARTER, min(DAY, int(last) - day * DAY) // QUARTER
            for label, view in labels.get(day, ()):
                if number := sum(view[low:high]):
                    counts[label] = counts.get(label, 0) + number
        if counts:
            found.append(Bucket(first, dict(sorted(counts.items()))))
    return found


def _spans(start: float, end: float, zone: tzinfo, by: By) -> Iterator[tuple[float, float]]:
    if start >= end:
        return
    if by == "day":
        yield from _local_days(start, end, zone)
        return
    if by == "quarter":
        first = start // QUARTER * QUARTER
        while first < end:
            yield first, first + QUARTER
            first += QUARTER
        return
    for midnight, following in _local_days(start, end, zone):
        for first, last in _local_hours(midnight, following, zone):
            if first < end and last > start:
                yield first, last


def _local_days(start: float, end: float, zone: tzinfo) -> Iterator[tuple[float, float]]:
    day = datetime.fromtimestamp(start, zone).date()
    first = _midnight(day, zone)
    while first < end:
        day += timedelta(days=1)
        following = _midnight(day, zone)
        # Where the clocks skip a whole day (as Samoa's did once), that day has no time of its own.
        if following > first:
            yield first, following
        first = following


def _midnight(day: date, zone: tzinfo) -> float:
    """The first moment of a local day: where the clocks skip or repeat midnight, the earlier choice is the right one."""
    return datetime.combine(day, time(fold=0), zone).timestamp()


def _local_hours(midnight: float, following: float, zone: tzinfo) -> Iterator[tuple[float, float]]:
    """The hours of a local day; where the clocks are changed by less than an hour, shorter ones."""
    first = midnight
    while first < following:
        shown = datetime.fromtimestamp(first, zone)
        offset = shown.utcoffset()
        into = (shown.minute * 60 + shown.second) % 3600
        last = min(first + 3600 - into, following)
        quarter = first + QUARTER
        while quarter < last and datetime.fromtimestamp(quarter, zone).utcoffset() == offset:
            quarter += QUARTER
        last = min(last, quarter)
        yield first, last
        first = last
