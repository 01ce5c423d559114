"""Live sessions: joining, watching, refusing, ending."""

import asyncio
from collections.abc import Callable
import gc
from pathlib import Path

import aioice.ice
from aiortc import RTCPeerConnection
import pytest

from ambianic.cameras.feed import Feed
from ambianic.webrtc import session as session_module
from ambianic.webrtc.errors import InvalidOffer, SessionNotFound, TooManyViewers
from ambianic.webrtc.session import GONE, NEVER_CAME, OFFLINE, Session
from ambianic.webrtc.sessions import STOPPING, LiveSessions
from ambianic.webrtc.track import LiveTrack

from .conftest import Ends
from .footage import Clip, Player
from .peer import Peer, peer, without_candidates

INTERVAL = 6000
"""Ticks between two pictures of the clip."""


def paused(clip: Clip, count: int) -> Player:
    """A camera that has sent `count` pictures and stands still."""
    player = Player(clip)
    player.feed.start(clip.info)
    player.push(count)
    return player


async def test_who_joins_in_mid_gop_gets_all_since_the_key_frame_at_once(live: LiveSessions, clip: Clip) -> None:
    """Nobody waits for the next key frame, and nobody stays behind."""
    camera = paused(clip, 50)
    async with peer() as viewer:
        await viewer.watch(live, camera.feed)
        # aiortc's receiver gives a picture out when the next one begins.
        assert await viewer.pictures(19) == list(range(30, 49))
        camera.push()
        assert (await viewer.pictures(20))[-1] == 49
        # Played with the camera's time stamps, the backlog would last 19 intervals and keep the viewer as far behind.
        assert viewer.pts[-1] - viewer.pts[0] < 10 * INTERVAL


async def test_pictures_that_come_later_keep_the_cameras_own_pace(live: LiveSessions, clip: Clip) -> None:
    """Only the backlog is hurried."""
    camera = paused(clip, 31)
    async with peer() as viewer:
        await viewer.watch(live, camera.feed)
        camera.push()
        await viewer.pictures(1)
        camera.push(10)
        await viewer.pictures(11)
        steps = [late - early for early, late in zip(viewer.pts[2:], viewer.pts[3:], strict=False)]
        assert steps == [INTERVAL] * 8


async def test_several_viewers_watch_independently(live: LiveSessions, ends: Ends, clip: Clip) -> None:
    """One who leaves does not disturb the others."""
    async with Player(clip) as camera, peer() as one, peer() as two, peer() as three:
        first = await one.watch(live, camera.feed)
        await two.watch(live, camera.feed)
        await three.watch(live, camera.feed, camera="garden")
        await asyncio.gather(*(viewer.pictures(5) for viewer in (one, two, three)))
        assert live.viewers("door") == 2
        assert live.viewers("garden") == 1
        await live.close(first.id)
        assert live.viewers("door") == 1
        assert ends.changes == ["door", "door", "garden", "door"]
        with pytest.raises(SessionNotFound):
            await live.close(first.id)
        seen = len(two.numbers)
        await two.pictures(seen + 10)
    assert first.id not in ends.reasons


async def test_an_offer_without_candidates_connects_by_trickled_ones(live: LiveSessions, clip: Clip) -> None:
    """As Home Assistant's frontend does it."""
    async with Player(clip) as camera, peer() as viewer:
        offer = await viewer.offer()
        session = await live.open("door", camera.feed, transcode=False, offer=without_candidates(offer))
        candidates = [line for line in offer.splitlines() if line.startswith("a=candidate")]
        ufrag = next(line for line in offer.splitlines() if line.startswith("a=ice-ufrag"))
        for candidate in dict.fromkeys(candidates):
            await live.add_candidates(session.id, f"{ufrag}\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n{candidate}\r\n")
        # The viewer has not seen the answer, so only the trickled candidates can have told the edge where it is.
        transport = session._peer.getSenders()[0].transport.transport
        assert {f"{known.ip} {known.port}" for known in transport.getRemoteCandidates()} == {
            " ".join(candidate.split()[4:6]) for candidate in candidates
        }
        await viewer.answer(session)
        await viewer.pictures(3)


