"""What was changed in the index since its last good copy, a line of JSON each.

    {"event": {...}}      an event as it is now
    {"gone": [id, ...]}   events that were removed
    {"segment": {...}}    a finished segment
    {"dropped": [id, ...]}  segments that were removed

Each line says how something is, not what was done to it: reading lines once more, in their order, changes nothing.
"""

from collections.abc import Iterator
from contextlib import suppress
import json
import logging
from pathlib import Path
from typing import Any

from ambianic.files import sync_directory

FILE = "events.journal"
OLDER = "events.journal.1"
"""The lines that the copy that is being made has already."""

type Line = dict[str, Any]

_LOGGER = logging.getLogger(__name__)


class Journal:
    """The journal of one data directory. For one thread, except `entries`.

    `complete` is false once a line could not be written: then only a new copy helps.
    """

    def __init__(self, directory: Path) -> None:
        """Use the journal of this directory."""
        self._path = directory / FILE
        self._older = directory / OLDER
        self._lines: list[str] = []
        self.complete = True

    @property
    def bytes(self) -> int:
        """How large it is."""
        return sum(path.stat().st_size for path in (self._older, self._path) if path.exists())

    @property
    def exists(self) -> bool:
        """Whether there is one."""
        return self._path.exists() or self._older.exists()

    def note(self, line: Line) -> None:
        """Have a line written once the transaction has succeeded."""
        self._lines.append(json.dumps(line, separators=(",", ":")))

    def discard(self) -> None:
        """Forget the lines of a transaction that has failed."""
        self._lines.clear()

    def write(self) -> None:
        """Write the lines of a transaction that has succeeded. A disk that refuses does not undo it."""
        if not self._lines:
            return
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in self._lines))
        except OSError as err:
            if self.complete:
                _LOGGER.warning("The journal of the index can't be written, so a new copy of the index is needed: %s", err)
            self.complete = False
        self._lines.clear()

    def begin_copy(self) -> None:
        """Put the lines so far aside: the copy that is made now has them. Raises OSError."""
        if self._older.exists():
            # The copy before did not succeed: its lines are still needed.
            with self._older.open("ab") as older, suppress(FileNotFoundError):
                older.write(self._path.read_bytes())
            self._path.unlink(missing_ok=True)
        elif self._path.exists():
            self._path.replace(self._older)
        self._path.touch()
        self.complete = True

    def end_copy(self) -> None:
        """Forget the lines that a good copy has. Raises OSError."""
        self._older.unlink(missing_ok=True)
        sync_directory(self._path.parent)

    def entries(self) -> Iterator[Line]:
        """All lines in their order; those that can't be read are left out. Raises OSError."""
        for path in (self._older, self._path):
            with suppress(FileNotFoundError), path.open("rb") as file:
                for line in file:
                    with suppress(ValueError):
                        entry = json.loads(line)
                        if isinstance(entry, dict):
                            yield entry
