"""What rests, and what is parked: it costs nothing, and never alarms again."""

import random

import pytest

from ambianic.config import DetectionConfig
from ambianic.events import Event, Phase
from ambianic.vision import boxes
from ambianic.vision.detector import Detection
from ambianic.vision.look import Verdict
from ambianic.vision.wire import Resting, Resumed

from .staged import EPOCH, Stage, car, moved, person

DETECTION = DetectionConfig(labels={"person": 0.5, "car": 0.5, "truck": 0.5})
EVERYTHING = [boxes.WHOLE]
"""Motion of the whole picture, as when the light is switched on."""
START, END = Phase.START, Phase.END


@pytest.fixture
def stage() -> Stage:
    """A place with nothing in it yet."""
    return Stage(DETECTION)


def test_parked_car_is_no_event_and_soon_costs_nothing(stage: Stage) -> None:
    """A car that stands there at the first look is no event; after a second nobody looks at it any more."""
    stage.play(1.2, lambda _: [car(0.3), car(0.6)])
    assert not stage.objects.active
    runs = stage.detector.runs
    assert runs <= 6
    stage.sleep(600, car(0.3), car(0.6))
    assert stage.detector.runs == runs
    assert stage.happened == []
    assert {track.verdict for track in stage.objects.looked.tracks} == {Verdict.PARKED}
    assert [(thing.label, thing.since) for thing in stage.rests] == [("car", EPOCH)] * 2


def test_person_at_the_first_look_alarms(stage: Stage) -> None:
    """Somebody who stands there from the first look on is an event."""
    stage.play(1, lambda _: [person(0.3)])
    assert stage.phases == [(START, "person")]


def test_passing_car_is_one_event(stage: Stage) -> None:
    """A car that drives through is an event, from when it is seen first."""
    stage.play(2, lambda _: [])
    stage.play(4, lambda passed: [car(0.05 + 0.18 * passed)])
    stage.play(8, lambda _: [])
    assert stage.phases == [(START, "car"), (END, "car")]
    assert stage.happened[0].event.start == pytest.approx(EPOCH + 2, abs=0.3)


def test_car_that_comes_nearer_is_an_event(stage: Stage) -> None:
    """A car that drives straight at the camera stays in the middle, but grows."""
    stage.play(1, lambda _: [])
    stage.play(
        3,
        lambda passed: [
            Detection("car", 0.8, (0.5 - 0.03 * (1 + passed), 0.4, 0.5 + 0.03 * (1 + passed), 0.48 + 0.06 * passed))
        ],
    )
    assert stage.phases == [(START, "car")]


def test_vehicle_that_parks_ends_its_visit_after_a_minute(stage: Stage) -> None:
    """A car comes and parks: its visit ends after a minute at rest, though it is still there; nothing more is told of it."""
    stage.play(2, lambda _: [])
    stage.play(3, lambda passed: [car(0.05 + 0.1 * passed)])
    parked = stage.detector.things[0]
    stage.play(12, lambda _: [parked])
    assert not stage.objects.active
    assert stage.phases == [(START, "car")]
    stage.sleep(70, parked)
    assert stage.phases == [(START, "car"), (END, "car")]
    end = stage.happened[-1].event.end
    assert end is not None
    assert 60 <= end - (EPOCH + 5) <= 64
    stage.sleep(600, parked)
    assert stage.phases == [(START, "car"), (END, "car")]


def test_car_that_drives_away_is_a_new_visit(stage: Stage) -> None:
    """Whatever was parked and drives away is an event of its own."""
    stage.play(1.2, lambda _: [car(0.3)])
    stage.sleep(60, car(0.3))
    stage.play(2, lambda passed: [car(0.3 + 0.2 * passed)])
    stage.play(8, lambda _: [])
    assert stage.phases == [(START, "car"), (END, "car")]
    assert stage.happened[0].event.start == pytest.approx(EPOCH + stage.clock - 10, abs=1)
    assert stage.rests == ()


def test_parked_car_never_alarms_at_dawn_or_when_the_light_is_switched(stage: Stage) -> None:
    """A car that can't be seen at night, and then is seen again, a little otherwise, is the parked one."""
    stage.play(1.2, lambda _: [car(0.3)])
    shifted = moved(car(0.3).box, 0.06, 0.02)
    for label in ("car", "truck") * 4:
        # The infrared light is switched: all of the picture changes, and the model sees another box, or nothing.
        stage.show(moving=EVERYTHING)
        stage.play(1, lambda _: [])
        stage.sleep(600)
        seen = Detection(label, 0.6, shifted)
        stage.show(seen, moving=EVERYTHING)
        for _ in range(15):
            stage.show(seen)
        stage.sleep(20, seen)
        stage.show(car(0.3), moving=EVERYTHING)
        stage.play(3, lambda _: [car(0.3)])
    assert stage.happened == []


