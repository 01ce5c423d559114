"""Tests of the sensors."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .edge import FakeEdge, make_camera, make_event, make_storage


async def test_last_detection(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The sensor is the start of the last visit, also when the camera is gone."""
    sensor = "sensor.front_door_last_detection"
    assert hass.states.get(sensor).state == "unknown"
    await edge.push_camera(make_camera(last_event=make_event(), state="unreachable"))
    assert hass.states.get(sensor).state == "2026-11-22T16:04:05+00:00"


async def test_edge_sensors(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The edge's sensors follow the edge."""
    await edge.push("storage", storage=make_storage(events=1300, free_bytes=2_500_000_000, starred=8, oldest=None))
    assert hass.states.get("sensor.ambianic_edge_events_stored").state == "1300"
    assert hass.states.get("sensor.ambianic_edge_free_storage").state == "2.5"
    assert hass.states.get("sensor.ambianic_edge_storage_used").state == "0.052"
    assert hass.states.get("sensor.ambianic_edge_storage_full_in").state == "120.5"
    assert hass.states.get("sensor.ambianic_edge_recordings_reach_back").state == "134.0"
    assert hass.states.get("sensor.ambianic_edge_starred_events").state == "8"
    assert hass.states.get("sensor.ambianic_edge_oldest_recording").state == "unknown"


async def test_camera_storage(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """What is kept of a camera follows the edge's figures, of which there may be none yet."""
    used = "sensor.front_door_storage_used"
    assert hass.states.get(used).state == "0.05"
    assert hass.states.get("sensor.front_door_oldest_recording").state == "2026-11-08T16:00:00+00:00"
    assert hass.states.get("sensor.garden_storage_used").state == "unknown"

    storage = make_storage()
    storage["cameras"][0]["bytes"] = 2_000_000_000
    await edge.push("storage", storage=storage)
    assert hass.states.get(used).state == "2.0"
