"""How a recording is cut into fragments."""

from itertools import pairwise
from pathlib import Path

import pytest

from ambianic.recording.mp4.read import read
from tests.support.rtsp import Clip

from .fed import BEGIN, CAMERA, recording
from .probe import check, decode, save


@pytest.mark.parametrize(("interval", "lengths"), [(2, {0.6}), (10, {1.0}), (20, {2.0}), (45, {0.9, 1.2})])
async def test_fragments_are_short_and_begin_with_key_frames_where_these_come_often(
    interval: int, lengths: set[float], tmp_path: Path
) -> None:
    """What is not written yet when the power fails is never more than two seconds."""
    clip = Clip(seconds=18, width=320, height=240, key_interval=interval, audio="aac")
    async with recording(tmp_path, clip, mode="continuous") as home:
        await home.camera.play(18)
        (segment,) = await home.finish()
        rows = read(segment.path(home.directory)).rows
        # That groups of pictures are long shows only after the first.
        assert {round(row.duration / 90_000, 1) for row in rows[3:-2]} == lengths
        assert max(row.duration for row in rows) <= 2.1 * 90_000
        assert all(row.key for row in rows) is (interval < 30)
        found = await home.footage.clip(CAMERA, BEGIN, BEGIN + 18)
        path = await save(found, tmp_path / "clip.mp4")
        check(path)
        played = decode(path)
        assert len(played.pictures) == len(home.camera.sent)
        assert all(0.09 < after - before < 0.11 for before, after in pairwise(played.pictures))
