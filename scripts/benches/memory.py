"""Memory of the edge's processes with one camera and with four, and whether it grows.

Each run is an edge of its own with real RTSP cameras on which people walk about. RSS is summed over the edge's processes, so what
they share counts more than once. The growth is that of a straight line through the second half of a run; the larger one counts.
"""

import asyncio
from pathlib import Path
import statistics
import tempfile
import time

import psutil

from tests.support.edge import Edge, EdgeApi
from tests.support.rtsp import Clip, RtspServer

CAMERAS = (1, 4)
SECONDS = 600
QUICK_SECONDS = 12
SAMPLES = 120
"""How many times in a run the memory is read."""


async def measure(*, quick: bool) -> dict[str, float]:
    """Measure an edge with one camera, then another with four. The growth of a quick run means little."""
    seconds = QUICK_SECONDS if quick else SECONDS
    figures: dict[str, float] = {}
    growths = []
    print(f"cameras   RSS after {seconds} s       growth")
    for cameras in CAMERAS:
        rss, growth = await _run(cameras, seconds)
        print(f"{cameras:7}   {rss:15.1f} MB   {growth:6.1f} MB/h", flush=True)
        figures[f"rss_mb_{cameras}"] = round(rss, 1)
        growths.append(growth)
    return figures | {"growth_mb_per_hour": round(max(growths), 1)}


async def _run(cameras: int, seconds: float) -> tuple[float, float]:
    """Run an edge with so many cameras: its RSS in MB at the end, and the growth in MB an hour."""
    paths = [f"/camera{number}" for number in range(cameras)]
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as directory:
        edge = Edge(Path(directory))
        async with RtspServer(dict.fromkeys(paths, Clip())) as rtsp:
            await edge.start()
            try:
                api = EdgeApi(edge, await edge.create_token("bench"))
                for path in paths:
                    await api.post("cameras", {"name": path[1:], "url": rtsp.url(path)})
                await _wait_until_running(api)
                return await _watch(edge, seconds)
            finally:
                await edge.stop()


async def _wait_until_running(api: EdgeApi) -> None:
    """Wait until detection looks at every camera."""
    async with asyncio.timeout(60):
        while True:
            cameras = (await api.get("cameras"))["cameras"]
            if all(camera["vision"]["state"] == "running" for camera in cameras):
                return
            await asyncio.sleep(0.2)


async def _watch(edge: Edge, seconds: float) -> tuple[float, float]:
    times, sizes = [], []
    began = time.monotonic()
    for number in range(1, SAMPLES + 1):
        await asyncio.sleep(began + number * seconds / SAMPLES - time.monotonic())
        edge.child.check()
        times.append(time.monotonic())
        sizes.append(_rss(edge.child.pid))
    half = SAMPLES // 2
    slope, _ = statistics.linear_regression(times[half:], sizes[half:])
    return sizes[-1], slope * 3600


def _rss(pid: int) -> float:
    """The RSS in MB of a process and its descendants."""
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in [process, *process.children(recursive=True)]) / 1e6
