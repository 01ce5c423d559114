"""What a phone wants to be alerted of."""

from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

type ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class QuietHours(BaseModel):
    """The part of the day without alerts, in the home's local time; it may go past midnight."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    from_: Annotated[ClockTime, Field(alias="from")]
    to: ClockTime

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.from_ == self.to:
            raise ValueError("The quiet hours begin and end at the same time. Choose two times, or null for none.")
        return self


class AlertRules(BaseModel):
    """Which events a phone is alerted of; null means all labels, all cameras, and no quiet hours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True
    labels: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=64)], ...] | None, Field(max_length=100)] = None
    cameras: Annotated[tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")], ...] | None, Field(max_length=64)] = None
    quiet: QuietHours | None = None
    snoozed_until: AwareDatetime | None = None
