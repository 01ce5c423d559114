"""Tests of the actions."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiohttp import ClientConnectionError
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ambianic.const import DOMAIN

from .edge import EDGE_ID, FRONT, GARDEN, MP4, PHONE, FakeEdge, Reply, make_event, problem

pytestmark = pytest.mark.freeze_time("2026-11-22T17:00:00Z")

CAMERA = "camera.front_door"


@pytest.fixture(autouse=True)
async def events(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """Let the edge, in Berlin, have some events."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    edge.events = [
        make_event(id="e3", end="2026-11-22T16:04:35.123Z", zones=["porch"]),
        make_event(id="e2", start="2026-11-22T10:00:00.000Z", camera_id=GARDEN, label="car", starred=True),
        make_event(id="e1", start="2026-11-21T10:00:00.000Z", clip=None, snapshot=False),
    ]


async def act(hass: HomeAssistant, action: str, **data: Any) -> dict[str, Any]:
    """Perform an action and return its response."""
    response: Any = await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
    return response


def ids(response: dict[str, Any]) -> list[str]:
    """Return which events a response has."""
    return [event["event_id"] for event in response["events"]]


def files(folder: Path) -> list[str]:
    """Return the names of all files of a folder."""
    return [file.name for file in folder.iterdir()]


async def device_id(registry: dr.DeviceRegistry, identifier: str) -> str:
    """Return the id of a device."""
    return registry.async_get_devices(identifiers={(DOMAIN, identifier)})[0].id


async def test_list_events(hass: HomeAssistant) -> None:
    """Events are told in full, in the home's time."""
    response = await act(hass, "list_events", limit=1)
    assert response == {
        "events": [
            {
                "event_id": "e3",
                "camera": "Front door",
                "camera_id": FRONT,
                "label": "person",
                "start": "2026-11-22T17:04:05.123000+01:00",
                "end": "2026-11-22T17:04:35.123000+01:00",
                "duration": 30.0,
                "score": 0.87,
                "box": [0.41, 0.2, 0.52, 0.83],
                "zones": ["Porch"],
                "zone_ids": ["porch"],
                "starred": False,
                "feedback": None,
                "origin": "detector",
                "media_content_id": f"media-source://ambianic/{EDGE_ID}/event/e3",
                "snapshot_media_content_id": f"media-source://ambianic/{EDGE_ID}/snapshot/e3",
                "clip_url": f"/api/ambianic/{EDGE_ID}/events/e3/clip.mp4",
                "snapshot_url": f"/api/ambianic/{EDGE_ID}/events/e3/snapshot.jpg",
                "thumbnail_url": f"/api/ambianic/{EDGE_ID}/events/e3/thumbnail.jpg",
                "link": "/media-browser/browser/app%2Cmedia-source%3A%2F%2Fambianic/"
                f"video%2Fmp4%2Cmedia-source%3A%2F%2Fambianic%2F{EDGE_ID}%2Fevent%2Fe3",
            }
        ]
    }


async def test_list_events_without_media(hass: HomeAssistant, edge: FakeEdge) -> None:
    """What was not recorded leads nowhere, and a camera that has gone has no name."""
    edge.events = [make_event(clip=None, snapshot=False, camera_id="gone")]
    (event,) = (await act(hass, "list_events"))["events"]
    assert event["camera"] is None
    assert event["end"] is None
    assert event["duration"] is None
    for key in ("media_content_id", "clip_url", "snapshot_media_content_id", "snapshot_url", "thumbnail_url"):
        assert event[key] is None


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["e3", "e2", "e1"]),
    ({"label": "person"}, ["e3", "e1"]),
    ({"label": ["person", "car"], "limit": 2}, ["e3", "e2"]),
    ({"zone": "Porch"}, ["e3"]),
    ({"starred": True}, ["e2"]),
    ({"starred": False}, ["e3", "e1"]),
    ({"start": "2026-11-22 00:00:00"}, ["e3", "e2"]),
    ({"start": "2026-11-22 11:00:00", "end": "2026-11-22T11:00:01+01:00"}, ["e2"]),
    ({"entity_id": CAMERA}, ["e3", "e1"]),
    ({"entity_id": ["camera.garden", "event.garden_detection"]}, ["e2"]),
]


