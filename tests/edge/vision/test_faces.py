"""Faces, with the real model on a real picture of a person (Debian's opencv-doc)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
import pytest

from ambianic.config import DetectionConfig, LabelFilter, ObjectMask, Zone
from ambianic.events import Phase
from ambianic.models.store import find
from ambianic.vision import boxes
from ambianic.vision.detector import FaceDetector
from ambianic.vision.faces import GONE_SECONDS, Faces
from ambianic.vision.wire import Happened
from tests.support.paths import FOOTAGE

from .senses import EPOCH, Followed, frame

ID = "0123abcd"
PERSON = (0.12, 0.19, 0.81, 0.98)
FACE = (0.41, 0.28, 0.48, 0.39)
"""Where the picture shows a player and his face."""
DETECTION = DetectionConfig(labels={"person": 0.5, "face": 0.5})
LOOK = 0.4


@pytest.fixture(scope="module")
def face_detector() -> FaceDetector:
    """The face model, which scripts/setup installs."""
    path = find(Path(__file__).parents[3] / ".venv", "faces")
    assert path.is_file(), "The face model is not installed: run scripts/setup."
    return FaceDetector(path)


@pytest.fixture(scope="module")
def player() -> NDArray[np.uint8]:
    """A picture of a person whose face is to be seen."""
    return np.asarray(Image.open(FOOTAGE.with_name("messi5.jpg")).convert("RGB"))


@pytest.fixture(scope="module")
def turned_away(player: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The same person, the face gone."""
    image = Image.fromarray(player)
    left, top, right, bottom = (round(side * size) for side, size in zip(FACE, image.size * 2, strict=True))
    face = image.crop((left, top, right, bottom))
    image.paste(face.resize((3, 3)).resize(face.size), (left, top))
    return np.asarray(image)


class Porch:
    """A camera before which a person stands, looked at some times a second."""

    def __init__(self, detector: FaceDetector, detection: DetectionConfig = DETECTION) -> None:
        self.faces = Faces(ID)
        self.faces.configure(detection, detector)
        self.clock = 0.0
        self.person = Followed(PERSON, 0.0)
        self.tracks = [self.person]

    def show(self, image: NDArray[np.uint8], looks: int = 1) -> list[Happened]:
        """The picture for some looks."""
        told = []
        for _ in range(looks):
            self.clock += LOOK
            self.person.see(PERSON, self.clock)
            told += self.faces.update(frame(self.clock, image), self.tracks)
        return told


def test_a_face_is_one_event(face_detector: FaceDetector, player: NDArray[np.uint8]) -> None:
    """It begins with the first picture of the face, shows where it is, and ends when the person leaves."""
    porch = Porch(face_detector)
    told = porch.show(player, 10)
    assert [item.phase for item in told] == [Phase.START]
    event = told[0].event
    assert told[0].picture
    assert event.label == "face"
    assert boxes.overlap(event.box, FACE) > 0.5
    assert event.start == pytest.approx(EPOCH + LOOK)
    porch.tracks.clear()
    (ended,) = porch.show(player)
    assert ended.phase is Phase.END
    assert ended.event.id == event.id


def test_one_picture_of_a_face_proves_nothing(
    face_detector: FaceDetector, player: NDArray[np.uint8], turned_away: NDArray[np.uint8]
) -> None:
    """It must be seen again soon."""
    porch = Porch(face_detector)
    assert not porch.show(player)
    assert not porch.show(turned_away, 20)
    assert not porch.show(player)
    assert porch.show(player)


def test_who_turns_away_for_long_shows_the_face_anew(
    face_detector: FaceDetector, player: NDArray[np.uint8], turned_away: NDArray[np.uint8]
) -> None:
    """A moment does not end it, half a minute does."""
    porch = Porch(face_detector)
    (begun,) = porch.show(player, 4)
    assert not porch.show(turned_away, 10)
    assert not porch.show(player, 3)
    seen = porch.clock
    porch.clock += GONE_SECONDS
    (ended,) = porch.show(turned_away)
    assert ended.phase is Phase.END
    assert ended.event.end == pytest.approx(EPOCH + seen, abs=1.01)
    (again,) = porch.show(player, 4)
    assert again.event.id != begun.event.id


def test_only_people_are_looked_at(face_detector: FaceDetector, player: NDArray[np.uint8]) -> None:
    """Not dogs, not what is not certain, not what was not seen in this picture, and nobody who is too far away."""
    for change in ({"label": "dog"}, {"certain": False}):
        porch = Porch(face_detector)
        for name, value in change.items():
            setattr(porch.person, name, value)
        assert not porch.show(player, 5)
        assert porch.faces.inferences == 0
    porch = Porch(face_detector)
    porch.person.see((0.4, 0.5, 0.43, 0.6), 0.5)
    assert not porch.faces.update(frame(0.5, player), porch.tracks)
    porch.person.see(PERSON, 0.7)
    assert not porch.faces.update(frame(0.9, player), porch.tracks)
    assert porch.faces.inferences == 0


def test_looks_are_few(face_detector: FaceDetector, player: NDArray[np.uint8]) -> None:
    """Once a face is known it is looked for about once a second, whatever the rate of pictures."""
    porch = Porch(face_detector)
    porch.show(player, 3)
    before = porch.faces.inferences
    for _ in range(100):
        porch.clock += 0.1
        porch.person.see(PERSON, porch.clock)
        porch.faces.update(frame(porch.clock, player), porch.tracks)
    assert 8 <= porch.faces.inferences - before <= 11


def test_filters_zones_and_masks_of_faces(face_detector: FaceDetector, player: NDArray[np.uint8]) -> None:
    """Zones are where the person stands, sizes and masks are of the face."""
    door = Zone(id="door", name="Door", points=((0.3, 0.8), (0.6, 0.8), (0.6, 1), (0.3, 1)))
    around = ObjectMask(points=((0.3, 0.2), (0.6, 0.2), (0.6, 0.5), (0.3, 0.5)))
    (told,) = Porch(face_detector, DETECTION.model_copy(update={"zones": (door,)})).show(player, 4)
    assert told.event.zones == ("door",)
    for refused in ({"object_masks": (around,)}, {"filters": {"face": LabelFilter(min_area=0.1)}}):
        assert not Porch(face_detector, DETECTION.model_copy(update=refused)).show(player, 5)


def test_faces_cost_nothing_where_they_are_not_asked_for(face_detector: FaceDetector, player: NDArray[np.uint8]) -> None:
    """No run of the model; and what goes on ends with the setting."""
    people = DetectionConfig(labels={"person": 0.5})
    porch = Porch(face_detector, people)
    assert not porch.show(player, 5)
    assert porch.faces.inferences == 0
    porch.faces.configure(DETECTION, face_detector)
    assert [item.phase for item in porch.show(player, 5)] == [Phase.START]
    assert [item.phase for item in porch.faces.configure(people, None)] == [Phase.END]
