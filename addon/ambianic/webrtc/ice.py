"""How this edge's peer connections find a way: the servers they ask, the addresses they offer, the candidates they try."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
import ipaddress
import logging
from pathlib import Path

import aioice
import aioice.ice
from aioice.mdns import is_mdns_hostname
from aiortc import RTCConfiguration, RTCIceCandidate, RTCIceServer, RTCPeerConnection
from aiortc.rtcicetransport import connection_kwargs
import ifaddr

from ambianic.config import IceServer

from . import late_checks  # noqa: F401  what aiortc connects with from then on

GATHER_SECONDS = 1.5
"""How long the gathering of candidates waits for servers that do not answer."""
PROBE_PAUSE = 15.0
"""Seconds from a probe until its result can be doubted."""
PROBE_AGAIN = 300.0
"""Seconds until the next probe while no STUN server answers."""
CLOSE_SECONDS = 5

logger = logging.getLogger(__name__)


class IceServers:
    """The one server that this edge's own peer connections use.

    It is a STUN server that answers. Where none does, this edge's own UDP is blocked, and it is a TURN server reached over TLS
    or TCP that does. Phones bring TURN servers of their own, so nothing else needs one here.
    """

    def __init__(self) -> None:
        """Know no server yet: only the addresses of this machine are offered."""
        self._stun: tuple[str, ...] = ()
        self._turn: tuple[RTCIceServer, ...] = ()
        self._chosen: RTCIceServer | None = None
        self._probe_due = asyncio.Event()
        self._probed = 0.0

    def update(self, servers: Iterable[IceServer]) -> None:
        """Choose among these servers from now on; those that aiortc can't use are left out."""
        single = [
            RTCIceServer(url, known.username, known.credential) for known in servers for url in known.urls if _usable(url)
        ]
        stun = tuple(dict.fromkeys(url for server in single if (url := _stun_url(server))))
        turn = tuple(sorted((server for server in single if _over_tcp(server)), key=_scheme, reverse=True))
        if (stun, _urls(turn)) != (self._stun, _urls(self._turn)):
            self._probe_due.set()
        self._stun, self._turn = stun, turn
        known = {server.urls: server for server in (*reversed(turn), *map(RTCIceServer, reversed(stun)))}
        kept = known.get(self._chosen.urls) if self._chosen else None
        self._chosen = kept or (RTCIceServer(stun[0]) if stun else None)

    def configuration(self) -> RTCConfiguration:
        """The configuration of a new peer connection."""
        # Without a list, aiortc would ask Google's STUN server.
        return RTCConfiguration(iceServers=[self._chosen] if self._chosen else [])

    def doubt(self) -> None:
        """Look again at which servers answer: a connection has failed."""
        if asyncio.get_running_loop().time() - self._probed > PROBE_PAUSE:
            self._probe_due.set()

    async def run(self) -> None:
        """Find out which servers answer, now and whenever there is reason to."""
        while True:
            self._probe_due.clear()
            answered = await self._probe()
            with suppress(TimeoutError):
                async with asyncio.timeout(None if answered else PROBE_AGAIN):
                    await self._probe_due.wait()

    async def _probe(self) -> bool:
        """Choose a server that answers; whether all is as it should be."""
        stun, turn = self._stun, self._turn
        answers = await asyncio.gather(*(_answers(RTCIceServer(url)) for url in stun))
        found = next((RTCIceServer(url) for url, answer in zip(stun, answers, strict=True) if answer), None)
        healthy = found is not None or not stun
        if not healthy:
            logger.info("No STUN server answers: UDP to the Internet is blocked, or there is no Internet.")
        for server in () if found else turn:
            if await _answers(server):
                found = server
                break
        if (stun, turn) == (self._stun, self._turn):
            self._chosen = found
        self._probed = asyncio.get_running_loop().time()
        return healthy


class Candidates:
    """The candidates of one peer: their number is bounded, and looking up mDNS names does not delay the others."""

    def __init__(self, peer: RTCPeerConnection, limit: int) -> None:
        """Take up to `limit` candidates: each makes the edge send packets to an address of the peer's choice."""
        self._peer = peer
        self._left = limit
        self._lookups: set[asyncio.Task[None]] = set()

    async def add(self, candidates: Iterable[RTCIceCandidate]) -> None:
        """Try these candidates. Raises TooManyCandidates."""
        for candidate in candidates:
            if not self._left:
                raise TooManyCandidates
            self._left -= 1
            if is_mdns_hostname(candidate.ip):
                lookup = asyncio.create_task(self._look_up(candidate))
                self._lookups.add(lookup)
                lookup.add_done_callback(self._lookups.discard)
            else:
                await self._peer.addIceCandidate(candidate)

    async def looked_up(self) -> None:
        """Wait until all names are looked up."""
        if self._lookups:
            await asyncio.wait(self._lookups)

    def close(self) -> None:
        """Look up no more names."""
        for task in self._lookups:
            task.cancel()

    async def _look_up(self, candidate: RTCIceCandidate) -> None:
        try:
            await self._peer.addIceCandidate(candidate)
        except OSError as error:
            logger.info("A viewer's mDNS name cannot be looked up: %s", error)


