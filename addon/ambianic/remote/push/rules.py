"""Whether a phone wants to be alerted of an event now."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from ambianic.events import Event, Phase
from ambianic.remote.alerts import AlertRules, ScheduledHours
from ambianic.remote.phones import Phone

STALE = 120.0
"""Seconds after which the beginning of a visit is history and no alert."""
REMEMBERED = 500
"""Visits of which it is kept in mind who was not told yet."""

_MIDNIGHT = "00:00"


def wants(rules: AlertRules, event: Event, now: datetime) -> bool:
    """Whether the rules want an event now; `now` is the home's local time with its zone. Places are not looked at."""
    return (
        rules.enabled
        and (rules.labels is None or event.label in rules.labels)
        and (rules.cameras is None or event.camera_id in rules.cameras)
        and (rules.snoozed_until is None or now >= rules.snoozed_until)
        and not (rules.quiet and _within(rules.quiet.from_, rules.quiet.to, f"{now:%H:%M}"))
        and (rules.schedule is None or any(_is_scheduled(hours, now) for hours in rules.schedule))
    )


def is_in_place(rules: AlertRules, event: Event) -> bool:
    """Whether a visit has been where the phone wants to hear of it."""
    return rules.zones is None or not set(rules.zones).isdisjoint(event.zones)


def _within(start: str, end: str, time: str) -> bool:
    return start <= time < end if start <= end else time >= start or time < end


def _is_scheduled(hours: ScheduledHours, now: datetime) -> bool:
    time, today, yesterday = f"{now:%H:%M}", now.weekday(), (now - timedelta(days=1)).weekday()
    if hours.from_ < hours.to:
        return today in hours.days and hours.from_ <= time < hours.to
    # It goes past midnight: until then it is of this day, and after that of the one before.
    return (today in hours.days and time >= hours.from_) or (
        yesterday in hours.days and hours.to != _MIDNIGHT and time < hours.to
    )


class Judge:
    """Decides which phones hear of an event: once a visit, when it begins, or when it comes to a place that they chose.

    `clock` gives Unix seconds, `local` the home's local time of such.
    """

    def __init__(self, clock: Callable[[], float], local: Callable[[float], datetime]) -> None:
        """Start with nobody told of anything."""
        self._clock = clock
        self._local = local
        self._waiting: dict[str, frozenset[str]] = {}
        self._told: dict[tuple[str, str, str], float] = {}

    def hears(self, phase: Phase, event: Event, phones: Sequence[Phone]) -> list[Phone]:
        """The phones that are to be alerted of an event now."""
        now = self._clock()
        if phase == Phase.END:
            self._waiting.pop(event.id, None)
            return []
        if phase == Phase.START:
            if event.id in self._waiting or now - event.start > STALE:
                return []
            known = frozenset(phone.id for phone in phones)
        else:
            known = self._waiting.get(event.id, frozenset())
        wanting = [
            phone
            for phone in phones
            if phone.id in known and _sees(phone, event) and wants(phone.alerts, event, self._local(now))
        ]
        there = [phone for phone in wanting if is_in_place(phone.alerts, event)]
        self._waiting[event.id] = frozenset({phone.id for phone in wanting if phone not in there})
        for oldest in [*islice(self._waiting, max(0, len(self._waiting) - REMEMBERED))]:
            del self._waiting[oldest]
        return [phone for phone in there if self._is_rested(phone, event, now)]

    def _is_rested(self, phone: Phone, event: Event, now: float) -> bool:
        """Whether the last such alert is long enough ago; then this is the last one."""
        self._told = {key: time for key, time in self._told.items() if 0 <= now - time < 3600}
        key = (phone.id, event.camera_id, event.label)
        if now - self._told.get(key, -float("inf")) < phone.alerts.cooldown_seconds:
            return False
        self._told[key] = now
        return True


def _sees(phone: Phone, event: Event) -> bool:
    return phone.cameras is None or event.camera_id in phone.cameras
