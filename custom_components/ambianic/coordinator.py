"""The state of an edge, pushed by the edge itself."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
import logging
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .api import AmbianicClient
from .const import DOMAIN
from .devices import async_sync_devices
from .errors import AmbianicAuthError, AmbianicVersionError, translated_errors
from .issues import async_sync_issues
from .messages import (
    CameraMessage,
    CameraRemovedMessage,
    EventMessage,
    EventRemovedMessage,
    InfoMessage,
    LiveEndedMessage,
    ResumedMessage,
    StateMessage,
    StreamMessage,
)
from .models import Camera, EdgeInfo, Event

_LOGGER = logging.getLogger(__name__)

# A resumed stream may repeat what was seen; more visits than these never overlap.
REMEMBERED_EVENTS = 512

type AmbianicConfigEntry = ConfigEntry[AmbianicCoordinator]


@dataclass(frozen=True, kw_only=True)
class AmbianicData:
    """The state of an edge; cameras by their id, in the edge's order."""

    info: EdgeInfo
    cameras: dict[str, Camera]

    @property
    def registered(self) -> tuple[object, ...]:
        """Return what devices and issues show of the state."""
        return (
            self.info.name,
            self.info.version,
            self.info.config_trouble,
            self.info.storage.trouble,
            *((c.id, c.name, c.status.state) for c in self.cameras.values()),
        )


class AmbianicCoordinator(DataUpdateCoordinator[AmbianicData]):
    """Holds the state of an edge and hands out what happens there."""

    config_entry: AmbianicConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: AmbianicConfigEntry, client: AmbianicClient
    ) -> None:
        """Initialize the coordinator."""
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=entry.title,
            # The edge pushes; see stream.py.
            update_interval=None,
        )
        self.client = client
        self._detection_listeners: list[Callable[[Event], None]] = []
        self._live_ended_listeners: list[Callable[[LiveEndedMessage], None]] = []
        self._started_events: deque[str] = deque(maxlen=REMEMBERED_EVENTS)

    @callback
    def async_subscribe_detections(
        self, listener: Callable[[Event], None]
    ) -> CALLBACK_TYPE:
        """Call the listener once for each visit, when it starts."""
        self._detection_listeners.append(listener)
        return lambda: self._detection_listeners.remove(listener)

    @callback
    def async_subscribe_live_ended(
        self, listener: Callable[[LiveEndedMessage], None]
    ) -> CALLBACK_TYPE:
        """Call the listener for each live session that the edge has ended."""
        self._live_ended_listeners.append(listener)
        return lambda: self._live_ended_listeners.remove(listener)

    @override
    async def _async_update_data(self) -> AmbianicData:
        """Get the state at the start, before the stream brings it."""
        with translated_errors(self.config_entry, UpdateFailed):
            try:
                info = await self.client.async_get_info()
                cameras = await self.client.async_get_cameras()
            except AmbianicAuthError as err:
                raise ConfigEntryAuthFailed(
                    translation_domain=DOMAIN, translation_key="invalid_auth"
                ) from err
            except AmbianicVersionError as err:
                async_sync_issues(self.hass, self.config_entry, [], version_error=err)
                raise ConfigEntryNotReady(
                    translation_domain=DOMAIN, translation_key="unsupported_version"
                ) from err
        data = AmbianicData(
            info=info, cameras={camera.id: camera for camera in cameras}
        )
        self._async_sync_registries(data)
        return data

    @callback
    def async_handle_message(self, message: StreamMessage) -> None:
        """Take a message of the edge's stream."""
        match message:
            case StateMessage(info=info, cameras=cameras):
                self._async_set(
                    AmbianicData(
                        info=info, cameras={camera.id: camera for camera in cameras}
                    )
                )
            case ResumedMessage():
                self._async_set(self.data)
            case InfoMessage(info=info):
                self._async_set(replace(self.data, info=info))
            case CameraMessage(camera=camera):
                self.async_set_camera(camera)
            case CameraRemovedMessage(id=camera_id):
                self.async_remove_camera(camera_id)
            case EventMessage(phase="start", event=event):
                self._async_dispatch_detection(event)
            case EventRemovedMessage():
                self._async_forget_event(message)
            case LiveEndedMessage():
                for listener in self._live_ended_listeners.copy():
                    listener(message)

    @callback
    def async_set_camera(self, camera: Camera) -> None:
        """Take the new state of a camera."""
        cameras = self.data.cameras | {camera.id: camera}
        self._async_set(replace(self.data, cameras=cameras))

    @callback
    def async_remove_camera(self, camera_id: str) -> None:
        """Forget a camera."""
        cameras = self.data.cameras.copy()
        if cameras.pop(camera_id, None):
            self._async_set(replace(self.data, cameras=cameras))

    @callback
    def async_set_disconnected(self, reason: str) -> None:
        """Mark everything as unavailable until the edge is back."""
        self.async_set_update_error(UpdateFailed(reason))

    @callback
    def _async_set(self, data: AmbianicData) -> None:
        if not self.last_update_success:
            _LOGGER.info("%s is back", self.name)
        if data.registered != self.data.registered:
            self._async_sync_registries(data)
        self.async_set_updated_data(data)

    @callback
    def _async_sync_registries(self, data: AmbianicData) -> None:
        cameras = list(data.cameras.values())
        async_sync_devices(self.hass, self.config_entry, data.info, cameras)
        async_sync_issues(self.hass, self.config_entry, cameras, info=data.info)

    @callback
    def _async_dispatch_detection(self, event: Event) -> None:
        if event.id in self._started_events:
            return
        self._started_events.append(event.id)
        for listener in self._detection_listeners.copy():
            listener(event)

    @callback
    def _async_forget_event(self, message: EventRemovedMessage) -> None:
        camera = self.data.cameras.get(message.camera_id)
        if camera and camera.last_event and camera.last_event.id == message.id:
            self.async_set_camera(replace(camera, last_event=None))
