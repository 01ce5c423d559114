"""The push services of browsers: the only places that alerts are sent to."""

from collections.abc import Iterable
import ipaddress
import re

from yarl import URL

HOSTS = (
    "fcm.googleapis.com",
    "*.push.apple.com",
    "updates.push.services.mozilla.com",
    "*.notify.windows.com",
)
"""Those of Chrome, Safari, Firefox and Edge; `*` is any one or more names in front."""
MAX_ENDPOINT = 2048

_PRINTABLE = re.compile(r"[!-~]+")


class NotAPushService(ValueError):
    """An address that nothing is sent to; the text says so to people."""


def push_origin(text: str) -> str:
    """The origin of another push service, such as `https://push.example`, written one way.

    Plain HTTP is taken for this machine alone. Raises ValueError with what to write instead.
    """
    url = _parsed(text.strip())
    if url is None or url.path not in {"", "/"} or url.query_string:
        raise ValueError("Use the address of a push service such as https://push.example, without a path.")
    if url.scheme != "https" and not _is_loopback(url.host or ""):
        raise ValueError("A push service is reached over HTTPS: use an address such as https://push.example.")
    return str(url.origin()).lower()


class PushServices:
    """Tells where alerts may be sent: to the browsers' own services and to some more origins.

    A phone names the address that its alerts go to. Without this list it could make the edge knock at anything inside the home.
    """

    def __init__(self, more: Iterable[str] = ()) -> None:
        """Add these origins. Raises ValueError."""
        self._more = frozenset(push_origin(origin) for origin in more)

    def check(self, endpoint: str) -> URL:
        """The address, ready to be used as it is. Raises NotAPushService."""
        url = _parsed(endpoint) if len(endpoint) <= MAX_ENDPOINT else None
        if url is None:
            raise NotAPushService("This is not the address of a push service.")
        if str(url.origin()).lower() not in self._more and not _is_of_a_browser(url):
            raise NotAPushService("Alerts are sent to the push services of browsers only, and this is none of them.")
        return url


def _parsed(text: str) -> URL | None:
    """A web address without anything that programs read differently; None for all else."""
    if not _PRINTABLE.fullmatch(text) or "\\" in text:
        return None
    try:
        # As the address is sent, so it is judged: it is parsed by what sends it, and once.
        url = URL(text, encoded=True)
        port = url.port
    except ValueError:
        return None
    plain = url.scheme in {"http", "https"} and url.host and port and url.user is None and url.password is None
    return url if plain and not url.fragment else None


def _is_of_a_browser(url: URL) -> bool:
    host = url.host or ""
    return (
        url.scheme == "https"
        and url.port == 443
        and any(host.endswith(known[1:]) and host != known[2:] if known.startswith("*.") else host == known for known in HOSTS)
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
