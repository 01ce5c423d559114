"""The HTTP connection with the edge: its limits, time-outs and errors."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ClientWSTimeout,
    WSMsgType,
    WSServerHandshakeError,
)
from yarl import URL

from .answers import as_object, parse, problem
from .errors import AmbianicAuthError, AmbianicConnectionError, AmbianicResponseError
from .messages import StreamMessage

TIMEOUT = 10
# Footage may be slow to come: it is read from a disk that others use, too.
MEDIA_TIMEOUT = ClientTimeout(total=None, sock_connect=TIMEOUT, sock_read=30)
HEARTBEAT = 30
CHUNK = 64 * 1024
MAX_BODY = 16 * 1024 * 1024
MAX_MESSAGE = 4 * 1024 * 1024
CLOSE_UNAUTHORIZED = 4401

type Params = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Media:
    """An open picture or recording.

    Its content raises AmbianicConnectionError once the edge is lost.
    """

    status: int
    headers: Mapping[str, str]
    content: AsyncGenerator[bytes]


class AmbianicConnection:
    """The connection with one edge, on which its token goes out with all requests.

    All methods raise AmbianicError: AmbianicConnectionError where the edge does not
    answer, AmbianicAuthError where it refuses the token, AmbianicProblem where it
    refuses the request, AmbianicResponseError where it does not keep to the API.
    """

    def __init__(
        self, session: ClientSession, host: str, port: int, token: str
    ) -> None:
        """Initialize the connection."""
        self._session = session
        self._base = URL.build(scheme="http", host=host, port=port, path="/api/v1/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def is_own(self, url: URL) -> bool:
        """Return whether an address is one of this edge."""
        return url.origin() == self._base.origin()

    async def async_json(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        params: Params = (),
        timeout: float = TIMEOUT,
    ) -> dict[str, Any]:
        """Return the JSON object that the edge answers."""
        body, _ = await self.async_request(
            method, path, json=json, params=params, timeout=timeout
        )
        return as_object(body)

    async def async_request(
        self,
        method: str,
        path: str | URL,
        *,
        json: Mapping[str, Any] | None = None,
        params: Params = (),
        sdp: tuple[str, str] | None = None,
        timeout: float = TIMEOUT,
    ) -> tuple[bytes, URL | None]:
        """Return the body and the location of an answer."""
        url = path if isinstance(path, URL) else self._base.join(URL(path))
        headers = self._headers if sdp is None else {"Content-Type": sdp[0]}
        try:
            async with self._session.request(
                method,
                url,
                headers=self._headers | headers,
                json=json,
                params=params,
                data=None if sdp is None else sdp[1].encode(),
                timeout=ClientTimeout(total=timeout),
                allow_redirects=False,
            ) as response:
                body = await _async_read(response)
                status = response.status
                location = response.headers.get("Location")
        except (ClientError, TimeoutError, OSError) as err:
            raise AmbianicConnectionError(_reason(err)) from err
        if not 200 <= status < 300:
            raise _refusal(status, body)
        return body, None if location is None else url.join(URL(location))

    @asynccontextmanager
    async def async_open(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        params: Params = (),
    ) -> AsyncGenerator[Media]:
        """Open a picture or a recording, to be read piece by piece.

        The answers 304 (not changed) and 416 (no such range) are handed out, too.
        """
        async with AsyncExitStack() as stack:
            try:
                response = await stack.enter_async_context(
                    self._session.request(
                        method,
                        self._base.join(URL(path)),
                        headers={**headers, **self._headers},
                        params=params,
                        timeout=MEDIA_TIMEOUT,
                        allow_redirects=False,
                    )
                )
                status = response.status
                if not 200 <= status < 300 and status not in {304, 416}:
                    raise _refusal(status, await _async_read(response))
            except (ClientError, TimeoutError, OSError) as err:
                raise AmbianicConnectionError(_reason(err)) from err
            yield Media(status, response.headers, _async_chunks(response))

    async def async_stream(self, after: str | None) -> AsyncGenerator[StreamMessage]:
        """Yield the state and its changes until the edge ends the stream."""
        url = self._base.join(URL("stream"))
        try:
            async with asyncio.timeout(TIMEOUT):
                socket = await self._session.ws_connect(
                    url if after is None else url.with_query(after=after),
                    headers=self._headers,
                    heartbeat=HEARTBEAT,
                    max_msg_size=MAX_MESSAGE,
                    timeout=ClientWSTimeout(ws_close=1),
                )
        except WSServerHandshakeError as err:
            if err.status == 401:
                raise AmbianicAuthError from err
            raise AmbianicResponseError(f"The stream answers {err.status}") from err
        except (ClientError, TimeoutError, OSError) as err:
            raise AmbianicConnectionError(_reason(err)) from err
        async with socket:
            while (message := await socket.receive()).type is WSMsgType.TEXT:
                if (parsed := parse(message.data)) is not None:
                    yield parsed
            if socket.close_code == CLOSE_UNAUTHORIZED:
                raise AmbianicAuthError


async def _async_chunks(response: ClientResponse) -> AsyncGenerator[bytes]:
    """Yield a body piece by piece, no faster than the pieces are taken."""
    try:
        async for chunk in response.content.iter_chunked(CHUNK):
            yield chunk
    except (ClientError, TimeoutError, OSError) as err:
        raise AmbianicConnectionError(_reason(err)) from err


async def _async_read(response: ClientResponse) -> bytes:
    """Return a body of bounded size."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise AmbianicResponseError("The answer is too big")
    return bytes(body)


def _refusal(status: int, body: bytes) -> Exception:
    """Return why the edge refuses a request."""
    return AmbianicAuthError() if status == 401 else problem(status, body)


def _reason(err: Exception) -> str:
    return str(err) or type(err).__name__
