"""Tracking, with detections made up."""

from collections.abc import Sequence

import numpy as np
import pytest

from ambianic.events import Box, Event
from ambianic.vision.appearance import Appearance
from ambianic.vision.detector import Detection
from ambianic.vision.track import Track
from ambianic.vision.tracker import KEEP_FACTOR, Tracker

from .staged import moved

BODY: Box = (0.1, 0.4, 0.14, 0.6)
LABELS = {"person": 0.5, "car": 0.5, "truck": 0.6}


class Scene:
    """A tracker that is shown a picture each 0.2 s."""

    def __init__(self) -> None:
        self.tracker = Tracker(LABELS)
        self.clock = 0.0
        self.gone: list[Track] = []

    def show(self, *detections: Detection, looks: dict[Detection, Appearance | None] | None = None) -> None:
        """Show the next picture."""
        sure = [found for found in detections if found.score >= LABELS[found.label]]
        unsure = [found for found in detections if KEEP_FACTOR * LABELS[found.label] <= found.score < LABELS[found.label]]
        self.gone += self.tracker.update(sure, unsure, 1000 + self.clock, self.clock, 0.2, looks or {})
        self.clock += 0.2

    def wait(self, pictures: int) -> None:
        """Show pictures of nobody."""
        for _ in range(pictures):
            self.show()

    @property
    def certain(self) -> list[Track]:
        """The objects that are certain."""
        return [track for track in self.tracker.tracks if track.certain]


def person(x: float = 0.0, score: float = 0.8, y: float = 0.0) -> Detection:
    """A person detected so far to the right and below."""
    return Detection("person", score, moved(BODY, x, y))


def colours(cell: int) -> Appearance:
    """The appearance of somebody in clothes of one colour."""
    look = np.zeros(128)
    look[[cell, 64 + cell]] = 0.5
    return look


@pytest.mark.parametrize(
    ("scores", "certain"),
    [
        ([0.9], False),
        ([0.7, 0.7], True),
        ([0.55, 0.55], False),
        ([0.55, 0.55, 0.55], True),
        ([0.9, 0.4, 0.4, 0.4], False),
        ([0.49] * 10, False),
        ([0.9, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.9], False),
    ],
)
def test_certainty_takes_several_pictures(scores: Sequence[float], certain: bool) -> None:
    """Two sure pictures or three fair ones near each other make an object certain; one, or weak ones, do not."""
    scene = Scene()
    for score in scores:
        scene.show(*([person(score=score)] if score else []))
    assert bool(scene.certain) is certain


def test_pictures_at_the_same_moment_prove_nothing() -> None:
    """The same mistake in two pictures that are a blink apart is not taken for evidence."""
    tracker = Tracker(LABELS)
    for clock in (0.0, 0.03, 0.06):
        tracker.update([person()], [], clock, clock, 0.2)
    assert not tracker.tracks[0].certain


@pytest.mark.parametrize(("score", "certain"), [(0.85, True), (0.7, False)])
def test_two_pictures_without_doubt_are_enough_sooner(score: float, certain: bool) -> None:
    """An alarm need not wait where there is nothing to doubt."""
    tracker = Tracker(LABELS)
    for clock in (0.0, 0.1):
        tracker.update([person(score=score)], [], clock, clock, 0.2)
    assert tracker.tracks[0].certain is certain


def test_moving_object_stays_the_same() -> None:
    """A person who walks more than a width between two pictures is one object."""
    scene = Scene()
    for step in range(20):
        scene.show(person(x=0.03 * step))
    assert len(scene.tracker.tracks) == 1
    assert scene.tracker.tracks[0].first_time == 1000


def test_crossing_ways_keep_their_objects() -> None:
    """Two people who walk past each other keep going in their own directions."""
    scene = Scene()
    for step in range(21):
        scene.show(person(x=0.02 * step), person(x=0.4 - 0.02 * step, y=0.02))
    assert len(scene.tracker.tracks) == 2
    # The first is the one who began on the left.
    assert [track.box[0] for track in scene.tracker.tracks] == [pytest.approx(0.5), pytest.approx(0.1)]


def test_hidden_while_crossing_goes_on_in_its_direction() -> None:
    """Who is hidden behind another person for a while is expected where the way leads, not where it was."""
    scene = Scene()
    for step in range(21):
        hidden = 8 <= step <= 12
        walker = [] if hidden else [person(x=0.4 - 0.02 * step, y=0.02)]
        scene.show(person(x=0.02 * step), *walker)
    assert [track.box[0] for track in scene.tracker.tracks] == [pytest.approx(0.5), pytest.approx(0.1)]


