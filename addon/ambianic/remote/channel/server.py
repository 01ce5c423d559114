"""The hub's end of the channel: a phone's requests, answered by the edge's own API."""

import asyncio
import logging

import aiohttp
from aiortc import RTCDataChannel

from .door import ApiDoor
from .exchange import Exchange
from .frames import FROM_PHONE, REQUESTS_MAX, Frame, Kind, ProtocolError, granted
from .heads import Refused, error_frame
from .link import Link

_LOGGER = logging.getLogger(__name__)


async def serve(channel: RTCDataChannel, *, door: ApiDoor, bearer: str, peer_gone: asyncio.Event) -> None:
    """Answer a phone's requests until the channel or the peer connection is gone.

    The channel has just been bound to the phone (C5), and nobody else listens to it. `bearer` is the session secret that the API
    knows the phone by. Cancelling says goodbye ("stopping"); to say another reason, use `goodbye` before.
    """
    async with aiohttp.ClientSession(
        connector=aiohttp.UnixConnector(path=str(door.socket), limit=0),
        headers={"Authorization": f"Bearer {bearer}"},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
        auto_decompress=False,
        skip_auto_headers={"User-Agent", "Accept-Encoding"},
    ) as session:
        await Server(channel, session).run(peer_gone)


class Server:
    """All that goes on in one channel."""

    def __init__(self, channel: RTCDataChannel, session: aiohttp.ClientSession) -> None:
        """Answer with what the session, which is authorised for the phone, gets from the API."""
        self._session = session
        self._link = Link(channel, FROM_PHONE, self._handle)
        self._open: dict[int, Exchange] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._last = 0

    async def run(self, peer_gone: asyncio.Event) -> None:
        """Serve until the channel is gone."""
        try:
            reason = await self._link.run(peer_gone)
            _LOGGER.debug("A phone's channel ended: %s", reason)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _handle(self, frame: Frame) -> None:
        if frame.kind in {Kind.REQUEST, Kind.SOCKET}:
            self._begin(frame)
            return
        if frame.id > self._last:
            raise ProtocolError("a request that was not begun")
        exchange = self._open.get(frame.id)
        if exchange is None:  # it has just ended here, which the phone did not know yet
            return
        match frame.kind:
            case Kind.DATA:
                exchange.data(frame.payload)
            case Kind.END:
                exchange.end()
            case Kind.CREDIT:
                exchange.grant(granted(frame))
            case _:
                self._cancel(exchange)

    def _begin(self, frame: Frame) -> None:
        if frame.id <= self._last:
            raise ProtocolError("an id that was used before")
        self._last = frame.id
        if len(self._open) >= REQUESTS_MAX:
            self._link.outbox.put(error_frame(frame.id, Refused("too_many_requests", f"At most {REQUESTS_MAX} at once.")))
            return
        exchange = Exchange(frame, self._session, self._link.outbox, self._ended)
        self._open[frame.id] = exchange
        self._tasks.add(exchange.task)
        exchange.task.add_done_callback(self._tasks.discard)

    def _ended(self, request_id: int) -> None:
        self._open.pop(request_id, None)

    def _cancel(self, exchange: Exchange) -> None:
        del self._open[exchange.id]
        self._link.outbox.forget(exchange.id)
        exchange.task.cancel()
