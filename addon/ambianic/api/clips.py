"""Calls that play what was recorded: of an event, or of any time of a camera."""

from datetime import datetime

from aiohttp import web

from ambianic import recording_views
from ambianic.errors import EdgeError, ErrorCode
from ambianic.home.recordings import MAX_CLIP_SECONDS
from ambianic.recording.footage import Clip

from .events import find
from .filters import SPAN, boolean, span
from .parts import CAMERAS, RECORDINGS
from .principals import Role
from .ranges import Content, safe_filename, serve
from .route import MP4, Parameter, Route, integer, json_response

_FILE = (
    Parameter(name="part", kind="integer", about="Only this part of the clip; all of it by default."),
    Parameter(name="download", kind="boolean", about="Whether it is to be saved as a file."),
)


async def _event_clip(request: web.Request) -> web.Response:
    event = await find(request)
    clip = await request.app[RECORDINGS].of_event(event)
    return json_response(recording_views.clip_view(clip, event.clip[1] if event.clip else None))


async def _event_file(request: web.Request) -> web.StreamResponse:
    event = await find(request)
    clip = await request.app[RECORDINGS].of_event(event)
    return await _serve(request, clip, event.camera_id, event.start, event.label)


async def _camera_clip(request: web.Request) -> web.Response:
    _, end = span(request, MAX_CLIP_SECONDS)
    return json_response(recording_views.clip_view(await _of_camera(request), end))


async def _camera_file(request: web.Request) -> web.StreamResponse:
    clip = await _of_camera(request)
    return await _serve(request, clip, request.match_info["camera_id"], clip.start)


async def _of_camera(request: web.Request) -> Clip:
    camera_id = request.match_info["camera_id"]
    request.app[CAMERAS].config(camera_id)
    start, end = span(request, MAX_CLIP_SECONDS)
    return await request.app[RECORDINGS].clip(camera_id, start, end)


async def _serve(request: web.Request, clip: Clip, camera_id: str, start: float, *words: str) -> web.StreamResponse:
    number = integer(request, "part", 0, 99999)
    if number is not None and number >= len(clip.parts):
        raise EdgeError(
            ErrorCode.NOT_FOUND, "There is no such part", f"The clip has {len(clip.parts)}, the first of which is 0."
        )
    content: Content = clip if number is None else clip.parts[number]
    filename = None
    if boolean(request, "download"):
        camera = request.app[CAMERAS].config(camera_id).name
        time = datetime.fromtimestamp(start).astimezone().strftime("%Y-%m-%d %H.%M.%S")
        filename = safe_filename(" ".join((camera, time, *words))) + ".mp4"
    return await serve(request, content, media_type=MP4, filename=filename)


ROUTES = (
    Route(
        path="/events/{event_id}/clip",
        about="How the recording of an event can be played",
        needs=Role.VIEWER,
        call=_event_clip,
        gives=recording_views.ClipView,
    ),
    Route(
        path="/events/{event_id}/clip.mp4",
        about="The recording of an event; ranges can be asked for",
        needs=Role.VIEWER,
        call=_event_file,
        gives=MP4,
        query=_FILE,
    ),
    Route(
        path="/recordings/{camera_id}/clip",
        about="How the recording of a time of up to six hours can be played",
        needs=Role.VIEWER,
        call=_camera_clip,
        gives=recording_views.ClipView,
        query=SPAN,
    ),
    Route(
        path="/recordings/{camera_id}/clip.mp4",
        about="The recording of a time of up to six hours; ranges can be asked for",
        needs=Role.VIEWER,
        call=_camera_file,
        gives=MP4,
        query=(*SPAN, *_FILE),
    ),
)
