"""The index of events."""

from dataclasses import replace
from pathlib import Path
import random
import sqlite3

import pytest

from ambianic.events import Event, Origin
from ambianic.recording.filters import EventFilter, InvalidCursorError
from ambianic.recording.index import EventIndex
from ambianic.recording.schema import IndexVersionError
from ambianic.recording.timeline import Timeline

from .samples import event, listed, names, opened


async def test_events_come_back_whole(index: EventIndex) -> None:
    """A changed event replaces itself."""
    await index.put([event(1, end=None)], now=2)
    changed = replace(event(1), score=0.9, snapshot=True, clip=(-4.0, 12.0), zones=("door", "path"), origin=Origin.MANUAL)
    await index.put([changed], now=3)
    assert await index.get(event(1).id) == changed
    assert await index.get("unknown") is None
    assert (await index.totals()).events == 1


async def test_a_new_picture_of_the_detector_leaves_what_people_said(index: EventIndex) -> None:
    """Star, feedback and clip outlive every update, until a person or the recording changes them."""
    await index.put([event(1, end=None, clip=(0.0, None))], now=2)
    assert await index.change(event(1).id, starred=True, feedback="wrong")
    await index.put([event(1, end=None, score=0.9)], now=3)
    await index.put([event(1, score=0.9, clip=(0.0, 12.0))], now=4)
    kept = await index.get(event(1).id)
    assert kept == event(1, score=0.9, clip=(0.0, 12.0), starred=True, feedback="wrong")
    assert await index.change(event(1).id, feedback=None) == replace(kept, feedback=None)
    assert await index.change(event(1).id, starred=False) == replace(kept, feedback=None, starred=False)
    assert await index.change("unknown", starred=True) is None


async def test_pages_give_every_event_once_newest_first(index: EventIndex) -> None:
    """Also where many began at the same time, and where new ones come meanwhile."""
    events = [event(number, start=float(number // 3), label="car" if number % 2 else "person") for number in range(1, 32)]
    await index.put(events, now=100)
    seen: list[Event] = []
    cursor: str | None = None
    while True:
        page, cursor = await index.page(EventFilter(), limit=7, cursor=cursor)
        seen += page
        await index.put([event(1000 + len(seen))], now=2000)
        if cursor is None:
            break
    assert [found.id for found in seen] == [known.id for known in sorted(events, key=lambda e: (e.start, e.id), reverse=True)]


def wanted_by(wanted: EventFilter, known: Event) -> bool:
    """What a filter means, said in another way."""
    return (
        (not wanted.cameras or known.camera_id in wanted.cameras)
        and (wanted.among is None or known.camera_id in wanted.among)
        and (not wanted.labels or known.label in wanted.labels)
        and (not wanted.zones or bool(set(wanted.zones) & set(known.zones)))
        and (wanted.starred is None or wanted.starred == known.starred)
        and (not wanted.feedback or (known.feedback or "none") in wanted.feedback)
        and (not wanted.origins or known.origin in wanted.origins)
        and (wanted.after is None or known.start >= wanted.after)
        and (wanted.before is None or known.start < wanted.before)
    )


async def test_any_combination_of_filters_pages_through_what_it_means(index: EventIndex) -> None:
    """Both ways, in pages of any size, with events at the same second and of many kinds."""
    draw = random.Random(4)
    events = [
        event(
            number,
            camera=draw.choice(["front", "back", "yard"]),
            label=draw.choice(["person", "person", "car", "cat"]),
            start=float(draw.randrange(200)),
            zones=tuple(sorted(draw.sample(["door", "path", "lawn"], draw.randrange(3)))),
            starred=draw.random() < 0.2,
            feedback=draw.choice([None, None, "wrong", "right"]),
            origin=draw.choice(list(Origin)),
        )
        for number in range(1, 601)
    ]
    await index.put(events, now=1000)
    for _ in range(120):
        maybe = draw.choice
        wanted = EventFilter(
            cameras=maybe([(), (), ("front",), ("front", "yard", "gone")]),
            labels=maybe([(), (), ("car",), ("car", "cat")]),
            zones=maybe([(), (), ("door",), ("door", "lawn")]),
            after=maybe([None, None, 50.0]),
            before=maybe([None, None, 150.0]),
            starred=maybe([None, None, True, False]),
            feedback=maybe([(), (), ("none",), ("wrong", "none")]),
            origins=maybe([(), (), (Origin.IMPORT, Origin.MANUAL)]),
            among=maybe([None, None, ("back", "front"), ()]),
        )
        backwards = maybe([True, False])
        limit = maybe([1, 7, 50])
        seen: list[Event] = []
        cursor: str | None = ""
        while cursor is not None:
            page, cursor = await index.page(wanted, limit=limit, cursor=cursor or None, oldest_first=backwards)
            assert len(page) == limit or cursor is None
            seen += page
        right = [known for known in events if wanted_by(wanted, known)]
        assert names(seen) == names(sorted(right, key=lambda e: (e.start, e.id), reverse=not backwards)), wanted


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "W10", "é", "WyJhIiwgImIiXQ"])
async def test_a_foreign_cursor_is_refused(index: EventIndex, cursor: str) -> None:
    """It is not an empty page."""
    with pytest.raises(InvalidCursorError, match="cursor"):
        await index.page(EventFilter(), limit=1, cursor=cursor)


async def test_totals_follow_every_change(index: EventIndex) -> None:
    """They are counted as events come and go, not by looking at all of them."""
    await index.put([event(5), event(2, camera="back"), event(3)], now=9)
    await index.change(event(3).id, starred=True)
    totals = await index.totals()
    assert (totals.events, totals.starred, totals.oldest) == (3, 1, 2.0)
    await index.remove([event(2, camera="back"), event(3)], [])
    totals = await index.totals()
    assert (totals.events, totals.starred, totals.oldest) == (1, 0, 5.0)


async def test_a_crash_ends_open_events_where_they_were_last_seen(tmp_path: Path) -> None:
    """A sensor must not stay on for ever, and a clip not grow for ever."""
    first = Timeline(tmp_path)
    await first.open([])
    await first.index.put([event(1, end=None, clip=(0.0, None)), event(2), event(3, end=None)], now=4)
    await first.touch()
    await first.index.touch(5.5)
    second = Timeline(tmp_path)
    assert await second.open([]) == []
    assert await second.index.get(event(1).id) == event(1, end=4.5, clip=(0.0, 5.5))
    assert await second.index.get(event(3).id) == event(3, end=2.5)
    assert await second.index.get(event(2).id) == event(2)
    await second.close()
    await first.close()


async def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A downgrade must not destroy anything."""
    with sqlite3.connect(tmp_path / "events.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 99")
    timeline = Timeline(tmp_path)
    with pytest.raises(IndexVersionError, match="newer version"):
        await timeline.open([])
    await timeline._database.close()
    assert listed(tmp_path) == ["events.sqlite3"]
    with sqlite3.connect(tmp_path / "events.sqlite3") as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)


async def test_events_are_there_after_a_restart(tmp_path: Path) -> None:
    """With all that people said."""
    starred = event(1, starred=True, feedback="right", clip=(0.0, 20.0))
    async with opened(tmp_path) as timeline:
        await timeline.index.put([starred, event(2)], now=9)
    async with opened(tmp_path) as timeline:
        assert (await timeline.page(EventFilter(), limit=9, cursor=None))[0] == [event(2), starred]
        assert timeline.notice is None
