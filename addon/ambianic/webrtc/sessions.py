"""The live sessions of all cameras."""

import asyncio
from collections.abc import Callable, Sequence
import logging

from ambianic.cameras.audio import AudioFeed
from ambianic.cameras.feed import Feed
from ambianic.cameras.transcode import Transcoder

from . import sound
from .errors import SessionNotFound, TooManyViewers
from .ice import IceServers
from .session import Session
from .shared import Shared

__all__ = ["LiveSessions", "Session"]

STOPPING = "The edge is stopping."

logger = logging.getLogger(__name__)


class LiveSessions:
    """Opens, counts and ends live sessions.

    `on_end` is called with each session that was not ended by `close`, and the reason as a sentence for people. `on_change` is
    called with a camera's id whenever its number of viewers has changed.
    """

    def __init__(
        self,
        *,
        on_end: Callable[[Session, str], None],
        on_change: Callable[[str], None] = lambda camera_id: None,
        limit: int = 16,
        ice: IceServers | None = None,
    ) -> None:
        """Allow `limit` viewers a camera. `ice` is what peer connections use; nothing but this machine's addresses without."""
        self._on_end = on_end
        self._on_change = on_change
        self._limit = limit
        self._ice = ice or IceServers()
        self._transcoders: Shared[Feed, Feed] = Shared(Transcoder)
        self._opus = sound.transcoders()
        self._sessions: dict[str, Session] = {}
        self._watches: dict[str, asyncio.Task[None]] = {}

    async def open(
        self,
        camera_id: str,
        feed: Feed,
        *,
        transcode: bool,
        offer: str,
        light: Feed | None = None,
        audio: AudioFeed | None = None,
    ) -> Session:
        """Answer a viewer's SDP offer with the live video of `feed`. Raises TooManyViewers and InvalidOffer.

        `transcode` is for what browsers cannot play as it is: the feed's pictures are made into H.264 for as long as somebody
        watches. `light` is a smaller stream of the camera for viewers whose line is too narrow, `audio` the camera's sound.
        """
        if self.viewers(camera_id) >= self._limit:
            raise TooManyViewers(f"The camera already has {self._limit} live viewers. Close one of them, or try again later.")
        session = Session(camera_id, self._ice.configuration())
        self._sessions[session.id] = session
        try:
            source = session.resources.enter_context(self._transcoders.watch(feed)) if transcode else feed
            await session.negotiate(source, offer, light=light, audio=audio, opus=self._opus)
        except BaseException:
            del self._sessions[session.id]
            await session.close()
            raise
        self._watches[session.id] = asyncio.create_task(self._watch(session))
        self._on_change(camera_id)
        return session

    async def add_candidates(self, session_id: str, fragment: str) -> None:
        """Try a viewer's trickled candidates (RFC 8840). Raises SessionNotFound and InvalidOffer."""
        await self._find(session_id).add_candidates(fragment)

    async def close(self, session_id: str) -> None:
        """End a session as its viewer wishes. Raises SessionNotFound."""
        self._find(session_id).end(None)
        await asyncio.shield(self._watches[session_id])

    async def close_camera(self, camera_id: str, reason: str) -> None:
        """End all sessions of a camera; `reason` is a sentence for people."""
        await self._end([session for session in self._sessions.values() if session.camera_id == camera_id], reason)

    def viewers(self, camera_id: str) -> int:
        """Count a camera's viewers, with those who are about to connect."""
        return sum(session.camera_id == camera_id for session in self._sessions.values())

    async def stop(self) -> None:
        """End all sessions."""
        await self._end(list(self._sessions.values()), STOPPING)

    async def _end(self, sessions: Sequence[Session], reason: str) -> None:
        for session in sessions:
            session.end(reason)
        if watches := [self._watches[session.id] for session in sessions if session.id in self._watches]:
            await asyncio.wait(watches)

    def _find(self, session_id: str) -> Session:
        session = self._sessions.get(session_id)
        if session is None or session.id not in self._watches or session.ended.done():
            raise SessionNotFound("This live session does not exist, or it has ended.")
        return session

    async def _watch(self, session: Session) -> None:
        reason = await session.ended
        try:
            await session.close()
        except Exception:
            logger.exception("A live session of camera %s did not close well.", session.camera_id)
        del self._sessions[session.id], self._watches[session.id]
        self._on_change(session.camera_id)
        if reason is not None:
            self._on_end(session, reason)
