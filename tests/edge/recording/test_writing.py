"""Disks and indexes that refuse, hang, or lose what was written."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
import resource
import sqlite3
import threading

import pytest

from ambianic.recording import filing, recording_thread, segment_writer
from ambianic.recording.recording_thread import SLOW
from ambianic.recording.segment import Segment
from ambianic.recording.segmenter import Made
from tests.support.rtsp import Clip

from .fed import CAMERA, Recording, recording
from .probe import check, decode

GARDEN = Clip(seconds=16, width=320, height=240, audio="aac")


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The kernel lets no file of this process grow beyond a size, as a full disk."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))


async def agree(home: Recording) -> list[Segment]:
    """All segments, after a look at whether index and disk agree and everything plays."""
    segments = await home.finish()
    assert {segment.path(home.directory) for segment in segments} == set(home.files())
    for segment in segments:
        path = segment.path(home.directory)
        assert path.stat().st_size == segment.bytes
        assert segment.end is not None
        assert len(decode(path).pictures) == round(10 * (segment.end - segment.start))
    for path in home.files():
        check(path)
    return segments


async def until_trouble(home: Recording, text: str | None) -> None:
    """Play until there is this trouble, or none."""
    async with asyncio.timeout(20):
        while (home.footage.trouble is None) is not (text is None):
            await home.camera.play(1)
            await asyncio.sleep(0.02)
    assert text is None or text in (home.footage.trouble or "")


async def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit is left out in whole fragments; recording goes on by itself once there is room."""
    monkeypatch.setattr(segment_writer, "FIRST_RETRY", 0.05)
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(3)
        with files_of_at_most(350_000):
            await until_trouble(home, "Recordings can't be written to disk: File too large.")
            assert home.footage.state(CAMERA) == ("recording", "continuous")
        await until_trouble(home, None)
        await home.camera.play(10)
        segments = await agree(home)
        assert len(segments) >= 2
        assert segments[-1].end == pytest.approx(home.camera.now, abs=0.1)
        assert all(after.start > (before.end or 0) - 0.05 for before, after in pairwise(segments))


async def test_a_disk_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else waits for it, and memory stays bounded."""
    hanging, going_on = threading.Event(), threading.Event()
    write = segment_writer.SegmentWriter.write

    def hang(writer: segment_writer.SegmentWriter, made: Made) -> bool:
        if hanging.is_set():
            going_on.wait(30)
        return write(writer, made)

    monkeypatch.setattr(segment_writer.SegmentWriter, "write", hang)
    monkeypatch.setattr(recording_thread, "MAX_BYTES", 300_000)
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(5)
        hanging.set()
        await until_trouble(home, SLOW)
        await home.camera.play(20)
        going_on.set()
        await until_trouble(home, None)
        await home.camera.play(5)
        segments = await agree(home)
        assert len(segments) == 2
        assert segments[1].start - (segments[0].end or 0) > 15
        assert segments[1].end == pytest.approx(home.camera.now, abs=0.1)


async def test_a_segment_that_is_deleted_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is gone, and another begins."""
    monkeypatch.setattr(segment_writer, "SYNC_SECONDS", 0.0)
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(6)
        async with asyncio.timeout(10):
            while not home.files():
                await asyncio.sleep(0.02)
        (path,) = home.files()
        path.unlink()
        await home.camera.play(12)
        (segment,) = await agree(home)
        assert segment.id != path.stem
        assert segment.end == pytest.approx(home.camera.now, abs=0.1)


async def test_an_index_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments are filed as soon as it does not any more."""
    monkeypatch.setattr(filing, "FIRST_RETRY", 0.02)
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        put, refused = home.timeline.segments.put_segment, 0

        async def refuse(segment: Segment) -> None:
            nonlocal refused
            refused += 1
            if refused <= 4:
                raise sqlite3.OperationalError("database is locked")
            await put(segment)

        monkeypatch.setattr(home.timeline.segments, "put_segment", refuse)
        await home.camera.play(40)
        assert len(await agree(home)) == 2
        assert refused > 4
