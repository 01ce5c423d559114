"""A phone in Python: pairs with an edge through real registrars and connects to it with real WebRTC."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
import secrets
import time
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from yarl import URL

from ambianic.pnp1.connect import Answered, Retry, Revoked, SealedOffer, seal_offer
from ambianic.pnp1.keys import SigningKey
from ambianic.pnp1.messages import C1, C2, P2, P4, Message, Refused, parse
from ambianic.pnp1.pairing import PhonePairing
from ambianic.pnp1.record import HomeRecord
from ambianic.pnp1.wire import Rejected, decode
from ambianic.remote import peer as peers
from ambianic.remote.channel import LABEL

from .channel import Answer, ChannelClient

ANSWER_SECONDS = 10.0


class PairRefused(Exception):
    """The edge did not pair; `reason` is its hint."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class HomeRefused(Exception):
    """The home has removed this phone, and said so under its signature."""


class Unreachable(Exception):
    """Nothing that is the home has answered; says what there was instead."""


class Signalling:
    """A PeerJS client at one registrar, under a fresh id. Use it as a context."""

    def __init__(self, registrar: str) -> None:
        self.registrar = registrar
        self.id = secrets.token_hex(16)
        self._stack = AsyncExitStack()
        self.socket: aiohttp.ClientWebSocketResponse

    async def __aenter__(self) -> Self:
        session = await self._stack.enter_async_context(aiohttp.ClientSession())
        query = {"key": "peerjs", "id": self.id, "token": secrets.token_hex(8), "version": "1.5.5"}
        address = (URL(self.registrar) / "peerjs").with_query(query)
        self.socket = await self._stack.enter_async_context(session.ws_connect(address))
        opened = await self.next()
        if opened.get("type") != "OPEN":
            raise Unreachable(f"the registrar said {opened.get('type')}")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def send(self, message: Message, destination: str) -> None:
        """Send a message of PNP-1."""
        await self.socket.send_json({"type": message.type, "dst": destination, "payload": message.payload()})

    async def next(self) -> dict[str, Any]:
        """The next message of any kind. Raises Unreachable once the connection is gone."""
        message = await self.socket.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise Unreachable("the registrar is gone")
        content: dict[str, Any] = message.json()
        return content

    async def answer(self) -> Message:
        """The next message of PNP-1. Raises Unreachable."""
        while True:
            content = await self.next()
            if content["type"] == "EXPIRE":
                raise Unreachable("nobody has that id")
            if content["type"] == "ANSWER":
                return parse("ANSWER", content.get("payload"))


@dataclass(frozen=True, slots=True)
class PairingLink:
    """What a pairing link says."""

    registrar: str
    pid: str
    secret: str

    @classmethod
    def parse(cls, link: str) -> Self:
        """Take a link apart."""
        version, pid, secret, registrar = urlsplit(link).fragment.removeprefix("p=").split(".")
        assert version == "1"
        return cls(decode(registrar).decode(), pid, secret)


