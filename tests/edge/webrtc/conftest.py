"""What the tests of live video share."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from ambianic.webrtc.sessions import LiveSessions, Session

from .footage import Clip, encode
from .peer import TIMEOUT


class Ends:
    """The sessions that have ended by themselves, and why."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}
        self.changes: list[str] = []
        self._news = asyncio.Event()

    def on_end(self, session: Session, reason: str) -> None:
        """Take note."""
        self.reasons[session.id] = reason
        self._news.set()

    async def reason(self, session: Session) -> str:
        """Wait until the session has ended."""
        async with asyncio.timeout(TIMEOUT):
            while session.id not in self.reasons:
                self._news.clear()
                await self._news.wait()
        return self.reasons[session.id]


@pytest.fixture(scope="session")
def clip() -> Clip:
    """Four seconds of H.264 with a key frame every two."""
    return encode(size=(320, 180))


@pytest.fixture
async def ends() -> Ends:
    """What has ended."""
    return Ends()


@pytest.fixture
async def live(ends: Ends) -> AsyncIterator[LiveSessions]:
    """Live sessions that are stopped in the end."""
    sessions = LiveSessions(on_end=ends.on_end, on_change=ends.changes.append)
    yield sessions
    await sessions.stop()
