"""A user's own models: seen through, tried in a process that they may kill, and kept only then."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ambianic import cli
from ambianic.models import own, selftest, store
from ambianic.models.catalog import ModelError
from ambianic.models.labels import COCO
from ambianic.vision.detector import Detector

from .makers import fixed, killer, yolov8

FIRE = "Smoke\nFire\n"


@pytest.fixture(autouse=True)
def only_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """No models from elsewhere."""
    monkeypatch.delenv(store.SEARCH_PATH, raising=False)


def written(folder: Path, content: bytes, suffix: str = ".tflite") -> Path:
    """A model file somewhere."""
    path = folder / f"download{suffix}"
    path.write_bytes(content)
    return path


def kept(data: Path) -> list[str]:
    """All that lies among the models."""
    return sorted(path.name for path in (data / "models").glob("*")) if (data / "models").exists() else []


def test_own_model_is_taken_in_and_finds_what_it_knows(tmp_path: Path) -> None:
    """From the file and two labels alone: the kind is seen from the file, pictures are fed as is usual for it."""
    info = store.add(tmp_path, "my-fire", written(tmp_path, fixed(yolov8())), FIRE, {"purpose": "fire", "licence": "MIT"})
    assert info.as_json() | {"bytes": 0} == {
        "name": "my-fire",
        "title": "my-fire",
        "purpose": "fire",
        "licence": "MIT",
        "source": "added here",
        "labels": ["fire", "smoke"],
        "input": [64, 64],
        "bytes": 0,
        "state": "installed",
        "progress": None,
        "error": None,
        "own": True,
        "ms": None,
    }
    assert info.model.decoder == "yolov8"
    assert info.model.feed.fit == "letterbox"
    assert kept(tmp_path) == ["my-fire"]
    detector = Detector(store.find(tmp_path, "my-fire"))
    (found,) = detector.detect(np.zeros((32, 64, 3), np.uint8))
    assert found.label == "fire"
    assert found.score == pytest.approx(0.9)
    assert found.box == pytest.approx((0.25, 0.25, 0.75, 0.75))
    assert [known.name for known in store.catalogue(tmp_path) if known.own] == ["my-fire"]
    store.remove(tmp_path, "my-fire")
    assert kept(tmp_path) == []


@pytest.mark.long
def test_known_model_can_be_added_under_another_name(tmp_path: Path, model_path: Path) -> None:
    """A model with PostProcess, whose labels have numbers and gaps, as those of COCO do."""
    labels = "\n".join(f"{number}  {label}" for number, label in COCO.items())
    info = store.add(tmp_path, "coco-again", model_path, labels, {})
    assert info.model.decoder == "postprocess"
    assert info.model.labels == COCO
    result = selftest.run(store.find(tmp_path, "coco-again"))
    assert result.ok
    assert result.ms is not None
    assert result.ms > 0
    assert result.picture is not None
    assert result.picture.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("labels", "options", "message"),
    [
        ("one\ntwo\nthree", {}, r"tells 2 kinds of objects apart, but there are 3 labels"),
        ("", {}, "one label on each line"),
        ("a" * 65, {}, "Line 1 of the labels"),
        (FIRE, {"color": "bgr"}, "no option 'color'"),
        (FIRE, {"scale": 0}, "can't be 0"),
        (FIRE, {"colour": "pink"}, "option colour"),
        (FIRE, {"decoder": "postprocess"}, "are not that postprocess models give"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, labels: str, options: Mapping[str, Any], message: str) -> None:
    """Each mistake gets a sentence, and nothing is kept."""
    with pytest.raises(ModelError, match=message):
        store.add(tmp_path, "mine", written(tmp_path, fixed(yolov8())), labels, options)
    assert kept(tmp_path) == []


def test_labels_of_the_wrong_coco_are_refused(tmp_path: Path, model_path: Path) -> None:
    """80 labels for a model that numbers 90 would name cups as forks."""
    with pytest.raises(ModelError, match="tells 90 kinds of objects apart, but there are 80 labels"):
        store.add(tmp_path, "mine", model_path, "\n".join(COCO.values()), {})


@pytest.mark.parametrize("name", ["coco-ssd", "Mine", "../mine", "", ".hidden", "x" * 41])
def test_names_are_checked(tmp_path: Path, name: str) -> None:
    """A name is a folder's: nothing else gets through, and nothing of the catalogue is replaced."""
    with pytest.raises(ModelError, match=r"Use a name|There is a model"):
        store.add(tmp_path, name, written(tmp_path, fixed(yolov8())), FIRE, {})
    with pytest.raises(ModelError, match="own model"):
        store.remove(tmp_path, name)


