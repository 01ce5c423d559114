"""Taking over the data directory of an old Ambianic."""

import asyncio
from datetime import UTC, datetime
import hashlib
import json
from pathlib import Path
from typing import Any
import uuid
from zoneinfo import ZoneInfo

import pytest
import yaml

from ambianic.events import Event, Origin
from ambianic.recording import importing
from ambianic.recording.filters import EventFilter
from ambianic.recording.importing import Import, Progress
from ambianic.recording.timeline import Timeline

from .samples import jpeg, settled

BERLIN = ZoneInfo("Europe/Berlin")


class Old:
    """A data directory as the old Ambianic writes it (its samples by PyYAML, 100 KiB a file)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._logged: list[str] = []

    def sample(self, number: int, results: list[dict[str, Any]], display: str = "Object Detection") -> dict[str, Any]:
        """Write picture, thumbnail and result of what was seen at 12:00 and some seconds, and return the result."""
        stamp = f"20220114-12{number // 60:02}{number % 60:02}.123456"
        folder = self.root / "detections" / "20220114-115959.000001"
        folder.mkdir(parents=True, exist_ok=True)
        for kind, width in (("image", 640), ("thumbnail", 200)):
            (folder / f"{stamp}-{kind}.jpg").write_bytes(jpeg(width, width // 2))
        result = {
            "id": uuid.UUID(int=number, version=4).hex,
            "datetime": f"2022-01-14T12:{number // 60:02}:{number % 60:02}.123456",
            "image_file_name": f"{stamp}-image.jpg",
            "thumbnail_file_name": f"{stamp}-thumbnail.jpg",
            "json_file_name": f"{stamp}-inference.json",
            "rel_dir": "detections/20220114-115959.000001",
            "inference_result": results,
            "inference_meta": {"display": display},
        }
        (folder / f"{stamp}-inference.json").write_text(json.dumps(result))
        return result

    def log(self, *results: dict[str, Any], part: str = "") -> None:
        """Append to the log of events."""
        entries = [
            {
                "id": uuid.uuid4().hex,
                "message": "Detection Event",
                "created": 1642158000.5,
                "priority": "INFO",
                "args": result,
                "source_code": {"pathname": "/opt/ambianic/store.py", "funcName": "notify", "lineno": 7},
            }
            for result in results
        ]
        with (self.root / f"timeline-event-log.yaml{part}").open("a") as file:
            for entry in entries:
                file.write(yaml.dump([entry]))

    def digest(self) -> dict[str, str]:
        """What is in every file."""
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest() + str(path.stat().st_mtime_ns)
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
        }


def thing(label: str, confidence: float = 0.8, box: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4)) -> dict[str, Any]:
    """A result of the detector."""
    return {"label": label, "confidence": confidence, "box": dict(zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True))}


FALL = {
    "label": "FALL",
    "confidence": 0.7,
    "leaning_angle": 75.0,
    "keypoint_corr": {"left shoulder": [0.5, 0.6], "left hip": [0.4, 0.7], "right shoulder": None, "right hip": [0.45, 0.65]},
}


@pytest.fixture
def old(tmp_path: Path) -> Old:
    """An empty directory."""
    root = tmp_path / "old"
    root.mkdir()
    return Old(root)


async def take_over(timeline: Timeline, root: Path, zone: ZoneInfo | None = BERLIN) -> Progress:
    """Import for the camera `front`."""
    work = Import(timeline, root, "front", zone)
    await work.run()
    return work.progress


async def all_events(timeline: Timeline) -> list[Event]:
    """Every event, newest first."""
    return (await timeline.page(EventFilter(), limit=999, cursor=None))[0]


async def test_events_come_with_time_picture_label_and_place(timeline: Timeline, old: Old) -> None:
    """From the log and from the results that the log has forgotten; nothing of the old directory is changed."""
    person = old.sample(1, [thing("person", 0.6), thing("person", 0.9, (0.5, 0.5, 0.7, 0.8)), thing("Car")])
    face, fall = old.sample(2, [thing("person")], "Face Detection"), old.sample(3, [FALL], "Fall Detection")
    old.sample(4, [])
    old.sample(5, [thing("cat", 1.2, (-0.1, 0.0, 1.3, 1.0))])
    old.log(person)
    old.log(face, fall, part=".1")
    before = old.digest()
    progress = await take_over(timeline, old.root)
    assert progress == Progress(state="done", files=7, done=7, imported=5, known=0, skipped=0)
    cat, fallen, seen, *both = await all_events(timeline)
    start = datetime(2022, 1, 14, 11, 0, 1, 123456, UTC).timestamp()
    assert [event.start for event in (cat, fallen, seen, *both)] == [start + 4, start + 2, start + 1, start, start]
    assert {event.label: event.score for event in both} == {"person": 0.9, "car": 0.8}
    assert [(event.label, event.score) for event in (cat, fallen, seen)] == [("cat", 1.0), ("fall", 0.7), ("face", 0.8)]
    assert (cat.box, fallen.box) == ((0.0, 0.0, 1.0, 1.0), (0.4, 0.6, 0.5, 0.7))
    assert {event.box for event in both} == {(0.5, 0.5, 0.7, 0.8), (0.1, 0.2, 0.3, 0.4)}
    assert str(uuid.UUID(person["id"])) in {event.id for event in both}
    for event in (cat, fallen, seen, *both):
        assert (event.camera_id, event.origin, event.end, event.clip, event.snapshot) == (
            "front",
            Origin.IMPORT,
            event.start,
            None,
            True,
        )
        picture = await timeline.picture(event.id)
        assert isinstance(picture, Path)
        assert picture.read_bytes() == jpeg(640, 320)
        assert (await timeline.thumbnail(event.id)) != picture
    assert old.digest() == before


async def test_importing_twice_doubles_nothing(timeline: Timeline, old: Old) -> None:
    """Also where the first time was broken off, what people said meanwhile stays, and the new is added."""
    first = old.sample(1, [thing("person"), thing("car")])
    old.log(first)
    assert (await take_over(timeline, old.root)).imported == 2
    known = await all_events(timeline)
    await timeline.change(known[0].id, starred=True)
    await timeline.remove(known[1].id)
    second = old.sample(2, [thing("dog")])
    old.log(second, first)
    progress = await take_over(timeline, old.root)
    assert (progress.imported, progress.known) == (2, 1)
    labels = {event.label: event.starred for event in await all_events(timeline)}
    assert labels == {known[0].label: True, known[1].label: False, "dog": False}
    assert (await take_over(timeline, old.root)).imported == 0


async def test_what_is_broken_is_counted_and_costs_nothing_else(timeline: Timeline, old: Old, tmp_path: Path) -> None:
    """Torn and senseless entries, files that are none, pictures that are gone, not pictures, or somewhere else."""
    good, gone, fake, outside = (old.sample(number, [thing("person")]) for number in (1, 2, 3, 4))
    (tmp_path / "secret.jpg").write_bytes(jpeg())
    outside |= {"image_file_name": "../../../secret.jpg"}
    old.log(good)
    log = old.root / "timeline-event-log.yaml"
    with log.open("a") as file:
        file.write("- args: {id: [unclosed\n  message: x\n- 5\n- {args: {id: '', datetime: 2022-01-14T12:00:00}}\n")
        file.write("- args:\n    id: abc\n    datetime: yesterday\n    inference_result: []\n- !!python/object:os.system {}\n")
    old.log(gone, fake, outside, old.sample(5, [{"label": "cat", "confidence": "much"}]))
    with log.open("ab") as file:
        file.write(b"- args:\n    id: \xff\xfe torn in the mid")
    for result in (gone, fake):
        path = old.root / result["rel_dir"] / result["image_file_name"]
        path.unlink()
        if result is fake:
            path.write_bytes(b"<html>")
    for path in (old.root / "detections").glob("*/*.json"):
        path.unlink()
    (old.root / "detections" / "20220114-115959.000001" / "x-inference.json").write_text("{no json")
    (old.root / "timeline-event-log.yaml.1").write_bytes(bytes(range(256)))
    progress = await take_over(timeline, old.root)
    assert (progress.state, progress.imported, progress.files, progress.done) == ("done", 4, 3, 3)
    assert progress.skipped == 5 + 1 + 1 + 1 + 1
    pictured = {event.id: event.snapshot for event in await all_events(timeline)}
    assert pictured == {str(uuid.UUID(result["id"])): result is good for result in (good, gone, fake, outside)}


async def test_times_without_a_zone_are_this_machines_or_of_the_one_that_is_given(
    timeline: Timeline, old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those with one keep it; where there is no time, that of the entry counts."""
    local, aware, none = (old.sample(number, [thing("person")]) for number in (1, 2, 3))
    aware["datetime"] = "2022-07-01T12:00:00+05:30"
    del none["datetime"]
    old.log(local, aware, none)
    for path in (old.root / "detections").glob("*/*.json"):
        path.unlink()
    monkeypatch.setenv("TZ", "America/New_York")
    import time

    time.tzset()
    try:
        await take_over(timeline, old.root, None)
    finally:
        monkeypatch.undo()
        time.tzset()
    starts = {event.id: event.start for event in await all_events(timeline)}
    assert starts == {
        str(uuid.UUID(local["id"])): datetime(2022, 1, 14, 17, 0, 1, 123456, UTC).timestamp(),
        str(uuid.UUID(aware["id"])): datetime(2022, 7, 1, 6, 30, tzinfo=UTC).timestamp(),
        str(uuid.UUID(none["id"])): 1642158000.5,
    }


