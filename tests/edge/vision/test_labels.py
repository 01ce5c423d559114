"""How events are held against labelled people: the measure itself has to be right."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from ambianic.events import Box

from .labels import Person, Score, Seen, match, people

SIZE = (100, 100)


def standing(name: str, left: float, enter: float = 0, leave: float = 10, *, hard: bool = False) -> Person:
    """Somebody who stands at one place."""
    box = (left, 40.0, left + 10, 60.0)
    return Person(name, enter, leave, ((enter, box), (leave, box)), hard)


def seen(*spans: tuple[float, float, float]) -> Seen:
    """An event whose object is seen every second from one time to another at a place (its left side, in pixels)."""
    sightings: dict[float, Box] = {}
    for begin, end, left in spans:
        for second in range(round(begin), round(end)):
            sightings[float(second)] = (left / 100, 0.4, (left + 10) / 100, 0.6)
    return Seen(spans[0][0] + 0.4, sightings)


def held(events: Mapping[str, Seen], visits: Sequence[Person]) -> Score:
    """The score of events in a picture of 100 x 100 pixels."""
    return match(events, visits, SIZE)


def test_each_event_finds_the_visit_that_it_shows() -> None:
    """Two people, two events."""
    score = held({"x": seen((0, 10, 51)), "y": seen((2, 9, 20))}, [standing("a", 20), standing("b", 50)])
    assert score.found == {"a": "y", "b": "x"}
    assert (score.missed, score.doubled, score.false) == ([], [], [])
    assert score.recall == 1


def test_a_visit_without_an_event_is_missed() -> None:
    """One of two people has no event."""
    score = held({"x": seen((0, 10, 20))}, [standing("a", 20), standing("b", 50)])
    assert score.missed == ["b"]
    assert score.recall == 0.5


def test_a_second_event_of_a_visit_is_doubled() -> None:
    """The first event told of a visit is the visit's, the others are too many."""
    score = held({"later": seen((3, 10, 20)), "first": seen((0, 3, 20))}, [standing("a", 20)])
    assert score.found == {"a": "first"}
    assert score.doubled == ["later"]


def test_an_event_of_nobody_is_false() -> None:
    """Where nobody is, and where somebody was at another time."""
    visits = [standing("a", 20, enter=0, leave=3)]
    score = held({"x": seen((0, 3, 20)), "bush": seen((0, 10, 70)), "late": seen((5, 10, 20))}, visits)
    assert score.false == ["bush", "late"]
    assert score.found == {"a": "x"}


def test_two_events_that_swap_their_people_find_both() -> None:
    """It counts whom an event was told about, not whom it follows after people have crossed."""
    events = {"x": seen((0, 4, 20), (4, 20, 50)), "y": seen((0, 4, 50), (4, 20, 20))}
    score = held(events, [standing("a", 20, leave=20), standing("b", 50, leave=20)])
    assert score.found == {"a": "x", "b": "y"}
    assert score.doubled == []


def test_who_takes_over_another_persons_event_is_missed() -> None:
    """Nobody was told of who came while the event went on, and the one it began with was told of twice."""
    events = {"x": seen((0, 5, 20), (5, 20, 50)), "y": seen((6, 20, 20))}
    score = held(events, [standing("a", 20, leave=20), standing("b", 50, enter=5, leave=20)])
    assert score.found == {"a": "x"}
    assert (score.missed, score.doubled) == (["b"], ["y"])


def test_who_is_hard_to_see_is_neither_missed_nor_false() -> None:
    """An event of such a person counts for nothing."""
    visits = [standing("a", 20), standing("far", 50, hard=True)]
    assert held({"x": seen((0, 9, 20))}, visits).missed == []
    score = held({"x": seen((0, 9, 20)), "y": seen((0, 9, 50))}, visits)
    assert (score.found, score.doubled, score.false) == ({"a": "x"}, [], [])


def test_the_labels_are_in_order() -> None:
    """Each person's boxes go forward in time, within the visit, and are in the picture."""
    assert len(people()) == 19
    for person in people():
        times = [time for time, _ in person.boxes]
        assert all(one < other for one, other in pairwise(times))
        assert max(gap for gap in (other - one for one, other in pairwise(times))) < 1
        assert person.enter - 0.1 <= times[0] <= person.enter + 0.5
        assert person.leave - 0.5 <= times[-1] <= person.leave + 0.1
        for _, (left, top, right, bottom) in person.boxes:
            assert 0 <= left < right <= 768
            assert 0 <= top < bottom <= 576
