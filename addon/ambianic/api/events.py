"""Calls about what was seen."""

from aiohttp import web

from ambianic import views
from ambianic.errors import EdgeError, ErrorCode, not_found
from ambianic.events import Event
from ambianic.recording.index import EventFilter

from .parts import EVENTS, principal
from .principals import Role
from .route import JPEG, Parameter, Route, integer, json_response, time

_PAGE = (
    Parameter(name="camera", kind="string", about="Only events of this camera.", repeated=True),
    Parameter(name="label", kind="string", about="Only events of this label.", repeated=True),
    Parameter(name="after", kind="string", about="Only events that began at this time or later."),
    Parameter(name="before", kind="string", about="Only events that began before this time."),
    Parameter(name="cursor", kind="string", about="The `next` of the page before."),
    Parameter(name="limit", kind="integer", about="1 to 200, 50 by default."),
)
_FILTERS = frozenset(parameter.name for parameter in _PAGE)


async def _events(request: web.Request) -> web.Response:
    query = request.query
    if unknown := set(query) - _FILTERS:
        name = min(unknown)
        raise EdgeError(ErrorCode.INVALID_FIELD, f"There is no filter {name[:64]!r}", field=name[:64])
    wanted = EventFilter(
        cameras=query.getall("camera", []),
        labels=query.getall("label", []),
        after=time(request, "after"),
        before=time(request, "before"),
        among=principal(request).cameras,
    )
    limit = integer(request, "limit", 1, 200) or 50
    events, following = await request.app[EVENTS].page(wanted, limit=limit, cursor=query.get("cursor"))
    return json_response(views.EventPage(events=[views.event_view(event) for event in events], next=following))


async def _find(request: web.Request) -> Event:
    """The event that a path names, where its camera is one that the one who asks may see. Raises EdgeError."""
    event_id = request.match_info["event_id"]
    event = await request.app[EVENTS].get(event_id)
    if not principal(request).sees(event.camera_id):
        raise not_found("event", event_id)
    return event


async def _event(request: web.Request) -> web.Response:
    return json_response(views.event_view(await _find(request)))


async def _remove(request: web.Request) -> web.Response:
    event = await _find(request)
    await request.app[EVENTS].remove(event.id)
    return web.Response(status=204)


async def _snapshot(request: web.Request) -> web.StreamResponse:
    event = await _find(request)
    picture = await request.app[EVENTS].picture(event.id)
    headers = {"Cache-Control": "private, no-cache"}
    if isinstance(picture, bytes):
        return web.Response(body=picture, content_type=JPEG, headers=headers)
    return web.FileResponse(picture, headers=headers)


ROUTES = (
    Route(path="/events", about="Events, newest first", needs=Role.VIEWER, call=_events, gives=views.EventPage, query=_PAGE),
    Route(path="/events/{event_id}", about="One event", needs=Role.VIEWER, call=_event, gives=views.EventView),
    Route(
        method="DELETE",
        path="/events/{event_id}",
        about="Remove an event and its picture",
        needs=Role.OWNER,
        call=_remove,
        status=204,
    ),
    Route(
        path="/events/{event_id}/snapshot.jpg",
        about="The best picture of a visit",
        needs=Role.VIEWER,
        call=_snapshot,
        gives=JPEG,
    ),
)