async def test_it_can_be_cancelled_and_gone_on_with(timeline: Timeline, old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was imported stays."""
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    old.log(*(old.sample(number, [thing("person")]) for number in range(1, 21)))
    work = Import(timeline, old.root, "front", BERLIN)
    running = asyncio.create_task(work.run())
    while not work.progress.imported:
        await asyncio.sleep(0)
    work.cancel()
    await running
    assert work.progress.state == "cancelled"
    assert 0 < work.progress.imported < 20
    progress = await take_over(timeline, old.root)
    assert (progress.state, progress.imported + work.progress.imported) == ("done", 20)
    assert len(await all_events(timeline)) == 20


async def test_a_directory_of_something_else_is_told_of(timeline: Timeline, tmp_path: Path) -> None:
    """In words for people."""
    progress = await take_over(timeline, tmp_path)
    assert (progress.state, progress.files) == ("failed", 0)
    assert "neither timeline-event-log.yaml nor detections" in (progress.trouble or "")


async def test_the_directory_above_will_do(timeline: Timeline, tmp_path: Path) -> None:
    """Ambianic's default is a directory `data`."""
    (tmp_path / "ambianic" / "data").mkdir(parents=True)
    Old(tmp_path / "ambianic" / "data").sample(1, [thing("person")])
    assert (await take_over(timeline, tmp_path / "ambianic")).imported == 1
    await settled(timeline)
