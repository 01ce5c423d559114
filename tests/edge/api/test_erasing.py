"""Very much is erased at once, and nobody who follows is thrown out."""

import asyncio

import pytest

from .conftest import Api

MANY = 700
"""More than a client's queue of changes holds."""


@pytest.mark.long
async def test_many_events_are_erased_and_each_is_told(api: Api) -> None:
    """On the stream that was open before, one by one."""
    camera = (await api("POST", "/cameras", {"name": "Door", "url": "rtsp://127.0.0.1:9/1"})).json["id"]
    made: set[str] = set()
    for _ in range(0, MANY, 50):
        body = {"camera_id": camera, "label": "cat", "start": "2026-01-22T16:04:05Z", "seconds": 1}
        made |= {answer.json["id"] for answer in await asyncio.gather(*(api("POST", "/events", body) for _ in range(50)))}
    assert len(made) == MANY
    async with api.session.ws_connect("/api/v1/stream") as socket:
        assert (await socket.receive_json())["type"] == "state"
        erased = await api("POST", "/storage/erase", {"cameras": None, "before": None})
        assert erased.json["events"] == MANY
        gone: set[str] = set()
        async with asyncio.timeout(30):
            while gone != made:
                message = await socket.receive_json()
                if message["type"] == "event_removed":
                    gone.add(message["id"])
    assert (await api("GET", "/events")).json["events"] == []
