"""The state of an edge, pushed by the edge itself."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
import logging
from typing import Self, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .api import AmbianicClient
from .const import DOMAIN
from .devices import async_sync_devices
from .errors import AmbianicAuthError, AmbianicVersionError, translated_errors
from .issues import (
    async_create_disturbed_issue,
    async_delete_disturbed_issue,
    async_sync_issues,
)
from .messages import (
    CameraMessage,
    CameraRemovedMessage,
    EventMessage,
    EventRemovedMessage,
    InfoMessage,
    LiveEndedMessage,
    PairingDisturbedMessage,
    PairingMessage,
    PhonePairedMessage,
    PhonesMessage,
    RemoteMessage,
    ResumedMessage,
    StateMessage,
    StorageMessage,
    StreamMessage,
)
from .models import (
    Camera,
    EdgeInfo,
    Event,
    Pairing,
    PairingState,
    Phone,
    Remote,
)
from .recordings import Storage

_LOGGER = logging.getLogger(__name__)

# A resumed stream may repeat what was seen; more events than these never overlap.
REMEMBERED_EVENTS = 512

type AmbianicConfigEntry = ConfigEntry[AmbianicCoordinator]
type PhoneEvent = PhonePairedMessage | PairingDisturbedMessage


@dataclass(frozen=True, kw_only=True)
class AmbianicData:
    """The state of an edge; cameras and phones by their id, in the edge's order."""

    info: EdgeInfo
    cameras: dict[str, Camera]
    phones: dict[str, Phone]
    pairing: Pairing
    remote: Remote
    storage: Storage

    @classmethod
    def from_edge(
        cls,
        info: EdgeInfo,
        cameras: Iterable[Camera],
        phones: Iterable[Phone],
        pairing: Pairing,
        remote: Remote,
        storage: Storage,
    ) -> Self:
        """Return what the edge tells as its state."""
        return cls(
            info=info,
            cameras={camera.id: camera for camera in cameras},
            phones={phone.id: phone for phone in phones},
            pairing=pairing,
            remote=remote,
            storage=storage,
        )

    @property
    def registered(self) -> tuple[object, ...]:
        """Return what devices and issues show of the state."""
        return (
            self.info.name,
            self.info.version,
            self.info.config_trouble,
            self.info.storage.trouble,
            self.info.storage.notice,
            self.info.detector.trouble,
            *((c.id, c.name, c.status.state) for c in self.cameras.values()),
            *((phone.id, phone.name) for phone in self.phones.values()),
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
        self._phone_listeners: list[Callable[[PhoneEvent], None]] = []
        self._dispatched: deque[str | None] = deque(maxlen=REMEMBERED_EVENTS)

    @callback
    def async_subscribe_detections(
        self, listener: Callable[[Event], None]
    ) -> CALLBACK_TYPE:
        """Call the listener once for each visit, when it starts."""
        return _subscribe(self._detection_listeners, listener)

    @callback
    def async_subscribe_live_ended(
        self, listener: Callable[[LiveEndedMessage], None]
    ) -> CALLBACK_TYPE:
        """Call the listener for each live session that the edge has ended."""
        return _subscribe(self._live_ended_listeners, listener)

    @callback
    def async_subscribe_phone_events(
        self, listener: Callable[[PhoneEvent], None]
    ) -> CALLBACK_TYPE:
        """Call the listener once for each new phone and each disturbed pairing."""
        return _subscribe(self._phone_listeners, listener)

    @override
    async def _async_update_data(self) -> AmbianicData:
        """Get the state at the start, before the stream brings it."""
        with translated_errors(self.config_entry, UpdateFailed):
            try:
                info = await self.client.async_get_info()
                # First of all, for an edge that is too old knows no storage.
                storage = await self.client.async_get_storage()
                cameras = await self.client.async_get_cameras()
                phones = await self.client.async_get_phones()
                remote = await self.client.async_get_remote()
            except AmbianicAuthError as err:
                raise ConfigEntryAuthFailed(
                    translation_domain=DOMAIN, translation_key="invalid_auth"
                ) from err
            except AmbianicVersionError as err:
                async_sync_issues(self.hass, self.config_entry, [], version_error=err)
                raise ConfigEntryNotReady(
                    translation_domain=DOMAIN, translation_key="unsupported_version"
                ) from err
        # The stream will tell of a way in for a phone that is open now.
        pairing = Pairing(state=PairingState.CLOSED)
        data = AmbianicData.from_edge(info, cameras, phones, pairing, remote, storage)
        self._async_sync_registries(data)
        return data

    @callback
    def async_handle_message(self, message: StreamMessage) -> None:
        """Take a message of the edge's stream."""
        match message:
            case StateMessage() as state:
                self._async_set(
                    AmbianicData.from_edge(
                        state.info,
                        state.cameras,
                        state.phones,
                        state.pairing,
                        state.remote,
                        state.storage,
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
                self._async_dispatch(event.id, self._detection_listeners, event)
            case EventRemovedMessage():
                self._async_forget_event(message)
            case LiveEndedMessage():
                for listener in self._live_ended_listeners.copy():
                    listener(message)
            case PhonesMessage(phones=phones):
                self._async_set_phones(phones)
            case PairingMessage(pairing=pairing):
                self._async_set(replace(self.data, pairing=pairing))
            case RemoteMessage(remote=remote):
                self.async_set_remote(remote)
            case StorageMessage(storage=storage):
                self.async_set_storage(storage)
            case PhonePairedMessage(phone=phone):
                async_delete_disturbed_issue(self.hass, self.config_entry)
                self._async_dispatch(phone.id, self._phone_listeners, message)
            case PairingDisturbedMessage(pairing=pairing):
                async_create_disturbed_issue(self.hass, self.config_entry)
                self._async_dispatch(pairing.id, self._phone_listeners, message)

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
    def async_set_phone(self, phone: Phone) -> None:
        """Take the new state of a phone."""
        self._async_set_phones((self.data.phones | {phone.id: phone}).values())

    @callback
    def async_remove_phone(self, phone_id: str) -> None:
        """Forget a phone."""
        phones = self.data.phones.copy()
        if phones.pop(phone_id, None):
            self._async_set_phones(phones.values())

    @callback
    def async_set_remote(self, remote: Remote) -> None:
        """Take the new state of the remote access."""
        self._async_set(replace(self.data, remote=remote))

    @callback
    def async_set_storage(self, storage: Storage) -> None:
        """Take the new figures of what is kept."""
        self._async_set(replace(self.data, storage=storage))

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
        phones = data.phones.values()
        async_sync_devices(self.hass, self.config_entry, data.info, cameras, phones)
        async_sync_issues(self.hass, self.config_entry, cameras, info=data.info)

    @callback
    def _async_set_phones(self, phones: Iterable[Phone]) -> None:
        self._async_set(
            replace(self.data, phones={phone.id: phone for phone in phones})
        )

    @callback
    def _async_dispatch[T](
        self, event_id: str | None, listeners: Iterable[Callable[[T], None]], event: T
    ) -> None:
        """Tell the listeners of an event, unless they know of it."""
        if event_id in self._dispatched:
            return
        self._dispatched.append(event_id)
        for listener in list(listeners):
            listener(event)

    @callback
    def _async_forget_event(self, message: EventRemovedMessage) -> None:
        camera = self.data.cameras.get(message.camera_id)
        if camera and camera.last_event and camera.last_event.id == message.id:
            self.async_set_camera(replace(camera, last_event=None))


def _subscribe[T](listeners: list[T], listener: T) -> CALLBACK_TYPE:
    listeners.append(listener)
    return lambda: listeners.remove(listener)
