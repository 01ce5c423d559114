"""The devices of an edge: the edge itself, its cameras, and the phones."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .const import DOMAIN, MANUFACTURER
from .models import Camera, EdgeInfo, Phone

if TYPE_CHECKING:
    from .coordinator import AmbianicConfigEntry


def device_identifier(edge_id: str, item_id: str) -> tuple[str, str]:
    """Return the identifier of the device of a camera or a phone."""
    return (DOMAIN, f"{edge_id}-{item_id}")


def edge_device_info(info: EdgeInfo) -> DeviceInfo:
    """Return the description of the edge's device."""
    return DeviceInfo(
        entry_type=DeviceEntryType.SERVICE,
        identifiers={(DOMAIN, info.id)},
        manufacturer=MANUFACTURER,
        model="Ambianic Edge",
        name=info.name,
        serial_number=info.id,
        sw_version=info.version,
    )


def camera_device_info(edge_id: str, camera: Camera) -> DeviceInfo:
    """Return the description of a camera's device.

    The edge knows neither maker nor model of a camera.
    """
    return DeviceInfo(
        identifiers={device_identifier(edge_id, camera.id)},
        name=camera.name,
        model="Camera",
        serial_number=camera.id,
    )


def phone_device_info(edge_id: str, phone: Phone) -> DeviceInfo:
    """Return the description of a phone's device."""
    return DeviceInfo(
        identifiers={device_identifier(edge_id, phone.id)},
        name=phone.name,
        model="Phone",
    )


@callback
def async_sync_devices(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    info: EdgeInfo,
    cameras: Iterable[Camera],
    phones: Iterable[Phone],
) -> None:
    """Create and update the devices, and remove those that the edge has no more."""
    registry = dr.async_get(hass)
    edge = registry.async_get_or_create(
        config_entry_id=entry.entry_id, **edge_device_info(info)
    )
    current = {edge.id}
    for device_info in (
        *(camera_device_info(info.id, camera) for camera in cameras),
        *(phone_device_info(info.id, phone) for phone in phones),
    ):
        device = registry.async_get_or_create(
            config_entry_id=entry.entry_id, via_device_id=edge.id, **device_info
        )
        current.add(device.id)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if device.id not in current:
            registry.async_remove_device(device.id)
