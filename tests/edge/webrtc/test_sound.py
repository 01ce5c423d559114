"""A camera's sound in the live view, from real RTSP cameras."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import threading
import time

import pytest

from ambianic.cameras.audio import AudioFeed
from ambianic.cameras.packets import AudioInfo, AudioPacket
from ambianic.webrtc.sessions import LiveSessions
from tests.edge.cameras.watched import Watched, watched
from tests.support.rtsp import TONE, Clip, RtspServer

from .chromium import chromium
from .footage import Clip as Pictures, Player
from .peer import TIMEOUT, peer


@asynccontextmanager
async def camera(audio: str | None) -> AsyncIterator[Watched]:
    """A camera that is online and has this sound."""
    clip = Clip(width=320, height=240, fps=15, seconds=4, key_interval=15, audio=audio)  # type: ignore[arg-type]  # tests' parameters
    async with RtspServer({"/cam": clip}) as server, watched(server.url("/cam")) as garden:
        await garden.online()
        yield garden


def threads() -> int:
    """How many transcoders of sound run now."""
    return sum(thread.name.startswith("opus") for thread in threading.enumerate())


async def all_threads_ended() -> None:
    """Wait until no transcoder runs any more."""
    async with asyncio.timeout(TIMEOUT):
        while threads():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("codec", "sent_as", "transcoders"),
    [("pcm_mulaw", "PCMU/8000", 0), ("pcm_alaw", "PCMA/8000", 0), ("opus", "opus/48000/2", 0), ("aac", "opus/48000/2", 1)],
)
async def test_a_viewer_hears_the_camera(live: LiveSessions, codec: str, sent_as: str, transcoders: int) -> None:
    """What browsers play is passed on, the rest is made into Opus, and the pictures come as well."""
    async with camera(codec) as garden, peer() as viewer:
        session = await viewer.watch(live, garden.camera.main, audio=garden.camera.audio)
        audio, video = session.answer.split("m=audio")[1].split("m=video")
        assert "a=sendonly" in audio
        assert [line.split()[1] for line in audio.splitlines() if line.startswith("a=rtpmap")] == [sent_as]
        assert "a=sendonly" in video
        assert await viewer.heard(1) == pytest.approx(TONE, abs=20)
        assert len(await viewer.pictures(5)) >= 5
        assert threads() == transcoders
        await live.close(session.id)
    await all_threads_ended()
    assert not garden.camera.audio._subscriptions


@pytest.mark.long
async def test_all_viewers_share_one_transcoder_which_stops_with_the_last(live: LiveSessions) -> None:
    """And starts again for the next."""
    async with camera("aac") as garden, peer() as one, peer() as two, peer() as again:
        feeds = garden.camera.main, garden.camera.audio
        first = await one.watch(live, feeds[0], audio=feeds[1])
        second = await two.watch(live, feeds[0], audio=feeds[1])
        assert await one.heard(0.5) == pytest.approx(TONE, abs=20)
        assert threads() == 1
        assert len(feeds[1]._subscriptions) == 1
        await live.close(first.id)
        assert await two.heard(0.5) == pytest.approx(TONE, abs=20)
        await live.close(second.id)
        await all_threads_ended()
        assert not feeds[1]._subscriptions
        await again.watch(live, feeds[0], audio=feeds[1])
        assert await again.heard(0.5) == pytest.approx(TONE, abs=20)


async def test_a_camera_without_sound_is_silent(live: LiveSessions) -> None:
    """The answer says so."""
    async with camera(None) as garden, peer() as viewer:
        assert garden.camera.status.audio is None
        session = await viewer.watch(live, garden.camera.main, audio=garden.camera.audio)
        audio, video = session.answer.split("m=audio")[1].split("m=video")
        assert "a=inactive" in audio
        assert "a=sendonly" in video
        await viewer.pictures(5)
        assert not viewer.sound


@pytest.mark.parametrize("wish", ["a=inactive", "a=sendonly"])
async def test_who_does_not_want_to_hear_gets_pictures_only(live: LiveSessions, clip: Pictures, wish: str) -> None:
    """And costs nothing."""
    audio = AudioFeed()
    audio.start(AudioInfo(codec="aac", sample_rate=16_000, channels=1))
    async with Player(clip) as door, peer() as viewer:
        offer = (await viewer.offer()).replace("a=recvonly", wish, 1)
        session = await live.open("door", door.feed, transcode=False, audio=audio, offer=offer)
        assert "a=inactive" in session.answer.split("m=audio")[1].split("m=video")[0]
        assert not threads()


@pytest.mark.long
async def test_broken_sound_does_not_harm_the_pictures(live: LiveSessions, clip: Pictures) -> None:
    """Whether it is garbage or of a kind that nothing decodes."""
    for codec in ("aac", "nothing"):
        audio = AudioFeed()
        audio.start(AudioInfo(codec=codec, sample_rate=16_000, channels=1))
        async with Player(clip) as door, peer() as viewer:
            await viewer.watch(live, door.feed, audio=audio)
            for number in range(20):
                audio.push(AudioPacket(b"\xff\xf1garbage" * 9, number * 5760, time.time()))
                await viewer.pictures(number + 1)
        await live.close_camera("door", "The test is over.")
        await all_threads_ended()


async def test_sound_goes_on_with_the_next_run(live: LiveSessions, clip: Pictures) -> None:
    """While the pictures come from another stream of the camera."""
    audio = AudioFeed()
    info = AudioInfo(codec="pcm_mulaw", sample_rate=8000, channels=1)
    audio.start(info)
    async with Player(clip) as door, peer() as viewer:
        await viewer.watch(live, door.feed, audio=audio)
        await viewer.pictures(2)
        for run in range(2):
            audio.start(info)
            before, number = len(viewer.sound), 0
            async with asyncio.timeout(TIMEOUT):
                while len(viewer.sound) == before:
                    # One byte is one sample: a packet of more than a network's packet goes out in pieces.
                    audio.push(AudioPacket(bytes([0, 0x80]) * 1000, run * 9_000_000 + number * 22_500, time.time()))
                    number += 1
                    await asyncio.sleep(0.02)
        await viewer.pictures(len(viewer.numbers) + 2)


class Direct:
    """Signalling by function calls."""

    def __init__(self, live: LiveSessions, garden: Watched) -> None:
        self._live = live
        self._camera = garden.camera

    async def offer(self, sdp: str) -> tuple[str, str]:
        """Open a session."""
        session = await self._live.open("garden", self._camera.main, transcode=False, audio=self._camera.audio, offer=sdp)
        return session.id, session.answer

    async def candidate(self, session: str, fragment: str) -> None:
        """Pass a candidate on."""
        await self._live.add_candidates(session, fragment)


@pytest.mark.long
@pytest.mark.parametrize("codec", ["pcm_mulaw", "aac"])
async def test_a_browser_plays_both(live: LiveSessions, codec: str) -> None:
    """In one stream, so that it keeps them together."""
    async with camera(codec) as garden, chromium(Direct(live, garden)) as viewer:
        await viewer.watch()
        async with asyncio.timeout(TIMEOUT):
            while (sound := await viewer.sound())["energy"] < 0.01:
                await asyncio.sleep(0.1)
        assert 0.05 < sound["level"] <= 1
        shown = len(await viewer.shown())
        await viewer.wait_for(shown + 5)
