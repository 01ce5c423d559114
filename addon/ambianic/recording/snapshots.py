"""The events' pictures: one JPEG a visit, filed by day."""

from datetime import UTC, datetime
from pathlib import Path

from ambianic.events import Event
from ambianic.files import write_atomically


class Snapshots:
    """The pictures of one data directory: `snapshots/2026/11/22/EVENT.jpg`, days in UTC."""

    def __init__(self, directory: Path) -> None:
        """Use the pictures of this directory."""
        self._root = directory / "snapshots"

    def path(self, event: Event) -> Path:
        """Where an event's picture lies or will lie."""
        return self._root / datetime.fromtimestamp(event.start, UTC).strftime("%Y/%m/%d") / f"{event.id}.jpg"

    def write(self, event: Event, jpeg: bytes) -> None:
        """Keep a picture in place of the one before. Raises OSError."""
        path = self.path(event)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, jpeg)

    def delete(self, event: Event) -> None:
        """Remove a picture, if there is one. Raises OSError."""
        self.path(event).unlink(missing_ok=True)
