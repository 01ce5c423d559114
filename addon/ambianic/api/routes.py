"""All calls of the API, in the one table that makes the server, its description, and who may what."""

from aiohttp import web

from . import (
    cameras,
    clips,
    events,
    general,
    imports,
    live,
    looks,
    models,
    pairing,
    phones,
    push,
    recordings,
    remote,
    storage,
)
from .principals import Role
from .route import Parameter, Route
from .stream import stream

DESCRIPTION = web.AppKey("description", bytes)


async def _openapi(request: web.Request) -> web.Response:
    return web.Response(body=request.app[DESCRIPTION], content_type="application/json")


ROUTES: tuple[Route, ...] = (
    *general.ROUTES,
    *cameras.ROUTES,
    *looks.ROUTES,
    *live.ROUTES,
    *events.ROUTES,
    *clips.ROUTES,
    *recordings.ROUTES,
    *storage.ROUTES,
    *models.ROUTES,
    *imports.ROUTES,
    *phones.ROUTES,
    *push.ROUTES,
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
