"""Tracking: which detections in one picture after another are the same object."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import lap
import numpy as np

from . import boxes
from .appearance import Appearance
from .detector import Detection
from .fitting import FRESH_SECONDS, MAX_COST, NEVER, at_edge, cost, cost_of_return
from .merging import family
from .track import Track

GAP_SECONDS = 5.0
"""An object that is not seen for so long has left …"""
HIDDEN_SECONDS = 10.0
"""… or for so long where it went out of sight next to another one …"""
LEFT_SECONDS = 4.0
"""… or at an edge of the picture."""
LEAVING_SECONDS = 1.0
"""Who would be out of the picture within this time leaves it."""
TENTATIVE_SECONDS = 1.0
"""The same for an object that is not certain yet."""
MIN_AGE_SECONDS = 0.2
"""Pictures closer to each other than this show the same mistake twice and prove nothing …"""
EVIDENCE = 2.5
"""An object is certain once its scores add up to so many times the least score: two sure pictures or three fair ones."""
MIN_STRONG_AGE_SECONDS = 0.09
STRONG_EVIDENCE = 3.2
"""… but two pictures without any doubt are enough sooner."""
CROWDED_AGE_SECONDS = 0.8
CROWDED_EVIDENCE = 6.0
"""Where others are, a new object may be a box around some of them or a part of one: that takes more evidence."""
MAX_CROWDED_SECONDS = 3.0
NEIGHBOURHOOD = 2.0
"""Up to this age, it has to be seen together with all that are no farther than so many sizes from it."""
KEEP_FACTOR = 0.6
"""A tracked object is recognised again from this share of the least score."""
CROWD = 0.9
"""Objects that are no farther than this from each other, in sizes, are next to each other."""
BIRTH_COVERAGE, BIRTH_DISTANCE = 0.6, 0.4
"""What lies so much in an object that is seen now, or is so near to it, is a part of it, not another one."""


class Tracker:
    """The objects that a camera sees now."""

    def __init__(self, labels: Mapping[str, float]) -> None:
        """Track objects of these labels, each from its least score."""
        self.labels = labels
        self.tracks: list[Track] = []
        self.aspect = 1.0
        """Width of the pictures / their height."""
        self._numbers = 0

    def number(self) -> int:
        """A number for a new track."""
        self._numbers += 1
        return self._numbers

    @property
    def tentative(self) -> list[Track]:
        """Objects that are not certain yet."""
        return [track for track in self.tracks if not track.certain]

    def update(
        self,
        sure: Sequence[Detection],
        unsure: Sequence[Detection],
        time: float,
        clock: float,
        interval: float,
        looks: Mapping[Detection, Appearance | None] = MappingProxyType({}),
    ) -> list[Track]:
        """Take in what was detected in a picture and return the objects that have left.

        `sure` can be new objects, `unsure` only those that are known. `interval` is the usual time in seconds from look to look.
        `looks` tells what they look like.
        """
        for track in self.tracks:
            track.detection = None
        # Who is in sight comes first: what is left over may be somebody who was out of sight.
        lost = [track for track in self.tracks if clock - track.seen_clock > max(FRESH_SECONDS, 2 * interval)]
        fresh = [track for track in self.tracks if track not in lost or track.rest.resting or track.reach is not None]
        left_over = self._assign(fresh, sure, looks, time, clock, counts=True)
        self._assign(fresh, unsure, looks, time, clock, counts=False)
        for found in self._assign(lost, left_over, looks, time, clock, counts=True):
            self._begin(found, looks.get(found), time, clock)
        for track in list(self.tracks):
            if not track.certain and self._is_certain(track) and not self._is_known(track, clock):
                track.certain = True
        self._note_neighbours()
        return self.expire(clock, interval)

    def expire(self, clock: float, interval: float) -> list[Track]:
        """Forget the objects that have not been seen for too long and return those of them that were certain."""
        gone = []
        for track in self.tracks:
            limit = TENTATIVE_SECONDS
            if track.certain:
                limit = HIDDEN_SECONDS if track.hidden else LEFT_SECONDS if track.leaving else GAP_SECONDS
            if not track.rest.resting and clock - track.seen_clock > max(limit, 3 * interval):
                gone.append(track)
        self.tracks = [track for track in self.tracks if track not in gone]
        return [track for track in gone if track.certain]

    def _assign(
        self,
        tracks: Sequence[Track],
        detections: Sequence[Detection],
        looks: Mapping[Detection, Appearance | None],
        time: float,
        clock: float,
        *,
        counts: bool,
    ) -> list[Detection]:
        """Give each track the detection that fits it best; return the detections that fit none."""
        free = [track for track in tracks if track.detection is None]
        if not free or not detections:
            return list(detections)
        costs = np.full((len(free), len(detections)), NEVER)
        for row, track in enumerate(free):
            for column, found in enumerate(detections):
                costs[row, column] = cost(track, found, looks.get(found), clock, self.aspect, counts=counts)
        _, columns, rows = lap.lapjv(costs, extend_cost=True, cost_limit=MAX_COST)
        for row, column in enumerate(columns):
            if column >= 0:
                found = detections[column]
                free[row].see(found, looks.get(found), time, clock, self.aspect, counts=counts)
        return [found for found, row in zip(detections, rows, strict=True) if row < 0]

    def _begin(self, found: Detection, look: Appearance | None, time: float, clock: float) -> None:
        kin = family(found.label)
        if any(
            track.family == kin
            and track.detection is not None
            and (
                boxes.coverage(found.box, track.box) > BIRTH_COVERAGE
                or boxes.distance(found.box, track.box, self.aspect) < BIRTH_DISTANCE
            )
            for track in self.tracks
        ):
            return
        track = Track(self.number(), kin, found.box, time, clock, time, clock)
        track.crowded = any(
            other.certain
            and other.family == kin
            and clock - other.seen_clock < FRESH_SECONDS
            and boxes.distance(other.box, found.box, self.aspect) < CROWD
            for other in self.tracks
        )
        track.see(found, look, time, clock, self.aspect, counts=True)
        self.tracks.append(track)

    def _is_certain(self, track: Track) -> bool:
        if track.detection is None or track.detection.score < self.labels[track.detection.label] or len(track.scores) < 2:
            return False
        age = track.seen_clock - track.first_clock
        evidence = sum(track.scores) / self.labels[track.label]
        if track.crowded:
            if age < CROWDED_AGE_SECONDS or evidence < CROWDED_EVIDENCE:
                return False
            return age > MAX_CROWDED_SECONDS or not self._is_between(track)
        return (age >= MIN_AGE_SECONDS and evidence >= EVIDENCE) or (
            age >= MIN_STRONG_AGE_SECONDS and evidence >= STRONG_EVIDENCE
        )

    def _is_between(self, new: Track) -> bool:
        """Whether somebody next to a new object is out of sight in this picture, so that it may be that one."""
        return any(
            other.certain
            and other.detection is None
            and other.family == new.family
            and not other.rest.resting
            and boxes.distance(other.box, new.box, self.aspect) < NEIGHBOURHOOD
            for other in self.tracks
        )

    def _is_known(self, new: Track, clock: float) -> bool:
        """Let an object that was out of sight go on as the new one where they may be the same."""
        best, least = None, NEVER
        for lost in self.tracks:
            if lost.certain and lost.detection is None and lost.family == new.family and not lost.rest.resting:
                worse = cost_of_return(lost, new, clock, self.aspect)
                if worse is not None and worse < least:
                    best, least = lost, worse
        if best is None:
            return False
        best.absorb(new)
        self.tracks.remove(new)
        return True

    def _note_neighbours(self) -> None:
        for track in self.tracks:
            if track.detection is not None:
                near = boxes.grown(track.box, 0.3)
                soon = track.expected(track.seen_clock + LEAVING_SECONDS, self.aspect)
                track.leaving = at_edge(track.box) and (
                    boxes.touches_edge(track.box) or boxes.coverage(soon, boxes.WHOLE) < 0.8
                )
                track.hidden = not track.leaving and any(
                    other is not track and other.certain and boxes.intersection(near, other.box) > 0 for other in self.tracks
                )
