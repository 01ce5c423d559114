"""The events' pictures: a JPEG and a thumbnail a visit, filed by day."""

from contextlib import suppress
from datetime import UTC, datetime
import io
import logging
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ambianic.events import Event
from ambianic.files import write_atomically

THUMBNAIL = 320
"""Pixels that a thumbnail is wide at most."""
QUALITY = 80

_LOGGER = logging.getLogger(__name__)


class Snapshots:
    """The pictures of one data directory: `snapshots/2026/11/22/EVENT.jpg` and `EVENT-thumb.jpg`, days in UTC."""

    def __init__(self, directory: Path) -> None:
        """Use the pictures of this directory."""
        self.root = directory / "snapshots"

    def path(self, event: Event) -> Path:
        """Where an event's picture lies or will lie."""
        return self.root / datetime.fromtimestamp(event.start, UTC).strftime("%Y/%m/%d") / f"{event.id}.jpg"

    def thumbnail_path(self, event: Event) -> Path:
        """Where an event's thumbnail lies, if it has one: small pictures and those of older versions don't."""
        path = self.path(event)
        return path.with_name(f"{path.stem}-thumb.jpg")

    def write(self, event: Event, jpeg: bytes) -> int:
        """Keep a picture in place of the one before, and return the bytes that it takes. Raises OSError."""
        path = self.path(event)
        path.parent.mkdir(parents=True, exist_ok=True)
        small = thumbnail(jpeg)
        write_atomically(path, jpeg)
        if small is None:
            self.thumbnail_path(event).unlink(missing_ok=True)
            return len(jpeg)
        write_atomically(self.thumbnail_path(event), small)
        return len(jpeg) + len(small)

    def size(self, event: Event) -> int:
        """The bytes that an event's pictures take."""
        size = 0
        for path in (self.path(event), self.thumbnail_path(event)):
            with suppress(FileNotFoundError):
                size += path.stat().st_size
        return size

    def delete(self, event: Event) -> None:
        """Remove an event's pictures, if there are any. Raises OSError."""
        self.path(event).unlink(missing_ok=True)
        self.thumbnail_path(event).unlink(missing_ok=True)


def thumbnail(jpeg: bytes) -> bytes | None:
    """A smaller copy of a picture; None where it is small already, or no picture."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            if picture.width <= THUMBNAIL:
                return None
            picture.draft("RGB", (THUMBNAIL, THUMBNAIL))
            small = picture.convert("RGB")
            small.thumbnail((THUMBNAIL, THUMBNAIL * 4))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as err:
        _LOGGER.debug("No thumbnail: %s", err)
        return None
    file = io.BytesIO()
    small.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def is_picture(jpeg: bytes) -> bool:
    """Whether these bytes begin as a JPEG does."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            return picture.width > 0
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return False
