"""Calls about remote access as a whole."""

from aiohttp import web

from ambianic.config import RemoteSettings
from ambianic.remote.views import RemoteView

from .parts import REMOTE, SETTINGS
from .principals import Role
from .route import Route, body, json_response


async def _remote(request: web.Request) -> web.Response:
    return json_response(request.app[REMOTE].view())


async def _change(request: web.Request) -> web.Response:
    request.app[SETTINGS].change(request.app[REMOTE], await body(request))
    return json_response(request.app[REMOTE].view())


async def _reset(request: web.Request) -> web.Response:
    await request.app[REMOTE].reset_identity()
    return json_response(request.app[REMOTE].view())


ROUTES = (
    Route(path="/remote", about="How phones reach this edge", needs=Role.VIEWER, call=_remote, gives=RemoteView),
    Route(
        method="PATCH",
        path="/remote",
        about="Change the given settings of remote access",
        needs=Role.ADMIN,
        call=_change,
        takes=RemoteSettings,
        gives=RemoteView,
    ),
    Route(
        method="POST",
        path="/remote/reset",
        about="Become a new edge to all phones: each has to be paired anew",
        needs=Role.ADMIN,
        call=_reset,
        gives=RemoteView,
    ),
)
