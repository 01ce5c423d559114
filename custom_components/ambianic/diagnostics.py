"""Diagnostics, without what must stay private."""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .coordinator import AmbianicConfigEntry
from .devices import camera_identifier

TO_REDACT = {CONF_TOKEN, CONF_URL, CONF_USERNAME, "sub_url"}


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: AmbianicConfigEntry
) -> dict[str, Any]:
    """Return the diagnostics of an edge."""
    coordinator = entry.runtime_data
    return async_redact_data(
        {
            "entry": dict(entry.data),
            "connected": coordinator.last_update_success,
            "info": coordinator.data.info.to_dict(),
            "cameras": [
                camera.to_dict() for camera in coordinator.data.cameras.values()
            ],
        },
        TO_REDACT,
    )


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: AmbianicConfigEntry, device: AnyDeviceEntry
) -> dict[str, Any]:
    """Return the diagnostics of a camera, or those of the edge."""
    data = entry.runtime_data.data
    for camera in data.cameras.values():
        if camera_identifier(data.info.id, camera.id) in device.identifiers:
            return async_redact_data({"camera": camera.to_dict()}, TO_REDACT)
    return await async_get_config_entry_diagnostics(hass, entry)
