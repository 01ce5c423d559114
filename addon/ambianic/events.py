"""An event: one visit of one kind of object to one camera."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Literal

type Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions (0 to 1) of the picture."""


type Feedback = Literal["wrong", "right"]
"""What a person says of a detection."""


class Origin(StrEnum):
    """Where an event comes from."""

    DETECTOR = "detector"
    MANUAL = "manual"
    IMPORT = "import"


class Phase(StrEnum):
    """What happened to an event."""

    START = "start"
    UPDATE = "update"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One visit, from the first picture of an object to its last.

    `start` and `end` are Unix times in seconds; `end` is None while the visit goes on. `score` (0 to 1) and `box` are those
    of the best picture so far, which is the snapshot. `clip` is the time that is recorded of it, with what goes before and after,
    its end None while that goes on; None where nothing is recorded.
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
    clip: tuple[float, float | None] | None = None
    starred: bool = False
    feedback: Feedback | None = None
    origin: Origin = Origin.DETECTOR

    def as_json(self) -> dict[str, Any]:
        """The event as the API shows it (docs/api.md)."""
        return asdict(self) | {
            "start": rfc3339(self.start),
            "end": None if self.end is None else rfc3339(self.end),
            "box": [round(side, 4) for side in self.box],
            "zones": list(self.zones),
            "score": round(self.score, 3),
            "clip": None if self.clip is None else _span(*self.clip),
        }


def _span(start: float, end: float | None) -> dict[str, str | None]:
    return {"start": rfc3339(start), "end": None if end is None else rfc3339(end)}


def rfc3339(time: float) -> str:
    """A Unix time as RFC 3339 in UTC, with milliseconds."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
