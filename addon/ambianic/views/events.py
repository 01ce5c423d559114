"""How visits are shown."""

from ambianic.events import Event, Feedback, Origin

from .base import SpanView, Time, View


class EventView(View):
    """One visit; `zones` are the ids of those that it came to."""

    id: str
    camera_id: str
    label: str
    start: Time
    end: Time | None
    score: float
    box: list[float]
    zones: list[str]
    snapshot: bool
    clip: SpanView | None
    starred: bool
    feedback: Feedback | None
    origin: Origin


class EventPage(View):
    """Some events, newest first."""

    events: list[EventView]
    next: str | None


def event_view(event: Event) -> EventView:
    """Show an event."""
    return EventView.model_validate(event.as_json())
