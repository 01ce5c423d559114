"""Calls about cameras."""

from aiohttp import web

from ambianic import views
from ambianic.config import CameraInput
from ambianic.home.inputs import fields

from .parts import CAMERAS, principal
from .principals import Principal, Role
from .route import BASE, JPEG, Parameter, Route, body, forbidden, integer, json_response

OWNERS_FIELDS = frozenset({"name", "enabled", "detection", "recording"})
"""What an owner may change of a camera with a phone; the rest is for those who are logged in to Home Assistant."""


def shown(camera: views.CameraView, who: Principal) -> views.CameraView:
    """A camera as somebody may see it."""
    return camera if who.is_admin else views.CameraView.model_validate(views.without_address(camera.model_dump()))


async def _cameras(request: web.Request) -> web.Response:
    who = principal(request)
    seen = [shown(camera, who) for camera in request.app[CAMERAS].all() if who.sees(camera.id)]
    return json_response(views.CameraList(cameras=seen))


async def _add(request: web.Request) -> web.Response:
    view = await request.app[CAMERAS].add(await body(request))
    response = json_response(view, 201)
    response.headers["Location"] = f"{BASE}/cameras/{view.id}"
    return response


async def _camera(request: web.Request) -> web.Response:
    camera = request.app[CAMERAS].get(request.match_info["camera_id"])
    return json_response(shown(camera, principal(request)))


async def _change(request: web.Request) -> web.Response:
    who, wanted = principal(request), await body(request)
    if not who.is_admin and (others := set(fields(wanted)) - OWNERS_FIELDS):
        raise forbidden(
            f"Change {min(others)[:64]!r} in Home Assistant. A phone may change {', '.join(sorted(OWNERS_FIELDS))}."
        )
    camera = await request.app[CAMERAS].change(request.match_info["camera_id"], wanted)
    return json_response(shown(camera, who))


async def _remove(request: web.Request) -> web.Response:
    await request.app[CAMERAS].remove(request.match_info["camera_id"])
    return web.Response(status=204)


async def _probe(request: web.Request) -> web.Response:
    return json_response(await request.app[CAMERAS].probe(await body(request), request.match_info.get("camera_id")))


async def _snapshot(request: web.Request) -> web.Response:
    width = integer(request, "width", 16, 8192)
    jpeg = await request.app[CAMERAS].snapshot(request.match_info["camera_id"], width)
    return web.Response(body=jpeg, content_type=JPEG, headers={"Cache-Control": "no-store"})


ROUTES = (
    Route(path="/cameras", about="All cameras that you may see", needs=Role.VIEWER, call=_cameras, gives=views.CameraList),
    Route(
        method="POST",
        path="/cameras",
        about="Add a camera",
        needs=Role.ADMIN,
        call=_add,
        takes=CameraInput,
        gives=views.CameraView,
        status=201,
    ),
    Route(
        method="POST",
        path="/cameras/probe",
        about="Try a camera without adding it",
        needs=Role.ADMIN,
        call=_probe,
        takes=CameraInput,
        gives=views.ProbeView,
    ),
    Route(path="/cameras/{camera_id}", about="One camera", needs=Role.VIEWER, call=_camera, gives=views.CameraView),
    Route(
        method="PATCH",
        path="/cameras/{camera_id}",
        about="Change the given fields; an owner may give name, enabled, detection and recording",
        needs=Role.OWNER,
        call=_change,
        takes=CameraInput,
        gives=views.CameraView,
    ),
    Route(
        method="DELETE",
        path="/cameras/{camera_id}",
        about="Remove a camera, its events and its recordings",
        needs=Role.ADMIN,
        call=_remove,
        status=204,
    ),
    Route(
        method="POST",
        path="/cameras/{camera_id}/probe",
        about="Try a camera with changed fields",
        needs=Role.ADMIN,
        call=_probe,
        takes=CameraInput,
        gives=views.ProbeView,
    ),
    Route(
        path="/cameras/{camera_id}/snapshot.jpg",
        about="A picture of now",
        needs=Role.VIEWER,
        call=_snapshot,
        gives=JPEG,
        query=(Parameter(name="width", kind="integer", about="The most pixels across."),),
    ),
)
