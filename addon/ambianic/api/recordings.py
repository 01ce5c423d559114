"""Calls about what is recorded: when, what it looked like, and its end."""

from aiohttp import web

from ambianic import recording_views
from ambianic.errors import not_found
from ambianic.events import rfc3339

from .filters import SPAN, moment, refuse_unknown, span
from .parts import CAMERAS, RECORDINGS, principal
from .principals import Role
from .route import JPEG, Parameter, Route, integer, json_response

LONGEST = 400 * 86400.0
ALWAYS = 200 * 366 * 86400.0
"""Seconds. Deletion knows no limit."""

_SPANS = (Parameter(name="camera", kind="string", about="Only recordings of this camera.", repeated=True), *SPAN)


async def _spans(request: web.Request) -> web.Response:
    refuse_unknown(request, _SPANS)
    who, wanted = principal(request), request.query.getall("camera", [])
    for camera_id in wanted:
        if not who.sees(camera_id):
            raise not_found("camera", camera_id)
    start, end = span(request, LONGEST)
    spans = await request.app[RECORDINGS].spans(wanted or who.cameras, start, end)
    return json_response(
        recording_views.RecordedSpansView(
            spans=[
                recording_views.RecordedSpanView(camera_id=camera_id, start=rfc3339(start), end=rfc3339(end))
                for camera_id, start, end in spans
            ]
        )
    )


async def _preview(request: web.Request) -> web.Response:
    camera_id = request.match_info["camera_id"]
    request.app[CAMERAS].config(camera_id)
    jpeg = await request.app[RECORDINGS].preview(camera_id, moment(request, "at"), integer(request, "width", 16, 8192))
    return web.Response(body=jpeg, content_type=JPEG, headers={"Cache-Control": "private, no-cache"})


async def _erase(request: web.Request) -> web.Response:
    camera_id = request.match_info["camera_id"]
    request.app[CAMERAS].config(camera_id)
    start, end = span(request, ALWAYS)
    return json_response(recording_views.ErasedView(events=0, bytes=await request.app[RECORDINGS].erase(camera_id, start, end)))


ROUTES = (
    Route(
        path="/recordings",
        about="When cameras were recorded",
        needs=Role.VIEWER,
        call=_spans,
        gives=recording_views.RecordedSpansView,
        query=_SPANS,
    ),
    Route(
        method="DELETE",
        path="/recordings/{camera_id}",
        about="Delete what was recorded in a time, but for starred events",
        needs=Role.ADMIN,
        call=_erase,
        gives=recording_views.ErasedView,
        query=SPAN,
    ),
    Route(
        path="/recordings/{camera_id}/preview.jpg",
        about="What a camera recorded at a time",
        needs=Role.VIEWER,
        call=_preview,
        gives=JPEG,
        query=(
            Parameter(name="at", kind="string", about="The time.", required=True),
            Parameter(name="width", kind="integer", about="The most pixels across."),
        ),
    ),
)
