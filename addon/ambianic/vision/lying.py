"""A second look for somebody who lies.

Models learned people mostly from those who stand, and miss who lies or take them for something else. So the picture is laid on its
side, once each way: then who lies stands.
"""

from dataclasses import dataclass

import numpy as np

from ambianic.events import Box

from . import boxes
from .detector import Detector
from .frames import Frame

PERSON = "person"
REACH = 2.4
"""The side of the square that is looked at, in heights of the standing person."""
GROUND = 0.2
"""Its middle is so far above the feet, in heights of the standing person."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A person who stands in a picture that lies on its side, in the box as it is in the picture."""

    box: Box
    score: float


def find_lying(detector: Detector, frame: Frame, standing: Box) -> list[Sight]:
    """Look for people who lie near where one stood."""
    region = _around(standing, frame.width, frame.height)
    width, height = detector.model.picture_size(1.0)
    picture = frame.crop(region, height, width)
    return [
        Sight(boxes.within(_upright(found.box, quarters), region), found.score)
        for quarters in (1, 3)
        for found in detector.detect(np.ascontiguousarray(np.rot90(picture, quarters)))
        if found.label == PERSON
    ]


def _around(standing: Box, width: int, height: int) -> Box:
    """A square in pixels around the place where somebody who stands would lie, moved into the picture."""
    side = min(REACH * (standing[3] - standing[1]) * height, width, height)
    across, down = side / width, side / height
    left = min(max((standing[0] + standing[2] - across) / 2, 0.0), 1 - across)
    feet = standing[3] - GROUND * (standing[3] - standing[1])
    top = min(max(feet - down / 2, 0.0), 1 - down)
    return left, top, left + across, top + down


def _upright(box: Box, quarters: int) -> Box:
    """A box of a square that was turned to the left by so many quarters, as it was before."""
    left, top, right, bottom = box
    return (1 - bottom, left, 1 - top, right) if quarters == 1 else (top, 1 - right, bottom, 1 - left)
