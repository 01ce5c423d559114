"""Zones, masks and filters from encoded pictures of a person who walks by to events."""

from typing import Any

import pytest

from ambianic.config import DetectionConfig
from ambianic.events import Event, Phase
from ambianic.vision.camera import Camera
from ambianic.vision.detector import Detector
from ambianic.vision.wire import Happened, Message, Occupied, Picture, Stream, Watch

from .footage import Clip

ID = "0123abcd"
WALK = 75
"""Pictures until the person has left."""
# The person's feet walk at 0.71 heights from 0.16 to 0.54 widths.
LEFT = {"id": "left", "name": "Left", "points": ((0.1, 0.6), (0.3, 0.6), (0.3, 0.8), (0.1, 0.8))}
RIGHT = {"id": "right", "name": "Right", "points": ((0.4, 0.6), (0.7, 0.6), (0.7, 0.8), (0.4, 0.8))}
ABOVE = {"id": "above", "name": "Above", "points": ((0.0, 0.3), (1.0, 0.3), (1.0, 0.65), (0.0, 0.65))}
GATE = {"id": "gate", "name": "Gate", "kind": "line", "points": ((0.35, 0.9), (0.35, 0.5))}
"""Drawn upwards, so who walks to the right crosses it forward."""


def play(detector: Detector, clip: Clip, **settings: Any) -> list[Message]:
    """All that a camera with these settings tells of a clip."""
    camera = Camera(ID, detector)
    told = camera.configure(Watch(ID, DetectionConfig.model_validate({"labels": {"person": 0.5}, **settings})))
    told += camera.step([Stream(ID, clip.info)])
    for packet in clip.packets[:WALK]:
        told += camera.step([Picture(ID, packet)])
        while camera.busy:
            told += camera.step()
    return [*told, *camera.close()]


def ended(told: list[Message]) -> list[Event]:
    """The events as they were at their ends."""
    return [item.event for item in told if isinstance(item, Happened) and item.phase is Phase.END]


def test_events_name_the_zones_in_which_somebody_was(detector: Detector, visit: Clip) -> None:
    """All those of the visit, told as they are reached; and which are occupied now."""
    told = play(detector, visit, zones=(LEFT, RIGHT, ABOVE, GATE))
    (event,) = ended(told)
    assert set(event.zones) == {"left", "gate", "right"}
    occupied = [dict(item.zones) for item in told if isinstance(item, Occupied)]
    assert {"left": ("person",)} in occupied
    assert any("gate" in zones for zones in occupied)
    assert occupied[-1] == {}
    order = [item.event.zones for item in told if isinstance(item, Happened)]
    assert sorted(order, key=len) == order


@pytest.mark.parametrize(
    ("settings", "events"),
    [
        ({"filters": {"person": {"zones": ("right",)}}, "zones": (RIGHT,)}, 1),
        ({"filters": {"person": {"zones": ("above",)}}, "zones": (ABOVE,)}, 0),
        ({"filters": {"person": {"zones": ("gate",)}}, "zones": (GATE | {"direction": "backward"},)}, 0),
        ({"object_masks": ({"points": ((0, 0.6), (1, 0.6), (1, 0.8), (0, 0.8))},)}, 0),
        ({"object_masks": ({"points": ((0, 0.6), (1, 0.6), (1, 0.8), (0, 0.8)), "labels": ("car",)},)}, 1),
    ],
)
def test_what_alarms(detector: Detector, visit: Clip, settings: dict[str, Any], events: int) -> None:
    """The same person is an event or none."""
    assert len(ended(play(detector, visit, **settings))) == events
