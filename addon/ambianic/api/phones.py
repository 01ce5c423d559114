"""Calls about paired phones."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from ambianic.config import Schema
from ambianic.home.inputs import validated
from ambianic.remote import Remote
from ambianic.remote.alerts import AlertRules
from ambianic.remote.views import PhoneView
from ambianic.views import View

from .audience import knows_phone
from .parts import REMOTE, principal
from .principals import Principal, Role
from .route import Route, body, json_response


class PhoneList(View):
    """Paired phones, the oldest first; a viewer is told of their own alone."""

    phones: list[PhoneView]


def known_phones(remote: Remote, who: Principal) -> list[PhoneView]:
    """The phones that somebody is told of."""
    return [phone for phone in remote.phone_views() if knows_phone(who, phone.id)]


class PhoneName(Schema):
    """What to call a phone."""

    name: Annotated[str, Field(min_length=1, max_length=40)]


async def _phones(request: web.Request) -> web.Response:
    return json_response(PhoneList(phones=known_phones(request.app[REMOTE], principal(request))))


async def _rename(request: web.Request) -> web.Response:
    phone_id, remote = request.match_info["phone_id"], request.app[REMOTE]
    remote.phones.rename(phone_id, validated(PhoneName, await body(request)).name)
    return json_response(remote.phone_view(phone_id))


async def _revoke(request: web.Request) -> web.Response:
    request.app[REMOTE].phones.revoke(request.match_info["phone_id"])
    return web.Response(status=204)


async def _alerts(request: web.Request) -> web.Response:
    return json_response(request.app[REMOTE].phones.get(request.match_info["phone_id"]).alerts)


async def _set_alerts(request: web.Request) -> web.Response:
    phone_id, phones = request.match_info["phone_id"], request.app[REMOTE].phones
    phones.set_alerts(phone_id, validated(AlertRules, await body(request)))
    return json_response(phones.get(phone_id).alerts)


ROUTES = (
    Route(path="/phones", about="Paired phones; a viewer's own alone", needs=Role.VIEWER, call=_phones, gives=PhoneList),
    Route(
        method="PATCH",
        path="/phones/{phone_id}",
        about="Rename a phone",
        needs=Role.OWNER,
        own=True,
        call=_rename,
        takes=PhoneName,
        gives=PhoneView,
    ),
    Route(
        method="DELETE",
        path="/phones/{phone_id}",
        about="Put a phone out at once",
        needs=Role.OWNER,
        call=_revoke,
        status=204,
    ),
    Route(
        path="/phones/{phone_id}/alerts",
        about="What a phone is alerted of",
        needs=Role.ADMIN,
        own=True,
        call=_alerts,
        gives=AlertRules,
    ),
    Route(
        method="PUT",
        path="/phones/{phone_id}/alerts",
        about="Change what a phone is alerted of",
        needs=Role.ADMIN,
        own=True,
        call=_set_alerts,
        takes=AlertRules,
        gives=AlertRules,
    ),
)
