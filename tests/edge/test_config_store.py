"""The configuration on disk."""

from collections.abc import Callable
import errno
from pathlib import Path

import pytest

from ambianic import config_store
from ambianic.config import CameraConfig, CameraInput
from ambianic.config_store import ConfigError, ConfigStore
from ambianic.errors import EdgeError, ErrorCode

CAMERA = CameraConfig(id="00000001", name="Door", url="rtsp://cam/1", username="viewer", password="hunter2")


def saved(directory: Path) -> ConfigStore:
    """A store with one camera."""
    store = ConfigStore(directory)
    store.save(store.config.model_copy(update={"cameras": (CAMERA,)}))
    return store


def test_a_new_directory_gets_a_configuration_that_stays(tmp_path: Path) -> None:
    """The edge's id is for life."""
    identifier = ConfigStore(tmp_path).config.id
    assert ConfigStore(tmp_path).config.id == identifier


def test_what_is_saved_is_read_back_and_private(tmp_path: Path) -> None:
    """Passwords are in the file, so nobody else may read it."""
    saved(tmp_path)
    assert ConfigStore(tmp_path).config.cameras == (CAMERA,)
    assert (tmp_path / "config.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("damage", "field"),
    [
        (lambda text: text[: len(text) // 2], "Invalid JSON"),
        (lambda text: text.replace('"tcp"', '"pigeon"'), "cameras.0.transport"),
        (lambda text: text.replace('"rtsp://cam/1"', '"rtps://cam/1"'), "cameras.0.url"),
        (lambda text: text.replace('"name": "Door"', '"nome": "Door"'), "cameras.0.name"),
        (lambda _text: "", "Invalid JSON"),
    ],
)
def test_a_broken_file_is_named_kept_and_replaced_by_the_last_good_copy(
    tmp_path: Path, damage: Callable[[str], str], field: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is overwritten, not even by the next change, and no secret is told."""
    saved(tmp_path)
    file = tmp_path / "config.json"
    broken = damage(file.read_text())
    file.write_text(broken)

    store = ConfigStore(tmp_path)
    assert store.config.cameras == (CAMERA,)
    assert store.broken is not None
    assert field in store.broken
    assert field in caplog.text
    assert "hunter2" not in caplog.text
    assert file.read_text() == broken

    store.save(store.config.model_copy(update={"name": "Home"}))
    assert [path.read_text() for path in tmp_path.glob("config.broken-*.json")] == [broken]
    again = ConfigStore(tmp_path)
    assert (again.broken, again.config.name) == (None, "Home")


def test_without_a_good_copy_the_edge_refuses(tmp_path: Path) -> None:
    """A broken file that was never good is not replaced by an empty configuration."""
    (tmp_path / "config.json").write_text('{"version": 1, "cameras": 5}')
    with pytest.raises(ConfigError, match=r"config\.json is not valid: cameras"):
        ConfigStore(tmp_path)
    assert (tmp_path / "config.json").read_text() == '{"version": 1, "cameras": 5}'


def test_a_lost_file_is_restored(tmp_path: Path) -> None:
    """The last good copy comes back."""
    saved(tmp_path)
    (tmp_path / "config.json").unlink()
    assert ConfigStore(tmp_path).config.cameras == (CAMERA,)
    assert (tmp_path / "config.json").exists()


def test_a_disk_that_refuses_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says so, and memory and disk stay as they were."""
    store = saved(tmp_path)

    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(config_store, "write_atomically", full)
    with pytest.raises(EdgeError, match="No space left") as caught:
        store.save(store.config.model_copy(update={"cameras": ()}))
    assert caught.value.code is ErrorCode.STORAGE
    assert store.config.cameras == (CAMERA,)
    monkeypatch.undo()
    assert ConfigStore(tmp_path).config.cameras == (CAMERA,)


def test_user_and_password_leave_the_address() -> None:
    """Explicit ones win."""
    camera = CameraInput(name="x", url="rtsp://a:b@cam/1", sub_url="rtsp://a:b@cam/2")
    assert (camera.url, camera.sub_url, camera.username, camera.password) == ("rtsp://cam/1", "rtsp://cam/2", "a", "b")
    camera = CameraInput(name="x", url="rtsp://a:b@cam/1", username="c", password="d")
    assert (camera.username, camera.password) == ("c", "d")
