"""Which phones hear of an event, and when: by a clock that is set, in the time of a home."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ambianic.events import Event, Phase
from ambianic.pnp1.keys import SigningKey
from ambianic.remote.alerts import AlertRules
from ambianic.remote.phones import Phone
from ambianic.remote.push.rules import REMEMBERED, STALE, Judge, wants

BERLIN = ZoneInfo("Europe/Berlin")
CAMERA, OTHER = "3f9a1c20", "00000001"
MON, TUE, SAT, SUN = 0, 1, 5, 6


def event(name: str = "e", *, start: float = 0.0, camera: str = CAMERA, **fields: Any) -> Event:
    """Something that is seen."""
    given: dict[str, Any] = {"label": "person", "score": 0.8, "box": (0.0, 0.0, 1.0, 1.0)} | fields
    return Event(id=name, camera_id=camera, start=start, **given)


def rules(**fields: Any) -> AlertRules:
    """Rules as a phone sends them."""
    return AlertRules.model_validate(fields)


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A local time of a home."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


NOON = at("2026-11-22T12:00")
"""A Sunday."""


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (True, {}),
        (False, {"enabled": False}),
        (True, {"labels": ["person", "car"]}),
        (False, {"labels": ["car"]}),
        (False, {"labels": []}),
        (True, {"cameras": [CAMERA]}),
        (False, {"cameras": [OTHER]}),
        (False, {"snoozed_until": "2026-11-22T11:00:01Z"}),
        (True, {"snoozed_until": "2026-11-22T11:00:00Z"}),
        (False, {"quiet": {"from": "12:00", "to": "12:01"}}),
        (True, {"quiet": {"from": "11:00", "to": "12:00"}}),
        (True, {"quiet": {"from": "22:00", "to": "06:30"}}),
        (False, {"quiet": {"from": "22:00", "to": "12:01"}}),
        (True, {"schedule": [{"days": [SUN], "from": "08:00", "to": "18:00"}]}),
        (False, {"schedule": [{"days": [MON, SAT], "from": "08:00", "to": "18:00"}]}),
        (
            True,
            {"schedule": [{"days": [MON], "from": "00:00", "to": "00:00"}, {"days": [SUN], "from": "00:00", "to": "00:00"}]},
        ),
        (True, {"schedule": [{"days": [SAT], "from": "20:00", "to": "12:01"}]}),
        (False, {"schedule": [{"days": [SUN], "from": "20:00", "to": "12:01"}]}),
        (False, {"schedule": [{"days": [SAT], "from": "12:00", "to": "12:00"}]}),
        (True, {"schedule": [{"days": [SAT], "from": "12:01", "to": "12:01"}]}),
        (False, {"labels": ["person"], "schedule": [{"days": [SUN], "from": "00:00", "to": "00:00"}], "enabled": False}),
    ],
)
def test_rules_want_an_event(wanted: bool, given: dict[str, Any]) -> None:
    """All of them have to be content."""
    assert wants(rules(**given), event(), NOON) is wanted


@pytest.mark.parametrize(
    "given",
    [
        {"schedule": []},
        {"schedule": [{"days": [], "from": "08:00", "to": "18:00"}]},
        {"schedule": [{"days": [7], "from": "08:00", "to": "18:00"}]},
        {"schedule": [{"days": [0], "from": "8:00", "to": "18:00"}]},
        {"schedule": [{"days": [0], "from": "08:00", "to": "18:00"}] * 17},
        {"cooldown_seconds": -1},
        {"cooldown_seconds": 3601},
        {"zones": [""]},
    ],
)
def test_rules_that_make_no_sense_are_refused(given: dict[str, Any]) -> None:
    """Before they are kept."""
    with pytest.raises(ValueError, match="validation error"):
        rules(**given)


class Time:
    """A clock that is set, and the home's zone."""

    def __init__(self, text: str = "2026-11-22T12:00") -> None:
        self.now = 0.0
        self.set(text)

    def set(self, text: str, *, fold: int = 0) -> None:
        """Set a local time."""
        self.now = at(text).replace(fold=fold).timestamp()

    def __call__(self) -> float:
        """The time now."""
        return self.now


@pytest.fixture
def time() -> Time:
    """The time at home."""
    return Time()


@pytest.fixture
def judge(time: Time) -> Judge:
    """Decides at that time."""
    return Judge(time, lambda moment: datetime.fromtimestamp(moment, UTC).astimezone(BERLIN))


def phone(cameras: tuple[str, ...] | None = None, **given: Any) -> Phone:
    """A phone with these rules."""
    identity = SigningKey.generate().public
    return Phone(identity=identity, name="x", role="viewer", paired=0.0, paired_by="x", cameras=cameras, alerts=rules(**given))


def starts(judge: Judge, time: Time, name: str, *phones: Phone, **fields: Any) -> list[Phone]:
    """Who hears of something that begins now."""
    return judge.hears(Phase.START, event(name, start=time.now, **fields), phones)


def test_a_visit_is_told_once(judge: Judge, time: Time) -> None:
    """However often it is told of, and better pictures come."""
    known = phone(cooldown_seconds=0)
    assert starts(judge, time, "a", known) == [known]
    assert starts(judge, time, "a", known) == []
    for phase in (Phase.UPDATE, Phase.END):
        assert judge.hears(phase, event("a", start=time.now), [known]) == []


