"""The API's calls: what each takes, does and answers, in the one table that makes both the server and its description."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
import json
from typing import Any
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel

from ambianic import views
from ambianic.config import CameraInput
from ambianic.errors import EdgeError, ErrorCode, not_found
from ambianic.home import Home
from ambianic.recording.index import EventFilter
from ambianic.webrtc.errors import InvalidOffer, SessionNotFound, TooManyViewers

BASE = "/api/v1"
SDP = "application/sdp"
SDP_FRAGMENT = "application/trickle-ice-sdpfrag"
JPEG = "image/jpeg"

type Call = Callable[[Home, web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of the query."""

    name: str
    kind: str
    about: str
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One call. `takes` and `gives` are a model, a media type, or None for nothing."""

    method: str
    path: str
    about: str
    call: Call
    takes: type[BaseModel] | str | None = None
    gives: type[BaseModel] | str | None = None
    status: int = 200
    query: tuple[Parameter, ...] = ()


def json_response(view: BaseModel, status: int = 200) -> web.Response:
    """An answer with a view as JSON."""
    return web.Response(body=view.model_dump_json().encode(), status=status, content_type="application/json")


async def _body(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except ValueError as err:
        raise EdgeError(ErrorCode.INVALID_JSON, "The request is not JSON", str(err)) from None


async def _health(_home: Home, _request: web.Request) -> web.Response:
    return json_response(views.HealthView(status="ok"))


async def _info(home: Home, _request: web.Request) -> web.Response:
    return json_response(home.info())


async def _cameras(home: Home, _request: web.Request) -> web.Response:
    return json_response(views.CameraList(cameras=home.cameras()))


async def _add_camera(home: Home, request: web.Request) -> web.Response:
    view = await home.add_camera(await _body(request))
    response = json_response(view, 201)
    response.headers["Location"] = f"{BASE}/cameras/{view.id}"
    return response


async def _camera(home: Home, request: web.Request) -> web.Response:
    return json_response(home.camera(request.match_info["camera_id"]))


async def _change_camera(home: Home, request: web.Request) -> web.Response:
    return json_response(await home.change_camera(request.match_info["camera_id"], await _body(request)))


async def _remove_camera(home: Home, request: web.Request) -> web.Response:
    await home.remove_camera(request.match_info["camera_id"])
    return web.Response(status=204)


async def _probe(home: Home, request: web.Request) -> web.Response:
    return json_response(await home.probe(await _body(request), request.match_info.get("camera_id")))


async def _snapshot(home: Home, request: web.Request) -> web.Response:
    width = _integer(request, "width", 16, 8192)
    jpeg = await home.snapshot(request.match_info["camera_id"], width)
    return web.Response(body=jpeg, content_type=JPEG, headers={"Cache-Control": "no-store"})


async def _events(home: Home, request: web.Request) -> web.Response:
    query = request.query
    if unknown := set(query) - {"camera", "label", "after", "before", "cursor", "limit"}:
        name = min(unknown)
        raise EdgeError(ErrorCode.INVALID_FIELD, f"There is no filter {name[:64]!r}", field=name[:64])
    wanted = EventFilter(
        cameras=query.getall("camera", []),
        labels=query.getall("label", []),
        after=_time(request, "after"),
        before=_time(request, "before"),
    )
    limit = _integer(request, "limit", 1, 200) or 50
    return json_response(await home.events(wanted, limit=limit, cursor=query.get("cursor")))


async def _event(home: Home, request: web.Request) -> web.Response:
    return json_response(await home.event(request.match_info["event_id"]))


async def _remove_event(home: Home, request: web.Request) -> web.Response:
    await home.remove_event(request.match_info["event_id"])
    return web.Response(status=204)


async def _event_snapshot(home: Home, request: web.Request) -> web.StreamResponse:
    picture = await home.event_snapshot(request.match_info["event_id"])
    headers = {"Cache-Control": "private, no-cache"}
    if isinstance(picture, bytes):
        return web.Response(body=picture, content_type=JPEG, headers=headers)
    return web.FileResponse(picture, headers=headers)


async def _watch(home: Home, request: web.Request) -> web.Response:
    if request.content_type != SDP:
        raise EdgeError(ErrorCode.INVALID_SDP, "The offer is not SDP", f"Send it with the content type {SDP}.")
    camera_id = request.match_info["camera_id"]
    try:
        session = await home.watch_live(camera_id, (await request.read()).decode(errors="replace"))
    except InvalidOffer as err:
        raise EdgeError(ErrorCode.INVALID_SDP, "The offer can't be used", str(err)) from err
    except TooManyViewers as err:
        raise EdgeError(ErrorCode.TOO_MANY_VIEWERS, "Too many people are watching this camera", str(err)) from err
    return web.Response(
        status=201,
        text=session.answer,
        content_type=SDP,
        headers={"Location": f"{BASE}/cameras/{quote(camera_id)}/whep/{quote(session.id)}"},
    )


async def _candidates(home: Home, request: web.Request) -> web.Response:
    if request.content_type != SDP_FRAGMENT:
        raise EdgeError(ErrorCode.INVALID_SDP, "The candidate can't be read", f"Send it with the content type {SDP_FRAGMENT}.")
    session_id = request.match_info["session_id"]
    try:
        await home.live.add_candidates(session_id, (await request.read()).decode(errors="replace"))
    except SessionNotFound:
        raise not_found("live session", session_id) from None
    except InvalidOffer as err:
        raise EdgeError(ErrorCode.INVALID_SDP, "The candidate can't be used", str(err)) from err
    return web.Response(status=204)


async def _end_session(home: Home, request: web.Request) -> web.Response:
    session_id = request.match_info["session_id"]
    try:
        await home.live.close(session_id)
    except SessionNotFound:
        raise not_found("live session", session_id) from None
    return web.Response(status=204)


def _integer(request: web.Request, name: str, least: int, most: int) -> int | None:
    if (text := request.query.get(name)) is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise EdgeError(ErrorCode.INVALID_FIELD, f"{name} is not valid", f"Use a number from {least} to {most}.", field=name)
    return int(text)


def _time(request: web.Request, name: str) -> float | None:
    if (text := request.query.get(name)) is None:
        return None
    with suppress(ValueError, OverflowError):
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            return time.timestamp()
    raise EdgeError(ErrorCode.INVALID_FIELD, f"{name} is not a time", "Use UTC such as 2026-11-22T16:04:05Z.", field=name)


_PAGE = (
    Parameter(name="camera", kind="string", about="Only events of this camera.", repeated=True),
    Parameter(name="label", kind="string", about="Only events of this label.", repeated=True),
    Parameter(name="after", kind="string", about="Only events that began at this time or later."),
    Parameter(name="before", kind="string", about="Only events that began before this time."),
    Parameter(name="cursor", kind="string", about="The `next` of the page before."),
    Parameter(name="limit", kind="integer", about="1 to 200, 50 by default."),
)
_WIDTH = (Parameter(name="width", kind="integer", about="The most pixels across."),)
_route = partial(Route, method="GET")

ROUTES: tuple[Route, ...] = (
    _route(path="/health", about="A sign of life; needs no token", call=_health, gives=views.HealthView),
    _route(path="/info", about="The edge", call=_info, gives=views.InfoView),
    _route(path="/cameras", about="All cameras", call=_cameras, gives=views.CameraList),
    _route(
        method="POST",
        path="/cameras",
        about="Add a camera",
        call=_add_camera,
        takes=CameraInput,
        gives=views.CameraView,
        status=201,
    ),
    _route(
        method="POST",
        path="/cameras/probe",
        about="Try a camera without adding it",
        call=_probe,
        takes=CameraInput,
        gives=views.ProbeView,
    ),
    _route(path="/cameras/{camera_id}", about="One camera", call=_camera, gives=views.CameraView),
    _route(
        method="PATCH",
        path="/cameras/{camera_id}",
        about="Change the given fields",
        call=_change_camera,
        takes=CameraInput,
        gives=views.CameraView,
    ),
    _route(
        method="DELETE",
        path="/cameras/{camera_id}",
        about="Remove a camera and its events",
        call=_remove_camera,
        status=204,
    ),
    _route(
        method="POST",
        path="/cameras/{camera_id}/probe",
        about="Try a camera with changed fields",
        call=_probe,
        takes=CameraInput,
        gives=views.ProbeView,
    ),
    _route(path="/cameras/{camera_id}/snapshot.jpg", about="A picture of now", call=_snapshot, gives=JPEG, query=_WIDTH),
    _route(
        method="POST",
        path="/cameras/{camera_id}/whep",
        about="Begin a live session",
        call=_watch,
        takes=SDP,
        gives=SDP,
        status=201,
    ),
    _route(
        method="PATCH",
        path="/cameras/{camera_id}/whep/{session_id}",
        about="Add a candidate",
        call=_candidates,
        takes=SDP_FRAGMENT,
        status=204,
    ),
    _route(
        method="DELETE",
        path="/cameras/{camera_id}/whep/{session_id}",
        about="End a live session",
        call=_end_session,
        status=204,
    ),
    _route(path="/events", about="Events, newest first", call=_events, gives=views.EventPage, query=_PAGE),
    _route(path="/events/{event_id}", about="One event", call=_event, gives=views.EventView),
    _route(method="DELETE", path="/events/{event_id}", about="Remove an event and its picture", call=_remove_event, status=204),
    _route(path="/events/{event_id}/snapshot.jpg", about="The best picture of a visit", call=_event_snapshot, gives=JPEG),
)