class TooManyCandidates(Exception):
    """The peer has sent more candidates than are tried."""


async def close_peer(peer: RTCPeerConnection) -> bool:
    """Close a peer connection; False where that takes too long to wait for."""
    # Cancelling aiortc in the middle of it would break it, so it goes on by itself.
    closing = asyncio.create_task(peer.close())
    _closing.add(closing)
    closing.add_done_callback(_closing.discard)
    done, _ = await asyncio.wait({closing}, timeout=CLOSE_SECONDS)
    return bool(done)


_closing: set[asyncio.Task[None]] = set()


def host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """The addresses of this machine that others may reach it by.

    Bridges of containers and virtual machines lead nowhere else, and each address more makes connecting slower. On a machine
    that has no network at all, it is the loopback address.
    """
    adapters = ifaddr.get_adapters()
    routed = _routed_interfaces()
    found = [
        text
        for adapter in adapters
        if not routed or adapter.name in routed or not Path("/sys/class/net", adapter.name, "bridge").is_dir()
        for text in _addresses(adapter.ips)
        if (use_ipv6 if ":" in text else use_ipv4)
    ]
    return found or (["127.0.0.1"] if use_ipv4 else [])


def _addresses(ips: Sequence[ifaddr.IP]) -> Iterable[str]:
    for ip in ips:
        text = ip.ip if isinstance(ip.ip, str) else ip.ip[0]
        address = ipaddress.ip_address(text)
        if not address.is_loopback and not (address.version == 6 and address.is_link_local):
            yield text


def _routed_interfaces() -> set[str]:
    """The interfaces that a default route leads through."""
    found = set()
    for fields in _table("/proc/net/route"):
        if fields[1] == "00000000" and fields[7] == "00000000":
            found.add(fields[0])
    for fields in _table("/proc/net/ipv6_route"):
        if fields[0] == "0" * 32 and fields[1] == "00" and fields[9] != "lo":
            found.add(fields[9])
    return found


def _table(path: str) -> list[list[str]]:
    try:
        rows = Path(path).read_text().splitlines()
    except OSError:  # not Linux, or without IPv6
        return []
    return [fields for row in rows if len(fields := row.split()) >= 10]


async def _answers(server: RTCIceServer) -> bool:
    """Whether a STUN server tells this machine's public address, or a TURN server gives an address of its own."""
    connection = aioice.Connection(ice_controlling=False, **connection_kwargs([server]))
    wanted = "srflx" if _scheme(server) == "stun" else "relay"
    try:
        await connection.gather_candidates()
        return any(candidate.type == wanted for candidate in connection.local_candidates)
    except OSError:
        return False
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await connection.close()


def _usable(url: str) -> bool:
    try:
        return bool(connection_kwargs([RTCIceServer(url)]))
    except ValueError:
        return False


def _scheme(server: RTCIceServer) -> str:
    return str(server.urls).partition(":")[0]


def _stun_url(server: RTCIceServer) -> str | None:
    """Where a server answers to STUN: a TURN server does so as well, over UDP."""
    settings = connection_kwargs([server])
    if settings.get("turn_transport") == "udp":
        host, port = settings["turn_server"]
        return f"stun:{host}:{port}"
    return str(server.urls) if "stun_server" in settings else None


def _over_tcp(server: RTCIceServer) -> bool:
    return bool(connection_kwargs([server]).get("turn_transport") == "tcp")


def _urls(servers: Sequence[RTCIceServer]) -> list[str]:
    return [str(server.urls) for server in servers]


# aiortc has no settings for these two. aioice offers the addresses of all interfaces, and waits 5 s for a STUN server where UDP
# is blocked, with the other side waiting for the answer all the while.
aioice.ice.get_host_addresses = host_addresses
aioice.ice.Connection.get_component_candidates.__defaults__ = (GATHER_SECONDS,)