class Phone:
    """A phone that is paired with one home. `clock` are its own seconds since 1970."""

    def __init__(self, identity: SigningKey, record: HomeRecord, clock: Callable[[], float] = time.time) -> None:
        self.identity = identity
        self.record = record
        self.clock = clock

    @property
    def id(self) -> str:
        """The device id."""
        return self.record.device

    @classmethod
    async def pair(
        cls,
        *,
        link: str | None = None,
        registrar: str = "",
        pid: str = "",
        code: str = "",
        name: str = "Test phone",
        identity: SigningKey | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Pair by a link, or by a code with the hub that was found as `pid`. Raises PairRefused, Unreachable and Rejected."""
        target = PairingLink.parse(link) if link else PairingLink(registrar, pid, code)
        identity = identity or SigningKey.generate()
        pairing = PhonePairing(target.pid, target.secret)
        async with asyncio.timeout(ANSWER_SECONDS), Signalling(target.registrar) as signalling:
            await signalling.send(pairing.p1, target.pid)
            second = await signalling.answer()
            if not isinstance(second, P2):
                raise _refusal(second)
            await signalling.send(pairing.p3(second, identity, name), target.pid)
            fourth = await signalling.answer()
            if not isinstance(fourth, P4):
                raise _refusal(fourth)
            return cls(identity, pairing.finish(fourth, now=round(clock() * 1000)), clock)

    async def connect(
        self,
        registrars: Iterable[str] | None = None,
        *,
        own_ice: bool = True,
        answer_seconds: float = ANSWER_SECONDS,
        bind_seconds: float = 20,
    ) -> "HomeConnection":
        """Connect through the first of the registrars that leads to the home. Raises HomeRefused, Unreachable and TimeoutError.

        The record is refreshed by what the home says. `own_ice` is whether to use the home's STUN and TURN servers.
        """
        ice = [RTCIceServer(list(known.urls), known.username, known.credential) for known in self.record.ice] if own_ice else []
        peer = RTCPeerConnection(RTCConfiguration(ice))
        try:
            connection = HomeConnection(peer)
            await peer.setLocalDescription(await peer.createOffer())
            async with asyncio.timeout(answer_seconds):
                answered = await self._ask(list(registrars or self.record.registrars), peer.localDescription.sdp)
            self.record = answered.record
            await peer.setRemoteDescription(RTCSessionDescription(answered.sdp, "answer"))
            await connection.bind(answered, bind_seconds)
        except BaseException:
            await peer.close()
            raise
        return connection

    def offer(self, sdp: str, challenge: bytes | None = None) -> SealedOffer:
        """Seal an offer as C1 has it."""
        return seal_offer(self.record, self.identity, sdp, now=round(self.clock() * 1000), challenge=challenge)

    async def _ask(self, registrars: Iterable[str], sdp: str) -> Answered:
        """Make an offer through all registrars at once, twice where the home asks for that."""
        challenge = None
        for _ in range(2):
            sealed = self.offer(sdp, challenge)
            answer = await _first([self._send(sealed, registrar) for registrar in registrars])
            match answer:
                case Answered():
                    return answer
                case Revoked():
                    raise HomeRefused
                case Retry():
                    self.record, challenge = answer.record, answer.challenge
        raise Unreachable("the home asks for a second retry")

    async def _send(self, sealed: SealedOffer, registrar: str) -> Answered | Retry | Revoked:
        async with Signalling(registrar) as signalling:
            await signalling.send(C1(secrets.token_bytes(16), sealed.box), self.record.route)
            answer = await signalling.answer()
            if not isinstance(answer, C2):
                raise Unreachable("another kind of message")
            return sealed.open_answer(answer.box, now=round(self.clock() * 1000))


async def _first[T](attempts: Sequence[Coroutine[Any, Any, T]]) -> T:
    """What succeeds first. Raises Unreachable where nothing does."""
    tasks = [asyncio.create_task(attempt) for attempt in attempts]
    failures: list[str] = []
    try:
        for finished in asyncio.as_completed(tasks):
            try:
                return await finished
            except (aiohttp.ClientError, OSError, Rejected, Unreachable) as error:
                failures.append(str(error) or type(error).__name__)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    raise Unreachable("; ".join(failures))


class HomeConnection:
    """A phone's connection with its home. Use it as a context, or `close` it."""

    def __init__(self, peer: RTCPeerConnection) -> None:
        self.peer = peer
        self.channel = peer.createDataChannel(LABEL)
        self.client: ChannelClient
        self.gone = asyncio.Event()
        self._open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tag: asyncio.Future[str | bytes] = asyncio.get_running_loop().create_future()
        self.channel.on("open", self._opened)
        self.channel.on("message", self._first)
        peer.on("connectionstatechange", self._state_changed)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def path(self) -> str | None:
        """`direct` or `relay`."""
        return peers.path(self.peer)

    async def bind(self, answered: Answered, seconds: float = 20) -> None:
        """Prove to be the phone, and check that it is the home. Raises Rejected and Unreachable."""
        try:
            async with asyncio.timeout(seconds):
                await self._open
                hub, phone = peers.certificates(self.peer)
                self.channel.send(answered.binding.phone_tag(phone, hub))
                tag = await self._tag
        except TimeoutError:
            raise Unreachable("no channel") from None
        if not isinstance(tag, bytes) or not answered.binding.is_hub_tag(tag, phone, hub):
            raise Unreachable("somebody else")
        self.client = ChannelClient(self.channel)
        await self.client.__aenter__()

    async def request(self, method: str, path: str, **options: Any) -> Answer:
        """Ask the edge's API for something."""
        return await self.client.request(method, path, **options)

    async def wait_gone(self, seconds: float) -> None:
        """Wait until the home has ended the connection. Raises TimeoutError."""
        assert self.client.ended
        async with asyncio.timeout(seconds):
            await asyncio.wait({self.client.ended})

    async def close(self) -> None:
        """Leave."""
        if hasattr(self, "client"):
            await self.client.__aexit__()
        await self.peer.close()

    def _opened(self) -> None:
        if not self._open.done():
            self._open.set_result(None)

    def _first(self, message: str | bytes) -> None:
        self.channel.remove_listener("message", self._first)
        if not self._tag.done():
            self._tag.set_result(message)

    def _state_changed(self) -> None:
        if self.peer.connectionState in {"failed", "closed"}:
            self.gone.set()
            for future in (self._open, self._tag):
                if not future.done():
                    future.set_exception(Unreachable("the peer connection failed"))
                    future.exception()


def _refusal(message: Message) -> Exception:
    return PairRefused(message.reason) if isinstance(message, Refused) else Unreachable("another kind of message")


__all__ = ["HomeConnection", "HomeRefused", "PairRefused", "PairingLink", "Phone", "Rejected", "Signalling", "Unreachable"]
