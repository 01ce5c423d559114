"""The phone's end of the channel in Python, and a data channel between two peers in one process."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
from typing import Any, Self

from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection

from ambianic.remote.channel.flow import Credit, Inflow
from ambianic.remote.channel.frames import (
    FROM_HUB,
    REQUEST_WINDOW,
    RESPONSE_WINDOW,
    Frame,
    Kind,
    ProtocolError,
    closed,
    credit,
    granted,
)
from ambianic.remote.channel.heads import RequestHead, read_json, socket_frame
from ambianic.remote.channel.link import Link


class ChannelError(Exception):
    """The hub ended a request with an error; `code` is the error frame's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class ChannelLost(Exception):
    """The channel ended while something was under way; says why."""


@dataclass
class Answer:
    """An answer whose body is read as it comes."""

    id: int
    status: int
    headers: dict[str, str]
    body: Inflow

    async def read(self) -> bytes:
        """The whole body. Raises ChannelError and ChannelLost."""
        chunks = []
        while (chunk := await self.body.get()) is not None:
            chunks.append(chunk)
        return b"".join(chunks)

    async def json(self) -> Any:
        """The body, which is JSON."""
        return json.loads(await self.read())


class _Call:
    """A request or a socket that is under way."""

    def __init__(self, body: Inflow) -> None:
        self.head: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.body = body
        self.credit = Credit(REQUEST_WINDOW)
        self.close: tuple[int, str] | None = None

    def fail(self, error: Exception) -> None:
        if self.head.done():
            self.body.fail(error)
        else:
            self.head.set_exception(error)


class ChannelClient:
    """Asks for things through a channel. Use it as a context."""

    def __init__(self, channel: RTCDataChannel, **times: float) -> None:
        self.ended: asyncio.Task[str] | None = None
        self.gone = asyncio.Event()
        self._link = Link(channel, FROM_HUB, self._handle, **times)
        self._calls: dict[int, _Call] = {}
        self._last = 0

    async def __aenter__(self) -> Self:
        self.ended = asyncio.create_task(self._run(), name="phone's end of the channel")
        return self

    async def __aexit__(self, *_: object) -> None:
        self.gone.set()
        assert self.ended
        await self.ended

    async def get(self, path: str, **headers: str) -> Answer:
        """GET a path. Raises ChannelError and ChannelLost."""
        return await self.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def request(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Ask for something. Raises ChannelError and ChannelLost."""
        request_id, call = self._begin()
        head = RequestHead(method, path, tuple((headers or {}).items()), body is not None)
        self._link.outbox.put(head.frame(request_id))
        upload = asyncio.create_task(self._upload(request_id, body, call.credit)) if body is not None else None
        try:
            answer = await call.head
        except asyncio.CancelledError:
            self.cancel(request_id)
            raise
        finally:
            if upload:
                upload.cancel()
        return Answer(request_id, answer["status"], dict(answer["headers"]), call.body)

    async def follow(self, path: str) -> AsyncGenerator[dict[str, Any]]:
        """The messages of the event stream. Raises ChannelError, with code `closed` where the hub closed it, and ChannelLost."""
        request_id, call = self._begin()
        self._link.outbox.put(socket_frame(request_id, path))
        try:
            if (status := (await call.head)["status"]) != 101:
                raise ChannelError("refused", str(status))
            message = b""
            while (part := await call.body.get()) is not None:
                message += part[1:]
                if part[0]:
                    yield json.loads(message)
                    message = b""
            raise ChannelError("closed", str(call.close))
        finally:
            self.cancel(request_id)

    def cancel(self, request_id: int) -> None:
        """Want an answer no more."""
        if self._calls.pop(request_id, None):
            self.send(Frame(Kind.CANCEL, request_id))

    def send(self, frame: Frame) -> None:
        """Send any frame."""
        self._link.outbox.put(frame)

    def _begin(self) -> tuple[int, _Call]:
        self._last += 1
        request_id = self._last

        def grant(count: int) -> None:
            if request_id in self._calls:
                self.send(credit(request_id, count))

        call = _Call(Inflow(RESPONSE_WINDOW, grant))
        self._calls[request_id] = call
        return request_id, call

    async def _upload(self, request_id: int, body: bytes, allowance: Credit) -> None:
        await self._link.outbox.send(Kind.DATA, request_id, body, allowance)
        self.send(Frame(Kind.END, request_id))

    async def _run(self) -> str:
        reason = await self._link.run(self.gone)
        for call in self._calls.values():
            call.fail(ChannelLost(reason))
        self._calls.clear()
        return reason

    def _handle(self, frame: Frame) -> None:
        call = self._calls.get(frame.id)
        if call is None:
            return
        match frame.kind:
            case Kind.RESPONSE:
                if call.head.done():
                    raise ProtocolError("a second head")
                call.head.set_result(read_json(frame))
            case Kind.DATA | Kind.MESSAGE:
                call.body.feed(frame.payload)
            case Kind.CREDIT:
                call.credit.grant(granted(frame))
            case Kind.ERROR:
                error = read_json(frame)
                del self._calls[frame.id]
                call.fail(ChannelError(str(error.get("code")), str(error.get("message"))))
            case _:
                del self._calls[frame.id]
                if frame.kind is Kind.CLOSE:
                    call.close = closed(frame)
                call.body.end()


@asynccontextmanager
async def joined(label: str = "pnp1") -> AsyncIterator[tuple[RTCDataChannel, RTCDataChannel]]:
    """A data channel between two peer connections on this machine: the phone's end and the hub's, both open."""
    phone, hub = (RTCPeerConnection(RTCConfiguration([])) for _ in range(2))
    try:
        near = phone.createDataChannel(label)
        opened, arrived = asyncio.Event(), asyncio.get_running_loop().create_future()
        near.on("open", opened.set)
        hub.on("datachannel", arrived.set_result)
        await phone.setLocalDescription(await phone.createOffer())
        await hub.setRemoteDescription(phone.localDescription)
        await hub.setLocalDescription(await hub.createAnswer())
        await phone.setRemoteDescription(hub.localDescription)
        async with asyncio.timeout(20):
            await opened.wait()
            far = await arrived
        yield near, far
    finally:
        await asyncio.gather(phone.close(), hub.close())
