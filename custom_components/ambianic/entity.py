"""Base entities."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import AmbianicConfigEntry, AmbianicCoordinator, AmbianicData
from .devices import camera_device_info, edge_device_info, phone_device_info
from .models import Camera, Phone


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


class AmbianicItemEntity[T: Camera | Phone](AmbianicEntity):
    """Base of the entities of a camera or a phone, which come and go."""

    def __init__(
        self, coordinator: AmbianicCoordinator, item_id: str, key: str
    ) -> None:
        """Initialize the entity."""
        super().__init__(coordinator)
        self._edge_id = coordinator.data.info.id
        self._item_id = item_id
        self._shown: tuple[object, bool] | None = None
        self._attr_unique_id = f"{self._edge_id}-{item_id}-{key}"

    @property
    @abstractmethod
    def _items(self) -> Mapping[str, T]:
        """Return those of its kind that the edge has, by their id."""

    @property
    def _item(self) -> T:
        """Return the present state of the camera or phone."""
        return self._items[self._item_id]

    @property
    def _shows(self) -> object:
        """Return what the entity shows: its state is written where that has changed."""
        return self._item

    @property
    @override
    def available(self) -> bool:
        """Return whether the edge is there and has the camera or phone."""
        return super().available and self._item_id in self._items

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the new state, but not for each change of another camera or phone.

        Once a camera or phone has gone, its entities go, too.
        """
        connected = self.coordinator.last_update_success
        shown = (self._shows, connected) if self._item_id in self._items else None
        if shown and shown != self._shown:
            self._shown = shown
            self._update_attributes()
            super()._handle_coordinator_update()

    def _update_attributes(self) -> None:
        """Take the present state into attributes, where there are any."""


class AmbianicCameraEntity(AmbianicItemEntity[Camera]):
    """Base of the entities of a camera."""

    def __init__(
        self, coordinator: AmbianicCoordinator, camera_id: str, key: str
    ) -> None:
        """Initialize the entity."""
        super().__init__(coordinator, camera_id, key)
        self._attr_device_info = camera_device_info(self._edge_id, self._camera)

    @property
    @override
    def _items(self) -> Mapping[str, Camera]:
        return self.coordinator.data.cameras

    @property
    def _camera(self) -> Camera:
        """Return the camera's present state."""
        return self._item


class AmbianicPhoneEntity(AmbianicItemEntity[Phone]):
    """Base of the entities of a phone."""

    def __init__(
        self, coordinator: AmbianicCoordinator, phone_id: str, key: str
    ) -> None:
        """Initialize the entity."""
        super().__init__(coordinator, phone_id, key)
        self._attr_device_info = phone_device_info(self._edge_id, self._phone)

    @property
    @override
    def _items(self) -> Mapping[str, Phone]:
        return self.coordinator.data.phones

    @property
    def _phone(self) -> Phone:
        """Return the phone's present state."""
        return self._item


@callback
def async_track_camera_entities[K](
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    wanted: Callable[[Camera], Iterable[K]],
    create: Callable[[AmbianicCoordinator, str, K], Entity],
) -> None:
    """Add the wanted entities of all cameras, now and whenever more are wanted."""
    _async_track_entities(
        entry, async_add_entities, lambda data: data.cameras, wanted, create
    )


@callback
def async_track_phone_entities[D: EntityDescription](
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    descriptions: Iterable[D],
    create: Callable[[AmbianicCoordinator, str, D], Entity],
) -> None:
    """Add the described entities of all phones, now and whenever there are more."""
    described = {description.key: description for description in descriptions}
    _async_track_entities(
        entry,
        async_add_entities,
        lambda data: data.phones,
        lambda phone: described,
        lambda coordinator, phone_id, key: create(
            coordinator, phone_id, described[key]
        ),
    )


def _async_track_entities[T: Camera | Phone, K](
    entry: AmbianicConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    items: Callable[[AmbianicData], Mapping[str, T]],
    wanted: Callable[[T], Iterable[K]],
    create: Callable[[AmbianicCoordinator, str, K], Entity],
) -> None:
    coordinator = entry.runtime_data
    known: set[tuple[str, K]] = set()

    @callback
    def _async_add_new() -> None:
        nonlocal known
        current = [
            (item.id, key)
            for item in items(coordinator.data).values()
            for key in wanted(item)
        ]
        new = [key for key in current if key not in known]
        known = set(current)
        async_add_entities(create(coordinator, *key) for key in new)

    _async_add_new()
    entry.async_on_unload(coordinator.async_add_listener(_async_add_new))
