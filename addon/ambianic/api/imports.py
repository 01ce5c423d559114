"""Calls that take over the data of an old Ambianic."""

from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from ambianic.config import Schema
from ambianic.events import rfc3339
from ambianic.home.imports import Run
from ambianic.home.inputs import validated
from ambianic.views import Time, View

from .filters import time_zone
from .parts import IMPORTS, principal
from .principals import Role
from .route import Route, body, forbidden, json_response


class ImportInput(Schema):
    """A directory of the edge's machine, the camera that its events are of, and the time zone of its times; null for the edge's."""

    directory: Annotated[str, Field(min_length=1, max_length=4096)]
    camera_id: Annotated[str, Field(max_length=64)]
    timezone: Annotated[str, Field(max_length=64)] | None = None


class ImportView(View):
    """An import: `files` to look at, of which so many are `done`; events that were `imported`, `known` already, or `skipped`."""

    id: str
    directory: str
    camera_id: str
    started: Time
    state: Literal["running", "done", "cancelled", "failed"]
    files: int
    done: int
    imported: int
    known: int
    skipped: int
    trouble: str | None


class ImportList(View):
    """The imports of this run of the edge, the oldest first."""

    imports: list[ImportView]


async def _imports(request: web.Request) -> web.Response:
    _require_terminal(request)
    return json_response(ImportList(imports=[_view(run) for run in request.app[IMPORTS].runs]))


async def _begin(request: web.Request) -> web.Response:
    _require_terminal(request)
    wanted = validated(ImportInput, await body(request))
    zone = None if wanted.timezone is None else time_zone(wanted.timezone, "timezone")
    return json_response(_view(await request.app[IMPORTS].begin(wanted.directory, wanted.camera_id, zone)), 201)


def _require_terminal(request: web.Request) -> None:
    """Names of directories are for those who can look at them anyway."""
    if principal(request).kind != "local":
        raise forbidden("Use `ambianic import` on the edge's machine.")


def _view(run: Run) -> ImportView:
    progress = run.work.progress
    return ImportView(
        id=run.id,
        directory=str(run.directory),
        camera_id=run.camera_id,
        started=rfc3339(run.started),
        state=progress.state,
        files=progress.files,
        done=progress.done,
        imported=progress.imported,
        known=progress.known,
        skipped=progress.skipped,
        trouble=progress.trouble,
    )


ROUTES = (
    Route(
        path="/imports",
        about="How far imports are; for the terminal of the edge's machine alone",
        needs=Role.ADMIN,
        call=_imports,
        gives=ImportList,
    ),
    Route(
        method="POST",
        path="/imports",
        about="Take over the data of an old Ambianic; for the terminal of the edge's machine alone",
        needs=Role.ADMIN,
        call=_begin,
        takes=ImportInput,
        gives=ImportView,
        status=201,
    ),
)
