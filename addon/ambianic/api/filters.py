"""Which events are asked for, and which time: what the queries of several calls have in common."""

from typing import Literal, get_args
from zoneinfo import ZoneInfo

from aiohttp import web

from ambianic.errors import EdgeError, ErrorCode
from ambianic.events import Origin
from ambianic.recording.filters import EventFilter

from .parts import principal
from .route import Parameter, time

type _Feedback = Literal["wrong", "right", "none"]

FILTERS = (
    Parameter(name="camera", kind="string", about="Only events of this camera.", repeated=True),
    Parameter(name="label", kind="string", about="Only events of this label.", repeated=True),
    Parameter(name="zone", kind="string", about="Only events in this zone.", repeated=True),
    Parameter(name="starred", kind="boolean", about="Only events with a star, or only those without."),
    Parameter(name="feedback", kind="string", about="Only events of which this was said: wrong, right or none.", repeated=True),
    Parameter(name="origin", kind="string", about="Only events from here: detector, manual or import.", repeated=True),
)
SPAN = (
    Parameter(name="start", kind="string", about="The time at which it begins.", required=True),
    Parameter(name="end", kind="string", about="The time at which it ends.", required=True),
)


def event_filter(request: web.Request) -> EventFilter:
    """The events that the query asks for and that the one who asks may see. Raises EdgeError."""
    query = request.query
    return EventFilter(
        cameras=query.getall("camera", []),
        labels=query.getall("label", []),
        zones=query.getall("zone", []),
        after=time(request, "after"),
        before=time(request, "before"),
        starred=boolean(request, "starred"),
        feedback=_choices(request, "feedback", get_args(_Feedback.__value__)),
        origins=[Origin(choice) for choice in _choices(request, "origin", tuple(Origin))],
        among=principal(request).cameras,
    )


def span(request: web.Request, longest: float) -> tuple[float, float]:
    """The Unix times `start` and `end` of the query, at most so many seconds apart. Raises EdgeError."""
    start, end = moment(request, "start"), moment(request, "end")
    if not 0 < end - start <= longest:
        raise EdgeError(
            ErrorCode.INVALID_FIELD,
            "end is not valid",
            f"It has to come after start, at most {_words(longest)} later.",
            field="end",
        )
    return start, end


def moment(request: web.Request, name: str) -> float:
    """A Unix time that the query has to tell. Raises EdgeError."""
    if (told := time(request, name)) is None:
        raise EdgeError(ErrorCode.INVALID_FIELD, f"{name} is missing", "Use UTC such as 2026-11-22T16:04:05Z.", field=name)
    return told


def time_zone(name: str, field: str) -> ZoneInfo:
    """A time zone by its name; the `field` told it. Raises EdgeError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # all that a name of no zone can lead to
        raise EdgeError(
            ErrorCode.INVALID_FIELD, f"{field} is not a time zone", "Use a name such as Europe/Berlin.", field=field
        ) from None


def choice[T: str](request: web.Request, name: str, among: tuple[T, ...], default: T) -> T:
    """One word of a few. Raises EdgeError."""
    told = request.query.get(name, default)
    for word in among:
        if told == word:
            return word
    raise _unknown(name, among)


def boolean(request: web.Request, name: str) -> bool | None:
    """Whether the query wants something; None where it does not say. Raises EdgeError."""
    match request.query.get(name):
        case None:
            return None
        case "true" | "1":
            return True
        case "false" | "0":
            return False
    raise _unknown(name, ("true", "false"))


def refuse_unknown(request: web.Request, parameters: tuple[Parameter, ...]) -> None:
    """Raise EdgeError where the query has more than these."""
    if unknown := set(request.query) - {parameter.name for parameter in parameters}:
        name = min(unknown)[:64]
        known = ", ".join(parameter.name for parameter in parameters)
        raise EdgeError(ErrorCode.INVALID_FIELD, f"There is no filter {name!r}", f"There are {known}.", field=name)


def _choices[T: str](request: web.Request, name: str, among: tuple[T, ...]) -> list[T]:
    told = request.query.getall(name, [])
    if not set(told) <= set(among):
        raise _unknown(name, among)
    return [word for word in among if word in told]


def _unknown(name: str, among: tuple[str, ...]) -> EdgeError:
    words = ", ".join(among[:-1])
    return EdgeError(ErrorCode.INVALID_FIELD, f"{name} is not valid", f"Use {words} or {among[-1]}.", field=name)


def _words(seconds: float) -> str:
    return f"{seconds / 86400:g} days" if seconds >= 172800 else f"{seconds / 3600:g} hours"
