"""Detection in real time: a real edge with four RTSP cameras before which people appear."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
import statistics
import tempfile
import time

import aiohttp
import psutil

from tests.support.edge import Edge, EdgeApi
from tests.support.paths import FOOTAGE
from tests.support.rtsp import Clip, Loop, RtspServer

from .appearances import FPS, make
from .vision_clips import CLIPS

CAMERAS = 4
SECONDS = 90
QUICK_SECONDS = 11
QUICK_CLIP = 21
"""Seconds of the footage in which two people appear."""
SHIFT = 1.3
"""Seconds by which the cameras' footage differs, so that people appear at different times."""
PATIENCE = 5.0
"""Seconds after which an appearance counts as missed."""
GOP = 30
NOISE = "noise=alls=5:allf=t"


@dataclass(frozen=True)
class Alarm:
    """A camera's event began, told at a Unix time."""

    camera_id: str
    time: float


@dataclass(frozen=True)
class Watched:
    """What came of watching from one Unix time to another: alarms, and the vision process's RSS in MB and CPU seconds a second."""

    begin: float
    end: float
    alarms: Sequence[Alarm]
    rss: float
    cpu: float


async def live(*, quick: bool) -> dict[str, float]:
    """Watch for a while: the latency from a person's first picture to the event, and the vision process's memory."""
    footage = await asyncio.to_thread(make, CLIPS, FOOTAGE)
    seconds = QUICK_CLIP if quick else None
    clips = [
        Clip(source=footage.path, fps=FPS, key_interval=GOP, start=number * SHIFT, seconds=seconds, filter=NOISE)
        for number in range(CAMERAS)
    ]
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as directory:
        edge = Edge(Path(directory))
        async with RtspServer({f"/camera{number}": clip for number, clip in enumerate(clips)}) as server:
            await edge.start()
            try:
                token = await edge.create_token("bench")
                api = EdgeApi(edge, token)
                ids = [await _add(api, server.url(f"/camera{number}")) for number in range(CAMERAS)]
                await _running(api)
                watched = await _watch(edge, token, QUICK_SECONDS if quick else SECONDS)
            finally:
                await edge.stop()
            loops = list(server.loops)
    latencies, missed = [], 0
    for number, (camera_id, clip) in enumerate(zip(ids, clips, strict=True)):
        told = [alarm.time for alarm in watched.alarms if alarm.camera_id == camera_id]
        offsets = [picture / FPS - clip.start for picture in footage.appearances]
        for start in _appearances([loop for loop in loops if loop.path == f"/camera{number}"], offsets, seconds):
            if watched.begin <= start <= watched.end - PATIENCE:
                first = next((moment for moment in told if start <= moment < start + PATIENCE), None)
                missed += first is None
                latencies += [] if first is None else [first - start]
    if not latencies:
        raise SystemExit(f"None of {missed} people who appeared was detected within {PATIENCE:.0f} s.")
    median = statistics.median(latencies)
    print(
        f"live, {CAMERAS} cameras: {len(latencies)} people found, {missed} missed;",
        f"from visible to event: median {median:.2f} s, slowest {max(latencies):.2f} s",
    )
    print(f"vision process: {watched.rss:.0f} MB, {watched.cpu:.3f} CPU-s a second, {watched.cpu / CAMERAS:.3f} per camera")
    return {"rss_mb": round(watched.rss, 1)}


def _appearances(loops: Sequence[Loop], offsets: Sequence[float], seconds: float | None) -> list[float]:
    """The Unix times at which a camera sent somebody's first picture."""
    there = [offset for offset in offsets if seconds is None or offset < seconds]
    return [loop.time + offset for loop in loops for offset in there]


async def _add(api: EdgeApi, url: str) -> str:
    wanted = {"name": url.rpartition("/")[2], "url": url, "detection": {"labels": {"person": 0.5}}}
    camera_id: str = (await api.post("cameras", wanted))["id"]
    return camera_id


async def _running(api: EdgeApi) -> None:
    """Wait until detection looks at every camera."""
    async with asyncio.timeout(60):
        while True:
            cameras = (await api.get("cameras"))["cameras"]
            if all(camera["vision"]["state"] == "running" for camera in cameras):
                return
            await asyncio.sleep(0.2)


async def _watch(edge: Edge, token: str, seconds: float) -> Watched:
    process = next(
        child for child in psutil.Process(edge.child.pid).children(recursive=True) if "ambianic.vision" in child.cmdline()
    )
    begin, before = time.time(), process.cpu_times()
    alarms: list[Alarm] = []
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await _collect(edge, token, alarms)
    end, after = time.time(), process.cpu_times()
    cpu = (after.user + after.system - before.user - before.system) / (end - begin)
    return Watched(begin, end, alarms, process.memory_info().rss / 1e6, cpu)


async def _collect(edge: Edge, token: str, alarms: list[Alarm]) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.ws_connect(f"{edge.url}/api/v1/stream") as socket:
        while True:
            message = await socket.receive_json()
            if message["type"] == "event" and message["phase"] == "start":
                alarms.append(Alarm(message["event"]["camera_id"], time.time()))