def test_colours_tell_people_apart_that_meet() -> None:
    """Two people who stop side by side and go back the way they came are told apart by their clothes."""
    scene = Scene()
    ways = [0.02 * step for step in range(8)] + [0.14] * 5 + [0.14 - 0.02 * step for step in range(8)]
    for step, way in enumerate(ways):
        left, right = person(x=way), person(x=0.32 - way)
        seen = [left] if 8 <= step <= 12 else [left, right]
        scene.show(*seen, looks={left: colours(3), right: colours(40)})
    assert len(scene.tracker.tracks) == 2
    assert [track.box[0] for track in scene.tracker.tracks] == [pytest.approx(0.1), pytest.approx(0.42)]


def test_other_clothes_are_another_person() -> None:
    """Who comes out where somebody was hidden, but looks quite different, is somebody else."""
    for cell, people in ((3, 1), (40, 2)):
        scene = Scene()
        for _ in range(5):
            scene.show(person(), looks={person(): colours(3)})
        scene.wait(10)
        other = person(x=0.04)
        for _ in range(5):
            scene.show(other, looks={other: colours(cell)})
        assert len(scene.certain) == people


def test_weak_detections_keep_an_object_but_make_none() -> None:
    """A score below the least one is enough to follow, not to begin."""
    scene = Scene()
    for _ in range(3):
        scene.show(person())
    for _ in range(60):
        scene.show(person(score=0.35))
    assert len(scene.certain) == 1
    for _ in range(60):
        scene.show(person(x=0.5, score=0.45))
    assert scene.tracker.tracks == []
    assert len(scene.gone) == 1


def test_object_leaves_after_the_gap() -> None:
    """An object is kept through a gap of less than five seconds and leaves after it, with the time it was seen last."""
    scene = Scene()
    for _ in range(3):
        scene.show(person())
    scene.wait(24)
    assert len(scene.certain) == 1
    scene.wait(2)
    assert [track.seen_time for track in scene.gone] == [pytest.approx(1000.4)]
    assert scene.tracker.tracks == []


def test_who_went_behind_somebody_is_waited_for_longer() -> None:
    """An object that went out of sight next to another one is kept longer than one that was alone."""
    scene = Scene()
    for _ in range(3):
        scene.show(person(), person(x=0.05))
    for _ in range(40):
        scene.show(person())
    assert len(scene.certain) == 2
    for _ in range(30):
        scene.show(person())
    assert len(scene.certain) == 1


def test_part_of_an_object_is_no_other_one() -> None:
    """The upper half of a person who is seen is not somebody else."""
    scene = Scene()
    left, top, right, bottom = BODY
    half = Detection("person", 0.7, (left, top, right, (top + bottom) / 2))
    for _ in range(5):
        scene.show(person(), half)
    assert len(scene.tracker.tracks) == 1


def test_falling_person_stays_the_same() -> None:
    """A box that turns from upright to lying within a second is still the same person."""
    scene = Scene()
    scene.tracker.aspect = 4 / 3
    for _ in range(5):
        scene.show(person())
    for share in (0.25, 0.5, 0.75, 1.0, 1.0):
        width, height = 0.04 + share * 0.11, 0.2 - share * 0.14
        scene.show(Detection("person", 0.7, (0.12 - width / 2, 0.6 - height, 0.12 + width / 2, 0.6)))
    assert len(scene.tracker.tracks) == 1
    assert scene.tracker.tracks[0].detection is not None


def test_slow_camera_has_a_longer_gap() -> None:
    """Where a picture comes only each four seconds, three of them may miss the object."""
    tracker = Tracker(LABELS)
    for number in range(3):
        tracker.update([person()], [], 4.0 * number, 4.0 * number, 4.0)
    assert tracker.update([], [], 16.0, 16.0, 4.0) == []
    assert len(tracker.update([], [], 24.0, 24.0, 4.0)) == 1


def test_vehicle_that_looks_like_two_kinds_is_one() -> None:
    """A van that is now a car and now a truck is one object, of the label that fits best."""
    scene = Scene()
    for step in range(6):
        scene.show(Detection("car" if step % 3 else "truck", 0.7, moved(BODY, 0.01 * step, 0)))
    assert [track.label for track in scene.tracker.tracks] == ["car"]


def test_different_kinds_are_different_objects() -> None:
    """A person in front of a car is not the car."""
    scene = Scene()
    for _ in range(3):
        scene.show(person(), Detection("car", 0.8, BODY))
    assert sorted(track.label for track in scene.certain) == ["car", "person"]


def test_resumed_object_is_found_further_away() -> None:
    """An object from before a restart may have gone on while nobody watched, but not to the other end of the picture."""
    event = Event(id="x", camera_id="c", label="person", start=990.0, score=0.8, box=BODY)
    for distance, found in ((0.12, True), (0.7, False)):
        scene = Scene()
        track = Track.resume(1, event, BODY, 999.0)
        track.place(1000.0, 0.0)
        scene.tracker.tracks.append(track)
        scene.show(person(x=distance))
        assert (track.detection is not None) is found
