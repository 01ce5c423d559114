"""What a viewer costs the edge: its CPU with 1, 4 and 16 viewers of one camera, whose H.264 is passed through.

The viewers run in processes of their own. They are whole WebRTC receivers that leave out only the decoding of the pictures.
"""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
import json
import sys
import time
from typing import Self

import psutil

from tests.support.edge import Edge
from tests.support.paths import ROOT

from .camera import HD, SMOOTH, Whep, watched_camera

VIEWERS = (1, 4, 16)
PER_PROCESS = 8
SECONDS = 15
QUICK_SECONDS = 3
SETTLE = 1
"""Seconds after which the viewers have caught up with the camera."""
MODULE = "scripts.benches.receivers"


@dataclass(frozen=True)
class Cost:
    """`cpu` is the edge's CPU in percent of a core, `fps` the slowest viewer's pictures a second, `kbps` what each got."""

    viewers: int
    cpu: float
    fps: float
    kbps: float


async def measure(*, quick: bool) -> dict[str, float]:
    """Measure both sorts of footage. The CPU of a viewer is that of the whole edge, divided by the viewers."""
    seconds = QUICK_SECONDS if quick else SECONDS
    figures: dict[str, float] = {}
    print("footage   viewers   edge's CPU   per viewer   fps (slowest)   kbit/s each")
    for footage in (HD, SMOOTH):
        async with watched_camera(footage) as (edge, whep):
            idle = await _cpu(edge, seconds)
            print(f"{footage!s:7}   {0:7}   {idle:8.1f} %", flush=True)
            # In a quick run the other footage is only measured with all viewers.
            for viewers in VIEWERS if footage is HD or not quick else VIEWERS[-1:]:
                cost = await _watch(edge, whep, viewers, seconds)
                print(
                    f"{footage!s:7}   {viewers:7}   {cost.cpu:8.1f} %   {cost.cpu / viewers:8.2f} %   {cost.fps:13.1f}   "
                    f"{cost.kbps:11.0f}",
                    flush=True,
                )
                if footage is HD:
                    figures = {"cpu_percent_per_viewer": round(cost.cpu / viewers, 2), "fps_min": round(cost.fps, 1)}
    return figures


async def _watch(edge: Edge, whep: Whep, viewers: int, seconds: float) -> Cost:
    async with AsyncExitStack() as stack:
        receivers = [
            await stack.enter_async_context(Receivers(whep, min(PER_PROCESS, viewers - first)))
            for first in range(0, viewers, PER_PROCESS)
        ]
        await asyncio.sleep(SETTLE)
        for receiver in receivers:
            await receiver.say("go")
        cpu = await _cpu(edge, seconds)
        rows = [row for receiver in receivers for row in await receiver.say("stop")]
    return Cost(viewers, cpu, min(row["fps"] for row in rows), sum(row["kbps"] for row in rows) / viewers)


async def _cpu(edge: Edge, seconds: float) -> float:
    """The CPU of the edge's processes in percent of a core."""

    def used() -> float:
        process = psutil.Process(edge.child.pid)
        return sum(sum(one.cpu_times()[:2]) for one in [process, *process.children(recursive=True)])

    edge.child.check()
    before, start = used(), time.monotonic()
    await asyncio.sleep(seconds)
    return 100 * (used() - before) / (time.monotonic() - start)


class Receivers:
    """A process with some viewers, which are connected while the context lasts."""

    def __init__(self, whep: Whep, count: int) -> None:
        """Have `count` viewers."""
        self._arguments = [whep.url, whep.camera_id, whep.token, str(count)]
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start the process and wait until all of its viewers get pictures."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", MODULE),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        # The token goes through the pipe: other users of the machine could read arguments.
        await self.say(json.dumps(self._arguments))
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the process."""
        assert self._process
        assert self._process.stdin
        self._process.stdin.close()
        await self._process.wait()

    async def say(self, word: str) -> list[dict[str, float]]:
        """Send a line and wait for the answer."""
        assert self._process
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{word}\n".encode())
        async with asyncio.timeout(30):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("A process with viewers ended early.")
        rows: list[dict[str, float]] = json.loads(line)
        return rows
