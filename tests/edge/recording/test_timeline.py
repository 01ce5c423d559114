"""The timeline: what is recorded, said and removed."""

import asyncio
from dataclasses import replace
import io
from pathlib import Path
import time

from PIL import Image
import pytest

from ambianic.errors import EdgeError, ErrorCode
from ambianic.events import Event
from ambianic.recording.filters import EventFilter
from ambianic.recording.timeline import Erased, Timeline

from .samples import event, files, jpeg, names, opened, segment, settled, write


async def test_what_people_say_is_told_with_the_next_picture(timeline: Timeline) -> None:
    """Whether or not the event is written yet, and also after it has ended."""
    assert timeline.record(event(1, end=None, clip=(0.0, None))) == event(1, end=None, clip=(0.0, None))
    said = await timeline.change(event(1).id, starred=True)
    assert (said.starred, said.clip) == (True, (0.0, None))
    assert timeline.record(event(1, end=None, score=0.9)) == event(1, end=None, score=0.9, starred=True, clip=(0.0, None))
    await settled(timeline)
    assert (await timeline.change(event(1).id, feedback="wrong")).feedback == "wrong"
    final = event(1, score=0.9, clip=(0.0, 12.0), starred=True, feedback="wrong")
    assert timeline.record(event(1, score=0.9, clip=(0.0, 12.0))) == final
    await settled(timeline)
    assert await timeline.get(event(1).id) == final
    assert await timeline.change(event(1).id, feedback=None, starred=False) == replace(final, feedback=None, starred=False)
    assert timeline.last("front") == replace(final, feedback=None, starred=False)
    with pytest.raises(EdgeError) as caught:
        await timeline.change("unknown", starred=True)
    assert caught.value.code is ErrorCode.NOT_FOUND


async def test_what_was_told_is_on_the_page_at_once(timeline: Timeline) -> None:
    """Who has just heard of an event finds it."""
    timeline.record(event(1, end=None), jpeg())
    events, _ = await timeline.page(EventFilter(), limit=10, cursor=None)
    assert events == [await timeline.get(event(1).id)]


async def test_what_is_removed_while_it_is_written_leaves_nothing(timeline: Timeline) -> None:
    """Once a removal is answered, nothing of the event is on disk."""
    for number in range(20):
        timeline.record(event(number, end=None), jpeg())
        await asyncio.sleep(0.001 * (number % 4))
        await timeline.remove(event(number).id)
        assert not [path for path in timeline.snapshots.root.rglob("*") if path.is_file()]


async def test_a_visit_that_was_removed_does_not_come_back(timeline: Timeline) -> None:
    """The detector goes on to tell of it until it ends."""
    timeline.record(event(1, end=None), jpeg())
    await settled(timeline)
    assert (await timeline.remove(event(1).id)).id == event(1).id
    assert timeline.record(event(1, end=None, score=0.9), jpeg()) is None
    assert timeline.record(event(1)) is None
    await settled(timeline)
    assert await timeline.count() == 0
    assert timeline.last("front") is None


async def test_removing_an_event_removes_its_pictures_and_footage(timeline: Timeline) -> None:
    """What another event needs stays; what is still written goes when it is finished."""
    first, second = event(100, clip=(90.0, 130.0)), event(150, clip=(140.0, 170.0))
    parts = [segment(1, 80, 110), segment(2, 110, 145), segment(3, 145, 150)]
    write(timeline, *parts)
    await timeline.segments.put_segments(parts[:2])
    await timeline.segments.put_segment(replace(parts[2], end=None))
    for known in (first, second):
        timeline.record(known, jpeg())
    await settled(timeline)
    await timeline.remove(first.id)
    assert files(timeline.recordings) == set(names(parts[1:]))
    assert await timeline.segments.all_segment_ids() == set(names(parts[1:]))
    with pytest.raises(EdgeError):
        await timeline.picture(first.id)
    await timeline.remove(second.id)
    assert files(timeline.recordings) == {parts[2].id}
    await timeline.removal.finish()
    assert files(timeline.recordings) == {parts[2].id}
    await timeline.segments.put_segment(parts[2])
    await timeline.removal.finish()
    assert files(timeline.recordings) == set()
    assert not [path for path in timeline.snapshots.root.rglob("*") if path.is_file()]


