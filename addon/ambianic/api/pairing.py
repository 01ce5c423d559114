"""Calls about the pairing window, by which a phone becomes one of this home's."""

from dataclasses import dataclass
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, RootModel

from ambianic.config import Schema
from ambianic.errors import not_found
from ambianic.home.inputs import validated
from ambianic.remote import Remote
from ambianic.remote.views import PairingView
from ambianic.views import View

from .audience import PAIRING_SECRETS
from .parts import CAMERAS, REMOTE, principal
from .principals import Principal, Role
from .route import Route, body, forbidden, json_response


class ClosedView(View):
    """No pairing window."""

    state: Literal["closed"] = "closed"


class PairingAnswer(RootModel[PairingView | ClosedView]):
    """The pairing window, or that there is none."""


class PairingInput(Schema):
    """Who may pair: as what, which cameras they may see (null for all), and whether by the code and the link or by the link alone."""

    role: Literal["owner", "viewer"]
    cameras: Annotated[tuple[str, ...] | None, Field(max_length=64)] = None
    method: Literal["any", "link"] = "any"


@dataclass
class Inviter:
    """Which phone opened the pairing window; it alone is shown the link later, beside administrators."""

    phone_id: str | None = None
    pairing_id: str | None = None


INVITER = web.AppKey("inviter", Inviter)


def known_pairing(remote: Remote, who: Principal, inviter: Inviter) -> PairingView | ClosedView:
    """The pairing window as somebody may see it."""
    current = remote.pairing.current()
    if current is None:
        return ClosedView()
    invited = who.phone_id is not None and (who.phone_id, current.id) == (inviter.phone_id, inviter.pairing_id)
    return current if who.is_admin or invited else current.model_copy(update=dict.fromkeys(PAIRING_SECRETS))


async def _pairing(request: web.Request) -> web.Response:
    return json_response(known_pairing(request.app[REMOTE], principal(request), request.app[INVITER]))


async def _open(request: web.Request) -> web.Response:
    who, wanted = principal(request), validated(PairingInput, await body(request))
    for camera_id in wanted.cameras or ():
        if camera_id not in request.app[CAMERAS] or not who.sees(camera_id):
            raise not_found("camera", camera_id)
    if not who.is_admin and wanted.method != "link":
        raise forbidden("A phone invites by a link. To pair with a code, open Ambianic in Home Assistant.")
    if who.cameras is not None and wanted.cameras is None:
        raise forbidden("You see some cameras of this home only: name those that the new phone may see.")
    opened = await request.app[REMOTE].pairing.open(
        role=wanted.role, cameras=wanted.cameras, opened_by=who.name, method=wanted.method
    )
    inviter = request.app[INVITER]
    inviter.phone_id, inviter.pairing_id = who.phone_id, opened.id
    return json_response(opened, 201)


async def _close(request: web.Request) -> web.Response:
    request.app[REMOTE].pairing.cancel()
    return web.Response(status=204)


ROUTES = (
    Route(
        path="/pairing",
        about="The pairing window, or that there is none",
        needs=Role.VIEWER,
        call=_pairing,
        gives=PairingAnswer,
    ),
    Route(
        method="POST",
        path="/pairing",
        about="Open a pairing window in place of any other; an owner with a phone may by link",
        needs=Role.OWNER,
        call=_open,
        takes=PairingInput,
        gives=PairingView,
        status=201,
    ),
    Route(method="DELETE", path="/pairing", about="Close the pairing window", needs=Role.OWNER, call=_close, status=204),
)
