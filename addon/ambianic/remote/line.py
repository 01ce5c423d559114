"""One id at one registrar: registered again and again, for as long as it is wanted."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
import json
import logging
import random

import aiohttp

from ambianic.pnp1.keys import SigningKey
from ambianic.pnp1.messages import Message
from ambianic.pnp1.route import route_id
from ambianic.pnp1.wire import Rejected, decode_json

from .registrar_api import Descriptor, RegistrarApi, RegistrarProblem
from .views import RegistrarState

HEARTBEAT_SECONDS = 25.0
OPEN_SECONDS = 10.0
SILENT_OPEN_SECONDS = 3.0
"""A stock PeerJS server says nothing to who comes back with the token that it knows."""
DRAIN_SECONDS = 3.0
OUTBOX = 64
FIRST_DELAY = 4.0
MOST_DELAY = 30.0
REFUSED_DELAY = 60.0
STEADY_SECONDS = 60.0
"""A connection that has lasted as long was a good one: the next attempt comes soon after it."""
SOURCE_CHARACTERS = 64

RELAYED = frozenset({"OFFER", "CANDIDATE"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What somebody sent us: not looked at yet, beyond its size. `source` is what the answer goes to, on the same `line`."""

    line: "Line"
    type: str
    source: str
    payload: object

    def reply(self, message: Message) -> None:
        """Answer the sender."""
        self.line.send(message, self.source)


class Line:
    """A WebSocket to a registrar under the id of one key. `state` and `reason` say how it is."""

    def __init__(
        self,
        api: RegistrarApi,
        key: SigningKey,
        *,
        describe: Callable[[Descriptor | None], None],
        receive: Callable[[Envelope], None],
        on_change: Callable[["Line"], None],
    ) -> None:
        """Start at once. `describe` is told what the registrar says of itself, `receive` gets what was sent to the id."""
        self.id = route_id(key.public)
        self.key = key
        self.state: RegistrarState = "connecting"
        self.reason: str | None = None
        self.connected = asyncio.Event()
        self._api = api
        self._describe = describe
        self._receive = receive
        self._on_change = on_change
        self._outbox: asyncio.Queue[str] = asyncio.Queue(OUTBOX)
        self._task = asyncio.create_task(self._run(), name=f"line to {api.url}")

    def send(self, message: Message, destination: str) -> None:
        """Send a message, if there still is a connection and the registrar takes them fast enough."""
        if self.connected.is_set():
            envelope = {"type": message.type, "dst": destination, "payload": message.payload()}
            with suppress(asyncio.QueueFull):
                self._outbox.put_nowait(json.dumps(envelope))

    async def stop(self) -> None:
        """Give the id up."""
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _run(self) -> None:
        delay = FIRST_DELAY
        loop = asyncio.get_running_loop()
        while True:
            started = loop.time()
            try:
                await self._session()
            except RegistrarProblem as problem:
                self._set(problem.state, str(problem))
            except Exception:
                logger.exception("The connection to the registrar %s broke in an unforeseen way.", self._api.url)
                self._set("offline", f"The connection to the registrar {self._api.url} broke.")
            if loop.time() - started > STEADY_SECONDS:
                delay = FIRST_DELAY
            pause = REFUSED_DELAY if self.state == "refused" else delay
            delay = min(delay * 2, MOST_DELAY)
            # Many homes lose the same registrar at the same time.
            await asyncio.sleep(pause * random.uniform(0.1, 1.0))

    async def _session(self) -> None:
        """Connect once and stay as long as it goes. Raises RegistrarProblem when it ends."""
        descriptor = await self._api.descriptor()
        self._describe(descriptor)
        async with await self._api.connect(self.key, proven=descriptor is not None) as socket:
            writer = asyncio.create_task(self._write(socket))
            try:
                await self._opened(socket, stock=descriptor is None)
                self._set("connected", None)
                await self._read(socket)
            finally:
                self.connected.clear()
                writer.cancel()
        raise RegistrarProblem("offline", f"The connection to the registrar {self._api.url} was lost.")

    async def _opened(self, socket: aiohttp.ClientWebSocketResponse, *, stock: bool) -> None:
        try:
            async with asyncio.timeout(SILENT_OPEN_SECONDS if stock else OPEN_SECONDS):
                message = await _next(socket)
        except TimeoutError:
            if stock:
                return
            raise RegistrarProblem("offline", f"The registrar {self._api.url} does not answer.") from None
        if message is None:
            raise RegistrarProblem("offline", f"The registrar {self._api.url} closed the connection.")
        await self._check(message, socket)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while (message := await _next(socket)) is not None:
            kind = message.get("type")
            if kind in RELAYED:
                source = message.get("src")
                if isinstance(source, str) and 0 < len(source) <= SOURCE_CHARACTERS:
                    self._receive(Envelope(self, str(kind), source, message.get("payload")))
            elif kind == "GOAWAY":
                # Whoever is under way may finish, on this registrar or another one.
                asyncio.get_running_loop().call_later(DRAIN_SECONDS, _hang_up, socket)
            else:
                await self._check(message, socket)

    async def _check(self, message: dict[str, object], socket: aiohttp.ClientWebSocketResponse) -> None:
        match message.get("type"):
            case "ID-TAKEN":
                raise RegistrarProblem(
                    "refused",
                    f"Another edge with the same keys uses the registrar {self._api.url}. Does a copy of this one run somewhere?",
                )
            case "INVALID-KEY" | "ERROR":
                with suppress(TimeoutError):
                    async with asyncio.timeout(OPEN_SECONDS):
                        await _next(socket)
                if socket.close_code == aiohttp.WSCloseCode.SERVICE_RESTART:
                    raise RegistrarProblem("offline", f"The registrar {self._api.url} is about to restart.")
                raise RegistrarProblem("refused", f"The registrar {self._api.url} does not take us in. It may be full.")

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        with suppress(ConnectionError):  # the reader notices as well
            while True:
                text = '{"type":"HEARTBEAT"}'
                with suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        text = await self._outbox.get()
                await socket.send_str(text)

    def _set(self, state: RegistrarState, reason: str | None) -> None:
        if state == "connected":
            self.connected.set()
        if (state, reason) != (self.state, self.reason):
            self.state, self.reason = state, reason
            self._on_change(self)


async def _next(socket: aiohttp.ClientWebSocketResponse) -> dict[str, object] | None:
    """The next message that is one; None once the connection is gone."""
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            with suppress(Rejected):
                content = decode_json(message.data.encode())
                if isinstance(content, dict):
                    return content
    return None


def _hang_up(socket: aiohttp.ClientWebSocketResponse) -> None:
    task = asyncio.create_task(socket.close())
    _HANGING_UP.add(task)
    task.add_done_callback(_HANGING_UP.discard)


_HANGING_UP: set["asyncio.Task[bool]"] = set()
