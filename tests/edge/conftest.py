"""What all tests of the edge share."""

from pathlib import Path

import pytest

from ambianic.models.store import find


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The default model, which scripts/setup installs."""
    path = find(Path(__file__).parents[2] / ".venv")
    assert path.is_file(), "The detection model is not installed: run scripts/setup."
    return path
