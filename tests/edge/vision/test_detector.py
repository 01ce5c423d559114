"""The model at work."""

from pathlib import Path

import numpy as np
from PIL import Image
import pytest

from ambianic.models import selftest
from ambianic.models.catalog import ModelError
from ambianic.vision import boxes
from ambianic.vision.detector import Detector

from .footage import PERSON, Place


def stretched(image: "np.typing.NDArray[np.uint8]") -> "np.typing.NDArray[np.uint8]":
    """The picture in the size of the model's input."""
    return np.asarray(Image.fromarray(image).resize((300, 300)))


def test_people_are_found_where_they_are(detector: Detector, place: Place) -> None:
    """A person of a real picture is found in the whole of it, and more surely in a part."""
    truth = (PERSON[0] / 768, PERSON[1] / 576, PERSON[2] / 768, PERSON[3] / 576)
    region = (468 / 768, 138 / 576, 768 / 768, 438 / 576)
    for picture, part in (
        (stretched(place.busy), boxes.WHOLE),
        (stretched(place.busy[138:438, 468:768]), region),
    ):
        found = [item for item in detector.detect(picture, part) if item.label == "person"]
        best = max(found, key=lambda item: boxes.overlap(item.box, truth))
        assert boxes.overlap(best.box, truth) > 0.5
        assert best.score > 0.5


def test_empty_place_has_no_people(detector: Detector, place: Place) -> None:
    """Nobody is found where nobody is."""
    found = detector.detect(stretched(place.empty))
    assert [item for item in found if item.label == "person" and item.score > 0.4] == []


def test_nothing_is_left_over_from_the_picture_before(detector: Detector, place: Place) -> None:
    """The outputs of the model keep old values behind the new ones: they are not read."""
    grey = np.full((300, 300, 3), 128, np.uint8)
    before = detector.detect(grey)
    assert detector.detect(stretched(place.busy))
    assert detector.detect(grey) == before


@pytest.mark.long
def test_selftest_accepts_the_model(model_path: Path) -> None:
    """The installed model passes."""
    selftest.check(model_path)


@pytest.mark.long
@pytest.mark.parametrize("name", ["coco-ssd", "no-such-model"])
def test_selftest_refuses_what_is_no_model(tmp_path: Path, model_path: Path, name: str) -> None:
    """Other files, damaged models and models that are not known are refused with a sentence."""
    path = tmp_path / name / "model.tflite"
    path.parent.mkdir()
    path.write_text("<html>Not found</html>")
    with pytest.raises(ModelError, match="is not a LiteRT"):
        selftest.check(path)
    path.write_bytes(model_path.read_bytes()[:200_000])
    with pytest.raises(ModelError, match=r"can't be loaded|makes the detector crash|There is no model"):
        selftest.check(path)
    path.unlink()
    with pytest.raises(ModelError, match="ambianic models install"):
        selftest.check(path)
