"""What must be known before the edge starts. The Supervisor writes it for the app; elsewhere the defaults hold."""

from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

FILE = "options.json"
MAX_BYTES = 64 * 1024
LOG_LEVELS = ("debug", "info", "warning", "error")


class OptionsError(Exception):
    """The options can't be used; the text names the field and says what it may be."""


@dataclass(frozen=True, slots=True)
class Options:
    """The app's options: the names of Python's log levels in lower case, and a TCP port."""

    log_level: str = "info"
    port: int = 8778


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
    options = Options(**{key: value for key, value in values.items() if key in Options.__slots__})
    if unknown := sorted(values.keys() - set(Options.__slots__)):
        raise ValueError(f"there is no option {unknown[0]!r}; the options are {', '.join(Options.__slots__)}.")
    if options.log_level not in LOG_LEVELS:
        raise ValueError(f"log_level must be one of {', '.join(LOG_LEVELS)}.")
    if type(options.port) is not int or not 1 <= options.port <= 65535:
        raise ValueError("port must be a whole number from 1 to 65535.")
    return options