async def test_filters(hass: HomeAssistant) -> None:
    """Events are chosen by what they are, and by the cameras' entities."""
    for data, found in FILTERS:
        assert ids(await act(hass, "list_events", **data)) == found, data


async def test_targets(
    hass: HomeAssistant,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    area_registry: ar.AreaRegistry,
) -> None:
    """Cameras are chosen by their devices, areas, and all of them by the edge's device."""
    front = await device_id(device_registry, f"{EDGE_ID}-{FRONT}")
    garden = await device_id(device_registry, f"{EDGE_ID}-{GARDEN}")
    edge = await device_id(device_registry, EDGE_ID)
    assert ids(await act(hass, "list_events", device_id=garden)) == ["e2"]
    assert ids(await act(hass, "list_events", device_id=[edge, front])) == ["e3", "e2", "e1"]

    area = area_registry.async_create("Outside").id
    device_registry.async_update_device(garden, area_id=area)
    other = MockConfigEntry(domain="test")
    other.add_to_hass(hass)
    lamp = device_registry.async_get_or_create(config_entry_id=other.entry_id, identifiers={("test", "lamp")})
    device_registry.async_update_device(lamp.id, area_id=area)
    entity_registry.async_get_or_create("light", "test", "lamp", device_id=lamp.id, config_entry=other)
    assert ids(await act(hass, "list_events", area_id=area)) == ["e2"]


async def test_wrong_targets(hass: HomeAssistant, device_registry: dr.DeviceRegistry) -> None:
    """What is no camera is told."""
    phone = await device_id(device_registry, f"{EDGE_ID}-{PHONE}")
    with pytest.raises(ServiceValidationError, match="no camera of Ambianic"):
        await act(hass, "list_events", device_id=phone)
    with pytest.raises(ServiceValidationError, match=r"sun\.sun is not of a camera"):
        await act(hass, "list_events", entity_id="sun.sun")


async def test_edge_not_loaded(hass: HomeAssistant, loaded_entry: MockConfigEntry) -> None:
    """An edge that is not there is told by its name."""
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    with pytest.raises(ServiceValidationError, match="Ambianic Edge is not connected"):
        await act(hass, "list_events", entity_id=CAMERA)
    with pytest.raises(ServiceValidationError, match="Ambianic Edge is not connected"):
        await act(hass, "list_events")
    await hass.config_entries.async_remove(loaded_entry.entry_id)
    with pytest.raises(ServiceValidationError, match="No Ambianic edge is set up"):
        await act(hass, "star_event", event_id="e1")


async def test_edge_away(hass: HomeAssistant, edge: FakeEdge) -> None:
    """Whoever performs an action is told that the edge does not answer."""
    edge.online = False
    with pytest.raises(HomeAssistantError, match="does not answer"):
        await act(hass, "list_events")
    with pytest.raises(HomeAssistantError, match="does not answer"):
        await act(hass, "star_event", event_id="e1")


async def test_create_event(hass: HomeAssistant, edge: FakeEdge) -> None:
    """A mark is made for each camera that is chosen."""
    response = await act(hass, "create_event", entity_id=[CAMERA, "camera.garden"], label="parcel")
    assert {event["camera"] for event in response["events"]} == {"Front door", "Garden"}
    assert {event["origin"] for event in response["events"]} == {"manual"}
    assert [request.json["label"] for request in edge.sent("POST", "events")] == ["parcel", "parcel"]

    await hass.services.async_call(
        DOMAIN,
        "create_event",
        {"entity_id": CAMERA, "label": "fall", "start": "2026-11-22 17:00:00", "seconds": 20},
        blocking=True,
    )
    assert edge.sent("POST", "events")[-1].json == {
        "camera_id": FRONT,
        "label": "fall",
        "start": "2026-11-22T16:00:00+00:00",
        "seconds": 20.0,
    }
    with pytest.raises(ServiceValidationError, match="no camera of Ambianic"):
        await act(hass, "create_event", label="fall")
    edge.replies["POST", "events"] = problem(422, "invalid_field", "It lies in the future")
    with pytest.raises(ServiceValidationError, match="It lies in the future"):
        await act(hass, "create_event", entity_id=CAMERA, label="fall")


