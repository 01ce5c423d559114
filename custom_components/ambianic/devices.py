"""The devices of an edge: the edge itself and its cameras."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo

from .const import DOMAIN, MANUFACTURER
from .models import Camera, EdgeInfo

if TYPE_CHECKING:
    from .coordinator import AmbianicConfigEntry


def camera_identifier(edge_id: str, camera_id: str) -> tuple[str, str]:
    """Return the identifier of a camera's device."""
    return (DOMAIN, f"{edge_id}-{camera_id}")


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
        identifiers={camera_identifier(edge_id, camera.id)},
        name=camera.name,
        model="Camera",
        serial_number=camera.id,
    )


@callback
def async_sync_devices(
    hass: HomeAssistant,
    entry: AmbianicConfigEntry,
    info: EdgeInfo,
    cameras: Iterable[Camera],
) -> None:
    """Create and update the devices, and remove those of cameras that are gone."""
    registry = dr.async_get(hass)
    edge = registry.async_get_or_create(
        config_entry_id=entry.entry_id, **edge_device_info(info)
    )
    current = {edge.id}
    for camera in cameras:
        device = registry.async_get_or_create(
            config_entry_id=entry.entry_id,
            via_device_id=edge.id,
            **camera_device_info(info.id, camera),
        )
        current.add(device.id)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if device.id not in current:
            registry.async_remove_device(device.id)
