"""Tests of the event entities."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .edge import EDGE_ID, FakeEdge, make_camera, make_event

DETECTION = "event.front_door_detection"


async def test_fires_once_a_visit(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A visit fires when it starts, and not again."""
    assert hass.states.get(DETECTION).state == "unknown"
    assert hass.states.get(DETECTION).attributes["event_types"] == ["person", "car", "fall", "fire", "smoke"]

    await edge.push("event", phase="start", event=make_event())
    fired = hass.states.get(DETECTION)
    attributes = dict(fired.attributes)
    assert attributes["event_type"] == "person"
    assert attributes["event_id"] == "0d9c2f7e"
    assert attributes["label"] == "person"
    assert attributes["score"] == 0.87
    assert attributes["box"] == [0.41, 0.2, 0.52, 0.83]
    assert attributes["camera"] == "Front door"
    assert attributes["media_content_id"] == f"media-source://ambianic/{EDGE_ID}/event/0d9c2f7e"
    assert attributes["snapshot_media_content_id"] == f"media-source://ambianic/{EDGE_ID}/snapshot/0d9c2f7e"
    assert attributes["clip_url"] == f"/api/ambianic/{EDGE_ID}/events/0d9c2f7e/clip.mp4"
    assert attributes["link"].startswith("/media-browser/browser/app%2Cmedia-source%3A%2F%2Fambianic/video%2Fmp4%2C")

    await edge.push("event", phase="update", event=make_event(score=0.9))
    await edge.push("event", phase="end", event=make_event(score=0.9))
    await edge.push("event", phase="start", event=make_event())
    assert hass.states.get(DETECTION) == fired
    assert hass.states.get("event.garden_detection").state == "unknown"

    await edge.push("event", phase="start", event=make_event(id="e2", label="car"))
    again = hass.states.get(DETECTION)
    assert again.state > fired.state
    assert again.attributes["event_type"] == "car"


async def test_label_switched_off(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A visit of a label that nobody wants any more does not fire."""
    await edge.push("event", phase="start", event=make_event(label="zebra"))
    assert hass.states.get(DETECTION).state == "unknown"

    await edge.push_camera(make_camera(detection={"enabled": True, "fps": 5, "labels": {"zebra": 0.5}}))
    await edge.push("event", phase="start", event=make_event(id="e2", label="zebra"))
    assert hass.states.get(DETECTION).attributes["event_type"] == "zebra"


async def test_mark_by_hand(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A mark by hand fires whatever it is called."""
    await edge.push("event", phase="start", event=make_event(label="parcel", origin="manual"))
    attributes = hass.states.get(DETECTION).attributes
    assert attributes["event_type"] == "parcel"
    assert attributes["origin"] == "manual"
    assert "parcel" in attributes["event_types"]
