"""What all that the API shows has in common."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

type Time = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
type BoxView = Annotated[list[float], Field(min_length=4, max_length=4, description="Left, top, right, bottom, each 0 to 1.")]


class View(BaseModel):
    """An answer or a part of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SpanView(View):
    """A part of a camera's time; `end` is null while it goes on."""

    start: Time
    end: Time | None


class ProblemView(View):
    """A failure (RFC 9457)."""

    type: Literal["about:blank"]
    status: int
    title: str
    code: str
    detail: str
    field: str | None
