"""Switches: detection of a camera, and the remote access of the edge."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .entity import (
    AmbianicCameraEntity,
    AmbianicEdgeEntity,
    async_track_camera_entities,
)
from .errors import translated_errors
from .models import Detection

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class AmbianicDetectionSwitchEntityDescription(SwitchEntityDescription):
    """Describes a switch of a camera's detection: the field that it sets."""

    field: str
    is_on_fn: Callable[[Detection], bool]


DETECTION_DESCRIPTIONS = (
    AmbianicDetectionSwitchEntityDescription(
        key="detection",
        translation_key="detection",
        field="enabled",
        is_on_fn=lambda detection: detection.enabled,
    ),
    AmbianicDetectionSwitchEntityDescription(
        key="always_analyse",
        translation_key="always_analyse",
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        field="always",
        is_on_fn=lambda detection: detection.always,
    ),
)

REMOTE_DESCRIPTION = SwitchEntityDescription(
    key="remote_access",
    translation_key="remote_access",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switches."""
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: DETECTION_DESCRIPTIONS,
        AmbianicDetectionSwitch,
    )
    async_add_entities([AmbianicRemoteSwitch(entry.runtime_data, REMOTE_DESCRIPTION)])


class AmbianicDetectionSwitch(AmbianicCameraEntity, SwitchEntity):
    """Switches the detection of a camera, or a way of it."""

    entity_description: AmbianicDetectionSwitchEntityDescription

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: AmbianicDetectionSwitchEntityDescription,
    ) -> None:
        """Initialize the switch."""
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it is on."""
        return self.entity_description.is_on_fn(self._camera.detection)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on."""
        await self._async_set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        await self._async_set(False)

    async def _async_set(self, value: bool) -> None:
        field = self.entity_description.field
        with translated_errors(self.coordinator.config_entry):
            camera = await self.coordinator.client.async_update_camera(
                self._item_id, {"detection": {field: value}}
            )
        self.coordinator.async_set_camera(camera)


class AmbianicRemoteSwitch(AmbianicEdgeEntity, SwitchEntity):
    """Lets phones reach the edge, or none of them."""

    def __init__(
        self, coordinator: AmbianicCoordinator, description: SwitchEntityDescription
    ) -> None:
        """Initialize the switch."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool:
        """Return whether phones may reach the edge."""
        return self.coordinator.data.remote.enabled

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Let phones reach the edge."""
        await self._async_set_enabled(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Keep all phones out."""
        await self._async_set_enabled(False)

    async def _async_set_enabled(self, enabled: bool) -> None:
        with translated_errors(self.coordinator.config_entry):
            remote = await self.coordinator.client.async_set_remote_enabled(enabled)
        self.coordinator.async_set_remote(remote)
