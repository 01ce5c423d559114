"""What must be known before the edge starts. The Supervisor writes it for the app; elsewhere the defaults hold."""

from collections.abc import Callable
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

from .config import MAX_REGISTRARS, web_address

FILE = "options.json"
MAX_BYTES = 64 * 1024
MAX_PUSH_SERVICES = 8
LOG_LEVELS = ("debug", "info", "warning", "error")


class OptionsError(Exception):
    """The options can't be used; the text names the field and says what it may be."""


@dataclass(frozen=True, slots=True)
class Options:
    """The app's options: one of the names of Python's log levels in lower case, TCP ports, web addresses, and a directory.

    `registrar_port` 0 means no registrar of our own. `registrars` and `app` are added to what is set in the edge itself, and
    `push_services` to those of the browsers.
    `recordings` is where video lies, None for the data directory.
    """

    log_level: str = "info"
    port: int = 8778
    registrar_port: int = 9779
    registrars: tuple[str, ...] = ()
    app: str | None = None
    recordings: Path | None = None
    push_services: tuple[str, ...] = ()


def load_options(data_dir: Path) -> Options:
    """Read the options of a data directory; the defaults where it has none. Raises OptionsError."""
    path = data_dir / FILE
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Options()
    except OSError as err:
        raise OptionsError(f"{path} can't be read: {err.strerror}.") from err
    if len(data) > MAX_BYTES:
        raise OptionsError(f"{path} is larger than {MAX_BYTES} bytes.")
    try:
        values = json.loads(data)
    except ValueError as err:
        raise OptionsError(f"{path} is not JSON: {err}.") from err
    if not isinstance(values, dict):
        raise OptionsError(f'{path} must hold an object such as {{"port": 8778}}.')
    try:
        return _checked(values)
    except ValueError as err:
        raise OptionsError(f"{path}: {err}") from err


def _checked(values: dict[str, Any]) -> Options:
    known = {key: value for key, value in values.items() if key in Options.__slots__}
    if unknown := sorted(values.keys() - known.keys()):
        raise ValueError(f"there is no option {unknown[0]!r}; the options are {', '.join(Options.__slots__)}.")
    registrars = _addresses("registrars", known.pop("registrars", ()), MAX_REGISTRARS, web_address)
    push_services = _addresses("push_services", known.pop("push_services", ()), MAX_PUSH_SERVICES, _push_service)
    # The Supervisor leaves a field that the user has emptied as an empty text.
    app = known.pop("app", None) or None
    recordings = known.pop("recordings", None) or None
    options = Options(
        **known,
        registrars=registrars,
        push_services=push_services,
        app=None if app is None else _address("app", app, web_address),
        recordings=None if recordings is None else _directory("recordings", recordings),
    )
    if options.log_level not in LOG_LEVELS:
        raise ValueError(f"log_level must be one of {', '.join(LOG_LEVELS)}.")
    if type(options.port) is not int or not 1 <= options.port <= 65535:
        raise ValueError("port must be a whole number from 1 to 65535.")
    if type(options.registrar_port) is not int or not 0 <= options.registrar_port <= 65535:
        raise ValueError("registrar_port must be a whole number from 1 to 65535, or 0 for none.")
    return options


def _addresses(field: str, values: Any, most: int, check: Callable[[str], str]) -> tuple[str, ...]:
    if not isinstance(values, list | tuple) or len(values) > most:
        raise ValueError(f"{field} must be a list of up to {most} addresses.")
    return tuple(_address(field, value, check) for value in values)


def _address(field: str, value: Any, check: Callable[[str], str]) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{field} must hold addresses such as https://pnp.example/.")  # noqa: TRY004  said to the user
    try:
        return check(value)
    except ValueError as err:
        raise ValueError(f"{field}: {value[:100]!r} is not valid. {err}") from None


def _push_service(text: str) -> str:
    # It brings along all of remote access, which the health check, twice a minute, has no use for.
    from .remote.push.services import push_origin

    return push_origin(text)


def _directory(field: str, value: Any) -> Path:
    if not isinstance(value, str) or not value.startswith("/") or "\0" in value or ".." in Path(value).parts:
        raise ValueError(f"{field} must be the whole path of a directory, such as /media/ambianic.")
    return Path(value)
