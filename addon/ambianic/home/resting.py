"""What rests before the cameras, such as parked cars: kept on disk, so that it is known again after a restart."""

import asyncio
from collections.abc import Sequence
import logging
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from ambianic.config import MAX_CAMERAS, Fraction, Label, Schema
from ambianic.files import write_atomically
from ambianic.vision.wire import Resting

FILE = "resting.json"
MAX_OBJECTS = 100
"""Objects that are kept of a camera."""
MAX_BYTES = 4 * 1024 * 1024

_LOGGER = logging.getLogger(__name__)


class _Kept(Schema):
    label: Label
    box: tuple[Fraction, Fraction, Fraction, Fraction]
    since: Annotated[float, Field(ge=0)]


_FILE = TypeAdapter(dict[str, Annotated[list[_Kept], Field(max_length=MAX_OBJECTS)]])


class RestingObjects:
    """All that rests, by the id of its camera. Changes are written at once, those that come meanwhile together."""

    def __init__(self, directory: Path) -> None:
        """Read what is kept; a file that is missing or damaged means that nothing is known."""
        self._path = directory / FILE
        self._kept = _read(self._path)
        self._writing: asyncio.Task[None] | None = None
        self._changed = False
        self._unwritable = False

    def of(self, camera_id: str) -> tuple[Resting, ...]:
        """What rested before a camera when it was last looked at."""
        return self._kept.get(camera_id, ())

    def keep(self, camera_id: str, objects: Sequence[Resting]) -> None:
        """Take what rests before a camera now."""
        newest = tuple(sorted(objects, key=lambda resting: -resting.since)[:MAX_OBJECTS])
        if newest != self.of(camera_id):
            self._kept[camera_id] = newest
            self._write_soon()

    def retain(self, camera_ids: Sequence[str]) -> None:
        """Forget all cameras but these."""
        if gone := self._kept.keys() - set(camera_ids):
            for camera_id in gone:
                del self._kept[camera_id]
            self._write_soon()

    async def stop(self) -> None:
        """Wait until everything is written."""
        if self._writing is not None:
            await asyncio.wait({self._writing})

    def _write_soon(self) -> None:
        self._changed = True
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="resting objects")

    async def _write(self) -> None:
        while self._changed:
            self._changed = False
            kept = {
                camera_id: [_Kept.model_construct(label=item.label, box=item.box, since=item.since) for item in objects]
                for camera_id, objects in self._kept.items()
                if objects
            }
            try:
                await asyncio.to_thread(write_atomically, self._path, _FILE.dump_json(kept))
                self._unwritable = False
            except OSError as err:
                if not self._unwritable:
                    _LOGGER.warning("What rests before the cameras can't be written to %s: %s", FILE, err.strerror)
                self._unwritable = True


def _read(path: Path) -> dict[str, tuple[Resting, ...]]:
    try:
        with path.open("rb") as file:
            kept = _FILE.validate_json(file.read(MAX_BYTES))
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as err:
        reason = err.strerror if isinstance(err, OSError) else "its content is damaged"
        _LOGGER.warning("%s is ignored: %s. Parked cars may be told of once more.", path.name, reason)
        return {}
    return {
        camera_id: tuple(Resting(item.label, item.box, item.since) for item in objects)
        for camera_id, objects in list(kept.items())[:MAX_CAMERAS]
    }
