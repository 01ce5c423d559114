"""The Ambianic integration: cameras that are watched by an Ambianic edge."""

from homeassistant.const import CONF_HOST, CONF_PORT, CONF_TOKEN, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.typing import ConfigType

from .api import AmbianicClient
from .const import DOMAIN
from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .devices import device_identifier
from .errors import translated_errors
from .http import async_register_views
from .issues import async_delete_issues
from .services import async_setup_services
from .stream import AmbianicStream

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS: list[Platform] = [
    Platform.BINARY_SENSOR,
    Platform.CAMERA,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all edges share."""
    async_setup_services(hass)
    async_register_views(hass)
    return True


# Home Assistant 2026.10 wants True from these two; later versions do not care.


async def async_setup_entry(hass: HomeAssistant, entry: AmbianicConfigEntry) -> bool:
    """Set up an edge."""
    client = AmbianicClient(
        async_get_clientsession(hass),
        entry.data[CONF_HOST],
        entry.data[CONF_PORT],
        entry.data[CONF_TOKEN],
    )
    coordinator = AmbianicCoordinator(hass, entry, client)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    entry.async_create_background_task(
        hass, AmbianicStream(coordinator).async_run(), f"ambianic {entry.title} stream"
    )
    return True


async def async_unload_entry(hass: HomeAssistant, entry: AmbianicConfigEntry) -> bool:
    """Unload an edge."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: AmbianicConfigEntry) -> None:
    """Remove what an edge leaves behind."""
    async_delete_issues(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: AmbianicConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Revoke the phone whose device is removed.

    Other devices can only be removed where the edge does not have them any more.
    """
    coordinator = entry.runtime_data
    data = coordinator.data
    for phone_id in data.phones:
        if device_identifier(data.info.id, phone_id) in device.identifiers:
            with translated_errors(entry):
                await coordinator.client.async_revoke_phone(phone_id)
            coordinator.async_remove_phone(phone_id)
            return True
    current = {device_identifier(data.info.id, camera_id) for camera_id in data.cameras}
    return device.identifiers.isdisjoint(current | {(DOMAIN, data.info.id)})
