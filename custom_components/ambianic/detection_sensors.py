"""Binary sensors of what a camera sees now: in its picture, and in each of its zones."""

from typing import Any, override

from homeassistant.components.binary_sensor import (
    DOMAIN as BINARY_SENSOR_DOMAIN,
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .entity import AmbianicCameraEntity, async_track_camera_entities
from .labels import label_name
from .models import VISION_RUNNING, ZONE_LINE, Camera, CameraState, Zone

LABEL_DESCRIPTIONS: dict[str, BinarySensorEntityDescription] = {
    description.key: description
    for description in (
        BinarySensorEntityDescription(
            key="bark",
            translation_key="bark",
            device_class=BinarySensorDeviceClass.SOUND,
        ),
        BinarySensorEntityDescription(
            key="bicycle",
            translation_key="bicycle",
            device_class=BinarySensorDeviceClass.MOTION,
        ),
        BinarySensorEntityDescription(
            key="bird",
            translation_key="bird",
            device_class=BinarySensorDeviceClass.MOTION,
        ),
        BinarySensorEntityDescription(
            key="bus",
            translation_key="bus",
            device_class=BinarySensorDeviceClass.MOTION,
        ),
        BinarySensorEntityDescription(
            key="car",
            translation_key="car",
            device_class=BinarySensorDeviceClass.MOTION,
        ),
        BinarySensorEntityDescription(
            key="cat",
            translation_key="cat",
            device_class=BinarySensorDeviceClass.MOTION,
        ),
        BinarySensorEntityDescription(
            key="dog",
            translation_key="dog",
            device_class=BinarySensorDeviceClass.MOTION,
        ),
        BinarySensorEntityDescription(
            key="face",
            translation_key="face",
            device_class=BinarySensorDeviceClass.OCCUPANCY,
        ),
        BinarySensorEntityDescription(
            key="fall",
            translation_key="fall",
            device_class=BinarySensorDeviceClass.SAFETY,
        ),
        BinarySensorEntityDescription(
            key="fire",
            translation_key="fire",
            device_class=BinarySensorDeviceClass.SMOKE,
        ),
        BinarySensorEntityDescription(
            key="glass",
            translation_key="glass",
            device_class=BinarySensorDeviceClass.SOUND,
        ),
        BinarySensorEntityDescription(
            key="motorcycle",
            translation_key="motorcycle",
            device_class=BinarySensorDeviceClass.MOTION,
        ),
        BinarySensorEntityDescription(
            key="package",
            translation_key="package",
            device_class=BinarySensorDeviceClass.OCCUPANCY,
        ),
        BinarySensorEntityDescription(
            key="person",
            translation_key="person",
            device_class=BinarySensorDeviceClass.OCCUPANCY,
        ),
        BinarySensorEntityDescription(
            key="scream",
            translation_key="scream",
            device_class=BinarySensorDeviceClass.SOUND,
        ),
        BinarySensorEntityDescription(
            key="smoke",
            translation_key="smoke",
            device_class=BinarySensorDeviceClass.SMOKE,
        ),
        BinarySensorEntityDescription(
            key="smoke_alarm",
            translation_key="smoke_alarm",
            device_class=BinarySensorDeviceClass.SMOKE,
        ),
        BinarySensorEntityDescription(
            key="truck",
            translation_key="truck",
            device_class=BinarySensorDeviceClass.MOTION,
        ),
    )
}

# Any other label, such as those of the user's own model.
OBJECT_DESCRIPTION = BinarySensorEntityDescription(
    key="object",
    translation_key="object",
    device_class=BinarySensorDeviceClass.MOTION,
)

AREA_DESCRIPTION = BinarySensorEntityDescription(
    key="zone",
    translation_key="zone",
    device_class=BinarySensorDeviceClass.OCCUPANCY,
)

# It is on for a moment after something has crossed it.
LINE_DESCRIPTION = BinarySensorEntityDescription(
    key="line",
    translation_key="line",
    device_class=BinarySensorDeviceClass.MOTION,
)


@callback
def async_track_detection_sensors(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors of all cameras' labels and zones, and remove those of former ones."""
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: camera.detection.labels,
        AmbianicLabelSensor,
    )
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: [zone.id for zone in camera.detection.zones],
        AmbianicZoneSensor,
    )

    @callback
    def _async_remove_stale() -> None:
        _async_remove_stale_sensors(hass, entry)

    _async_remove_stale()
    entry.async_on_unload(entry.runtime_data.async_add_listener(_async_remove_stale))


@callback
def _async_remove_stale_sensors(
    hass: HomeAssistant, entry: AmbianicConfigEntry
) -> None:
    data = entry.runtime_data.data
    current = {
        f"{data.info.id}-{camera.id}-{key}"
        for camera in data.cameras.values()
        for key in _keys(camera)
    }
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if (
            entity.domain == BINARY_SENSOR_DOMAIN
            and ("-label-" in entity.unique_id or "-zone-" in entity.unique_id)
            and entity.unique_id not in current
        ):
            registry.async_remove(entity.entity_id)


def _keys(camera: Camera) -> list[str]:
    detection = camera.detection
    return [
        *(_label_key(label) for label in detection.labels),
        *(_zone_key(zone.id) for zone in detection.zones),
    ]


def _label_key(label: str) -> str:
    return f"label-{label}"


def _zone_key(zone_id: str) -> str:
    return f"zone-{zone_id}"


class AmbianicDetectionSensor(AmbianicCameraEntity, BinarySensorEntity):
    """Base of the sensors of what a camera sees."""

    @property
    @override
    def available(self) -> bool:
        """Return whether the camera gives pictures."""
        return super().available and self._camera.status.state == CameraState.ONLINE

    def _seen(self, seen: bool) -> bool | None:
        """Return whether something is seen; None where nobody looks."""
        if seen:
            return True
        return False if self._camera.vision.state == VISION_RUNNING else None


class AmbianicLabelSensor(AmbianicDetectionSensor):
    """Tells whether a camera sees a kind of object."""

    def __init__(
        self, coordinator: AmbianicCoordinator, camera_id: str, label: str
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, camera_id, _label_key(label))
        self._label = label
        self.entity_description = LABEL_DESCRIPTIONS.get(label, OBJECT_DESCRIPTION)
        self._attr_translation_placeholders = {"label": label_name(label)}
        self._attr_extra_state_attributes = {"label": label}

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the object is seen; None where nobody looks."""
        return self._seen(self._label in self._camera.active)


class AmbianicZoneSensor(AmbianicDetectionSensor):
    """Tells whether something is in a zone of a camera, or has just crossed a line."""

    def __init__(
        self, coordinator: AmbianicCoordinator, camera_id: str, zone_id: str
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, camera_id, _zone_key(zone_id))
        self._zone_id = zone_id
        zone = self._zone
        assert zone is not None
        line = zone.kind == ZONE_LINE
        self.entity_description = LINE_DESCRIPTION if line else AREA_DESCRIPTION
        self._update_attributes()

    @override
    def _update_attributes(self) -> None:
        """Take the zone's name, which may change."""
        if self._zone is not None:
            self._attr_name = self._zone.name

    @property
    def _zone(self) -> Zone | None:
        zones = self._camera.detection.zones
        return next((zone for zone in zones if zone.id == self._zone_id), None)

    @property
    @override
    def available(self) -> bool:
        """Return whether the camera gives pictures and has the zone."""
        return super().available and self._zone is not None

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether something is there; None where nobody looks."""
        return self._seen(self._zone_id in self._camera.occupied)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what is there."""
        return {
            "zone_id": self._zone_id,
            "labels": self._camera.occupied.get(self._zone_id, []),
        }
