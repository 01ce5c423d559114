"""Binary sensors: what a camera sees now, how its picture is, what is connected."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .detection_sensors import async_track_detection_sensors
from .entity import (
    AmbianicCameraEntity,
    AmbianicEdgeEntity,
    AmbianicPhoneEntity,
    async_track_camera_entities,
    async_track_phone_entities,
)
from .models import (
    RECORDING,
    REGISTRAR_CONNECTED,
    REGISTRAR_CONNECTING,
    VISION_RUNNING,
    CameraState,
    RecordingMode,
    Remote,
    Vision,
)

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class AmbianicPictureSensorEntityDescription(BinarySensorEntityDescription):
    """Describes a sensor of what is wrong with a camera's picture."""

    is_on_fn: Callable[[Vision], bool]


PICTURE_DESCRIPTIONS = (
    AmbianicPictureSensorEntityDescription(
        key="covered",
        translation_key="covered",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda vision: vision.covered,
    ),
    AmbianicPictureSensorEntityDescription(
        key="frozen",
        translation_key="frozen",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda vision: vision.frozen,
    ),
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
        lambda camera: PICTURE_DESCRIPTIONS,
        AmbianicPictureSensor,
    )
    async_track_detection_sensors(hass, entry, async_add_entities)
    async_track_phone_entities(
        entry,
        async_add_entities,
        (PHONE_CONNECTIVITY_DESCRIPTION,),
        AmbianicPhoneConnectivitySensor,
    )
    async_add_entities([AmbianicRemoteSensor(entry.runtime_data, REMOTE_DESCRIPTION)])


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


class AmbianicPictureSensor(AmbianicCameraEntity, BinarySensorEntity):
    """Tells whether something is wrong with a camera's picture."""

    entity_description: AmbianicPictureSensorEntityDescription

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: AmbianicPictureSensorEntityDescription,
    ) -> None:
        """Initialize the sensor."""
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description

    @property
    @override
    def available(self) -> bool:
        """Return whether the camera gives pictures."""
        return super().available and self._camera.status.state == CameraState.ONLINE

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is wrong; None where nobody looks."""
        if self._camera.vision.state != VISION_RUNNING:
            return None
        return self.entity_description.is_on_fn(self._camera.vision)


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
