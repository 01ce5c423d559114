"""Cameras whose packets are those of a clip, as fast as they can be recorded, with a clock of their own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import cache
import os
from pathlib import Path
from typing import Any

import pytest

from ambianic.cameras import ffmpeg
from ambianic.cameras.camera import Camera
from ambianic.cameras.packets import CLOCK_RATE, AudioInfo, AudioPacket, Packet, StreamInfo
from ambianic.cameras.sample import AudioSample, Sample
from ambianic.config import CameraConfig, RecordingConfig
from ambianic.recording import camera_recorder
from ambianic.recording.footage import Clip as Recorded, Footage, NoFootage
from ambianic.recording.segment import Segment
from ambianic.recording.timeline import Timeline
from tests.support.rtsp import Clip

CAMERA = "00000001"
BEGIN = 1_795_000_000.0
"""The Unix time at which the packets begin."""
SECOND = CLOCK_RATE

type Item = Packet | AudioPacket


@cache
def load(path: Path) -> tuple[StreamInfo, AudioInfo | None, tuple[Item, ...]]:
    """What is in a file: its packets, their time stamps from 0 on, in order."""
    info: StreamInfo | None = None
    sound: AudioInfo | None = None
    items: list[Item] = []
    source = ffmpeg.Input(url=str(path), host=path.name, is_file=True, audio=True, open_timeout=10, read_timeout=10)
    first: int | None = None
    for item in ffmpeg.read(source, "The clip"):
        match item:
            case StreamInfo():
                info = item
            case AudioInfo():
                sound = item
            case Sample(data=data, ticks=ticks, keyframe=keyframe, offset=offset):
                assert ticks is not None
                first = ticks if first is None else first
                items.append(Packet(data, ticks - first, 0.0, keyframe, offset))
            case AudioSample(data=data, ticks=ticks):
                assert ticks is not None
                if first is not None and ticks >= first:
                    items.append(AudioPacket(data, ticks - first, 0.0))
    assert info is not None
    return info, sound, tuple(sorted(items, key=lambda item: item.pts))


def with_stamps(clip: Clip) -> Path:
    """The clip's file in QuickTime where it has B-frames: that tells when they are decoded."""
    path = clip.file()
    if not clip.bframes:
        return path
    mov = path.with_suffix(".mov")
    if not mov.exists():
        part = path.with_suffix(f".{os.getpid()}.mov")
        clip.encode(part, "mov")
        part.rename(mov)
    return mov


class FedCamera:
    """A camera that is not connected to anything: `play` feeds it.

    `now` is its clock, in Unix time, and that of the footage.
    """

    def __init__(self, clip: Path, camera_id: str = CAMERA, *, now: float = BEGIN, **recording: Any) -> None:
        self.now = now
        self.sent: list[Packet] = []
        self.muted = False
        self._pts = 0
        self._camera_id = camera_id
        self._open(clip)
        self.camera = self._camera(recording)

    def with_settings(self, **recording: Any) -> Camera:
        """The camera with other settings, its connection kept."""
        self.camera.config = self._camera(recording).config
        return self.camera

    def change(self, clip: Path) -> None:
        """The stream ends, and another begins with the next `play`."""
        self.camera.main.stop()
        self.camera.audio.stop()
        self._open(clip)

    async def play(self, seconds: float, *, lose: Iterator[bool] | None = None, late: bool = False) -> None:
        """Send what comes next, looped where the clip is over.

        `lose` tells of each picture whether it is lost on the way. What is `late` arrives all at once, when the time is over.
        """
        if self.camera.main.info is None:
            self.camera.main.start(self._info)
            if self._sound is not None:
                self.camera.audio.start(self._sound)
            await settled()
        end = self._pts + round(seconds * CLOCK_RATE)
        told = self._pts
        while (item := self._next()).pts < end:
            if item.pts - told > CLOCK_RATE // 2:
                told = item.pts
                await settled()
            if late:
                item = replace(item, time=self.now + seconds)
            if isinstance(item, AudioPacket):
                if not self.muted:
                    self.camera.audio.push(item)
            elif lose is None or not next(lose):
                self.sent.append(item)
                self.camera.main.push(item)
            self._at += 1
        self.now += (end - self._pts) / CLOCK_RATE
        self._pts = end
        await settled()

    def wait(self, seconds: float) -> None:
        """Send nothing for a time."""
        self._shift += round(seconds * CLOCK_RATE)
        self._pts += round(seconds * CLOCK_RATE)
        self.now += seconds

    def _open(self, clip: Path) -> None:
        self._info, self._sound, self._items = load(clip)
        self._at, self._shift = 0, self._pts
        self._length = max(item.pts for item in self._items if isinstance(item, Packet)) + round(
            CLOCK_RATE / (self._info.fps or 10)
        )

    def _next(self) -> Item:
        if self._at == len(self._items):
            self._at = 0
            self._shift += self._length
        item = self._items[self._at]
        pts = item.pts + self._shift
        return replace(item, pts=pts, time=self.now + (pts - self._pts) / CLOCK_RATE)

    def _camera(self, recording: dict[str, Any]) -> Camera:
        settings = RecordingConfig(**recording)
        config = CameraConfig(id=self._camera_id, name="Garden", url="rtsp://127.0.0.1/garden", recording=settings)
        return Camera(config, lambda _camera: None)


async def settled() -> None:
    """Let the recorder take what was sent."""
    for _ in range(8):
        await asyncio.sleep(0)


class Recording:
    """A directory with an index, and what records into it."""

    def __init__(self, directory: Path, camera: FedCamera) -> None:
        self.camera = camera
        self.timeline = Timeline(directory)
        self.directory = self.timeline.recordings
        self.footage = Footage(self.directory, self.timeline.segments, clock=lambda: camera.now)

    async def segments(self) -> list[Segment]:
        """All segments of the camera."""
        return await self.timeline.segments.segments(CAMERA, 0.0, 1e11)

    async def finish(self) -> list[Segment]:
        """Stop recording the camera; everything that was written."""
        await self.footage.unwatch(CAMERA)
        async with asyncio.timeout(10):
            while True:
                segments = await self.segments()
                if all(segment.end is not None for segment in segments) and len(segments) == len(self.files()):
                    return segments
                await asyncio.sleep(0.02)

    async def wait_for_clip(self, end: float) -> Recorded:
        """The clip of everything so far, once it reaches up to a time."""
        async with asyncio.timeout(10):
            while True:
                with suppress(NoFootage):
                    clip = await self.footage.clip(CAMERA, BEGIN, end + 100)
                    if clip.end >= end:
                        return clip
                await asyncio.sleep(0.02)

    def files(self) -> list[Path]:
        """All files of segments."""
        return sorted(self.directory.rglob("*.mp4"))


@asynccontextmanager
async def recording(directory: Path, clip: Clip | Path, **settings: Any) -> AsyncIterator[Recording]:
    """Watch a camera that plays a clip."""
    path = clip if isinstance(clip, Path) else await asyncio.to_thread(with_stamps, clip)
    recording = Recording(directory, FedCamera(path, **settings))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(camera_recorder, "BATCH_SECONDS", 0)
        await recording.timeline.open([CAMERA])
        await recording.footage.start()
        recording.footage.watch(recording.camera.camera)
        try:
            yield recording
        finally:
            await recording.footage.stop()
            await recording.timeline.close()
