"""The app's package as Home Assistant's Supervisor will judge it, with the Supervisor's own rules stated anew.

The Supervisor drops keys that it doesn't know without a word and refuses an app with a bad value only at the user's, so
each rule that matters is checked here.
"""

import json
from pathlib import Path, PurePosixPath
import re
from typing import Any

from PIL import Image
import pytest
import yaml

import ambianic
from ambianic.options import LOG_LEVELS, Options, load_options

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "addon"
REPOSITORY = "https://github.com/ambianic/ambianic-home-assistant"

REQUIRED = {"name", "version", "slug", "description", "arch"}
DEFAULTS: dict[str, Any] = {
    "apparmor": True,
    "auth_api": False,
    "backup": "hot",
    "boot": "auto",
    "docker_api": False,
    "full_access": False,
    "gpio": False,
    "hassio_api": False,
    "hassio_role": "default",
    "homeassistant_api": False,
    "host_dbus": False,
    "host_ipc": False,
    "host_network": False,
    "host_pid": False,
    "host_uts": False,
    "ingress": False,
    "ingress_port": 8099,
    "ingress_stream": False,
    "init": True,
    "journald": False,
    "kernel_modules": False,
    "panel_admin": True,
    "realtime": False,
    "stage": "stable",
    "startup": "application",
    "stdin": False,
    "tmpfs": False,
    "uart": False,
    "udev": False,
    "usb": False,
    "video": False,
}
KNOWN = (
    REQUIRED
    | set(DEFAULTS)
    | {"backup_exclude", "discovery", "homeassistant", "image", "map", "options", "ports", "ports_description"}
    | {"ingress_port", "ingress_stream", "panel_icon", "panel_title", "privileged", "schema", "url"}
)
FOLDERS = {"data", "ssl", "local_apps", "backup", "share", "media", "homeassistant_config", "all_app_configs", "app_config"}
SCHEMA_ELEMENT = re.compile(
    r"(str(\((\d+)?,(\d+)?\))?|(int|float)(\((-?[\d.]+)?,(-?[\d.]+)?\))?|bool|email|url|password|port"
    r"|match\(.+\)|list\([^|]+(\|[^|]+)*\)|device(\(.+\))?)\??"
)
RISKY_CAPABILITIES = {
    "BPF",
    "CHECKPOINT_RESTORE",
    "DAC_READ_SEARCH",
    "NET_ADMIN",
    "NET_RAW",
    "PERFMON",
    "SYS_ADMIN",
    "SYS_MODULE",
    "SYS_PTRACE",
    "SYS_RAWIO",
}


def load_yaml(path: Path) -> Any:
    """The content of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def config() -> dict[str, Any]:
    """The app's config.yaml."""
    config: dict[str, Any] = load_yaml(APP / "config.yaml")
    return config


def security_rating(config: dict[str, Any]) -> int:
    """The figure of the app's page: 1 to 8, higher is safer."""
    settings = DEFAULTS | config
    if settings["docker_api"] or settings["full_access"]:
        return 1
    rating: int = 5
    rating += -1 if settings["apparmor"] is False else int((APP / "apparmor.txt").is_file())
    rating += 2 if settings["ingress"] else int(settings["auth_api"])
    rating -= bool(RISKY_CAPABILITIES & set(config.get("privileged", []))) or settings["kernel_modules"]
    rating -= {"manager": 1, "admin": 2}.get(settings["hassio_role"], 0)
    rating -= settings["host_network"]
    rating -= 2 * settings["host_pid"]
    return max(1, min(8, int(rating)))


def test_config_has_what_the_supervisor_requires_and_knows(config: dict[str, Any]) -> None:
    """No key is missing, misspelt or has a value that the Supervisor refuses."""
    assert config.keys() >= REQUIRED
    assert config.keys() <= KNOWN
    assert re.fullmatch(r"[-_.A-Za-z0-9]+", config["slug"])
    assert set(config["arch"]) == {"aarch64", "amd64"}
    assert config["startup"] in {"initialize", "system", "services", "application", "once"}
    assert re.fullmatch(r"[a-z0-9./-]+", config["image"])
    assert re.fullmatch(r"20\d\d\.\d+\.\d+", config["homeassistant"])
    assert {entry["type"] for entry in config["map"]} <= FOLDERS


def test_config_repeats_no_default(config: dict[str, Any]) -> None:
    """The linter of apps refuses that."""
    assert [key for key in config if key in DEFAULTS and config[key] == DEFAULTS[key]] == []


