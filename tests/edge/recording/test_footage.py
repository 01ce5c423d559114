"""Recording a camera and reading it again."""

import io
from itertools import pairwise
from pathlib import Path

from PIL import Image
import pytest

from ambianic.recording.footage import NoFootage
from tests.support.rtsp import Clip

from .fed import BEGIN, CAMERA, recording
from .probe import check, decode, save

GARDEN = Clip(seconds=16, width=320, height=240, audio="aac")


async def test_continuous_recording_is_whole(tmp_path: Path) -> None:
    """Segments follow each other without a gap, no picture is lost or doubled, and each plays by itself."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(70)
        segments = await home.finish()
        assert [round(segment.end - segment.start, 1) for segment in segments] == [30.0, 30.0, 10.0]  # type: ignore[operator]
        assert all(abs(after.start - (before.end or 0)) < 0.02 for before, after in pairwise(segments))
        assert abs(segments[0].start - BEGIN) < 0.02
        assert sum(len(decode(path).pictures) for path in home.files()) == len(home.camera.sent)
        for segment in segments:
            path = segment.path(home.directory)
            check(path)
            assert path.stat().st_size == segment.bytes
            assert segment.codecs == "avc1.64000b,mp4a.40.2"
        clip = await home.footage.clip(CAMERA, BEGIN, BEGIN + 70)
        path = await save(clip, tmp_path / "clip.mp4")
        check(path)
        found = decode(path)
        assert [len(clip.parts), clip.whole, clip.going_on] == [1, True, False]
        assert len(found.pictures) == len(home.camera.sent)
        assert all(0.09 < after - before < 0.11 for before, after in pairwise(found.pictures))
        steps = [after - before for before, after in pairwise(found.sound)]
        assert [step for step in steps if not 0.06 < step < 0.07] == []
        assert found.sound[-1] > 69


async def test_an_event_is_recorded_with_what_goes_before_and_after(tmp_path: Path) -> None:
    """From a key frame on, and no more than that."""
    async with recording(tmp_path, GARDEN, mode="events", pre_seconds=3, post_seconds=4) as home:
        await home.camera.play(20)
        assert home.footage.state(CAMERA) == ("idle", None)
        assert not home.files()
        start = home.footage.begin(CAMERA, "visit", home.camera.now - 1)
        assert start == BEGIN + 16
        assert home.footage.state(CAMERA) == ("recording", "visit")
        await home.camera.play(5)
        end = home.footage.end(CAMERA, "visit", home.camera.now - 1)
        assert end == BEGIN + 28
        await home.camera.play(10)
        assert home.footage.state(CAMERA) == ("idle", None)
        (segment,) = await home.finish()
        assert BEGIN + 14 <= segment.start <= BEGIN + 16
        assert segment.end is not None
        assert BEGIN + 28 <= segment.end <= BEGIN + 30.2
        clip = await home.footage.clip(CAMERA, start, end)
        assert clip.start <= start
        check(await save(clip, tmp_path / "clip.mp4"))


async def test_nothing_recorded(tmp_path: Path) -> None:
    """There is an error that says so."""
    async with recording(tmp_path, GARDEN, mode="off") as home:
        await home.camera.play(5)
        assert home.footage.begin(CAMERA, "visit", home.camera.now) is None
        await home.camera.play(5)
        with pytest.raises(NoFootage, match="Nothing was recorded"):
            await home.footage.clip(CAMERA, BEGIN, BEGIN + 60)
        with pytest.raises(NoFootage):
            await home.footage.preview(CAMERA, BEGIN + 3)
        assert not home.files()


@pytest.mark.parametrize(
    ("clip", "codecs"),
    [
        (Clip(seconds=6, width=320, height=240, bframes=2, audio="pcm_alaw"), "avc1.64000c,mp4a.40.2"),
        (Clip(seconds=6, width=320, height=240, codec="hevc", audio="opus"), "hvc1.1.6.L60.90,opus"),
        (Clip(seconds=6, width=320, height=240, codec="mjpeg"), "avc1.42c015"),
    ],
    ids=["B-frames and G.711", "H.265 and Opus", "MJPEG"],
)
async def test_whatever_a_camera_sends(clip: Clip, codecs: str, tmp_path: Path) -> None:
    """Pictures are shown in order, at the right time, with their sound."""
    async with recording(tmp_path, clip, mode="continuous") as home:
        await home.camera.play(6)
        await home.finish()
        found = await home.footage.clip(CAMERA, BEGIN, BEGIN + 6)
        path = await save(found, tmp_path / "clip.mp4")
        check(path)
        assert found.codecs == codecs
        played = decode(path)
        assert len(played.pictures) == len(home.camera.sent)
        first = 0.2 if clip.bframes else 0.0
        assert [round(time, 1) for time in played.pictures] == [round(first + at / 10, 1) for at in range(len(played.pictures))]
        if clip.audio:
            assert abs(played.sound[0] - first) < 0.1
            assert played.sound[-1] > 5.8
            assert max(after - before for before, after in pairwise(played.sound)) < 0.07


async def test_reading_a_part(tmp_path: Path) -> None:
    """Any range of a clip is that of the whole, and the same each time."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(66)
        await home.finish()
        clip = await home.footage.clip(CAMERA, BEGIN + 5.1, BEGIN + 62)
        again = await home.footage.clip(CAMERA, BEGIN + 5.1, BEGIN + 62)
        assert (clip.etag, clip.size) == (again.etag, again.size)
        assert clip.etag != (await home.footage.clip(CAMERA, BEGIN + 5.1, BEGIN + 60)).etag
        assert BEGIN + 3.9 < clip.start < BEGIN + 4.1
        whole = b"".join([chunk async for chunk in clip.read()])
        assert clip.fragments[-1].offset + clip.fragments[-1].length == clip.size == len(whole)
        borders = {0, 1, clip.init[1], *(fragment.offset + extra for fragment in clip.fragments for extra in (-1, 0, 7, 40))}
        for start in sorted(borders):
            for length in (1, 100, 70_000):
                assert b"".join([chunk async for chunk in again.read(start, length)]) == whole[start : start + length]
        chunks = [len(chunk) async for chunk in clip.read(1)]
        assert max(chunks) <= 256 * 1024
        # What a player appends from a key frame on plays by itself.
        keys = [fragment for fragment in clip.fragments if fragment.key]
        assert len(keys) > 10
        late = decode(whole[: clip.init[1]] + whole[keys[-2].offset :])
        assert abs(late.pictures[0] - keys[-2].start) < 0.001