async def test_the_answer_is_h264_only_and_takes_no_audio(live: LiveSessions, clip: Clip) -> None:
    """Also where the viewer would send its microphone."""
    async with Player(clip) as camera, peer() as viewer:
        offer = (await viewer.offer()).replace("a=recvonly", "a=sendrecv", 1)
        session = await live.open("door", camera.feed, transcode=False, offer=offer)
        audio, video = session.answer.split("m=audio")[1].split("m=video")
        assert "a=inactive" in audio
        assert "a=sendonly" in video
        assert "H264/90000" in video
        assert "VP8" not in video
        assert "a=candidate" in video
        assert "a=end-of-candidates" in video


async def test_the_seventeenth_viewer_is_refused(live: LiveSessions, clip: Clip) -> None:
    """With a reason, and only for this camera."""
    camera = paused(clip, 1)
    async with peer() as viewer:
        offer = without_candidates(await viewer.offer())
        sessions = [await live.open("door", camera.feed, transcode=False, offer=offer) for _ in range(16)]
        with pytest.raises(TooManyViewers, match="already has 16 live viewers"):
            await live.open("door", camera.feed, transcode=False, offer=offer)
        await live.open("garden", camera.feed, transcode=False, offer=offer)
        await live.close(sessions[3].id)
        await live.open("door", camera.feed, transcode=False, offer=offer)
        assert live.viewers("door") == 16


async def test_many_at_once_do_not_get_past_the_limit(live: LiveSessions, clip: Clip) -> None:
    """The place is taken before the negotiation."""
    camera = paused(clip, 1)
    async with peer() as viewer:
        offer = without_candidates(await viewer.offer())
        opening = (live.open("door", camera.feed, transcode=False, offer=offer) for _ in range(20))
        results = await asyncio.gather(*opening, return_exceptions=True)
        assert sum(isinstance(result, Session) for result in results) == 16
        assert sum(isinstance(result, TooManyViewers) for result in results) == 4


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda offer: "", "not an SDP offer"),
        (lambda offer: "hello", "not an SDP offer"),
        (lambda offer: '{"type": "offer"}', "not an SDP offer"),
        (lambda offer: "v=0\r\n", "no video"),
        (lambda offer: offer[: offer.index("m=video")], "no video"),
        (lambda offer: offer.replace("UDP/TLS/RTP/SAVPF", ""), "damaged"),
        (lambda offer: offer.replace("a=rtpmap:", "a=rtpmap:x"), "damaged"),
        (lambda offer: offer.replace("H264/", "VP8/"), "no H.264"),
        (lambda offer: offer.replace("packetization-mode=1", "packetization-mode=0"), "H.264"),
        (lambda offer: offer.replace("a=recvonly", "a=sendonly"), "does not ask to receive"),
        (lambda offer: offer.replace("a=ice-ufrag", "a=x"), "no ICE"),
        (lambda offer: offer.replace("a=setup", "a=x"), "lacks"),
        (lambda offer: offer.replace("a=rtcp-mux", "a=x"), "lacks"),
        (lambda offer: offer.replace("a=candidate:", "a=candidate:x "), "candidate is damaged"),
        (lambda offer: offer + offer[offer.index("m=audio") : offer.index("m=video")] * 8, "media sections"),
        (lambda offer: offer + "a=x\r\n" * 20_000, "longer than"),
    ],
)
async def test_an_offer_that_cannot_be_used_gets_a_reason_and_leaves_nothing(
    live: LiveSessions, ends: Ends, clip: Clip, spoil: Callable[[str], str], message: str
) -> None:
    """Neither a session nor a viewer that is counted."""
    camera = paused(clip, 1)
    async with peer() as viewer:
        offer = await viewer.offer()
        with pytest.raises(InvalidOffer, match=message):
            await live.open("door", camera.feed, transcode=False, offer=spoil(offer))
    assert live.viewers("door") == 0
    assert not ends.reasons


async def test_a_browser_without_h264_is_told_so(live: LiveSessions, clip: Clip) -> None:
    """Instead of a black picture."""
    camera = paused(clip, 1)
    async with peer("video/VP8") as viewer:
        with pytest.raises(InvalidOffer, match=r"no H\.264"):
            await viewer.watch(live, camera.feed)


