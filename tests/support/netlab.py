"""A small Internet in network namespaces: homes, carriers and guest networks around one public network.

Public network: a bridge with 198.51.100.0/24 and 2001:db8:0:1::/64 (addresses for documentation). On it are `server`, with an
address for the registrar and one for coturn, and the routers of the sites. A site is one host behind its router:

| kind     | its way out                                                                                         |
|----------|-----------------------------------------------------------------------------------------------------|
| `cone`   | a home router: the NAT keeps ports, and drops what nobody asked for                                 |
| `sym`    | a NAT that takes a new port for each destination, as some firewalls do                              |
| `cgn`    | a home router behind a carrier's NAT                                                                |
| `cgnsym` | a home router behind a carrier's NAT that takes a new port for each destination, as in mobile nets   |
| `udpblk` | a guest network: no UDP at all, and TCP to the ports 80 and 443 alone                               |
| `v6`     | an IPv4 NAT with new ports, and IPv6 of its own behind a firewall that drops what nobody asked for   |

All sites use 192.168.1.0/24 inside, as homes do. Needs root, iproute2 and nftables. Only namespaces made here are touched; the
machine's own network is left alone.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import secrets
import shlex
import subprocess
from typing import Literal

type Kind = Literal["cone", "sym", "cgn", "cgnsym", "udpblk", "v6"]

KINDS: tuple[Kind, ...] = ("cone", "sym", "cgn", "cgnsym", "udpblk", "v6")

PUBLIC = "198.51.100"
PUBLIC6 = "2001:db8:0:1::"
REGISTRAR = f"{PUBLIC}.10"
SECOND_REGISTRAR = f"{PUBLIC}.12"
TURN = f"{PUBLIC}.11"
TURN6 = f"{PUBLIC6}11"
LAN = "192.168.1"
CARRIER = "100.64.0"

_FIREWALL = """
table inet firewall {{
  chain input {{
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname != "wan" accept
    meta l4proto {{ icmp, ipv6-icmp }} accept
  }}
  chain forward {{
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    {extra}
    iifname != "wan" accept
  }}
}}
table ip nat {{
  chain out {{
    type nat hook postrouting priority 100;
    oifname "wan" masquerade {flags}
  }}
}}
"""
_GUESTS = 'iifname "lan" meta l4proto udp drop; iifname "lan" tcp dport != { 80, 443 } drop;'


class NetLabError(Exception):
    """The network could not be built; shows the command that failed."""


class Namespace:
    """A machine of the lab."""

    def __init__(self, name: str) -> None:
        self.name = name

    def command(self, *words: object) -> list[str]:
        """What to execute to run a program there."""
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be there with this thread: sockets that it opens and programs that it starts stay there afterwards."""
        with Path("/proc/thread-self/ns/net").open() as before, Path("/run/netns", self.name).open() as there:
            os.setns(there.fileno(), os.CLONE_NEWNET)
            try:
                yield
            finally:
                os.setns(before.fileno(), os.CLONE_NEWNET)

    def run(self, *commands: str) -> None:
        """Run commands there, one after the other. Raises NetLabError."""
        for command in commands:
            _run(self.command(*shlex.split(command)))

    def firewall(self, *, symmetric: bool, guests: bool = False) -> None:
        """Be a NAT router between the interfaces `lan` and `wan`."""
        rules = _FIREWALL.format(extra=_GUESTS if guests else "", flags="fully-random" if symmetric else "")
        _run(self.command("nft", "-f", "-"), rules)


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a bridge."""

    switch: Namespace
    name: str
    bridge: str


class NetLab:
    """The whole network. Sites are built when they are first asked for."""

    def __init__(self) -> None:
        self._prefix = f"amb{secrets.token_hex(2)}-"
        self._namespaces: list[Namespace] = []
        self._sites: dict[tuple[Kind, int], Namespace] = {}
        self._neighbours: dict[tuple[Kind, int], Namespace] = {}
        self._routers: dict[str, Namespace] = {}
        self._public_addresses = iter(range(20, 250))
        self._links = 0
        self._ports: dict[tuple[str, str], Port] = {}

    def build(self) -> None:
        """Make the public network. Raises NetLabError."""
        if os.geteuid() != 0:
            raise NetLabError("The network lab needs root, for network namespaces.")
        self._core = core = self._add("core", forwards=True)
        core.run("ip link add br0 type bridge", "ip link set br0 up")
        self._address(core, "br0", f"{PUBLIC}.1/24", f"{PUBLIC6}1/64")
        self.server = self._add("server")
        self._join(self.server, "eth0", core, "br0")
        self._address(self.server, "eth0", *(f"{ip}/24" for ip in (REGISTRAR, SECOND_REGISTRAR, TURN)), f"{TURN6}/64")
        self.server.run(f"ip route add default via {PUBLIC}.1", f"ip -6 route add default via {PUBLIC6}1")

    def remove(self) -> None:
        """Take everything down again."""
        for namespace in reversed(self._namespaces):
            subprocess.run(["ip", "netns", "del", namespace.name], check=False, capture_output=True)
        self._namespaces.clear()

    def site(self, kind: Kind, number: int) -> Namespace:
        """The host of a site; the same kind may be had several times, by number. Raises NetLabError."""
        if (kind, number) not in self._sites:
            self._sites[kind, number] = self._build_site(kind, number)
        return self._sites[kind, number]

    def router(self, kind: Kind, number: int) -> Namespace:
        """The router of a site. Raises NetLabError."""
        self.site(kind, number)
        return self._routers[f"{kind}{number}"]

    def neighbour(self, kind: Kind, number: int) -> Namespace:
        """Another host in the network of a site. Raises NetLabError."""
        if (kind, number) not in self._neighbours:
            router = self.router(kind, number)
            host = self._neighbours[kind, number] = self._add(f"{kind}{number}n")
            self._join_lan(host, "eth0", router, f"{LAN}.99")
        return self._neighbours[kind, number]

    def roam(self, host: Namespace, kind: Kind, number: int) -> None:
        """Carry a host into the network of another site: its old interface is gone at once. Raises NetLabError."""
        router = self.router(kind, number)
        host.run("ip link del eth0")
        self._join_lan(host, "eth0", router, f"{LAN}.98")

    def _build_site(self, kind: Kind, number: int) -> Namespace:
        name = f"{kind}{number}"
        router = self._routers[name] = self._add(f"{name}r", forwards=True)
        if kind in ("cgn", "cgnsym"):
            self._join_carrier(router, symmetric=kind == "cgnsym", name=f"{name}c")
        else:
            self._join_public(router)
        router.run("ip link add lan type bridge", "ip link set lan up")
        self._address(router, "lan", f"{LAN}.1/24")
        router.firewall(symmetric=kind in ("sym", "v6"), guests=kind == "udpblk")
        host = self._add(name)
        self._join_lan(host, "eth0", router, f"{LAN}.{10 + number}")
        if kind == "v6":
            self._add_ipv6(host, router, number)
        return host

    def _add_ipv6(self, host: Namespace, router: Namespace, number: int) -> None:
        prefix = f"2001:db8:{10 + number}::"
        way = f"{PUBLIC6}{20 + number}"
        self._address(router, "wan", f"{way}/64")
        self._address(router, "lan", f"{prefix}1/64")
        self._address(host, "eth0", f"{prefix}10/64")
        router.run(f"ip -6 route add default via {PUBLIC6}1")
        host.run(f"ip -6 route add default via {prefix}1")
        self._core.run(f"ip -6 route add {prefix}/64 via {way}")

    def _join_public(self, router: Namespace) -> None:
        self._join(router, "wan", self._core, "br0")
        self._address(router, "wan", f"{PUBLIC}.{next(self._public_addresses)}/24")
        router.run(f"ip route add default via {PUBLIC}.1")

    def _join_carrier(self, router: Namespace, *, symmetric: bool, name: str) -> None:
        carrier = self._add(name, forwards=True)
        self._join_public(carrier)
        carrier.run("ip link add lan type bridge", "ip link set lan up")
        self._address(carrier, "lan", f"{CARRIER}.1/10")
        carrier.firewall(symmetric=symmetric)
        self._join(router, "wan", carrier, "lan")
        self._address(router, "wan", f"{CARRIER}.2/10")
        router.run(f"ip route add default via {CARRIER}.1")

    def _join_lan(self, host: Namespace, interface: str, router: Namespace, address: str) -> None:
        self._join(host, interface, router, "lan")
        self._address(host, interface, f"{address}/24")
        host.run(f"ip route add default via {LAN}.1", f"ip route add 224.0.0.0/4 dev {interface}")

    def way_out(self, kind: Kind, number: int) -> Port:
        """Where a site's router is plugged in. Raises NetLabError."""
        return self._ports[self.router(kind, number).name, "wan"]

    def _join(self, host: Namespace, interface: str, switch: Namespace, bridge: str) -> None:
        """Connect a host with a bridge of another namespace."""
        self._links += 1
        port = f"port{self._links}"
        self._ports[host.name, interface] = Port(switch, port, bridge)
        _run(
            shlex.split(f"ip link add {interface} netns {host.name} type veth peer name {port} netns {switch.name}"),
        )
        host.run(f"ip link set {interface} up")
        switch.run(f"ip link set {port} up", f"ip link set {port} master {bridge}")

    def _address(self, namespace: Namespace, interface: str, *addresses: str) -> None:
        for address in addresses:
            namespace.run(f"ip addr add {address} dev {interface}" + (" nodad" if ":" in address else ""))

    def _add(self, name: str, *, forwards: bool = False) -> Namespace:
        namespace = Namespace(self._prefix + name)
        _run(["ip", "netns", "add", namespace.name])
        self._namespaces.append(namespace)
        # An address that is good only after a second is a change of networks, at which browsers drop what they are loading.
        namespace.run("ip link set lo up", "sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0")
        if forwards:
            namespace.run("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1")
        return namespace


@contextmanager
def net_lab() -> Iterator[NetLab]:
    """A lab that is gone afterwards. Raises NetLabError."""
    lab = NetLab()
    try:
        lab.build()
        yield lab
    finally:
        lab.remove()


def _run(command: Sequence[str], text: str | None = None) -> None:
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    if done.returncode:
        raise NetLabError(f"{shlex.join(command)}: {done.stderr.strip()}")
