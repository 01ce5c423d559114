"""Binary sensors: what a camera sees now, and what is connected."""

from typing import Any, override

from homeassistant.components.binary_sensor import (
    DOMAIN as BINARY_SENSOR_DOMAIN,
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .entity import (
    AmbianicCameraEntity,
    AmbianicEdgeEntity,
    AmbianicPhoneEntity,
    async_track_camera_entities,
    async_track_phone_entities,
)
from .labels import label_name
from .models import (
    RECORDING,
    REGISTRAR_CONNECTED,
    REGISTRAR_CONNECTING,
    VISION_RUNNING,
    CameraState,
    RecordingMode,
    Remote,
)

PARALLEL_UPDATES = 0

LABEL_DESCRIPTIONS: dict[str, BinarySensorEntityDescription] = {
    description.key: description
    for description in (
        BinarySensorEntityDescription(
            key="person",
            translation_key="person",
            device_class=BinarySensorDeviceClass.OCCUPANCY,
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
            key="motorcycle",
            translation_key="motorcycle",
            device_class=BinarySensorDeviceClass.MOTION,
        ),
        BinarySensorEntityDescription(
            key="smoke",
            translation_key="smoke",
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

CONNECTIVITY_DESCRIPTION = BinarySensorEntityDescription(
    key="connectivity",
    translation_key="connectivity",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

RECORDING_DESCRIPTION = BinarySensorEntityDescription(
    key="recording",
    translation_key="recording",
    device_class=BinarySensorDeviceClass.RUNNING,
    entity_category=EntityCategory.DIAGNOSTIC,
)

PHONE_CONNECTIVITY_DESCRIPTION = BinarySensorEntityDescription(
    key="connectivity",
    translation_key="phone_connectivity",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

REMOTE_DESCRIPTION = BinarySensorEntityDescription(
    key="remote_access",
    translation_key="remote_access",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors."""
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: (CONNECTIVITY_DESCRIPTION,),
        AmbianicConnectivitySensor,
    )
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: (RECORDING_DESCRIPTION,),
        AmbianicRecordingSensor,
    )
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: camera.detection.labels,
        AmbianicLabelSensor,
    )
    async_track_phone_entities(
        entry,
        async_add_entities,
        (PHONE_CONNECTIVITY_DESCRIPTION,),
        AmbianicPhoneConnectivitySensor,
    )
    coordinator = entry.runtime_data
    async_add_entities([AmbianicRemoteSensor(coordinator, REMOTE_DESCRIPTION)])

    @callback
    def _async_remove_stale() -> None:
        """Remove the sensors of labels that are not looked for any more."""
        _async_remove_stale_labels(hass, entry)

    _async_remove_stale()
    entry.async_on_unload(coordinator.async_add_listener(_async_remove_stale))


@callback
def _async_remove_stale_labels(hass: HomeAssistant, entry: AmbianicConfigEntry) -> None:
    data = entry.runtime_data.data
    current = {
        f"{data.info.id}-{camera.id}-{_label_key(label)}"
        for camera in data.cameras.values()
        for label in camera.detection.labels
    }
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if (
            entity.domain == BINARY_SENSOR_DOMAIN
            and "-label-" in entity.unique_id
            and entity.unique_id not in current
        ):
            registry.async_remove(entity.entity_id)


def _label_key(label: str) -> str:
    return f"label-{label}"


class AmbianicLabelSensor(AmbianicCameraEntity, BinarySensorEntity):
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
    def available(self) -> bool:
        """Return whether the camera gives pictures."""
        return super().available and self._camera.status.state == CameraState.ONLINE

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether the object is seen; None where nobody looks."""
        if self._label in self._camera.active:
            return True
        return False if self._camera.vision.state == VISION_RUNNING else None


class AmbianicConnectivitySensor(AmbianicCameraEntity, BinarySensorEntity):
    """Tells whether the edge gets pictures of a camera, and else why not."""

    _unrecorded_attributes = frozenset({"reason"})

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: BinarySensorEntityDescription,
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the camera is connected."""
        return self._camera.status.state == CameraState.ONLINE

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the state of the connection in the edge's words."""
        status = self._camera.status
        return {"status": status.state, "reason": status.reason}


class AmbianicRecordingSensor(AmbianicCameraEntity, BinarySensorEntity):
    """Tells whether a camera is recorded now, and why."""

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: BinarySensorEntityDescription,
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the camera is recorded."""
        return self._camera.status.recording == RECORDING

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what it is recorded for; an event is told by its id."""
        reason = self._camera.status.recording_reason
        by_mode = reason is None or reason in RecordingMode
        return {"reason": reason if by_mode else "event"}


class AmbianicPhoneConnectivitySensor(AmbianicPhoneEntity, BinarySensorEntity):
    """Tells whether a phone is connected with the edge, and on which way."""

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        phone_id: str,
        description: BinarySensorEntityDescription,
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, phone_id, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the phone is connected."""
        return self._phone.connected

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the way that the phone is connected on."""
        return {"path": self._phone.path}


class AmbianicRemoteSensor(AmbianicEdgeEntity, BinarySensorEntity):
    """Tells whether phones find the edge from anywhere, and else why not."""

    _unrecorded_attributes = frozenset({"reason"})

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        description: BinarySensorEntityDescription,
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @property
    @override
    def is_on(self) -> bool:
        """Return whether phones find the edge from anywhere."""
        return _remote_status(self.coordinator.data.remote) == "everywhere"

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return where phones find the edge, and what the edge says is wrong."""
        remote = self.coordinator.data.remote
        reasons = [registrar.reason for registrar in remote.registrars]
        return {
            "status": _remote_status(remote),
            "reason": " ".join(reason for reason in reasons if reason) or None,
        }


def _remote_status(remote: Remote) -> str:
    """Return where phones find the edge; its own registrar serves the home only."""
    if not remote.enabled:
        return "disabled"
    states = {(registrar.embedded, registrar.state) for registrar in remote.registrars}
    if (False, REGISTRAR_CONNECTED) in states:
        return "everywhere"
    if (False, REGISTRAR_CONNECTING) in states:
        return "connecting"
    return "at_home" if (True, REGISTRAR_CONNECTED) in states else "offline"
