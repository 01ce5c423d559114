"""Tests of the sensors."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .edge import FakeEdge, make_camera, make_event


async def test_last_detection(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The sensor is the start of the last visit, also when the camera is gone."""
    sensor = "sensor.front_door_last_detection"
    assert hass.states.get(sensor).state == "unknown"
    await edge.push_camera(make_camera(last_event=make_event(), state="unreachable"))
    assert hass.states.get(sensor).state == "2026-11-22T16:04:05+00:00"


async def test_edge_sensors(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The edge's sensors follow the edge."""
    storage = {"events": 1300, "bytes": 1, "free_bytes": 2_500_000_000, "trouble": None}
    await edge.push("info", info=edge.info | {"storage": storage})
    assert hass.states.get("sensor.ambianic_edge_events_stored").state == "1300"
    assert hass.states.get("sensor.ambianic_edge_free_storage").state == "2.5"
