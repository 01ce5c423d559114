"""A recording edge that is killed at any instant."""

import asyncio
from dataclasses import dataclass
from itertools import pairwise
import os
from pathlib import Path
import random
import sys
import time

import pytest

from ambianic.recording.footage import Footage
from ambianic.recording.mp4.read import read
from ambianic.recording.recovery import mend
from ambianic.recording.segment import Segment
from ambianic.recording.timeline import Timeline
from tests.edge.recording.fed import BEGIN, recording
from tests.edge.recording.probe import check, decode
from tests.support.paths import ROOT
from tests.support.rtsp import Clip

CLIP = Clip(seconds=16, width=320, height=240, audio="aac")
CAMERAS = ("00000001", "00000002", "00000003")
LOST_SECONDS = 2.8
"""A fragment that is not complete, the sound it waits for, and what is on its way through the process."""


@dataclass(frozen=True)
class Session:
    """When a process that was killed had begun to record, and when it was killed."""

    began: float
    killed: float


async def record_and_kill(directory: Path, seconds: float) -> Session:
    """Record in a process of its own, and kill it after so many seconds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.edge.faults.recorder_process",
        str(directory),
        str(CLIP.file()),
        *CAMERAS,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout
        async with asyncio.timeout(60):
            assert await process.stdout.readline() == b"recording\n"
        began = time.time()
        await asyncio.sleep(seconds)
        killed = time.time()
    finally:
        process.kill()
        await process.wait()
    return Session(began, killed)


async def mended(directory: Path) -> dict[str, list[Segment]]:
    """Start as an edge does after a crash: the segments of each camera, after a look at whether index and disk agree."""
    timeline = Timeline(directory)
    await timeline.open(CAMERAS)
    footage = Footage(timeline.recordings, timeline.segments)
    try:
        await footage.start()
        assert await timeline.segments.unfinished_segments() == []
        found = {camera: await timeline.segments.segments(camera, 0.0, 1e11) for camera in CAMERAS}
    finally:
        await footage.stop()
        await timeline.close()
    indexed = {segment.path(timeline.recordings): segment for segments in found.values() for segment in segments}
    assert set(timeline.recordings.rglob("*.mp4")) == set(indexed)
    for path, segment in indexed.items():
        assert path.stat().st_size == segment.bytes
    return found


def look(directory: Path, segments: list[Segment], sessions: list[Session]) -> None:
    """Fail where anything of a camera is lost or doubled, or does not play."""
    for before, after in pairwise(segments):
        assert before.end is not None
        assert after.start > before.end - 0.05
    for session in sessions:
        of_session = [segment for segment in segments if session.began - 1 < segment.start < session.killed]
        for before, after in pairwise(of_session):
            assert before.end is not None
            assert after.start - before.end < 0.05
        if session.killed - session.began > LOST_SECONDS:
            assert of_session
            assert of_session[0].start < session.began + 0.5
            assert (of_session[-1].end or 0) > session.killed - LOST_SECONDS
    for segment in segments:
        path = segment.path(directory / "recordings")
        assert segment.end is not None
        assert len(decode(path).pictures) == round(10 * (segment.end - segment.start))


async def kill_after(directory: Path, times: list[float]) -> None:
    """Kill again and again, after so many seconds each time, and look."""
    sessions = []
    for seconds in times:
        sessions.append(await record_and_kill(directory, seconds))
        found = await mended(directory)
    for segments in found.values():
        await asyncio.to_thread(look, directory, segments, sessions)
    await asyncio.to_thread(check_all, directory)


def check_all(directory: Path) -> None:
    """Fail where a player complains of any file."""
    for path in (directory / "recordings").rglob("*.mp4"):
        check(path)


async def test_killed(tmp_path: Path) -> None:
    """Index and disk agree, every file plays, and only the last seconds are lost."""
    await kill_after(tmp_path, [random.uniform(3, 4)])


@pytest.mark.long
async def test_killed_often(tmp_path: Path) -> None:
    """The same at many instants, one after the other in the same directory."""
    await kill_after(tmp_path, [random.uniform(0, 4) for _ in range(14)])


async def test_power_that_fails_in_the_middle_of_a_write(tmp_path: Path) -> None:
    """Wherever the file ends, what was written whole before that stays and plays."""
    async with recording(tmp_path, CLIP, mode="continuous") as home:
        await home.camera.play(12)
        (segment,) = await home.finish()
        path = segment.path(home.directory)
        whole, contents = path.read_bytes(), read(path)
        first = contents.offset + contents.rows[0].size
    chance = random.Random(1)
    pictures = len(decode(whole).pictures)
    torn = tmp_path / "torn.mp4"
    lengths = set()
    for size in [0, 10, 700, *(chance.randrange(len(whole)) for _ in range(20)), len(whole) - 1]:
        # The table of the fragments is written last: a file that is torn has none.
        torn.write_bytes(whole[:size])
        left = mend(torn)
        if left is None:
            assert not torn.exists()
            assert size < first
            continue
        assert left.start == pytest.approx(BEGIN, abs=0.02)
        assert torn.stat().st_size == left.size <= size
        shown = len(decode(torn).pictures)
        assert shown == round((left.end - left.start) * 10) <= pictures
        assert mend(torn) is not None
        lengths.add(shown)
    check(torn)
    assert len(lengths) > 3
