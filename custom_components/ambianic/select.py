"""Selects: what of a camera is recorded."""

from dataclasses import replace
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .entity import AmbianicCameraEntity, async_track_camera_entities
from .errors import translated_errors
from .models import RecordingMode

PARALLEL_UPDATES = 1

MODE_DESCRIPTION = SelectEntityDescription(
    key="recording_mode",
    translation_key="recording_mode",
    entity_category=EntityCategory.CONFIG,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the selects."""
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: (MODE_DESCRIPTION,),
        AmbianicRecordingModeSelect,
    )


class AmbianicRecordingModeSelect(AmbianicCameraEntity, SelectEntity):
    """Selects what of a camera is recorded."""

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: SelectEntityDescription,
    ) -> None:
        """Initialize the select."""
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description
        self._attr_options = list(RecordingMode)

    @property
    @override
    def current_option(self) -> str:
        """Return what is recorded."""
        return self._camera.recording.mode

    @override
    async def async_select_option(self, option: str) -> None:
        """Change what is recorded."""
        recording = replace(self._camera.recording, mode=option)
        with translated_errors(self.coordinator.config_entry):
            camera = await self.coordinator.client.async_update_camera(
                self._item_id, {"recording": recording.to_dict()}
            )
        self.coordinator.async_set_camera(camera)
