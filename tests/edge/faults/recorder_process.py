"""A process that records cameras in real time until it is killed: `python -m tests.edge.faults.recorder_process DIRECTORY CLIP CAMERA…`.

It prints `recording` once it does. Segments are short, so that an instant chosen by chance often is the beginning or the end of one.
"""

import asyncio
from pathlib import Path
import sys
import time

from ambianic.recording import segmenter
from ambianic.recording.footage import Footage
from ambianic.recording.timeline import Timeline
from tests.edge.recording.fed import FedCamera

STEP = 0.05
segmenter.SEGMENT_SECONDS = 2


async def main(directory: Path, clip: Path, camera_ids: list[str]) -> None:
    """Record until the end."""
    timeline = Timeline(directory)
    await timeline.open(camera_ids)
    footage = Footage(timeline.recordings, timeline.segments)
    await footage.start()
    began = time.time()
    cameras = [FedCamera(clip, camera_id, now=began, mode="continuous") for camera_id in camera_ids]
    for camera in cameras:
        footage.watch(camera.camera)
    print("recording", flush=True)
    while True:
        for camera in cameras:
            await camera.play(STEP)
        await asyncio.sleep(max(0.0, cameras[0].now - time.time()))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
