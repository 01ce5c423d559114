"""Calls for those who tune a camera: what the detector sees now, and what it makes of a recording."""

import json

from aiohttp import web

from ambianic import views
from ambianic.errors import not_found
from ambianic.events import rfc3339
from ambianic.home.analyses import AnalysisInput
from ambianic.home.analysis import Analysis
from ambianic.home.inputs import validated
from ambianic.views.looks import LookView

from .parts import ANALYSES, LOOKS, principal
from .principals import Role
from .route import BASE, Parameter, Route, body, integer, json_response

MAX_WAIT = 20
WAIT = 10
MAX_NUMBER = 999_999_999
PAGE = 500
"""Looks of an analysis in one answer."""

_AFTER = Parameter(name="after", kind="integer", about="The `next` of the answer before.")


async def _looks(request: web.Request) -> web.Response:
    wait = integer(request, "wait", 0, MAX_WAIT)
    looks, following = await request.app[LOOKS].after(
        request.match_info["camera_id"], integer(request, "after", 0, MAX_NUMBER), WAIT if wait is None else wait
    )
    return json_response(
        views.Looks(looks=[LookView.model_validate({"n": n, **look.as_json()}) for n, look in looks], next=following)
    )


async def _analyse(request: web.Request) -> web.Response:
    wanted = validated(AnalysisInput, await body(request))
    analysis = await request.app[ANALYSES].begin(request.match_info["camera_id"], wanted)
    response = json_response(_view(analysis, 0), 201)
    response.headers["Location"] = f"{BASE}/analyses/{analysis.id}"
    return response


async def _analysis(request: web.Request) -> web.Response:
    return json_response(_view(_find(request), integer(request, "after", 0, MAX_NUMBER) or 0))


async def _leave_off(request: web.Request) -> web.Response:
    await request.app[ANALYSES].remove(_find(request).id)
    return web.Response(status=204)


def _find(request: web.Request) -> Analysis:
    analysis_id = request.match_info["analysis_id"]
    analysis = request.app[ANALYSES].get(analysis_id)
    if not principal(request).sees(analysis.camera_id):
        raise not_found("analysis", analysis_id)
    return analysis


def _view(analysis: Analysis, after: int) -> views.AnalysisView:
    looks = [LookView.model_validate(json.loads(look)) for look in analysis.looks[after : after + PAGE]]
    return views.AnalysisView(
        id=analysis.id,
        camera_id=analysis.camera_id,
        start=rfc3339(analysis.start),
        end=rfc3339(analysis.end),
        state=analysis.state,
        reason=analysis.reason,
        progress=round(analysis.progress, 3),
        looks=looks,
        next=looks[-1].n if looks else after,
        events=[views.EventView.model_validate(event) for event in analysis.events.values()],
        figures=analysis.figures if analysis.state == "done" else None,
    )


ROUTES = (
    Route(
        path="/cameras/{camera_id}/looks",
        about="What the detector sees, picture by picture, and why that is an event or not; waits for news",
        needs=Role.OWNER,
        call=_looks,
        gives=views.Looks,
        query=(_AFTER, Parameter(name="wait", kind="integer", about="Seconds to wait for news, 0 to 20, 10 by default.")),
    ),
    Route(
        method="POST",
        path="/cameras/{camera_id}/analyses",
        about="Find out what the detector makes of up to ten minutes of recording, with other settings perhaps",
        needs=Role.OWNER,
        call=_analyse,
        takes=AnalysisInput,
        gives=views.AnalysisView,
        status=201,
    ),
    Route(
        path="/analyses/{analysis_id}",
        about="How far an analysis is, and what it found",
        needs=Role.OWNER,
        call=_analysis,
        gives=views.AnalysisView,
        query=(_AFTER,),
    ),
    Route(
        method="DELETE",
        path="/analyses/{analysis_id}",
        about="Leave an analysis off and forget it",
        needs=Role.OWNER,
        call=_leave_off,
        status=204,
    ),
)
