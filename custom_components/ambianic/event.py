"""Events: a visit has started, a phone has paired, somebody guessed at the code."""

from typing import override

from homeassistant.components.event import (
    EventDeviceClass,
    EventEntity,
    EventEntityDescription,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator, PhoneEvent
from .entity import (
    AmbianicCameraEntity,
    AmbianicEdgeEntity,
    async_track_camera_entities,
)
from .media import MEDIA_KEYS, event_attributes
from .messages import PairingDisturbedMessage, PhonePairedMessage
from .models import ORIGIN_MANUAL, Event

PARALLEL_UPDATES = 0

DETECTION_DESCRIPTION = EventEntityDescription(
    key="detection",
    translation_key="detection",
    device_class=EventDeviceClass.MOTION,
)

COMMON_MARKS = ("fall", "fire", "smoke")

PHONE_PAIRED = "phone_paired"
PAIRING_DISTURBED = "pairing_disturbed"

PHONES_DESCRIPTION = EventEntityDescription(
    key="phones",
    translation_key="phones",
    event_types=[PHONE_PAIRED, PAIRING_DISTURBED],
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
    async_add_entities([AmbianicPhonesEvent(entry.runtime_data, PHONES_DESCRIPTION)])


class AmbianicDetectionEvent(AmbianicCameraEntity, EventEntity):
    """Fires once for each visit to a camera, and for each mark by hand."""

    # They follow from the event's id.
    _unrecorded_attributes = frozenset(MEDIA_KEYS)

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: EventEntityDescription,
    ) -> None:
        """Initialize the event entity."""
        super().__init__(coordinator, camera_id, description.key)
        self.entity_description = description
        # What people call the times that they mark by hand.
        self._marked = dict.fromkeys(COMMON_MARKS)

    @property
    @override
    def event_types(self) -> list[str]:
        """Return the labels that the camera looks for, and those of marks by hand."""
        return list(dict.fromkeys((*self._camera.detection.labels, *self._marked)))

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for visits."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_subscribe_detections(self._async_handle_detection)
        )

    @callback
    def _async_handle_detection(self, event: Event) -> None:
        if event.camera_id != self._item_id:
            return
        if event.origin == ORIGIN_MANUAL:
            self._marked[event.label] = None
        # A visit may have started just before its label was switched off.
        if event.label not in self.event_types:
            return
        self._trigger_event(
            event.label, event_attributes(self._edge_id, self._camera, event)
        )
        self.async_write_ha_state()


class AmbianicPhonesEvent(AmbianicEdgeEntity, EventEntity):
    """Fires for each new phone, and when somebody guesses at the code for one."""

    def __init__(
        self, coordinator: AmbianicCoordinator, description: EventEntityDescription
    ) -> None:
        """Initialize the event entity."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for phones."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_subscribe_phone_events(self._async_handle_event)
        )

    @callback
    def _async_handle_event(self, event: PhoneEvent) -> None:
        match event:
            case PhonePairedMessage(phone=phone):
                self._trigger_event(
                    PHONE_PAIRED,
                    {
                        "name": phone.name,
                        "role": phone.role,
                        "opened_by": phone.paired_by,
                    },
                )
            case PairingDisturbedMessage(pairing=pairing):
                self._trigger_event(
                    PAIRING_DISTURBED,
                    {"role": pairing.role, "opened_by": pairing.opened_by},
                )
        self.async_write_ha_state()
