"""How long it takes from the tap on an event until the first picture of its recording is shown, in Chromium.

The edge has recorded a camera of 1080p with 4 Mbit/s and sound. A clip of some seconds, which came from the camera just now, and one of ten minutes
are opened from the timeline: on the edge's page inside Home Assistant, on the same machine, and on a phone that was paired, over the data channel
across a line of 50 Mbit/s with a round trip of 20 ms (tests/support/slowlink.py). The JSON has the worse of the two medians of each way.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
import statistics
import tempfile
import time
from typing import Any
from unittest.mock import patch

from playwright.async_api import Page

from ambianic.recording import camera_recorder
from ambianic.recording.footage import Footage, NoFootage
from ambianic.recording.timeline import Timeline
from tests.edge.recording.fed import FedCamera
from tests.support.edge import Edge, EdgeApi
from tests.support.netlab import Namespace
from tests.support.phone_page import PhonePage, phone_page
from tests.support.registrar import UNLIMITED, Registrar
from tests.support.rtsp import Clip, RtspServer
from tests.support.slowlink import RIGHT, Line, two_hosts
from tests.support.ui import build, profile

ROUNDS = 15
QUICK_ROUNDS = 3
LINE = Line(mbit=50, rtt_ms=20)
STREAM = Clip(width=1920, height=1080, fps=15, key_interval=30, kbit=4000, seconds=8, audio="aac")
SHORT = 10
"""Seconds that are recorded just before."""
LONG = 600
SLICE = 40
"""Seconds that the recorder is given at once: it would leave out what waits for the disk too long."""

# Tells when a person taps, and when the first picture of a video is shown, on the page's own clock.
_WATCH = """
addEventListener("click", () => { window.tapped = performance.now(); window.shown = null; }, true);
const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "src");
Object.defineProperty(HTMLMediaElement.prototype, "src", {...source, set(value) {
    this.requestVideoFrameCallback(() => { window.shown ??= performance.now(); });
    source.set.call(this, value);
}});
"""


@dataclass(frozen=True)
class Home:
    """The edge, and the events that are opened: name and id."""

    api: EdgeApi
    edge: Edge
    registrar: Registrar
    events: dict[str, str]


async def measure(*, quick: bool) -> dict[str, float]:
    """Open both clips again and again, both ways."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    await asyncio.to_thread(build)
    await asyncio.to_thread(STREAM.file)
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as name, two_hosts(LINE) as (far, near):
        directory = Path(name)
        with near.inside():
            async with _home(directory) as home:
                print(f"{'tap → first picture, ms':<42} {'median':>8} {'worst':>8}", flush=True)
                async with profile(directory / "ingress") as context:
                    await context.add_init_script(_WATCH)
                    page = context.pages[0]
                    ingress = await _measure(page, home, f"{home.edge.page}#/home/here", "ingress", rounds)
                async with _phone(directory, far, home) as phone:
                    app = f"{home.registrar.url}#/home/{(await home.api.get('info'))['id']}"
                    channel = await _measure(
                        phone.page, home, app, f"channel, {LINE.mbit:.0f} Mbit/s, {LINE.rtt_ms:.0f} ms", rounds
                    )
    return {"ingress_ms": ingress, "channel_ms": channel}


async def _measure(page: Page, home: Home, base: str, way: str, rounds: int) -> float:
    """Milliseconds: the worse of the medians."""
    medians = []
    for name, event in home.events.items():
        times = []
        for _ in range(rounds):
            await page.goto("about:blank")
            await page.goto(f"{base}/timeline")
            row = page.locator(f'a[href*="timeline/{event}"]').first
            await row.wait_for()
            await page.wait_for_timeout(300)  # the list's pictures come first, as they would for a person who has looked at it
            await row.click()
            await page.wait_for_function("() => window.shown")
            passed: float = await page.evaluate("window.shown - window.tapped")
            times.append(passed)
        medians.append(statistics.median(times))
        print(f"{way + ': ' + name:<42} {medians[-1]:8.0f} {max(times):8.0f}", flush=True)
    return round(max(medians), 1)


