"""From an address to its pictures: one connection, until it fails."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
import ipaddress
import socket
from typing import Literal
from urllib.parse import urlsplit

from ambianic import addresses

from . import faults, ffmpeg, files, usb
from .sample import Item
from .stills import HttpCamera, Kind
from .threads import deliver_from_thread, in_thread
from .timing import Timing

PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
# Cameras have certificates that nobody signed.
TLS_OPTIONS = {"tls_verify": "0"}
RTSP_OPTIONS = TLS_OPTIONS | {
    # A key frame comes in one burst, which the system's own buffer for UDP doesn't hold.
    "buffer_size": str(2 * 1024 * 1024),
    "protocol_whitelist": "rtsp,rtsps,rtp,srtp,udp,tcp,tls,http,https,httpproxy,crypto",
}
HTTP_OPTIONS = TLS_OPTIONS | {"protocol_whitelist": "http,https,httpproxy,tcp,tls,crypto,data"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where pictures come from: an address without credentials, and what is needed to read it.

    `audio` is whether sound is wanted as well, where there is some.
    """

    name: str
    url: str = field(repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    transport: Literal["tcp", "udp"] = "tcp"
    still_interval: float = 1
    audio: bool = False

    async def run(self, timing: Timing, deliver: Callable[[Item], None]) -> None:
        """Connect and deliver, on this loop, what comes. It never returns: SourceError says why it ended."""
        path = addresses.local_path(self.url)
        if path is not None:
            play = partial(files.play, path, timing.open, timing.read, self.audio)
            await deliver_from_thread(self.name, play, deliver)
            return
        parts = urlsplit(self.url)
        if not parts.scheme:
            capture = partial(usb.capture, self.url, timing.open, timing.read)
            await deliver_from_thread(self.name, capture, deliver)
            return
        await _resolve(parts.hostname or "", timing.resolve)
        host = f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"
        if parts.scheme.startswith("rtsp"):
            media = "video+audio" if self.audio else "video"
            options = RTSP_OPTIONS | {"rtsp_transport": self.transport, ffmpeg.MEDIA_TYPES: media}
            await self._demux(host, timing, deliver, options)
        else:
            await self._http(host, timing, deliver)

    async def _http(self, host: str, timing: Timing, deliver: Callable[[Item], None]) -> None:
        camera = HttpCamera(self.url, host, self.username, self.password, timing)
        try:
            kind = await camera.kind()
            if kind is Kind.STILL:
                await camera.stills(self.still_interval, deliver)
        finally:
            await camera.close()
        mjpeg = kind is Kind.MJPEG
        await self._demux(host, timing, deliver, HTTP_OPTIONS, form="mpjpeg" if mjpeg else None, paced=not mjpeg)

    async def _demux(
        self,
        host: str,
        timing: Timing,
        deliver: Callable[[Item], None],
        options: dict[str, str],
        *,
        form: str | None = None,
        paced: bool = False,
    ) -> None:
        source = ffmpeg.Input(
            url=addresses.with_credentials(self.url, self.username, self.password),
            host=host,
            login=bool(self.username),
            format=form,
            options=options,
            paced=paced,
            audio=self.audio,
            open_timeout=timing.open,
            read_timeout=timing.read,
        )
        await deliver_from_thread(self.name, partial(ffmpeg.demux, source), deliver)


async def _resolve(name: str, timeout: float) -> None:
    """Make sure that a host's name is known. Raises SourceError."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        try:
            await asyncio.wait_for(in_thread("resolve", partial(socket.getaddrinfo, name, None)), timeout)
        except (OSError, UnicodeError):  # TimeoutError is an OSError
            raise faults.unknown_host(name) from None
