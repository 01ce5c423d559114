"""Where the detector looks, and what becomes of what it finds."""

import random

import pytest

from ambianic.config import DetectionConfig, LabelFilter, Zone
from ambianic.events import Phase
from ambianic.vision import boxes
from ambianic.vision.detector import Detection
from ambianic.vision.look import Verdict
from ambianic.vision.merging import join
from ambianic.vision.regions import Want, plan
from ambianic.vision.wire import Happened

from .staged import EPOCH, Stage, car, person

PEOPLE = DetectionConfig(labels={"person": 0.5})
DRIVE = Zone(id="drive", name="Drive", points=((0.4, 0.0), (1.0, 0.0), (1.0, 1.0), (0.4, 1.0)))
GATE = Zone(id="gate", name="Gate", kind="line", points=((0.7, 0.0), (0.7, 1.0)))
START, UPDATE, END = Phase.START, Phase.UPDATE, Phase.END


@pytest.mark.parametrize(("width", "height"), [(768, 576), (1280, 720), (320, 240), (576, 1024)])
def test_regions_are_few_squares_that_show_small_things_large(width: int, height: int) -> None:
    """Small things that are near each other share a region, drawn as large as they can be; each is whole in it."""
    small = (0.04, 0.06)
    wanted = [(0.1, 0.1), (0.16, 0.12), (0.8, 0.7)]
    things = [(x, y, x + small[0], y + small[1]) for x, y in wanted]
    chosen = plan([Want(thing, 1.0) for thing in things], width, height, 300, 2)
    assert 1 <= len(chosen) <= 2
    for thing in things:
        assert any(boxes.coverage(thing, region) == pytest.approx(1) and not boxes.cut_by(thing, region) for region in chosen)
    for region in chosen:
        if region != boxes.WHOLE:
            sides = (region[2] - region[0]) * width, (region[3] - region[1]) * height
            assert sides[0] == pytest.approx(sides[1])
            assert sides[0] >= min(300, width, height) - 0.01


def test_large_thing_is_looked_at_in_the_whole_picture() -> None:
    """What fills most of the picture is not cut out of it."""
    assert plan([Want((0.1, 0.05, 0.7, 0.98), 1.0)], 1280, 720, 300, 3) == [boxes.WHOLE]


def test_most_worthy_comes_first_and_nothing_costs_nothing() -> None:
    """One region goes where most is to be seen; without anything wanted there is none."""
    crowd = [Want((x, 0.6, x + 0.03, 0.7), 1.0) for x in (0.1, 0.15, 0.2)]
    (region,) = plan([*crowd, Want((0.9, 0.1, 0.93, 0.2), 1.0)], 1280, 720, 300, 1)
    assert all(boxes.coverage(want.box, region) == pytest.approx(1) for want in crowd)
    assert plan([], 1280, 720, 300, 3) == []


def test_one_object_in_two_regions_is_one() -> None:
    """Boxes of one person differ from region to region; two people side by side stay two."""
    one, loose = Detection("person", 0.9, (0.3, 0.3, 0.35, 0.5)), Detection("person", 0.6, (0.3, 0.28, 0.37, 0.46))
    beside = Detection("person", 0.7, (0.34, 0.3, 0.39, 0.5))
    assert boxes.overlap(one.box, loose.box) > 0.5 or join([[loose], [one]]) == [one]
    assert join([[one, beside], [beside, one]]) in ([one, beside], [beside, one])


def test_runs_are_bounded_however_much_moves() -> None:
    """With motion everywhere and twenty people, the detector runs ten times a second and no more; all are found all the same."""
    stage = Stage(PEOPLE)
    stage.show()
    people = [(0.03 + 0.048 * number, 0.2 if number % 2 else 0.6) for number in range(20)]
    stage.play(8, lambda passed: [person(x, y + 0.01 * passed) for x, y in people])
    assert stage.detector.runs <= 8 * 10 + 5
    assert stage.phases == [(START, "person")] * 20


def test_motion_of_nothing_gets_dull() -> None:
    """A tree in the wind: the detector looks less and less, but finds who comes out of it within a second or so."""
    stage = Stage(PEOPLE)
    stage.show()
    tree = (0.5, 0.1, 0.7, 0.6)
    for _ in range(50):
        stage.show(moving=[tree])
    runs = stage.detector.runs
    for _ in range(50):
        stage.show(moving=[tree])
    assert 5 <= stage.detector.runs - runs <= 15
    for step in range(15):
        stage.show(person(0.6 + 0.01 * step, 0.35), moving=[tree])
    assert stage.phases == [(START, "person")]


def test_person_who_comes_is_an_event_within_half_a_second() -> None:
    """The start is told from the second sure look on, with the time of the first."""
    stage = Stage(PEOPLE)
    stage.play(3, lambda _: [])
    stage.play(1, lambda passed: [person(0.1 + 0.1 * passed)])
    told = next(clock for clock, message in stage.told if message is stage.happened[0])
    assert told <= 3.41
    assert stage.happened[0].event.start == pytest.approx(EPOCH + 3)


def test_shape_that_looks_like_a_person_all_of_a_sudden_is_none_until_it_moves() -> None:
    """Where nothing moved nobody can have come: as when the light makes a coat look like somebody."""
    stage = Stage(DetectionConfig(labels={"person": 0.5}))
    stage.play(4, lambda _: [])
    walker = [person(0.1 + 0.02 * step, 0.7) for step in range(10)]
    for step in walker:
        stage.show(step, Detection("person", 0.7, (0.8, 0.1, 0.85, 0.35)), moving=[step.box])
    assert stage.phases == [(START, "person")]
    assert Verdict.PARKED in {track.verdict for track in stage.objects.looked.tracks}
    coat = [person(0.8 + 0.01 * step, 0.1) for step in range(10)]
    for step in coat:
        stage.show(step)
    assert stage.phases == [(START, "person")] * 2


