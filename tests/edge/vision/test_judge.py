"""What the judge lets through: filters, zones over time, and lines."""

from hypothesis import given, strategies as st
import pytest

from ambianic.config import DetectionConfig, LabelFilter, ObjectMask, Zone
from ambianic.events import Box
from ambianic.vision.judge import Judge
from ambianic.vision.look import Verdict

PORCH = ((0.3, 0.4), (0.7, 0.4), (0.7, 0.9), (0.3, 0.9))
ASPECT = 16 / 9
LOOK = 0.2
HEIGHT = 0.3
MARGIN = 0.06 * HEIGHT
"""How far the zone lets a foot of such a box tremble, in heights of the picture."""


def standing(x: float, y: float) -> Box:
    """A person whose foot is there."""
    return x - 0.03, y - HEIGHT, x + 0.03, y


def judge(**settings: object) -> Judge:
    """A judge of a wide picture."""
    return Judge(DetectionConfig.model_validate({"labels": {"person": 0.5, "car": 0.6}, **settings}), ASPECT)


def area(**fields: object) -> Zone:
    """The porch."""
    return Zone.model_validate({"id": "porch", "name": "Porch", "points": PORCH, **fields})


def line(direction: str = "both") -> Zone:
    """A line from top to bottom; somebody who walks to the right comes from the right hand of it."""
    return Zone.model_validate(
        {"id": "gate", "name": "Gate", "kind": "line", "points": ((0.5, 0.2), (0.5, 0.9)), "direction": direction}
    )


def walk(
    referee: Judge, places: list[tuple[float, float]], *, begin: float = 0.0, label: str = "person"
) -> list[tuple[str, ...]]:
    """The zones that a person is in at each place, a look apart."""
    return [referee.place(1, label, standing(*place), begin + LOOK * number) for number, place in enumerate(places)]


def test_verdicts_on_what_was_found() -> None:
    """Each way in which something can be wrong has its word, and a low score comes last."""
    mask = ObjectMask(points=((0, 0.8), (1, 0.8), (1, 1), (0, 1)))
    wanted = LabelFilter(min_area=0.01, max_area=0.2, min_ratio=0.2, max_ratio=1)
    referee = judge(object_masks=(mask,), filters={"person": wanted})
    good = standing(0.5, 0.7)
    assert referee.believes("person", 0.9, good) is None
    assert referee.believes("dog", 0.9, good) is Verdict.LABEL_OFF
    assert referee.believes("person", 0.9, standing(0.5, 0.9)) is Verdict.MASKED
    assert referee.believes("person", 0.9, (0.5, 0.6, 0.51, 0.63)) is Verdict.TOO_SMALL
    assert referee.believes("person", 0.9, (0.1, 0.1, 0.9, 0.7)) is Verdict.TOO_LARGE
    assert referee.believes("person", 0.9, (0.3, 0.6, 0.6, 0.7)) is Verdict.WRONG_RATIO
    assert referee.believes("person", 0.4, good) is Verdict.LOW_SCORE
    assert referee.believes("person", 0.4, (0.3, 0.6, 0.6, 0.7)) is Verdict.WRONG_RATIO
    assert referee.believes("car", 0.7, (0.3, 0.6, 0.6, 0.7)) is None


def test_ratios_are_of_pixels() -> None:
    """A box as wide as high in shares of a wide picture is wider in pixels."""
    referee = judge(filters={"person": LabelFilter(max_ratio=1.2)})
    box = (0.4, 0.4, 0.5, 0.5)
    assert referee.believes("person", 0.9, box) is Verdict.WRONG_RATIO
    referee.aspect = 1.0
    assert referee.believes("person", 0.9, box) is None


def test_what_may_alarm() -> None:
    """It must be seen for long enough and have been in one of the zones."""
    referee = judge(zones=(area(), line()), filters={"person": LabelFilter(min_seconds=2, zones=("porch", "gate"))})
    assert referee.may_alarm("person", 1.9, ("porch",)) is Verdict.TOO_SHORT
    assert referee.may_alarm("person", 2, ()) is Verdict.OUTSIDE_ZONES
    assert referee.may_alarm("person", 2, ("gate",)) is None
    assert referee.may_alarm("car", 0, ()) is None


def test_an_area_is_entered_and_left() -> None:
    """In it while it is there, not by one wrong box out of it."""
    referee = judge(zones=(area(),))
    out, inside = (0.1, 0.7), (0.5, 0.7)
    assert walk(referee, [out, inside, inside, out, inside]) == [(), ("porch",), ("porch",), ("porch",), ("porch",)]
    assert walk(referee, [out, out, out, out], begin=1)[-1] == ()


def test_areas_are_only_for_their_labels() -> None:
    """A car on the porch is not somebody on the porch."""
    referee = judge(zones=(area(labels=("person",)),))
    assert walk(referee, [(0.5, 0.7)], label="car") == [()]
    assert walk(referee, [(0.5, 0.7)]) == [("porch",)]


