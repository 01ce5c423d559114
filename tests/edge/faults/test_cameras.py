"""Cameras that change or fail in the middle of a recording."""

from itertools import pairwise
from pathlib import Path
import random

import av
import pytest

from tests.edge.recording.fed import BEGIN, CAMERA, Recording, recording
from tests.edge.recording.probe import check, decode, save
from tests.support.rtsp import Clip

SMALL = Clip(seconds=16, width=320, height=240, audio="aac")
LARGE = Clip(seconds=8, width=640, height=480, audio="aac")
HEVC = Clip(seconds=8, width=320, height=240, codec="hevc", audio="aac")
SILENT = Clip(seconds=8, width=320, height=240)
OTHER_SOUND = Clip(seconds=8, width=320, height=240, audio="opus")


def recorded(home: Recording) -> int:
    """How many pictures are in all files."""
    return sum(len(decode(path).pictures) for path in home.files())


@pytest.mark.parametrize(
    ("other", "codecs", "whole"),
    [
        (LARGE, ["avc1.64000b,mp4a.40.2", "avc1.640016,mp4a.40.2"], True),
        (HEVC, ["avc1.64000b,mp4a.40.2", "hvc1.1.6.L60.90,mp4a.40.2"], False),
        pytest.param(SILENT, ["avc1.64000b,mp4a.40.2", "avc1.64000b"], True, marks=pytest.mark.long),
        pytest.param(OTHER_SOUND, ["avc1.64000b,mp4a.40.2", "avc1.64000b,opus"], False, marks=pytest.mark.long),
    ],
    ids=["size", "codec", "no sound", "other sound"],
)
async def test_a_change_in_mid_clip(other: Clip, codecs: list[str], whole: bool, tmp_path: Path) -> None:
    """A new segment and a new part begin; nothing is lost or doubled."""
    async with recording(tmp_path, SMALL, mode="events", pre_seconds=2, post_seconds=2) as home:
        await home.camera.play(6)
        start = home.footage.begin(CAMERA, "visit", home.camera.now)
        assert start is not None
        await home.camera.play(6)
        home.camera.change(other.file())
        home.camera.wait(0.5)
        await home.camera.play(6)
        end = home.footage.end(CAMERA, "visit", home.camera.now)
        assert end is not None
        await home.camera.play(6)
        segments = await home.finish()
        assert [segment.codecs for segment in segments] == codecs
        clip = await home.footage.clip(CAMERA, start, end)
        assert [part.codecs for part in clip.parts] == codecs
        assert clip.whole is whole
        assert [round(part.end - part.start) for part in clip.parts] == [8, 8]
        for number, part in enumerate(clip.parts):
            path = await save(part, tmp_path / f"{number}.mp4")
            check(path)
            assert len(decode(path).pictures) == round(part.duration * 10)
        joined = decode(await save(clip, tmp_path / "clip.mp4"))
        expected = clip.parts if whole else [max(clip.parts, key=lambda part: part.duration)]
        assert len(joined.pictures) == sum(round(part.duration * 10) for part in expected)
        assert len(set(joined.sizes)) == (2 if other is LARGE else 1)
        assert all(after > before for before, after in pairwise(joined.pictures))


async def test_pictures_that_are_lost_on_the_way(tmp_path: Path) -> None:
    """Those that came are all recorded, and the times of the others stay right."""
    chance = random.Random(5)
    async with recording(tmp_path, SMALL, mode="continuous") as home:
        await home.camera.play(2)
        await home.camera.play(40, lose=iter(lambda: chance.random() < 0.1, None))
        segments = await home.finish()
        stamps = [segment.start + at for segment in segments for at in _stamps(segment.path(home.directory))]
        assert len(stamps) == len(home.camera.sent) < 400
        for stamp, packet in zip(stamps, home.camera.sent, strict=True):
            assert abs(stamp - BEGIN - packet.pts / 90_000) < 0.03


def _stamps(path: Path) -> list[float]:
    """The times of all pictures in a file, without decoding: a decoder leaves out what it can't make sense of."""
    with av.open(path, "r") as container:
        return [float(packet.pts * packet.time_base) for packet in container.demux(video=0) if packet.pts is not None]


@pytest.mark.long
async def test_a_camera_that_comes_back(tmp_path: Path) -> None:
    """What was not seen is a gap, and the clip has two parts."""
    async with recording(tmp_path, SMALL, mode="continuous") as home:
        await home.camera.play(10)
        home.camera.change(SMALL.file())
        home.camera.wait(12)
        await home.camera.play(10)
        segments = await home.finish()
        assert len(segments) == 2
        clip = await home.footage.clip(CAMERA, BEGIN, BEGIN + 40)
        assert [(round(part.start - BEGIN), round(part.duration)) for part in clip.parts] == [(0, 10), (22, 10)]
        path = await save(clip, tmp_path / "clip.mp4")
        check(path)
        assert len(decode(path).pictures) == recorded(home) == len(home.camera.sent) == 200


async def test_a_short_break_does_not_part_a_clip(tmp_path: Path) -> None:
    """Its parts would be shorter than the break is long."""
    async with recording(tmp_path, SMALL, mode="continuous") as home:
        await home.camera.play(10)
        home.camera.change(SMALL.file())
        home.camera.wait(1.5)
        await home.camera.play(10)
        await home.finish()
        clip = await home.footage.clip(CAMERA, BEGIN, BEGIN + 40)
        assert len(clip.parts) == 1
        assert clip.duration == pytest.approx(20, abs=0.2)
        check(await save(clip, tmp_path / "clip.mp4"))


@pytest.mark.long
async def test_sound_that_begins_and_stops(tmp_path: Path) -> None:
    """Pictures are recorded all the time, and sound while there is some."""
    async with recording(tmp_path, SMALL, mode="continuous") as home:
        camera = home.camera
        camera.muted = True
        await camera.play(7)
        camera.muted = False
        await camera.play(8)
        camera.muted = True
        await camera.play(9)
        segments = await home.finish()
        assert [segment.codecs.count(",") for segment in segments] == [0, 1, 0]
        assert recorded(home) == len(camera.sent)
        for path in home.files():
            check(path)
