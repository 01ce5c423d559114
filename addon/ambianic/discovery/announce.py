"""Announces the edge on the local network (mDNS), for Home Assistants that have no Supervisor."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
import ipaddress
import logging
import socket
from typing import Final

from zeroconf import Error, InterfaceChoice, IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

SERVICE_TYPE: Final = "_ambianic._tcp.local."
API_VERSION: Final = "1"
MDNS_GROUP: Final = ("224.0.0.251", 5353)
CHECK_INTERVAL: Final = 30.0
# A property and its key share a string of 255 bytes.
MAX_NAME_BYTES: Final = 240

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Who the edge is, the TCP port of its API, and for the Supervisor alone a token to it."""

    id: str
    name: str
    version: str
    port: int
    token: str | None = field(default=None, repr=False)


class ZeroconfAnnouncement:
    """Keeps the edge announced under this machine's present address: after a power cut the network comes later than we do."""

    def __init__(
        self,
        info: Announcement,
        *,
        host: str = "0.0.0.0",  # noqa: S104 - the address of the API's socket, which is told and not opened here
        interfaces: InterfaceChoice | list[str] = InterfaceChoice.Default,
    ) -> None:
        """Announce an API that listens on `host`, by the network interfaces with these addresses."""
        self._info = info
        self._host = ipaddress.ip_address(host)
        self._interfaces = interfaces
        self._zeroconf: AsyncZeroconf | None = None
        self._task: asyncio.Task[None] | None = None
        self._warned = False

    async def start(self) -> None:
        """Announce from now on. An API that only this machine reaches is not announced."""
        if not self._host.is_loopback:
            self._task = asyncio.create_task(self._run(), name="zeroconf announcement")

    async def stop(self) -> None:
        """Withdraw the announcement."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        announced: str | None = None
        try:
            while True:
                address = self._address()
                if address != announced:
                    await self._withdraw()
                    announced = address if address and await self._announce(address) else None
                await asyncio.sleep(CHECK_INTERVAL)
        finally:
            await self._withdraw()

    def _address(self) -> str | None:
        """The address by which the local network reaches the API; None while there is no network."""
        return local_address() if self._host.is_unspecified else str(self._host)

    async def _announce(self, address: str) -> bool:
        short_id = self._info.id[:8]
        service = ServiceInfo(
            SERVICE_TYPE,
            f"Ambianic Edge {short_id}.{SERVICE_TYPE}",
            port=self._info.port,
            properties={
                "id": self._info.id,
                "name": self._info.name.encode()[:MAX_NAME_BYTES].decode(errors="ignore"),
                "version": self._info.version,
                "api": API_VERSION,
            },
            server=f"ambianic-{short_id}.local.",
            parsed_addresses=[address],
        )
        try:
            self._zeroconf = AsyncZeroconf(interfaces=self._interfaces, ip_version=IPVersion.V4Only)
            await self._zeroconf.async_register_service(service, allow_name_change=True)
        except (OSError, Error) as err:
            if not self._warned:
                _LOGGER.warning("The edge can't be announced on the network, so it must be entered by hand: %s", err)
            self._warned = True
            await self._withdraw()
            return False
        _LOGGER.info(
            "Announced on the network as %s at %s:%d.", service.name.removesuffix("." + SERVICE_TYPE), address, service.port
        )
        self._warned = False
        return True

    async def _withdraw(self) -> None:
        if self._zeroconf is not None:
            zeroconf, self._zeroconf = self._zeroconf, None
            await zeroconf.async_close()


def local_address() -> str | None:
    """The IPv4 address of this machine on the network that multicast goes to; None where there is no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(MDNS_GROUP)  # sends nothing: the kernel picks the interface and with it our address
        except OSError:
            return None
        return str(probe.getsockname()[0])
