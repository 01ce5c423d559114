"""What must be known before the edge starts. The Supervisor writes it for the app; elsewhere the defaults hold."""

from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

from .config import MAX_REGISTRARS, web_address

FILE = "options.json"
MAX_BYTES = 64 * 1024
LOG_LEVELS = ("debug", "info", "warning", "error")


class OptionsError(Exception):
    """The options can't be used; the text names the field and says what it may be."""


@dataclass(frozen=True, slots=True)
class Options:
    """The app's options: one of the names of Python's log levels in lower case, TCP ports, and web addresses.

    `registrar_port` 0 means no registrar of our own. `registrars` and `app` are added to what is set in the edge itself.
    """

    log_level: str = "info"
    port: int = 8778
    registrar_port: int = 9779
    registrars: tuple[str, ...] = ()
    app: str | None = None


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
    registrars = known.pop("registrars", ())
    if not isinstance(registrars, list | tuple) or len(registrars) > MAX_REGISTRARS:
        raise ValueError(f"registrars must be a list of up to {MAX_REGISTRARS} addresses.")
    # The Supervisor leaves a field that the user has emptied as an empty text.
    app = known.pop("app", None) or None
    options = Options(
        **known,
        registrars=tuple(_address("registrars", address) for address in registrars),
        app=None if app is None else _address("app", app),
    )
    if options.log_level not in LOG_LEVELS:
        raise ValueError(f"log_level must be one of {', '.join(LOG_LEVELS)}.")
    if type(options.port) is not int or not 1 <= options.port <= 65535:
        raise ValueError("port must be a whole number from 1 to 65535.")
    if type(options.registrar_port) is not int or not 0 <= options.registrar_port <= 65535:
        raise ValueError("registrar_port must be a whole number from 1 to 65535, or 0 for none.")
    return options


def _address(field: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{field} must hold addresses such as https://pnp.example/.")  # noqa: TRY004  said to the user
    try:
        return web_address(value)
    except ValueError as err:
        raise ValueError(f"{field}: {value[:100]!r} is not valid. {err}") from None
