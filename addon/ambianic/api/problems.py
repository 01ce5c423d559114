"""Failures as problem documents (RFC 9457)."""

from http import HTTPStatus
import json
import logging

from aiohttp import web
from aiohttp.typedefs import Handler

from ambianic.errors import EdgeError, ErrorCode

STATUS = {
    ErrorCode.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    ErrorCode.FORBIDDEN: HTTPStatus.FORBIDDEN,
    ErrorCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    ErrorCode.METHOD_NOT_ALLOWED: HTTPStatus.METHOD_NOT_ALLOWED,
    ErrorCode.DUPLICATE_CAMERA: HTTPStatus.CONFLICT,
    ErrorCode.TOO_MANY_CAMERAS: HTTPStatus.CONFLICT,
    ErrorCode.CAMERA_DISABLED: HTTPStatus.CONFLICT,
    ErrorCode.REMOTE_OFF: HTTPStatus.CONFLICT,
    ErrorCode.NO_REGISTRAR: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ErrorCode.INVALID_JSON: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.INVALID_FIELD: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.INVALID_SDP: HTTPStatus.UNPROCESSABLE_ENTITY,
    ErrorCode.CAMERA_OFFLINE: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.TOO_MANY_VIEWERS: HTTPStatus.SERVICE_UNAVAILABLE,
    ErrorCode.PUSH: HTTPStatus.BAD_GATEWAY,
    ErrorCode.BUSY: HTTPStatus.CONFLICT,
    ErrorCode.STORAGE: HTTPStatus.INSUFFICIENT_STORAGE,
    ErrorCode.INTERNAL: HTTPStatus.INTERNAL_SERVER_ERROR,
}

_LOGGER = logging.getLogger(__name__)


def problem(error: EdgeError) -> web.Response:
    """The answer that tells of a failure."""
    status = STATUS[error.code]
    body = {
        "type": "about:blank",
        "status": int(status),
        "title": error.title,
        "code": error.code,
        "detail": error.detail,
        "field": error.field,
    }
    response = web.Response(status=status, body=json.dumps(body).encode(), content_type="application/problem+json")
    if error.code is ErrorCode.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every failure of a handler into a problem document."""
    try:
        return await handler(request)
    except EdgeError as err:
        return problem(err)
    except web.HTTPNotFound:
        return problem(EdgeError(ErrorCode.NOT_FOUND, "There is no such page", "The API is described at /api/v1/openapi.json."))
    except web.HTTPMethodNotAllowed as err:
        allowed = ", ".join(sorted(err.allowed_methods))
        return problem(EdgeError(ErrorCode.METHOD_NOT_ALLOWED, "This can't be done here", f"Allowed: {allowed}."))
    except web.HTTPRequestEntityTooLarge:
        return problem(EdgeError(ErrorCode.TOO_LARGE, "The request is too large", "Requests have at most 64 KiB."))
    except web.HTTPException:
        raise
    except Exception:
        _LOGGER.exception("%s %s failed", request.method, request.path)
        return problem(EdgeError(ErrorCode.INTERNAL, "Something went wrong in the edge", "The edge's log says more."))