def test_loitering() -> None:
    """In an area only once it has stayed; a short step out does not begin anew, a long one does."""
    referee = judge(zones=(area(dwell_seconds=5),))
    inside = (0.5, 0.7)
    stays = walk(referee, [inside] * 27)
    assert stays.index(("porch",)) == 25
    assert referee.place(1, "person", standing(0.1, 0.7), 5.4) == ("porch",)
    assert referee.place(1, "person", standing(0.1, 0.7), 6.4) == ()
    assert referee.place(1, "person", standing(*inside), 6.6) == ()
    assert referee.place(1, "person", standing(*inside), 11.7) == ("porch",)


def test_each_object_dwells_for_itself() -> None:
    """Two who take turns do not loiter, and who is forgotten begins anew."""
    referee = judge(zones=(area(dwell_seconds=3),))
    box = standing(0.5, 0.7)
    assert referee.place(1, "person", box, 0) == ()
    assert referee.place(2, "person", box, 3) == ()
    assert referee.place(1, "person", box, 3) == ("porch",)
    referee.forget(1)
    assert referee.place(1, "person", box, 4) == ()


def test_new_settings_keep_what_is_known_of_zones_that_stay() -> None:
    """Renaming another zone does not restart a loiterer's time."""
    referee = judge(zones=(area(dwell_seconds=3), line()))
    box = standing(0.4, 0.7)
    assert referee.place(1, "person", box, 0) == ()
    referee.configure(DetectionConfig(labels={"person": 0.5}, zones=(area(dwell_seconds=3),)))
    assert referee.place(1, "person", box, 3) == ("porch",)
    referee.configure(DetectionConfig(labels={"person": 0.5}, zones=(area(dwell_seconds=2),)))
    assert referee.place(1, "person", box, 4) == ()


trembling = st.lists(st.floats(-0.9, 0.9), min_size=2, max_size=40)


@given(trembling)
def test_a_foot_that_trembles_on_the_border_stays_where_it_is(shifts: list[float]) -> None:
    """Once inside it stays inside, however its box trembles within the margin."""
    referee = judge(zones=(area(),))
    assert walk(referee, [(0.5, 0.7)]) == [("porch",)]
    assert set(walk(referee, [(0.3 + shift * MARGIN / ASPECT, 0.7) for shift in shifts], begin=1)) == {("porch",)}


@given(st.lists(st.floats(0.05, 0.9), min_size=1, max_size=40))
def test_who_stands_beside_an_area_is_not_in_it(shifts: list[float]) -> None:
    """A box that trembles over the border and back does not enter."""
    places = [(0.3 + side * shift * MARGIN / ASPECT, 0.7) for shift in shifts for side in (1, -1)]
    assert set(walk(judge(zones=(area(),)), places)) == {()}


def test_who_stays_just_inside_the_border_is_inside_after_a_moment() -> None:
    """The margin keeps nobody out for good."""
    stays = walk(judge(zones=(area(),)), [(0.3 + 0.5 * MARGIN / ASPECT, 0.7)] * 8)
    assert stays[0] == ()
    assert stays[-1] == ("porch",)


@pytest.mark.parametrize(
    ("direction", "right", "left"), [("both", True, True), ("forward", False, True), ("backward", True, False)]
)
def test_a_line_is_crossed_in_its_direction(direction: str, right: bool, left: bool) -> None:
    """The crossing is told once, and only of the ways that are asked for."""
    referee = judge(zones=(line(direction),))
    across = [(x, 0.6) for x in (0.3, 0.4, 0.45, 0.55, 0.6, 0.7)]
    assert walk(referee, across).count(("gate",)) == right
    assert walk(referee, across[::-1], begin=10).count(("gate",)) == left


def test_a_line_has_ends() -> None:
    """Who walks past its end does not cross it."""
    assert set(walk(judge(zones=(line(),)), [(0.3, 0.95), (0.45, 0.95), (0.55, 0.95), (0.7, 0.95)])) == {()}


@given(trembling)
def test_trembling_on_a_line_does_not_hide_on_which_side_it_ends(shifts: list[float]) -> None:
    """Each crossing that is told is a change of sides, so their number says where somebody is."""
    referee = judge(zones=(line(),))
    places = [(0.5 + shift * MARGIN / ASPECT, 0.6) for shift in shifts]
    told = walk(referee, [(0.3, 0.6), *places, (0.7, 0.6)])
    assert told.count(("gate",)) % 2 == 1
    back = walk(referee, [(0.7, 0.6), *places[:5], (0.7, 0.6)], begin=100)
    assert back.count(("gate",)) % 2 == 0


def test_a_line_is_crossed_while_the_person_was_hidden() -> None:
    """Where it was seen last and where it is seen again are one step."""
    referee = judge(zones=(line(),))
    assert referee.place(1, "person", standing(0.3, 0.6), 0) == ()
    assert referee.place(1, "person", standing(0.8, 0.6), 4) == ("gate",)
