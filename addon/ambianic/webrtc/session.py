"""One viewer's live session."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
import logging
import secrets

from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceCandidate,
    RTCPeerConnection,
    RTCRemoteInboundRtpStreamStats,
    RTCRtpSender,
    RTCRtpTransceiver,
    RTCSessionDescription,
)

from ambianic.cameras.audio import AudioFeed
from ambianic.cameras.feed import Feed

from . import sound
from .errors import InvalidOffer
from .ice import Candidates, TooManyCandidates, close_peer
from .loss import LossGuard
from .offers import CANDIDATES, Offer, parse_fragment, parse_offer
from .track import LiveTrack

CONNECT_SECONDS = 15
"""How long a viewer may take from the answer to the connection."""

NEGOTIATE_SECONDS = 10
REPORT_SECONDS = 1
"""How often the viewer's reports are looked at; receivers send about one a second."""

OFFLINE = "The camera went offline."
GONE = "The viewer is gone."
NEVER_CAME = "The viewer did not connect. Is the edge reachable from its network?"

logger = logging.getLogger(__name__)


class Session:
    """A viewer's peer connection. It is made by `LiveSessions.open`.

    `id` cannot be guessed. `answer` is the SDP for the viewer, with all candidates of the edge; empty until it is made.
    `ended` gets the reason, a sentence for people, once the session cannot go on; None where its viewer ended it.
    `resources` are let go of with the session.
    """

    def __init__(self, camera_id: str, configuration: RTCConfiguration) -> None:
        """Make a session that has not negotiated yet."""
        self.id = secrets.token_urlsafe(18)
        self.camera_id = camera_id
        self.answer = ""
        self.ended: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self.resources = ExitStack()
        self._peer = RTCPeerConnection(configuration)
        self._peer.on("connectionstatechange", self._connection_state_changed)
        self._tracks: list[MediaStreamTrack] = []
        self._guard: asyncio.Task[None] | None = None
        self._offer: Offer | None = None
        self._candidates = Candidates(self._peer, CANDIDATES)
        self._connect_timer: asyncio.TimerHandle | None = None

    async def negotiate(
        self, feed: Feed, text: str, *, light: Feed | None, audio: AudioFeed | None, opus: sound.OpusTranscoders
    ) -> None:
        """Answer the offer `text` with the video of `feed`, and its sound where there is some. Raises InvalidOffer.

        `light` is what takes the place of `feed` where the viewer's line is too narrow.
        """
        self._offer = offer = parse_offer(text)
        try:
            async with asyncio.timeout(NEGOTIATE_SECONDS):
                video = LiveTrack(feed, lambda: self.end(OFFLINE), light)
                await self._answer(video, sound.for_viewer(audio, offer.playable), opus, offer)
        except TimeoutError as error:
            raise InvalidOffer(f"The offer could not be answered within {NEGOTIATE_SECONDS} seconds. Try again.") from error
        await self._add(offer.candidates)
        self._connect_timer = asyncio.get_running_loop().call_later(CONNECT_SECONDS, self.end, NEVER_CAME)
        self._guard = asyncio.create_task(self._guard_line(video))

    async def add_candidates(self, fragment: str) -> None:
        """Try the viewer's trickled candidates. Raises InvalidOffer."""
        if self._offer is None:
            raise InvalidOffer("The offer has not been answered yet.")
        await self._add(parse_fragment(fragment, self._offer))

    def end(self, reason: str | None) -> None:
        """Say that the session cannot go on; the first reason counts."""
        if not self.ended.done():
            self.ended.set_result(reason)

    async def close(self) -> None:
        """Free everything that the session has."""
        if self._connect_timer:
            self._connect_timer.cancel()
        if self._guard:
            self._guard.cancel()
        self._candidates.close()
        self._peer.remove_all_listeners("connectionstatechange")
        if not await close_peer(self._peer):
            logger.warning("A live session of camera %s did not close in time.", self.camera_id)
        for track in self._tracks:
            track.stop()
        self.resources.close()

    async def _answer(self, video: LiveTrack, audio: sound.Sound | None, opus: sound.OpusTranscoders, offer: Offer) -> None:
        # Before the offer is set: preferences that come later are ignored, and H.264 would go out labelled as VP8.
        sending = [self._send(video, {"video/H264", "video/rtx"})]
        if audio:
            sending.append(self._send(audio.track(opus, self.resources), {audio.mime_type}))
        try:
            await self._peer.setRemoteDescription(RTCSessionDescription(offer.sdp, "offer"))
        except Exception as error:  # aiortc lets out whatever an incomplete description makes it meet
            raise InvalidOffer(
                "The SDP offer cannot be used: it lacks what a browser's offer has (H.264, DTLS, ICE)."
            ) from error
        for transceiver in self._peer.getTransceivers():
            if transceiver not in sending:
                transceiver.direction = "inactive"
        await self._peer.setLocalDescription(await self._peer.createAnswer())
        self.answer = self._peer.localDescription.sdp

    def _send(self, track: MediaStreamTrack, mime_types: set[str]) -> RTCRtpTransceiver:
        self._tracks.append(track)
        transceiver = self._peer.addTransceiver(track, direction="sendonly")
        codecs = RTCRtpSender.getCapabilities(track.kind).codecs
        transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType in mime_types])
        return transceiver

    async def _guard_line(self, video: LiveTrack) -> None:
        """Give the viewer less while its line loses packets."""
        guard = LossGuard()
        sender = next(sender for sender in self._peer.getSenders() if sender.track is video)
        newest: datetime | None = None
        while True:
            await asyncio.sleep(REPORT_SECONDS)
            for report in (await sender.getStats()).values():
                if isinstance(report, RTCRemoteInboundRtpStreamStats) and report.timestamp != newest:
                    newest = report.timestamp
                    # aiortc says of what was sent until then that all that is not lost has been received.
                    sent = report.packetsReceived + report.packetsLost
                    guard.add(newest.timestamp(), sent, report.packetsLost)
            if guard.reduced is not video.reduced:
                video.reduced = guard.reduced
                logger.info(
                    "A viewer of camera %s gets %s.",
                    self.camera_id,
                    "less, since its line loses packets" if guard.reduced else "everything again",
                )

    async def _add(self, candidates: Sequence[RTCIceCandidate]) -> None:
        try:
            await self._candidates.add(candidates)
        except TooManyCandidates as error:
            raise InvalidOffer(f"The viewer has sent more than {CANDIDATES} candidates. More are not tried.") from error

    def _connection_state_changed(self) -> None:
        state = self._peer.connectionState
        if state == "connected" and self._connect_timer:
            self._connect_timer.cancel()
        elif state in {"closed", "failed"}:
            self.end(GONE)
