"""What waits to be sent: small frames at once, parts of bodies in turn."""

import asyncio
from collections import deque
from collections.abc import Callable

from aiortc import RTCDataChannel

from .flow import Credit
from .frames import PAYLOAD_MAX, Frame, Kind

BUFFER = 64 * 1024
"""Bytes in the data channel's own buffer at which nothing is added: what is there can't be overtaken any more."""
URGENT_MAX = 256
"""Frames that may wait besides bodies. There are more only where the other side asks without reading the answers."""


class Outbox:
    """Fills the data channel's buffer and never overfills it."""

    def __init__(self, channel: RTCDataChannel, overflow: Callable[[], None]) -> None:
        """Send through a channel that is open; `overflow` is called where the other side does not read what it asks for."""
        self._channel = channel
        self._overflow = overflow
        self._urgent: deque[Frame] = deque()
        self._turns: deque[tuple[Frame, asyncio.Future[None]]] = deque()
        channel.bufferedAmountLowThreshold = BUFFER // 2
        channel.on("bufferedamountlow", self._fill)

    def put(self, frame: Frame) -> None:
        """Send a frame before all parts of bodies."""
        if len(self._urgent) >= URGENT_MAX:
            self._overflow()
            return
        self._urgent.append(frame)
        self._fill()

    async def send(self, kind: Kind, request_id: int, body: bytes, credit: Credit) -> None:
        """Send bytes as DATA or MESSAGE frames, each when there is credit for it and it is this request's turn."""
        flag = 1 if kind is Kind.MESSAGE else 0
        position = 0
        while position < len(body):
            size = await credit.take(min(len(body) - position + flag, PAYLOAD_MAX)) - flag
            part = body[position : position + size]
            position += size
            if flag:
                part = bytes([position == len(body)]) + part
            await self._take_turn(Frame(kind, request_id, part))

    def forget(self, request_id: int) -> None:
        """Drop what waits for a request that nobody wants any more."""
        self._urgent = deque(frame for frame in self._urgent if frame.id != request_id)

    async def _take_turn(self, frame: Frame) -> None:
        """Wait in the queue: everybody has one frame in it, so all go on equally fast."""
        sent = asyncio.get_running_loop().create_future()
        entry = (frame, sent)
        self._turns.append(entry)
        self._fill()
        try:
            await sent
        finally:
            if not sent.done() or sent.cancelled():
                self._turns = deque(other for other in self._turns if other is not entry)

    def _fill(self) -> None:
        channel = self._channel
        while channel.readyState == "open" and channel.bufferedAmount < BUFFER:
            if self._urgent:
                channel.send(bytes(self._urgent.popleft()))
            elif self._turns:
                frame, sent = self._turns.popleft()
                channel.send(bytes(frame))
                if not sent.done():
                    sent.set_result(None)
            else:
                return
