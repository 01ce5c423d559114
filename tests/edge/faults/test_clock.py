"""Clocks that are set while a camera is recorded."""

from itertools import pairwise
from pathlib import Path
import time

import pytest

from tests.edge.recording.fed import BEGIN, CAMERA, recording
from tests.edge.recording.probe import check, decode, save
from tests.support.rtsp import Clip

GARDEN = Clip(seconds=16, width=320, height=240, audio="aac")


@pytest.mark.parametrize("jump", [3600.0, -5.0, *(pytest.param(jump, marks=pytest.mark.long) for jump in (5.0, -3600.0))])
async def test_the_clock_is_set(jump: float, tmp_path: Path) -> None:
    """A new segment begins with the new time; no picture is lost or doubled, and both times can be read."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(11)
        home.camera.now += jump
        await home.camera.play(13)
        segments = sorted(await home.finish(), key=lambda segment: segment.start - (jump if segment.start > BEGIN + 5 else 0))
        assert len(segments) == 2
        durations = [(segment.end or 0) - segment.start for segment in segments]
        assert sum(durations) == pytest.approx(24, abs=0.1)
        early, late = sorted(segments, key=lambda segment: abs(segment.start - BEGIN))
        assert early.start == pytest.approx(BEGIN, abs=0.05)
        # The group of pictures in which the clock was set, and those that tell a late picture from a set clock, have the old time.
        assert 9.9 < (early.end or 0) - early.start < 16
        assert late.end == pytest.approx(BEGIN + 24 + jump, abs=0.1)
        assert sum(len(decode(path).pictures) for path in home.files()) == len(home.camera.sent)
        for segment in segments:
            assert segment.end is not None
            check(await save(await home.footage.clip(CAMERA, segment.start, segment.end), tmp_path / "clip.mp4"))


async def test_a_clock_that_is_set_back_does_not_prolong_a_recording(tmp_path: Path) -> None:
    """Nor does one that is set forward cut it off."""
    for number, jump in enumerate((-3600.0, 3600.0)):
        directory = tmp_path / str(number)
        directory.mkdir()
        async with recording(directory, GARDEN, mode="events", pre_seconds=2, post_seconds=6) as home:
            await home.camera.play(6)
            home.footage.begin(CAMERA, "visit", home.camera.now)
            await home.camera.play(4)
            home.footage.end(CAMERA, "visit", home.camera.now)
            await home.camera.play(2)
            home.camera.now += jump
            await home.camera.play(3)
            assert home.footage.state(CAMERA) == ("recording", "visit")
            await home.camera.play(6)
            assert home.footage.state(CAMERA) == ("idle", None)
            segments = await home.finish()
            assert 14 <= sum((segment.end or 0) - segment.start for segment in segments) <= 16.3


async def test_a_network_that_stands_still(tmp_path: Path) -> None:
    """Pictures that come late, in a burst, are no set clock."""
    async with recording(tmp_path, GARDEN, mode="continuous") as home:
        await home.camera.play(10)
        await home.camera.play(5, late=True)
        await home.camera.play(10)
        (segment,) = await home.finish()
        assert segment.end == pytest.approx(BEGIN + 25, abs=0.1)


async def test_daylight_saving_has_no_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All times are UTC: the hour that comes twice in Berlin lies in two directories."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        change = 1_792_890_000.0  # 2026-10-25 01:00 UTC: 3 o'clock becomes 2 o'clock
        async with recording(tmp_path, GARDEN, mode="continuous") as home:
            home.camera.now = change - 40
            await home.camera.play(80)
            segments = await home.finish()
        assert all(after.start - (before.end or 0) < 0.02 for before, after in pairwise(segments))
        hours = [path.parent.name for path in (segment.path(home.directory) for segment in segments)]
        assert hours == ["00", "00", "01"]
        assert sum((segment.end or 0) - segment.start for segment in segments) == pytest.approx(80, abs=0.1)
    finally:
        monkeypatch.undo()
        time.tzset()