def test_model_that_kills_its_process_is_refused(tmp_path: Path) -> None:
    """It dies in a child process; we live to tell."""
    with pytest.raises(ModelError, match=r"makes the detector crash \(signal 11\)"):
        store.add(tmp_path, "mine", written(tmp_path, killer()), FIRE, {"decoder": "yolov8"})
    assert kept(tmp_path) == []


def test_model_that_sees_things_everywhere_is_refused(tmp_path: Path) -> None:
    """Wrong scaling shows in a picture of nothing that is full of objects."""
    output = np.zeros((1, 6, 100), np.float32)
    output[0, 0], output[0, 1] = (
        np.meshgrid(np.arange(10) * 6 + 3, np.arange(10) * 6 + 3)[0].ravel(),
        np.repeat(np.arange(10) * 6 + 3, 10),
    )
    output[0, 2:4], output[0, 4] = 4, 0.95
    with pytest.raises(ModelError, match="Check its labels, its decoder"):
        store.add(tmp_path, "mine", written(tmp_path, fixed(output)), FIRE, {})
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "suffix", "message"),
    [
        (b"<html>Not found</html>", ".tflite", "is not a LiteRT"),
        (b"PK\x03\x04" * 100, ".zip", "use a .tflite or an .onnx file"),
        (b"\x08\x08" * 100, ".onnx", "onnxruntime is needed"),
    ],
)
def test_files_that_are_no_models_are_refused(tmp_path: Path, content: bytes, suffix: str, message: str) -> None:
    """What else people send."""
    with pytest.raises(ModelError, match=message):
        store.add(tmp_path, "mine", written(tmp_path, content, suffix), FIRE, {})


def test_labels_are_read_in_all_usual_forms() -> None:
    """Plain lines, numbered lines, and names for nothing."""
    assert own.read_labels("Person\r\n  Delivery   Van \n\n") == {0: "person", 1: "delivery van"}
    assert own.read_labels("\ufeff0 person\n2: car") == {0: "person", 2: "car"}
    assert own.count(own.read_labels("???\nperson\nn/a\n")) == 3
    assert own.read_labels("7 eleven\nshop") == {0: "7 eleven", 1: "shop"}


def test_command_line_adds_and_removes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`ambianic models add`, `list` and `remove`."""
    labels = tmp_path / "labels.txt"
    labels.write_text(FIRE)
    file = written(tmp_path, fixed(yolov8()))
    arguments = ["models", "add", "fire", str(file), str(labels), "--options", '{"purpose": "fire"}', "--data", str(tmp_path)]
    assert cli.main(arguments) == 0
    assert "fire is added: yolov8, 64x64, 2 labels" in capsys.readouterr().out
    assert cli.main(arguments) == 1
    assert "There is a model fire already" in capsys.readouterr().err
    assert cli.main(["models", "list", "--data", str(tmp_path)]) == 0
    assert f"  installed  {tmp_path}/models/fire/model.tflite" in capsys.readouterr().out
    assert cli.main(["models", "remove", "fire", "--data", str(tmp_path)]) == 0
    assert cli.main(["models", "remove", "fire", "--data", str(tmp_path)]) == 1
    assert "no own model 'fire'" in capsys.readouterr().err
