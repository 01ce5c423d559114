"""Options flow: the cameras of the edge, its recordings, and the phones.

Nothing is kept in Home Assistant. Every step tells the edge what to do.
"""

from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.const import CONF_NAME

from .camera_flow import CameraFlow
from .camera_forms import (
    CONF_CAMERA,
    camera_schema,
    detection_input,
    detection_schema,
    detection_values,
)
from .coordinator import AmbianicConfigEntry
from .errors import AmbianicError
from .pairing_flow import PairingFlow
from .phone_flow import PhoneFlow
from .recording_forms import (
    RECORDING_SCHEMA,
    STORAGE_SCHEMA,
    recording_input,
    recording_values,
    storage_input,
    storage_values,
)


class AmbianicOptionsFlow(CameraFlow, PairingFlow, PhoneFlow):
    """Manage the cameras and phones of an edge."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what can be done."""
        entry: AmbianicConfigEntry = self.config_entry
        if (
            entry.state is not ConfigEntryState.LOADED
            or not entry.runtime_data.last_update_success
        ):
            return self.async_abort(reason="not_connected")
        self.coordinator = entry.runtime_data
        menu = ["add_address", "add_entity"]
        if self.coordinator.data.cameras:
            menu += ["edit", "detection", "recording", "remove"]
        menu += ["storage"]
        menu.append("add_phone")
        if self.coordinator.data.phones:
            menu.append("phones")
        return self.async_show_menu(step_id="init", menu_options=menu)

    async def async_step_edit(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the camera to edit."""
        if user_input is None:
            return self._show_choice("edit")
        return await self._async_choose(user_input, "edit_camera")

    async def async_step_detection(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the camera whose detection to set."""
        if user_input is None:
            return self._show_choice("detection")
        return await self._async_choose(user_input, "detection_camera")

    async def async_step_detection_camera(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Set what a camera looks for."""
        assert self.camera is not None
        if user_input is not None:
            fields = detection_input(self.camera.detection, user_input)
            self._set_camera_form("detection_camera", user_input, fields)
            return await self._async_save()
        labels = self.coordinator.data.info.detector.labels
        return self.async_show_form(
            step_id="detection_camera",
            data_schema=self.add_suggested_values_to_schema(
                detection_schema(self.camera, labels),
                self._values or detection_values(self.camera.detection),
            ),
            description_placeholders={
                CONF_NAME: self.camera.name,
                "reason": self._reason,
            },
            errors=self._errors,
        )

    async def async_step_recording(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the camera whose recording to set."""
        if user_input is None:
            return self._show_choice("recording")
        return await self._async_choose(user_input, "recording_camera")

    async def async_step_recording_camera(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Set what of a camera is recorded, and how long it is kept."""
        assert self.camera is not None
        if user_input is not None:
            fields = recording_input(self.camera.recording, user_input)
            self._set_camera_form("recording_camera", user_input, fields)
            return await self._async_save()
        return self.async_show_form(
            step_id="recording_camera",
            data_schema=self.add_suggested_values_to_schema(
                RECORDING_SCHEMA,
                self._values or recording_values(self.camera.recording),
            ),
            description_placeholders={
                CONF_NAME: self.camera.name,
                "reason": self._reason,
            },
            errors=self._errors,
        )

    async def async_step_storage(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Set how much room recordings may take."""
        if user_input is not None:
            self._set_form("storage", user_input)
            try:
                storage = await self.coordinator.client.async_update_storage(
                    storage_input(user_input)
                )
            except AmbianicError as err:
                return await self._async_show_error(err)
            self.coordinator.async_set_storage(storage)
            return self._finish()
        return self.async_show_form(
            step_id="storage",
            data_schema=self.add_suggested_values_to_schema(
                STORAGE_SCHEMA,
                self._values or storage_values(self.coordinator.data.storage.settings),
            ),
            description_placeholders={"reason": self._reason},
            errors=self._errors,
        )

    async def async_step_remove(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Choose the camera to remove."""
        if user_input is None:
            return self._show_choice("remove")
        return await self._async_choose(user_input, "remove_camera")

    async def async_step_remove_camera(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Remove a camera once it is confirmed."""
        assert self.camera is not None
        if user_input is not None:
            self._set_form("remove_camera", user_input)
            try:
                await self.coordinator.client.async_remove_camera(self.camera.id)
            except AmbianicError as err:
                return await self._async_show_error(err)
            self.coordinator.async_remove_camera(self.camera.id)
            return self._finish()
        return self.async_show_form(
            step_id="remove_camera",
            description_placeholders={
                CONF_NAME: self.camera.name,
                "reason": self._reason,
            },
            errors=self._errors,
        )

    def _show_choice(self, step_id: str) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=camera_schema(self.coordinator.data.cameras.values()),
            last_step=False,
        )

    async def _async_choose(
        self, user_input: dict[str, Any], next_form: str
    ) -> ConfigFlowResult:
        """Go on with the chosen camera."""
        self.camera = self.coordinator.data.cameras.get(user_input[CONF_CAMERA])
        if self.camera is None:
            return self.async_abort(reason="camera_gone")
        self._form = next_form
        return await self._async_show_form_again({})