@pytest.mark.long
def test_parked_car_behind_passers_by_never_alarms(stage: Stage) -> None:
    """People who walk by before a parked car hide parts of it, or all: they are events, the car is not."""
    stage.play(1.2, lambda _: [car(0.3)])
    dice = random.Random(1)
    for _ in range(5):
        for step in range(30):
            x = 0.1 + 0.02 * step
            seen = [person(x, 0.42)]
            _left, top, right, bottom = car(0.3).box
            if x < 0.28 or x > 0.5:
                seen.append(car(0.3))
            elif dice.random() < 0.7:
                seen.append(Detection("car", 0.6, (min(x + 0.03, 0.4), top, right, bottom)))
            stage.show(*seen, moving=[person(x, 0.42).box])
        stage.play(8, lambda _: [car(0.3)])
    assert {label for _, label in stage.phases} == {"person"}


def test_trembling_boxes_are_no_movement(stage: Stage) -> None:
    """The model's boxes tremble, also while something moves nearby."""
    dice = random.Random(2)
    for _ in range(300):
        left, top, right, bottom = (side + dice.uniform(-0.02, 0.02) for side in car(0.3).box)
        stage.show(Detection("car", dice.uniform(0.4, 0.9), (left, top, right, bottom)), moving=[(0.28, 0.5, 0.35, 0.6)])
    assert stage.happened == []


def test_parked_cars_are_handed_over_to_the_next_process(stage: Stage) -> None:
    """After a restart what was parked still is, also if it is seen only later, as at night; what comes is an event."""
    stage.play(1.2, lambda _: [car(0.3)])
    later = Stage(DETECTION, resting=stage.rests, clock=5000.0)
    later.play(5, lambda _: [])
    later.sleep(60)
    later.play(3, lambda _: [car(0.31)])
    assert later.happened == []
    assert [(thing.label, thing.since) for thing in later.rests or stage.rests] == [("car", EPOCH)]
    later.play(3, lambda passed: [car(0.31 + 0.2 * passed)])
    assert later.phases == [(START, "car")]


def test_visit_of_who_rests_goes_on_after_a_restart() -> None:
    """A person who sat there before the restart still does: the same visit, asleep, until the person is gone."""
    event = Event(id="x", camera_id="cam", label="person", start=EPOCH - 100, score=0.8, box=person(0.3).box, snapshot=True)
    stage = Stage(
        DETECTION,
        resume=[Resumed(event, EPOCH - 2, person(0.3).box)],
        resting=[Resting("person", person(0.3).box, EPOCH - 90)],
    )
    stage.play(3, lambda _: [person(0.3)])
    assert not stage.objects.active
    assert stage.happened == []
    assert set(stage.objects.sightings) == {"x"}
    stage.sleep(60)
    assert stage.phases == [(END, "person")]


def test_person_who_sits_still_is_checked_and_stays_one_visit(stage: Stage) -> None:
    """A person who does not move rests: looked at now and then, one visit; it ends when the person is gone."""
    stage.play(2, lambda passed: [person(0.1 + 0.1 * passed)])
    sitting = stage.detector.things[0]
    stage.play(12, lambda _: [sitting])
    assert not stage.objects.active
    runs = stage.detector.runs
    stage.sleep(100, sitting)
    assert 5 <= stage.detector.runs - runs <= 12
    assert stage.phases == [(START, "person")]
    stage.sleep(60)
    assert stage.phases == [(START, "person"), (END, "person")]
    stage.sleep(60, sitting)
    assert stage.phases == [(START, "person"), (END, "person")]


def test_person_who_gets_up_is_followed_at_once(stage: Stage) -> None:
    """Motion where somebody rests is looked at in the same picture, and the visit goes on."""
    stage.play(2, lambda passed: [person(0.1 + 0.1 * passed)])
    sitting = stage.detector.things[0]
    stage.play(12, lambda _: [sitting])
    stage.sleep(20, sitting)
    stage.play(3, lambda passed: [person(0.3 + 0.1 * passed)])
    assert stage.objects.active
    assert stage.phases == [(START, "person")]
    stage.play(8, lambda _: [])
    assert stage.phases == [(START, "person"), (END, "person")]


def test_silence_ends_visits_but_not_what_is_parked(stage: Stage) -> None:
    """A camera that was away for a while: visits end, the parked car stays known."""
    stage.play(1.2, lambda _: [car(0.6)])
    stage.play(2, lambda passed: [car(0.6), person(0.1 + 0.05 * passed)])
    assert stage.objects.tick(2) == []
    assert len(stage.objects.tick(6)) == 1
    assert stage.objects.tick(7) == []
    stage.clock += 60
    stage.play(3, lambda _: [car(0.6)])
    assert stage.phases == [(START, "person")]


def test_clock_that_jumps_back_loses_nothing(stage: Stage) -> None:
    """A stream whose clock is set back goes on with its objects."""
    stage.play(4, lambda passed: [person(0.1 + 0.05 * passed)])
    stage.clock -= 1000
    stage.play(4, lambda passed: [person(0.3 + 0.05 * passed)])
    assert stage.phases == [(START, "person")]
    stage.play(8, lambda _: [])
    assert stage.phases == [(START, "person"), (END, "person")]
