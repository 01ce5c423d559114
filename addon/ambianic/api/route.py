"""A call of the API: what it takes, does and answers, and who may make it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
import json
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from ambianic.errors import EdgeError, ErrorCode, not_found

from .parts import principal
from .principals import Role

BASE = "/api/v1"
JPEG = "image/jpeg"
MP4 = "video/mp4"
MULTIPART = "multipart/form-data"

type Call = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of the query."""

    name: str
    kind: str
    about: str
    repeated: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One call. `takes` and `gives` are a model, a media type, or None for nothing.

    `needs` is the least role that may make it, None where nobody has to say who they are. `own` lets a phone make it for itself
    whatever its role. Whoever sees only some cameras finds no other under a path with a `camera_id`.
    """

    method: str = "GET"
    path: str
    about: str
    call: Call
    needs: Role | None
    own: bool = False
    takes: type[BaseModel] | str | None = None
    gives: type[BaseModel] | str | None = None
    status: int = 200
    query: tuple[Parameter, ...] = ()

    def check(self, request: web.Request) -> None:
        """Raise EdgeError where the one who asks may not make this call."""
        if self.needs is None:
            return
        who = principal(request)
        own = self.own and who.phone_id is not None and who.phone_id == request.match_info.get("phone_id")
        if not own and not who.role.includes(self.needs):
            raise forbidden(f"Only {_WHO[self.needs]} may do this.")
        camera_id = request.match_info.get("camera_id")
        if camera_id is not None and not who.sees(camera_id):
            raise not_found("camera", camera_id)


_WHO = {
    Role.OWNER: "an owner of this home",
    Role.ADMIN: "somebody who is logged in to Home Assistant",
}


def forbidden(detail: str) -> EdgeError:
    """The failure of a call that is not for the one who makes it."""
    return EdgeError(ErrorCode.FORBIDDEN, "This is not allowed", detail)


def json_response(view: BaseModel, status: int = 200) -> web.Response:
    """An answer with a view as JSON."""
    return web.Response(body=view.model_dump_json().encode(), status=status, content_type="application/json")


async def body(request: web.Request) -> Any:
    """What was sent as JSON. Raises EdgeError."""
    try:
        return json.loads(await request.read())
    except (ValueError, RecursionError) as err:
        raise EdgeError(ErrorCode.INVALID_JSON, "The request is not JSON", str(err)) from None


def integer(request: web.Request, name: str, least: int, most: int) -> int | None:
    """A whole number of the query; None where it is not there. Raises EdgeError."""
    if (text := request.query.get(name)) is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise EdgeError(ErrorCode.INVALID_FIELD, f"{name} is not valid", f"Use a number from {least} to {most}.", field=name)
    return int(text)


def time(request: web.Request, name: str) -> float | None:
    """A time of the query as Unix seconds; None where it is not there. Raises EdgeError."""
    if (text := request.query.get(name)) is None:
        return None
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and 1970 <= moment.year < 2100:
            return max(0.0, moment.timestamp())
    raise EdgeError(ErrorCode.INVALID_FIELD, f"{name} is not a time", "Use UTC such as 2026-11-22T16:04:05Z.", field=name)
