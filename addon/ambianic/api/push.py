"""Calls about the way of alerts to a phone whose app is closed."""

from aiohttp import web

from ambianic.home.inputs import validated
from ambianic.remote.push.subscription import PushSubscription
from ambianic.views import View

from .parts import REMOTE
from .principals import Role
from .route import Route, body, json_response


class PushTaken(View):
    """The edge has done it."""

    ok: bool = True


async def _subscribe(request: web.Request) -> web.Response:
    subscription = validated(PushSubscription, await body(request))
    request.app[REMOTE].push.subscribe(request.match_info["phone_id"], subscription)
    return json_response(PushTaken())


async def _unsubscribe(request: web.Request) -> web.Response:
    request.app[REMOTE].push.unsubscribe(request.match_info["phone_id"])
    return web.Response(status=204)


async def _test(request: web.Request) -> web.Response:
    await request.app[REMOTE].push.test(request.match_info["phone_id"])
    return json_response(PushTaken())


ROUTES = (
    Route(
        method="PUT",
        path="/phones/{phone_id}/push",
        about="Send a phone's alerts to its browser's push service",
        needs=Role.ADMIN,
        own=True,
        call=_subscribe,
        takes=PushSubscription,
        gives=PushTaken,
    ),
    Route(
        method="DELETE",
        path="/phones/{phone_id}/push",
        about="Send a phone nothing while its app is closed",
        needs=Role.ADMIN,
        own=True,
        call=_unsubscribe,
        status=204,
    ),
    Route(
        method="POST",
        path="/phones/{phone_id}/push/test",
        about="Send a phone a test alert now",
        needs=Role.ADMIN,
        own=True,
        call=_test,
        gives=PushTaken,
    ),
)
