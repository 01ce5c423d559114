"""One detection of each object: what the model found in regions that overlap, and under labels that it confuses."""

from collections.abc import Sequence

from . import boxes
from .detector import Detection

_FAMILIES = dict.fromkeys(("car", "truck", "bus", "train"), "vehicle") | dict.fromkeys(("bicycle", "motorcycle"), "cycle")
SAME_OVERLAP = 0.5
SAME_COVERAGE = 0.85
"""Two boxes are of one object where they overlap so much, or where so much of one lies in the other."""
JOINED_OVERLAP = 0.25
MEMBER_SCORE = 0.6
MEMBER_COVERAGE = 0.8
MEMBER_AREA = 0.6
MEMBERS_OVERLAP = 0.2
"""A member of a group scores this share of it at least, lies in it, is smaller, and is apart from the other members."""


def merge(detections: Sequence[Detection]) -> list[Detection]:
    """Keep one of the detections of each object that was seen in several regions or as several kinds of vehicle.

    A loose box around a group goes where its members were found by themselves.
    """
    ordered = sorted(detections, key=lambda detection: -detection.score)
    kept: list[Detection] = []
    for detection in ordered:
        kin = family(detection.label)
        rivals = [other for other in ordered if other is not detection and family(other.label) == kin]
        if _is_group(detection, rivals):
            continue
        if not any(_same(detection, other) for other in kept if family(other.label) == kin):
            kept.append(detection)
    return kept


def join(looks: Sequence[Sequence[Detection]]) -> list[Detection]:
    """What was found in several regions of one picture, each object once.

    Boxes of the same object differ from region to region, by more than those of one region may overlap: so each detection of a
    region goes with at most one of another region, the one that it overlaps most. The surer one is kept.
    """
    joined: list[Detection] = []
    for found in looks:
        pairs = sorted(
            (
                (boxes.overlap(one.box, other.box), index, number)
                for index, one in enumerate(joined)
                for number, other in enumerate(found)
                if family(one.label) == family(other.label)
            ),
            reverse=True,
        )
        taken: dict[int, int] = {}
        for overlap, index, number in pairs:
            if overlap > JOINED_OVERLAP and number not in taken and index not in taken.values():
                taken[number] = index
        for number, detection in enumerate(found):
            if number not in taken:
                joined.append(detection)
            elif detection.score > joined[taken[number]].score:
                joined[taken[number]] = detection
    return merge(joined)


def family(label: str) -> str:
    """The kind of object that a detector easily confuses this label with."""
    return _FAMILIES.get(label, label)


def _same(one: Detection, other: Detection) -> bool:
    return (
        boxes.overlap(one.box, other.box) > SAME_OVERLAP
        or max(boxes.coverage(one.box, other.box), boxes.coverage(other.box, one.box)) > SAME_COVERAGE
    )


def _is_group(detection: Detection, rivals: Sequence[Detection]) -> bool:
    members: list[Detection] = []
    for rival in rivals:
        if (
            rival.score >= MEMBER_SCORE * detection.score
            and boxes.coverage(rival.box, detection.box) > MEMBER_COVERAGE
            and boxes.area(rival.box) < MEMBER_AREA * boxes.area(detection.box)
            and all(boxes.overlap(rival.box, member.box) < MEMBERS_OVERLAP for member in members)
        ):
            members.append(rival)
    return len(members) > 1
