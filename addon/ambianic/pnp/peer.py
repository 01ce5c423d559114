"""One socket: reads its frames, keeps it within its limits, and ends it so that the other side gets to know why."""

import asyncio
import time

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from .messages import HEARTBEAT, Envelope, decode, error
from .options import Limits
from .switchboard import Switchboard

_LINGER = 2.0
"""Seconds that the other side has to read our last words."""
_BACKLOG = 1024 * 1024
"""Bytes that may wait for a socket that does not read."""


class Socket(WSListener):
    """A WebSocket that can be closed properly."""

    __slots__ = ("closing", "transport")

    def __init__(self) -> None:
        self.closing = False
        self.transport: WSTransport | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Keep the transport."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Answer the end of the connection; nothing else is of interest any more."""
        if frame.msg_type == WSMsgType.CLOSE:
            self.closing = True
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()

    def close(self, code: WSCloseCode, *last_words: bytes) -> None:
        """Say the last words, then close. What still comes in is not looked at."""
        if self.closing or self.transport is None:
            return
        self.closing = True
        for text in last_words:
            self.transport.send(WSMsgType.TEXT, text)
        self.transport.send_close(code)
        # Closing at once would reset the connection where something is unread, and our last words would be lost.
        asyncio.get_running_loop().call_later(_LINGER, self.transport.disconnect, False)


class Farewell(Socket):
    """A socket that is refused: it is told why, and closed."""

    __slots__ = ("_code", "_text")

    def __init__(self, text: bytes, code: WSCloseCode) -> None:
        super().__init__()
        self._text = text
        self._code = code

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Refuse."""
        super().on_ws_connected(transport)
        self.close(self._code, self._text)


class Peer(Socket):
    """The registered socket of an id."""

    __slots__ = (
        *("_congested", "_fragments", "_limits", "_switchboard", "_tokens"),
        *("identifier", "prefix", "proven", "seen", "serial", "token"),
    )

    def __init__(
        self, identifier: str, *, token: str, proven: bool, prefix: bytes, serial: int, switchboard: Switchboard, limits: Limits
    ) -> None:
        """Make a peer that registers as soon as its socket is open. `token` is a digest; `serial` is unique on this node."""
        super().__init__()
        self.identifier = identifier
        self.token = token
        self.proven = proven
        self.prefix = prefix
        self.serial = serial
        self.seen = time.monotonic()
        """When the other side was last heard, by the monotonic clock."""
        self._switchboard = switchboard
        self._limits = limits
        self._tokens = float(limits.message_burst)
        self._fragments: bytearray | None = None
        self._congested = False

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Register."""
        super().on_ws_connected(transport)
        self._switchboard.attach(self)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Deregister."""
        self.closing = True
        self._switchboard.detach(self)

    def pause_writing(self) -> None:
        """Note that the other side does not read as fast as we write."""
        self._congested = True

    def resume_writing(self) -> None:
        """Note that it has caught up."""
        self._congested = False

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Read a frame. Whatever is not as it should be ends the connection with a reason."""
        opcode = frame.msg_type
        if self.closing or opcode == WSMsgType.CLOSE:
            super().on_ws_frame(transport, frame)
            return
        now = time.monotonic()
        limits = self._limits
        self._tokens = min(limits.message_burst, self._tokens + (now - self.seen) * limits.messages_per_second) - 1
        self.seen = now
        if self._tokens < 0:
            self._refuse("rate", f"Too many messages: send at most {limits.messages_per_second} a second.")
        elif opcode == WSMsgType.TEXT and frame.fin and self._fragments is None:
            self._read(frame.get_payload_as_bytes())
        elif opcode == WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
        elif opcode != WSMsgType.PONG:
            self._collect(opcode, frame)

    def send(self, text: bytes) -> bool:
        """Send a message. False where the other side has not read for so long that it is given up."""
        if self.closing or self.transport is None:
            return False
        if self._congested and self.transport.underlying_transport.get_write_buffer_size() > _BACKLOG:
            self.transport.disconnect(False)
            return False
        self.transport.send(WSMsgType.TEXT, text)
        return True

    def _collect(self, opcode: WSMsgType, frame: WSFrame) -> None:
        """Put fragments together."""
        if (opcode == WSMsgType.CONTINUATION) == (self._fragments is None) or opcode == WSMsgType.BINARY:
            self._refuse("malformed", "Send messages as text.")
            return
        fragments = self._fragments = self._fragments if self._fragments is not None else bytearray()
        if len(fragments) + frame.payload_size > self._limits.message_bytes:
            self._refuse("size", f"The message is longer than {self._limits.message_bytes} bytes.", WSCloseCode.MESSAGE_TOO_BIG)
            return
        fragments += frame.get_payload_as_bytes()
        if frame.fin:
            self._fragments = None
            self._read(bytes(fragments))

    def _read(self, data: bytes) -> None:
        try:
            text = data.decode()
            if text == HEARTBEAT:
                return
            envelope: Envelope = decode(text)
        except (ValueError, RecursionError):
            self._refuse("malformed", "The message is not a JSON object with a type, a dst and a payload.")
            return
        self._switchboard.accept(self, envelope)

    def _refuse(self, reason: str, sentence: str, code: WSCloseCode = WSCloseCode.POLICY_VIOLATION) -> None:
        self._switchboard.metrics.refused[reason] += 1
        self._fragments = None
        self.close(code, error(sentence))
        self._switchboard.detach(self)