async def test_a_clip_while_it_is_recorded(tmp_path: Path) -> None:
    """It covers what is written so far, and says that it goes on."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(20)
        clip = await home.wait_for_clip(BEGIN + 17)
        assert clip.going_on
        assert clip.end >= BEGIN + 17
        check(await save(clip, tmp_path / "clip.mp4"))
        await home.camera.play(5)
        later = await home.wait_for_clip(BEGIN + 22)
        assert later.etag != clip.etag
        assert later.fragments[: len(clip.fragments)] == clip.fragments


async def test_files_that_vanish(tmp_path: Path) -> None:
    """A segment that was deleted by hand is a hole; while it is read, there is a clear error."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(90)
        segments = await home.finish()
        clip = await home.footage.clip(CAMERA, BEGIN, BEGIN + 90)
        segments[1].path(home.directory).unlink()
        with pytest.raises(NoFootage, match="deleted meanwhile"):
            async for _ in clip.read():
                pass
        clip = await home.footage.clip(CAMERA, BEGIN, BEGIN + 90)
        assert [round(part.start - BEGIN) for part in clip.parts] == [0, 60]
        check(await save(clip, tmp_path / "clip.mp4"))


async def test_a_preview(tmp_path: Path) -> None:
    """The key frame before a moment."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(35)
        await home.finish()
        one = await home.footage.preview(CAMERA, BEGIN + 14.5, 160)
        same = await home.footage.preview(CAMERA, BEGIN + 15.9, 160)
        other = await home.footage.preview(CAMERA, BEGIN + 16.1, 160)
        assert one == same != other
        with Image.open(io.BytesIO(one)) as picture:
            assert picture.size == (160, 120)
        assert await home.footage.preview(CAMERA, BEGIN + 80) == await home.footage.preview(CAMERA, BEGIN + 34)
        with pytest.raises(NoFootage):
            await home.footage.preview(CAMERA, BEGIN + 200)
        with pytest.raises(NoFootage):
            await home.footage.preview(CAMERA, BEGIN - 1)