def test_what_the_phone_may_not_see_it_does_not_hear_of(judge: Judge, time: Time) -> None:
    """Even where its rules name the camera."""
    assert starts(judge, time, "a", phone(cameras=(OTHER,), labels=["person"]), phone(cameras=(), cooldown_seconds=0)) == []
    assert starts(judge, time, "b", phone(cameras=(OTHER,), cooldown_seconds=0), camera=OTHER) != []


def test_the_past_is_no_alert(judge: Judge, time: Time) -> None:
    """An event that is told late, after a crash for example."""
    known = phone()
    assert judge.hears(Phase.START, event("late", start=time.now - STALE - 1), [known]) == []
    assert judge.hears(Phase.START, event("soon", start=time.now - STALE + 1), [known]) == [known]


def test_a_visit_is_told_when_it_comes_to_a_chosen_place(judge: Judge, time: Time) -> None:
    """Once, and not where it ends before, or a pause began meanwhile."""
    porch, anywhere = phone(zones=["porch"], cooldown_seconds=0), phone(cooldown_seconds=0)
    phones = [porch, anywhere]
    comes = event("a", start=time.now, zones=("street",))
    assert judge.hears(Phase.START, comes, phones) == [anywhere]
    assert judge.hears(Phase.UPDATE, comes, phones) == []
    arrived = event("a", start=time.now, zones=("street", "porch"))
    assert judge.hears(Phase.UPDATE, arrived, phones) == [porch]
    assert judge.hears(Phase.UPDATE, arrived, phones) == []

    assert judge.hears(Phase.START, event("b", start=time.now), [porch]) == []
    assert judge.hears(Phase.END, event("b", start=time.now), [porch]) == []
    assert judge.hears(Phase.UPDATE, event("b", start=time.now, zones=("porch",)), [porch]) == []

    assert judge.hears(Phase.START, event("c", start=time.now), [porch]) == []
    paused = porch.model_copy(update={"alerts": rules(zones=["porch"], snoozed_until="2027-01-01T00:00:00Z")})
    assert judge.hears(Phase.UPDATE, event("c", start=time.now, zones=("porch",)), [paused]) == []


def test_the_same_again_waits_a_while(judge: Judge, time: Time) -> None:
    """Per phone, camera and label."""
    patient, keen = phone(cooldown_seconds=60), phone(cooldown_seconds=0)
    both = [patient, keen]
    assert starts(judge, time, "1", *both) == both
    time.now += 59
    assert starts(judge, time, "2", *both) == [keen]
    assert starts(judge, time, "3", *both, label="dog") == both
    assert starts(judge, time, "4", *both, camera=OTHER) == both
    time.now += 1
    assert starts(judge, time, "5", *both) == both
    time.now -= 7200  # the clock was set back: nobody waits for hours
    assert starts(judge, time, "6", *both) == both


def test_what_the_rules_leave_out_does_not_make_others_wait(judge: Judge, time: Time) -> None:
    """Only an alert begins a cooldown."""
    known = phone(snoozed_until="2026-11-22T11:00:10Z")
    assert starts(judge, time, "1", known) == []
    time.now += 10
    assert starts(judge, time, "2", known) == [known]


def test_hours_are_those_of_the_home_also_when_the_clocks_change(judge: Judge, time: Time) -> None:
    """Twice 2:30 in autumn, and none in spring."""
    night = phone(schedule=[{"days": [SUN], "from": "02:00", "to": "03:00"}], cooldown_seconds=0)
    quiet = phone(quiet={"from": "02:00", "to": "03:00"}, cooldown_seconds=0)
    for number, fold in enumerate((0, 1)):
        time.set("2026-10-25T02:30", fold=fold)
        assert starts(judge, time, f"autumn {number}", night, quiet) == [night]
    time.set("2026-10-25T03:00")
    assert starts(judge, time, "after", night, quiet) == [quiet]
    time.set("2026-03-29T01:59:59")
    assert starts(judge, time, "spring", night, quiet) == [quiet]
    time.now += 1  # it is 3:00 at once
    assert starts(judge, time, "spring, a second later", night, quiet) == [quiet]


def test_a_night_belongs_to_the_day_on_which_it_begins(judge: Judge, time: Time) -> None:
    """Monday's from ten in the evening goes on until Tuesday morning."""
    known = phone(schedule=[{"days": [MON], "from": "22:00", "to": "06:00"}], cooldown_seconds=0)
    heard = []
    for text in ("23T05:59", "23T21:59", "23T22:00", "24T05:59", "24T06:00", "24T22:00"):
        time.set(f"2026-11-{text}")
        heard.append(bool(starts(judge, time, text, known)))
    assert heard == [False, False, True, True, False, False]


def test_what_is_kept_in_mind_is_bounded(judge: Judge, time: Time) -> None:
    """Also where the end of visits is never told."""
    known = phone(zones=["porch"], cooldown_seconds=0)
    for number in range(3 * REMEMBERED):
        starts(judge, time, str(number), known, label=str(number))
    assert len(judge._waiting) == REMEMBERED
