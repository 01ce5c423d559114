"""A camera that Home Assistant has already, picked in the integration's settings: its stream goes to the edge."""

from pathlib import Path

import pytest

from tests.support.child import free_port
from tests.support.homeassistant import User
from tests.support.household import Household
from tests.support.rtsp import Clip, RtspServer

PASSWORD = "pick-me-12"


def keepers(directory: Path) -> set[str]:
    """The names of the files that the password is in."""
    return {path.name for path in directory.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()}


@pytest.mark.long
async def test_its_stream_is_handed_to_the_edge(tmp_path: Path) -> None:
    """With user and password, which only the edge keeps; people are then seen on it."""
    camera = RtspServer({"/live": Clip()}, user="viewer", password=PASSWORD, port=free_port())
    configuration = f"camera old:\n  - platform: ffmpeg\n    name: Old camera\n    input: {camera.url('/live', login=True)}\n"
    async with Household(tmp_path, camera, User("Ada", "ada", "ada-password"), configuration=configuration) as home:
        await home.start()
        entry = await home.add_integration()
        flow = await home.api.start_flow(entry, kind="options/flow")
        await flow.choose("add_entity")
        await flow.submit(entity_id="camera.old_camera")
        shown = await flow.wait()
        assert shown["step_id"] == "works"
        await flow.submit()

        await home.api.wait_for_state("binary_sensor.old_camera_connection", "on")
        await home.api.wait_for_state("binary_sensor.old_camera_person", "on", timeout=60)
        assert (await home.api.read("/api/camera_proxy/camera.old_camera_2")).startswith(b"\xff\xd8")
    assert keepers(tmp_path) == {"configuration.yaml", "config.json", "config.last-good.json"}
