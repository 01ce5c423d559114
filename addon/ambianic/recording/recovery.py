"""After a crash: what was being written is mended, and put into the catalogue."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
import logging
import os
from pathlib import Path
import struct

from .catalogue import SegmentCatalogue
from .mp4 import write
from .mp4.boxes import BrokenFile
from .mp4.read import Contents, codecs, read
from .segment import Segment
from .segment_writer import name_of

HOUR = 3600

_LOGGER = logging.getLogger(__name__)


async def recover(directory: Path, catalogue: SegmentCatalogue, now: float) -> None:
    """Finish the segments that were being written, and drop those of which nothing is left.

    Files of the last hours that did not get into the catalogue any more are put in; all others are compared later, beside everything else
    (`reconciliation`). Raises OSError and sqlite3.Error.
    """
    unfinished = await catalogue.unfinished_segments()
    for segment in unfinished:
        contents = await asyncio.to_thread(mend, segment.path(directory))
        if contents is None:
            await catalogue.drop_segments([segment.id])
        else:
            await catalogue.put_segment(replace(segment, end=contents.end, bytes=contents.size))
    adopted = 0
    for camera in await asyncio.to_thread(_cameras, directory):
        for hour in (now - HOUR, now):
            start = hour // HOUR * HOUR
            known = {segment.id for segment in await catalogue.segments(camera, start, start + HOUR)}
            for path in await asyncio.to_thread(_unknown, directory / camera / hour_directory(start), known):
                found = await asyncio.to_thread(inspect, directory, path)
                if found is not None:
                    await catalogue.put_segment(found)
                    adopted += 1
    if unfinished or adopted:
        _LOGGER.info("Recordings that were interrupted are mended: %d", len(unfinished) + adopted)


def hour_directory(start: float) -> str:
    """The part of the path of segments that says the hour."""
    return datetime.fromtimestamp(start, UTC).strftime("%Y/%m/%d/%H")


def _cameras(directory: Path) -> list[str]:
    return [entry.name for entry in directory.iterdir() if entry.is_dir()]


def _unknown(directory: Path, known: Collection[str]) -> list[Path]:
    return [path for path in directory.glob("*.mp4") if path.stem not in known]


def inspect(directory: Path, path: Path) -> Segment | None:
    """The segment that is in a file, by the file alone, after mending it. None where there is none: the file is removed. Blocks."""
    contents = mend(path)
    if contents is None:
        return None
    segment = Segment(
        id=path.stem,
        camera_id=path.relative_to(directory).parts[0],
        start=contents.start,
        end=contents.end,
        bytes=contents.size,
        codecs=codecs(contents.init),
        init=name_of(contents.init),
    )
    if (rightful := segment.path(directory)) != path:
        rightful.parent.mkdir(parents=True, exist_ok=True)
        path.replace(rightful)
    return segment


def mend(path: Path) -> Contents | None:
    """Cut off what was not written whole, and put the table in. None where nothing is left: the file is removed. Raises OSError."""
    try:
        contents = read(path)
    except FileNotFoundError:
        return None
    except (BrokenFile, struct.error):
        contents = None
    if contents is None or not contents.rows:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return None
    if not contents.finished:
        with path.open("r+b", buffering=0) as file:
            file.truncate(contents.size)
            os.pwrite(file.fileno(), write.table(contents.rows), contents.table)
            os.fsync(file.fileno())
    return contents
