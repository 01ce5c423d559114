"""The clocks are put on or back while a camera is recorded."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
import time
from zoneinfo import ZoneInfo

import pytest

from ambianic.recording.filters import EventFilter
from tests.edge.recording.fed import CAMERA, recording
from tests.edge.recording.probe import decode, save
from tests.edge.recording.samples import event, names
from tests.support.rtsp import Clip

GARDEN = Clip(seconds=16, width=320, height=240, audio="aac")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that shows local time."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("change", "hours", "shown"),
    [("2026-03-29T01:00+00:00", 23, [1, 3]), ("2026-10-25T01:00+00:00", 25, [2, 2])],
    ids=["on", "back"],
)
async def test_nothing_is_lost_or_doubled(tmp_path: Path, change: str, hours: int, shown: list[int]) -> None:
    """Footage and events go on; the local day has as many hours as it has, and each event is in one of them."""
    moment = datetime.fromisoformat(change).timestamp()
    async with recording(tmp_path, GARDEN, mode="continuous", now=moment - 60) as home:
        timeline = home.timeline
        await home.camera.play(120)
        segments = await home.finish()
        for before, after in pairwise(segments):
            assert before.end is not None
            assert 0 <= after.start - before.end < 0.02
        assert len(home.files()) == len(segments)
        clip = await home.footage.clip(CAMERA, moment - 60, moment + 60)
        assert len(clip.parts) == 1
        assert len(decode(await save(clip, tmp_path / "clip.mp4")).pictures) == len(home.camera.sent)

        midnight = datetime.fromtimestamp(moment, BERLIN).replace(hour=0).timestamp()
        events = [
            event(
                number + 1,
                camera=CAMERA,
                start=midnight + number * 900,
                end=8.0,
                clip=(midnight + number * 900, midnight + number * 900 + 20),
            )
            for number in range(4 * hours)
        ]
        await timeline.index.put(events, now=moment)
        page, _ = await timeline.page(EventFilter(), limit=200, cursor=None)
        assert names(page) == names(events[::-1])
        (day,) = await timeline.counts(EventFilter(), midnight, midnight + 1, BERLIN, "day")
        assert (day.start, day.counts) == (midnight, {"person": 4 * hours})
        found = await timeline.counts(EventFilter(), midnight, midnight + 3600 * hours, BERLIN, "hour")
        assert [bucket.start for bucket in found] == [midnight + 3600 * hour for hour in range(hours)]
        assert {tuple(bucket.counts.items()) for bucket in found} == {(("person", 4),)}
        around = [bucket.start for bucket in found if abs(bucket.start - moment + 1800) <= 1800]
        assert [datetime.fromtimestamp(start, BERLIN).hour for start in around] == shown
