"""What is recorded in which mode, and why."""

from itertools import pairwise
from pathlib import Path

import pytest

from ambianic.recording import pre_roll
from ambianic.recording.footage import MOTION, NoFootage
from ambianic.recording.segment import Segment
from tests.support.rtsp import Clip

from .fed import BEGIN, CAMERA, FedCamera, Recording, recording
from .probe import decode

GARDEN = Clip(seconds=16, width=320, height=240, audio="aac")


def pictures(home: Recording, segments: list[Segment]) -> list[float]:
    """The Unix times of all recorded pictures."""
    return [segment.start + at for segment in segments for at in decode(segment.path(home.directory)).pictures]


async def test_motion(tmp_path: Path) -> None:
    """It is recorded where that is wanted."""
    async with recording(tmp_path, GARDEN, mode="motion", pre_seconds=2, post_seconds=3) as home:
        await home.camera.play(10)
        assert home.footage.begin(CAMERA, MOTION, home.camera.now) == BEGIN + 8
        assert home.footage.state(CAMERA) == ("recording", "motion")
        await home.camera.play(4)
        assert home.footage.end(CAMERA, MOTION, home.camera.now) == BEGIN + 17
        await home.camera.play(10)
        (segment,) = await home.finish()
        assert BEGIN + 6 <= segment.start <= BEGIN + 8
        assert BEGIN + 17 <= (segment.end or 0) <= BEGIN + 19.3


async def test_motion_is_no_reason_where_only_events_are_recorded(tmp_path: Path) -> None:
    """Nothing is written."""
    async with recording(tmp_path, GARDEN, mode="events") as home:
        await home.camera.play(3)
        assert home.footage.begin(CAMERA, MOTION, home.camera.now) is None
        assert home.footage.end(CAMERA, MOTION, home.camera.now) is None
        await home.camera.play(3)
        assert await home.finish() == []


async def test_reasons_that_overlap(tmp_path: Path) -> None:
    """Recording goes on until the last one is over."""
    async with recording(tmp_path, GARDEN, mode="events", pre_seconds=1, post_seconds=2) as home:
        await home.camera.play(6)
        home.footage.begin(CAMERA, "one", home.camera.now)
        await home.camera.play(4)
        home.footage.begin(CAMERA, "two", home.camera.now)
        await home.camera.play(2)
        home.footage.end(CAMERA, "one", home.camera.now)
        await home.camera.play(8)
        assert home.footage.state(CAMERA) == ("recording", "two")
        home.footage.end(CAMERA, "two", home.camera.now)
        await home.camera.play(1)
        assert home.footage.state(CAMERA) == ("recording", "two")
        await home.camera.play(6)
        assert home.footage.state(CAMERA) == ("idle", None)
        (segment,) = await home.finish()
        assert BEGIN + 22 <= (segment.end or 0) <= BEGIN + 24.3


async def test_visits_that_follow_each_other_closely(tmp_path: Path) -> None:
    """No picture is recorded twice, and none between them is missing from the second's pre-roll."""
    async with recording(tmp_path, GARDEN, mode="events", pre_seconds=8, post_seconds=1) as home:
        await home.camera.play(10)
        home.footage.begin(CAMERA, "one", home.camera.now)
        await home.camera.play(2)
        home.footage.end(CAMERA, "one", home.camera.now)
        await home.camera.play(5)
        assert home.footage.state(CAMERA) == ("idle", None)
        home.footage.begin(CAMERA, "two", home.camera.now)
        await home.camera.play(3)
        segments = await home.finish()
        assert len(segments) == 2
        times = pictures(home, segments)
        assert all(0.08 < after - before < 0.12 for before, after in pairwise(times))
        assert (await home.footage.clip(CAMERA, BEGIN + 4, BEGIN + 20)).parts[0].end > BEGIN + 19


async def test_another_mode_holds_at_once(tmp_path: Path) -> None:
    """The connection is kept."""
    async with recording(tmp_path, GARDEN, mode="off") as home:
        await home.camera.play(5)
        assert home.footage.state(CAMERA) == ("off", None)
        home.footage.watch(home.camera.with_settings(mode="continuous"))
        await home.camera.play(5)
        assert home.footage.state(CAMERA) == ("recording", "continuous")
        home.footage.watch(home.camera.with_settings(mode="events"))
        await home.camera.play(5)
        assert home.footage.state(CAMERA) == ("idle", None)
        home.footage.begin(CAMERA, "visit", home.camera.now)
        await home.camera.play(2)
        home.footage.watch(home.camera.with_settings(mode="off"))
        assert home.footage.state(CAMERA) == ("off", None)
        await home.camera.play(5)
        times = pictures(home, await home.finish())
        assert times[0] > BEGIN + 3.9
        assert times[-1] < BEGIN + 17.1
        assert all(after > before + 0.08 for before, after in pairwise(times))


async def test_without_sound(tmp_path: Path) -> None:
    """Where the owner wants none."""
    async with recording(tmp_path, GARDEN, mode="continuous", audio=False) as home:
        await home.camera.play(5)
        (segment,) = await home.finish()
        assert segment.codecs == "avc1.64000b"
        assert decode(segment.path(home.directory)).sound == ()


async def test_the_pre_roll_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit is not kept, whatever is wished for."""
    monkeypatch.setattr(pre_roll, "MAX_BYTES", 150_000)
    async with recording(tmp_path, GARDEN, mode="events", pre_seconds=30) as home:
        await home.camera.play(20)
        home.footage.begin(CAMERA, "visit", home.camera.now)
        await home.camera.play(2)
        (segment,) = await home.finish()
        assert BEGIN + 10 < segment.start < BEGIN + 20


async def test_an_event_that_goes_on_while_the_camera_is_replaced(tmp_path: Path) -> None:
    """The new one's pictures are recorded for it as well."""
    async with recording(tmp_path, GARDEN, mode="events", pre_seconds=1) as home:
        await home.camera.play(5)
        home.footage.begin(CAMERA, "visit", home.camera.now)
        await home.camera.play(5)
        other = FedCamera(GARDEN.file(), now=home.camera.now + 1, mode="events", pre_seconds=1)
        home.footage.watch(other.camera)
        await other.play(5)
        segments = await home.finish()
        assert [round(segment.start - BEGIN) for segment in segments] == [2, 11]
        assert segments[-1].end == pytest.approx(BEGIN + 16, abs=0.1)


async def test_a_camera_that_is_not_watched(tmp_path: Path) -> None:
    """Asking is no error."""
    async with recording(tmp_path, GARDEN, mode="events") as home:
        await home.footage.unwatch("nobody")
        assert home.footage.begin("nobody", "visit", BEGIN) is None
        assert home.footage.end("nobody", "visit", BEGIN) is None
        assert home.footage.end(CAMERA, "visit", BEGIN) is None
        assert home.footage.state("nobody") == ("off", None)
        with pytest.raises(NoFootage):
            await home.footage.clip("nobody", BEGIN, BEGIN + 1)
