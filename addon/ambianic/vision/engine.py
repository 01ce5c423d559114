"""What the vision process runs: model files, and on what."""

from dataclasses import dataclass
import json
import os
from pathlib import Path
from typing import Self

from ambianic.config import DetectorSettings
from ambianic.models import store
from ambianic.models.catalog import FACES, SOUNDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The object model, which is always loaded, and those that are loaded once something that they know is asked for."""

    model: Path
    faces: Path | None = None
    sounds: Path | None = None
    extra: tuple[Path, ...] = ()
    threads: int = 1
    accelerator: str = "cpu"

    @classmethod
    def of(cls, data: Path, settings: DetectorSettings) -> Self:
        """What settings ask for, of the models that are there."""
        return cls(
            model=store.find(data, settings.model),
            faces=_present(data, FACES.name),
            sounds=_present(data, SOUNDS.name),
            extra=tuple(path for name in settings.extra if (path := _present(data, name)) is not None),
            threads=settings.threads,
            accelerator=settings.accelerator,
        )

    @property
    def argument(self) -> str:
        """The engine as an argument of a command line."""
        return json.dumps(
            {
                "model": os.fspath(self.model),
                "faces": self.faces and os.fspath(self.faces),
                "sounds": self.sounds and os.fspath(self.sounds),
                "extra": [os.fspath(path) for path in self.extra],
                "threads": self.threads,
                "accelerator": self.accelerator,
            }
        )

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read what `argument` wrote."""
        content = json.loads(argument)
        return cls(
            model=Path(content["model"]),
            faces=None if content["faces"] is None else Path(content["faces"]),
            sounds=None if content["sounds"] is None else Path(content["sounds"]),
            extra=tuple(map(Path, content["extra"])),
            threads=int(content["threads"]),
            accelerator=str(content["accelerator"]),
        )


def _present(data: Path, name: str) -> Path | None:
    path = store.find(data, name)
    return path if path.is_file() else None
