"""One phone's connection: from its offer to the data channel that only it can have opened."""

import asyncio
from collections.abc import Callable
import logging

from aiortc import RTCConfiguration, RTCDataChannel, RTCIceCandidate, RTCPeerConnection, RTCSessionDescription

from ambianic.pnp1.binding import Binding
from ambianic.pnp1.connect import Offer
from ambianic.pnp1.record import HomeUpdate
from ambianic.pnp1.trickle import MAX_CANDIDATES
from ambianic.webrtc.ice import Candidates, TooManyCandidates, close_peer

from . import peer as peers
from .channel import LABEL
from .offer import parse_offer
from .views import Path

ANSWER_SECONDS = 10.0
BIND_SECONDS = 10.0
"""How long a phone may take from the answer to the proof that it is there."""

logger = logging.getLogger(__name__)


class NotBound(Exception):
    """Nobody has proved to be the phone of the offer; the text is for the log."""


class Connection:
    """A peer connection for an offer. The offer may be a replay until `channel` is there: nothing is sent before.

    `gone` is set once the peer connection is.
    """

    def __init__(self, offer: Offer, configuration: RTCConfiguration) -> None:
        """Prepare to answer. Raises Rejected where the offer is not one of a data channel."""
        self.device = offer.device
        self.channel: RTCDataChannel | None = None
        self.gone = asyncio.Event()
        self._offer = offer
        self._description = parse_offer(offer.sdp)
        self._peer = RTCPeerConnection(configuration)
        self._peer.on("connectionstatechange", self._state_changed)
        self._peer.on("datachannel", self._channel_opened)
        self._candidates: asyncio.Queue[RTCIceCandidate | None] = asyncio.Queue(2 * MAX_CANDIDATES)
        for candidate in self._description.candidates[:MAX_CANDIDATES]:
            self._candidates.put_nowait(candidate)
        self._trying: asyncio.Task[None] | None = None
        self._binding: Binding | None = None
        self._bound: asyncio.Future[RTCDataChannel] = asyncio.get_running_loop().create_future()

    @property
    def path(self) -> Path | None:
        """How packets go now."""
        return peers.path(self._peer)

    def trickle(self, n: int, box: bytes) -> None:
        """Take a sealed candidate. Raises Rejected where it is not one of the phone that made the offer."""
        candidate = self._offer.trickle.open(n, box)
        if not self._candidates.full():
            self._candidates.put_nowait(self._description.candidate(candidate) if candidate else None)

    async def establish(self, home: Callable[[], HomeUpdate], now: Callable[[], int], send: Callable[[bytes], None]) -> None:
        """Answer the offer, by `send` with the box of C2, and wait for the phone's proof. Raises NotBound."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._peer.setRemoteDescription(RTCSessionDescription(self._description.sdp, "offer"))
                self._trying = asyncio.create_task(self._try_candidates())
                await self._peer.setLocalDescription(await self._peer.createAnswer())
        except TimeoutError:
            raise NotBound("the offer could not be answered in time") from None
        except Exception as error:  # aiortc lets out whatever an incomplete description makes it meet
            raise NotBound("the offer can't be used") from error
        box, self._binding = self._offer.answer(self._peer.localDescription.sdp, home(), now=now())
        send(box)
        try:
            async with asyncio.timeout(BIND_SECONDS):
                self.channel = await self._bound
        except TimeoutError:
            raise NotBound("the phone did not come") from None

    async def close(self) -> None:
        """Free everything."""
        if self._trying:
            self._trying.cancel()
        self._bound.cancel()
        if not await close_peer(self._peer):
            logger.warning("The connection of the phone %s did not close in time.", self.device)

    async def _try_candidates(self) -> None:
        candidates = Candidates(self._peer, MAX_CANDIDATES)
        try:
            while candidate := await self._candidates.get():
                await candidates.add([candidate])
            await candidates.looked_up()
            await self._peer.addIceCandidate(None)
        except TooManyCandidates:
            logger.info("The phone %s offers more ways than are tried.", self.device)
        finally:
            candidates.close()

    def _state_changed(self) -> None:
        if self._peer.connectionState in {"closed", "failed"}:
            self.gone.set()
            if not self._bound.done():
                self._bound.set_exception(NotBound("the connection failed"))

    def _channel_opened(self, channel: RTCDataChannel) -> None:
        proper = (
            channel.label == LABEL and channel.ordered and channel.maxRetransmits is None and channel.maxPacketLifeTime is None
        )
        if not proper or self._bound.done():
            channel.close()
            return

        def first_message(message: str | bytes) -> None:
            channel.remove_listener("message", first_message)
            if not self._bound.done():
                self._bind(channel, message)

        channel.on("message", first_message)

    def _bind(self, channel: RTCDataChannel, tag: str | bytes) -> None:
        """Check C5 over the certificates that are really in use, and answer it."""
        phone, hub = peers.certificates(self._peer)
        if self._binding and isinstance(tag, bytes) and self._binding.is_phone_tag(tag, phone, hub):
            channel.send(self._binding.hub_tag(phone, hub))
            self._bound.set_result(channel)
        else:
            self._bound.set_exception(NotBound("somebody else answered in the phone's place"))
