"""Cameras that speak HTTP: what an address gives, and still pictures fetched again and again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import Enum
import time

import aiohttp

from . import faults
from .packets import StreamInfo
from .pictures import Jpeg, PictureError, as_jpeg
from .sample import Item, Sample
from .threads import in_thread
from .timing import Timing

MAX_STILL_BYTES = 16 * 1024 * 1024


class Kind(Enum):
    """What an HTTP address gives."""

    STILL = "still"
    MJPEG = "mjpeg"
    OTHER = "other"


class HttpCamera:
    """One camera's HTTP address, with the credentials it wants."""

    def __init__(self, url: str, host: str, username: str | None, password: str | None, timing: Timing) -> None:
        """The address is without credentials; `host` names the camera for people."""
        self._url = url
        self._host = host
        self._username = username
        self._password = password or ""
        self._timing = timing
        # Cameras have certificates that nobody signed.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=False, limit=1),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=timing.open + timing.read, sock_connect=timing.open, sock_read=timing.read),
        )
        self._basic: dict[str, str] = {}
        self._digest: tuple[aiohttp.DigestAuthMiddleware, ...] = ()

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def kind(self) -> Kind:
        """What the address gives, by the type that the camera states. Raises SourceError."""
        async with self._get() as response:
            match response.content_type:
                case "multipart/x-mixed-replace" | "multipart/mixed":
                    return Kind.MJPEG
                case kind if kind.startswith("image/"):
                    return Kind.STILL
            return Kind.OTHER

    async def stills(self, interval: float, deliver: Callable[[Item], None]) -> None:
        """Deliver a picture every `interval` seconds for ever. Raises SourceError."""
        known: StreamInfo | None = None
        while True:
            began = time.monotonic()
            jpeg = await self._still()
            info = StreamInfo(codec="mjpeg", width=jpeg.width, height=jpeg.height, fps=round(1 / interval, 4))
            if info != known:
                known = info
                deliver(info)
            deliver(Sample(jpeg.data, None, time.monotonic(), time.time(), keyframe=True))
            await asyncio.sleep(max(0.0, began + interval - time.monotonic()))

    async def _still(self) -> Jpeg:
        async with self._get() as response:
            data = bytearray()
            async for chunk in response.content.iter_any():
                data += chunk
                if len(data) > MAX_STILL_BYTES:
                    raise faults.not_video("A picture of more than 16 MB")
        try:
            return await in_thread("picture", lambda: as_jpeg(bytes(data)))
        except PictureError:
            raise faults.not_video(f"What {self._host} sends") from None

    @asynccontextmanager
    async def _get(self) -> AsyncIterator[aiohttp.ClientResponse]:
        """A response of status 200, its body not read yet. Raises SourceError, also for failures within the context."""
        try:
            async with self._request() as response:
                if response.status != 401:
                    yield self._checked(response)
                    return
                self._choose(response.headers.getall("WWW-Authenticate", []))
            async with self._request() as response:
                yield self._checked(response)
        except TimeoutError:
            raise faults.no_answer(self._host, self._timing.read) from None
        except aiohttp.ClientSSLError:
            raise faults.unsafe(self._host) from None
        except aiohttp.ClientOSError as err:
            raise faults.of_system(err, self._host) from None
        except (aiohttp.ClientError, ValueError):
            raise faults.not_video(f"What {self._host} sends") from None

    def _request(self) -> aiohttp.client._RequestContextManager:
        return self._session.get(self._url, headers=self._basic, middlewares=self._digest)

    def _choose(self, challenges: list[str]) -> None:
        """Take the way of logging in that the camera asks for, Digest before Basic."""
        if not self._username or self._basic or self._digest:
            raise faults.wrong_login(login=bool(self._username))
        schemes = " ".join(challenges).lower()
        if "digest" in schemes:
            self._digest = (aiohttp.DigestAuthMiddleware(self._username, self._password),)
        else:
            self._basic = {"Authorization": aiohttp.encode_basic_auth(self._username, self._password)}

    def _checked(self, response: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
        match response.status:
            case 200:
                return response
            case 401:
                raise faults.wrong_login(login=bool(self._username))
            case 403:
                raise faults.forbidden()
            case 404:
                raise faults.no_such_path(self._host)
        raise faults.error_answer(self._host)