def test_crossing_people_are_two_visits() -> None:
    """Two people whose ways cross, one hidden behind the other for a second, are two visits from beginning to end."""
    stage = Stage(PEOPLE)
    stage.show()

    def scene(passed: float) -> list[Detection]:
        one, other = person(0.05 + 0.1 * passed, 0.4, 0.9), person(0.85 - 0.1 * passed, 0.42, 0.8)
        return [one] if abs(one.box[0] - other.box[0]) < 0.06 else [one, other]

    stage.play(8, scene)
    stage.play(8, lambda _: [])
    assert stage.phases == [(START, "person")] * 2 + [(END, "person")] * 2


def test_unsteady_detections_are_one_visit() -> None:
    """A detector that misses every third look, and whose boxes tremble, sees one visit."""
    stage, dice = Stage(PEOPLE), random.Random(3)
    stage.show()

    def scene(passed: float) -> list[Detection]:
        if dice.random() < 0.33:
            return []
        left, top, right, bottom = (side + dice.uniform(-0.008, 0.008) for side in person(0.1 + 0.06 * passed).box)
        return [Detection("person", dice.uniform(0.4, 0.95), (left, top, right, bottom))]

    stage.play(12, scene)
    stage.play(8, lambda _: [])
    assert stage.phases == [(START, "person"), (END, "person")]


def test_zones_are_added_to_the_visit_at_once_without_a_picture() -> None:
    """An event has the zones that its object has been in so far; a new one is told at once; Home Assistant hears what is where now."""
    stage = Stage(DetectionConfig(labels={"person": 0.5}, zones=(DRIVE, GATE)))
    stage.show()
    stage.play(8, lambda passed: [person(0.1 + 0.1 * passed)])
    stage.play(8, lambda _: [])
    zones = [told.event.zones for told in stage.happened]
    assert (zones[0], zones[-1]) == ((), ("drive", "gate"))
    assert any(told.phase is UPDATE and told.event.zones == ("drive",) and not told.picture for told in stage.happened)
    assert stage.occupied[0] == {"drive": ("person",)}
    assert {"drive": ("person",), "gate": ("person",)} in stage.occupied
    assert stage.occupied[-1] == {}


def test_event_waits_for_the_zone_that_its_filter_wants() -> None:
    """Who only passes outside the wanted zone is no event, and the look says why."""
    wanted = DetectionConfig(labels={"person": 0.5}, zones=(DRIVE,), filters={"person": LabelFilter(zones=("drive",))})
    stage = Stage(wanted)
    stage.show()
    stage.play(2, lambda passed: [person(0.05 + 0.1 * passed)])
    assert stage.phases == []
    assert [track.verdict for track in stage.objects.looked.tracks] == [Verdict.OUTSIDE_ZONES]
    stage.play(3, lambda passed: [person(0.25 + 0.1 * passed)])
    assert stage.phases == [(START, "person")]
    assert stage.happened[0].event.zones == ("drive",)


def test_report_says_what_was_found_and_why_it_is_no_event() -> None:
    """Everything that the model finds is in the report, with a word about it."""
    stage = Stage(DetectionConfig(labels={"person": 0.5}, filters={"person": LabelFilter(min_area=0.01)}))
    stage.show()
    stage.play(
        2,
        lambda passed: [
            person(0.1 + 0.05 * passed),
            Detection("dog", 0.9, (0.3, 0.6, 0.4, 0.7)),
            Detection("person", 0.3, (0.6, 0.4, 0.65, 0.7)),
            Detection("person", 0.9, (0.8, 0.4, 0.82, 0.45)),
        ],
    )
    verdicts = {(found.label, found.verdict) for looked in stage.looked for found in looked.found}
    assert verdicts >= {
        ("person", Verdict.EVENT),
        ("dog", Verdict.LABEL_OFF),
        ("person", Verdict.LOW_SCORE),
        ("person", Verdict.TOO_SMALL),
    }


def test_people_are_followed_for_their_falls_without_events() -> None:
    """Where only falls are wanted, people are followed all the same, and are no events."""
    stage = Stage(DetectionConfig(labels={"fall": 0.5}))
    stage.show()
    stage.play(2, lambda passed: [person(0.1 + 0.1 * passed)])
    assert [(track.label, track.certain) for track in stage.objects.tracks] == [("person", True)]
    assert stage.happened == []


def test_nothing_wanted_costs_nothing() -> None:
    """Without labels the detector never runs."""
    stage = Stage(DetectionConfig(labels={}))
    stage.play(2, lambda passed: [person(0.1 + 0.1 * passed), car(0.5)])
    assert stage.detector.runs == 0


def test_label_that_is_no_longer_wanted_ends_its_visits() -> None:
    """Other settings end what they do not name any more, and only that."""
    stage = Stage(DetectionConfig(labels={"person": 0.5, "car": 0.5}))
    stage.show()
    stage.play(3, lambda passed: [person(0.1 + 0.05 * passed), car(0.3 + 0.1 * passed)])
    ended = stage.objects.configure(DetectionConfig(labels={"car": 0.5}), (), ())
    assert [(told.phase, told.event.label) for told in ended if isinstance(told, Happened)] == [(END, "person")]