async def test_star_event(hass: HomeAssistant, edge: FakeEdge) -> None:
    """An event is kept for ever, and no longer."""
    assert (await act(hass, "star_event", event_id="e1"))["starred"]
    assert edge.events[-1]["starred"]
    await hass.services.async_call(DOMAIN, "star_event", {"event_id": "e1", "starred": False}, blocking=True)
    assert not edge.events[-1]["starred"]
    with pytest.raises(ServiceValidationError, match="There is no event gone"):
        await act(hass, "star_event", event_id="gone")
    edge.replies["PATCH", "events/e1"] = problem(507, "storage", "Disk full")
    with pytest.raises(HomeAssistantError, match="Disk full"):
        await act(hass, "star_event", event_id="e1")
    with pytest.raises(probatio.Invalid):
        await act(hass, "star_event", event_id="../cameras")


async def test_event_of_several_edges(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """The edge that has the event is found, though another one is away."""
    cabin = FakeEdge()
    cabin.info["id"] = "cabin"
    cabin.cameras, cabin.phones = {}, {}
    cabin.events = [make_event(id="c1", start="2026-11-22T16:30:00.000Z")]
    entry = MockConfigEntry(domain=DOMAIN, title="Cabin", unique_id="cabin", data=dict(loaded_entry.data))
    entry.add_to_hass(hass)
    with patch("custom_components.ambianic.async_get_clientsession", return_value=cabin):
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert ids(await act(hass, "list_events")) == ["c1", "e3", "e2", "e1"]
    assert (await act(hass, "star_event", event_id="c1"))["starred"]

    edge.replies["PATCH", "events/c1"] = ClientConnectionError()
    assert (await act(hass, "star_event", event_id="c1"))["starred"]
    edge.replies["PATCH", "events/c2"] = ClientConnectionError()
    with pytest.raises(HomeAssistantError, match="does not answer"):
        await act(hass, "star_event", event_id="c2")


async def test_delete_event(hass: HomeAssistant, edge: FakeEdge, hass_read_only_user: MockUser) -> None:
    """Administrators and automations delete events."""
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN, "delete_event", {"event_id": "e1"}, blocking=True, context=Context(user_id=hass_read_only_user.id)
        )
    await hass.services.async_call(DOMAIN, "delete_event", {"event_id": "e1"}, blocking=True)
    assert [event["id"] for event in edge.events] == ["e3", "e2"]
    with pytest.raises(ServiceValidationError, match="There is no event e1"):
        await hass.services.async_call(DOMAIN, "delete_event", {"event_id": "e1"}, blocking=True)


