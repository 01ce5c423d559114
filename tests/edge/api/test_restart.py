"""A visit that goes on while parts of the edge die stays one visit with one recording."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
import os
from pathlib import Path
import signal
from typing import Any

import aiohttp
import psutil
import pytest

from tests.support.edge import Edge
from tests.support.rtsp import Clip, RtspServer

from .conftest import Api

pytestmark = pytest.mark.long


@asynccontextmanager
async def following(edge: Edge) -> AsyncIterator[Api]:
    """The API of an edge that runs as a process."""
    token = await edge.create_token("test")
    async with aiohttp.ClientSession(edge.url, headers={"Authorization": f"Bearer {token}"}) as session:
        yield Api(edge.data, session, "")


async def event_when(api: Api, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first event for which something is true."""
    async with asyncio.timeout(90):
        while True:
            for event in reversed((await api("GET", "/events?limit=200")).json["events"]):
                if condition(event):
                    return dict(event)
            await asyncio.sleep(0.2)


async def going_on(api: Api) -> set[str]:
    """The visits that have not ended."""
    return {event["id"] for event in (await api("GET", "/events?limit=200")).json["events"] if event["end"] is None}


def kill_vision(edge: Edge) -> None:
    """Kill the process that looks at pictures, as a model that crashes would."""
    (child,) = (child for child in psutil.Process(edge.child.pid).children() if "ambianic.vision" in " ".join(child.cmdline()))
    os.kill(child.pid, signal.SIGKILL)


@pytest.mark.parametrize("victim", ["vision", "edge"])
async def test_a_visit_goes_on(tmp_path: Path, victim: str) -> None:
    """People who stand there, since the footage stands still, are there before and after."""
    camera, edge = RtspServer({"/live": Clip(start=1, seconds=0.1, filter="loop=loop=300:size=1")}), Edge(tmp_path)
    await camera.start()
    try:
        await edge.start()
        async with following(edge) as api:
            wanted = {"name": "Street", "url": camera.url("/live"), "detection": {"labels": {"person": 0.5}}}
            await api("POST", "/cameras", wanted)
            before = await event_when(api, lambda event: event["end"] is None and event["clip"] is not None)
            await asyncio.sleep(12)
            standing = await going_on(api)
            if victim == "vision":
                kill_vision(edge)
            else:
                edge.child.kill()
                await edge.start()
            killed = datetime.now().astimezone()
            await asyncio.sleep(15)
            after = (await api("GET", f"/events/{before['id']}")).json
            clip = (await api("GET", f"/events/{before['id']}/clip")).json
            still_standing = await going_on(api)
    finally:
        await edge.stop()
        await camera.stop()
    assert (after["start"], after["end"]) == (before["start"], None)
    assert after["clip"] == {"start": before["clip"]["start"], "end": None}
    assert datetime.fromisoformat(clip["start"]) < killed < datetime.fromisoformat(clip["end"])
    assert still_standing == standing
