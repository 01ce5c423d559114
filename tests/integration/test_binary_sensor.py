"""Tests of the binary sensors."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .edge import EDGE_ID, FRONT, FakeEdge, make_camera, make_detection, make_vision, make_zone

PERSON = "binary_sensor.front_door_person"
CONNECTION = "binary_sensor.front_door_connection"

PORCH = "binary_sensor.front_door_porch"

OFF = make_vision(state="off", fps=None, inference_ms=None, gate=None, decoded_percent=None)


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("connecting", "The camera is being connected."),
        ("unauthorized", "The camera refuses user or password."),
        ("unreachable", "The camera does not answer."),
        ("unsupported", "The video cannot be read."),
        ("disabled", None),
    ],
)
async def test_camera_not_online(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    state: str,
    reason: str | None,
) -> None:
    """A camera that gives no picture is unavailable, and the reason is shown."""
    await edge.push_camera(make_camera(state=state, reason=reason))
    assert hass.states.get(PERSON).state == "unavailable"
    connection = hass.states.get(CONNECTION)
    assert connection.state == "off"
    assert connection.attributes["status"] == state
    assert connection.attributes["reason"] == reason
    assert hass.states.get("binary_sensor.garden_person").state == "off"

    await edge.push_camera(make_camera())
    assert hass.states.get(PERSON).state == "off"
    assert hass.states.get(CONNECTION).state == "on"


@pytest.mark.parametrize(
    ("state", "reason", "shown"),
    [
        ("idle", None, ("off", None)),
        ("off", None, ("off", None)),
        ("recording", "continuous", ("on", "continuous")),
        ("recording", "motion", ("on", "motion")),
        ("recording", "0d9c2f7e", ("on", "event")),
    ],
)
async def test_recording(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    state: str,
    reason: str | None,
    shown: tuple[str, str | None],
) -> None:
    """The sensor tells whether the camera is recorded, and for what."""
    await edge.push_camera(make_camera(recording_state=state, recording_reason=reason))
    sensor = hass.states.get("binary_sensor.front_door_recording")
    assert (sensor.state, sensor.attributes["reason"]) == shown


async def test_nobody_looks(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """Nobody knows what is there while nobody looks."""
    await edge.push_camera(make_camera(vision=OFF))
    assert hass.states.get(PERSON).state == "unknown"
    await edge.push_camera(make_camera(vision=OFF, active=["person"]))
    assert hass.states.get(PERSON).state == "on"


async def test_labels_come_and_go(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Sensors follow the labels, also those that nobody has heard of."""
    labels = {"person": 0.5, "garden_gnome": 0.5}
    await edge.push_camera(make_camera(detection=make_detection(labels=labels)))
    await hass.async_block_till_done()
    gnome = hass.states.get("binary_sensor.front_door_garden_gnome")
    assert gnome.name == "Front door Garden gnome"
    assert hass.states.get("binary_sensor.front_door_car") is None
    assert entity_registry.async_get("binary_sensor.front_door_car") is None
    assert hass.states.get(PERSON).state == "off"

    await edge.push_camera(make_camera())
    await hass.async_block_till_done()
    assert hass.states.get("binary_sensor.front_door_car").state == "off"
    assert hass.states.get("binary_sensor.front_door_garden_gnome") is None


async def test_label_removed_while_away(
    hass: HomeAssistant,
    edge: FakeEdge,
    entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """The sensor of a label that was removed while nobody listened goes, too."""
    stale = entity_registry.async_get_or_create(
        "binary_sensor",
        "ambianic",
        f"{EDGE_ID}-{FRONT}-label-bicycle",
        config_entry=entry,
    )
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entity_registry.async_get(stale.entity_id) is None
    assert entity_registry.async_get(PERSON) is not None


async def test_zone(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A zone's sensor tells that something is there, and what."""
    assert hass.states.get(PORCH).state == "off"
    await edge.push_camera(make_camera(occupied={"porch": ["car", "person"]}))
    porch = hass.states.get(PORCH)
    assert porch.state == "on"
    assert porch.attributes["labels"] == ["car", "person"]
    assert porch.attributes["device_class"] == "occupancy"

    await edge.push_camera(make_camera(occupied={}, vision=OFF))
    assert hass.states.get(PORCH).state == "unknown"
    await edge.push_camera(make_camera(state="unreachable"))
    assert hass.states.get(PORCH).state == "unavailable"


async def test_zones_come_change_and_go(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Sensors follow what is drawn in the app; a new name keeps the sensor."""
    zones = [make_zone("porch", "Front porch"), make_zone("gate", "Gate", kind="line")]
    await edge.push_camera(make_camera(detection=make_detection(zones=zones)))
    await hass.async_block_till_done()
    assert hass.states.get(PORCH).name == "Front door Front porch"
    assert hass.states.get("binary_sensor.front_door_gate").attributes["device_class"] == "motion"

    await edge.push_camera(make_camera(detection=make_detection(zones=zones[1:])))
    await hass.async_block_till_done()
    assert entity_registry.async_get(PORCH) is None
    assert hass.states.get("binary_sensor.front_door_gate").state == "off"


@pytest.mark.parametrize(("field", "name"), [("covered", "camera_covered"), ("frozen", "picture_frozen")])
async def test_picture_is_wrong(
    hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry, field: str, name: str
) -> None:
    """A covered camera and a picture that stands still are problems."""
    sensor = f"binary_sensor.front_door_{name}"
    assert hass.states.get(sensor).state == "off"
    await edge.push_camera(make_camera(vision=make_vision(**{field: True})))
    assert hass.states.get(sensor).state == "on"
    await edge.push_camera(make_camera(vision=OFF))
    assert hass.states.get(sensor).state == "unknown"
    await edge.push_camera(make_camera(state="unreachable"))
    assert hass.states.get(sensor).state == "unavailable"


async def test_edge_from_before_zones(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> None:
    """An edge that knows no zones yet is used as before."""
    camera = make_camera()
    del camera["occupied"]
    camera["detection"] = {field: camera["detection"][field] for field in ("enabled", "fps", "labels")}
    camera["vision"] = {field: camera["vision"][field] for field in ("state", "fps", "dropped_percent", "inference_ms")}
    edge.cameras = {FRONT: camera}
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert hass.states.get(PERSON).state == "off"
    assert hass.states.get(PORCH) is None
    assert hass.states.get("binary_sensor.front_door_camera_covered").state == "off"
