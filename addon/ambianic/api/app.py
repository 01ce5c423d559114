"""The edge's API as aiohttp applications, one for each door."""

from collections.abc import Iterable
from http import HTTPStatus
import json

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from ambianic.errors import EdgeError, ErrorCode
from ambianic.home import Home
from ambianic.remote import Remote
from ambianic.remote_settings import RemoteSwitch

from .doors import Door
from .live import VIEWINGS, Viewings
from .openapi import describe
from .pairing import INVITER, Inviter
from .parts import (
    ANALYSES,
    CAMERAS,
    CHANGES,
    EVENTS,
    IMPORTS,
    LOOKS,
    MODELS,
    PASS,
    RECORDINGS,
    REMOTE,
    SETTINGS,
    STATUS,
    STORAGE,
)
from .problems import problems
from .route import BASE, Route
from .routes import DESCRIPTION, ROUTES

MAX_BODY = 64 * 1024


class Apps:
    """Makes the application of each door. All lead to the same parts."""

    def __init__(self, home: Home, remote: Remote, settings: RemoteSwitch) -> None:
        """Let the calls use these parts."""
        self._home = home
        self._remote = remote
        self._settings = settings
        self._viewings = Viewings(home.live)
        self._inviter = Inviter()
        self._description = json.dumps(describe()).encode()

    def behind(self, door: Door, pages: Iterable[web.RouteDef] = ()) -> web.Application:
        """The API behind a door, and the pages that are there beside it."""
        app = web.Application(client_max_size=MAX_BODY, middlewares=[problems, _admission(door)])
        app[ANALYSES] = self._home.analyses
        app[CAMERAS] = self._home.cameras
        app[CHANGES] = self._home.changes
        app[EVENTS] = self._home.events
        app[IMPORTS] = self._home.imports
        app[LOOKS] = self._home.looks
        app[MODELS] = self._home.models
        app[RECORDINGS] = self._home.recordings
        app[STATUS] = self._home.status
        app[STORAGE] = self._home.storage
        app[REMOTE] = self._remote
        app[SETTINGS] = self._settings
        app[VIEWINGS] = self._viewings
        app[INVITER] = self._inviter
        app[DESCRIPTION] = self._description
        for route in ROUTES:
            handler = _handler(route)
            app.router.add_route(route.method, BASE + route.path, handler)
            if route.method == "GET" and route.status == HTTPStatus.OK:
                app.router.add_route("HEAD", BASE + route.path, handler)
        app.router.add_routes(pages)
        return app


def _admission(door: Door) -> Middleware:
    """Let nobody in whom the door doesn't know."""

    @web.middleware
    async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path not in door.open_paths:
            request[PASS] = door.admit(request)
        return await handler(request)

    return admit


def _handler(route: Route) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        route.check(request)
        response = await route.call(request)
        if route.needs is not None and not response.prepared and not request[PASS].holds():
            raise EdgeError(ErrorCode.UNAUTHORIZED, "Access was withdrawn", "It was, while the request was being answered.")
        return response

    return handle
