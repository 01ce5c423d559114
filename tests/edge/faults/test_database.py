"""A real edge that is killed, and whose index breaks before it starts again."""

from collections.abc import Callable
import os
from pathlib import Path
import random
import signal
import time

import pytest

from ambianic.config import CameraConfig, DetectionConfig
from ambianic.config_store import ConfigStore
from ambianic.events import rfc3339
from tests.edge.recording.test_good_copy import scramble, truncate, zero
from tests.support.edge import Edge, EdgeApi

CAMERA = CameraConfig(
    id="0a1b2c3d",
    name="Yard",
    url="rtsp://127.0.0.1:9/yard",
    enabled=False,
    detection=DetectionConfig(enabled=False),
)


async def started(edge: Edge) -> EdgeApi:
    """Start, and reach the API."""
    await edge.start()
    return EdgeApi(edge, await edge.create_token(f"test {random.randrange(10**9)}"))


def kill(edge: Edge) -> None:
    """End the process as a power cut does."""
    os.kill(edge.child.pid, signal.SIGKILL)
    edge.child.stop()


async def mark(api: EdgeApi, label: str) -> str:
    """Make an event that is over, and return its id."""
    yesterday = rfc3339(time.time() - 86_400)
    made = await api.post("events", {"camera_id": CAMERA.id, "label": label, "start": yesterday, "seconds": 10})
    return str(made["id"])


@pytest.mark.long
@pytest.mark.parametrize(
    ("fault", "copy"),
    [(scramble, True), (truncate, True), (zero, False)],
    ids=["random bytes", "truncated", "zeroed before any copy"],
)
async def test_events_outlive_their_index(tmp_path: Path, fault: Callable[[Path], None], copy: bool) -> None:
    """Every one of them once, with what people said; the page tells of it until somebody has read it."""
    edge = Edge(tmp_path)
    edge.data.mkdir()
    store = ConfigStore(edge.data)
    store.save(store.config.model_copy(update={"cameras": (CAMERA,)}))
    try:
        api = await started(edge)
        ids = [await mark(api, f"mark {number}") for number in range(20)]
        if copy:
            await edge.stop()
            assert (edge.data / "events.sqlite3.good").exists()
            api = await started(edge)
        ids += [await mark(api, f"mark {number}") for number in range(20, 30)]
        await api.patch(f"events/{ids[2]}", {"starred": True, "feedback": "wrong"})
        before = (await api.get("events?limit=200"))["events"]
        kill(edge)
        assert (edge.data / "events.sqlite3.good").exists() == copy
        fault(edge.data / "events.sqlite3")
        (edge.data / "events.sqlite3-wal").unlink()

        api = await started(edge)
        after = (await api.get("events?limit=200"))["events"]
        assert after == before
        assert sorted(event["id"] for event in after) == sorted(ids)
        storage = await api.get("storage")
        assert storage["notice"] is not None
        assert "was broken" in storage["notice"]
        assert (storage["events"], storage["starred"]) == (30, 1)
        assert (await api.get("info"))["storage"]["notice"] == storage["notice"]
        assert len(list(edge.data.glob("events.sqlite3.broken-*"))) == 1
        assert "The index of events is broken" in edge.log
        await mark(api, "afterwards")

        await edge.stop()
        api = await started(edge)
        assert (await api.get("storage"))["notice"] == storage["notice"]
        assert len((await api.get("events?limit=200"))["events"]) == 31
    finally:
        await edge.stop()
    assert "Traceback" not in edge.log
