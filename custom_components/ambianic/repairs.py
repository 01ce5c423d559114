"""Repairs: credentials that a camera refuses, and what is to be taken note of."""

from collections.abc import Awaitable, Callable

from homeassistant.components.repairs import (
    ConfirmRepairFlow,
    RepairsFlow,
    RepairsFlowResult,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant

from .api import AmbianicClient
from .camera_forms import CREDENTIALS_SCHEMA
from .coordinator import AmbianicConfigEntry
from .errors import AmbianicError, AmbianicProblem
from .issues import DETECTOR_TROUBLE, PAIRING_DISTURBED, STORAGE_NOTICE
from .models import EdgeInfo


class CameraUnauthorizedFlow(RepairsFlow):
    """Ask for the user and password of a camera and have the edge try them."""

    def __init__(self, entry: AmbianicConfigEntry, camera_id: str) -> None:
        """Initialize the flow."""
        self._entry = entry
        self._camera_id = camera_id

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Start the flow."""
        return await self.async_step_credentials()

    async def async_step_credentials(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask for the credentials."""
        if self._entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_connected")
        coordinator = self._entry.runtime_data
        if (camera := coordinator.data.cameras.get(self._camera_id)) is None:
            return self.async_abort(reason="camera_gone")
        errors: dict[str, str] = {}
        reason = camera.status.reason or ""
        if user_input is not None:
            try:
                probe = await coordinator.client.async_probe(user_input, camera.id)
                if probe.ok:
                    coordinator.async_set_camera(
                        await coordinator.client.async_update_camera(
                            camera.id, user_input
                        )
                    )
                    return self.async_create_entry(data={})
                errors["base"] = "camera_failed"
                reason = probe.reason or probe.state
            except AmbianicProblem as err:
                errors["base"] = "refused"
                reason = str(err)
            except AmbianicError:
                errors["base"] = "cannot_connect"
        return self.async_show_form(
            step_id="credentials",
            data_schema=self.add_suggested_values_to_schema(
                CREDENTIALS_SCHEMA, user_input or {"username": camera.username}
            ),
            description_placeholders={CONF_NAME: camera.name, "reason": reason},
            errors=errors,
        )


class NoticeFlow(RepairsFlow):
    """Show what has happened to a part of the edge, and tell the edge that it was read."""

    def __init__(
        self,
        entry: AmbianicConfigEntry,
        notice: Callable[[EdgeInfo], str | None],
        dismiss: Callable[[AmbianicClient], Awaitable[None]],
    ) -> None:
        """Initialize the flow."""
        self._entry = entry
        self._notice = notice
        self._dismiss = dismiss

    async def async_step_init(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Start the flow."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Show the notice until it is confirmed."""
        if self._entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_connected")
        coordinator = self._entry.runtime_data
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await self._dismiss(coordinator.client)
                return self.async_create_entry(data={})
            except AmbianicError:
                errors["base"] = "cannot_connect"
        return self.async_show_form(
            step_id="confirm",
            description_placeholders={
                CONF_NAME: self._entry.title,
                "reason": self._notice(coordinator.data.info) or "",
            },
            errors=errors,
        )


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the flow that fixes an issue."""
    assert data is not None
    if issue_id.startswith(PAIRING_DISTURBED):
        return ConfirmRepairFlow()
    entry = hass.config_entries.async_get_known_entry(str(data["entry_id"]))
    if issue_id.startswith(STORAGE_NOTICE):
        return NoticeFlow(
            entry,
            lambda info: info.storage.notice,
            lambda client: client.async_dismiss_notice(),
        )
    if issue_id.startswith(DETECTOR_TROUBLE):
        return NoticeFlow(
            entry,
            lambda info: info.detector.trouble,
            lambda client: client.async_dismiss_detector_trouble(),
        )
    return CameraUnauthorizedFlow(entry, str(data["camera_id"]))
