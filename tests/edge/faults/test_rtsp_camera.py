"""A real RTSP camera that is recorded, goes away and comes back."""

import asyncio
from itertools import pairwise
from pathlib import Path
import time
from typing import Literal

import pytest

from ambianic.cameras.camera import Camera
from ambianic.cameras.timing import Backoff, Timing
from ambianic.config import CameraConfig, RecordingConfig
from ambianic.recording.footage import Footage
from ambianic.recording.timeline import Timeline
from tests.edge.recording.fed import CAMERA
from tests.edge.recording.probe import check, decode, save
from tests.support.rtsp import Clip, RtspServer

SOON = Backoff(first=0.1, most=0.5)


@pytest.mark.long
@pytest.mark.parametrize("sound", ["aac", "pcm_mulaw", "opus"])
async def test_a_camera_that_is_switched_off_and_on(sound: Literal["aac", "pcm_mulaw", "opus"], tmp_path: Path) -> None:
    """What it sent is there with its sound, each at its time."""
    clip = Clip(seconds=10, width=320, height=240, audio=sound)
    await asyncio.to_thread(clip.file)
    timeline = Timeline(tmp_path)
    await timeline.open([CAMERA])
    footage = Footage(timeline.recordings, timeline.segments)
    await footage.start()
    async with RtspServer({"/cam": clip}) as server:
        config = CameraConfig(id=CAMERA, name="Garden", url=server.url("/cam"), recording=RecordingConfig(mode="continuous"))
        camera = Camera(config, lambda _camera: None, Timing(backoff=SOON))
        camera.start()
        footage.watch(camera)
        try:
            async with asyncio.timeout(60):
                await camera.main.opened()
                began = time.time()
                await asyncio.sleep(6)
                stopped = time.time()
                await server.stop()
                while camera.main.info is not None:
                    await asyncio.sleep(0.05)
                await asyncio.sleep(2)
                await server.start()
                await camera.main.opened()
                again = time.time()
                await asyncio.sleep(5)
            ended = time.time()
            await footage.unwatch(CAMERA)
            recorded = await footage.clip(CAMERA, began, ended)
            first, second = recorded.parts
            assert began - 1 < first.start < began + 1
            assert stopped - 1 < first.end < stopped + 1
            assert again - 1 < second.start < again + 1.5
            assert ended - 1 < second.end < ended + 0.5
            for number, part in enumerate(recorded.parts):
                path = await save(part, tmp_path / f"{number}.mp4")
                check(path)
                found = decode(path)
                steps = [after - before for before, after in pairwise(found.pictures)]
                # The camera's clock is known, and followed, only after some pictures.
                assert [step for step in steps[10:] if not 0.05 < step < 0.15] == []
                assert max(after - before for before, after in pairwise(found.sound)) < 0.12
                assert found.sound[0] < 0.6
                assert found.sound[-1] > part.duration - 0.6
        finally:
            await footage.stop()
            await camera.stop()
            await timeline.close()
