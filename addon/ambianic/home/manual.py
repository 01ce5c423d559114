"""Events that people and automations mark by hand."""

from typing import Annotated
import uuid

from pydantic import AfterValidator, AwareDatetime, Field

from ambianic.config import Label, Schema
from ambianic.events import Event, Origin

SKEW = 60
"""Seconds that the clock of the one who asks may be ahead."""


def _thinkable(time: AwareDatetime) -> AwareDatetime:
    if not 1970 < time.year < 2100:
        raise ValueError("Use a time such as 2026-11-22T16:04:05Z.")
    return time


type Moment = Annotated[AwareDatetime, AfterValidator(_thinkable)]


class ManualEvent(Schema):
    """A mark: from `start`, now where that is not given, for so many seconds."""

    camera_id: Annotated[str, Field(max_length=64)]
    label: Label
    start: Moment | None = None
    seconds: Annotated[float, Field(ge=1, le=3600)] = 30

    def event(self, now: float) -> tuple[Event, float]:
        """The event as it begins, and the Unix time of its end. Raises ValueError where it begins in the future."""
        start = now if self.start is None else self.start.timestamp()
        if start > now + SKEW:
            raise ValueError("An event can't begin in the future.")
        event = Event(
            id=str(uuid.uuid4()),
            camera_id=self.camera_id,
            label=self.label,
            start=min(start, now),
            score=1,
            box=(0, 0, 1, 1),
            origin=Origin.MANUAL,
        )
        return event, event.start + self.seconds
