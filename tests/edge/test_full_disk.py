"""A disk that refuses every write, as a full one does: the kernel's limit on the size of files, set on a running edge."""

import asyncio
from collections.abc import AsyncIterator, Callable
import json
from pathlib import Path
import resource
import sys
from typing import Any

import aiohttp
import psutil
import pytest

from tests.support.rtsp import Clip

AMBIANIC = Path(sys.executable).with_name("ambianic")


class RefusedEdge:
    """An edge in a process of its own, whose disk can be made to refuse."""

    def __init__(self, session: aiohttp.ClientSession, pid: int, data: Path) -> None:
        """Use a session that knows address and token."""
        self.session = session
        self.data = data
        self._process = psutil.Process(pid)
        self._limit = self._process.rlimit(resource.RLIMIT_FSIZE)

    def refuse(self) -> None:
        """Let no file grow any more."""
        self._process.rlimit(resource.RLIMIT_FSIZE, (0, self._limit[1]))

    def accept(self) -> None:
        """Let files grow again."""
        self._process.rlimit(resource.RLIMIT_FSIZE, self._limit)

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Make one call to the API."""
        async with self.session.request(method, f"/api/v1{path}", json=body) as response:
            return response.status, await response.json(content_type=None)

    async def told(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message of the stream for which the condition is true."""
        async with asyncio.timeout(90), self.session.ws_connect("/api/v1/stream") as socket:
            while True:
                message: dict[str, Any] = await socket.receive_json()
                if condition(message):
                    return message


@pytest.fixture
async def edge(tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RefusedEdge]:
    """An edge that runs."""
    monkeypatch.setenv("AMBIANIC_MODELS", str(model_path.parents[1]))
    data = tmp_path / "data"
    # Its log goes through a pipe: a file could not grow either.
    process = await asyncio.create_subprocess_exec(
        *(AMBIANIC, "edge", "--data", data, "--host", "127.0.0.1", "--port", "0"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr
    log = asyncio.create_task(process.stderr.read())
    try:
        async with asyncio.timeout(30):
            while not (data / "running.json").exists():
                assert process.returncode is None, await log
                await asyncio.sleep(0.05)
        running = json.loads((data / "running.json").read_text())
        headers = {"Authorization": f"Bearer {running['token']}"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{running['port']}", headers=headers) as session:
            yield RefusedEdge(session, process.pid, data)
    finally:
        process.terminate()
        async with asyncio.timeout(20):
            await process.wait()
    assert b"Traceback" not in await log


@pytest.mark.long
async def test_a_full_disk_refuses_changes_loses_no_event_and_recovers(edge: RefusedEdge) -> None:
    """Cameras stay as they are, events wait in memory and are told of, and are written once there is space."""
    clip = Clip(seconds=20).file()
    edge.refuse()
    status, problem = await edge.call("POST", "/cameras", {"name": "Garden", "url": f"{clip}.garden"})
    assert (status, problem["code"]) == (507, "storage")
    assert "Free some space" in problem["detail"]
    assert (await edge.call("GET", "/cameras"))[1] == {"cameras": []}

    edge.accept()
    status, camera = await edge.call("POST", "/cameras", {"name": "Street", "url": str(clip)})
    assert status == 201
    edge.refuse()
    event_id = (await edge.told(lambda message: message.get("phase") == "start"))["event"]["id"]
    trouble = await edge.told(lambda message: bool("info" in message and message["info"]["storage"]["trouble"]))
    assert "can't be written" in trouble["info"]["storage"]["trouble"]
    async with edge.session.get(f"/api/v1/events/{event_id}/snapshot.jpg") as response:
        assert response.status == 200

    edge.accept()
    await edge.told(lambda message: "info" in message and message["info"]["storage"]["trouble"] is None)
    assert (await edge.call("POST", "/cameras", {"name": "Garden", "url": f"{clip}.garden"}))[0] == 201
    async with asyncio.timeout(30):
        while event_id not in [event["id"] for event in (await edge.call("GET", "/events?limit=200"))[1]["events"]]:
            await asyncio.sleep(0.1)
    assert list(edge.data.rglob(f"{event_id}.jpg"))
    assert (await edge.call("GET", f"/cameras/{camera['id']}"))[1]["status"]["state"] == "online"
