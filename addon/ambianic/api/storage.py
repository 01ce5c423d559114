"""Calls about the disk."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from ambianic import recording_views
from ambianic.config import Schema, StorageSettings
from ambianic.home.inputs import validated
from ambianic.home.manual import Moment

from .audience import known_storage
from .parts import CAMERAS, STORAGE, principal
from .principals import Role
from .route import Route, body, json_response


class Erasure(Schema):
    """What to erase: of these cameras, null for all; what was before a time, null for everything; starred events too, or not.

    Nothing is erased because something was left out.
    """

    cameras: Annotated[tuple[str, ...] | None, Field(max_length=64)]
    before: Moment | None
    starred: bool = False


async def _storage(request: web.Request) -> web.Response:
    storage = request.app[STORAGE]
    await storage.measure()
    told = known_storage(storage.get().model_dump(), principal(request))
    return json_response(recording_views.StorageView.model_validate(told))


async def _change(request: web.Request) -> web.Response:
    return json_response(await request.app[STORAGE].change(await body(request)))


async def _erase(request: web.Request) -> web.Response:
    wanted = validated(Erasure, await body(request))
    for camera_id in wanted.cameras or ():
        request.app[CAMERAS].config(camera_id)
    before = None if wanted.before is None else wanted.before.timestamp()
    erased = await request.app[STORAGE].erase(wanted.cameras, before, starred=wanted.starred)
    return json_response(recording_views.ErasedView(events=erased.events, bytes=erased.bytes))


async def _dismiss(request: web.Request) -> web.Response:
    await request.app[STORAGE].dismiss_notice()
    return web.Response(status=204)


ROUTES = (
    Route(path="/storage", about="What is kept on disk", needs=Role.VIEWER, call=_storage, gives=recording_views.StorageView),
    Route(
        method="PATCH",
        path="/storage",
        about="Change the given ones of max_bytes and min_free_bytes",
        needs=Role.ADMIN,
        call=_change,
        takes=StorageSettings,
        gives=recording_views.StorageView,
    ),
    Route(
        method="POST",
        path="/storage/erase",
        about="Erase events and recordings",
        needs=Role.ADMIN,
        call=_erase,
        takes=Erasure,
        gives=recording_views.ErasedView,
    ),
    Route(
        method="DELETE",
        path="/storage/notice",
        about="Dismiss the notice",
        needs=Role.OWNER,
        call=_dismiss,
        status=204,
    ),
)