@pytest.fixture
def folder(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Return a folder that Home Assistant may write to."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    return tmp_path


async def test_export_event(hass: HomeAssistant, folder: Path) -> None:
    """The recording of an event becomes a file, which nothing is left beside."""
    path = folder / "visits" / "person.mp4"
    response = await act(hass, "export_clip", event_id="e3", filename=str(path))
    assert path.read_bytes() == MP4
    assert files(path.parent) == ["person.mp4"]
    assert response["filename"] == str(path)
    assert response["bytes"] == len(MP4)
    assert response["media_content_id"] == f"media-source://ambianic/{EDGE_ID}/event/e3"


async def test_export_big(hass: HomeAssistant, edge: FakeEdge, folder: Path) -> None:
    """A recording is written bit by bit, also where its length is not known beforehand."""
    pieces = [MP4] * 9
    edge.replies["GET", "events/e3/clip.mp4"] = Reply(200, list(pieces))
    path = folder / "person.mp4"
    response = await act(hass, "export_clip", event_id="e3", filename=str(path))
    assert path.read_bytes() == b"".join(pieces)
    assert response["bytes"] == len(MP4) * 9


async def test_export_link(hass: HomeAssistant, edge: FakeEdge, hass_client_no_auth: ClientSessionGenerator) -> None:
    """The link is good without a login, for as long as was wanted."""
    # Home Assistant does not know where it can be reached.
    hass.config.api = None
    response = await act(
        hass,
        "export_clip",
        entity_id=CAMERA,
        start="2026-11-22 16:00:00",
        end="2026-11-22 16:05:00",
        expires={"hours": 1},
    )
    recording = f"recordings/{FRONT}/1795359600-1795359900"
    assert response["media_content_id"] == f"media-source://ambianic/{EDGE_ID}/{recording}"
    assert response["bytes"] == len(MP4)
    assert response["filename"] is None
    assert response["url"].startswith(f"/api/ambianic/{EDGE_ID}/{recording}/clip.mp4?download=1&authSig=")
    client = await hass_client_no_auth()
    answer = await client.get(response["url"])
    assert await answer.read() == MP4
    assert "attachment" in answer.headers["Content-Disposition"]

    hass.config.external_url = "https://home.example"
    response = await act(hass, "export_clip", event_id="e3")
    assert response["url"].startswith(f"https://home.example/api/ambianic/{EDGE_ID}/events/e3/clip.mp4?download=1&")

    edge.replies["GET", "events/e3/clip.mp4"] = Reply(200, MP4)
    assert (await act(hass, "export_clip", event_id="e3"))["bytes"] is None


NOT_EXPORTED: list[tuple[dict[str, Any], str]] = [
    ({}, "Say what to export"),
    ({"entity_id": CAMERA}, "Say what to export"),
    ({"entity_id": CAMERA, "start": "2026-11-22 16:00:00"}, "Say what to export"),
    ({"event_id": "e3", "start": "2026-11-22 16:00:00"}, "Say what to export"),
    ({"event_id": "e3", "entity_id": CAMERA}, "Say what to export"),
    (
        {"entity_id": [CAMERA, "camera.garden"], "start": "2026-11-22 16:00:00", "end": "2026-11-22 17:00:00"},
        "Say what to export",
    ),
    (
        {"entity_id": CAMERA, "start": "2026-11-22 16:00:00", "end": "2026-11-22 16:00:00"},
        "end must be later than the start",
    ),
    ({"event_id": "gone"}, "There is no event gone"),
    ({"event_id": "e3", "filename": "person.mp4"}, "not a full path"),
    ({"event_id": "e3", "filename": "/media/person.js"}, "not a full path"),
    ({"event_id": "e3", "filename": "/etc/person.mp4"}, "may not write to /etc/person.mp4"),
]


async def test_export_what(hass: HomeAssistant, edge: FakeEdge) -> None:
    """What can't be exported is told before anything is read."""
    for data, message in NOT_EXPORTED:
        with pytest.raises(ServiceValidationError, match=message):
            await act(hass, "export_clip", **data)
    assert not [request for request in edge.requests if request.path.endswith("clip.mp4")]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (problem(404, "not_found", "Nothing is recorded"), "Nothing is recorded"),
        (Reply(200, [MP4, ClientConnectionError()]), "does not answer"),
        (Reply(200, MP4, {"Content-Length": str(1 << 50)}), "too big"),
        (Reply(200, MP4, {"Content-Length": str((1 << 34) - 1)}), "not enough room"),
    ],
)
async def test_export_fails(hass: HomeAssistant, edge: FakeEdge, folder: Path, reply: Reply, message: str) -> None:
    """Nothing is left of what could not be exported, and a former file stays."""
    path = folder / "person.mp4"
    path.write_bytes(b"former")
    edge.replies["GET", "events/e3/clip.mp4"] = reply
    with (
        patch("shutil.disk_usage", return_value=type("Usage", (), {"free": 1 << 30})),
        pytest.raises(HomeAssistantError, match=message),
    ):
        await act(hass, "export_clip", event_id="e3", filename=str(path))
    assert files(folder) == ["person.mp4"]
    assert path.read_bytes() == b"former"


async def test_export_cannot_write(hass: HomeAssistant, folder: Path) -> None:
    """A file that can't be written is told with the reason."""
    (folder / "person.mp4").mkdir()
    with pytest.raises(HomeAssistantError, match="could not be written: Is a directory"):
        await act(hass, "export_clip", event_id="e3", filename=str(folder / "person.mp4"))
    assert files(folder) == ["person.mp4"]
