"""Footage and the detector, made once for all tests of vision."""

from pathlib import Path

import pytest

from ambianic.vision.detector import Detector

from .footage import Clip, Place, encode


@pytest.fixture(scope="session")
def detector(model_path: Path) -> Detector:
    """The default model, loaded."""
    return Detector(model_path)


@pytest.fixture(scope="session")
def place() -> Place:
    """The place that the footage shows."""
    return Place()


@pytest.fixture(scope="session")
def visit(place: Place) -> Clip:
    """Two seconds of nobody, a person who walks through for five seconds, then nobody for seven seconds."""
    return encode([*place.wait(20), *place.walk(50), *place.wait(70)])


@pytest.fixture(scope="session")
def walk(place: Place) -> Clip:
    """A person walks, to and fro, for twenty seconds."""
    there = place.walk(50, left=60, speed=8)
    return encode((there + there[::-1]) * 2)
