"""Which models the vision process works with: those that were chosen or, where these were given up, those from before."""

from dataclasses import dataclass, replace
import json
import logging
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from ambianic.config import DetectorSettings
from ambianic.files import write_atomically

_LOGGER = logging.getLogger(__name__)

FILE = "detector.json"
MAX_FILE_BYTES = 64 * 1024
USUAL = DetectorSettings()


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept: the settings that worked for long, those that were given up, and the sentence for people."""

    proven: DetectorSettings | None = None
    refused: DetectorSettings | None = None
    trouble: str | None = None

    @classmethod
    def read(cls, content: Any) -> Self:
        def settings(name: str) -> DetectorSettings | None:
            return None if content.get(name) is None else DetectorSettings.model_validate(content[name])

        trouble = content.get("trouble")
        return cls(settings("proven"), settings("refused"), None if trouble is None else str(trouble))

    def written(self) -> bytes:
        return json.dumps(
            {
                "proven": self.proven and self.proven.model_dump(),
                "refused": self.refused and self.refused.model_dump(),
                "trouble": self.trouble,
            }
        ).encode()


class Choice:
    """The settings that were chosen, and the ones to work with.

    What was found out about them is kept in a file, so that a restart of the edge does not try models again that were given up.
    """

    def __init__(self, data: Path, chosen: DetectorSettings) -> None:
        """Go on with what is known in the data directory."""
        self._path = data / FILE
        self._chosen = chosen
        self._known = _read(self._path)

    @property
    def settings(self) -> DetectorSettings:
        """The settings to work with."""
        return self._before if self._known.refused == self._chosen else self._chosen

    @property
    def trouble(self) -> str | None:
        """What to tell people of models that were given up."""
        return self._known.trouble

    @property
    def can_give_up(self) -> bool:
        """Whether there are other settings to go back to."""
        return self._before != self.settings

    def choose(self, settings: DetectorSettings) -> None:
        """Work with these from now on. Where they are other ones, what was told of those before is over."""
        changed = settings != self.settings
        self._chosen = settings
        if changed:
            self._keep(replace(self._known, refused=None, trouble=None))

    def prove(self) -> None:
        """Take note that the settings have worked for long."""
        if self._known.proven != self.settings:
            self._keep(replace(self._known, proven=self.settings))

    def give_up(self, why: str) -> DetectorSettings:
        """Go back to the settings from before, and return them; `why` is a sentence."""
        given_up, back = self.settings, self._before
        first, again = _difference(given_up, back), _difference(back, given_up)
        trouble = f"{first[0].upper()}{first[1:]} does not work, so {again} is used again. {why}"
        self._keep(replace(self._known, refused=given_up, trouble=trouble))
        return back

    def dismiss(self) -> None:
        """Tell no more of the trouble; the settings stay given up."""
        self._keep(replace(self._known, trouble=None))

    @property
    def _before(self) -> DetectorSettings:
        """The settings to go back to."""
        proven = self._known.proven
        return USUAL if proven is None or proven == self._chosen else proven

    def _keep(self, known: _Known) -> None:
        self._known = known
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, known.written())
        except OSError as err:
            _LOGGER.error("What is known of the detector's models can't be kept: %s", err.strerror or err)


def _read(path: Path) -> _Known:
    try:
        return _Known.read(json.loads(path.read_bytes()[:MAX_FILE_BYTES]))
    except FileNotFoundError:
        return _Known()
    except (OSError, ValueError, AttributeError, ValidationError):
        _LOGGER.warning("%s can't be read: nothing is known of the detector's models from before.", path)
        return _Known()


def _difference(settings: DetectorSettings, other: DetectorSettings) -> str:
    """What tells these settings from the others, for a sentence."""
    if settings.model != other.model:
        return f"the model {settings.model}"
    if settings.accelerator != other.accelerator:
        return f"the accelerator {settings.accelerator}"
    if settings.extra != other.extra:
        return f"the further models {', '.join(settings.extra)}" if settings.extra else "no further model"
    return f"the model {settings.model} with {settings.threads} {'thread' if settings.threads == 1 else 'threads'}"
