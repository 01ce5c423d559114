"""The edge's API as an aiohttp application."""

import json

from aiohttp import web
from aiohttp.typedefs import Handler

from ambianic.home import Home

from .auth import Authenticator
from .openapi import describe
from .problems import problems
from .routes import BASE, ROUTES, Call
from .stream import stream

MAX_BODY = 64 * 1024


def make_app(home: Home, authenticator: Authenticator) -> web.Application:
    """Put the API's calls together. Every one but the sign of life needs a token."""
    app = web.Application(client_max_size=MAX_BODY, middlewares=[problems, authenticator.middleware()])
    for route in ROUTES:
        app.router.add_route(route.method, BASE + route.path, _handler(home, route.call))
    description = json.dumps(describe()).encode()

    async def openapi(_request: web.Request) -> web.Response:
        return web.Response(body=description, content_type="application/json")

    async def follow(request: web.Request) -> web.WebSocketResponse:
        return await stream(home, authenticator, request)

    app.router.add_get(f"{BASE}/openapi.json", openapi)
    app.router.add_get(f"{BASE}/stream", follow)
    return app


def _handler(home: Home, call: Call) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await call(home, request)

    return handle
