"""The choice of few square regions to look at closely."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ambianic.events import Box

from . import boxes

SCALES = (1.0, 1.35, 1.8, 2.4)
"""Sides of regions in pixels, in sides of the model's input, to choose from; a smaller region would only be blown up."""
MARGIN = 0.08
"""What is looked at stays away from a region's edge by this share of its side, so that the edge cuts nothing off."""
MIN_SIDE, GOOD_SIDE, MAX_SHARE = 12.0, 60.0, 0.85
"""An object's longer side in the model's input, in pixels: from where something, and everything is recognised, and the most."""

MIN_GAIN = 0.05
"""A region that shows less than this of what is wanted, beyond what others show, is not worth a run."""


@dataclass(frozen=True, slots=True)
class Want:
    """Something to look at, and how much that is worth."""

    box: Box
    worth: float


def plan(wants: Sequence[Want], width: int, height: int, side: int, count: int) -> list[Box]:
    """At most `count` regions of a picture of width × height pixels that show as much as possible of what is wanted.

    The whole picture is one of the regions to choose from. `side` is the size in pixels of the model's input.
    """
    if not wants:
        return []
    wanted = np.array([boxes.clip(want.box) for want in wants])
    worth = np.array([want.worth for want in wants])
    regions = _candidates(wanted, width, height, side)
    clear = _clearness(wanted, regions, width, height, side)
    chosen: list[Box] = []
    shown = np.zeros(len(wants))
    while len(chosen) < count:
        gains = np.maximum(clear - shown, 0) @ worth
        best = int(gains.argmax())
        if gains[best] < MIN_GAIN:
            break
        left, top, right, bottom = map(float, regions[best])
        chosen.append((left, top, right, bottom))
        shown = np.maximum(shown, clear[best])
    return chosen


def clearness(wanted: Sequence[Box], regions: Sequence[Box], width: int, height: int, side: int) -> NDArray[np.float64]:
    """How well each region shows each thing, 0 to 1, as [regions, wanted]."""
    return _clearness(np.array(wanted), np.array(regions), width, height, side)


def _candidates(wanted: NDArray[np.float64], width: int, height: int, side: int) -> NDArray[np.float64]:
    """Regions in a few sizes: around each thing, with it in the middle or in a corner; and the whole picture."""
    pixels = np.array([width, height, width, height])
    found = [np.array([[0.0, 0.0, 1.0, 1.0]])]
    shorter = min(width, height)
    for scale in SCALES:
        size = min(scale * side, shorter)
        edge = MARGIN * size
        left, top, right, bottom = (wanted * pixels).T
        for x in ((left + right - size) / 2, left - edge, right + edge - size):
            for y in ((top + bottom - size) / 2, top - edge, bottom + edge - size):
                x0, y0 = np.clip(x, 0, width - size).round(), np.clip(y, 0, height - size).round()
                found.append(np.stack([x0, y0, x0 + size, y0 + size], axis=1) / pixels)
        if size == shorter:
            break
    return np.concatenate(found)


def _clearness(
    wanted: NDArray[np.float64], regions: NDArray[np.float64], width: int, height: int, side: int
) -> NDArray[np.float64]:
    """[regions, wanted]: how well each region shows each thing."""
    pixels = np.array([width, height, width, height])
    wanted, regions = wanted * pixels, regions * pixels
    spans = regions[:, 2:] - regions[:, :2]
    margins = np.minimum(MARGIN, 0.5) * spans[:, None, :]
    # An edge of the picture cuts nothing off that could be seen.
    inner_low = np.where(regions[:, None, :2] > 0, regions[:, None, :2] + margins / 2, -1)
    inner_high = np.where(regions[:, None, 2:] < pixels[2:] - 0.5, regions[:, None, 2:] - margins / 2, pixels[2:] + 1)
    inside = ((wanted[None, :, :2] >= inner_low) & (wanted[None, :, 2:] <= inner_high)).all(axis=2)
    shares = (wanted[:, 2:] - wanted[:, :2])[None] / spans[:, None, :]
    longest = shares.max(axis=2)
    ramp = np.clip((longest * side - MIN_SIDE) / (GOOD_SIDE - MIN_SIDE), 0.05, 1)
    whole = (spans >= pixels[2:] - 0.5).all(axis=1)[:, None]
    return np.where(inside & ((longest <= MAX_SHARE) | whole), ramp, 0)
