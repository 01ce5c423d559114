"""How well a detection fits an object that is followed, and whether two tracks can be of the same object."""

from math import log, sqrt

from ambianic.events import Box

from . import boxes
from .appearance import Appearance, difference
from .detector import Detection
from .merging import family
from .track import ACCELERATION, MEASURED, Track, middle

# Lengths are in sizes of the object along each axis, see `boxes.sizes`.
GATE = 3.5
"""An object is not farther from where it is expected than so many standard deviations …"""
NEAR, FAR, FARTHEST = 1.0, 2.5, 4.0
"""… nor than this and, if the detection is evidence, so much more for each second that it was not seen, up to the farthest."""
MAX_GROWTH = 2.2
"""A box is of another object if its size differs by more than this factor …"""
MAX_GROWTH_LATE = 3.2
"""… or than this if the object was not watched meanwhile."""
FRESH_SECONDS = 0.7
"""An object that was seen no longer ago is in sight."""
ALIKE_SECONDS = 0.5
"""From this time out of sight on, an object is recognised by its colours."""
MAX_DIFFERENCE = 0.4
MAX_DIFFERENCE_BACK = 0.35
BACK_RISE = 0.35
"""Who comes in where somebody left may be somebody else: the same one has like colours, and the feet are on the same line."""
MAX_DIFFERENCE_HIDDEN = 0.6
"""Who comes out where somebody went behind somebody is likely that one, even with other colours."""
EDGE = 0.5
"""Who is seen first no farther than this from an edge of the picture, in sizes of the box, has come in there."""
MISSING_SECONDS, SAME_DISTANCE = 0.3, 0.5
"""Who was seen a moment ago is not out of sight, but may be followed twice if it is so near."""
KNOWN_DISTANCE = 0.1
"""What a size of distance counts against a difference of colours then."""
MAX_COST = 1.5
NEVER = 2 * MAX_COST
RESTING_COST = 0.3
"""What walks past something that rests is not that."""


def cost(track: Track, found: Detection, look: Appearance | None, clock: float, aspect: float, *, counts: bool) -> float:
    """How badly a detection fits a track; `NEVER` where it can't be it."""
    if family(found.label) != track.family:
        return NEVER
    growth = abs(log(max(boxes.area(found.box), 1e-9) / max(boxes.area(track.box), 1e-9))) / 2
    passed = max(0.0, clock - track.seen_clock)
    if track.reach is not None or track.rest.resting:
        # What it looked like says nothing: the light may have changed since.
        away, most = boxes.distance(track.box, found.box, aspect), track.reach or NEAR
        return away / most + RESTING_COST * track.rest.resting if away < most and growth < log(MAX_GROWTH_LATE) else NEVER
    if growth > log(MAX_GROWTH) or track.axes is None:
        return NEVER
    (width, height), (x, y) = boxes.sizes(track.box, aspect), middle(found.box, aspect)
    across = track.axes[0].ahead(passed, ACCELERATION * width)
    along = track.axes[1].ahead(passed, ACCELERATION * height)
    deviation_x = sqrt(across.variance + (MEASURED * width) ** 2)
    deviation_y = sqrt(along.variance + (MEASURED * height) ** 2)
    off = sqrt(((x - across.value) / deviation_x) ** 2 + ((y - along.value) / deviation_y) ** 2)
    away = sqrt(((x - across.value) / width) ** 2 + ((y - along.value) / height) ** 2)
    if (off > GATE and away > NEAR) or away > (reach(passed) if counts else NEAR):
        return NEVER
    back = passed > FRESH_SECONDS and (track.leaving or at_edge(found.box))
    if back and not is_back(track, found.box, aspect):
        return NEVER
    unlike = difference(track.appearance, look)
    most = MAX_DIFFERENCE_BACK if back else MAX_DIFFERENCE
    if passed > ALIKE_SECONDS and unlike > most and look is not None and track.appearance is not None:
        return NEVER
    apart = 1 - boxes.overlap(track.expected(clock, aspect), found.box)
    return (
        0.1 * off
        + 0.3 * min(away, 1.5)
        + 0.3 * apart
        + 0.3 * growth
        + 0.6 * unlike
        + 0.05 * min(passed, 5.0)
        + 0.2 * (not track.certain)
    )


def cost_of_return(lost: Track, new: Track, clock: float, aspect: float) -> float | None:
    """How badly an object that was out of sight fits one that has appeared; None where they can't be the same."""
    unlike = difference(lost.appearance, new.appearance)
    if at_edge(new.first_box) or lost.leaving:
        # Who comes back in comes from where somebody left.
        away = boxes.distance(lost.box, new.first_box, aspect)
        returns = lost.seen_clock < new.first_clock and is_back(lost, new.first_box, aspect) and unlike < MAX_DIFFERENCE_BACK
    else:
        away = min(boxes.distance(place, new.box, aspect) for place in (lost.box, lost.expected(clock, aspect)))
        passed = clock - lost.seen_clock
        returns = away < (reach(passed) if passed > MISSING_SECONDS else SAME_DISTANCE) and unlike < MAX_DIFFERENCE_HIDDEN
    return unlike + KNOWN_DISTANCE * away if returns else None


def is_back(lost: Track, box: Box, aspect: float) -> bool:
    """Whether an object at an edge of the picture is where another one left: its feet on the same line."""
    rise = abs(box[3] - lost.box[3]) / max(lost.box[3] - lost.box[1], 1e-4)
    return boxes.distance(lost.box, box, aspect) < NEAR and rise < BACK_RISE


def at_edge(box: Box) -> bool:
    """Whether an object that is seen first there has come in at an edge of the picture."""
    return boxes.coverage(boxes.grown(box, EDGE), boxes.WHOLE) < 1


def reach(passed: float) -> float:
    """How far an object can be from where it is expected after so many seconds out of sight."""
    return min(NEAR + FAR * passed, FARTHEST)
