"""The actions of the integration."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonValueType
import probatio

from .const import DOMAIN
from .coordinator import AmbianicCoordinator
from .errors import AmbianicProblem, translated_errors
from .export import async_export
from .lookup import async_all_coordinators, async_target_cameras
from .media import (
    CLIP_KEYS,
    ID,
    SNAPSHOT_KEYS,
    Collection,
    Place,
    Span,
    event_attributes,
)
from .models import Event
from .recordings import EventQuery
from .zones import zone_ids

ATTR_END = "end"
ATTR_EVENT_ID = "event_id"
ATTR_EXPIRES = "expires"
ATTR_FILENAME = "filename"
ATTR_LABEL = "label"
ATTR_LIMIT = "limit"
ATTR_SECONDS = "seconds"
ATTR_STARRED = "starred"
ATTR_START = "start"
ATTR_ZONE = "zone"

SERVICE_CREATE_EVENT = "create_event"
SERVICE_DELETE_EVENT = "delete_event"
SERVICE_EXPORT_CLIP = "export_clip"
SERVICE_LIST_EVENTS = "list_events"
SERVICE_STAR_EVENT = "star_event"

_EVENT_ID = probatio.All(cv.string, cv.matches_regex(rf"{ID}\Z"))
_NAMES = probatio.All(cv.ensure_list, [cv.string])

LIST_EVENTS_SCHEMA = probatio.Schema(
    {
        **cv.TARGET_FIELDS,
        probatio.Optional(ATTR_LABEL, default=[]): _NAMES,
        probatio.Optional(ATTR_ZONE, default=[]): _NAMES,
        probatio.Optional(ATTR_START): cv.datetime,
        probatio.Optional(ATTR_END): cv.datetime,
        probatio.Optional(ATTR_STARRED): cv.boolean,
        probatio.Optional(ATTR_LIMIT, default=50): probatio.All(
            probatio.Coerce(int), probatio.Range(min=1, max=200)
        ),
    }
)

CREATE_EVENT_SCHEMA = probatio.Schema(
    {
        **cv.TARGET_FIELDS,
        probatio.Required(ATTR_LABEL): cv.string,
        probatio.Optional(ATTR_START): cv.datetime,
        probatio.Optional(ATTR_SECONDS): probatio.All(
            probatio.Coerce(float), probatio.Range(min=1, max=3600)
        ),
    }
)

STAR_EVENT_SCHEMA = probatio.Schema(
    {
        probatio.Required(ATTR_EVENT_ID): _EVENT_ID,
        probatio.Optional(ATTR_STARRED, default=True): cv.boolean,
    }
)

DELETE_EVENT_SCHEMA = probatio.Schema({probatio.Required(ATTR_EVENT_ID): _EVENT_ID})

EXPORT_CLIP_SCHEMA = probatio.Schema(
    {
        **cv.TARGET_FIELDS,
        probatio.Optional(ATTR_EVENT_ID): _EVENT_ID,
        probatio.Optional(ATTR_START): cv.datetime,
        probatio.Optional(ATTR_END): cv.datetime,
        probatio.Optional(ATTR_FILENAME): cv.string,
        probatio.Optional(ATTR_EXPIRES, default=timedelta(hours=24)): probatio.All(
            cv.time_period,
            probatio.Range(min=timedelta(minutes=1), max=timedelta(days=30)),
        ),
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_LIST_EVENTS,
        _async_list_events,
        LIST_EVENTS_SCHEMA,
        SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_CREATE_EVENT,
        _async_create_event,
        CREATE_EVENT_SCHEMA,
        SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_STAR_EVENT,
        _async_star_event,
        STAR_EVENT_SCHEMA,
        SupportsResponse.OPTIONAL,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_EXPORT_CLIP,
        _async_export_clip,
        EXPORT_CLIP_SCHEMA,
        SupportsResponse.ONLY,
    )
    async_register_admin_service(
        hass, DOMAIN, SERVICE_DELETE_EVENT, _async_delete_event, DELETE_EVENT_SCHEMA
    )


async def _async_list_events(call: ServiceCall) -> ServiceResponse:
    """Return the newest events that fit, of all edges together."""
    targets = async_target_cameras(call)
    span = _span(call)
    found: list[tuple[AmbianicCoordinator, Event]] = []
    for coordinator in targets or async_all_coordinators(call.hass):
        query = EventQuery(
            cameras=tuple(camera.id for camera in targets.get(coordinator, ())),
            labels=tuple(call.data[ATTR_LABEL]),
            zones=zone_ids(coordinator.data.cameras.values(), call.data[ATTR_ZONE]),
            starred=call.data.get(ATTR_STARRED),
            after=span[0],
            before=span[1],
        )
        with translated_errors(coordinator.config_entry):
            page = await coordinator.client.async_get_events(
                query, call.data[ATTR_LIMIT]
            )
        found += ((coordinator, event) for event in page.events)
    found.sort(key=lambda pair: pair[1].start, reverse=True)
    return {"events": [_view(*pair) for pair in found[: call.data[ATTR_LIMIT]]]}


async def _async_create_event(call: ServiceCall) -> ServiceResponse:
    """Mark a time of cameras, and record it."""
    if not (targets := async_target_cameras(call)):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_camera_in_target"
        )
    start, _ = _span(call)
    fields: dict[str, Any] = {ATTR_LABEL: call.data[ATTR_LABEL]}
    if start is not None:
        fields[ATTR_START] = start.isoformat()
    if (seconds := call.data.get(ATTR_SECONDS)) is not None:
        fields[ATTR_SECONDS] = seconds
    created: list[JsonValueType] = []
    for coordinator, cameras in targets.items():
        for camera in cameras:
            with translated_errors(coordinator.config_entry):
                event = await coordinator.client.async_create_event(
                    {"camera_id": camera.id, **fields}
                )
            created.append(_view(coordinator, event))
    return {"events": created}


async def _async_star_event(call: ServiceCall) -> ServiceResponse:
    """Keep an event for ever, or no longer."""
    coordinator, event = await _async_at_its_edge(
        call,
        lambda coordinator: coordinator.client.async_star_event(
            call.data[ATTR_EVENT_ID], call.data[ATTR_STARRED]
        ),
    )
    return _view(coordinator, event)


async def _async_delete_event(call: ServiceCall) -> None:
    """Delete an event with its picture and recording."""
    await _async_at_its_edge(
        call,
        lambda coordinator: coordinator.client.async_delete_event(
            call.data[ATTR_EVENT_ID]
        ),
    )


async def _async_export_clip(call: ServiceCall) -> ServiceResponse:
    """Save a recording as a file, and return a link to it."""
    start, end = _span(call)
    targets = async_target_cameras(call)
    filename = call.data.get(ATTR_FILENAME)
    expires = call.data[ATTR_EXPIRES]
    if (event_id := call.data.get(ATTR_EVENT_ID)) and not (targets or start or end):
        coordinator, _ = await _async_at_its_edge(
            call, lambda coordinator: coordinator.client.async_get_event(event_id)
        )
        place = Place(coordinator.data.info.id, Collection.EVENT, event_id)
    elif (
        event_id or start is None or end is None or sum(map(len, targets.values())) != 1
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="export_of_what"
        )
    else:
        ((coordinator, [camera]),) = targets.items()
        place = Place(
            coordinator.data.info.id,
            Collection.RECORDINGS,
            camera.id,
            Span(start, end),
        )
    return await async_export(coordinator, place, filename, expires)


async def _async_at_its_edge[T](
    call: ServiceCall, ask: Callable[[AmbianicCoordinator], Awaitable[T]]
) -> tuple[AmbianicCoordinator, T]:
    """Ask the edge that has the event, for ids are unique among all edges."""
    failure: HomeAssistantError | None = None
    for coordinator in async_all_coordinators(call.hass):
        try:
            with translated_errors(coordinator.config_entry):
                try:
                    return coordinator, await ask(coordinator)
                except AmbianicProblem as err:
                    if err.code != "not_found":
                        raise
        except HomeAssistantError as err:
            # Another edge may have it.
            failure = err
    if failure:
        raise failure
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="unknown_event",
        translation_placeholders={ATTR_EVENT_ID: call.data[ATTR_EVENT_ID]},
    )


def _span(call: ServiceCall) -> tuple[datetime | None, datetime | None]:
    """Return the start and end that were given; without a zone they are the home's."""
    start, end = (
        None if (value := call.data.get(key)) is None else dt_util.as_utc(value)
        for key in (ATTR_START, ATTR_END)
    )
    if start and end and end <= start:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="ends_before_start"
        )
    return start, end


def _view(coordinator: AmbianicCoordinator, event: Event) -> dict[str, JsonValueType]:
    """Return an event as an action answers it."""
    camera = coordinator.data.cameras.get(event.camera_id)
    missing = (
        *(CLIP_KEYS if event.clip is None else ()),
        *(() if event.snapshot else SNAPSHOT_KEYS),
    )
    return {
        **event_attributes(coordinator.data.info.id, camera, event),
        **dict.fromkeys(missing),
        "camera_id": event.camera_id,
        "start": dt_util.as_local(event.start).isoformat(),
        "end": event.end and dt_util.as_local(event.end).isoformat(),
        "duration": event.end and (event.end - event.start).total_seconds(),
        "starred": event.starred,
        "feedback": event.feedback,
    }
