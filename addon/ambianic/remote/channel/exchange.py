"""One request of a phone, or one socket, from its first frame to its last."""

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp
from yarl import URL

from .flow import Credit, Inflow
from .frames import BODY_MAX, MESSAGE_MAX, PAYLOAD_MAX, REQUEST_WINDOW, RESPONSE_WINDOW, Frame, Kind, close, credit
from .heads import Refused, RequestHead, ResponseHead, error_frame, kept, socket_path
from .outbox import Outbox

HEAD_TIMEOUT = 40
"""Seconds until an answer has to begin; the longest call of a phone takes 20."""
READ_TIMEOUT = 30
"""Seconds that the API may pause within an answer."""
STALL_TIMEOUT = 120
"""Seconds that a phone may leave an answer unread."""


class Exchange:
    """Asks the API what a phone asked for, and sends it what comes back."""

    def __init__(self, opening: Frame, session: aiohttp.ClientSession, outbox: Outbox, ended: Callable[[int], None]) -> None:
        """`opening` is a REQUEST or a SOCKET; `ended` is called with the request's id when its last frame goes out."""
        self.id = opening.id
        self._opening = opening
        self._session = session
        self._outbox = outbox
        self._ended = ended
        self._received = 0
        self._body = Inflow(REQUEST_WINDOW, lambda count: outbox.put(credit(self.id, count)))
        self._credit = Credit(RESPONSE_WINDOW)
        self._refused: Refused | None = None
        self.task = asyncio.create_task(self._run(), name="channel: request")

    def data(self, chunk: bytes) -> None:
        """Take a part of the request's body. Raises ProtocolError."""
        self._body.feed(chunk)
        self._received += len(chunk)
        if self._received > BODY_MAX and self._refused is None:
            self._refused = Refused("too_large", f"A request has at most {BODY_MAX // 1024} KiB.")
            self.task.cancel()

    def end(self) -> None:
        """The request's body is complete. Raises ProtocolError."""
        self._body.end()

    def grant(self, count: int) -> None:
        """The phone can take more of the answer. Raises ProtocolError."""
        self._credit.grant(count)

    async def _run(self) -> None:
        try:
            last = await (self._request() if self._opening.kind is Kind.REQUEST else self._follow())
        except Refused as error:
            last = error_frame(self.id, error)
        except TimeoutError:
            last = error_frame(self.id, Refused("timeout", "The home took too long to answer, or nobody read the answer."))
        except (aiohttp.ClientError, OSError):
            last = error_frame(self.id, Refused("unavailable", "The home can't answer this now. Try again."))
        except asyncio.CancelledError:
            if self._refused is None:
                raise
            last = error_frame(self.id, self._refused)
        self._ended(self.id)
        self._outbox.put(last)

    async def _request(self) -> Frame:
        """Relay a request and its answer; the frame that ends it."""
        head = RequestHead.of(self._opening)
        async with asyncio.timeout(HEAD_TIMEOUT):
            response = await self._session.request(
                head.method,
                _url(head.path),
                headers=head.headers,
                data=self._upload() if head.body else None,
                allow_redirects=False,
            )
        async with response:
            self._outbox.put(ResponseHead(response.status, kept(response.headers.items())).frame(self.id))
            while True:
                async with asyncio.timeout(READ_TIMEOUT):
                    chunk = await response.content.read(PAYLOAD_MAX)
                if not chunk:
                    return Frame(Kind.END, self.id)
                await self._send(Kind.DATA, chunk)

    async def _follow(self) -> Frame:
        """Relay the messages of a socket; the frame that ends it."""
        path = socket_path(self._opening)
        try:
            async with asyncio.timeout(HEAD_TIMEOUT):
                socket = await self._session.ws_connect(_url(path), max_msg_size=MESSAGE_MAX)
        except aiohttp.WSServerHandshakeError as error:
            self._outbox.put(ResponseHead(error.status).frame(self.id))
            return Frame(Kind.END, self.id)
        async with socket:
            self._outbox.put(ResponseHead(101).frame(self.id))
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._send(Kind.MESSAGE, message.data.encode())
            return close(self.id, socket.close_code or 1006, "")

    async def _send(self, kind: Kind, body: bytes) -> None:
        async with asyncio.timeout(STALL_TIMEOUT):
            await self._outbox.send(kind, self.id, body, self._credit)

    async def _upload(self) -> AsyncIterator[bytes]:
        while (chunk := await self._body.get()) is not None:
            yield chunk


def _url(path: str) -> URL:
    """The address of a path, which is left exactly as it was checked."""
    return URL(f"http://edge{path}", encoded=True)
