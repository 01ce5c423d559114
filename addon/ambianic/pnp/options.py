"""What a registrar is told when it starts."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps that keep one visitor from using up what is there for all. A prefix is an IPv4 address or an IPv6 /64."""

    sockets: int = 25_000
    """Sockets of a node."""
    sockets_per_prefix: int = 60
    """Sockets of a prefix on a node; those that proved their id do not count."""
    new_sockets_per_minute: int = 30
    """New sockets of a prefix, on all nodes together; those that proved their id do not count."""
    requests_per_minute: int = 120
    """HTTP requests of a prefix to a node."""
    messages_per_second: int = 20
    """Messages that a socket may send in the long run."""
    message_burst: int = 100
    """Messages that a socket may send at once."""
    message_bytes: int = 64 * 1024
    """Size of a message."""
    undelivered: int = 1000
    """Messages that wait on a node for receivers that are not there."""
    undelivered_per_sender: int = 50
    """Messages of one socket among those."""
    rooms: int = 10_000
    """Networks in which a pairing hub is announced at the same time, on a node."""
    hubs_per_room: int = 8
    """Pairing hubs announced in one network."""


@dataclass(frozen=True, slots=True)
class RegistrarOptions:
    """Everything that a registrar can be told. The default is a node for this machine alone."""

    host: str = "127.0.0.1"
    port: int = 0
    """0: any free port."""
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = None
    """Where /healthz, /readyz and /metrics are; None: nowhere."""
    ui: Path | None = None
    """Directory of the built app, to be served at /."""
    app: str | None = None
    """Where phones find the app, if that is another server."""
    public_urls: tuple[str, ...] = ()
    """The addresses that clients use. If given, proofs and app links are for these only; else for the Host that a request names."""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Proxies whose X-Forwarded-For is believed."""
    stun: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    turn_secret: str | None = field(default=None, repr=False)
    """The static-auth-secret of coturn."""
    backplane: str | None = field(default=None, repr=False)
    """redis://…: what the nodes share."""
    v4_url: str | None = None
    v6_url: str | None = None
    connect_src: tuple[str, ...] = ()
    """Other origins that the served app may connect to."""
    lan: bool = False
    """At home: all private addresses are one network."""
    limits: Limits = field(default_factory=Limits)
