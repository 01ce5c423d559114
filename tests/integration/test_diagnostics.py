"""Tests of the diagnostics."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.ambianic.const import DOMAIN

from .edge import EDGE_ID, FRONT, PHONE, TOKEN, FakeEdge, make_camera, make_pairing


@pytest.fixture(autouse=True)
async def diagnostics(hass: HomeAssistant) -> None:
    """Set up diagnostics."""
    assert await async_setup_component(hass, "diagnostics", {})


def assert_private(diagnostics: Any) -> None:
    """Nothing that must stay private is there."""
    text = str(diagnostics)
    assert TOKEN not in text
    assert "rtsp://" not in text
    assert "viewer'" not in text
    assert PHONE not in text
    assert "Ada" not in text
    assert "042917" not in text
    assert "#p=" not in text
    assert "pnp.example" not in text
    assert "ABCD" not in text


async def test_entry(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    snapshot: SnapshotAssertion,
) -> None:
    """The diagnostics of an edge."""
    await edge.push_camera(make_camera(sub_url="rtsp://192.168.1.20/stream2"))
    await edge.push_pairing(make_pairing())
    found = await get_diagnostics_for_config_entry(hass, hass_client, loaded_entry)
    assert found == snapshot
    assert_private(found)


@pytest.mark.parametrize(
    ("identifier", "keys"),
    [
        (f"{EDGE_ID}-{FRONT}", {"camera"}),
        (f"{EDGE_ID}-{PHONE}", {"phone"}),
        (EDGE_ID, {"entry", "connected", "info", "cameras", "phones", "pairing", "remote", "storage"}),
    ],
)
async def test_device(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    hass_client: ClientSessionGenerator,
    identifier: str,
    keys: set[str],
) -> None:
    """The diagnostics of a camera, and of the edge's device."""
    device = device_registry.async_get_devices(identifiers={(DOMAIN, identifier)})[0]
    found = await get_diagnostics_for_device(hass, hass_client, loaded_entry, device)
    assert found.keys() == keys
    assert_private(found)
