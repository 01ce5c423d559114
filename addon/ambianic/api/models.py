"""Calls about detection models."""

from typing import Annotated

from aiohttp import web
from pydantic import Field

from ambianic import views
from ambianic.config import DetectorSettings, Schema
from ambianic.home.inputs import validated

from .parts import CAMERAS, MODELS
from .principals import Role
from .route import BASE, MULTIPART, Route, body, json_response
from .uploads import upload

TEST_WIDTH = 1280


class ModelTest(Schema):
    """What to try a model with: a picture of this camera, or where none is named a drawn one."""

    camera_id: Annotated[str, Field(max_length=64)] | None = None


async def _models(request: web.Request) -> web.Response:
    return json_response(await request.app[MODELS].all())


async def _add(request: web.Request) -> web.Response:
    models = request.app[MODELS]
    async with upload(request, models.uploads) as sent:
        model = await models.add(sent.name, sent.file, sent.labels, sent.options)
    response = json_response(model, 201)
    response.headers["Location"] = f"{BASE}/models/{model.name}"
    return response


async def _install(request: web.Request) -> web.Response:
    return json_response(await request.app[MODELS].install(request.match_info["name"]), 202)


async def _test(request: web.Request) -> web.Response:
    wanted = validated(ModelTest, await body(request) if request.can_read_body else {})
    picture = None if wanted.camera_id is None else await request.app[CAMERAS].snapshot(wanted.camera_id, TEST_WIDTH)
    return json_response(await request.app[MODELS].test(request.match_info["name"], picture))


async def _remove(request: web.Request) -> web.Response:
    await request.app[MODELS].remove(request.match_info["name"])
    return web.Response(status=204)


async def _switch(request: web.Request) -> web.Response:
    return json_response(await request.app[MODELS].switch(await body(request)))


async def _dismiss(request: web.Request) -> web.Response:
    request.app[MODELS].dismiss_trouble()
    return web.Response(status=204)


ROUTES = (
    Route(
        path="/models",
        about="The detection models, and how they are used",
        needs=Role.VIEWER,
        call=_models,
        gives=views.ModelList,
    ),
    Route(
        method="POST",
        path="/models",
        about="Add a model of your own: `name`, `labels` (one a line), `options` (JSON) and the file `model`, in this order",
        needs=Role.ADMIN,
        call=_add,
        takes=MULTIPART,
        gives=views.ModelView,
        status=201,
    ),
    Route(
        method="POST",
        path="/models/{name}/install",
        about="Begin to get a model",
        needs=Role.ADMIN,
        call=_install,
        gives=views.ModelView,
        status=202,
    ),
    Route(
        method="POST",
        path="/models/{name}/test",
        about="Try a model that is installed, with a camera's picture of now perhaps",
        needs=Role.ADMIN,
        call=_test,
        takes=ModelTest,
        gives=views.ModelTestView,
    ),
    Route(
        method="DELETE",
        path="/models/{name}",
        about="Remove a model of your own that is not in use",
        needs=Role.ADMIN,
        call=_remove,
        status=204,
    ),
    Route(
        method="PATCH",
        path="/detector",
        about="Change the given ones of model, extra, threads and accelerator, once they have passed a test",
        needs=Role.ADMIN,
        call=_switch,
        takes=DetectorSettings,
        gives=DetectorSettings,
    ),
    Route(
        method="DELETE",
        path="/detector/trouble",
        about="Tell no more of a model that was given up",
        needs=Role.OWNER,
        call=_dismiss,
        status=204,
    ),
)
