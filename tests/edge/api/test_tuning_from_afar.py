"""A phone tunes a camera over its channel, and a crash in the middle leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import psutil
import pytest

from tests.support.edge import Edge
from tests.support.phone import HomeConnection, Phone
from tests.support.registrar import Registrar
from tests.support.rtsp import Clip, RtspServer

from .conftest import Api

pytestmark = pytest.mark.long

LEFT = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]


@dataclass(frozen=True, slots=True)
class Street:
    """An edge as a process that sees people walk, its API with a token, and an owner's phone."""

    edge: Edge
    api: Api
    phone: HomeConnection
    camera: str

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What the phone is answered."""
        data = None if body is None else json.dumps(body).encode()
        answer = await self.phone.request(method, f"/api/v1{path}", headers={"content-type": "application/json"}, body=data)
        told = await answer.json()
        assert answer.status < 400, (method, path, told)
        return told


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    """All of it, over real RTSP and real WebRTC."""
    registrar, camera = Registrar(tmp_path), RtspServer({"/live": Clip()})
    edge = Edge(tmp_path, registrars=[registrar.url])
    async with AsyncExitStack() as stack:
        await registrar.start()
        stack.callback(registrar.child.stop)
        await camera.start()
        stack.push_async_callback(camera.stop)
        await edge.start()
        stack.push_async_callback(edge.stop)
        headers = {"Authorization": f"Bearer {await edge.create_token('test')}"}
        session = await stack.enter_async_context(aiohttp.ClientSession(edge.url, headers=headers))
        api = Api(edge.data, session, "")
        added = {"name": "Street", "url": camera.url("/live"), "recording": {"mode": "continuous"}}
        camera_id = (await api("POST", "/cameras", added)).json["id"]
        await api("PATCH", "/remote", {"app": registrar.url})
        window = (await api("POST", "/pairing", {"role": "owner"})).json
        phone = await Phone.pair(link=window["link"])
        connection = await stack.enter_async_context(await phone.connect())
        yield Street(edge, api, connection, camera_id)


async def test_a_phone_tunes_a_camera(street: Street) -> None:
    """It draws a zone, sees looks, and looks at a recording; the edge is killed meanwhile, and goes on with a clean table."""
    path = f"/cameras/{street.camera}"
    drawn = await street.ask("PATCH", path, {"detection": {"zones": [{"name": "Left", "points": LEFT}]}})
    assert [zone["id"] for zone in drawn["detection"]["zones"]] == ["left"]
    looks: list[dict[str, Any]] = []
    after = ""
    async with asyncio.timeout(60):
        while not any("left" in track["zones"] for look in looks for track in look["tracks"]):
            answer = await street.ask("GET", f"{path}/looks?wait=20{after}")
            looks, after = answer["looks"], f"&after={answer['next']}"
    async with asyncio.timeout(60):
        while not (events := (await street.ask("GET", "/events?zone=left"))["events"]):
            await asyncio.sleep(0.2)
    begin = datetime.fromisoformat(events[-1]["start"])
    span = {"start": begin.isoformat(), "end": (begin + timedelta(seconds=600)).isoformat()}
    query = urlencode(span)
    async with asyncio.timeout(60):
        while not (await street.ask("GET", f"/recordings?{query}"))["spans"]:
            await asyncio.sleep(0.2)
    begun = await street.ask("POST", f"{path}/analyses", span)
    edge = psutil.Process(street.edge.child.pid)
    async with asyncio.timeout(20):
        while not any("ambianic.vision.analysis" in child.cmdline() for child in edge.children()):
            await asyncio.sleep(0.05)
    children = edge.children()
    assert list((street.edge.data / "analyses").iterdir())
    street.edge.child.kill()
    await street.edge.start()
    assert not (street.edge.data / "analyses").exists()
    assert (await street.api("GET", f"/analyses/{begun['id']}")).status == 404
    gone, alive = await asyncio.to_thread(psutil.wait_procs, children, 30)
    assert (len(gone), alive) == (len(children), [])
