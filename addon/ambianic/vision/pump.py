"""Hands a camera's packets to the vision process."""

import asyncio
from contextlib import suppress
from time import time

from ambianic.cameras.audio import AudioFeed
from ambianic.cameras.feed import Feed
from ambianic.config import DetectionConfig

from .framing import WireError
from .labels import SOUNDS
from .meter import Meter
from .process import Process
from .wire import Picture, Sound, SoundStream, Stream


class Pump:
    """One camera's feeds on their way to one process.

    When the process does not read, the feed's subscription drops to the next key frame by itself.
    """

    def __init__(self, camera_id: str, feed: Feed, sound: AudioFeed | None, meter: Meter, process: Process) -> None:
        """Begin with the pictures; `detection` says more."""
        self._camera_id = camera_id
        self._feed = feed
        self._sound = sound
        self._meter = meter
        self._process = process
        self._fps = 0.0
        self._pictures = asyncio.create_task(self._pump_pictures())
        self._sounds: asyncio.Task[None] | None = None

    def configure(self, detection: DetectionConfig) -> None:
        """Hand on the sound too, where something is to be heard in it."""
        self._fps = detection.fps
        wanted = self._sound is not None and not SOUNDS.isdisjoint(detection.labels)
        if wanted and self._sounds is None and self._sound is not None:
            self._sounds = asyncio.create_task(self._pump_sound(self._sound))
        elif not wanted and self._sounds is not None:
            self._sounds.cancel()
            self._sounds = None

    def stop(self) -> None:
        """Hand on nothing more."""
        self._pictures.cancel()
        if self._sounds is not None:
            self._sounds.cancel()

    async def _pump_pictures(self) -> None:
        with suppress(ConnectionError):
            while True:
                self._process.send(Stream(self._camera_id, await self._feed.opened()))
                with self._feed.subscribe() as subscription:
                    backlog, lost, last = len(subscription), 0, time()
                    while (packet := await subscription.get()) is not None:
                        if subscription.dropped > lost:
                            self._meter.lost += max(0.0, packet.time - last) * self._fps
                            lost = subscription.dropped
                        last = packet.time
                        # Of the pictures from before, only the last is worth a look: the others show the past.
                        backlog -= 1
                        try:
                            self._process.send(Picture(self._camera_id, packet, past=backlog > 0))
                        except WireError:
                            self._meter.lost += 1
                        await self._process.drain()

    async def _pump_sound(self, feed: AudioFeed) -> None:
        with suppress(ConnectionError):
            while True:
                self._process.send(SoundStream(self._camera_id, await feed.opened()))
                with feed.subscribe() as subscription:
                    while (packet := await subscription.get()) is not None:
                        self._process.send(Sound(self._camera_id, packet))
                        await self._process.drain()
