"""The days and hours of which there are recordings of a camera."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from homeassistant.util import dt as dt_util

from .coordinator import AmbianicCoordinator
from .media import Span

HOUR = timedelta(hours=1)
# So much the edge tells of recordings at once.
MOST_SPANS = timedelta(days=400)
# The clock of the edge may be ahead of this one.
AHEAD = timedelta(days=1)


async def async_recorded(
    coordinator: AmbianicCoordinator, camera_id: str, day: Span | None
) -> list[Span]:
    """Return what was recorded on a day, or ever, in order."""
    kept = coordinator.data.storage.of_camera(camera_id)
    end = day.end if day else dt_util.utcnow() + AHEAD
    if day:
        start = day.start
    elif kept and kept.oldest:
        start = kept.oldest
    else:
        start = end - MOST_SPANS
    recorded: list[Span] = []
    while start < end:
        until = min(start + MOST_SPANS, end)
        spans = await coordinator.client.async_get_spans(camera_id, start, until)
        recorded += (Span(span.start, span.end) for span in spans)
        start = until
    return recorded


def days_of(spans: Iterable[Span]) -> list[datetime]:
    """Return the starts of the days that spans touch, in order."""
    days: dict[datetime, None] = {}
    for span in spans:
        day = dt_util.start_of_local_day(dt_util.as_local(span.start))
        while day < span.end:
            days[day] = None
            day = dt_util.start_of_local_day(day.date() + timedelta(days=1))
    return list(days)


def hours_of(spans: Iterable[Span], day: Span) -> list[Span]:
    """Return the hours of a day that spans touch, each from its first recording on."""
    hours: dict[datetime, Span] = {}
    for span in spans:
        start = dt_util.as_utc(max(span.start, day.start))
        # As whole seconds it shall not begin before there is a picture.
        start += timedelta(microseconds=-start.microsecond % 1_000_000)
        end = dt_util.as_utc(min(span.end, day.end))
        while start < end:
            # Hours of the home: there are time zones that are half an hour off.
            local = dt_util.as_local(start)
            hour = start - timedelta(minutes=local.minute, seconds=local.second)
            first = hours[hour].start if hour in hours else start
            hours[hour] = Span(first, min(end, hour + HOUR))
            start = hour + HOUR
    return list(hours.values())
