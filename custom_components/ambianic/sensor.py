"""Sensors: the last visit, and how edge, cameras and phones do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfInformation,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator, AmbianicData
from .entity import (
    AmbianicCameraEntity,
    AmbianicEdgeEntity,
    AmbianicPhoneEntity,
    async_track_camera_entities,
    async_track_phone_entities,
)
from .models import Camera, Gate, Phone, Role
from .recordings import CameraStorage

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class AmbianicCameraSensorEntityDescription(SensorEntityDescription):
    """Describes a sensor of a camera."""

    value_fn: Callable[[Camera], StateType | datetime]
    attributes_fn: Callable[[Camera], dict[str, Any] | None] = lambda camera: None


@dataclass(frozen=True, kw_only=True)
class AmbianicCameraStorageSensorEntityDescription(SensorEntityDescription):
    """Describes a sensor of what is kept of a camera."""

    value_fn: Callable[[CameraStorage], StateType | datetime]


@dataclass(frozen=True, kw_only=True)
class AmbianicEdgeSensorEntityDescription(SensorEntityDescription):
    """Describes a sensor of the edge."""

    value_fn: Callable[[AmbianicData], StateType | datetime]


@dataclass(frozen=True, kw_only=True)
class AmbianicPhoneSensorEntityDescription(SensorEntityDescription):
    """Describes a sensor of a phone."""

    value_fn: Callable[[Phone], StateType | datetime]


CAMERA_DESCRIPTIONS: tuple[AmbianicCameraSensorEntityDescription, ...] = (
    AmbianicCameraSensorEntityDescription(
        key="last_detection",
        translation_key="last_detection",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda camera: (
            None if camera.last_event is None else camera.last_event.start
        ),
    ),
    AmbianicCameraSensorEntityDescription(
        key="detection_fps",
        translation_key="detection_fps",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement="fps",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        value_fn=lambda camera: camera.vision.fps,
    ),
    AmbianicCameraSensorEntityDescription(
        key="dropped_pictures",
        translation_key="dropped_pictures",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        value_fn=lambda camera: camera.vision.dropped_percent,
    ),
    AmbianicCameraSensorEntityDescription(
        key="inference_time",
        translation_key="inference_time",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        value_fn=lambda camera: camera.vision.inference_ms,
    ),
    AmbianicCameraSensorEntityDescription(
        key="decoded_pictures",
        translation_key="decoded_pictures",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=lambda camera: camera.vision.decoded_percent,
    ),
    AmbianicCameraSensorEntityDescription(
        key="activity",
        translation_key="activity",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(Gate),
        value_fn=lambda camera: camera.vision.gate,
        attributes_fn=lambda camera: {"reason": camera.vision.gate_reason},
    ),
)

CAMERA_STORAGE_DESCRIPTIONS: tuple[
    AmbianicCameraStorageSensorEntityDescription, ...
] = (
    AmbianicCameraStorageSensorEntityDescription(
        key="storage_used",
        translation_key="storage_used",
        device_class=SensorDeviceClass.DATA_SIZE,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        suggested_unit_of_measurement=UnitOfInformation.GIGABYTES,
        value_fn=lambda storage: storage.bytes,
    ),
    AmbianicCameraStorageSensorEntityDescription(
        key="storage_per_day",
        translation_key="storage_per_day",
        device_class=SensorDeviceClass.DATA_SIZE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        suggested_unit_of_measurement=UnitOfInformation.GIGABYTES,
        value_fn=lambda storage: storage.bytes_per_day,
    ),
    AmbianicCameraStorageSensorEntityDescription(
        key="oldest_recording",
        translation_key="oldest_recording",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda storage: storage.oldest,
    ),
)

EDGE_DESCRIPTIONS: tuple[AmbianicEdgeSensorEntityDescription, ...] = (
    AmbianicEdgeSensorEntityDescription(
        key="storage_used",
        translation_key="storage_used",
        device_class=SensorDeviceClass.DATA_SIZE,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        suggested_unit_of_measurement=UnitOfInformation.GIGABYTES,
        value_fn=lambda data: data.storage.bytes,
    ),
    AmbianicEdgeSensorEntityDescription(
        key="storage_full_in",
        translation_key="storage_full_in",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=UnitOfTime.DAYS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=lambda data: data.storage.forecast.full_in_days,
    ),
    AmbianicEdgeSensorEntityDescription(
        key="recordings_reach_back",
        translation_key="recordings_reach_back",
        device_class=SensorDeviceClass.DURATION,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=UnitOfTime.DAYS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=lambda data: data.storage.forecast.keeps_days,
    ),
    AmbianicEdgeSensorEntityDescription(
        key="oldest_recording",
        translation_key="oldest_recording",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda data: data.storage.oldest,
    ),
    AmbianicEdgeSensorEntityDescription(
        key="starred_events",
        translation_key="starred_events",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda data: data.storage.starred,
    ),
    AmbianicEdgeSensorEntityDescription(
        key="events_stored",
        translation_key="events_stored",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda data: data.storage.events,
    ),
    AmbianicEdgeSensorEntityDescription(
        key="storage_free",
        translation_key="storage_free",
        device_class=SensorDeviceClass.DATA_SIZE,
        entity_category=EntityCategory.DIAGNOSTIC,
        native_unit_of_measurement=UnitOfInformation.BYTES,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=1,
        suggested_unit_of_measurement=UnitOfInformation.GIGABYTES,
        value_fn=lambda data: data.storage.free_bytes,
    ),
    AmbianicEdgeSensorEntityDescription(
        key="phones",
        translation_key="phones",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda data: len(data.phones),
    ),
)

PHONE_DESCRIPTIONS: tuple[AmbianicPhoneSensorEntityDescription, ...] = (
    AmbianicPhoneSensorEntityDescription(
        key="last_seen",
        translation_key="last_seen",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda phone: phone.last_seen,
    ),
    AmbianicPhoneSensorEntityDescription(
        key="role",
        translation_key="role",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(Role),
        value_fn=lambda phone: phone.role,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors."""
    async_add_entities(
        AmbianicEdgeSensor(entry.runtime_data, description)
        for description in EDGE_DESCRIPTIONS
    )
    described = {description.key: description for description in CAMERA_DESCRIPTIONS}
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: described,
        lambda coordinator, camera_id, key: AmbianicCameraSensor(
            coordinator, camera_id, described[key]
        ),
    )
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: CAMERA_STORAGE_DESCRIPTIONS,
        AmbianicCameraStorageSensor,
    )
    async_track_phone_entities(
        entry, async_add_entities, PHONE_DESCRIPTIONS, AmbianicPhoneSensor
    )


