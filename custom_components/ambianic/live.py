"""Live sessions: Home Assistant's WebRTC signalling to the edge's WHEP."""

import logging
import re

from homeassistant.components.camera import (
    WebRTCAnswer,
    WebRTCError,
    WebRTCSendMessage,
)
from webrtc_models import RTCIceCandidateInit
from yarl import URL

from .api import AmbianicClient
from .errors import AmbianicError

_LOGGER = logging.getLogger(__name__)

# A browser sends a dozen; the edge takes 32.
MAX_PENDING_CANDIDATES = 64


class LiveSession:
    """One viewer's session.

    The edge knows the session only after it has answered. Until then candidates wait
    here, and closing means that the session is ended as soon as it exists.
    """

    def __init__(
        self, client: AmbianicClient, offer: str, send_message: WebRTCSendMessage
    ) -> None:
        """Initialize the session."""
        self._client = client
        self._offer = offer
        self._send_message = send_message
        self._address: URL | None = None
        self._pending: list[RTCIceCandidateInit] = []
        self._closed = False

    async def async_start(self, camera_id: str) -> None:
        """Hand the offer to the edge and its answer to the viewer."""
        answer, address = await self._client.async_start_live(camera_id, self._offer)
        self._address = address
        if self._closed:
            await self._async_end()
            return
        self._send_message(WebRTCAnswer(answer))
        pending, self._pending = self._pending, []
        for candidate in pending:
            await self._async_send_candidate(candidate)

    async def async_add_candidate(self, candidate: RTCIceCandidateInit) -> None:
        """Hand a candidate of the viewer to the edge."""
        if self._address is not None:
            await self._async_send_candidate(candidate)
        elif len(self._pending) < MAX_PENDING_CANDIDATES:
            self._pending.append(candidate)

    async def async_close(self) -> None:
        """End the session, for the viewer has gone."""
        self._closed = True
        if self._address is not None:
            await self._async_end()

    def is_at(self, session: str) -> bool:
        """Return whether the edge knows this session by that id."""
        return self._address is not None and self._address.name == session

    def fail(self, reason: str) -> None:
        """Tell the viewer that the edge has ended the session."""
        self._closed = True
        self._send_message(WebRTCError("webrtc_session_ended", reason))

    async def _async_send_candidate(self, candidate: RTCIceCandidateInit) -> None:
        assert self._address is not None
        try:
            await self._client.async_add_candidate(
                self._address, candidate_fragment(self._offer, candidate)
            )
        except AmbianicError as err:
            # Others may do: a viewer without any gets to see that by itself.
            _LOGGER.debug("The edge does not take a candidate: %s", err)

    async def _async_end(self) -> None:
        assert self._address is not None
        try:
            await self._client.async_end_live(self._address)
        except AmbianicError as err:
            # The edge ends a session by itself when its viewer is gone.
            _LOGGER.debug("The edge does not end a live session: %s", err)


def candidate_fragment(offer: str, candidate: RTCIceCandidateInit) -> str:
    """Return a candidate as an SDP fragment (RFC 8840) that belongs to the offer."""
    index = candidate.sdp_m_line_index or 0
    media = re.findall(r"^m=.*$", offer, re.MULTILINE)
    mids = re.findall(r"^a=mid:(\S+)", offer, re.MULTILINE)
    mid = candidate.sdp_mid
    if mid is None:
        mid = mids[index] if index < len(mids) else str(index)
    elif mid in mids:
        index = mids.index(mid)
    lines = [
        *re.findall(r"^a=ice-(?:ufrag|pwd):\S+", offer, re.MULTILINE)[:2],
        media[index].strip() if index < len(media) else "m=video 9 UDP/TLS/RTP/SAVPF 0",
        f"a=mid:{mid}",
        f"a={candidate.candidate}" if candidate.candidate else "a=end-of-candidates",
    ]
    return "".join(f"{line}\r\n" for line in lines)