@asynccontextmanager
async def _phone(directory: Path, where: Namespace, home: Home) -> AsyncIterator[PhonePage]:
    """A paired phone at the far end of the line."""
    pairing = await home.api.post("pairing", {"role": "owner", "cameras": None, "method": "any"})
    async with phone_page(directory / "phone", where, directory, secure=[home.registrar.url]) as phone:
        await phone.page.context.add_init_script(_WATCH)
        await phone.pair_by_link(pairing["link"])
        await phone.open_cameras()
        yield phone


@asynccontextmanager
async def _home(directory: Path) -> AsyncIterator[Home]:
    """A home that has recorded ten minutes some time ago, and its camera just now."""
    registrar = Registrar(directory, "--ui", *UNLIMITED, host=RIGHT, port=80)
    edge = Edge(directory, registrars=[registrar.url])
    async with RtspServer({"/live": STREAM}) as camera:
        try:
            await registrar.start()
            await edge.start()
            api = EdgeApi(edge, await edge.create_token("Bench"))
            settings = {
                "detection": {"enabled": False, "fps": 5, "labels": {}},
                "recording": {"mode": "continuous", "audio": True},
            }
            added = await api.post("cameras", {"name": "Front yard", "url": camera.url("/live"), "enabled": False} | settings)
            await edge.stop()
            began = time.time() - 3600
            await _record(edge.data, added["id"], began)
            await edge.start()
            await api.patch(f"cameras/{added['id']}", {"enabled": True})
            events = {"ten minutes": await _mark(api, added["id"], datetime.fromtimestamp(began + 5, UTC), LONG - 20)}
            start = await _recorded(api, added["id"])
            events |= {f"{SHORT} seconds": await _mark(api, added["id"], start, SHORT)}
            await api.patch(f"cameras/{added['id']}", {"enabled": False})
            yield Home(api, edge, registrar, events)
        finally:
            await edge.stop()
            registrar.child.stop()


async def _record(data: Path, camera_id: str, began: float) -> None:
    """Let the edge's own recorder write ten minutes, faster than they were seen; the edge does not run meanwhile."""
    camera = FedCamera(STREAM.file(), camera_id, mode="continuous")
    camera.now = began
    timeline = Timeline(data)
    footage = Footage(timeline.recordings, timeline.segments, clock=lambda: camera.now)
    await timeline.open([camera_id])
    try:
        await footage.start()
        footage.watch(camera.camera)
        with patch.object(camera_recorder, "BATCH_SECONDS", 0):
            while camera.now < began + LONG:
                await camera.play(SLICE)
                await _written(footage, camera_id, began, camera.now)
        await footage.unwatch(camera_id)
    finally:
        await footage.stop()
        await timeline.close()


async def _written(footage: Footage, camera_id: str, began: float, until: float) -> None:
    """Wait until what was recorded is on disk."""
    async with asyncio.timeout(60):
        while True:
            with suppress(NoFootage):
                if (await footage.clip(camera_id, began, until)).end > until - 3:
                    return
            await asyncio.sleep(0.02)


async def _recorded(api: EdgeApi, camera_id: str) -> datetime:
    """Wait until enough was recorded just now: its beginning."""
    recent = datetime.now(UTC) - timedelta(minutes=5)
    async with asyncio.timeout(60):
        while True:
            query = f"camera={camera_id}&start={_time(recent)}&end={_time(datetime.now(UTC) + timedelta(minutes=5))}"
            spans: list[dict[str, Any]] = (await api.get(f"recordings?{query}"))["spans"]
            if spans:
                start, end = (datetime.fromisoformat(spans[-1][field]) for field in ("start", "end"))
                if (end - start).total_seconds() > SHORT + 1:
                    return start
            await asyncio.sleep(0.2)


async def _mark(api: EdgeApi, camera_id: str, start: datetime, seconds: float) -> str:
    """Mark a time as an event: its id."""
    event = await api.post(
        "events", {"camera_id": camera_id, "label": "person", "start": start.isoformat(), "seconds": seconds}
    )
    return str(event["id"])


def _time(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
