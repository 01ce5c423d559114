"""Which events are wanted, and the marks between pages of them."""

import base64
from collections.abc import Collection, Sequence
from dataclasses import dataclass
import json
from typing import Literal

from ambianic.events import Event, Feedback, Origin


class InvalidCursorError(ValueError):
    """The cursor is not one that this index gave out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events to read. Times are Unix seconds; empty sequences mean all.

    `among` are the only cameras whose events may be read at all, none where it is empty; None for all. An event is in `zones` where
    it is in one of them. `feedback` "none" stands for the events of which nobody has said anything.
    """

    cameras: Sequence[str] = ()
    labels: Sequence[str] = ()
    zones: Sequence[str] = ()
    after: float | None = None
    before: float | None = None
    starred: bool | None = None
    feedback: Sequence[Feedback | Literal["none"]] = ()
    origins: Sequence[Origin] = ()
    among: Collection[str] | None = None

    def kinds(self) -> tuple[str, list[object]]:
        """The condition on rows of the table `kind`, and its values."""
        where: list[str] = ["events > 0"]
        values: list[object] = []
        feedback = ["" if said == "none" else said for said in self.feedback]
        for column, choices in (
            ("camera_id", self.cameras),
            ("label", self.labels),
            ("feedback", feedback),
            ("origin", self.origins),
        ):
            if choices:
                where.append(f"{column} IN ({_places(choices)})")
                values += choices
        if self.among is not None:
            where.append(f"camera_id IN ({_places(self.among)})")
            values += self.among
        if self.zones:
            where.append(f"EXISTS (SELECT 1 FROM json_each(zones) WHERE value IN ({_places(self.zones)}))")  # noqa: S608  values are bound
            values += self.zones
        if self.starred is not None:
            where.append("starred = ?")
            values.append(self.starred)
        return " AND ".join(where), values


def _places(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def encode_cursor(event: Event) -> str:
    """The mark after an event."""
    return base64.urlsafe_b64encode(json.dumps([event.start, event.id]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[float, str]:
    """Start and id of the event that a mark stands after. Raises InvalidCursorError."""
    try:
        start, identifier = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return float(start), str(identifier)
    except (ValueError, TypeError) as err:
        raise InvalidCursorError("The cursor is not valid: use the `next` of the page before.") from err
