"""The way from older versions of the index."""

import gzip
from pathlib import Path
import sqlite3
from zoneinfo import ZoneInfo

import pytest

from ambianic.recording.filters import EventFilter
from ambianic.recording.timeline import Timeline

from .samples import opened

VERSION_1 = Path(__file__).parent / "data" / "version1.sqlite3.gz"
"""Written by version 0.4: 149 people with a picture, 50 cars in a zone, and a person whose visit a crash has interrupted."""
FIRST = 1_760_000_000.0


async def test_the_events_of_version_1_are_all_there(tmp_path: Path) -> None:
    """Whole, in order, counted, and with what came later at its default."""
    (tmp_path / "events.sqlite3").write_bytes(gzip.decompress(VERSION_1.read_bytes()))
    async with opened(tmp_path) as timeline:
        events, following = await timeline.page(EventFilter(), limit=500, cursor=None)
        assert following is None
        assert [event.start for event in events] == [FIRST + number * 600 for number in range(200, 0, -1)]
        assert events[0].end == FIRST + 200 * 600 + 42
        car, person = events[1], events[-1]
        assert (car.camera_id, car.label, car.zones, car.snapshot) == ("4e5f6a7b", "car", ("Driveway",), False)
        assert (person.id, person.end, person.score) == ("00000000-0000-0000-0000-000000000001", person.start + 8.5, 0.501)
        assert (person.box, person.snapshot, person.clip, person.starred, person.feedback) == (
            (0.1, 0.2, 0.3, 0.4),
            True,
            None,
            False,
            None,
        )
        counts = await timeline.counts(EventFilter(), FIRST, FIRST + 200_000, ZoneInfo("UTC"), "day")
        assert sum(bucket.counts.get("person", 0) for bucket in counts) == 150
        assert sum(bucket.counts.get("car", 0) for bucket in counts) == 50
        assert (await timeline.index.totals()).events == 200
        assert len((await timeline.page(EventFilter(zones=["Driveway"], cameras=["4e5f6a7b"]), limit=99, cursor=None))[0]) == 50
    async with opened(tmp_path) as timeline:
        assert await timeline.count() == 200


async def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    """It is done as a whole or not at all."""
    path = tmp_path / "events.sqlite3"
    path.write_bytes(gzip.decompress(VERSION_1.read_bytes()))
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE usage (something TEXT)")
    size = path.stat().st_size
    timeline = Timeline(tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="usage"):
        await timeline.open([])
    await timeline._database.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (200,)
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    assert size == path.stat().st_size