async def test_fragments_that_cannot_be_used_get_a_reason(live: LiveSessions, clip: Clip) -> None:
    """And the session goes on."""
    camera = paused(clip, 1)
    async with peer() as viewer:
        session = await live.open("door", camera.feed, transcode=False, offer=without_candidates(await viewer.offer()))
        for fragment, message in (
            ("hello", "not an SDP fragment"),
            ("a=ice-ufrag:other\r\n", "another offer"),
            ("a=candidate:1 1 udp\r\n", "damaged"),
            ("a=candidate:1 x udp 1 192.0.2.9 9 typ host\r\n", "damaged"),
            ("a=x\r\n" * 10_000, "longer than"),
            ("a=candidate:1 1 udp 1 192.0.2.9 9 typ host\r\n" * 40, "more than"),
        ):
            with pytest.raises(InvalidOffer, match=message):
                await live.add_candidates(session.id, fragment)
        await live.add_candidates(session.id, "a=mid:0\r\na=end-of-candidates\r\n")
        with pytest.raises(SessionNotFound):
            await live.add_candidates("unknown", "a=mid:0\r\n")


async def test_a_session_ends_when_its_viewer_hangs_up(live: LiveSessions, ends: Ends, clip: Clip) -> None:
    """By the end of the encrypted connection."""
    async with Player(clip) as camera, peer() as viewer:
        session = await viewer.watch(live, camera.feed)
        await viewer.pictures(1)
        await viewer.close()
        assert await ends.reason(session) == GONE
        assert live.viewers("door") == 0
        assert not camera.feed._subscriptions


async def test_a_session_ends_when_its_viewer_vanishes(
    live: LiveSessions, ends: Ends, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the loss of its consent to be sent to."""
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.1)
    monkeypatch.setattr(aioice.ice, "CONSENT_FAILURES", 2)
    async with Player(clip) as camera, peer() as viewer:
        session = await viewer.watch(live, camera.feed)
        await viewer.pictures(1)
        await viewer.vanish()
        assert await ends.reason(session) == GONE
        assert not camera.feed._subscriptions


async def test_a_session_ends_when_its_viewer_never_connects(
    live: LiveSessions, ends: Ends, clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that nobody uses costs nothing for long."""
    monkeypatch.setattr(session_module, "CONNECT_SECONDS", 0.05)
    camera = paused(clip, 1)
    viewer = Peer()
    session = await live.open("door", camera.feed, transcode=False, offer=await viewer.offer())
    await viewer.close()
    assert await ends.reason(session) == NEVER_CAME


async def test_sessions_end_with_the_cameras_stream(live: LiveSessions, ends: Ends, clip: Clip) -> None:
    """Also one that is opened too late."""
    async with Player(clip) as camera, peer() as one, peer() as two:
        first = await one.watch(live, camera.feed)
        await one.pictures(1)
        camera.feed.stop()
        assert await ends.reason(first) == OFFLINE
        late = await two.watch(live, camera.feed)
        assert await ends.reason(late) == OFFLINE


async def test_a_camera_and_all_cameras_can_be_closed(live: LiveSessions, ends: Ends, clip: Clip) -> None:
    """With a reason for those who watch."""
    async with Player(clip) as camera, peer() as one, peer() as two:
        first = await one.watch(live, camera.feed)
        second = await two.watch(live, camera.feed, camera="garden")
        await live.close_camera("door", "The camera was removed.")
        assert ends.reasons == {first.id: "The camera was removed."}
        await two.pictures(1)
        await live.stop()
        assert ends.reasons[second.id] == STOPPING
        assert not camera.feed._subscriptions


@pytest.mark.long
async def test_a_hundred_sessions_leave_nothing_behind(live: LiveSessions, clip: Clip) -> None:
    """No object, task or open file."""

    async def watch(feed: Feed, *, bye: bool) -> None:
        async with peer() as viewer:
            session = await viewer.watch(live, feed)
            await viewer.pictures(1)
            if bye:
                await live.close(session.id)

    def alive() -> dict[str, int]:
        gc.collect()
        kinds = (RTCPeerConnection, LiveTrack, Session)
        counts = {kind.__name__: sum(isinstance(thing, kind) for thing in gc.get_objects()) for kind in kinds}
        return counts | {"tasks": len(asyncio.all_tasks()), "files": len(list(Path("/proc/self/fd").iterdir()))}

    async with Player(clip) as camera:
        await watch(camera.feed, bye=True)
        before = alive()
        for _ in range(10):
            await asyncio.gather(*(watch(camera.feed, bye=number % 2 == 0) for number in range(10)))
        while live.viewers("door"):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert alive() == before
        assert not camera.feed._subscriptions