class AmbianicCameraSensor(AmbianicCameraEntity, SensorEntity):
    """A sensor of a camera."""

    entity_description: AmbianicCameraSensorEntityDescription

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: AmbianicCameraSensorEntityDescription,
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value."""
        return self.entity_description.value_fn(self._camera)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return what explains the value, if anything does."""
        return self.entity_description.attributes_fn(self._camera)


class AmbianicCameraStorageSensor(AmbianicCameraEntity, SensorEntity):
    """A sensor of what is kept of a camera."""

    entity_description: AmbianicCameraStorageSensorEntityDescription

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: AmbianicCameraStorageSensorEntityDescription,
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description

    @property
    @override
    def _shows(self) -> CameraStorage | None:
        return self.coordinator.data.storage.of_camera(self._item_id)

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value; None where the edge has no figures of the camera yet."""
        if (storage := self._shows) is None:
            return None
        return self.entity_description.value_fn(storage)


class AmbianicEdgeSensor(AmbianicEdgeEntity, SensorEntity):
    """A sensor of the edge."""

    entity_description: AmbianicEdgeSensorEntityDescription

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        description: AmbianicEdgeSensorEntityDescription,
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value."""
        return self.entity_description.value_fn(self.coordinator.data)


class AmbianicPhoneSensor(AmbianicPhoneEntity, SensorEntity):
    """A sensor of a phone."""

    entity_description: AmbianicPhoneSensorEntityDescription

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        phone_id: str,
        description: AmbianicPhoneSensorEntityDescription,
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, phone_id, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value."""
        return self.entity_description.value_fn(self._phone)