def test_of_the_users_folders_only_those_for_video_can_be_written(config: dict[str, Any]) -> None:
    """Where the option may point to, and nowhere else."""
    assert {entry["type"] for entry in config["map"] if entry.get("read_only") is False} == {"media", "share"}
    element = re.fullmatch(r"match\((.+)\)\?", config["schema"]["recordings"])
    assert element is not None
    for allowed in ("", "/media/ambianic", "/share/ambianic", "/media/disk 2/ambianic"):
        assert re.match(element[1], allowed), allowed
    for refused in ("/data/ambianic", "/media", "/media/films", "/ambianic", "/media/ambianic/films", "media/ambianic"):
        assert not re.match(element[1], refused), refused


def test_video_is_left_out_of_backups(config: dict[str, Any]) -> None:
    """It would make each backup as large as the disk. The Supervisor matches the whole path from its right end."""
    kept = ("config.json", "events.sqlite3", "snapshots/2026/11/22/x.jpg")
    left_out = ("recordings", "models/coco-ssd")
    for excluded, paths in ((False, kept), (True, left_out)):
        for path in paths:
            whole = PurePosixPath("/data/addons/data/0123_ambianic_edge") / path
            assert any(whole.match(pattern) for pattern in config["backup_exclude"]) is excluded, path


def test_security_rating(config: dict[str, Any]) -> None:
    """The app's page shows it to the user."""
    # 5, one more for the AppArmor profile, two for ingress, one less for the host's network.
    assert security_rating(config) == 7


def test_the_page_is_for_administrators_on_a_port_that_the_supervisor_chooses(config: dict[str, Any]) -> None:
    """On the host's network a port of our own choice may be another program's; video and pictures must not be read whole."""
    assert (config["ingress"], config["ingress_port"], config["ingress_stream"]) == (True, 0, True)
    assert config.get("panel_admin", DEFAULTS["panel_admin"]) is True
    assert re.fullmatch(r"mdi:[a-z-]+", config["panel_icon"])
    assert config["panel_title"]


def test_options_follow_their_schema(config: dict[str, Any]) -> None:
    """The Supervisor does not start an app whose defaults don't fit its schema."""
    elements = {
        key: element
        for key, wanted in config["schema"].items()
        for element in (wanted if isinstance(wanted, list) else [wanted])
    }
    for key, element in elements.items():
        assert SCHEMA_ELEMENT.fullmatch(element), f"{key}: {element}"
    assert config["options"].keys() == {key for key, element in elements.items() if not element.endswith("?")}
    assert config["options"]["log_level"] in re.findall(r"\w+", config["schema"]["log_level"])[1:]
    assert 1 <= config["options"]["port"] <= 65535
    assert 0 <= config["options"]["registrar_port"] <= 65535


def test_the_edge_takes_the_options_that_the_schema_allows(config: dict[str, Any], tmp_path: Path) -> None:
    """App and edge agree on levels and defaults."""
    assert config["schema"]["log_level"] == f"list({'|'.join(LOG_LEVELS)})"
    (tmp_path / "options.json").write_text(json.dumps(config["options"]))
    assert load_options(tmp_path) == Options()


@pytest.mark.parametrize("path", sorted((APP / "translations").glob("*.yaml")), ids=lambda path: path.stem)
def test_translations_cover_the_options(config: dict[str, Any], path: Path) -> None:
    """Every option has a name and a description, and nothing else has."""
    translation = load_yaml(path)
    assert translation.keys() <= {"configuration", "network"}
    assert translation["configuration"].keys() == config["schema"].keys()
    for key, texts in translation["configuration"].items():
        assert texts.keys() == {"name", "description"}, key
        assert all(texts.values()), key


def test_english_is_there() -> None:
    """Every other language falls back to it."""
    assert (APP / "translations" / "en.yaml").is_file()


@pytest.mark.parametrize("name", ["README.md", "DOCS.md", "CHANGELOG.md", "Dockerfile", "apparmor.txt"])
def test_files_of_the_store_are_there(name: str) -> None:
    """The app's page is made of them."""
    assert (APP / name).read_text(encoding="utf-8").strip()


def test_documentation_names_every_option(config: dict[str, Any]) -> None:
    """One by one, as the documentation of apps should."""
    documentation = (APP / "DOCS.md").read_text(encoding="utf-8")
    assert [key for key in config["schema"] if f"`{key}`" not in documentation] == []


