"""Events: a visit has started."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .entity import AmbianicCameraEntity, async_track_camera_entities
from .models import Event

PARALLEL_UPDATES = 0

DETECTION_DESCRIPTION = EventEntityDescription(
    key="detection", translation_key="detection"
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the event entities."""
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: (DETECTION_DESCRIPTION,),
        AmbianicDetectionEvent,
    )


class AmbianicDetectionEvent(AmbianicCameraEntity, EventEntity):
    """Fires once for each visit to a camera."""

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: EventEntityDescription,
    ) -> None:
        """Initialize the event entity."""
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description

    @property
    @override
    def event_types(self) -> list[str]:
        """Return the labels that the camera looks for."""
        return list(self._camera.detection.labels)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for visits."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_subscribe_detections(self._async_handle_detection)
        )

    @callback
    def _async_handle_detection(self, event: Event) -> None:
        # A visit may have started just before its label was switched off.
        if event.camera_id != self._camera_id or event.label not in self.event_types:
            return
        self._trigger_event(
            event.label,
            {
                "event_id": event.id,
                "label": event.label,
                "score": event.score,
                "box": event.box,
                "camera": self._camera.name,
            },
        )
        self.async_write_ha_state()
