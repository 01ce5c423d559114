"""The index's SQLite database: one thread writes, others read meanwhile, so that no reader ever waits for a writer."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
import logging
from pathlib import Path
import sqlite3
import threading
import time

from .good_copy import GoodCopy
from .journal import Journal
from .schema import add_functions, prepare

FILE = "events.sqlite3"
READERS = 2
LOOK_SECONDS = 60.0
RETRY_SECONDS = 600.0
"""Seconds between two looks whether a copy is due, and from one that failed to the next."""
DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_LOGGER = logging.getLogger(__name__)


class Database:
    """The index of one data directory. All calls raise sqlite3.Error.

    What is called must not keep the connection. What it notes in the `journal` is written once its transaction has succeeded.
    `damaged` is true once the database turned out to be, and until the next `open`.
    """

    def __init__(self, directory: Path) -> None:
        """Use the database of this directory; `open` makes it."""
        self.path = directory / FILE
        self.journal = Journal(directory)
        self.copy = GoodCopy(self.path, self.journal)
        self.damaged = False
        self._writing = ThreadPoolExecutor(1, "index-write")
        self._reading = ThreadPoolExecutor(READERS, "index-read")
        self._of_thread = threading.local()
        self._connections: list[sqlite3.Connection] = []

    async def open(self, replay: Callable[[sqlite3.Connection], None]) -> str | None:
        """Open or make the database. One that is broken is moved aside and restored: from its copy, and by `replay` of the journal.

        Returns what is to be said of that, a sentence for people. Raises OSError and IndexVersionError too.
        """

        def open_() -> str | None:
            notice = self.copy.mend()
            connection = self._connection()
            connection.execute("PRAGMA journal_mode = WAL")
            prepare(connection)
            if notice is not None:
                connection.execute("BEGIN IMMEDIATE")
                replay(connection)
                connection.execute("COMMIT")
            return notice

        return await asyncio.get_running_loop().run_in_executor(self._writing, open_)

    async def close(self) -> None:
        """Write everything out and let go of the file."""
        await asyncio.to_thread(self._reading.shutdown)
        await asyncio.to_thread(self._writing.shutdown)
        for connection in reversed(self._connections):
            connection.close()
        self._connections.clear()

    async def read[T](self, call: Callable[[sqlite3.Connection], T]) -> T:
        """Read, all of it from the same state."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._run, call, "BEGIN")

    async def write[T](self, call: Callable[[sqlite3.Connection], T]) -> T:
        """Write in one transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._writing, self._run, call, "BEGIN IMMEDIATE")

    async def get_note(self, name: str) -> str | None:
        """Something that is kept by name."""

        def get(connection: sqlite3.Connection) -> str | None:
            row = connection.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
            return None if row is None else str(row[0])

        return await self.read(get)

    async def set_note(self, name: str, value: str | None) -> None:
        """Keep something by name, None for nothing."""

        def put(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM note WHERE name = ?", (name,))
            if value is not None:
                connection.execute("INSERT INTO note (name, value) VALUES (?, ?)", (name, value))

        await self.write(put)

    def size(self) -> int:
        """The bytes of all its files."""
        return sum(path.stat().st_size for path in self.path.parent.glob("events.*"))

    async def make_copy(self) -> None:
        """Make a new good copy, if anything has changed. Raises OSError too."""
        loop = asyncio.get_running_loop()
        was_complete = self.journal.complete
        if not await loop.run_in_executor(self._writing, self.copy.begin):
            return
        try:
            await asyncio.to_thread(self.copy.make)
        except BaseException:
            self.journal.complete = self.journal.complete and was_complete
            raise
        await loop.run_in_executor(self._writing, self.journal.end_copy)

    async def compact(self) -> None:
        """Leave nothing of what was removed: neither names that are not used any more, nor old pages, nor the copy. Raises OSError too."""

        def compact() -> None:
            connection = self._connection()
            connection.execute("DELETE FROM kind WHERE events = 0")
            connection.execute("DELETE FROM format WHERE id NOT IN (SELECT format FROM segment)")
            connection.execute(
                "DELETE FROM usage WHERE camera_id NOT IN (SELECT camera_id FROM segment UNION SELECT camera_id FROM kind)"
            )
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        await asyncio.get_running_loop().run_in_executor(self._writing, compact)
        await self.make_copy()

    async def try_copy(self) -> bool:
        """Make a new good copy if that is possible now."""
        try:
            await self.make_copy()
        except (OSError, sqlite3.Error) as err:
            _LOGGER.warning("No copy of the index could be made: %s", err)
            return False
        return True

    async def keep_copies(self) -> None:
        """Make a good copy soon, whenever one is due, and when a full disk has left holes in the journal."""
        due, made = 0.0, False
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if time.monotonic() >= due or (made and not self.journal.complete):
                made = await self.try_copy()
                due = time.monotonic() + (self.copy.period if made else RETRY_SECONDS)

    def _run[T](self, call: Callable[[sqlite3.Connection], T], begin: str) -> T:
        try:
            connection = self._connection()
            connection.execute(begin)
            try:
                result = call(connection)
                connection.execute("COMMIT")
            except BaseException:
                if begin != "BEGIN":
                    self.journal.discard()
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.DatabaseError as err:
            if getattr(err, "sqlite_errorcode", 0) & 0xFF in DAMAGED and not self.damaged:
                self.damaged = True
                _LOGGER.error("The index of events is damaged (%s). It is restored at the next start.", err)
            raise
        if begin != "BEGIN":
            self.journal.write()
        return result

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._of_thread, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=5, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = FAST")
            connection.execute("PRAGMA cache_size = -32000")
            connection.execute("PRAGMA temp_store = MEMORY")
            add_functions(connection)
            self._of_thread.connection = connection
            self._connections.append(connection)
        return connection
