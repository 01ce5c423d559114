"""Tests of what all platforms share: names, classes, states, devices."""

from unittest.mock import patch

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    snapshot_platform,
)
from syrupy.assertion import SnapshotAssertion

from custom_components.ambianic import PLATFORMS

from .edge import FRONT, FakeEdge, make_camera, make_event


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@pytest.mark.freeze_time("2026-11-22T17:00:00Z")
async def test_platform(
    hass: HomeAssistant,
    edge: FakeEdge,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    platform: Platform,
) -> None:
    """The entities of a platform are as they were."""
    edge.cameras = {
        FRONT: make_camera(
            detection={
                "enabled": True,
                "fps": 5,
                "labels": {"person": 0.5, "car": 0.6, "garden_gnome": 0.4},
            },
            active=["garden_gnome"],
            last_event=make_event(),
        )
    }
    with (
        patch("custom_components.ambianic.PLATFORMS", [platform]),
        patch("random.SystemRandom.getrandbits", return_value=1),
    ):
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
    await snapshot_platform(hass, entity_registry, snapshot, entry.entry_id)


async def test_disabled_by_default(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Figures that change all the time are off until somebody wants them."""
    disabled = {
        entity.translation_key
        for entity in er.async_entries_for_config_entry(entity_registry, loaded_entry.entry_id)
        if entity.disabled_by
    }
    assert disabled == {
        "always_analyse",
        "decoded_pictures",
        "detection_fps",
        "dropped_pictures",
        "inference_time",
        "storage_per_day",
    }
