"""Tests of the remote access."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .edge import FakeEdge, make_registrar, make_remote, problem

SENSOR = "binary_sensor.ambianic_edge_remote_access"
SWITCH = "switch.ambianic_edge_remote_access"

AT_HOME = make_registrar("http://192.168.1.10:9779/", embedded=True)
CONNECTING = make_registrar(state="connecting")
OFFLINE = make_registrar(state="offline", reason="It does not answer.")
REFUSED = make_registrar("https://other.example/", state="refused", reason="It is full.")


@pytest.mark.parametrize(
    ("remote", "state", "status", "reason"),
    [
        (make_remote(), "on", "everywhere", None),
        (make_remote(AT_HOME, OFFLINE, make_registrar()), "on", "everywhere", "It does not answer."),
        (make_remote(AT_HOME, CONNECTING), "off", "connecting", None),
        (make_remote(AT_HOME), "off", "at_home", None),
        (make_remote(AT_HOME, OFFLINE, REFUSED), "off", "at_home", "It does not answer. It is full."),
        (make_remote(OFFLINE), "off", "offline", "It does not answer."),
        (make_remote(enabled=False), "off", "disabled", None),
    ],
)
async def test_sensor(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    remote: dict[str, Any],
    state: str,
    status: str,
    reason: str | None,
) -> None:
    """It is told where phones find the edge, and what is wrong."""
    await edge.push("remote", remote=remote)
    found = hass.states.get(SENSOR)
    assert found.state == state
    assert found.attributes["status"] == status
    assert found.attributes["reason"] == reason


async def test_switch(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """Remote access is switched at the edge; where that fails, the user sees why."""
    target = {"entity_id": SWITCH}
    assert hass.states.get(SWITCH).state == "on"
    await hass.services.async_call("switch", "turn_off", target, blocking=True)
    assert hass.states.get(SWITCH).state == "off"
    assert hass.states.get(SENSOR).attributes["status"] == "disabled"

    edge.replies["PATCH", "remote"] = problem(507, "storage", "Disk full")
    with pytest.raises(HomeAssistantError, match="Disk full"):
        await hass.services.async_call("switch", "turn_on", target, blocking=True)
    assert hass.states.get(SWITCH).state == "off"

    edge.replies.clear()
    await hass.services.async_call("switch", "turn_on", target, blocking=True)
    assert hass.states.get(SWITCH).state == "on"
    assert [request.json for request in edge.sent("PATCH", "remote")] == [
        {"enabled": False},
        {"enabled": True},
        {"enabled": True},
    ]
