"""What all HTTP answers of the registrar have in common."""

from collections.abc import Awaitable, Callable
import json
import logging
import math

from aiohttp import web
from aiohttp.typedefs import Middleware

from .limits import Buckets
from .metrics import Metrics
from .network import Locator

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = logging.getLogger(__name__)

LIMITED = ("/pnp", "/peerjs/")
"""Where requests are counted. The files of the app are not: they are served from the cache of the system."""
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}
_HARDENING = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}


class ApiError(Exception):
    """A failure that the client is told about."""

    def __init__(self, status: int, code: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def error_response(status: int, code: str, message: str, *, retry_after: float | None = None) -> web.Response:
    """Tell about a failure."""
    headers = {} if retry_after is None else {"Retry-After": str(max(1, math.ceil(retry_after)))}
    return json_response({"error": code, "message": message}, status=status, headers=headers)


def json_response(body: object, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer with JSON."""
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")


async def harden(_request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that every answer has."""
    for name, value in _HARDENING.items():
        response.headers.setdefault(name, value)


def guard(locator: Locator, metrics: Metrics, requests: Buckets) -> Middleware:
    """Make the middleware that limits, counts and opens the API to all origins, and turns failures into answers."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(LIMITED):
            return await _answer(request, handler)
        response: web.StreamResponse
        origin = locator.locate(request.remote or "", request.headers.getall("X-Forwarded-For", ()))
        if wait := requests.take(origin.prefix):
            response = error_response(429, "too_many_requests", "Your network asks too often. Wait a little.", retry_after=wait)
        elif request.method == "OPTIONS":
            response = web.Response(status=204)
        else:
            response = await _answer(request, handler)
        response.headers.update(_CORS)
        resource = request.match_info.route.resource
        metrics.requests[resource.canonical if resource else "unknown", str(response.status)] += 1
        return response

    return middleware


async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ApiError as err:
        return error_response(err.status, err.code, err.message, retry_after=err.retry_after)
    except web.HTTPException as err:
        if err.status < 400:
            raise
        return error_response(err.status, _CODES.get(err.status, "refused"), f"{err.reason}.")
    except Exception:  # noqa: BLE001  a client must not be able to fill the log with its address, which aiohttp would write
        _log.exception("A request failed")
        return error_response(500, "internal", "Something went wrong here. The server's log says what.")
