"""Tests of the switches."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .edge import FRONT, FakeEdge, problem

SWITCH = "switch.front_door_detection"


async def test_switch(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """Detection is switched on the edge, and nothing else is changed."""
    target = {"entity_id": SWITCH}
    await hass.services.async_call("switch", "turn_off", target, blocking=True)
    assert hass.states.get(SWITCH).state == "off"
    await hass.services.async_call("switch", "turn_on", target, blocking=True)
    assert hass.states.get(SWITCH).state == "on"
    patches = edge.sent("PATCH", f"cameras/{FRONT}")
    assert [request.json for request in patches] == [
        {"detection": {"enabled": False}},
        {"detection": {"enabled": True}},
    ]


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_always_analyse(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A camera can be looked at also while nothing seems to move."""
    switch = "switch.front_door_always_analyse"
    assert hass.states.get(switch).state == "off"
    await hass.services.async_call("switch", "turn_on", {"entity_id": switch}, blocking=True)
    assert hass.states.get(switch).state == "on"
    assert [request.json for request in edge.sent("PATCH", f"cameras/{FRONT}")] == [{"detection": {"always": True}}]


async def test_switch_fails(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The user sees why it cannot be switched, and the state stays."""
    edge.replies["PATCH", f"cameras/{FRONT}"] = problem(507, "storage", "Disk full")
    with pytest.raises(HomeAssistantError, match="Disk full"):
        await hass.services.async_call("switch", "turn_off", {"entity_id": SWITCH}, blocking=True)
    assert hass.states.get(SWITCH).state == "on"
