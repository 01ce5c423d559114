"""What a start makes of what a crash has left."""

from dataclasses import replace
from pathlib import Path

import pytest

from ambianic.recording.footage import Footage
from tests.support.rtsp import Clip

from .fed import BEGIN, CAMERA, Recording, recording
from .probe import check, decode

GARDEN = Clip(seconds=6, width=320, height=240, audio="aac")


async def start_again(home: Recording) -> None:
    """Start as after a crash, soon after the recording."""
    footage = Footage(home.directory, home.timeline.segments, clock=lambda: BEGIN + 60)
    await footage.start()
    await footage.stop()


@pytest.mark.parametrize(
    "clip",
    [GARDEN, Clip(seconds=6, width=320, height=240, codec="hevc", audio="opus")],
    ids=["H.264 and AAC", "H.265 and Opus"],
)
async def test_a_file_that_the_index_does_not_know(clip: Clip, tmp_path: Path) -> None:
    """It is put in again as it was."""
    async with recording(tmp_path, clip, mode="continuous") as home:
        await home.camera.play(6)
        (segment,) = await home.finish()
        await home.timeline.segments.drop_segments([segment.id])
        await start_again(home)
        (found,) = await home.segments()
        assert found == replace(segment, start=found.start, end=found.end)
        assert found.start == pytest.approx(segment.start, abs=1e-6)
        assert found.end == pytest.approx(segment.end, abs=1e-6)


async def test_a_segment_that_was_being_written(tmp_path: Path) -> None:
    """What is torn is cut off; one of which nothing is left is dropped, as is one whose file is gone."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(6)
        (segment,) = await home.finish()
        path = segment.path(home.directory)
        # As after a loss of power: the file has grown, but what was written last has not reached the disk.
        path.write_bytes(path.read_bytes()[:-40_000] + bytes(9000))
        empty, gone = replace(segment, id="e" * 32, end=None), replace(segment, id="f" * 32, end=None)
        empty.path(home.directory).write_bytes(path.read_bytes()[:900])
        for unfinished in (replace(segment, end=None, bytes=0), empty, gone):
            await home.timeline.segments.put_segment(unfinished)
        await start_again(home)
        (found,) = await home.segments()
        assert home.files() == [path]
        assert (found.id, found.bytes) == (segment.id, path.stat().st_size)
        assert found.end is not None
        assert BEGIN + 2 < found.end < BEGIN + 6
        check(path)
        assert len(decode(path).pictures) == round(10 * (found.end - found.start))


@pytest.mark.parametrize("junk", [b"", b"no video at all", bytes(5000), b"\x00\x00\x00\x08ftyp" * 1000])
async def test_junk(junk: bytes, tmp_path: Path) -> None:
    """It is removed, and disturbs nothing."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(3)
        (segment,) = await home.finish()
        segment.path(home.directory).with_name("junk.mp4").write_bytes(junk)
        await start_again(home)
        assert await home.segments() == [segment]
        assert home.files() == [segment.path(home.directory)]
        assert (await home.footage.clip(CAMERA, BEGIN, BEGIN + 3)).duration == pytest.approx(3, abs=0.2)
