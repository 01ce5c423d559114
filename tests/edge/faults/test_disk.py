"""The disk of a recording edge is full, and is freed again.

The kernel's limit on the size of files refuses every write, as a full disk does (tests/edge/test_full_disk.py).
"""

import asyncio
from collections import Counter
from contextlib import closing
from itertools import pairwise
import sqlite3
import time
from typing import Any

import pytest

from ambianic.events import rfc3339
from ambianic.recording.mp4.read import read
from tests.edge.test_full_disk import RefusedEdge, edge
from tests.support.rtsp import Clip

__all__ = ["edge"]

SECONDS = 8


async def spans(edge: RefusedEdge, camera: str) -> list[dict[str, Any]]:
    """What is recorded of a camera."""
    start, end = rfc3339(time.time() - 3600), rfc3339(time.time() + 60)
    _, answer = await edge.call("GET", f"/recordings?camera={camera}&start={start}&end={end}")
    found: list[dict[str, Any]] = answer["spans"]
    return found


async def recorded(edge: RefusedEdge, camera: str, number: int) -> None:
    """Wait until so many spans are recorded, and a moment longer."""
    async with asyncio.timeout(90):
        while len(await spans(edge, camera)) < number:
            await asyncio.sleep(0.2)
    await asyncio.sleep(SECONDS)


@pytest.mark.long
async def test_recordings_and_events_go_on_when_there_is_room_again(edge: RefusedEdge) -> None:
    """What was recorded plays, the hole is honest, each visit is there once, and index and disk agree."""
    clip = Clip(seconds=20).file()
    recording = {"mode": "continuous", "pre_seconds": 1, "post_seconds": 1}
    _, camera = await edge.call("POST", "/cameras", {"name": "Street", "url": str(clip), "recording": recording})
    told: set[str] = set()

    async def listen() -> None:
        async with edge.session.ws_connect("/api/v1/stream") as socket:
            async for message in socket:
                told.update([message.json()["event"]["id"]] if message.json()["type"] == "event" else [])

    listening = asyncio.create_task(listen())
    await recorded(edge, camera["id"], 1)
    edge.refuse()
    trouble = await edge.told(lambda message: bool("storage" in message and message["storage"]["trouble"]))
    assert trouble["storage"]["trouble"]
    await asyncio.sleep(SECONDS)
    assert (await edge.call("GET", "/info"))[0] == 200
    edge.accept()
    await edge.told(lambda message: "storage" in message and message["storage"]["trouble"] is None)
    await recorded(edge, camera["id"], 2)

    _, status = await edge.call("GET", f"/cameras/{camera['id']}")
    assert status["status"]["recording"] == "recording"
    listening.cancel()
    _, page = await edge.call("GET", "/events?limit=200")
    known = Counter(event["id"] for event in page["events"])
    assert told
    assert told <= set(known)
    assert set(known.values()) == {1}
    parts = await spans(edge, camera["id"])
    assert all(before["end"] < after["start"] for before, after in pairwise(parts))
    assert (await edge.call("PATCH", f"/cameras/{camera['id']}", {"enabled": False}))[0] == 200
    await asyncio.sleep(2)
    with closing(sqlite3.connect(edge.data / "events.sqlite3")) as connection:
        rows = dict(connection.execute('SELECT id, bytes FROM segment WHERE "end" IS NOT NULL'))
        assert connection.execute("SELECT count(*) FROM segment").fetchone() == (len(rows),)
    files = {path.stem: path for path in edge.data.rglob("*.mp4")}
    assert {name: path.stat().st_size for name, path in files.items()} == rows
    contents = sorted((read(path) for path in files.values()), key=lambda found: found.start)
    assert all(found.rows and found.end > found.start for found in contents)
    assert all(after.start > before.end - 0.05 for before, after in pairwise(contents))
