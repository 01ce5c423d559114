"""A real disk that is full, or can't be written: a small file system of the edge's own, in a mount namespace."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
import json
from pathlib import Path
import subprocess
import sys
from typing import Any

import aiohttp
import pytest

from tests.support.rtsp import Clip

AMBIANIC = Path(sys.executable).with_name("ambianic")
MOUNT = 'mount -t tmpfs -o "$1" tmpfs "$2" && exec "$3" edge --data "$2" --host 127.0.0.1 --port 0'


def start(directory: Path, options: str, log: Path) -> subprocess.Popen[bytes]:
    """Start an edge whose data directory is a file system with these mount options."""
    directory.mkdir()
    command: list[str | Path] = ["unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh", options, directory, AMBIANIC]
    with log.open("wb") as output:
        return subprocess.Popen(command, stdout=output, stderr=output)


def fill(file: Path) -> None:
    """Write a file until the disk is full."""
    with suppress(OSError), file.open("wb", buffering=0) as stream:
        while stream.write(bytes(4096)):
            pass


class SmallEdge:
    """An edge on a disk of 16 MiB."""

    def __init__(self, session: aiohttp.ClientSession, disk: Path) -> None:
        """Use a session that knows address and token."""
        self.session = session
        self.disk = disk

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Make one call to the API."""
        async with self.session.request(method, f"/api/v1{path}", json=body) as response:
            return response.status, await response.json(content_type=None)

    async def info_when(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """What the edge tells of itself, once the condition is true."""
        async with asyncio.timeout(90), self.session.ws_connect("/api/v1/stream") as socket:
            while True:
                message = await socket.receive_json()
                if "info" in message and condition(message["info"]):
                    info: dict[str, Any] = message["info"]
                    return info


@pytest.fixture
async def edge(tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SmallEdge]:
    """An edge on a small disk, that runs."""
    monkeypatch.setenv("AMBIANIC_MODELS", str(model_path.parents[1]))
    log = tmp_path / "log"
    process = start(tmp_path / "data", "size=16m", log)
    disk = Path(f"/proc/{process.pid}/root{tmp_path}/data")
    try:
        async with asyncio.timeout(30):
            while not (disk / "running.json").exists():
                assert process.poll() is None, log.read_text()
                await asyncio.sleep(0.05)
        running = json.loads((disk / "running.json").read_text())
        headers = {"Authorization": f"Bearer {running['token']}"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{running['port']}", headers=headers) as session:
            yield SmallEdge(session, disk)
        assert "Traceback" not in log.read_text()
    finally:
        process.terminate()
        process.wait(20)


async def test_a_full_disk_refuses_changes_loses_no_event_and_recovers(edge: SmallEdge) -> None:
    """Cameras stay as they are, events wait in memory and are told of, and are written once there is space."""
    clip = Clip(seconds=20).file()
    status, camera = await edge.call("POST", "/cameras", {"name": "Street", "url": str(clip)})
    assert status == 201
    filler = edge.disk / "filler"
    fill(filler)
    status, problem = await edge.call("POST", "/cameras", {"name": "Garden", "url": f"{clip}.garden"})
    assert (status, problem["code"]) == (507, "storage")
    assert "No space left" in problem["detail"]
    assert [known["name"] for known in (await edge.call("GET", "/cameras"))[1]["cameras"]] == ["Street"]
    async with asyncio.timeout(60), edge.session.ws_connect("/api/v1/stream") as socket:
        while (message := await socket.receive_json()).get("phase") != "start":
            pass
    event_id = message["event"]["id"]
    trouble = (await edge.info_when(lambda info: bool(info["storage"]["trouble"])))["storage"]["trouble"]
    assert "can't be written" in trouble
    async with edge.session.get(f"/api/v1/events/{event_id}/snapshot.jpg") as response:
        assert response.status == 200

    filler.unlink()
    await edge.info_when(lambda info: info["storage"]["trouble"] is None)
    assert (await edge.call("POST", "/cameras", {"name": "Garden", "url": f"{clip}.garden"}))[0] == 201
    async with asyncio.timeout(30):
        while event_id not in [event["id"] for event in (await edge.call("GET", "/events?limit=200"))[1]["events"]]:
            await asyncio.sleep(0.1)
    assert list(edge.disk.rglob(f"{event_id}.jpg"))
    assert (await edge.call("GET", f"/cameras/{camera['id']}"))[1]["status"]["state"] == "online"


def test_a_directory_that_can_not_be_written_is_explained(tmp_path: Path) -> None:
    """The edge does not start, and says what to do."""
    process = start(tmp_path / "data", "ro", tmp_path / "log")
    assert process.wait(30) == 1
    log = (tmp_path / "log").read_text()
    assert "can't be written: Read-only file system" in log
    assert "--data" in log
    assert "Traceback" not in log
