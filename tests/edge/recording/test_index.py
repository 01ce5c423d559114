"""The index of events."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
import sqlite3
import uuid

import pytest

from ambianic.events import Event
from ambianic.recording.index import EventFilter, EventIndex, IndexVersionError, InvalidCursorError


def event(number: int, *, camera: str = "front", label: str = "person", end: float | None = 1.0) -> Event:
    """The event that began `number` seconds after 1970."""
    return Event(
        id=str(uuid.UUID(int=number)),
        camera_id=camera,
        label=label,
        start=float(number),
        end=None if end is None else number + end,
        score=0.5,
        box=(0.1, 0.2, 0.3, 0.4),
        zones=("path",),
    )


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[EventIndex]:
    """An empty index."""
    index = EventIndex(tmp_path)
    await index.open()
    yield index
    await index.close()


async def test_events_come_back_whole(index: EventIndex) -> None:
    """A changed event replaces itself."""
    await index.put([event(1, end=None)], now=2)
    await index.put([replace(event(1), score=0.9, snapshot=True)], now=3)
    assert await index.get(event(1).id) == replace(event(1), score=0.9, snapshot=True)
    assert await index.get("unknown") is None
    assert await index.count() == 1


async def test_pages_give_every_event_once_newest_first(index: EventIndex) -> None:
    """Also where many began at the same time, and where new ones come meanwhile."""
    events = [replace(event(number), start=float(number // 3)) for number in range(1, 32)]
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


async def test_filters_combine(index: EventIndex) -> None:
    """Camera, label and time."""
    await index.put([event(1), event(2, camera="back"), event(3, label="car"), event(4), event(5)], now=9)
    page, _ = await index.page(EventFilter(cameras=("front",), labels=("person", "cat"), after=2, before=5), limit=10)
    assert [found.start for found in page] == [4]
    page, _ = await index.page(EventFilter(cameras=("front", "back")), limit=10)
    assert [found.start for found in page] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "W10", "é", "WyJhIiwgImIiXQ"])
async def test_a_foreign_cursor_is_refused(index: EventIndex, cursor: str) -> None:
    """It is not an empty page."""
    with pytest.raises(InvalidCursorError, match="cursor"):
        await index.page(EventFilter(), limit=1, cursor=cursor)


async def test_deleting(index: EventIndex) -> None:
    """One event, and all of a camera."""
    await index.put([event(1), event(2), event(3, camera="back")], now=9)
    await index.delete(event(1).id)
    assert await index.count() == 2
    await index.delete_camera("front")
    latest = await index.latest("back")
    assert latest is not None
    assert (await index.count(), await index.latest("front"), latest.start) == (1, None, 3.0)


async def test_a_crash_ends_open_events_where_they_were_last_seen(tmp_path: Path) -> None:
    """A sensor must not stay on for ever."""
    first = EventIndex(tmp_path)
    await first.open()
    await first.put([event(1, end=None), event(2)], now=4)
    await first.touch(5.5)
    second = EventIndex(tmp_path)
    assert await second.open() == [replace(event(1), end=5.5)]
    assert await second.get(event(1).id) == replace(event(1), end=5.5)
    assert await second.get(event(2).id) == event(2)
    await first.close()
    await second.close()


async def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A downgrade must not destroy anything."""
    with sqlite3.connect(tmp_path / "events.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 99")
    index = EventIndex(tmp_path)
    with pytest.raises(IndexVersionError, match="newer version"):
        await index.open()
    await index.close()
