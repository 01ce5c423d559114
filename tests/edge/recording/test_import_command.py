"""`ambianic import` and a real edge."""

import asyncio
from pathlib import Path
import subprocess

import pytest

from ambianic.config import CameraConfig, DetectionConfig
from ambianic.config_store import ConfigStore
from tests.support.edge import AMBIANIC, Edge, EdgeApi

from .test_importing import Old, thing

CAMERA = CameraConfig(
    id="0a1b2c3d",
    name="Hall way",
    url="rtsp://127.0.0.1:9/hall",
    enabled=False,
    detection=DetectionConfig(enabled=False),
)


async def run(edge: Edge, directory: Path, *options: str) -> tuple[int | None, str]:
    """Run the command: its exit code, and what it says."""
    process = await asyncio.create_subprocess_exec(
        *map(str, (AMBIANIC, "import", directory, *options, "--data", edge.data)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        output, _ = await process.communicate()
    return process.returncode, output.decode().strip()


@pytest.mark.long
async def test_an_old_home_moves_in(tmp_path: Path) -> None:
    """Its events are there as those of the camera, and stay there, though they are older than others may become."""
    edge = Edge(tmp_path)
    edge.data.mkdir()
    store = ConfigStore(edge.data)
    store.save(store.config.model_copy(update={"cameras": (CAMERA,)}))
    (tmp_path / "old").mkdir()
    old = Old(tmp_path / "old")
    old.log(*(old.sample(number, [thing("person")]) for number in range(1, 8)))
    try:
        await edge.start()
        code, output = await run(edge, old.root, "--camera", "Garden")
        assert (code, output) == (1, "ambianic: There is no camera 'Garden'. There is: 'Hall way'.")
        code, output = await run(edge, old.root, "--camera", "Hall way", "--timezone", "Europe/Nowhere")
        assert code == 1
        assert "Use a name such as Europe/Berlin" in output
        code, output = await run(edge, old.root, "--camera", "Hall way", "--timezone", "Europe/Berlin")
        assert (code, output) == (0, "7 events imported, 0 were there already, 0 entries could not be read.")
        code, output = await run(edge, old.root, "--camera", CAMERA.id)
        assert (code, output) == (0, "0 events imported, 7 were there already, 0 entries could not be read.")
        api = EdgeApi(edge, await edge.create_token("test"))
        events = (await api.get("events?origin=import"))["events"]
        assert [event["start"] for event in events] == [f"2022-01-14T11:00:0{number}.123Z" for number in range(7, 0, -1)]
        assert {(event["camera_id"], event["label"], event["snapshot"]) for event in events} == {(CAMERA.id, "person", True)}
        code, output = await run(edge, tmp_path / "nothing", "--camera", CAMERA.id)
        assert (code, output) == (1, f"ambianic: There is no directory {tmp_path / 'nothing'}.")
        code, output = await run(edge, edge.data / "keys", "--camera", CAMERA.id)
        assert code == 1
        assert "neither timeline-event-log.yaml nor detections" in output
    finally:
        await edge.stop()
    assert "Traceback" not in edge.log
