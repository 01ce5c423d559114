"""What is drawn into a picture for people who look into why something did or did not alarm."""

from dataclasses import replace
from typing import Any

import numpy as np
from PIL import Image, ImageChops
import pytest

from ambianic.config import DetectionConfig
from ambianic.events import Box
from ambianic.vision.look import Found, GateReading, Look, Tracked, Verdict
from ambianic.vision.overlay import CANDIDATE, EVENT, MASK, REFUSED, RESTING, ZONE, Overlay

WIDTH, HEIGHT = 320, 240
BOX: Box = (0.4, 0.4, 0.6, 0.8)


TRACK = Tracked(number=7, label="person", score=0.8, box=BOX, state="moving", verdict=Verdict.EVENT)


def look(*, tracks: tuple[Tracked, ...] = (), found: tuple[Found, ...] = ()) -> Look:
    """A look at a picture with these in it."""
    return Look(
        camera_id="0123abcd", time=0.0, awake=True, gate=GateReading(size=900, threshold=1500), tracks=tracks, found=found
    )


def drawn(what: Look | None, detection: DetectionConfig | None = None) -> Image.Image:
    """A grey picture with it."""
    overlay = Overlay(WIDTH, HEIGHT, detection or DetectionConfig())
    return overlay.draw(Image.new("RGB", (WIDTH, HEIGHT), "#808080"), what, "1.0 s")


def colours(image: Image.Image) -> set[str]:
    """All colours in it, as #rrggbb."""
    return {"#" + bytes(colour).hex() for colour in np.asarray(image).reshape(-1, 3)}


@pytest.mark.parametrize(
    ("followed", "colour"),
    [
        (replace(TRACK, event_id="an-event"), EVENT),
        (replace(TRACK, verdict=Verdict.TOO_SHORT, state="new"), CANDIDATE),
        (replace(TRACK, verdict=Verdict.PARKED, state="resting"), RESTING),
    ],
)
def test_the_colour_of_a_box_says_what_it_is(followed: Tracked, colour: str) -> None:
    """Events, candidates and what rests differ, and the box is where the object is."""
    image = drawn(look(tracks=(followed,)))
    seen = {other for other in (EVENT, CANDIDATE, RESTING) if other in colours(image)}
    assert seen == {colour}
    inside = (round(0.45 * WIDTH), round(0.5 * HEIGHT), round(0.55 * WIDTH), round(0.7 * HEIGHT))
    assert colours(image.crop(inside)) == {"#808080"}
    edge = (round(0.4 * WIDTH), round(0.6 * HEIGHT))
    assert colours(image.crop((*edge, edge[0] + 1, edge[1] + 1))) == {colour}


def test_the_words_beside_a_box_say_why() -> None:
    """Another verdict, or a zone, is another picture."""
    zone = {"id": "door", "name": "Door", "points": [[0, 0.9], [0.1, 0.9], [0.1, 1]]}
    detection = DetectionConfig.model_validate({"zones": [zone]})
    variants: list[dict[str, Any]] = [{}, {"verdict": Verdict.OUTSIDE_ZONES}, {"zones": ("door",)}, {"zones": ("unknown",)}]
    pictures = [drawn(look(tracks=(replace(TRACK, **more),)), detection) for more in variants]
    for number, picture in enumerate(pictures):
        assert all(ImageChops.difference(picture, other).getbbox() for other in pictures[:number])


def test_what_is_refused_is_shown_but_not_what_is_told_elsewhere() -> None:
    """A masked find is drawn, a part of a followed object and weak finds are not."""
    masked = Found(label="person", score=0.8, box=BOX, verdict=Verdict.MASKED)
    part = Found(label="person", score=0.8, box=BOX, verdict=Verdict.PART)
    weak = Found(label="person", score=0.2, box=BOX, verdict=Verdict.LOW_SCORE)
    assert REFUSED in colours(drawn(look(found=(masked,))))
    assert REFUSED not in colours(drawn(look(found=(part, weak))))


def test_zones_and_masks_are_shown_also_before_the_first_look() -> None:
    """They are there in each picture."""
    zone = {"id": "door", "name": "Door", "points": [[0.6, 0.6], [0.9, 0.6], [0.9, 0.9], [0.6, 0.9]]}
    line = {"id": "gate", "name": "Gate", "kind": "line", "points": [[0.1, 0.5], [0.3, 0.5]]}
    mask = [[0.5, 0.2], [0.9, 0.2], [0.9, 0.4]]
    detection = DetectionConfig.model_validate(
        {"zones": [zone, line], "motion_masks": [mask], "object_masks": [{"points": mask}]}
    )
    seen = colours(drawn(None, detection))
    assert {ZONE, MASK} <= seen
    assert not {ZONE, MASK} & colours(drawn(None))


@pytest.mark.parametrize(
    "box", [(0.5, 0.5, 0.5, 0.5), (-1.0, -1.0, 2.0, 2.0), (0.99, 0.99, 1.0, 1.0), (0.3, 0.3, 0.301, 0.301)]
)
def test_boxes_of_all_sizes_can_be_drawn(box: Box) -> None:
    """Whatever a tracker says, there is a picture."""
    image = drawn(look(tracks=(replace(TRACK, box=box),)))
    assert image.size == (WIDTH, HEIGHT)
    assert ImageChops.difference(image, drawn(look())).getbbox()
