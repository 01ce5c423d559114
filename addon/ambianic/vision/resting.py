"""Rest: which objects have not moved for long, and which are parked: they were there, or have been for long."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from ambianic.events import Box

from . import boxes

VEHICLES = frozenset({"vehicle", "cycle", "boat"})
"""Families (and the labels of families of one) of what is parked."""
REST_SECONDS = 10.0
"""What has not moved for so long rests …"""
SETTLED_SECONDS = 2.0
PARKED_SECONDS = 0.3
"""… or for so long where nothing has moved there since it was first seen, the latter if it is parked."""
STILL = 0.25
"""A box that is no farther from where it was, in sizes, has not moved; boxes tremble."""
MOVED = 0.4
"""What is farther than this from where it was first seen, or larger by this factor in size, has moved for certain."""
STIRS = 2
"""So many pictures have to agree that it has moved."""
FORGET_CALM_SECONDS = 10.0
STIRRED_SECONDS = 1.0
"""Motion at an object counts for so long. Without motion it is the light that has changed, not the object."""


@dataclass(slots=True)
class Rest:
    """How one object has moved, by the stream's clock.

    `parked` objects give no event until they have moved: vehicles that were there when they were first seen, or whose visit is over.
    """

    origin: Box
    anchor: Box
    anchor_clock: float
    anchor_time: float
    parked: bool = False
    resting: bool = False
    stirred_clock: float = float("-inf")
    stirs: int = 0
    calm: int = 0
    """In how many pictures it had not moved although something did there."""
    misses: int = 0
    """How often it was looked for in vain since it was seen."""

    def see(self, box: Box, moving: Sequence[Box], time: float, clock: float, aspect: float, *, certain: bool) -> bool:
        """Take note of where the object is in a picture in which something moves at some places; tell whether it has just got up.

        Only a `certain` object can rest.
        """
        self.misses = 0
        if touched(box, moving):
            self.stirred_clock = clock
            self.calm += 1
        elif clock - self.stirred_clock > FORGET_CALM_SECONDS:
            self.calm = 0
        stirred = clock - self.stirred_clock < STIRRED_SECONDS
        if not _displaced(self.anchor, box, aspect, STILL):
            self.stirs = 0
            still = clock - self.anchor_clock
            settled = still >= (PARKED_SECONDS if self.parked else SETTLED_SECONDS)
            self.resting |= certain and (still >= REST_SECONDS or (settled and self.stirred_clock < self.anchor_clock))
            return False
        if not stirred:
            # The light has changed, and with it what the model makes of the same object.
            self.origin = self.anchor = box
            return False
        self.stirs, self.calm = self.stirs + 1, 0
        if self.stirs < STIRS:
            return False
        got_up = self.resting
        if got_up:
            self.resting, self.origin = False, self.anchor
        if _displaced(self.origin, box, aspect, MOVED):
            self.parked = False
        self.anchor, self.anchor_clock, self.anchor_time, self.stirs = box, clock, time, STIRS - 1
        return got_up

    def park(self) -> None:
        """The visit is over: what comes next is a new one."""
        self.parked, self.origin, self.stirs = True, self.anchor, 0


def touched(box: Box, moving: Sequence[Box]) -> bool:
    """Whether something moves at a box. Where the whole picture changes, it is the light."""
    around = boxes.grown(box, 0.1)
    return any(boxes.area(motion) < 0.9 and boxes.intersection(around, motion) > 0 for motion in moving)


def _displaced(before: Box, now: Box, aspect: float, limit: float) -> bool:
    """Whether a box has gone farther, or come nearer so that it is larger, than trembling explains.

    That it is smaller proves nothing: somebody may stand before it.
    """
    growth = log(max(boxes.area(now), 1e-9) / max(boxes.area(before), 1e-9)) / 2
    return boxes.distance(before, now, aspect) > limit or growth > limit
