"""What the end-to-end tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the browser go: $AMBIANIC_SCREENSHOTS, else pytest's temporary directory.

    The steps are .png, the pictures for the README are .jpg.
    """
    chosen = os.environ.get("AMBIANIC_SCREENSHOTS")
    return Path(chosen).resolve() if chosen else tmp_path_factory.mktemp("screenshots")
