"""Tests of setting up and unloading."""

from aiohttp import ClientConnectionError
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ambianic.const import DOMAIN

from .edge import EDGE_ID, FRONT, GARDEN, FakeEdge, Reply, make_camera, problem


def find_device(device_registry: dr.DeviceRegistry, identifier: str) -> dr.AnyDeviceEntry | None:
    """Return the device of the edge or of a camera."""
    devices = device_registry.async_get_devices(identifiers={(DOMAIN, identifier)})
    return devices[0] if devices else None


async def test_load_and_unload(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The entry is set up, and unloading ends everything."""
    assert loaded_entry.state is ConfigEntryState.LOADED
    assert hass.states.get("camera.front_door").state == "idle"

    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    await hass.async_block_till_done()

    assert loaded_entry.state is ConfigEntryState.NOT_LOADED
    assert hass.states.get("camera.front_door").state == "unavailable"


@pytest.mark.parametrize(
    "reply",
    [
        ClientConnectionError("refused"),
        TimeoutError(),
        Reply(200, b"<html>"),
        Reply(200, []),
        Reply(200, b"\xff"),
        Reply(200, {"cameras": [{"id": "1"}]}),
        Reply(500, {"detail": "no problem document"}),
        Reply(200, b"x" * (16 * 1024 * 1024 + 1)),
        problem(500, "internal", "A fault of the edge"),
    ],
    ids=[
        "refused",
        "timeout",
        "html",
        "list",
        "binary",
        "not_as_agreed",
        "unknown_error",
        "too_big",
        "problem",
    ],
)
async def test_retry(
    hass: HomeAssistant,
    edge: FakeEdge,
    entry: MockConfigEntry,
    reply: Reply | Exception,
) -> None:
    """Setting up is tried again when the edge does not answer as agreed."""
    edge.replies["GET", "cameras"] = reply

    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY

    edge.replies.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED


async def test_token_refused(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> None:
    """A refused token asks the user for another."""
    edge.token = "another"

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_ERROR
    flows = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in flows] == [SOURCE_REAUTH]


@pytest.mark.parametrize(("api", "issues"), [(0, 1), (2, 0)])
async def test_unsupported_version(
    hass: HomeAssistant,
    edge: FakeEdge,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    api: int,
    issues: int,
) -> None:
    """An old edge makes an issue, which goes when the edge is updated."""
    edge.info["api"] = api

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert len(issue_registry.issues) == issues
    assert all(key[1].startswith("edge_too_old") for key in issue_registry.issues)

    edge.info["api"] = 1
    await hass.config_entries.async_reload(entry.entry_id)

    assert entry.state is ConfigEntryState.LOADED
    assert not issue_registry.issues


async def test_edge_without_recordings(
    hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    """An edge from before recordings is too old, though its API has the same version."""
    edge.replies["GET", "storage"] = problem(404, "not_found", "There is nothing here")

    await hass.config_entries.async_setup(entry.entry_id)

    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert [key[1] for key in issue_registry.issues] == [f"edge_too_old-{entry.entry_id}"]

    edge.replies.clear()
    await hass.config_entries.async_reload(entry.entry_id)

    assert entry.state is ConfigEntryState.LOADED
    assert not issue_registry.issues


async def test_storage_refused(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> None:
    """Any other refusal is tried again."""
    edge.replies["GET", "storage"] = problem(500, "internal", "A fault of the edge")
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    edge.replies.clear()
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED


async def test_remove_entry_with_issues(
    hass: HomeAssistant,
    edge: FakeEdge,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Nothing is left of an entry that is removed."""
    edge.cameras[FRONT] = make_camera(state="unauthorized", reason="No.")
    await hass.config_entries.async_setup(entry.entry_id)
    assert len(issue_registry.issues) == 1

    await hass.config_entries.async_remove(entry.entry_id)

    assert not issue_registry.issues


async def test_devices(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """There is a device for the edge and one for each camera."""
    hub = find_device(device_registry, EDGE_ID)
    front = find_device(device_registry, f"{EDGE_ID}-{FRONT}")
    assert hub is not None
    assert hub.entry_type is dr.DeviceEntryType.SERVICE
    assert hub.sw_version == "2.0.0"
    assert front is not None
    assert front.name == "Front door"
    assert front.via_device_id == hub.id

    await edge.push("info", info=edge.info | {"version": "2.1.0"})
    await edge.push_camera(make_camera(name="Back door"))

    assert device_registry.async_get(hub.id).sw_version == "2.1.0"
    assert device_registry.async_get(front.id).name == "Back door"


async def test_camera_comes_and_goes(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """Devices and entities follow the edge's cameras."""
    await edge.push_camera(make_camera("11112222", name="Shed"))
    await hass.async_block_till_done()
    assert hass.states.get("camera.shed") is not None
    assert hass.states.get("binary_sensor.shed_person") is not None
    assert len(hass.states.async_entity_ids("camera")) == 3

    await edge.push("camera_removed", id="11112222")
    await edge.push("camera_removed", id="11112222")
    await hass.async_block_till_done()
    assert hass.states.get("camera.shed") is None
    assert find_device(device_registry, f"{EDGE_ID}-11112222") is None
    assert len(hass.states.async_entity_ids("camera")) == 2


async def test_camera_removed_while_away(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A camera that was removed while nobody listened is gone after a restart."""
    del edge.cameras[GARDEN]

    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await hass.async_block_till_done()

    assert hass.states.get("camera.garden") is None
    assert hass.states.get("camera.front_door") is not None


async def test_remove_device(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Only devices that the edge does not have can be removed by hand."""
    assert await async_setup_component(hass, "config", {})
    client = await hass_ws_client(hass)
    stale = device_registry.async_get_or_create(
        config_entry_id=loaded_entry.entry_id,
        identifiers={(DOMAIN, f"{EDGE_ID}-99999999")},
    )
    front = find_device(device_registry, f"{EDGE_ID}-{FRONT}")
    hub = find_device(device_registry, EDGE_ID)

    removed = [(await client.remove_device(device.id))["success"] for device in (front, hub, stale)]

    assert removed == [False, False, True]
