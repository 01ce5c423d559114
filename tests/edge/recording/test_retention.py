"""What goes when, and what stays."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
import time
from typing import Any

import pytest

from ambianic.config import CameraConfig, Config, RecordingConfig, StorageSettings
from ambianic.events import Event, Origin
from ambianic.recording import retention as retention_module, storage as storage_module
from ambianic.recording.filters import EventFilter
from ambianic.recording.retention import Retention
from ambianic.recording.segment import Segment
from ambianic.recording.timeline import Timeline

from .samples import DAY, event, files, jpeg, names, segment, settled, until, write

NOW = 1_700_000_000.0


def ago(days: float, number: int = 1, **more: Any) -> Event:
    """An event of some days ago, with a clip of 10 seconds."""
    start = NOW - days * DAY
    fields: dict[str, Any] = {"start": start, "clip": (start - 2, start + 8)}
    return replace(event(number, **fields | more), end=start + 1)


def footage(days: float, number: int, **more: Any) -> Segment:
    """Half a minute of some days ago."""
    start = NOW - days * DAY - 5
    return segment(number, start, start + 30, **more)


class Rules:
    """A home with one camera, `front`, whose rules can be changed."""

    def __init__(self, timeline: Timeline) -> None:
        self.recording = RecordingConfig(mode="events", days=14, footage_days=3)
        self.storage = StorageSettings(min_free_bytes=50_000_000)
        self.removed: list[Event] = []
        self.timeline = timeline
        self.retention = Retention(timeline, self.config, self._removed)

    def _removed(self, events: Sequence[Event]) -> None:
        self.removed += events

    def config(self) -> Config:
        """The configuration as it is now; its cameras' ids are those of the tests."""
        camera = CameraConfig(id="00000001", name="Front", url="rtsp://127.0.0.1/1", recording=self.recording)
        return Config(cameras=(camera.model_copy(update={"id": "front"}),), storage=self.storage)

    async def keep(self, events: Sequence[Event], segments: Sequence[Segment] = ()) -> None:
        """Record events and footage, with files."""
        write(self.timeline, *segments)
        await self.timeline.segments.put_segments(segments)
        for known in events:
            self.timeline.record(known, jpeg())
        await settled(self.timeline)

    async def left(self) -> tuple[list[str], set[str]]:
        """The ids of events that are left, and of segments: in the index as on disk."""
        events, _ = await self.timeline.page(EventFilter(), limit=999, cursor=None)
        segments = files(self.timeline.recordings)
        assert await self.timeline.segments.all_segment_ids() == segments
        pictures = {path.stem for path in self.timeline.snapshots.root.rglob("*.jpg") if not path.stem.endswith("-thumb")}
        assert pictures == set(names(events))
        assert len(list(self.timeline.snapshots.root.rglob("*-thumb.jpg"))) == len(pictures)
        return names(events), segments


@pytest.fixture
def rules(timeline: Timeline, monkeypatch: pytest.MonkeyPatch) -> Rules:
    """Rules whose work takes no rests, on a disk with room."""
    monkeypatch.setattr(retention_module, "REST", 0.0)
    monkeypatch.setattr(retention_module, "MARGIN", 0)
    monkeypatch.setattr(storage_module, "free_bytes", lambda _directory: 10**12)
    return Rules(timeline)


async def test_events_go_by_age_with_pictures_and_footage(rules: Rules) -> None:
    """Each label by its own days, starred ones never; footage that a younger event needs stays."""
    rules.recording = rules.recording.model_copy(update={"labels": {"cat": 2, "person": 0}})
    old, young = ago(15, 1, label="car"), ago(13, 2, label="car")
    cat, person, starred = ago(3, 3, label="cat"), ago(900, 4), ago(20, 5, label="cat", starred=True)
    neighbour = replace(ago(15, 6, label="person"), clip=(old.start + 20, old.start + 40))
    segments = [footage(days, number) for days, number in ((15, 1), (13, 2), (3, 3), (900, 4), (20, 5))]
    segments.append(replace(segments[0], id=footage(0, 6).id, start=old.start + 25, end=old.start + 55))
    await rules.keep([old, young, cat, person, starred, neighbour], segments)
    await rules.retention.round(NOW)
    events, left = await rules.left()
    assert events == names([young, neighbour, starred, person])
    assert left == set(names([segments[n] for n in (0, 1, 3, 4, 5)]))
    assert sorted(names(rules.removed)) == sorted(names([old, cat]))


async def test_footage_of_its_own_is_kept_by_its_own_days(rules: Rules) -> None:
    """Continuous recordings outlive their events where they are kept longer, and go earlier where no event needs them."""
    rules.recording = rules.recording.model_copy(update={"mode": "continuous", "days": 5.0, "footage_days": 10.0})
    segments = [footage(11, 1), footage(9, 2), footage(6, 3), footage(11, 4, camera="back"), footage(12, 5)]
    await rules.keep([ago(6, 1), ago(12, 2, starred=True)], segments)
    await rules.retention.round(NOW)
    events, left = await rules.left()
    assert events == names([ago(12, 2)])
    assert left == set(names([segments[n] for n in (1, 2, 3, 4)]))


