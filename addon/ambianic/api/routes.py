"""All calls of the API, in the one table that makes the server, its description, and who may what."""

from aiohttp import web

from . import cameras, events, general, live, pairing, phones, remote
from .principals import Role
from .route import Parameter, Route
from .stream import stream

DESCRIPTION = web.AppKey("description", bytes)


async def _openapi(request: web.Request) -> web.Response:
    return web.Response(body=request.app[DESCRIPTION], content_type="application/json")


ROUTES: tuple[Route, ...] = (
    *general.ROUTES,
    *cameras.ROUTES,
    *live.ROUTES,
    *events.ROUTES,
    *phones.ROUTES,
    *pairing.ROUTES,
    *remote.ROUTES,
    Route(
        path="/stream",
        about="Follow every change over a WebSocket",
        needs=Role.VIEWER,
        call=stream,
        status=101,
        query=(Parameter(name="after", kind="string", about="The last cursor that was seen."),),
    ),
    Route(path="/openapi.json", about="This description", needs=Role.VIEWER, call=_openapi, gives="application/json"),
)
