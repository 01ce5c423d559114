"""An event: one visit of one kind of object to one camera."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

type Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions (0 to 1) of the picture."""


class Phase(StrEnum):
    """What happened to an event."""

    START = "start"
    UPDATE = "update"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One visit, from the first picture of an object to its last.

    `start` and `end` are Unix times in seconds; `end` is None while the visit goes on. `score` (0 to 1) and `box` are those
    of the best picture so far, which is the snapshot.
    """

    id: str
    camera_id: str
    label: str
    start: float
    end: float | None = None
    score: float
    box: Box
    zones: tuple[str, ...] = ()
    snapshot: bool = False

    def as_json(self) -> dict[str, Any]:
        """The event as the API shows it (docs/api.md)."""
        return asdict(self) | {
            "start": rfc3339(self.start),
            "end": None if self.end is None else rfc3339(self.end),
            "box": [round(side, 4) for side in self.box],
            "zones": list(self.zones),
            "score": round(self.score, 3),
        }


def rfc3339(time: float) -> str:
    """A Unix time as RFC 3339 in UTC, with milliseconds."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
