"""Calls for live video (WHEP)."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import web

from ambianic.errors import EdgeError, ErrorCode, not_found
from ambianic.webrtc.errors import InvalidOffer, SessionNotFound, TooManyViewers
from ambianic.webrtc.sessions import LiveSessions, Session

from .doors import Pass, end_of
from .parts import CAMERAS, PASS
from .principals import Role
from .route import BASE, Route

SDP = "application/sdp"
SDP_FRAGMENT = "application/trickle-ice-sdpfrag"


@dataclass(frozen=True, slots=True)
class _Viewing:
    session: Session
    by: Pass
    guard: asyncio.Task[None]


class Viewings:
    """Who watches by which live session: a phone's is for that phone alone, and each ends with the right to watch."""

    def __init__(self, live: LiveSessions) -> None:
        """Guard these sessions."""
        self.live = live
        self._viewings: dict[str, _Viewing] = {}

    def add(self, session: Session, by: Pass) -> None:
        """Guard a new session."""
        guard = asyncio.create_task(self._guard(session, by), name="live guard")
        self._viewings[session.id] = _Viewing(session, by, guard)

    def find(self, session_id: str, camera_id: str, by: Pass) -> str:
        """The id of a session that is there, shows this camera, and is for the one who asks. Raises EdgeError."""
        viewing = self._viewings.get(session_id)
        if viewing is None or viewing.session.camera_id != camera_id or viewing.by.principal.phone_id != by.principal.phone_id:
            raise not_found("live session", session_id)
        return session_id

    async def _guard(self, session: Session, by: Pass) -> None:
        lapse = asyncio.create_task(end_of(by.holds))
        try:
            ends: tuple[asyncio.Future[Any], ...] = (session.ended, lapse)
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            session.end("You may not watch this camera any more.")
        finally:
            lapse.cancel()
            del self._viewings[session.id]


VIEWINGS = web.AppKey("viewings", Viewings)


async def _watch(request: web.Request) -> web.Response:
    if request.content_type != SDP:
        raise EdgeError(ErrorCode.INVALID_SDP, "The offer is not SDP", f"Send it with the content type {SDP}.")
    camera_id = request.match_info["camera_id"]
    try:
        session = await request.app[CAMERAS].watch_live(camera_id, (await request.read()).decode(errors="replace"))
    except InvalidOffer as err:
        raise EdgeError(ErrorCode.INVALID_SDP, "The offer can't be used", str(err)) from err
    except TooManyViewers as err:
        raise EdgeError(ErrorCode.TOO_MANY_VIEWERS, "Too many people are watching this camera", str(err)) from err
    request.app[VIEWINGS].add(session, request[PASS])
    return web.Response(
        status=201,
        text=session.answer,
        content_type=SDP,
        headers={"Location": f"{BASE}/cameras/{quote(camera_id)}/whep/{quote(session.id)}"},
    )


async def _candidates(request: web.Request) -> web.Response:
    if request.content_type != SDP_FRAGMENT:
        raise EdgeError(ErrorCode.INVALID_SDP, "The candidate can't be read", f"Send it with the content type {SDP_FRAGMENT}.")
    session_id = _session_id(request)
    try:
        await request.app[VIEWINGS].live.add_candidates(session_id, (await request.read()).decode(errors="replace"))
    except SessionNotFound:
        raise not_found("live session", session_id) from None
    except InvalidOffer as err:
        raise EdgeError(ErrorCode.INVALID_SDP, "The candidate can't be used", str(err)) from err
    return web.Response(status=204)


async def _end(request: web.Request) -> web.Response:
    session_id = _session_id(request)
    try:
        await request.app[VIEWINGS].live.close(session_id)
    except SessionNotFound:
        raise not_found("live session", session_id) from None
    return web.Response(status=204)


def _session_id(request: web.Request) -> str:
    match = request.match_info
    return request.app[VIEWINGS].find(match["session_id"], match["camera_id"], request[PASS])


ROUTES = (
    Route(
        method="POST",
        path="/cameras/{camera_id}/whep",
        about="Begin a live session",
        needs=Role.VIEWER,
        call=_watch,
        takes=SDP,
        gives=SDP,
        status=201,
    ),
    Route(
        method="PATCH",
        path="/cameras/{camera_id}/whep/{session_id}",
        about="Add a candidate",
        needs=Role.VIEWER,
        call=_candidates,
        takes=SDP_FRAGMENT,
        status=204,
    ),
    Route(
        method="DELETE",
        path="/cameras/{camera_id}/whep/{session_id}",
        about="End a live session",
        needs=Role.VIEWER,
        call=_end,
        status=204,
    ),
)
