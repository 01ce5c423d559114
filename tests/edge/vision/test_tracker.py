"""Tracking, with detections made up."""

from collections.abc import Sequence

import pytest

from ambianic.events import Box, Event
from ambianic.vision.boxes import moved
from ambianic.vision.detector import Detection
from ambianic.vision.tracker import Track, Tracker

BODY: Box = (0.1, 0.4, 0.14, 0.6)
LABELS = {"person": 0.5, "car": 0.5, "truck": 0.6}


class Scene:
    """A tracker that is shown a picture each 0.2 s."""

    def __init__(self) -> None:
        self.tracker = Tracker(LABELS)
        self.clock = 0.0
        self.gone: list[Track] = []

    def show(self, *detections: Detection) -> None:
        """Show the next picture."""
        self.gone += self.tracker.update(detections, 1000 + self.clock, self.clock, 0.2)
        self.clock += 0.2

    @property
    def certain(self) -> list[Track]:
        """The objects that are certain."""
        return [track for track in self.tracker.tracks if track.certain]


def person(x: float = 0.0, score: float = 0.8, y: float = 0.0) -> Detection:
    """A person detected so far to the right and below."""
    return Detection("person", score, moved(BODY, x, y))


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
        tracker.update([person()], clock, clock, 0.2)
    assert not tracker.tracks[0].certain


@pytest.mark.parametrize(("score", "certain"), [(0.85, True), (0.7, False)])
def test_two_pictures_without_doubt_are_enough_sooner(score: float, certain: bool) -> None:
    """An alarm need not wait where there is nothing to doubt."""
    tracker = Tracker(LABELS)
    for clock in (0.0, 0.1):
        tracker.update([person(score=score)], clock, clock, 0.2)
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
    right, left = sorted(scene.tracker.tracks, key=lambda track: -track.velocity[0])
    assert right.box[0] == pytest.approx(0.5)
    assert left.box[0] == pytest.approx(0.1)


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
    for _ in range(24):
        scene.show()
    assert len(scene.certain) == 1
    scene.show()
    scene.show()
    assert [track.seen_time for track in scene.gone] == [pytest.approx(1000.4)]
    assert scene.tracker.tracks == []


def test_slow_camera_has_a_longer_gap() -> None:
    """Where a picture comes only each four seconds, three of them may miss the object."""
    tracker = Tracker(LABELS)
    for number in range(3):
        tracker.update([person()], 4.0 * number, 4.0 * number, 4.0)
    assert tracker.update([], 16.0, 16.0, 4.0) == []
    assert len(tracker.update([], 24.0, 24.0, 4.0)) == 1


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
        track = Track.resume(event, BODY, 999.0)
        track.place(1000.0, 0.0)
        scene.tracker.tracks.append(track)
        scene.show(person(x=distance))
        assert (track.detection is not None) is found
