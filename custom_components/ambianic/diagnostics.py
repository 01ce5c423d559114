"""Diagnostics, without what must stay private."""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_ID, CONF_NAME, CONF_TOKEN, CONF_URL, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .coordinator import AmbianicConfigEntry
from .devices import device_identifier
from .models import Phone

TO_REDACT = {CONF_TOKEN, CONF_URL, CONF_USERNAME, "sub_url"}
PHONE_TO_REDACT = {CONF_ID, CONF_NAME, "paired_by"}
# What is wrong with a registrar is told with its address.
REMOTE_TO_REDACT = {CONF_URL, "reason"}


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
            "phones": [_phone(phone) for phone in coordinator.data.phones.values()],
            "pairing": coordinator.data.pairing.state,
            "storage": coordinator.data.storage.to_dict(),
            "remote": async_redact_data(
                coordinator.data.remote.to_dict(), REMOTE_TO_REDACT
            ),
        },
        TO_REDACT,
    )


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: AmbianicConfigEntry, device: AnyDeviceEntry
) -> dict[str, Any]:
    """Return the diagnostics of a camera or a phone, or those of the edge."""
    data = entry.runtime_data.data
    for camera in data.cameras.values():
        if device_identifier(data.info.id, camera.id) in device.identifiers:
            return async_redact_data({"camera": camera.to_dict()}, TO_REDACT)
    for phone in data.phones.values():
        if device_identifier(data.info.id, phone.id) in device.identifiers:
            return {"phone": _phone(phone)}
    return await async_get_config_entry_diagnostics(hass, entry)


def _phone(phone: Phone) -> dict[str, Any]:
    return async_redact_data(phone.to_dict(), PHONE_TO_REDACT)
