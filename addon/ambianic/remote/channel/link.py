"""One end of the channel: greets, reads frames, and notices when the other end is gone."""

import asyncio
from collections.abc import Callable

from aiortc import RTCDataChannel

from .frames import PING_PERIOD, SILENCE_MAX, VERSION, Frame, Kind, ProtocolError
from .heads import Reason, goodbye_frame, read_json
from .outbox import Outbox

FAREWELL_PATIENCE = 50
"""Hundredths of a second that the last frame may take to leave."""


async def goodbye(channel: RTCDataChannel, reason: Reason) -> None:
    """Tell the other side why the connection is about to end, and give that a moment to leave."""
    if channel.readyState != "open":
        return
    channel.send(bytes(goodbye_frame(reason)))
    for _ in range(FAREWELL_PATIENCE):
        if channel.readyState != "open" or not channel.bufferedAmount:
            return
        await asyncio.sleep(0.01)


class Link:
    """Frames in and out. `handle` gets those of requests; a ProtocolError that it raises ends the link."""

    def __init__(
        self,
        channel: RTCDataChannel,
        allowed: frozenset[Kind],
        handle: Callable[[Frame], None],
        *,
        ping_period: float = PING_PERIOD,
        silence_max: float = SILENCE_MAX,
    ) -> None:
        """Take over an open channel on which the other side may send the `allowed` kinds. Times are in seconds."""
        self.outbox = Outbox(channel, lambda: self.leave("overload"))
        self._channel = channel
        self._allowed = allowed
        self._handle = handle
        self._ping_period = ping_period
        self._silence_max = silence_max
        self._loop = asyncio.get_running_loop()
        self._heard = self._loop.time()
        self._greeted = False
        self._ended = asyncio.Event()
        self._reason = ""
        channel.on("message", self._receive)
        channel.on("close", self._closed)
        self.outbox.put(Frame(Kind.HELLO, 0, bytes([VERSION])))

    async def run(self, gone: asyncio.Event) -> str:
        """Work until the channel has ended: why. `gone` says that the peer connection is over. Ends the channel also when cancelled."""
        tasks = [asyncio.create_task(work, name="channel: end") for work in (self._ended.wait(), gone.wait(), self._watch())]
        try:
            if self._channel.readyState != "open":
                return "closed"
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return self._reason or ("gone" if gone.is_set() else "lost")
        except asyncio.CancelledError:
            await goodbye(self._channel, "stopping")
            raise
        finally:
            for task in tasks:
                task.cancel()
            if self._channel.readyState == "open":
                self._channel.remove_listener("message", self._receive)
                self._channel.remove_listener("close", self._closed)
                self._channel.close()

    def leave(self, reason: Reason, message: str = "") -> None:
        """End the link, saying why."""
        if not self._reason and self._channel.readyState == "open":
            self._channel.send(bytes(goodbye_frame(reason, message)))
        self._end(reason)

    def _end(self, reason: str) -> None:
        self._reason = self._reason or reason
        self._ended.set()

    def _receive(self, message: object) -> None:
        if self._reason:
            return
        self._heard = self._loop.time()
        try:
            self._take(Frame.parse(message, self._allowed))
        except ProtocolError as error:
            self.leave("protocol", str(error))

    def _take(self, frame: Frame) -> None:
        if self._greeted == (frame.kind is Kind.HELLO):
            raise ProtocolError("a HELLO is needed once, at first")
        match frame.kind:
            case Kind.HELLO:
                self._greeted = True
                if frame.payload[0] < 1:
                    self.leave("version")
            case Kind.PING:
                self.outbox.put(Frame(Kind.PONG, 0, frame.payload))
            case Kind.PONG:
                pass
            case Kind.GOODBYE:
                reason = read_json(frame).get("reason")
                self._end(f"goodbye: {reason}")
            case _:
                self._handle(frame)

    def _closed(self) -> None:
        self._end("closed")

    async def _watch(self) -> None:
        """Ask for signs of life; ends when there are none."""
        while True:
            await asyncio.sleep(self._ping_period)
            if self._loop.time() - self._heard > self._silence_max:
                return
            self.outbox.put(Frame(Kind.PING))