async def test_pictures_and_thumbnails(timeline: Timeline) -> None:
    """A small picture is its own thumbnail; a better picture replaces both."""
    timeline.record(event(1), jpeg(640, 360))
    timeline.record(event(2), jpeg(200, 100))
    assert isinstance(await timeline.thumbnail(event(1).id), bytes)
    await settled(timeline)
    large, small = await timeline.picture(event(1).id), await timeline.thumbnail(event(1).id)
    assert isinstance(large, Path)
    assert isinstance(small, Path)
    with Image.open(large) as picture, Image.open(small) as thumbnail:
        assert (picture.size, thumbnail.size) == ((640, 360), (320, 180))
    assert await timeline.thumbnail(event(2).id) == await timeline.picture(event(2).id)
    timeline.record(event(1), jpeg(1280, 720, "blue"))
    await settled(timeline)
    with Image.open(io.BytesIO(small.read_bytes())) as thumbnail:
        _, _, blue = thumbnail.convert("RGB").resize((1, 1)).tobytes()
    assert blue > 200


async def test_removing_a_camera_leaves_the_others(timeline: Timeline) -> None:
    """Events that wait, starred ones, pictures and footage."""
    parts = [segment(1, 0, 30), segment(2, 30, 60), segment(3, 0, 30, camera="back")]
    write(timeline, *parts)
    await timeline.segments.put_segments(parts)
    await timeline.index.put([event(n, starred=n == 3, clip=(0.0, 10.0)) for n in range(1, 50)], now=99)
    timeline.record(event(90), jpeg())
    timeline.record(event(91, camera="back"), jpeg())
    await timeline.remove_camera("front")
    await settled(timeline)
    assert names((await timeline.page(EventFilter(), limit=99, cursor=None))[0]) == [event(91).id]
    assert files(timeline.recordings) == {parts[2].id}
    assert await timeline.segments.all_segment_ids() == {parts[2].id}
    assert not (timeline.recordings / "front").exists()
    assert len(list(timeline.snapshots.root.rglob("*-thumb.jpg"))) == 1


def holding(directory: Path, content: bytes) -> list[Path]:
    """The files with some content."""
    return [path for path in directory.rglob("*") if path.is_file() and content in path.read_bytes()]


async def test_erasing(timeline: Timeline, tmp_path: Path) -> None:
    """By camera, time and star; of everything, nothing is left on disk, nor in the copy of the index."""
    parts = [segment(n, n * 100, n * 100 + 30, camera="back" if n == 4 else "front") for n in (1, 2, 3, 4)]
    write(timeline, *parts)
    await timeline.segments.put_segments(parts)
    told: list[Event] = []
    timeline.on_removed = told.extend
    known = [
        event(100, clip=(100.0, 110.0), label="postman"),
        event(200, clip=(200.0, 210.0), starred=True, label="postman"),
        event(300, clip=(300.0, 310.0), label="postman"),
        event(400, clip=(400.0, 410.0), camera="back", label="postman"),
    ]
    for each in known:
        timeline.record(each, jpeg())
    await settled(timeline)
    await timeline._database.make_copy()
    (tmp_path / "events.sqlite3.broken-20260101T000000Z").write_bytes(b"postman")
    erased = await timeline.erase(["front"], 250.0, False)
    assert (erased.events, names(told)) == (1, [known[0].id])
    assert erased.bytes > 1000
    assert files(timeline.recordings) == set(names(parts[1:]))
    assert (await timeline.erase(None, None, False)).events == 2
    assert files(timeline.recordings) == {parts[1].id}
    assert await timeline.erase(None, None, True) == Erased(1, erased.bytes)
    assert files(timeline.recordings) == set()
    assert await timeline.count() == 0
    assert not holding(tmp_path, b"postman")


async def test_erasing_footage_leaves_starred_events_theirs(timeline: Timeline) -> None:
    """An event of which footage is erased stays, without a clip where nothing is left."""
    parts = [segment(n, n * 30, n * 30 + 30) for n in range(10)]
    write(timeline, *parts)
    await timeline.segments.put_segments(parts)
    starred, plain = event(100, clip=(95.0, 115.0), starred=True), event(160, clip=(155.0, 175.0))
    await timeline.index.put([starred, plain], now=999)
    assert await timeline.erase_footage("front", 65, 185) == 4000
    assert files(timeline.recordings) == set(names([parts[n] for n in (0, 1, 3, 7, 8, 9)]))
    assert await timeline.get(starred.id) == starred
    assert await timeline.get(plain.id) == replace(plain, clip=None)


async def test_visits_that_a_crash_interrupts_go_on(tmp_path: Path) -> None:
    """Where the edge is back soon, with what was said of them."""
    now = time.time()
    going_on = event(1, start=now - 20, end=None, clip=(now - 25, None))
    crashed = Timeline(tmp_path)
    await crashed.open([])
    crashed.record(going_on)
    await settled(crashed)
    await crashed.change(going_on.id, starred=True)
    async with opened(tmp_path) as timeline:
        ended = await timeline.get(going_on.id)
        assert ended.end is not None
        assert ended.end >= now
        again = timeline.record(replace(going_on, clip=None))
        assert again is not None
        assert (again.starred, again.clip and again.clip[0]) == (True, now - 25)
    await crashed.close()
