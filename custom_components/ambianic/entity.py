"""Base entities."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .devices import camera_device_info, edge_device_info
from .models import Camera


class AmbianicEntity(CoordinatorEntity[AmbianicCoordinator]):
    """Base of all entities."""

    _attr_has_entity_name = True


class AmbianicEdgeEntity(AmbianicEntity):
    """Base of the entities of the edge itself."""

    def __init__(self, coordinator: AmbianicCoordinator, key: str) -> None:
        """Initialize the entity."""
        super().__init__(coordinator)
        info = coordinator.data.info
        self._attr_unique_id = f"{info.id}-{key}"
        self._attr_device_info = edge_device_info(info)


class AmbianicCameraEntity(AmbianicEntity):
    """Base of the entities of a camera."""

    def __init__(
        self, coordinator: AmbianicCoordinator, camera_id: str, key: str
    ) -> None:
        """Initialize the entity."""
        super().__init__(coordinator)
        edge_id = coordinator.data.info.id
        self._camera_id = camera_id
        self._shown: tuple[Camera | None, bool] | None = None
        self._attr_unique_id = f"{edge_id}-{camera_id}-{key}"
        self._attr_device_info = camera_device_info(edge_id, self._camera)

    @property
    @override
    def available(self) -> bool:
        """Return whether the edge is there and has the camera."""
        return super().available and self._camera_id in self.coordinator.data.cameras

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the camera's new state, but not for each change of other cameras.

        Once a camera has gone, its entities go, too.
        """
        camera = self.coordinator.data.cameras.get(self._camera_id)
        shown = (camera, self.coordinator.last_update_success)
        if camera and shown != self._shown:
            self._shown = shown
            self._update_attributes()
            super()._handle_coordinator_update()

    def _update_attributes(self) -> None:
        """Take the camera's present state into attributes, where there are any."""

    @property
    def _camera(self) -> Camera:
        """Return the camera's present state."""
        return self.coordinator.data.cameras[self._camera_id]


@callback
def async_track_camera_entities[K](
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    wanted: Callable[[Camera], Iterable[K]],
    create: Callable[[AmbianicCoordinator, str, K], Entity],
) -> None:
    """Add the wanted entities of all cameras, now and whenever more are wanted."""
    coordinator = entry.runtime_data
    known: set[tuple[str, K]] = set()

    @callback
    def _async_add_new() -> None:
        nonlocal known
        current = [
            (camera.id, key)
            for camera in coordinator.data.cameras.values()
            for key in wanted(camera)
        ]
        new = [key for key in current if key not in known]
        known = set(current)
        async_add_entities(create(coordinator, *key) for key in new)

    _async_add_new()
    entry.async_on_unload(coordinator.async_add_listener(_async_add_new))
