"""Adding and editing a camera of the edge: a form, a test, and the result."""

import asyncio
from collections.abc import Mapping
import logging
from typing import Any

from homeassistant.components.camera import (
    DOMAIN as CAMERA_DOMAIN,
    async_get_stream_source,
)
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_ENTITY_ID, CONF_NAME, CONF_URL
from homeassistant.helpers import entity_registry as er

from .camera_forms import (
    CONF_SAVE_ANYWAY,
    address_input,
    address_schema,
    address_values,
    entity_schema,
)
from .edge_flow import EdgeFlow
from .errors import AmbianicError
from .models import Camera, Probe

_LOGGER = logging.getLogger(__name__)

LIVE_TRANSCODE = "transcode"
STREAM_SOURCE_TIMEOUT = 10


class CameraFlow(EdgeFlow):
    """The steps that add and edit a camera."""

    # The camera that is being changed, where it is not a new one.
    camera: Camera | None = None

    def __init__(self) -> None:
        """Initialize the flow."""
        super().__init__()
        # What the edge is told of the camera.
        self._fields: dict[str, Any] = {}
        self._probe_task: asyncio.Task[Probe] | None = None
        # A camera that failed its test may be saved all the same.
        self._may_save_anyway = False

    async def async_step_add_address(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a camera by its address."""
        if user_input is not None:
            self._set_camera_form("add_address", user_input, address_input(user_input))
            return await self._async_test_or_save()
        return self._show_address_form("add_address", self._values)

    async def async_step_add_entity(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a camera that Home Assistant has."""
        if user_input is not None:
            entity_id = user_input[CONF_ENTITY_ID]
            if (source := await self._async_stream_source(entity_id)) is None:
                self._values, self._errors = user_input, {CONF_ENTITY_ID: "no_stream"}
                return await self.async_step_add_entity()
            state = self.hass.states.get(entity_id)
            fields = {CONF_NAME: state.name if state else entity_id, CONF_URL: source}
            self._set_camera_form("add_entity", user_input, fields)
            return await self._async_test_or_save()
        return self.async_show_form(
            step_id="add_entity",
            data_schema=self.add_suggested_values_to_schema(
                entity_schema(self._own_cameras(), save_anyway=self._may_save_anyway),
                self._values,
            ),
            description_placeholders={"reason": self._reason},
            errors=self._errors,
        )

    async def async_step_edit_camera(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Edit the address of a camera."""
        assert self.camera is not None
        if user_input is not None:
            self._set_camera_form("edit_camera", user_input, address_input(user_input))
            return await self._async_test_or_save()
        return self._show_address_form(
            "edit_camera", self._values or address_values(self.camera)
        )

    async def async_step_test(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Have the edge try the camera."""
        if self._probe_task is None:
            self._probe_task = self.hass.async_create_task(
                self.coordinator.client.async_probe(
                    self._fields, self.camera.id if self.camera else None
                )
            )
        if not self._probe_task.done():
            return self.async_show_progress(
                step_id="test",
                progress_action="test",
                progress_task=self._probe_task,
                description_placeholders={CONF_NAME: self._fields[CONF_NAME]},
            )
        return self.async_show_progress_done(next_step_id="test_done")

    async def async_step_test_done(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what the edge has found out."""
        assert self._probe_task is not None
        task, self._probe_task = self._probe_task, None
        try:
            probe = await task
        except AmbianicError as err:
            return await self._async_show_error(err)
        if not probe.ok:
            self._may_save_anyway = True
            self._reason = probe.reason or probe.state
            return await self._async_show_form_again({"base": "camera_failed"})
        return self.async_show_form(
            step_id="works_transcoded" if probe.live == LIVE_TRANSCODE else "works",
            description_placeholders={
                CONF_NAME: self._fields[CONF_NAME],
                "main": str(probe.main or "–"),
                "sub": str(probe.sub or "–"),
            },
            last_step=True,
        )

    async def async_step_works(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Save a camera whose live video passes through."""
        return await self._async_save()

    async def async_step_works_transcoded(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Save a camera whose live video costs the edge work."""
        return await self._async_save()

    def _show_address_form(
        self, step_id: str, values: Mapping[str, Any]
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                address_schema(save_anyway=self._may_save_anyway), values
            ),
            description_placeholders={
                CONF_NAME: self.camera.name if self.camera else "",
                "example": "rtsp://192.168.1.20/stream1",
                "reason": self._reason,
            },
            errors=self._errors,
        )

    def _set_camera_form(
        self, form: str, values: Mapping[str, Any], fields: dict[str, Any]
    ) -> None:
        """Remember a filled form, and what it means to the edge."""
        self._set_form(form, values)
        self._fields = fields

    async def _async_test_or_save(self) -> ConfigFlowResult:
        if self._values.get(CONF_SAVE_ANYWAY):
            return await self._async_save()
        return await self.async_step_test()

    async def _async_save(self) -> ConfigFlowResult:
        """Hand the fields to the edge."""
        client = self.coordinator.client
        try:
            if self.camera is None:
                camera = await client.async_add_camera(self._fields)
            else:
                camera = await client.async_update_camera(self.camera.id, self._fields)
        except AmbianicError as err:
            return await self._async_show_error(err)
        self.coordinator.async_set_camera(camera)
        return self._finish()

    def _own_cameras(self) -> list[str]:
        """Return the entities that are cameras of this edge already."""
        entities = er.async_entries_for_config_entry(
            er.async_get(self.hass), self.config_entry.entry_id
        )
        return [
            entity.entity_id for entity in entities if entity.domain == CAMERA_DOMAIN
        ]

    async def _async_stream_source(self, entity_id: str) -> str | None:
        """Return the address of the stream of a camera entity, if it has one."""
        try:
            async with asyncio.timeout(STREAM_SOURCE_TIMEOUT):
                return await async_get_stream_source(self.hass, entity_id)
        except Exception:
            _LOGGER.debug("No stream from %s", entity_id, exc_info=True)
            return None
