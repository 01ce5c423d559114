"""What a real browser shows of a live session."""

import asyncio

import pytest

from ambianic.webrtc.session import GONE
from ambianic.webrtc.sessions import LiveSessions

from .chromium import chromium
from .conftest import Ends
from .footage import Player, encode
from .peer import TIMEOUT


class Direct:
    """Signalling by function calls."""

    def __init__(self, live: LiveSessions, camera: Player) -> None:
        self.candidates: list[str] = []
        self._live = live
        self._camera = camera

    async def offer(self, sdp: str) -> tuple[str, str]:
        """Open a session."""
        session = await self._live.open("door", self._camera.feed, transcode=False, offer=sdp)
        return session.id, session.answer

    async def candidate(self, session: str, fragment: str) -> None:
        """Pass a candidate on."""
        self.candidates.append(fragment)
        await self._live.add_candidates(session, fragment)


@pytest.mark.long
async def test_a_browser_that_joins_late_shows_the_newest_picture(live: LiveSessions, ends: Ends) -> None:
    """Moving, not black, and live."""
    clip = encode(seconds=20, gop=150)
    camera = Player(clip)
    signalling = Direct(live, camera)
    async with chromium(signalling) as viewer, camera:
        camera.push(140)
        await viewer.watch()
        # A browser hides its addresses behind mDNS names.
        assert signalling.candidates
        assert all(".local" in candidate for candidate in signalling.candidates)
        # What is played at normal speed from the key frame on stays 140 pictures behind.
        async with asyncio.timeout(TIMEOUT):
            while (camera.sent - (await viewer.shown())[-1].number) % len(clip.packets) > 15:
                await asyncio.sleep(0.05)
        before = len(await viewer.shown())
        await viewer.wait_for(before + 10)
        shown = (await viewer.shown())[before:]
        assert len({picture.number for picture in shown}) >= 10
        assert all(60 < picture.brightness < 200 for picture in shown)
        await viewer.close()
        async with asyncio.timeout(TIMEOUT):
            while live.viewers("door"):
                await asyncio.sleep(0.01)
    assert list(ends.reasons.values()) == [GONE]
