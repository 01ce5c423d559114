"""Finds what people name: an edge by its id, cameras by targets of an action."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.target import (
    TargetSelection,
    async_extract_referenced_entity_ids,
)

from .const import DOMAIN
from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .devices import device_identifier
from .models import Camera


@callback
def async_entries(hass: HomeAssistant) -> list[AmbianicConfigEntry]:
    """Return the edges that are set up, whether they are loaded or not."""
    return hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )


@callback
def async_get_coordinator(
    hass: HomeAssistant,
    edge_id: str,
    error: type[HomeAssistantError] = ServiceValidationError,
) -> AmbianicCoordinator:
    """Return the coordinator of an edge, or raise the error that says why not."""
    entry: AmbianicConfigEntry | None = (
        hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, edge_id)
    )
    if entry is None:
        raise error(translation_domain=DOMAIN, translation_key="unknown_edge")
    return async_coordinator_of(entry, error)


@callback
def async_coordinator_of(
    entry: AmbianicConfigEntry,
    error: type[HomeAssistantError] = ServiceValidationError,
) -> AmbianicCoordinator:
    """Return the coordinator of an entry, or raise the error that it is not loaded."""
    if entry.state is not ConfigEntryState.LOADED:
        raise error(
            translation_domain=DOMAIN,
            translation_key="edge_not_loaded",
            translation_placeholders={"name": entry.title},
        )
    return entry.runtime_data


@callback
def async_all_coordinators(
    hass: HomeAssistant, error: type[HomeAssistantError] = ServiceValidationError
) -> list[AmbianicCoordinator]:
    """Return the coordinators of all loaded edges; raise where there is none."""
    entries = async_entries(hass)
    if not entries:
        raise error(translation_domain=DOMAIN, translation_key="no_edge")
    loaded = [entry for entry in entries if entry.state is ConfigEntryState.LOADED]
    return [async_coordinator_of(entry, error) for entry in loaded or entries]


@callback
def async_target_cameras(
    call: ServiceCall,
) -> dict[AmbianicCoordinator, list[Camera]]:
    """Return the cameras that an action is for, by their edges.

    An edge stands for all its cameras. Empty where the action names nothing. Raises
    ServiceValidationError where it names something that is no camera of an edge.
    """
    selection = TargetSelection(call.data)
    if not selection.has_any_target:
        return {}
    found: dict[AmbianicCoordinator, list[Camera]] = {}
    for device in _async_target_devices(call.hass, selection):
        entry = call.hass.config_entries.async_get_entry(device.config_entry_id)
        if entry is None or entry.domain != DOMAIN:
            continue
        coordinator = async_coordinator_of(entry)
        cameras = found.setdefault(coordinator, [])
        cameras += (
            camera
            for camera in _cameras_of(coordinator, device)
            if camera not in cameras
        )
    found = {coordinator: cameras for coordinator, cameras in found.items() if cameras}
    if not found:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_camera_in_target"
        )
    return found


def _async_target_devices(
    hass: HomeAssistant, selection: TargetSelection
) -> list[dr.AnyDeviceEntry]:
    selected = async_extract_referenced_entity_ids(hass, selection)
    entities = er.async_get(hass)
    devices = dr.async_get(hass)
    ids = selected.referenced_devices.copy()
    for entity_id in selected.referenced | selected.indirectly_referenced:
        entity = entities.async_get(entity_id)
        if entity is None or entity.platform != DOMAIN or entity.device_id is None:
            # Other things may well be in the same area.
            if entity_id in selected.referenced:
                raise ServiceValidationError(
                    translation_domain=DOMAIN,
                    translation_key="not_a_camera",
                    translation_placeholders={"entity_id": entity_id},
                )
            continue
        ids.add(entity.device_id)
    return [device for id_ in sorted(ids) if (device := devices.async_get(id_))]


def _cameras_of(
    coordinator: AmbianicCoordinator, device: dr.AnyDeviceEntry
) -> list[Camera]:
    """Return the camera of a device, or all cameras of the edge's."""
    data = coordinator.data
    if (DOMAIN, data.info.id) in device.identifiers:
        return list(data.cameras.values())
    return [
        camera
        for camera in data.cameras.values()
        if device_identifier(data.info.id, camera.id) in device.identifiers
    ]
