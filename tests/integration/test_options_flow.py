"""Tests of the options flow: the cameras of the edge."""

import asyncio
from typing import Any

from aiohttp import ClientConnectionError
from homeassistant.components.camera import Camera
from homeassistant.config_entries import SOURCE_REAUTH, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_component import DATA_INSTANCES
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .edge import (
    FRONT,
    GARDEN,
    PROBE_FAILED,
    PROBE_OK,
    FakeEdge,
    Reply,
    make_camera,
    problem,
)
from .flows import start, suggested

ADVANCED = {"transport": "tcp", "still_interval": 1}
FORM = {
    "name": "Shed",
    "url": "rtsp://192.168.1.21/main",
    "username": "viewer",
    "password": "hunter2",
    "advanced": ADVANCED | {"sub_url": "rtsp://192.168.1.21/sub"},
}
FIELDS = {
    "name": "Shed",
    "url": "rtsp://192.168.1.21/main",
    "username": "viewer",
    "password": "hunter2",
    "sub_url": "rtsp://192.168.1.21/sub",
    "transport": "tcp",
    "still_interval": 1,
}

EDGE_ERRORS = pytest.mark.parametrize(
    ("reply", "errors", "reason"),
    [
        (ClientConnectionError(), {"base": "cannot_connect"}, ""),
        (Reply(200, b"?"), {"base": "cannot_connect"}, ""),
        (problem(401, "unauthorized", "No"), {"base": "invalid_auth"}, ""),
        (
            problem(409, "duplicate_camera", "There is such a camera", "It is Garden."),
            {"base": "refused"},
            "There is such a camera. It is Garden.",
        ),
        (
            problem(422, "invalid_field", "Not valid", "Use rtsp.", "url"),
            {"url": "refused"},
            "Not valid. Use rtsp.",
        ),
        (
            problem(422, "invalid_field", "Not valid", None, "detection.fps"),
            {"base": "refused"},
            "Not valid.",
        ),
    ],
    ids=["connection", "garbage", "token", "duplicate", "field", "other_field"],
)


class OtherCamera(Camera):
    """A camera of another integration."""

    _attr_name = "Shed"
    source: str | Exception | None = "rtsp://u:p@192.168.1.30/live"

    async def stream_source(self) -> str | None:
        """Return the address of the stream."""
        if isinstance(self.source, Exception):
            raise self.source
        return self.source


@pytest.fixture
async def other_camera(hass: HomeAssistant, loaded_entry: MockConfigEntry) -> OtherCamera:
    """Return a camera of another integration."""
    camera = OtherCamera()
    await hass.data[DATA_INSTANCES]["camera"].async_add_entities([camera])
    return camera


async def submit(hass: HomeAssistant, result: ConfigFlowResult, data: dict[str, Any] | None) -> ConfigFlowResult:
    """Fill in a form, and wait for the test of a camera."""
    flow_id = result["flow_id"]
    result = await hass.config_entries.options.async_configure(flow_id, data)
    if result["type"] is FlowResultType.SHOW_PROGRESS:
        assert result["progress_action"] == "test"
        await hass.async_block_till_done()
        result = await hass.config_entries.options.async_configure(flow_id)
    return result


