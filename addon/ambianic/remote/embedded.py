"""The registrar inside this edge, for homes without the Internet."""

from dataclasses import dataclass
import ipaddress

from ambianic.webrtc.ice import host_addresses


@dataclass(frozen=True, slots=True)
class EmbeddedRegistrar:
    """Where it listens: on `host`, an IP address or the unspecified one for all. `trouble` is why it does not, in a sentence."""

    host: str
    port: int
    trouble: str | None = None

    @property
    def url(self) -> str:
        """Where this edge reaches it."""
        return self._at("127.0.0.1" if self._everywhere else self.host)

    @property
    def public(self) -> str:
        """Where phones on the local network reach it; the address may change while the edge runs."""
        return self._at(host_addresses(use_ipv4=True, use_ipv6=False)[0] if self._everywhere else self.host)

    @property
    def _everywhere(self) -> bool:
        return ipaddress.ip_address(self.host).is_unspecified

    def _at(self, host: str) -> str:
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"
