"""Calls about the edge itself and about who asks."""

from aiohttp import web

from ambianic import views

from .parts import STATUS, principal
from .principals import Role
from .route import Route, json_response


async def _health(_request: web.Request) -> web.Response:
    return json_response(views.HealthView(status="ok"))


async def _info(request: web.Request) -> web.Response:
    return json_response(request.app[STATUS].get())


async def _me(request: web.Request) -> web.Response:
    who = principal(request)
    return json_response(
        views.MeView(
            kind=who.kind,
            role=who.role.value,
            name=who.name,
            phone_id=who.phone_id,
            cameras=None if who.cameras is None else sorted(who.cameras),
        )
    )


ROUTES = (
    Route(path="/health", about="A sign of life; needs no token", needs=None, call=_health, gives=views.HealthView),
    Route(path="/info", about="The edge", needs=Role.VIEWER, call=_info, gives=views.InfoView),
    Route(path="/me", about="Who you are and what you may", needs=Role.VIEWER, call=_me, gives=views.MeView),
)
