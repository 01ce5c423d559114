"""Addresses of cameras: checked, parted from their secrets, and shown without them."""

from collections.abc import Iterable
from pathlib import Path
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

REDACTED = "REDACTED"
SECRET_PARAMETERS = frozenset(
    {"auth", "key", "apikey", "api_key", "authsig", "pass", "passwd", "password", "psw", "pwd", "secret", "sig", "token"}
)
NETWORK_SCHEMES = frozenset({"http", "https", "rtsp", "rtsps"})
_DEVICE = re.compile(r"/dev/video\d{1,3}")


def parse(address: str) -> tuple[str, str | None, str | None]:
    """Return the address without user and password, the user, and the password.

    Raises ValueError with a sentence for people where it is not the address of a camera.
    """
    address = address.strip()
    if _DEVICE.fullmatch(address):
        return address, None, None
    if address.startswith("/"):
        address = Path(address).as_uri()
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as err:
        raise ValueError(f"The address is not valid: {err}.") from err
    if parts.scheme == "file":
        if parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
            raise ValueError("Write the path of a file in full, such as file:///media/garden.mp4.")
        return urlunsplit(("file", "", parts.path, "", "")), None, None
    if parts.scheme not in NETWORK_SCHEMES:
        raise ValueError(
            "Use an address such as rtsp://192.168.1.20/stream1, http://192.168.1.20/video.mjpg, file:///media/garden.mp4 or /dev/video0."
        )
    host = parts.hostname
    if not host or any(character.isspace() for character in address):
        raise ValueError("The address has no host: write for example rtsp://192.168.1.20/stream1.")
    netloc = f"[{host}]" if ":" in host else host
    if port is not None:
        netloc += f":{port}"
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, "")), user, password


def with_credentials(address: str, username: str | None, password: str | None) -> str:
    """Put user and password back into a network address."""
    parts = urlsplit(address)
    if parts.scheme not in NETWORK_SCHEMES or not username:
        return address
    credentials = quote(username, safe="")
    if password:
        credentials += ":" + quote(password, safe="")
    return urlunsplit(parts._replace(netloc=f"{credentials}@{parts.netloc}"))


def redact(address: str) -> str:
    """The address as it may be shown: without secrets in its query."""
    parts = urlsplit(address)
    if not parts.query:
        return address
    query = [
        (name, REDACTED if value and name.lower() in SECRET_PARAMETERS else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    if REDACTED not in (value for _, value in query):
        return address
    return urlunsplit(parts._replace(query=urlencode(query)))


def local_path(address: str) -> Path | None:
    """The path of a `file://` address."""
    parts = urlsplit(address)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def hide(sentence: str, places: Iterable[str]) -> str:
    """A sentence about cameras without the hosts, files and devices of these addresses."""
    for place in places:
        parts = urlsplit(place)
        path = unquote(parts.path)
        if host := parts.hostname:
            sentence = re.sub(
                rf"(the name )?{re.escape(host)}(:\d+)?", lambda match: "this name" if match[1] else "the camera", sentence
            )
        else:
            for name in (path, Path(path).name):
                sentence = sentence.replace(name, "…")
    return sentence[:1].upper() + sentence[1:]
