"""Where a client comes from: its address behind trusted proxies, its prefix for the limits, its room for discovery."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

_PRIVATE = tuple(
    map(
        ip_network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
            *("::1/128", "fc00::/7", "fe80::/10"),
        ),
    )
)
_HOME = b"home"
"""The room of everyone at home."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known about the network of a client. Kept only as long as a request or a socket lives, and never logged."""

    prefix: bytes
    """IPv4 address or first half of the IPv6 address: 4 or 8 bytes."""
    room: bytes | None
    """The same for everyone who is to find each other; None where that cannot be told."""


class Locator:
    """Tells where requests come from."""

    def __init__(self, trusted: Sequence[Network], *, lan: bool) -> None:
        self._trusted = tuple(trusted)
        self._lan = lan

    def locate(self, peer: str, forwarded: Sequence[str]) -> Origin:
        """Find the client: `peer` is at the other end of the socket, `forwarded` are the X-Forwarded-For headers, in order."""
        address = _parse(peer)
        if address is None:  # it was closed before we looked
            return Origin(b"", None)
        hops = [hop for header in forwarded for hop in header.split(",")]
        # Each trusted proxy vouches for the entry before its own; what is further left anybody may have written.
        while hops and self._is_trusted(address):
            hop = _parse(hops.pop().strip())
            if hop is None:
                break
            address = hop
        prefix = address.packed if address.version == 4 else address.packed[:8]
        private = any(address in network for network in _PRIVATE if network.version == address.version)
        if not private:
            return Origin(prefix, prefix)
        return Origin(prefix, _HOME if self._lan else None)

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted if network.version == address.version)


def _parse(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
