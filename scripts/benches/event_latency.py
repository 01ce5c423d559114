"""How long it takes from the picture with which a person appears to the sensor's change in Home Assistant.

The clock starts when the camera (an RTSP server) sends that picture, and stops at the `last_changed` of the binary sensor in a real
Home Assistant on the same machine.
"""

import asyncio
from datetime import datetime
from pathlib import Path
import statistics
import tempfile
import time

from tests.support.homeassistant import User
from tests.support.household import Household
from tests.support.paths import FOOTAGE
from tests.support.rtsp import Clip, RtspServer

from .appearances import FPS, Footage, make

APPEARANCES = 12
QUICK_SECONDS = 38
"""A quick run measures no appearance that comes later than this after its start."""
PATIENCE = 5
"""Seconds after which an appearance counts as missed."""
SENSOR = "binary_sensor.pavement_person"
GOP = 23
"""Pictures from one key frame to the next. People appear at different distances from a key frame."""


async def measure(*, quick: bool) -> dict[str, float]:
    """Measure several appearances."""
    began = time.time()
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as directory:
        footage = await asyncio.to_thread(make, Path(directory), FOOTAGE)
        clip = Clip(source=footage.path, fps=FPS, key_interval=GOP)
        async with Household(Path(directory), RtspServer({"/live": clip}), User("Bench", "bench", "bench-password")) as home:
            await home.start()
            await home.add_camera(await home.add_integration(), "Pavement")
            await home.api.wait_for_state(SENSOR, "off", timeout=60)
            latencies = sorted(await _latencies(home, footage, began + QUICK_SECONDS if quick else None))
    p95 = latencies[min(len(latencies) - 1, round(0.95 * len(latencies)))]
    return {"median_ms": round(statistics.median(latencies) * 1000), "p95_ms": round(p95 * 1000)}


async def _latencies(home: Household, footage: Footage, end: float | None) -> list[float]:
    """Seconds from an appearance to the sensor's change, for one appearance after the other."""
    print("appearance   latency")
    latencies: list[float] = []
    detections: asyncio.Queue[float] = asyncio.Queue()
    listener = asyncio.create_task(_listen(home, detections))
    try:
        while len(latencies) < APPEARANCES:
            appearance = await _next_appearance(home.camera, footage)
            if end is not None and latencies and appearance > end:
                break
            detected = await _first_since(appearance, detections)
            latencies.append(detected - appearance)
            print(f"{len(latencies):10}   {latencies[-1] * 1000:4.0f} ms", flush=True)
    finally:
        listener.cancel()
    return latencies


async def _listen(home: Household, detections: asyncio.Queue[float]) -> None:
    """Note the Unix times at which the sensor turns on."""
    async for state in home.api.state_changes():
        if state["entity_id"] == SENSOR and state["state"] == "on":
            detections.put_nowait(datetime.fromisoformat(state["last_changed"]).timestamp())


async def _next_appearance(camera: RtspServer, footage: Footage) -> float:
    """The Unix time at which the camera will send the picture of the next appearance."""
    while True:
        now = time.time()
        times = (camera.loops[-1].time + picture / FPS for picture in footage.appearances)
        if appearance := next((moment for moment in times if moment > now), None):
            return appearance
        await camera.next_loop()


async def _first_since(appearance: float, detections: asyncio.Queue[float]) -> float:
    """Wait for the detection of an appearance: its Unix time."""
    try:
        async with asyncio.timeout(appearance + PATIENCE - time.time()):
            while (detected := await detections.get()) < appearance:
                pass
            return detected
    except TimeoutError:
        raise SystemExit(f"A person who appeared was not detected within {PATIENCE} s.") from None
