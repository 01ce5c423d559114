"""Segments on their way to the disk."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
import hashlib
import logging
import os
from pathlib import Path
import random
from time import monotonic
import uuid

from ambianic.files import sync_directory

from .mp4 import write
from .segment import Segment
from .segmenter import Made, Opening

SYNC_SECONDS = 10.0
"""So often what is written is made to last, and told."""
FIRST_RETRY, LAST_RETRY = 1.0, 30.0

_LOGGER = logging.getLogger(__name__)


class SegmentWriter:
    """Writes the fragments of one camera into files. What the disk refuses is lost; it is tried again soon. Blocks.

    `on_segment` is told of each segment when it is begun, about every `SYNC_SECONDS`, and when it is finished; `on_empty` of the
    id of one that came to nothing. `trouble` is a sentence for people while the disk refuses.
    """

    def __init__(
        self, directory: Path, camera_id: str, on_segment: Callable[[Segment], None], on_empty: Callable[[str], None]
    ) -> None:
        """Write under a directory of recordings."""
        self.trouble: str | None = None
        self._directory = directory
        self._camera_id = camera_id
        self._on_segment = on_segment
        self._on_empty = on_empty
        self._file: _File | None = None
        self._retry = FIRST_RETRY
        self._blocked_until = 0.0

    def write(self, made: Made) -> bool:
        """Write a fragment. Returns False where that was not possible: a new segment is needed to go on."""
        if made.opening is not None:
            self.close()
            self._open(made.opening)
        if self._file is None:
            return False
        try:
            self._file.append(made)
            if self._file.synced + SYNC_SECONDS < monotonic() and not self._sync():
                return False
        except OSError as err:
            self._fail(err)
            return False
        if self.trouble is not None:
            _LOGGER.info("Recordings of camera %s are written again", self._camera_id)
        self.trouble, self._retry = None, FIRST_RETRY
        return True

    def close(self) -> None:
        """Finish the segment that is written, if any."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            if file.rows and not file.is_gone:
                file.finish()
        except OSError as err:
            self._refused(err)
        finally:
            file.close()
        if file.rows and file.path.exists():
            self._on_segment(replace(file.segment, end=file.end, bytes=file.size))
        else:
            with suppress(OSError):
                file.path.unlink(missing_ok=True)
            self._on_empty(file.segment.id)

    def _open(self, opening: Opening) -> None:
        if monotonic() < self._blocked_until:
            return
        segment = Segment(
            id=uuid.uuid4().hex,
            camera_id=self._camera_id,
            start=opening.start,
            end=None,
            bytes=0,
            codecs=opening.codecs,
            init=name_of(opening.init),
        )
        try:
            self._file = _File(segment, segment.path(self._directory), opening)
        except OSError as err:
            self._refused(err)
            return
        self._on_segment(self._file.segment)

    def _sync(self) -> bool:
        assert self._file is not None
        if self._file.is_gone:
            # Somebody has deleted it: go on in another one.
            self.close()
            return False
        self._file.sync()
        self._on_segment(replace(self._file.segment, bytes=self._file.size))
        return True

    def _fail(self, err: OSError) -> None:
        self._refused(err)
        self.close()

    def _refused(self, err: OSError) -> None:
        if self.trouble is None:
            _LOGGER.error("Recordings of camera %s can't be written: %s", self._camera_id, err)
        self.trouble = f"Recordings can't be written to disk: {err.strerror or err}."
        self._blocked_until = monotonic() + random.uniform(self._retry / 2, self._retry)
        self._retry = min(2 * self._retry, LAST_RETRY)


class _File:
    """A segment's file. All calls raise OSError."""

    def __init__(self, segment: Segment, path: Path, opening: Opening) -> None:
        self.segment = segment
        self.path = path
        self.rows: list[write.Row] = []
        self.size = 0
        self.synced = monotonic()
        self._table = len(opening.init)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            self._write(opening.init + write.table(None) + write.began(opening.start))
        except OSError:
            self.close()
            with suppress(OSError):
                path.unlink()
            raise

    @property
    def end(self) -> float:
        return self.segment.start + sum(row.duration for row in self.rows) / write.VIDEO_SCALE

    @property
    def is_gone(self) -> bool:
        return os.fstat(self._descriptor).st_nlink == 0

    def append(self, made: Made) -> None:
        self._write(made.data)
        self.rows.append(made.row)

    def sync(self) -> None:
        os.fdatasync(self._descriptor)
        self.synced = monotonic()

    def finish(self) -> None:
        os.pwrite(self._descriptor, write.table(self.rows), self._table)
        os.fsync(self._descriptor)
        sync_directory(self.path.parent)

    def close(self) -> None:
        os.close(self._descriptor)

    def _write(self, data: bytes) -> None:
        """Append all of it or nothing."""
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError:
            os.ftruncate(self._descriptor, self.size)
            os.lseek(self._descriptor, self.size, os.SEEK_SET)
            raise
        self.size += len(data)


def name_of(init: bytes) -> str:
    """A short name of what comes before the fragments."""
    return hashlib.sha256(init).hexdigest()[:16]
