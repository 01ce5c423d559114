"""The people in vtest.avi, labelled by hand (vtest.json), and how well events fit them."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
import json
from pathlib import Path

from ambianic.events import Box
from ambianic.vision import boxes

LABELS = Path(__file__).with_name("vtest.json")
MIN_OVERLAP = 0.3
"""The overlap with a person's labelled box from which a sighting is one of that person."""
MIN_SHARE = 0.5
"""The share of an event's sightings that has to be of people, else it is false."""
BEGINNING = 3.0
"""Whom an event is about is who is seen in so many seconds from its first sighting."""


@dataclass(frozen=True)
class Person:
    """Somebody's visit: from the first to the last second in which a part of the body is in the picture.

    `boxes` are left, top, right, bottom in pixels at some seconds, in order.
    """

    name: str
    enter: float
    leave: float
    boxes: tuple[tuple[float, Box], ...]
    hard: bool = False
    """Somebody who is not missed where not found."""

    def box(self, moment: float) -> Box:
        """Where the person is at a moment, in pixels, between the labelled boxes."""
        times = [time for time, _ in self.boxes]
        after = min(max(1, bisect_right(times, moment)), len(times) - 1)
        (begin, one), (end, other) = self.boxes[after - 1], self.boxes[after]
        share = min(max(0.0, (moment - begin) / (end - begin)), 1.0)
        left, top, right, bottom = (a + share * (b - a) for a, b in zip(one, other, strict=True))
        return left, top, right, bottom


@cache
def _labels() -> tuple[tuple[int, int], tuple[Person, ...]]:
    content = json.loads(LABELS.read_text())
    width, height = content["size"]
    return (width, height), tuple(
        Person(
            person["name"],
            person["enter"],
            person["leave"],
            tuple((time, (left, top, right, bottom)) for time, left, top, right, bottom in person["boxes"]),
            person.get("hard", False),
        )
        for person in content["people"]
    )


def people() -> tuple[Person, ...]:
    """All people of the footage."""
    return _labels()[1]


@dataclass(slots=True)
class Seen:
    """An event: where its object was seen at which second of the footage (boxes as shares of the picture), and when it was told."""

    told: float
    sightings: dict[float, Box] = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """How well events fit people: `found` maps people's names to an event's id, `doubled` are further events of theirs."""

    found: Mapping[str, str]
    missed: Sequence[str]
    doubled: Sequence[str]
    false: Sequence[str]

    @property
    def recall(self) -> float:
        """The share of visits that were found."""
        return len(self.found) / max(1, len(self.found) + len(self.missed))


def match(events: Mapping[str, Seen], visits: Iterable[Person], size: tuple[int, int] | None = None) -> Score:
    """Find whose visit each event is: of the person whom its first sightings show, which is whom the alarm was about.

    Whom it follows later, when people walk in front of each other, matters only as far as it costs another visit its event. The first
    event of a visit finds it, further ones are doubled. An event of which most sightings show nobody is false. `size` is that of the
    pictures, which is the footage's where it is left out.
    """
    visits = list(visits)
    hard = {visit.name for visit in visits if visit.hard}
    found: dict[str, str] = {}
    doubled, false = [], []
    for event_id, event in sorted(events.items(), key=lambda item: item[1].told):
        shown = {moment: _shown(moment, box, visits, size or _labels()[0]) for moment, box in event.sightings.items()}
        begin = min(shown, default=0.0)
        first = Counter(name for moment, name in shown.items() if name and moment - begin <= BEGINNING)
        if not first or sum(name is not None for name in shown.values()) < MIN_SHARE * len(shown):
            false.append(event_id)
            continue
        name = first.most_common(1)[0][0]
        if name not in found:
            found[name] = event_id
        elif name not in hard:
            doubled.append(event_id)
    return Score(
        {name: event_id for name, event_id in found.items() if name not in hard},
        [visit.name for visit in visits if visit.name not in found and not visit.hard],
        doubled,
        false,
    )


def _shown(moment: float, box: Box, visits: Sequence[Person], size: tuple[int, int]) -> str | None:
    """Who is in a box (shares of the picture)."""
    sides = box[0] * size[0], box[1] * size[1], box[2] * size[0], box[3] * size[1]
    overlaps = {visit.name: boxes.overlap(sides, visit.box(moment)) for visit in visits if visit.enter <= moment <= visit.leave}
    best = max(overlaps, key=overlaps.__getitem__, default=None)
    return best if best is not None and overlaps[best] >= MIN_OVERLAP else None
