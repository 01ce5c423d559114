"""Takes over the data of an old Ambianic, as events of one camera."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
import logging
from pathlib import Path
import sqlite3
from typing import Literal

from .old_ambianic import MAX_PICTURE, OldAmbianic, Sighting
from .snapshots import is_picture
from .timeline import Timeline

AT_ONCE = 50

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is: `files` to look at and how many of them are `done`, and events by what became of them.

    `known` were imported before, `skipped` could not be read. `trouble` says why it failed.
    """

    state: Literal["running", "done", "cancelled", "failed"] = "running"
    files: int = 0
    done: int = 0
    imported: int = 0
    known: int = 0
    skipped: int = 0
    trouble: str | None = None


class Import:
    """One import. Doing it again adds nothing twice, and what was broken off can be gone on with."""

    def __init__(self, timeline: Timeline, directory: Path, camera_id: str, zone: tzinfo | None) -> None:
        """Take over this directory; its times are of `zone`, None for this machine's."""
        self._timeline = timeline
        self._old = OldAmbianic(directory, camera_id, zone)
        self._directory = directory
        self._cancelled = False
        self._seen: set[str] = set()
        self.progress = Progress()

    async def run(self) -> None:
        """Do it; `progress` tells how it ends."""
        try:
            files = await asyncio.to_thread(self._old.files)
            self.progress = replace(self.progress, files=len(files))
            for path in files:
                if self._cancelled:
                    self.progress = replace(self.progress, state="cancelled")
                    return
                await self._file(path)
        except (OSError, sqlite3.Error) as err:
            _LOGGER.warning("The import of %s has failed: %s", self._directory, err)
            self.progress = replace(self.progress, state="failed", trouble=f"{self._directory} can't be taken over: {err}")
        else:
            self.progress = replace(self.progress, state="cancelled" if self._cancelled else "done")

    def cancel(self) -> None:
        """Leave off soon."""
        self._cancelled = True

    async def _file(self, path: Path) -> None:
        part = await asyncio.to_thread(self._old.read, path)
        # The log and the files beside the pictures tell of the same events.
        new = {sighting.event.id: sighting for sighting in part.sightings if sighting.event.id not in self._seen}
        self._seen.update(new)
        self.progress = replace(self.progress, skipped=self.progress.skipped + part.skipped)
        sightings = list(new.values())
        for first in range(0, len(sightings), AT_ONCE):
            if self._cancelled:
                return
            await self._add(sightings[first : first + AT_ONCE])
        self.progress = replace(self.progress, done=self.progress.done + 1)

    async def _add(self, sightings: Sequence[Sighting]) -> None:
        known = await self._timeline.index.known([sighting.event.id for sighting in sightings])
        wanted = [sighting for sighting in sightings if sighting.event.id not in known]
        sizes = await asyncio.to_thread(self._copy_pictures, wanted)
        events = [replace(sighting.event, snapshot=sighting.event.id in sizes) for sighting in wanted]
        added = await self._timeline.index.add(events, sizes)
        self.progress = replace(
            self.progress,
            imported=self.progress.imported + added,
            known=self.progress.known + len(sightings) - added,
        )

    def _copy_pictures(self, sightings: Sequence[Sighting]) -> dict[str, int]:
        """Copy the pictures that are any, and return the bytes of each. Raises OSError where ours can't be written."""
        sizes = {}
        for sighting in sightings:
            jpeg = None if sighting.picture is None else _read(sighting.picture)
            if jpeg is not None:
                sizes[sighting.event.id] = self._timeline.snapshots.write(sighting.event, jpeg)
        return sizes


def _read(path: Path) -> bytes | None:
    """A picture's bytes; None where it can't be read, or is none."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_PICTURE + 1)
    except OSError:
        return None
    return data if len(data) <= MAX_PICTURE and is_picture(data) else None
