"""Images: the best picture of a camera's last visit."""

from typing import Any, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .entity import AmbianicCameraEntity, async_track_camera_entities
from .errors import translated_errors
from .media import MEDIA_KEYS, event_attributes
from .models import Event

PARALLEL_UPDATES = 0

LAST_DETECTION_DESCRIPTION = ImageEntityDescription(
    key="last_detection", translation_key="last_detection"
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the images."""
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: (LAST_DETECTION_DESCRIPTION,),
        AmbianicLastDetectionImage,
    )


class AmbianicLastDetectionImage(AmbianicCameraEntity, ImageEntity):
    """Shows the best picture of the last visit."""

    # They follow from the event's id.
    _unrecorded_attributes = frozenset(MEDIA_KEYS)

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: ImageEntityDescription,
    ) -> None:
        """Initialize the image."""
        # ImageEntity does not take part in the chain of super().__init__().
        AmbianicCameraEntity.__init__(self, coordinator, camera_id, description.key)
        ImageEntity.__init__(self, coordinator.hass)
        self.entity_description = description
        self._pictured = self._pictured_event
        if self._pictured:
            self._attr_image_last_updated = self._pictured.start

    @property
    def _pictured_event(self) -> Event | None:
        """Return the last visit, once there is a picture of it."""
        event = self._camera.last_event
        return event if event and event.snapshot else None

    @override
    def _update_attributes(self) -> None:
        """Announce a new visit, and a better picture of the same one."""
        event = self._pictured_event
        if event is None:
            self._attr_image_last_updated = None
        elif self._pictured is None or (event.id, event.score, event.box) != (
            self._pictured.id,
            self._pictured.score,
            self._pictured.box,
        ):
            self._attr_image_last_updated = dt_util.utcnow()
        self._pictured = event

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return which visit it is, and where its recording is."""
        if (event := self._pictured_event) is None:
            return None
        return event_attributes(self._edge_id, self._camera, event)

    @override
    async def async_image(self) -> bytes | None:
        """Return the picture as JPEG."""
        if (event := self._pictured_event) is None:
            return None
        with translated_errors(self.coordinator.config_entry):
            return await self.coordinator.client.async_get_event_snapshot(event.id)
