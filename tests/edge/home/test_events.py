"""Who is told of a visit gets the best picture of it so far."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from ambianic.changes import ChangeLog
from ambianic.config import CameraConfig
from ambianic.events import Event, Phase
from ambianic.home.events import Events
from ambianic.recording.footage import Footage
from ambianic.recording.timeline import Timeline

CAMERA = CameraConfig(id="3f9a1c20", name="Door", url="rtsp://127.0.0.1:9/1")
VISIT = Event(id="e1", camera_id=CAMERA.id, label="person", start=1795391530.0, score=0.8, box=(0, 0, 1, 1), snapshot=True)


class OneCamera:
    """The home's cameras."""

    def __contains__(self, camera_id: str) -> bool:
        return camera_id == CAMERA.id

    def config(self, _camera_id: str) -> CameraConfig:
        """How it is configured."""
        return CAMERA

    def publish(self, _camera_id: str) -> None:
        """Nobody listens."""


async def test_an_update_for_a_zone_comes_with_the_picture_from_before(tmp_path: Path) -> None:
    """It has none itself, since it is only the zone that is news; nothing is left of it when the visit is over."""
    told: list[tuple[Phase, tuple[str, ...], bytes | None]] = []
    timeline = Timeline(tmp_path, tmp_path / "recordings")
    cameras: Any = OneCamera()
    events = Events(
        timeline,
        Footage(tmp_path / "recordings", timeline.segments),
        cameras=cameras,
        changes=ChangeLog(),
        told=lambda phase, event, jpeg, _camera: told.append((phase, event.zones, jpeg)),
    )
    await timeline.open([CAMERA.id])
    try:
        events.happened(Phase.START, VISIT, b"first")
        events.happened(Phase.UPDATE, replace(VISIT, zones=("drive",)), None)
        events.happened(Phase.UPDATE, replace(VISIT, zones=("drive",), score=0.9), b"better")
        events.happened(Phase.UPDATE, replace(VISIT, zones=("drive", "lawn")), None)
        events.happened(Phase.END, replace(VISIT, zones=("drive", "lawn"), end=VISIT.start + 9), None)
        events.happened(Phase.UPDATE, replace(VISIT, id="e2"), None)
    finally:
        await timeline.close()
    assert told == [
        (Phase.START, (), b"first"),
        (Phase.UPDATE, ("drive",), b"first"),
        (Phase.UPDATE, ("drive",), b"better"),
        (Phase.UPDATE, ("drive", "lawn"), b"better"),
        (Phase.END, ("drive", "lawn"), b"better"),
        (Phase.UPDATE, (), None),
    ]
