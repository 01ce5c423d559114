"""A trial of a model file in a child process, which a bad one may kill: `python -m ambianic.vision.selftest MODEL`."""

from pathlib import Path
import subprocess
import sys

import numpy as np

from ambianic.models.catalog import ModelError

from .detector import Detector

TIMEOUT = 120.0
REFUSED = 3


def check(path: Path) -> None:
    """Load a model and run it once. Raises ModelError where it does not do that well."""
    try:
        result = subprocess.run(  # noqa: S603  the arguments are ours
            [sys.executable, "-m", "ambianic.vision.selftest", str(path)],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as err:
        raise ModelError(f"The model file {path} takes longer than {TIMEOUT:.0f} s to load and run.") from err
    if result.returncode == REFUSED:
        raise ModelError(result.stdout.strip())
    if result.returncode:
        raise ModelError(
            f"The model file {path} makes the detector crash. Install the model again with `ambianic models install`."
        )


def main() -> int:
    """Try the model that the command line names."""
    try:
        detector = Detector(Path(sys.argv[1]))
    except ModelError as err:
        sys.stdout.write(f"{err}\n")
        return REFUSED
    detector.detect(np.zeros((detector.model.height, detector.model.width, 3), np.uint8))
    return 0


if __name__ == "__main__":
    sys.exit(main())
