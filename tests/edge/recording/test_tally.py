"""How many events there are in each part of the time, by local clocks."""

from collections import Counter
from datetime import UTC, datetime, timedelta, tzinfo
import random
from zoneinfo import ZoneInfo

import pytest

from ambianic.recording.filters import EventFilter
from ambianic.recording.index import EventIndex
from ambianic.recording.tally import By

from .samples import event


def at(text: str, zone: str = "UTC", fold: int = 0) -> float:
    """The Unix time that a clock shows."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


async def put(index: EventIndex, *times: float) -> None:
    """Put in an event that began at each of these times."""
    await index.put([event(number + 1, start=time, end=None) for number, time in enumerate(times)], now=0)


async def counted(index: EventIndex, start: float, end: float, zone: str, by: By) -> list[tuple[str, int]]:
    """The buckets, by what the clocks show in UTC, and their people."""
    buckets = await index.counts(EventFilter(), start, end, ZoneInfo(zone), by)
    return [(f"{datetime.fromtimestamp(bucket.start, UTC):%d %H:%M}", bucket.counts["person"]) for bucket in buckets]


async def test_days_of_23_and_25_hours(index: EventIndex) -> None:
    """In 2026 the clocks of Berlin were put on on 29 March, and put back on 25 October."""
    short, long = "2026-03-29", "2026-10-25"
    await put(
        index,
        *(
            at(f"{short}T00:00", "Europe/Berlin"),
            at(f"{short}T23:59", "Europe/Berlin"),
            at("2026-03-30T00:00", "Europe/Berlin"),
        ),
        *(
            at(f"{long}T00:00", "Europe/Berlin"),
            at(f"{long}T02:30", "Europe/Berlin", 0),
            at(f"{long}T02:30", "Europe/Berlin", 1),
        ),
        at(f"{long}T23:59", "Europe/Berlin"),
    )
    spring = at(f"{short}T12:00", "Europe/Berlin")
    assert await counted(index, spring, spring + 1, "Europe/Berlin", "day") == [("28 23:00", 2)]
    assert await counted(index, spring, spring + 86_400, "Europe/Berlin", "day") == [("28 23:00", 2), ("29 22:00", 1)]
    autumn = at(f"{long}T12:00", "Europe/Berlin")
    assert await counted(index, autumn, autumn + 1, "Europe/Berlin", "day") == [("24 22:00", 4)]
    # Two o'clock comes twice: those are two hours.
    hours = await counted(
        index, at(f"{long}T00:00", "Europe/Berlin"), at("2026-10-26T00:00", "Europe/Berlin"), "Europe/Berlin", "hour"
    )
    assert hours == [("24 22:00", 1), ("25 00:00", 1), ("25 01:00", 1), ("25 22:00", 1)]


async def test_zones_of_half_and_quarter_hours(index: EventIndex) -> None:
    """India's and Nepal's days begin in the middle of an hour of UTC."""
    await put(index, at("2026-06-01T18:29"), at("2026-06-01T18:30"), at("2026-06-01T18:14"), at("2026-06-01T18:15"))
    day = at("2026-06-01T00:00"), at("2026-06-02T00:00")
    assert await counted(index, *day, "Asia/Kolkata", "day") == [("31 18:30", 3), ("01 18:30", 1)]
    assert await counted(index, *day, "Asia/Kathmandu", "day") == [("31 18:15", 1), ("01 18:15", 3)]
    assert await counted(index, *day, "Asia/Kathmandu", "hour") == [("01 17:15", 1), ("01 18:15", 3)]
    assert await counted(index, *day, "Asia/Kolkata", "quarter") == [("01 18:00", 1), ("01 18:15", 2), ("01 18:30", 1)]


async def test_a_day_without_midnight_and_one_that_never_was(index: EventIndex) -> None:
    """Beirut's clocks skip from midnight to one; Samoa went without 30 December 2011."""
    beirut = at("2025-03-29T22:00")
    await put(index, beirut - 1, beirut, at("2011-12-30T09:59"), at("2011-12-30T10:00"))
    assert await counted(index, beirut - 1, beirut + 1, "Asia/Beirut", "day") == [("28 22:00", 1), ("29 22:00", 1)]
    samoa = at("2011-12-30T10:00")
    assert await counted(index, samoa - 1, samoa + 1, "Pacific/Apia", "day") == [("29 10:00", 1), ("30 10:00", 1)]


def naively(times: list[float], start: float, end: float, zone: tzinfo, by: By) -> dict[float, int]:
    """The same by looking at every event's own clock."""

    def bucket(moment: float) -> tuple[object, ...]:
        shown = datetime.fromtimestamp(moment, zone)
        if by == "day":
            return (shown.date(),)
        part = shown.minute // 15 if by == "quarter" else None
        return shown.date(), shown.hour, part, shown.utcoffset()

    first: dict[tuple[object, ...], float] = {}
    moment = start - 90_000
    while moment < end + 90_000:
        first.setdefault(bucket(moment), moment)
        moment += 900
    wanted = {bucket(start + 900.0 * number) for number in range(int((end - start) / 900))} | {bucket(end - 1)}
    return dict(Counter(first[bucket(time)] for time in times if bucket(time) in wanted))


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham"]
)
async def test_every_event_is_counted_once_in_its_own_bucket(index: EventIndex, zone: str) -> None:
    """Around the changes of the clocks of 2026, for odd spans."""
    draw = random.Random(zone)
    for around in (at("2026-03-29T01:00"), at("2026-04-04T15:00"), at("2026-10-25T01:00"), at("2026-11-01T05:00")):
        times = [round(around + draw.uniform(-2, 2) * 86_400, 3) for _ in range(80)]
        await index.put([event(int(around) + n, start=time, end=None) for n, time in enumerate(times)], now=0)
        for by in ("quarter", "hour", "day"):
            start = around + draw.randrange(-100, 0) * 900
            end = start + draw.randrange(1, 200) * 900
            found = await index.counts(EventFilter(), start, end, ZoneInfo(zone), by)
            assert {bucket.start: bucket.counts["person"] for bucket in found} == naively(times, start, end, ZoneInfo(zone), by)


async def test_counts_follow_every_change(index: EventIndex) -> None:
    """What is starred, changed in time, or removed is counted where it is now."""
    start = at("2026-06-01T12:00")
    events = [event(number, start=start + number, end=None, label="car" if number % 3 else "person") for number in range(1, 10)]
    await index.put(events, now=0)

    async def counts(wanted: EventFilter) -> list[dict[str, int]]:
        return [bucket.counts for bucket in await index.counts(wanted, start, start + 7200, UTC, "hour")]

    assert await counts(EventFilter()) == [{"car": 6, "person": 3}]
    await index.change(events[0].id, starred=True, feedback="wrong")
    assert await counts(EventFilter(starred=True)) == [{"car": 1}]
    assert await counts(EventFilter(feedback=("none",), labels=("car",))) == [{"car": 5}]
    await index.put([event(1, start=start + 3700, end=None, label="car")], now=0)
    assert await counts(EventFilter()) == [{"car": 5, "person": 3}, {"car": 1}]
    await index.remove(events, [])
    assert await counts(EventFilter()) == []


async def test_an_empty_span_has_no_buckets(index: EventIndex) -> None:
    """Also where the end comes before the start."""
    await put(index, at("2026-06-01T12:00"))
    noon = at("2026-06-01T12:00")
    assert await counted(index, noon, noon, "UTC", "hour") == []
    assert await counted(index, noon + timedelta(days=1).total_seconds(), noon, "UTC", "day") == []