async def test_what_goes_on_and_what_was_imported_stays(rules: Rules) -> None:
    """A car that has been parked for a month goes on; imported events were old when they came."""
    parked = event(1, start=NOW - 30 * DAY, end=None, clip=(NOW - 30 * DAY, None))
    imported = ago(2000, 2, origin=Origin.IMPORT, clip=None)
    long_ago = replace(ago(15, 3), end=NOW - DAY, clip=(NOW - 15 * DAY, NOW - DAY))
    segments = [footage(15, 1), replace(footage(0, 2), end=None)]
    await rules.keep([parked, imported, long_ago], segments)
    await rules.retention.round(NOW)
    events, left = await rules.left()
    assert sorted(events) == sorted(names([parked, imported, long_ago]))
    assert left == set(names(segments))


async def test_a_camera_that_is_not_configured_loses_nothing_by_age(rules: Rules) -> None:
    """A configuration that was lost must not empty the disk."""
    await rules.keep([ago(100, 1, camera="back")], [footage(100, 1, camera="back")])
    await rules.retention.round(NOW)
    assert await rules.left() == (names([ago(100, 1)]), {footage(0, 1).id})


async def test_the_size_rule_takes_the_oldest_first_and_footage_before_events(rules: Rules) -> None:
    """Until there is room, and no more than that."""
    rules.recording = rules.recording.model_copy(update={"days": 0.0, "footage_days": 0.0})
    rules.storage = StorageSettings(max_bytes=100_000_000, min_free_bytes=50_000_000)
    size = 25_000_000
    events = [ago(9, 1), ago(8, 2, starred=True), ago(7, 3)]
    segments = [footage(days, number, size=size) for days, number in ((9, 1), (8, 2), (7, 3), (1, 4))]
    await rules.keep(events, segments)
    await rules.retention.round(NOW)
    assert await rules.left() == (names(events[::-1]), set(names(segments[:3])))
    last = [footage(0.7, 5, size=size), footage(0.5, 6, size=size)]
    await rules.keep([ago(0.7, 5), ago(0.5, 6)], last)
    await rules.retention.round(NOW)
    assert await rules.left() == (names([ago(0.5, 6), ago(0.7, 5), events[1]]), set(names([segments[1], *last])))
    assert rules.retention.trouble is None


async def test_the_disk_keeps_its_free_room(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else fills it; where nothing is left to remove, it says so, and what is starred stays."""
    segments = [footage(days, number, size=1_000_000) for days, number in ((3, 1), (2, 2), (1, 3))]
    events = [ago(3, 1, starred=True), ago(2, 2), ago(1, 3)]
    await rules.keep(events, segments)
    rules.storage = StorageSettings(min_free_bytes=50_000_000)
    free = 49_500_000
    monkeypatch.setattr(
        storage_module, "free_bytes", lambda _directory: free + 1_000_000 * (3 - len(files(rules.timeline.recordings)))
    )
    await rules.retention.round(NOW)
    assert await rules.left() == (names([events[2], events[0]]), set(names([segments[0], segments[2]])))
    assert rules.retention.trouble is None
    free = 10
    await rules.retention.round(NOW)
    assert await rules.left() == (names([events[0]]), {segments[0].id})
    assert "no room" in (rules.retention.trouble or "")


async def test_it_works_by_itself_and_at_once_where_asked(rules: Rules) -> None:
    """As the home runs it."""
    await rules.keep([ago(0, 1, start=time.time() - 15 * DAY, clip=None)])
    rules.recording = rules.recording.model_copy(update={"days": 0.0})
    rules.retention.start()
    rules.recording = rules.recording.model_copy(update={"days": 14.0})
    rules.retention.soon()
    await until(lambda: bool(rules.removed))
    await rules.retention.stop()
    assert await rules.left() == ([], set())


async def test_empty_directories_go_too(rules: Rules, tmp_path: Path) -> None:
    """A year has 8760 hours a camera."""
    await rules.keep([ago(15, 1)], [footage(15, 1)])
    await rules.retention.round(NOW)
    assert not list((tmp_path / "recordings" / "front").iterdir())
    assert not list((tmp_path / "snapshots").iterdir())


async def test_a_disk_that_refuses_is_told_of(rules: Rules, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is forgotten of which the file is still there."""
    await rules.keep([ago(15, 1)], [footage(15, 1)])

    def refuse(*_: object) -> None:
        raise PermissionError("Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(rules.timeline.snapshots, "delete", refuse)
        rules.retention.start()
        await until(lambda: "Permission denied" in (rules.retention.trouble or ""))
        await rules.retention.stop()
    assert await rules.left() == (names([ago(15, 1)]), {footage(15, 1).id})
    await rules.retention.round(NOW)
    assert await rules.left() == ([], set())
    assert rules.retention.trouble is None
