"""Tests of the paired phones: devices, entities, events, renaming and revoking."""

from typing import Any

from aiohttp import ClientConnectionError
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from .edge import EDGE_ID, PHONE, FakeEdge, Reply, make_pairing, make_phone, problem
from .flows import start, suggested
from .test_init import find_device

CONNECTION = "binary_sensor.ada_s_phone_connection"
EVENTS = "event.ambianic_edge_phones"


async def test_phone_comes_and_goes(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """Devices and entities follow the edge's phones."""
    hub = find_device(device_registry, EDGE_ID)
    ada = find_device(device_registry, f"{EDGE_ID}-{PHONE}")
    assert hub is not None
    assert ada is not None
    assert ada.name == "Ada's phone"
    assert ada.via_device_id == hub.id
    assert hass.states.get("sensor.ambianic_edge_phones").state == "1"

    await edge.push_phones(make_phone("p2", name="Bob's phone", role="viewer", last_seen=None))
    await hass.async_block_till_done()
    assert hass.states.get("sensor.ambianic_edge_phones").state == "2"
    assert hass.states.get("sensor.bob_s_phone_role").state == "viewer"
    assert hass.states.get("sensor.bob_s_phone_last_seen").state == "unknown"
    assert hass.states.get("sensor.ada_s_phone_last_seen").state == "2026-11-22T14:30:00+00:00"

    del edge.phones["p2"]
    await edge.push_phones(make_phone(name="Ada's new phone"))
    await hass.async_block_till_done()
    assert hass.states.get("sensor.bob_s_phone_role") is None
    assert find_device(device_registry, f"{EDGE_ID}-p2") is None
    assert device_registry.async_get(ada.id).name == "Ada's new phone"


async def test_connection(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """It is told whether and how a phone is connected."""
    assert hass.states.get(CONNECTION).state == "off"
    assert hass.states.get(CONNECTION).attributes["path"] is None
    await edge.push_phones(make_phone(connected=True, path="relay"))
    assert hass.states.get(CONNECTION).state == "on"
    assert hass.states.get(CONNECTION).attributes["path"] == "relay"


async def test_revoked_while_away(
    hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    """A phone that was revoked while nobody listened is gone after a restart, and others are kept."""
    await edge.push_phones(make_phone("p2", name="Bob's phone"))
    ada = find_device(device_registry, f"{EDGE_ID}-{PHONE}")
    del edge.phones["p2"]
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await hass.async_block_till_done()
    assert find_device(device_registry, f"{EDGE_ID}-p2") is None
    assert find_device(device_registry, f"{EDGE_ID}-{PHONE}") == ada


async def test_events(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """Automations learn of new phones and of disturbed pairings, once."""
    assert hass.states.get(EVENTS).state == "unknown"
    await edge.push("phone_paired", phone=make_phone("p2", name="Bob's phone", role="viewer"))
    paired = hass.states.get(EVENTS)
    assert paired.attributes["event_type"] == "phone_paired"
    assert paired.attributes["name"] == "Bob's phone"
    assert paired.attributes["role"] == "viewer"
    assert paired.attributes["opened_by"] == "Home Assistant"

    await edge.push("phone_paired", phone=make_phone("p2", name="Bob's phone", role="viewer"))
    assert hass.states.get(EVENTS) == paired

    await edge.push("pairing_disturbed", pairing=make_pairing(state="disturbed"))
    disturbed = hass.states.get(EVENTS)
    assert disturbed.attributes["event_type"] == "pairing_disturbed"
    assert disturbed.attributes["role"] == "owner"
    assert disturbed.attributes["opened_by"] == "Home Assistant"
    assert "name" not in disturbed.attributes
    told = str(disturbed.as_dict())
    assert "042917" not in told
    assert "#p=" not in told
    assert "svg" not in told


async def choose(hass: HomeAssistant, entry: MockConfigEntry, step: str) -> Any:
    """Choose what to do with Ada's phone."""
    options = hass.config_entries.options
    result = await start(hass, entry, "phones")
    assert result["step_id"] == "phones"
    result = await options.async_configure(result["flow_id"], {"phone": PHONE})
    assert result["type"] is FlowResultType.MENU
    assert result["description_placeholders"] == {"name": "Ada's phone", "paired_by": "Home Assistant"}
    return await options.async_configure(result["flow_id"], {"next_step_id": step})


async def test_rename(
    hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    """A phone gets another name; what the edge says against it is shown."""
    options = hass.config_entries.options
    result = await choose(hass, loaded_entry, "rename_phone")
    assert suggested(result) == {"name": "Ada's phone"}

    path = f"phones/{PHONE}"
    edge.replies["PATCH", path] = problem(422, "invalid_field", "Too long", None, "name")
    result = await options.async_configure(result["flow_id"], {"name": "x" * 99})
    assert result["errors"] == {"name": "refused"}
    assert result["description_placeholders"]["reason"] == "Too long."
    assert suggested(result) == {"name": "x" * 99}

    edge.replies.clear()
    result = await options.async_configure(result["flow_id"], {"name": "Ada's old phone"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert edge.sent("PATCH", path)[-1].json == {"name": "Ada's old phone"}
    assert find_device(device_registry, f"{EDGE_ID}-{PHONE}").name == "Ada's old phone"


async def test_revoke(
    hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry, device_registry: dr.DeviceRegistry
) -> None:
    """A phone is revoked once that is confirmed."""
    options = hass.config_entries.options
    result = await choose(hass, loaded_entry, "revoke_phone")
    assert result["description_placeholders"]["name"] == "Ada's phone"
    assert PHONE in edge.phones

    edge.replies["DELETE", f"phones/{PHONE}"] = ClientConnectionError()
    result = await options.async_configure(result["flow_id"], {})
    assert result["errors"] == {"base": "cannot_connect"}

    edge.replies.clear()
    result = await options.async_configure(result["flow_id"], {})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not edge.phones
    assert hass.states.get(CONNECTION) is None
    assert find_device(device_registry, f"{EDGE_ID}-{PHONE}") is None


async def test_phone_gone(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A phone that somebody else has revoked meanwhile."""
    result = await start(hass, loaded_entry, "phones")
    edge.phones.clear()
    await edge.push_phones()
    result = await hass.config_entries.options.async_configure(result["flow_id"], {"phone": PHONE})
    assert result["reason"] == "phone_gone"


async def test_revoke_by_removing_its_device(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """The device stays, with a reason, until the edge has really thrown the phone out."""
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass)
    device = find_device(device_registry, f"{EDGE_ID}-{PHONE}")
    assert device is not None

    edge.online = False
    answer = await client.remove_device(device.id)
    assert not answer["success"]
    assert answer["error"]["translation_key"] == "cannot_connect"
    assert device_registry.async_get(device.id) is not None
    assert hass.states.get(CONNECTION) is not None

    edge.online = True
    assert (await client.remove_device(device.id))["success"]
    await hass.async_block_till_done()
    assert not edge.phones
    assert device_registry.async_get(device.id) is None
    assert hass.states.get(CONNECTION) is None
    await edge.push_phones()
    assert hass.states.get("sensor.ambianic_edge_phones").state == "0"


@pytest.mark.parametrize(
    ("reply", "success"),
    [
        (problem(404, "not_found", "There is no such phone"), True),
        (problem(507, "storage", "Disk full"), False),
        (Reply(500, b"?"), False),
    ],
)
async def test_revoke_fails(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    hass_ws_client: WebSocketGenerator,
    reply: Reply,
    success: bool,
) -> None:
    """A phone that the edge has no more is out; any other refusal keeps the device."""
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass)
    device = find_device(device_registry, f"{EDGE_ID}-{PHONE}")
    assert device is not None
    edge.replies["DELETE", f"phones/{PHONE}"] = reply
    assert (await client.remove_device(device.id))["success"] is success
    assert (device_registry.async_get(device.id) is None) is success
