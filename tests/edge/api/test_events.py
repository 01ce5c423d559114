"""From a camera's packets to events that a client is told of and can read."""

import asyncio
import io
from pathlib import Path
from typing import Any

import aiohttp
from PIL import Image
import pytest

from .conftest import Api, edge


@pytest.fixture
async def street(api: Api, clip: Path) -> tuple[Api, str]:
    """An edge that looks at people who walk."""
    camera = {"name": "Street", "url": str(clip), "detection": {"labels": {"person": 0.5}}}
    return api, (await api("POST", "/cameras", camera)).json["id"]


async def messages_until(socket: aiohttp.ClientWebSocketResponse, kind: str, **wanted: Any) -> list[dict[str, Any]]:
    """All messages up to the one that is wanted."""
    got: list[dict[str, Any]] = []
    async with asyncio.timeout(60):
        while True:
            message = await socket.receive_json()
            got.append(message)
            if message["type"] == kind and all(message.get(name) == value for name, value in wanted.items()):
                return got


async def test_a_visit_is_told_kept_and_shown(street: tuple[Api, str]) -> None:
    """From the stream to the page of events to the picture."""
    api, camera_id = street
    async with api.session.ws_connect("/api/v1/stream") as socket:
        got = await messages_until(socket, "event", phase="update")
    assert got[0]["type"] == "state"
    start = next(message for message in got if message["type"] == "event")
    event = start["event"]
    assert (start["phase"], event["camera_id"], event["label"], event["end"]) == ("start", camera_id, "person", None)
    before = got[got.index(start) - 1]
    assert before["type"] == "camera"
    assert before["camera"]["active"] == ["person"]
    assert before["camera"]["last_event"]["id"] == event["id"]

    event_id = event["id"]
    async with asyncio.timeout(20):
        while not (page := (await api("GET", "/events?label=person", params={"camera": camera_id})).json)["events"]:
            await asyncio.sleep(0.05)
    assert event_id in [known["id"] for known in page["events"]]
    one = (await api("GET", f"/events/{event_id}")).json
    left, top, right, bottom = one["box"]
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1
    assert one["score"] >= 0.5
    assert one["snapshot"] is True
    picture = await api("GET", f"/events/{event_id}/snapshot.jpg")
    assert Image.open(io.BytesIO(picture.body)).size == (768, 576)


async def test_a_client_that_was_away_gets_what_it_missed(street: tuple[Api, str]) -> None:
    """By the last cursor it saw; after a restart of the edge it gets the whole state."""
    api, _ = street
    async with api.session.ws_connect("/api/v1/stream") as socket:
        cursor = (await messages_until(socket, "event", phase="start"))[0]["cursor"]
    async with api.session.ws_connect("/api/v1/stream", params={"after": cursor}) as socket:
        got = await messages_until(socket, "event", phase="start")
    assert got[0] == {"type": "resumed", "cursor": cursor}
    async with api.session.ws_connect("/api/v1/stream", params={"after": "0000-1"}) as socket:
        assert (await socket.receive_json())["type"] == "state"


async def test_an_event_is_deleted_with_its_picture(street: tuple[Api, str]) -> None:
    """And its camera's last event is another one."""
    api, camera_id = street
    async with api.session.ws_connect("/api/v1/stream") as socket:
        event_id = (await messages_until(socket, "event", phase="start"))[-1]["event"]["id"]
        await api("PATCH", f"/cameras/{camera_id}", {"detection": {"enabled": False}})
        await messages_until(socket, "event", phase="end")
        assert (await api("DELETE", f"/events/{event_id}")).status == 204
        await messages_until(socket, "event_removed", id=event_id, camera_id=camera_id)
    assert (await api("GET", f"/events/{event_id}")).status == 404
    assert (await api("GET", f"/events/{event_id}/snapshot.jpg")).status == 404
    last = (await api("GET", f"/cameras/{camera_id}")).json["last_event"]
    assert last is None or last["id"] != event_id
    assert not list(api.directory.rglob(f"{event_id}.jpg"))


@pytest.mark.long
async def test_a_removed_camera_takes_its_events_along(street: tuple[Api, str]) -> None:
    """Deletion is real."""
    api, camera_id = street
    async with api.session.ws_connect("/api/v1/stream") as socket:
        await messages_until(socket, "event", phase="update")
        await api("DELETE", f"/cameras/{camera_id}")
        await messages_until(socket, "camera_removed", id=camera_id)
    assert (await api("GET", "/events")).json == {"events": [], "next": None}
    assert not list(api.directory.rglob("*.jpg"))


async def test_events_survive_a_restart_of_the_edge(tmp_path: Path, clip: Path) -> None:
    """Ended, with their pictures."""
    async with edge(tmp_path) as api:
        camera_id = (await api("POST", "/cameras", {"name": "Street", "url": str(clip)})).json["id"]
        async with api.session.ws_connect("/api/v1/stream") as socket:
            event_id = (await messages_until(socket, "event", phase="start"))[-1]["event"]["id"]
    async with edge(tmp_path) as api:
        event = (await api("GET", f"/events/{event_id}")).json
        assert event["end"] is not None
        assert (await api("GET", f"/events/{event_id}/snapshot.jpg")).status == 200
        assert (await api("GET", f"/cameras/{camera_id}")).json["last_event"]["camera_id"] == camera_id


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("after=yesterday", "after"),
        ("before=2026-11-22T16:04:05", "before"),
        ("cursor=x", "cursor"),
        ("colour=red", "colour"),
    ],
)
async def test_a_wrong_filter_is_named(api: Api, query: str, field: str) -> None:
    """It is not ignored."""
    answer = await api("GET", f"/events?{query}")
    assert (answer.status, answer.json["field"]) == (422, field)


async def test_the_filters_take_times(api: Api) -> None:
    """In UTC."""
    answer = await api("GET", "/events?after=2026-11-22T16:04:05Z&before=2026-11-22T16:04:05.123Z&limit=200")
    assert answer.json == {"events": [], "next": None}
