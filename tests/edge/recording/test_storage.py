"""What is kept on disk, and the forecast."""

import time

import pytest

from ambianic.config import CameraConfig, Config, RecordingConfig, StorageSettings
from ambianic.recording import storage as storage_module
from ambianic.recording.timeline import Timeline

from .samples import DAY, event, jpeg, segment, settled

GIGABYTE = 1_000_000_000


def config(recording: RecordingConfig, storage: StorageSettings | None = None) -> Config:
    """A home with one camera, `front`."""
    camera = CameraConfig(id="00000001", name="Front", url="rtsp://127.0.0.1/1", recording=recording)
    return Config(cameras=(camera.model_copy(update={"id": "front"}),), storage=storage or StorageSettings())


async def test_figures_follow_every_change(timeline: Timeline) -> None:
    """Segments that grow, events with pictures, and their removal."""
    now = time.time()
    await timeline.segments.put_segment(segment(1, now - 100, None, size=500))
    await timeline.segments.put_segment(segment(1, now - 100, now - 70, size=3000))
    await timeline.segments.put_segment(segment(2, now - 50, None, camera="back", size=70))
    timeline.record(event(1, start=now - 90, end=None, starred=True), jpeg())
    timeline.record(event(2, start=now - 200, end=None), None)
    await settled(timeline)
    picture = timeline.snapshots.size(event(1, start=now - 90))
    assert picture > 1000
    found = await timeline.storage(Config())
    assert (found.recordings_bytes, found.pictures_bytes, found.events, found.starred) == (3070, picture, 2, 1)
    assert found.bytes > found.recordings_bytes + picture
    assert found.oldest == now - 200
    back, front = found.cameras
    assert (back.camera_id, back.bytes, back.seconds, back.events, back.oldest) == ("back", 70, 0, 0, now - 50)
    assert (front.bytes, front.events, front.oldest) == (3000 + picture, 2, now - 200)
    assert front.seconds == pytest.approx(30)
    await timeline.remove(event(1).id)
    await timeline.remove(event(2).id)
    await timeline.segments.drop_segments([segment(1, 0, 0).id, segment(2, 0, 0).id])
    found = await timeline.storage(Config())
    assert (found.recordings_bytes, found.pictures_bytes, found.cameras, found.oldest) == (0, 0, [], None)


async def test_the_forecast(timeline: Timeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """10 GB a day: until the disk is full, and what is kept from then on; nothing where the rules keep it below."""
    now = time.time()
    monkeypatch.setattr(storage_module, "free_bytes", lambda _directory: 71 * GIGABYTE)
    await timeline.segments.put_segments(
        [segment(n, now - n * DAY / 10, now - n * DAY / 10 + 30, size=GIGABYTE) for n in range(1, 31)]
    )
    continuous = RecordingConfig(mode="continuous", footage_days=30)
    found = await timeline.storage(config(continuous))
    assert found.cameras[0].bytes_per_day == pytest.approx(10 * GIGABYTE, rel=0.15)
    assert found.forecast.bytes_at_limit == 100 * GIGABYTE
    assert found.forecast.full_in_days == pytest.approx(7, rel=0.15)
    assert found.forecast.keeps_days == pytest.approx(10, rel=0.15)
    forever = await timeline.storage(config(RecordingConfig(mode="continuous", footage_days=0)))
    assert forever.forecast == found.forecast
    soon = await timeline.storage(config(RecordingConfig(mode="continuous", footage_days=3)))
    assert (soon.forecast.full_in_days, soon.forecast.keeps_days) == (None, None)
    limited = await timeline.storage(config(continuous, StorageSettings(max_bytes=25 * GIGABYTE)))
    assert (limited.forecast.full_in_days, limited.forecast.bytes_at_limit) == (0, 25 * GIGABYTE)
    await timeline.segments.drop_segments([segment(n, 0, 0).id for n in range(4, 31)])
    assert (await timeline.storage(config(continuous))).cameras[0].bytes_per_day > 7 * GIGABYTE
