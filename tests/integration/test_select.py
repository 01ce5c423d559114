"""Tests of the selects."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .edge import FRONT, FakeEdge, make_camera, problem

SELECT = "select.front_door_recording_mode"


async def test_select(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The mode is changed on the edge, and nothing else is."""
    assert hass.states.get(SELECT).state == "events"
    data = {"entity_id": SELECT, "option": "motion"}
    await hass.services.async_call("select", "select_option", data, blocking=True)
    assert hass.states.get(SELECT).state == "motion"
    recording = make_camera()["recording"] | {"mode": "motion"}
    assert [request.json for request in edge.sent("PATCH", f"cameras/{FRONT}")] == [{"recording": recording}]


async def test_select_fails(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The user sees why it cannot be changed, and the state stays."""
    edge.replies["PATCH", f"cameras/{FRONT}"] = problem(507, "storage", "Disk full")
    data = {"entity_id": SELECT, "option": "off"}
    with pytest.raises(HomeAssistantError, match="Disk full"):
        await hass.services.async_call("select", "select_option", data, blocking=True)
    assert hass.states.get(SELECT).state == "events"
