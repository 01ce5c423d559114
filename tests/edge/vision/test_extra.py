"""A user's further model beside the object model: fire becomes a visit."""

from pathlib import Path

import av
import numpy as np
import pytest

from ambianic.config import DetectionConfig, Zone
from ambianic.events import Event, Phase
from ambianic.models import store
from ambianic.models.labels import COCO
from ambianic.vision.camera import Camera
from ambianic.vision.detector import Detector
from ambianic.vision.engine import Engine
from ambianic.vision.extra import ExtraModels
from ambianic.vision.frames import Frame, Scaler
from ambianic.vision.loaded import Loaded
from ambianic.vision.wire import Happened, Picture, Stream, Watch
from tests.edge.models.makers import red_detector

from .footage import EPOCH, Place as Footage, encode

FIRE = DetectionConfig(labels={"fire": 0.5, "person": 0.5})
KNOWN = frozenset(COCO.values())
RED, BLACK = (255, 0, 0), (0, 0, 0)
BEGIN = 1_700_000_000.0


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fire model in its folder."""
    data = tmp_path_factory.mktemp("data")
    file = data / "fire.tflite"
    file.write_bytes(red_detector())
    store.add(data, "my-fire", file, "fire\nperson", {"purpose": "fire"})
    return store.find(data, "my-fire")


class Place:
    """What happens before a camera with a fire model, by its clock."""

    def __init__(self, path: Path, detection: DetectionConfig = FIRE) -> None:
        self.detector = Detector(path)
        self.models = ExtraModels("00000001")
        assert self.models.configure(detection, [self.detector], KNOWN) == []
        self._clock = 0.0
        self._scaler = Scaler()

    def show(self, colour: tuple[int, int, int], seconds: float) -> list[Happened]:
        """Show a colour where the model looks for so long, five pictures a second."""
        told = []
        picture = np.zeros((90, 160, 3), np.uint8)
        picture[60:, 40:120] = colour
        for _ in range(round(5 * seconds)):
            self._clock += 0.2
            frame = Frame(av.VideoFrame.from_ndarray(picture, "rgb24"), self._scaler, BEGIN + self._clock, self._clock)
            told += self.models.update(frame)
        return told


def is_active(place: Place) -> bool:
    """Whether a model wants more looks soon."""
    return place.models.active


def phases(told: list[Happened]) -> list[Phase]:
    """The phases alone."""
    return [happened.phase for happened in told]


def test_fire_is_one_visit(path: Path) -> None:
    """It counts once it was seen three times, is one event while it flickers, and ends when it has been out for long."""
    place = Place(path)
    assert place.show(BLACK, 10) == []
    assert place.show(RED, 2.4) == []
    assert is_active(place)
    (start,) = place.show(RED, 4.6)
    event: Event = start.event
    assert (start.phase, event.label, event.camera_id) == (Phase.START, "fire", "00000001")
    assert event.score > 0.9
    assert event.start == pytest.approx(BEGIN + 10, abs=2.2)
    assert event.box == pytest.approx((0.25, 0.22, 0.75, 0.67), abs=0.02)
    assert start.picture.startswith(b"\xff\xd8")
    assert not is_active(place)
    assert place.show(BLACK, 20) + place.show(RED, 4) == []
    (end,) = place.show(BLACK, 40)
    assert end.phase is Phase.END
    assert end.event.id == event.id
    assert end.event.end == pytest.approx(BEGIN + 41, abs=2.2)


def test_one_flash_is_no_fire(path: Path) -> None:
    """A red car that passes is seen once."""
    place = Place(path)
    assert place.show(RED, 2) + place.show(BLACK, 30) + place.show(RED, 2) + place.show(BLACK, 30) == []


def test_it_looks_seldom(path: Path) -> None:
    """Every two seconds, not at every picture."""
    place = Place(path)
    place.show(BLACK, 20)
    assert place.detector.runs == 10


def test_what_nobody_asks_for_costs_nothing(path: Path) -> None:
    """Without its label, and for labels that the object model finds better, the model is not run."""
    place = Place(path, DetectionConfig(labels={"person": 0.5, "car": 0.5}))
    place.show(RED, 10)
    assert place.detector.runs == 0


def test_visit_ends_when_it_is_no_longer_wanted(path: Path) -> None:
    """New settings without the label end it at once."""
    place = Place(path)
    assert phases(place.show(RED, 10)) == [Phase.START]
    told = place.models.configure(DetectionConfig(labels={"person": 0.5}), [place.detector], KNOWN)
    assert phases(told) == [Phase.END]


def test_zones_and_scores_count(path: Path) -> None:
    """A fire is where its box stands; what is not sure enough is none."""
    zone = Zone(id="grill", name="Grill", points=((0, 0.5), (1, 0.5), (1, 1), (0, 1)))
    (start,) = Place(path, DetectionConfig(labels={"fire": 0.5}, zones=(zone,))).show(RED, 10)
    assert start.event.zones == ("grill",)
    assert Place(path, DetectionConfig(labels={"fire": 0.5})).show((100, 0, 0), 20) == []


def test_labels_of_further_models_are_offered(path: Path, detector: Detector) -> None:
    """All that can be found with what is installed, each once."""
    loaded = Loaded(Engine(model=detector.path, extra=(path,)), detector)
    assert "fire" in loaded.labels
    assert "fall" in loaded.labels
    assert "face" not in loaded.labels
    assert loaded.labels.count("person") == 1
    assert [extra.path for extra in loaded.extra()] == [path]
    broken = Loaded(Engine(model=detector.path, extra=(path.with_name("gone.tflite"),)), detector)
    assert list(broken.extra()) == []


def test_fire_in_a_stream_is_seen_though_nothing_moves(path: Path, detector: Detector, place: Footage) -> None:
    """With the real pipeline, which sleeps while nothing moves: what flares up once and burns on is an event."""
    camera = Camera("00000001", detector, Loaded(Engine(model=detector.path, extra=(path,)), detector))
    burning = place.wait(120)
    for picture in burning:
        picture[240:500, 300:560] = RED
    clip = encode([*place.wait(80), *burning])
    told = camera.configure(Watch("00000001", FIRE)) + camera.step([Stream("00000001", clip.info)])
    for packet in clip.packets:
        told += camera.step([Picture("00000001", packet)])
        while camera.busy:
            told += camera.step()
    (happened,) = [message for message in told if isinstance(message, Happened)]
    assert (happened.phase, happened.event.label) == (Phase.START, "fire")
    assert happened.event.start == pytest.approx(EPOCH + 8, abs=2.5)
    assert camera.stats.decoded < len(clip.packets)
