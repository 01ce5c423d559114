"""Calls about what was seen."""

from pathlib import Path
from typing import Literal

from aiohttp import web
from pydantic import Field

from ambianic import recording_views, views
from ambianic.config import Schema
from ambianic.errors import not_found
from ambianic.events import Event, Feedback, rfc3339
from ambianic.home.inputs import validated
from ambianic.home.manual import ManualEvent

from .filters import FILTERS, SPAN, choice, event_filter, refuse_unknown, span, time_zone
from .parts import EVENTS, principal
from .principals import Role
from .route import BASE, JPEG, Parameter, Route, body, integer, json_response

type By = Literal["day", "hour", "quarter"]

LONGEST = {"quarter": 32 * 86400.0, "hour": 100 * 86400.0, "day": 3700 * 86400.0}
"""The seconds that counts of this fineness may span."""

_PAGE = (
    *FILTERS,
    Parameter(name="after", kind="string", about="Only events that began at this time or later."),
    Parameter(name="before", kind="string", about="Only events that began before this time."),
    Parameter(name="cursor", kind="string", about="The `next` of the page before."),
    Parameter(name="limit", kind="integer", about="1 to 200, 50 by default."),
)
_COUNTS = (
    *FILTERS,
    *SPAN,
    Parameter(name="by", kind="string", about="`day` (the default), `hour` or `quarter` of an hour."),
    Parameter(name="tz", kind="string", about="The time zone of days, such as Europe/Berlin; UTC by default."),
)


class EventChange(Schema):
    """What a person says of an event."""

    starred: bool = Field(default=False, description="Whether it is kept for ever.")
    feedback: Feedback | None = None


async def _events(request: web.Request) -> web.Response:
    refuse_unknown(request, _PAGE)
    limit = integer(request, "limit", 1, 200) or 50
    events, following = await request.app[EVENTS].page(event_filter(request), limit=limit, cursor=request.query.get("cursor"))
    return json_response(views.EventPage(events=[views.event_view(event) for event in events], next=following))


async def _counts(request: web.Request) -> web.Response:
    refuse_unknown(request, _COUNTS)
    by: By = choice(request, "by", ("day", "hour", "quarter"), "day")
    start, end = span(request, LONGEST[by])
    zone = time_zone(request.query.get("tz", "UTC"), "tz")
    buckets = await request.app[EVENTS].counts(event_filter(request), start, end, zone, by)
    return json_response(
        recording_views.CountsView(
            buckets=[recording_views.BucketView(start=rfc3339(bucket.start), counts=bucket.counts) for bucket in buckets]
        )
    )


async def find(request: web.Request) -> Event:
    """The event that a path names, where its camera is one that the one who asks may see. Raises EdgeError."""
    event_id = request.match_info["event_id"]
    event = await request.app[EVENTS].get(event_id)
    if not principal(request).sees(event.camera_id):
        raise not_found("event", event_id)
    return event


async def _event(request: web.Request) -> web.Response:
    return json_response(views.event_view(await find(request)))


async def _create(request: web.Request) -> web.Response:
    wanted = validated(ManualEvent, await body(request))
    if not principal(request).sees(wanted.camera_id):
        raise not_found("camera", wanted.camera_id)
    event = await request.app[EVENTS].create(wanted)
    response = json_response(views.event_view(event), 201)
    response.headers["Location"] = f"{BASE}/events/{event.id}"
    return response


async def _change(request: web.Request) -> web.Response:
    event = await find(request)
    change = validated(EventChange, await body(request))
    said = change.model_fields_set
    changed = await request.app[EVENTS].change(
        event.id,
        starred=change.starred if "starred" in said else None,
        feedback=change.feedback if "feedback" in said else "keep",
    )
    return json_response(views.event_view(changed))


async def _remove(request: web.Request) -> web.Response:
    event = await find(request)
    await request.app[EVENTS].remove(event.id)
    return web.Response(status=204)


async def _snapshot(request: web.Request) -> web.StreamResponse:
    event = await find(request)
    return _picture(await request.app[EVENTS].picture(event.id))


async def _thumbnail(request: web.Request) -> web.StreamResponse:
    event = await find(request)
    return _picture(await request.app[EVENTS].thumbnail(event.id))


def _picture(picture: bytes | Path) -> web.StreamResponse:
    headers = {"Cache-Control": "private, no-cache"}
    if isinstance(picture, bytes):
        return web.Response(body=picture, content_type=JPEG, headers=headers)
    return web.FileResponse(picture, headers=headers)


ROUTES = (
    Route(path="/events", about="Events, newest first", needs=Role.VIEWER, call=_events, gives=views.EventPage, query=_PAGE),
    Route(
        method="POST",
        path="/events",
        about="Mark what happens now, or what is recorded already",
        needs=Role.OWNER,
        call=_create,
        takes=ManualEvent,
        gives=views.EventView,
        status=201,
    ),
    Route(
        path="/events/counts",
        about="How many events began in each part of a time; parts without any are left out",
        needs=Role.VIEWER,
        call=_counts,
        gives=recording_views.CountsView,
        query=_COUNTS,
    ),
    Route(path="/events/{event_id}", about="One event", needs=Role.VIEWER, call=_event, gives=views.EventView),
    Route(
        method="PATCH",
        path="/events/{event_id}",
        about="Star an event, or say whether the detection was right; fields that are not given stay",
        needs=Role.OWNER,
        call=_change,
        takes=EventChange,
        gives=views.EventView,
    ),
    Route(
        method="DELETE",
        path="/events/{event_id}",
        about="Remove an event with its pictures and its recording",
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
    Route(
        path="/events/{event_id}/thumbnail.jpg",
        about="The same, at most 320 pixels wide",
        needs=Role.VIEWER,
        call=_thumbnail,
        gives=JPEG,
    ),
)
