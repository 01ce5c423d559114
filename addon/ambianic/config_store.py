"""The configuration on disk: one file, checked when read and replaced as a whole."""

from datetime import UTC, datetime
import logging
from pathlib import Path

from pydantic import ValidationError

from .config import Config
from .errors import EdgeError, ErrorCode
from .files import write_atomically

FILE = "config.json"
LAST_GOOD = "config.last-good.json"
MAX_BYTES = 64 * 1024 * 1024

_LOGGER = logging.getLogger(__name__)


class ConfigError(Exception):
    """The configuration can't be used; the text names the file, the field and the fault."""


class ConfigStore:
    """Reads and writes the configuration of one data directory.

    `broken` says what is wrong with the file where it could not be read and the last good copy is in use instead. The broken
    file stays as it is; when the configuration changes next it is put aside under another name first.
    """

    def __init__(self, directory: Path) -> None:
        """Read the configuration; a new directory gets one. Raises ConfigError or OSError."""
        self._path = directory / FILE
        self._last_good = directory / LAST_GOOD
        self.broken: str | None = None
        self.config = self._load()

    def save(self, config: Config) -> None:
        """Replace the configuration. Raises EdgeError and changes nothing where the disk refuses."""
        data = config.model_dump_json(indent=2).encode() + b"\n"
        try:
            if self.broken:
                stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
                self._path.rename(self._path.with_name(f"config.broken-{stamp}.json"))
                self.broken = None
            write_atomically(self._path, data)
            write_atomically(self._last_good, data)
        except OSError as err:
            raise EdgeError(
                ErrorCode.STORAGE,
                "The change could not be saved",
                f"Writing the configuration failed: {err.strerror}. Free some space or check the data directory's permissions.",
            ) from err
        self.config = config

    def _load(self) -> Config:
        try:
            config = _read(self._path)
        except FileNotFoundError:
            return self._load_missing()
        except ConfigError as err:
            try:
                config = _read(self._last_good)
            except (FileNotFoundError, ConfigError):
                raise err from None
            self.broken = str(err)
            _LOGGER.error("%s The last good copy, %s, is used instead and the broken file is left alone.", err, LAST_GOOD)
            return config
        try:
            if not self._last_good.exists() or self._last_good.read_bytes() != self._path.read_bytes():
                write_atomically(self._last_good, self._path.read_bytes())
        except OSError as err:
            _LOGGER.warning("The last good copy of the configuration could not be written: %s", err.strerror)
        return config

    def _load_missing(self) -> Config:
        try:
            config = _read(self._last_good)
        except FileNotFoundError:
            config = Config()
        else:
            _LOGGER.warning("%s is missing; the last good copy, %s, is used.", FILE, LAST_GOOD)
        data = config.model_dump_json(indent=2).encode() + b"\n"
        write_atomically(self._path, data)
        write_atomically(self._last_good, data)
        return config


def _read(path: Path) -> Config:
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{path.name} is larger than {MAX_BYTES} bytes.")
    try:
        return Config.model_validate_json(data)
    except ValidationError as err:
        raise ConfigError(f"{path.name} is not valid: {explain(err)}") from None


def explain(error: ValidationError) -> str:
    """The first fault of a validation in words, with its field and without the values, which may be secret."""
    field, message = first_fault(error)
    return f"{field}: {message}" if field else message


def first_fault(error: ValidationError) -> tuple[str, str]:
    """The field, dotted, and the message of the first fault."""
    fault = error.errors(include_url=False, include_input=False)[0]
    message = fault["msg"].removeprefix("Value error, ")
    if not message.endswith("."):
        message += "."
    return ".".join(str(part) for part in fault["loc"] if part != "[key]"), message
