"""The app's options as the Supervisor, or the owner of a plain container, writes them."""

import json
from pathlib import Path

import pytest

from ambianic.options import Options, OptionsError, load_options


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    """So it is outside of the app."""
    assert load_options(tmp_path) == Options(log_level="info", port=8778)


def test_given_options_are_used_and_others_keep_their_default(tmp_path: Path) -> None:
    """One may be given without the other."""
    (tmp_path / "options.json").write_text('{"log_level": "debug"}')
    assert load_options(tmp_path) == Options(log_level="debug", port=8778)
    (tmp_path / "options.json").write_text('{"log_level": "error", "port": 80}')
    assert load_options(tmp_path) == Options(log_level="error", port=80)


def test_web_addresses_are_written_one_way(tmp_path: Path) -> None:
    """Whatever the user has typed; an app's address that was emptied is none."""
    options = {"registrars": ["https://PNP.example", "http://192.168.1.5:9779/"], "app": "", "registrar_port": 0}
    (tmp_path / "options.json").write_text(json.dumps(options))
    assert load_options(tmp_path) == Options(
        registrars=("https://pnp.example/", "http://192.168.1.5:9779/"), app=None, registrar_port=0
    )


def test_video_may_lie_elsewhere(tmp_path: Path) -> None:
    """An option that was emptied is none; more push services are written one way."""
    options = {"recordings": "/media/ambianic", "push_services": ["https://Push.example/"]}
    (tmp_path / "options.json").write_text(json.dumps(options))
    assert load_options(tmp_path) == Options(recordings=Path("/media/ambianic"), push_services=("https://push.example",))
    (tmp_path / "options.json").write_text('{"recordings": ""}')
    assert load_options(tmp_path) == Options()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"port": 0}', "port must be a whole number from 1 to 65535"),
        ('{"port": 65536}', "port must be a whole number from 1 to 65535"),
        ('{"port": "8778"}', "port must be a whole number from 1 to 65535"),
        ('{"port": true}', "port must be a whole number from 1 to 65535"),
        ('{"log_level": "loud"}', "log_level must be one of debug, info, warning, error"),
        ('{"log_level": ["info"]}', "log_level must be one of debug, info, warning, error"),
        ('{"ports": 8778}', "there is no option 'ports'"),
        ('{"registrar_port": 65536}', "registrar_port must be a whole number from 1 to 65535, or 0"),
        ('{"registrars": "https://pnp.example/"}', "registrars must be a list"),
        ('{"registrars": ["pnp.example"]}', "registrars: 'pnp.example' is not valid. Use an address such as https"),
        ('{"registrars": [5]}', "registrars must hold addresses"),
        (json.dumps({"registrars": ["https://pnp.example/"] * 9}), "registrars must be a list of up to 8"),
        ('{"app": "https://app.example/?x"}', "app: .* is not valid"),
        ('{"recordings": "media"}', "recordings must be the whole path of a directory, such as /media/ambianic"),
        ('{"recordings": "/media/../data"}', "recordings must be the whole path"),
        ('{"recordings": 5}', "recordings must be the whole path"),
        ('{"push_services": ["http://push.example"]}', "push_services: 'http://push.example' is not valid. A push service"),
        ('{"push_services": "https://push.example"}', "push_services must be a list of up to 8"),
        ('{"port": 87', "is not JSON"),
        ("[1]", "must hold an object"),
        (json.dumps({"port": "x" * 70_000}), "is larger than"),
        ("\xff\xfe", "is not JSON"),
    ],
)
def test_bad_options_are_named(tmp_path: Path, content: str, complaint: str) -> None:
    """The complaint tells the file, the field and what it may be."""
    (tmp_path / "options.json").write_bytes(content.encode("latin-1"))
    with pytest.raises(OptionsError, match=complaint) as caught:
        load_options(tmp_path)
    assert "options.json" in str(caught.value)


def test_an_unreadable_file_is_a_clear_error(tmp_path: Path) -> None:
    """A folder stands where the file should be."""
    (tmp_path / "options.json").mkdir()
    with pytest.raises(OptionsError, match="can't be read"):
        load_options(tmp_path)
