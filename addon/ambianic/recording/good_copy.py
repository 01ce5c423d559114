"""The last good copy of the index, and what is done with it where the index is broken."""

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
import logging
import os
from pathlib import Path
import shutil
import sqlite3
import threading

from ambianic.files import sync_directory

from .journal import Journal
from .schema import version

SUFFIX = ".good"
PERIOD = 3600.0
"""Seconds between two copies."""
BYTES_PER_DAY = 2_000_000_000
"""What copies may write in a day: those of a large index are made less often."""
QUICK_BYTES = 100_000_000

_DISK = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_NOMEM,
    }
)
"""Errors that say nothing about the database itself."""

_LOGGER = logging.getLogger(__name__)


class GoodCopy:
    """`events.sqlite3.good`: a copy of the index that was whole when it was made. All calls take a while."""

    def __init__(self, database: Path, journal: Journal) -> None:
        """Copy this database, whose changes since the copy are in the journal."""
        self._database = database
        self._journal = journal
        self._path = database.with_name(database.name + SUFFIX)
        self._making = threading.Lock()

    @property
    def period(self) -> float:
        """Seconds from one copy to the next."""
        with suppress(OSError):
            return max(PERIOD, self._database.stat().st_size * 86_400 / BYTES_PER_DAY)
        return PERIOD

    @property
    def quick(self) -> bool:
        """Whether a copy is made so quickly that whoever stops the edge does not wait for it."""
        with suppress(OSError):
            return self._database.stat().st_size <= QUICK_BYTES
        return False

    def begin(self) -> bool:
        """Prepare the next copy, for the thread of the journal; false where the last one is as good. Raises OSError."""
        if self._path.exists() and self._journal.complete and self._journal.bytes == 0:
            return False
        self._journal.begin_copy()
        return True

    def make(self) -> None:
        """Make a copy and put it in place of the last one, if it is whole. Raises OSError and sqlite3.Error."""
        new = self._path.with_name(f"{self._path.name}.new")
        with self._making:
            self._make(new)

    def _make(self, new: Path) -> None:
        try:
            for path in _files(new):
                path.unlink(missing_ok=True)
            with closing(sqlite3.connect(self._database)) as source, closing(sqlite3.connect(new)) as target:
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
            fault = _fault(new)
            if fault is not None:
                raise sqlite3.DatabaseError(f"the index is damaged: {fault}")
            _sync(new)
            new.replace(self._path)
            sync_directory(self._path.parent)
        finally:
            for path in _files(new):
                path.unlink(missing_ok=True)

    def mend(self) -> str | None:
        """Put the copy in place of a broken database, which is moved aside; the journal is still to be replayed.

        Returns a sentence for people where anything was broken. Raises OSError and IndexVersionError.
        """
        fault = self._fault()
        if fault is None:
            return None
        aside = self._move_aside()
        _LOGGER.error("The index of events is broken (%s)%s", fault, f" and was moved to {aside.name}" if aside else "")
        kept = f" The broken one is kept as {aside.name}." if aside else ""
        if self._path.exists() and _fault(self._path) is None:
            made = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
            new = self._database.with_name(f"{self._database.name}.new")
            shutil.copyfile(self._path, new)
            _sync(new)
            new.replace(self._database)
            sync_directory(self._database.parent)
            return (
                f"The index of events was broken. It was restored from its copy of {made:%Y-%m-%d %H:%M} UTC and the changes "
                f"noted since then.{kept}"
            )
        return (
            "The index of events was broken and there is no good copy of it. The changes that were noted since the last copy, and "
            f"the recordings on disk, were put in again; older events may be missing.{kept}"
        )

    def _fault(self) -> str | None:
        """What is wrong with the database; None where it is whole, or where there never was one."""
        known = self._path.exists() or self._journal.exists
        if not self._database.exists():
            return "it is missing" if known else None
        fault = _fault(self._database)
        return fault if known or self._database.stat().st_size else None

    def _move_aside(self) -> Path | None:
        aside = None
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        # What is shared between processes means nothing once they are gone.
        self._database.with_name(f"{self._database.name}-shm").unlink(missing_ok=True)
        for path in _files(self._database):
            if path.exists():
                to = path.with_name(f"{self._database.name}.broken-{stamp}{path.name.removeprefix(self._database.name)}")
                path.replace(to)
                aside = aside or to
        return aside


def _fault(path: Path) -> str | None:
    """What is wrong with a database that is there. Raises IndexVersionError, and sqlite3.Error where the disk is at fault."""
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            if version(connection) == 0:
                return "it has no version"
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            return None if found == "ok" else found.splitlines()[-1]
    except sqlite3.DatabaseError as err:
        if err.sqlite_errorcode & 0xFF in _DISK:
            raise
        return str(err)
    except UnicodeDecodeError as err:  # in the names of tables, or in what SQLite says of them
        return str(err)


def _files(database: Path) -> Iterator[Path]:
    """A database's file, and those that SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        yield database.with_name(database.name + suffix)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
