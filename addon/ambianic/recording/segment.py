"""A piece of a camera's recording: one file."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RECORDINGS = "recordings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A fragmented MP4 that begins with a key frame and plays by itself.

    `start` and `end` are Unix times in seconds, `end` None while it is written. `codecs` is the parameter of its media type
    (RFC 6381). `init` tells apart what comes before the fragments: segments of the same one can be played as one.
    """

    id: str
    camera_id: str
    start: float
    end: float | None
    bytes: int
    codecs: str
    init: str

    def path(self, directory: Path) -> Path:
        """Where the file lies under a directory of recordings: `CAMERA/2026/11/22/16/ID.mp4`, in UTC."""
        hour = datetime.fromtimestamp(self.start, UTC).strftime("%Y/%m/%d/%H")
        return directory / self.camera_id / hour / f"{self.id}.mp4"