async def test_not_connected(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> None:
    """Without the edge there are no cameras to manage."""
    edge.online = False
    await hass.config_entries.async_setup(entry.entry_id)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_connected"


async def test_connection_lost(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The same when the edge has gone since."""
    edge.online = False
    await edge.socket.close()
    result = await hass.config_entries.options.async_init(loaded_entry.entry_id)
    assert result["reason"] == "not_connected"


async def test_menu(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The menu offers what can be done."""
    entry_id = loaded_entry.entry_id
    result = await hass.config_entries.options.async_init(entry_id)
    assert result["menu_options"] == [
        "add_address",
        "add_entity",
        "edit",
        "detection",
        "recording",
        "remove",
        "storage",
        "add_phone",
        "phones",
    ]
    edge.cameras.clear()
    edge.phones.clear()
    await edge.push_state()
    result = await hass.config_entries.options.async_init(entry_id)
    assert result["menu_options"] == ["add_address", "add_entity", "storage", "add_phone"]


@pytest.mark.parametrize(
    ("probe", "step", "placeholders"),
    [
        (
            {},
            "works",
            {"name": "Shed", "main": "H264, 1920 × 1080, 15 fps", "sub": "–"},
        ),
        (
            {
                "live": "transcode",
                "main": {"codec": "hevc", "width": 2560, "height": 1440, "fps": None},
                "sub": {"codec": "h264", "width": 640, "height": 360, "fps": 12.5},
            },
            "works_transcoded",
            {
                "name": "Shed",
                "main": "HEVC, 2560 × 1440",
                "sub": "H264, 640 × 360, 12.5 fps",
            },
        ),
    ],
)
async def test_add_address(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    probe: dict[str, Any],
    step: str,
    placeholders: dict[str, str],
) -> None:
    """A camera is tried, its picture described, and then it is added."""
    edge.probe |= probe
    result = await start(hass, loaded_entry, "add_address")
    assert result["step_id"] == "add_address"

    result = await submit(hass, result, FORM)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == step
    assert result["description_placeholders"] == placeholders
    assert [request.json for request in edge.sent("POST", "cameras/probe")] == [FIELDS]
    assert not edge.sent("POST", "cameras")

    result = await submit(hass, result, {})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert [request.json for request in edge.sent("POST", "cameras")] == [FIELDS]
    assert hass.states.get("camera.shed") is not None
    assert loaded_entry.options == {}


async def test_add_without_user(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A camera without user and password."""
    result = await start(hass, loaded_entry, "add_address")
    form = {"name": "Cat", "url": "/dev/video0", "advanced": ADVANCED}
    result = await submit(hass, result, form)
    await submit(hass, result, {})
    assert edge.sent("POST", "cameras")[0].json == {
        "name": "Cat",
        "url": "/dev/video0",
        "username": None,
        "password": None,
        "sub_url": None,
        "transport": "tcp",
        "still_interval": 1,
    }


async def test_add_failing(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A camera that does not work is said so, and what was typed is kept."""
    edge.probe = PROBE_FAILED
    result = await start(hass, loaded_entry, "add_address")
    assert "save_anyway" not in result["data_schema"].schema

    result = await submit(hass, result, FORM)
    assert result["step_id"] == "add_address"
    assert result["errors"] == {"base": "camera_failed"}
    assert result["description_placeholders"]["reason"] == PROBE_FAILED["reason"]
    assert suggested(result) == FORM
    assert "save_anyway" in result["data_schema"].schema

    edge.probe = PROBE_OK
    result = await submit(hass, result, FORM | {"password": "right"})
    assert result["step_id"] == "works"
    result = await submit(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert edge.sent("POST", "cameras")[0].json == FIELDS | {"password": "right"}


async def test_add_anyway(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A camera that does not work now may be saved all the same."""
    edge.probe = PROBE_FAILED | {"reason": None}
    result = await start(hass, loaded_entry, "add_address")
    result = await submit(hass, result, FORM)
    assert result["description_placeholders"]["reason"] == "unauthorized"

    result = await submit(hass, result, FORM | {"save_anyway": True})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(edge.sent("POST", "cameras/probe")) == 1
    assert edge.sent("POST", "cameras")[0].json == FIELDS


@EDGE_ERRORS
@pytest.mark.parametrize("path", ["cameras/probe", "cameras"])
async def test_add_refused(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    path: str,
    reply: Reply | Exception,
    errors: dict[str, str],
    reason: str,
) -> None:
    """What the edge says of the form is shown, and can be put right."""
    edge.replies["POST", path] = reply
    result = await start(hass, loaded_entry, "add_address")
    result = await submit(hass, result, FORM)
    if result["step_id"] == "works":
        result = await submit(hass, result, {})
    assert result["step_id"] == "add_address"
    assert result["errors"] == errors
    assert result["description_placeholders"]["reason"] == reason
    assert suggested(result) == FORM
    flows = hass.config_entries.flow.async_progress()
    asked = [SOURCE_REAUTH] if errors == {"base": "invalid_auth"} else []
    assert [flow["context"]["source"] for flow in flows] == asked

    edge.replies.clear()
    result = await submit(hass, result, FORM)
    assert result["step_id"] == "works"
    result = await submit(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_progress(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A test that takes its time shows so, and ends with the flow."""
    edge.holds["POST", "cameras/probe"] = asyncio.Event()
    result = await start(hass, loaded_entry, "add_address")
    options = hass.config_entries.options
    result = await options.async_configure(result["flow_id"], FORM)
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    assert result["description_placeholders"] == {"name": "Shed"}
    result = await options.async_configure(result["flow_id"])
    assert result["type"] is FlowResultType.SHOW_PROGRESS
    options.async_abort(result["flow_id"])
    await hass.async_block_till_done()
    assert len(edge.sent("POST", "cameras/probe")) == 1
    assert not edge.sent("POST", "cameras")


async def test_add_entity(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    other_camera: OtherCamera,
) -> None:
    """A camera of Home Assistant is handed to the edge."""
    result = await start(hass, loaded_entry, "add_entity")
    (selector,) = result["data_schema"].schema.values()
    assert selector.config["domain"] == ["camera"]
    assert set(selector.config["exclude_entities"]) == {
        "camera.front_door",
        "camera.garden",
    }

    result = await submit(hass, result, {"entity_id": "camera.shed"})
    assert result["step_id"] == "works"
    assert result["description_placeholders"]["name"] == "Shed"
    result = await submit(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert edge.sent("POST", "cameras")[0].json == {
        "name": "Shed",
        "url": "rtsp://u:p@192.168.1.30/live",
    }


@pytest.mark.parametrize("source", [None, HomeAssistantError("off"), TimeoutError(), RuntimeError("bug")])
async def test_add_entity_without_stream(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    other_camera: OtherCamera,
    source: Exception | None,
) -> None:
    """A camera without a stream is said so, and another can be chosen."""
    other_camera.source = source
    result = await start(hass, loaded_entry, "add_entity")
    result = await submit(hass, result, {"entity_id": "camera.shed"})
    assert result["step_id"] == "add_entity"
    assert result["errors"] == {"entity_id": "no_stream"}
    assert suggested(result) == {"entity_id": "camera.shed"}

    other_camera.source = "rtsp://192.168.1.30/live"
    result = await submit(hass, result, {"entity_id": "camera.shed"})
    assert result["step_id"] == "works"


async def test_add_entity_failing(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    other_camera: OtherCamera,
) -> None:
    """A stream that does not work for the edge may be saved all the same."""
    edge.probe = PROBE_FAILED
    result = await start(hass, loaded_entry, "add_entity")
    form = {"entity_id": "camera.shed"}
    result = await submit(hass, result, form)
    assert result["step_id"] == "add_entity"
    assert result["errors"] == {"base": "camera_failed"}
    result = await submit(hass, result, form | {"save_anyway": True})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(edge.cameras) == 3


async def test_edit(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A camera is edited; its password is kept where none is typed."""
    result = await start(hass, loaded_entry, "edit")
    result = await submit(hass, result, {"camera": FRONT})
    assert result["step_id"] == "edit_camera"
    assert suggested(result) == {
        "name": "Front door",
        "url": "rtsp://192.168.1.20/stream1",
        "username": "viewer",
        "advanced": {"transport": "tcp", "still_interval": 1.0},
    }
    form = suggested(result) | {"name": "Porch"}

    edge.probe = PROBE_FAILED
    result = await submit(hass, result, form)
    assert result["step_id"] == "edit_camera"
    assert result["errors"] == {"base": "camera_failed"}

    edge.probe = PROBE_OK
    result = await submit(hass, result, form)
    assert result["step_id"] == "works"
    result = await submit(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    fields = {
        "name": "Porch",
        "url": "rtsp://192.168.1.20/stream1",
        "username": "viewer",
        "sub_url": None,
        "transport": "tcp",
        "still_interval": 1.0,
    }
    assert edge.sent("POST", f"cameras/{FRONT}/probe")[-1].json == fields
    assert edge.sent("PATCH", f"cameras/{FRONT}")[0].json == fields


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [
        ({"username": "viewer", "password": "new"}, ("viewer", "new")),
        ({}, (None, None)),
    ],
)
async def test_edit_credentials(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    credentials: dict[str, str],
    expected: tuple[str | None, str | None],
) -> None:
    """A new password is sent; without a user there is no password."""
    result = await start(hass, loaded_entry, "edit")
    result = await submit(hass, result, {"camera": FRONT})
    form = {"name": "Porch", "url": "rtsp://x/1", "advanced": ADVANCED}
    result = await submit(hass, result, form | credentials)
    await submit(hass, result, {})
    sent = edge.sent("PATCH", f"cameras/{FRONT}")[0].json
    assert (sent["username"], sent["password"]) == expected


async def test_detection(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """What a camera looks for is set."""
    result = await start(hass, loaded_entry, "detection")
    result = await submit(hass, result, {"camera": FRONT})
    assert result["step_id"] == "detection_camera"
    assert suggested(result) == {
        "labels": ["person", "car"],
        "threshold": 50,
        "fps": 5,
    }
    selector = next(iter(result["data_schema"].schema.values()))
    assert {"value": "traffic light", "label": "Traffic light"} in selector.config["options"]

    form = {"labels": ["person", "traffic light"], "threshold": 70, "fps": 2}
    edge.replies["PATCH", f"cameras/{FRONT}"] = problem(507, "storage", "Disk full")
    result = await submit(hass, result, form)
    assert result["errors"] == {"base": "refused"}
    assert result["description_placeholders"]["reason"] == "Disk full."
    assert suggested(result) == form

    edge.replies.clear()
    result = await submit(hass, result, form)
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert edge.sent("PATCH", f"cameras/{FRONT}")[-1].json == {
        "detection": {
            "fps": 2,
            "labels": {"person": 0.7, "traffic light": 0.7},
        }
    }
    assert hass.states.get("binary_sensor.front_door_traffic_light") is not None
    assert hass.states.get("binary_sensor.front_door_car") is None


async def test_detection_keeps_thresholds(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """Thresholds that were set one by one stay where the one shown is not moved."""
    result = await start(hass, loaded_entry, "detection")
    result = await submit(hass, result, {"camera": FRONT})
    form = {"labels": ["person", "car", "dog"], "threshold": 50, "fps": 5}
    await submit(hass, result, form)
    labels = edge.sent("PATCH", f"cameras/{FRONT}")[-1].json["detection"]["labels"]
    assert labels == {"person": 0.5, "car": 0.6, "dog": 0.5}


async def test_detection_of_nothing(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A camera that looks for nothing, and one with a label of a former model."""
    detection = {"enabled": True, "fps": 5, "labels": {}}
    await edge.push_camera(make_camera(detection=detection))
    result = await start(hass, loaded_entry, "detection")
    result = await submit(hass, result, {"camera": FRONT})
    assert suggested(result) == {"labels": [], "threshold": 50, "fps": 5}

    detection = {"enabled": True, "fps": 5, "labels": {"unicorn": 0.4}}
    await edge.push_camera(make_camera(detection=detection))
    result = await start(hass, loaded_entry, "detection")
    result = await submit(hass, result, {"camera": FRONT})
    form = {"labels": ["unicorn"], "threshold": 60, "fps": 5}
    result = await submit(hass, result, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_remove(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A camera is removed once that is confirmed."""
    result = await start(hass, loaded_entry, "remove")
    result = await submit(hass, result, {"camera": FRONT})
    assert result["step_id"] == "remove_camera"
    assert result["description_placeholders"]["name"] == "Front door"
    assert FRONT in edge.cameras

    edge.replies["DELETE", f"cameras/{FRONT}"] = ClientConnectionError()
    result = await submit(hass, result, {})
    assert result["errors"] == {"base": "cannot_connect"}

    edge.replies.clear()
    result = await submit(hass, result, {})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert list(edge.cameras) == [GARDEN]
    assert hass.states.get("camera.front_door") is None


async def test_camera_gone(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A camera that somebody else has removed meanwhile."""
    result = await start(hass, loaded_entry, "edit")
    await edge.push("camera_removed", id=FRONT)
    result = await submit(hass, result, {"camera": FRONT})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "camera_gone"


async def test_recording(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """What of a camera is recorded is set; what the form does not show stays."""
    result = await start(hass, loaded_entry, "recording")
    result = await submit(hass, result, {"camera": FRONT})
    assert result["step_id"] == "recording_camera"
    assert suggested(result) == {
        "mode": "events",
        "kept": {"days": 14, "footage_days": 3},
        "advanced": {"pre_seconds": 5, "post_seconds": 10, "audio": True},
    }
    form = {
        "mode": "continuous",
        "kept": {"days": 30, "footage_days": 0},
        "advanced": {"pre_seconds": 8, "post_seconds": 20, "audio": False},
    }
    edge.replies["PATCH", f"cameras/{FRONT}"] = problem(507, "storage", "Disk full")
    result = await submit(hass, result, form)
    assert result["errors"] == {"base": "refused"}
    assert suggested(result) == form

    edge.replies.clear()
    result = await submit(hass, result, form)
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert edge.sent("PATCH", f"cameras/{FRONT}")[-1].json == {
        "recording": {
            "mode": "continuous",
            "pre_seconds": 8,
            "post_seconds": 20,
            "audio": False,
            "days": 30,
            "labels": {"cat": 1},
            "footage_days": 0,
        }
    }
    assert hass.states.get("select.front_door_recording_mode").state == "continuous"


async def test_storage(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """How much room recordings may take is set in gigabytes."""
    result = await start(hass, loaded_entry, "storage")
    assert suggested(result) == {"spare": 1}

    form = {"limit": 0.5, "spare": 2}
    edge.replies["PATCH", "storage"] = problem(422, "invalid_field", "Too much", field="max_bytes")
    result = await submit(hass, result, form)
    assert result["errors"] == {"base": "refused"}
    assert suggested(result) == form

    edge.replies.clear()
    result = await submit(hass, result, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert edge.sent("PATCH", "storage")[-1].json == {"max_bytes": 500_000_000, "min_free_bytes": 2_000_000_000}

    result = await start(hass, loaded_entry, "storage")
    assert suggested(result) == form
    await submit(hass, result, {"spare": 1})
    assert edge.sent("PATCH", "storage")[-1].json == {"max_bytes": None, "min_free_bytes": 1_000_000_000}
