"""Sound through the real vision process."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from ambianic.cameras.audio import AudioFeed
from ambianic.cameras.feed import Feed
from ambianic.config import DetectionConfig
from ambianic.events import Phase

from .footage import Clip
from .test_client import ONE, endless, running, until
from .test_sounds import alarm, encode

HURRY = 5
"""Sound is handed over so many times faster than it would come."""


@pytest.mark.long
async def test_a_smoke_alarm_through_the_process(model_path: Path, walk: Clip) -> None:
    """A camera's sound becomes an event with the newest picture, and the labels of sounds are offered."""
    info, packets = encode(alarm(3, 16000), "aac", 16000)
    pictures, sound = Feed(), AudioFeed()
    async with running(model_path) as edge:
        edge.client.watch(ONE, pictures, DetectionConfig(labels={"smoke_alarm": 0.5}), sound=sound)
        await until(lambda: edge.client.status.state == "running")
        assert {"smoke_alarm", "glass", "bark", "scream"} <= set(edge.client.status.labels)
        pictures.start(walk.info)
        sound.start(info)
        await until(lambda: sound._subscriptions)
        shown = endless(walk, packets[0].time)
        for before, packet in pairwise(packets):
            pictures.push(next(shown))
            sound.push(before)
            await asyncio.sleep((packet.time - before.time) / HURRY)
        await until(lambda: edge.told)
        ((phase, event, picture),) = edge.told
        assert phase is Phase.START
        assert event.label == "smoke_alarm"
        assert picture
        sound.stop()
        pictures.stop()
    assert edge.phases(ONE) == [Phase.START, Phase.END]
