"""What recording one camera continuously costs: CPU of the edge's process, and bytes on disk for each byte of the stream.

The camera is a real RTSP stream of 1080p, 15 pictures a second, 4 Mbit/s with sound. The CPU is that of a process that reads the stream and
records it, less that of the same process while it only reads it; the two take turns, and of several rounds the one in the middle counts.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
import tempfile
import time

from ambianic.cameras.camera import Camera
from ambianic.config import CameraConfig, RecordingConfig
from ambianic.recording.footage import Footage
from ambianic.recording.timeline import Timeline
from tests.support.rtsp import Clip, RtspServer

STREAM = Clip(width=1920, height=1080, fps=15, key_interval=30, kbit=4000, seconds=8, audio="aac")
ROUNDS, SECONDS = 5, 15.0
QUICK_ROUNDS, QUICK_SECONDS = 3, 4.0


@dataclass
class Stream:
    """The bytes that a camera has sent since the beginning."""

    bytes: int = 0


async def measure(*, quick: bool) -> dict[str, float]:
    """Measure, and print what each round gave."""
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if quick else (ROUNDS, SECONDS)
    await asyncio.to_thread(STREAM.file)
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as directory:
        async with RtspServer({"/cam": STREAM}) as server, _watched(server.url("/cam")) as camera:
            print("reading   recording   recording alone   (% of a core)")
            costs = []
            for number in range(rounds):
                reading = await _cpu(seconds)
                async with _recorded(camera, Path(directory) / str(number)):
                    recording = await _cpu(seconds)
                costs.append(recording - reading)
                print(f"{reading:7.2f}   {recording:9.2f}   {recording - reading:15.2f}")
            ratio = await _ratio(camera, Path(directory) / "ratio", seconds)
    print(f"bytes on disk / bytes of the stream: {ratio:.4f}")
    return {"cpu_percent": round(median(costs), 2), "bytes_ratio": round(ratio, 4)}


async def _cpu(seconds: float) -> float:
    """The CPU of this process in percent of a core."""
    began, used = time.monotonic(), time.process_time()
    await asyncio.sleep(seconds)
    return 100 * (time.process_time() - used) / (time.monotonic() - began)


async def _ratio(camera: Camera, directory: Path, seconds: float) -> float:
    """The bytes of the files that a recording leaves, for each byte of the stream."""
    stream = Stream()
    counting = asyncio.create_task(_count(camera, stream))
    async with _recorded(camera, directory):
        await asyncio.sleep(seconds)
        counting.cancel()
    return await asyncio.to_thread(_size, directory) / stream.bytes


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*.mp4"))


async def _count(camera: Camera, stream: Stream) -> None:
    with camera.main.subscribe() as video, camera.audio.subscribe() as sound:
        while batch := await video.batch():
            stream.bytes += sum(len(packet.data) for packet in batch) + sum(len(packet.data) for packet in sound.take())


@asynccontextmanager
async def _watched(url: str) -> AsyncIterator[Camera]:
    """A camera that is connected."""
    config = CameraConfig(id="00000001", name="Bench", url=url, recording=RecordingConfig(mode="continuous"))
    camera = Camera(config, lambda _camera: None)
    camera.start()
    try:
        async with asyncio.timeout(30):
            await camera.main.opened()
        yield camera
    finally:
        await camera.stop()


@asynccontextmanager
async def _recorded(camera: Camera, directory: Path) -> AsyncIterator[None]:
    """Record the camera into a directory of its own."""
    await asyncio.to_thread(directory.mkdir)
    timeline = Timeline(directory)
    await timeline.open([])
    footage = Footage(timeline.recordings, timeline.segments)
    await footage.start()
    footage.watch(camera)
    try:
        yield
    finally:
        await footage.stop()
        await timeline.close()
