"""Tests of the edge's stream."""

import asyncio
import random
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .edge import FRONT, FakeEdge, Reply, make_camera, make_event, make_pairing

PERSON = "binary_sensor.front_door_person"
DETECTION = "event.front_door_detection"


@pytest.fixture(autouse=True)
def waits() -> Any:
    """Come back at once, and collect the longest times it could have taken."""
    longest: list[float] = []

    def _uniform(low: float, high: float) -> float:
        assert 0 < low < high
        longest.append(high)
        return 0

    with patch.object(random, "uniform", _uniform):
        yield longest


async def wait_for_tries(waits: list[float], count: int) -> None:
    """Wait until the edge was tried that often in vain."""
    async with asyncio.timeout(5):
        while len(waits) < count:
            await asyncio.sleep(0)


async def test_push(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A change is there at once, without asking."""
    asked = len(edge.requests)
    assert hass.states.get(PERSON).state == "off"
    await edge.push_camera(make_camera(active=["person"]))
    assert hass.states.get(PERSON).state == "on"
    await edge.push_camera(make_camera())
    assert hass.states.get(PERSON).state == "off"
    assert len(edge.requests) == asked


async def test_reconnect_and_resume(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    waits: list[float],
) -> None:
    """A lost edge makes all unavailable, and what was missed is made up for."""
    await edge.push("event", phase="start", event=make_event(id="e1"))
    first = hass.states.get(DETECTION).state
    edge.online = False
    await edge.socket.close()
    assert hass.states.get(PERSON).state == "unavailable"
    assert hass.states.get("binary_sensor.front_door_connection").state == "unavailable"
    assert hass.states.get("sensor.ambianic_edge_events_stored").state == "unavailable"

    await wait_for_tries(waits, 4)
    edge.online = True
    await edge.wait_for_socket(2)
    assert edge.socket.after == f"b1c2-{edge.cursor}"
    await edge.push("resumed")
    assert hass.states.get(PERSON).state == "off"
    assert hass.states.get(DETECTION).state == first
    await edge.push("event", phase="start", event=make_event(id="e1"))
    assert hass.states.get(DETECTION).state == first
    await edge.push("event", phase="start", event=make_event(id="e2"))
    assert hass.states.get(DETECTION).attributes["event_id"] == "e2"

    assert caplog.text.count("Error requesting Ambianic Edge data") == 1
    assert caplog.text.count("Ambianic Edge is back") == 1


async def test_reconnect_after_long(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """After a long time the edge sends the whole state."""
    await edge.socket.close()
    await edge.wait_for_socket(2)
    del edge.cameras[FRONT]
    await edge.push_state()
    await hass.async_block_till_done()
    assert hass.states.get(PERSON) is None
    assert hass.states.get("binary_sensor.garden_person").state == "off"


async def test_back_off(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    waits: list[float],
) -> None:
    """Only a message shows that the subscription works."""
    for count in range(2, 10):
        await edge.socket.close()
        await edge.wait_for_socket(count)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]

    await edge.push_state()
    await edge.socket.close()
    assert waits[-1] == 1


@pytest.mark.parametrize(
    "message",
    [
        "not json",
        "[]",
        '{"type": "camera", "cursor": "x", "camera": {"id": "1"}}',
        '{"cursor": "x"}',
        '{"type": "state", "cursor": "x", "info": {}, "cameras": []}',
        '{"type": "phones", "cursor": "x", "phones": [{"id": "1"}]}',
        '{"type": "pairing", "cursor": "x", "pairing": {}}',
        '{"type": "remote", "cursor": "x", "remote": {"enabled": true}}',
    ],
)
async def test_bad_message(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry, message: str) -> None:
    """A message that is not as agreed is not taken, and the state got anew."""
    await edge.socket.push(message)
    await edge.wait_for_socket(2)
    assert hass.states.get(PERSON).state == "unavailable"
    await edge.push_state()
    assert hass.states.get(PERSON).state == "off"


async def test_bad_message_with_secrets(
    hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """What can't be read is not logged."""
    await edge.push("pairing", pairing=make_pairing(phone="none"))
    await edge.wait_for_socket(2)
    assert "pairing has no valid value" in caplog.text
    assert "042917" not in caplog.text
    assert "#p=" not in caplog.text


async def test_unknown_message(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A message of a newer edge does no harm."""
    await edge.push("weather", temperature=20)
    await edge.push_camera(make_camera(active=["person"]))
    assert hass.states.get(PERSON).state == "on"
    assert len(edge.sockets) == 1


async def test_token_revoked(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A token that is revoked ends the stream, and the user is asked for another."""
    await edge.socket.close(4401)
    assert hass.states.get(PERSON).state == "unavailable"
    flows = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]
    assert len(edge.sockets) == 1


async def test_token_revoked_while_away(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The same for a token that was revoked while nobody listened."""
    edge.token = "another"
    await edge.socket.close()
    await hass.async_block_till_done(wait_background_tasks=True)
    flows = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]


async def test_stream_refused(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry, waits: list[float]) -> None:
    """Another refusal is tried again."""
    edge.replies["GET", "stream"] = Reply(503)
    await edge.socket.close()
    await wait_for_tries(waits, 3)
    assert hass.states.get(PERSON).state == "unavailable"
    edge.replies.clear()
    await edge.wait_for_socket(2)
    await edge.push_state()
    assert hass.states.get(PERSON).state == "off"


async def test_edge_downgraded(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """An edge that comes back with another API is set up anew."""
    edge.info["api"] = 0
    await edge.push_state()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert loaded_entry.state is ConfigEntryState.SETUP_RETRY