def test_icon_and_logo() -> None:
    """The sizes that the store asks for."""
    with Image.open(APP / "icon.png") as icon, Image.open(APP / "logo.png") as logo:
        assert icon.format == logo.format == "PNG"
        assert icon.size == (128, 128)
        assert logo.size == (250, 100)


def test_versions_agree(config: dict[str, Any]) -> None:
    """App, package, integration and both changelogs are released together."""
    manifest = json.loads((ROOT / "custom_components/ambianic/manifest.json").read_text(encoding="utf-8"))
    project = re.search(r'^version = "(.+)"$', (APP / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert project is not None
    versions = {
        "config.yaml": config["version"],
        "pyproject.toml": project[1],
        "ambianic": ambianic.__version__,
        "manifest.json": manifest["version"],
        "addon/CHANGELOG.md": newest_entry(APP / "CHANGELOG.md"),
        "CHANGELOG.md": newest_entry(ROOT / "CHANGELOG.md"),
    }
    assert set(versions.values()) == {config["version"]}, versions


def newest_entry(path: Path) -> str:
    """The version on top of a changelog."""
    heading = re.search(r"^## (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert heading is not None
    return heading[1]


def test_the_repository_has_one_address(config: dict[str, Any]) -> None:
    """Another address would be another repository to the Supervisor."""
    manifest = json.loads((ROOT / "custom_components/ambianic/manifest.json").read_text(encoding="utf-8"))
    repository = load_yaml(ROOT / "repository.yaml")
    assert repository.keys() == {"name", "url", "maintainer"}
    # The app's full slug begins with a hash of this address, so it is written the same everywhere.
    assert {config["url"], manifest["documentation"], repository["url"]} == {REPOSITORY}
    assert manifest["issue_tracker"] == f"{REPOSITORY}/issues"
    for path in (ROOT / "custom_components/ambianic").rglob("*.py"):
        addresses = re.findall(r"https://github\.com/ambianic/[\w.-]+", path.read_text(encoding="utf-8"))
        assert set(addresses) <= {REPOSITORY}, path.name


def test_image_brings_the_app_along() -> None:
    """Built from this checkout, and not what lies about in it."""
    dockerfile = (APP / "Dockerfile").read_text(encoding="utf-8")
    assert "npm ci" in dockerfile
    assert "COPY --from=ui /src/ambianic/web /src/ambianic/web" in dockerfile
    ignored = (APP / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"ambianic/web", "ui/node_modules"} <= set(ignored)
    assert 'artifacts = ["ambianic/web"]' in (APP / "pyproject.toml").read_text(encoding="utf-8")


def test_image_is_labelled_as_the_config_says(config: dict[str, Any]) -> None:
    """The labels are written by hand."""
    labels = dict(re.findall(r'(io\.hass\.\w+)="([^"]*)"', (APP / "Dockerfile").read_text(encoding="utf-8")))
    assert labels == {
        "io.hass.type": "app",
        "io.hass.name": config["name"],
        "io.hass.description": config["description"],
        "io.hass.url": config["url"],
    }


def test_apparmor_profile_is_one_and_tight(config: dict[str, Any]) -> None:
    """No capability, no raw socket, no shell, and no writing but to the app's own data and folders that bear its name."""
    profile = (APP / "apparmor.txt").read_text(encoding="utf-8")
    # The Supervisor renames the one profile that begins at the start of a line; others would stay in the kernel for ever.
    assert re.findall(r"^profile (\S+)", profile, re.MULTILINE) == [config["slug"]]
    assert profile.count("{\n") == 1
    rules = [line.strip() for line in profile.splitlines() if line.startswith("  ") and not line.strip().startswith("#")]
    assert [rule for rule in rules if not rule.endswith(",")] == []
    assert [rule for rule in rules if re.match(r"capability|mount|ptrace|userns|file,|network,|change_profile", rule)] == []
    assert [rule for rule in rules if re.search(r"network (inet6? raw|packet)", rule)] == []
    writable = {rule.split()[0] for rule in rules if re.search(r"^/\S+ \w*w\w*,$", rule)}
    own = {"/data/", "/data/**", "/tmp/", "/tmp/**", "/{dev,run}/shm/**", "/dev/video[0-9]*"}
    assert writable == own | {"/{media,share}/{,**/}ambianic/", "/{media,share}/{,**/}ambianic/**"}
    executable = [rule for rule in rules if re.search(r" \w*x,$", rule)]
    assert [rule for rule in executable if re.search(r"bash|/sh\b|/bin/\*\*", rule)] == []
