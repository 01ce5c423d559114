"""Cameras: live video over WebRTC, and stills."""

from typing import override

from homeassistant.components.camera import (
    Camera,
    CameraEntityDescription,
    CameraEntityFeature,
    WebRTCSendMessage,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from webrtc_models import RTCIceCandidateInit
from yarl import URL

from .const import MANUFACTURER
from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .entity import AmbianicCameraEntity, async_track_camera_entities
from .errors import translated_errors
from .live import LiveSession
from .messages import LiveEndedMessage
from .models import CameraState

PARALLEL_UPDATES = 1

CAMERA_DESCRIPTION = CameraEntityDescription(key="live", name=None)

STREAM_SCHEMES = ("rtsp", "rtsps")
REDACTED = "REDACTED"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the cameras."""
    async_track_camera_entities(
        entry,
        async_add_entities,
        lambda camera: (CAMERA_DESCRIPTION,),
        AmbianicCamera,
    )


class AmbianicCamera(AmbianicCameraEntity, Camera):
    """A camera of the edge. Off is privacy mode: the edge lets go of the camera."""

    _attr_brand = MANUFACTURER
    _attr_supported_features = CameraEntityFeature.ON_OFF | CameraEntityFeature.STREAM

    def __init__(
        self,
        coordinator: AmbianicCoordinator,
        camera_id: str,
        description: CameraEntityDescription,
    ) -> None:
        """Initialize the camera."""
        # Camera does not take part in the chain of super().__init__().
        AmbianicCameraEntity.__init__(self, coordinator, camera_id, description.key)
        Camera.__init__(self)
        self.entity_description = description
        # By the session ids of Home Assistant.
        self._sessions: dict[str, LiveSession] = {}
        self._update_attributes()

    @override
    def _update_attributes(self) -> None:
        """Take the camera's present state."""
        camera = self._camera
        self._attr_is_on = camera.enabled
        self._attr_is_streaming = camera.status.viewers > 0
        self._attr_motion_detection_enabled = camera.detection.enabled
        self._attr_model = str(camera.status.main) if camera.status.main else None

    @property
    @override
    def available(self) -> bool:
        """Return whether the camera gives pictures, or could be switched on to."""
        return super().available and self._camera.status.state in (
            CameraState.ONLINE,
            CameraState.DISABLED,
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for live sessions that the edge ends."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_subscribe_live_ended(self._async_handle_live_ended)
        )

    @override
    async def async_will_remove_from_hass(self) -> None:
        """End all live sessions."""
        await super().async_will_remove_from_hass()
        for session_id in list(self._sessions):
            self.close_webrtc_session(session_id)

    @override
    async def async_camera_image(
        self, width: int | None = None, height: int | None = None
    ) -> bytes | None:
        """Return a JPEG of now."""
        with translated_errors(self.coordinator.config_entry):
            return await self.coordinator.client.async_get_camera_snapshot(
                self._item_id, width
            )

    @override
    async def stream_source(self) -> str | None:
        """Return the camera's own address, where others can use it.

        The edge keeps passwords to itself, and an address of its own machine means
        nothing here.
        """
        camera = self._camera
        url = URL(camera.url)
        if (
            url.scheme not in STREAM_SCHEMES
            or camera.has_password
            or REDACTED in url.query.values()
        ):
            return None
        return str(url.with_user(camera.username))

    @override
    async def async_turn_on(self) -> None:
        """Leave privacy mode."""
        await self._async_set_enabled(True)

    @override
    async def async_turn_off(self) -> None:
        """Enter privacy mode."""
        await self._async_set_enabled(False)

    async def _async_set_enabled(self, enabled: bool) -> None:
        with translated_errors(self.coordinator.config_entry):
            camera = await self.coordinator.client.async_update_camera(
                self._item_id, {"enabled": enabled}
            )
        self.coordinator.async_set_camera(camera)

    @override
    async def async_handle_async_webrtc_offer(
        self, offer_sdp: str, session_id: str, send_message: WebRTCSendMessage
    ) -> None:
        """Start a live session."""
        session = LiveSession(self.coordinator.client, offer_sdp, send_message)
        # Candidates and the close may come before the edge has answered.
        self._sessions[session_id] = session
        try:
            with translated_errors(self.coordinator.config_entry):
                await session.async_start(self._item_id)
        except BaseException:
            self._sessions.pop(session_id, None)
            raise

    @override
    async def async_on_webrtc_candidate(
        self, session_id: str, candidate: RTCIceCandidateInit
    ) -> None:
        """Hand a candidate of the viewer to the edge."""
        # A candidate may come late, after the session has ended.
        if session := self._sessions.get(session_id):
            await session.async_add_candidate(candidate)

    @callback
    @override
    def close_webrtc_session(self, session_id: str) -> None:
        """End a live session."""
        super().close_webrtc_session(session_id)
        if session := self._sessions.pop(session_id, None):
            self.hass.async_create_task(
                session.async_close(), f"{self.entity_id} end live session"
            )

    @callback
    def _async_handle_live_ended(self, message: LiveEndedMessage) -> None:
        for session_id, session in list(self._sessions.items()):
            if session.is_at(message.session):
                del self._sessions[session_id]
                session.fail(message.reason)
