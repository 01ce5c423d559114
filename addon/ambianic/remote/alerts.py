"""What a phone wants to be alerted of."""

from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

type ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
type Weekday = Annotated[int, Field(ge=0, le=6)]
"""0 is Monday."""
type Name = Annotated[str, Field(min_length=1, max_length=64)]

DEFAULT_COOLDOWN = 60


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)


class QuietHours(_Rules):
    """The part of the day without alerts, in the home's local time; it may go past midnight."""

    from_: Annotated[ClockTime, Field(alias="from")]
    to: ClockTime

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.from_ == self.to:
            raise ValueError("The quiet hours begin and end at the same time. Choose two times, or null for none.")
        return self


class ScheduledHours(_Rules):
    """A part of some days of the week, in the home's local time.

    What goes past midnight belongs to the day on which it begins. The same time twice is a whole day.
    """

    days: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)]
    from_: Annotated[ClockTime, Field(alias="from")]
    to: ClockTime


class AlertRules(_Rules):
    """Which events a phone is alerted of; null means all labels, cameras, places and hours, no quiet hours, and no pause."""

    enabled: bool = True
    labels: Annotated[tuple[Name, ...] | None, Field(max_length=100)] = None
    cameras: Annotated[tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")], ...] | None, Field(max_length=64)] = None
    zones: Annotated[tuple[Name, ...] | None, Field(max_length=100)] = None
    schedule: Annotated[tuple[ScheduledHours, ...] | None, Field(min_length=1, max_length=16)] = None
    quiet: QuietHours | None = None
    cooldown_seconds: Annotated[
        int, Field(ge=0, le=3600, description="Seconds after an alert without another one of the same label and camera.")
    ] = DEFAULT_COOLDOWN
    snoozed_until: AwareDatetime | None = None
