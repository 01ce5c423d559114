"""Detection on real footage whose people were labelled by hand: a crowd on a pavement, and the same place while nobody is there."""

import pytest

from ambianic.config import DetectionConfig
from ambianic.events import Phase
from ambianic.vision.analysis import Analysis, Figures
from ambianic.vision.detector import Detector
from ambianic.vision.loaded import Loaded
from ambianic.vision.wire import Happened
from tests.support.rtsp import Clip

from .labels import Seen, match, people

pytestmark = pytest.mark.long

STILL = "tmix=frames=128,trim=start=13:end=13.1,loop=599:1,setpts=round(N/10/TB),noise=alls=6:allf=t"
"""Nobody is in the mean of 128 pictures; then it is one picture for a minute, with the noise of a sensor."""


def analyse(clip: Clip, detector: Detector) -> tuple[dict[str, Seen], Figures]:
    """The events of a clip, and what finding them took."""
    analysis = Analysis(clip.file(), DetectionConfig(), Loaded.of(detector), start=0, camera_id="0123abcd")
    events: dict[str, Seen] = {}
    for message in analysis.run():
        if isinstance(message, Happened) and message.phase is Phase.START:
            events[message.event.id] = Seen(analysis.seconds)
        elif message is None:
            for event_id, (time, box) in analysis.sightings.items():
                events[event_id].sightings.setdefault(time, box)
    return events, analysis.figures


def test_people_who_cross_are_one_visit_each(detector: Detector) -> None:
    """All are found, next to nobody twice, nothing else, and the model runs no more often than it may."""
    events, figures = analyse(Clip(), detector)
    score = match(events, people())
    assert len(score.found) >= 17, score.missed
    assert len(score.doubled) <= 2
    assert len(score.false) <= 1
    assert figures.inferences < 11 * figures.seconds


def test_nothing_is_told_of_a_still_place(detector: Detector) -> None:
    """Noise wakes nobody: after the start hardly anything is decoded, the model is not run again, and parked cars are no news."""
    events, figures = analyse(Clip(filter=STILL, seconds=14, key_interval=30), detector)
    assert events == {}
    assert figures.seconds > 40
    assert figures.decoded < 0.2 * figures.pictures
    assert figures.inferences <= 8
