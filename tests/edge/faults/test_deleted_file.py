"""Files that somebody deletes, or puts there, by hand."""

import os
from pathlib import Path

from ambianic.config import Config
from tests.edge.recording.fed import BEGIN, CAMERA, recording
from tests.edge.recording.probe import decode, save
from tests.edge.recording.samples import event, jpeg, listed, opened
from tests.support.rtsp import Clip

GARDEN = Clip(seconds=16, width=320, height=240, audio="aac")


async def test_index_and_disk_agree_again(tmp_path: Path) -> None:
    """What is gone is forgotten, what was forgotten is found, what is no recording goes; nothing is there twice."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        timeline, footage = home.timeline, home.footage
        await home.camera.play(120)
        first, second, third, fourth = await home.finish()
        only, both = (event(n, camera=CAMERA, start=BEGIN + 5, clip=(BEGIN, BEGIN + end)) for n, end in ((1, 20.0), (2, 40.0)))
        await timeline.index.put([only, both], now=BEGIN + 200)
        first.path(home.directory).unlink()
        await timeline.segments.drop_segments([third.id])
        stray = third.path(home.directory).with_name("stray.mp4")
        stray.write_bytes(b"no recording at all" * 100)
        for path in home.files():
            os.utime(path, (BEGIN, BEGIN))

        await timeline.reconcile(footage.inspect)
        left = [second, third, fourth]
        assert await home.segments() == left
        assert sorted(home.files()) == sorted(segment.path(home.directory) for segment in left)
        assert (await timeline.get(only.id)).clip is None
        assert (await timeline.get(both.id)).clip == both.clip
        (span,) = await timeline.spans([CAMERA], BEGIN - 10, BEGIN + 200)
        assert span == (CAMERA, second.start, fourth.end)
        clip = await footage.clip(CAMERA, BEGIN, BEGIN + 120)
        found = decode(await save(clip, tmp_path / "clip.mp4"))
        assert len(found.pictures) == sum(len(decode(segment.path(home.directory)).pictures) for segment in left)

        await timeline.reconcile(footage.inspect)
        assert await home.segments() == left


async def test_a_whole_directory_that_was_deleted(tmp_path: Path) -> None:
    """Events keep everything else."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(40)
        await home.finish()
        known = event(1, camera=CAMERA, start=BEGIN + 5, clip=(BEGIN, BEGIN + 20), starred=True)
        await home.timeline.index.put([known], now=BEGIN + 200)
        for path in home.files():
            path.unlink()
        for directory in sorted((path for path in home.directory.rglob("*") if path.is_dir()), reverse=True):
            directory.rmdir()
        await home.timeline.reconcile(home.footage.inspect)
        assert await home.segments() == []
        kept = await home.timeline.get(known.id)
        assert (kept.clip, kept.starred) == (None, True)
        assert (await home.timeline.segments.spans(None, 0, BEGIN + 1000)) == []


async def test_pictures_of_no_event_go_and_those_of_events_are_measured(tmp_path: Path) -> None:
    """A crash came between picture and event; an older version did not measure; somebody has deleted a picture."""
    async with opened(tmp_path) as timeline:
        known, gone, stray, fresh = (event(number, start=BEGIN + number, snapshot=True) for number in range(1, 5))
        await timeline.index.put([known, gone], now=BEGIN)
        for each in (known, stray, fresh):
            timeline.snapshots.write(each, jpeg())
            if each is not fresh:
                os.utime(timeline.snapshots.path(each), (BEGIN, BEGIN))
                os.utime(timeline.snapshots.thumbnail_path(each), (BEGIN, BEGIN))
        broken = tmp_path / "events.sqlite3.broken-20260101T000000Z"
        broken.touch()
        await timeline.reconcile(nothing)
        assert len(listed(timeline.snapshots.path(known).parent)) == 6
        broken.unlink()
        await timeline.reconcile(nothing)
        expected = [
            path.name
            for each in (known, fresh)
            for path in (timeline.snapshots.path(each), timeline.snapshots.thumbnail_path(each))
        ]
        assert listed(timeline.snapshots.path(known).parent) == sorted(expected)
        assert (await timeline.storage(Config())).pictures_bytes == timeline.snapshots.size(known)
        assert [(await timeline.get(each.id)).snapshot for each in (known, gone)] == [True, False]


async def nothing(_path: Path) -> None:
    """There is no footage."""
