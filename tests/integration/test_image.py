"""Tests of the images."""

from http import HTTPStatus

from aiohttp import ClientConnectionError
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from .edge import JPEG, FakeEdge, make_camera, make_event, problem

IMAGE = "image.front_door_last_detection"


async def test_image(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """The image is the best picture of the last visit."""
    client = await hass_client()
    assert hass.states.get(IMAGE).state == "unknown"
    assert "event_id" not in hass.states.get(IMAGE).attributes
    response = await client.get(f"/api/image_proxy/{IMAGE}")
    assert response.status == HTTPStatus.INTERNAL_SERVER_ERROR

    await edge.push_camera(make_camera(last_event=make_event(snapshot=False)))
    assert hass.states.get(IMAGE).state == "unknown"

    await edge.push_camera(make_camera(last_event=make_event()))
    first = hass.states.get(IMAGE).state
    assert first != "unknown"
    assert hass.states.get(IMAGE).attributes["event_id"] == "0d9c2f7e"
    assert hass.states.get(IMAGE).attributes["media_content_id"].endswith("/event/0d9c2f7e")
    response = await client.get(f"/api/image_proxy/{IMAGE}")
    assert response.status == HTTPStatus.OK
    assert await response.read() == JPEG
    assert edge.sent("GET", "events/0d9c2f7e/snapshot.jpg")

    await edge.push_camera(make_camera(last_event=make_event(), viewers=1))
    assert hass.states.get(IMAGE).state == first
    await edge.push_camera(make_camera(last_event=make_event(score=0.95)))
    assert hass.states.get(IMAGE).state > first


async def test_event_removed(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """There is no image of an event that was deleted."""
    await edge.push_camera(make_camera(last_event=make_event()))
    await edge.push("event_removed", id="another", camera_id="3f9a1c20")
    await edge.push("event_removed", id="0d9c2f7e", camera_id="gone")
    assert hass.states.get(IMAGE).state != "unknown"
    await edge.push("event_removed", id="0d9c2f7e", camera_id="3f9a1c20")
    assert hass.states.get(IMAGE).state == "unknown"
    assert hass.states.get("sensor.front_door_last_detection").state == "unknown"


async def test_image_after_restart(hass: HomeAssistant, edge: FakeEdge, entry: MockConfigEntry) -> None:
    """After a restart the image is as old as the visit."""
    edge.cameras["3f9a1c20"] = make_camera(last_event=make_event())
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert hass.states.get(IMAGE).state == "2026-11-22T16:04:05.123000+00:00"


@pytest.mark.parametrize(
    "reply",
    [ClientConnectionError(), problem(404, "not_found", "The event does not exist")],
)
async def test_image_fails(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    reply: Exception,
) -> None:
    """A picture that cannot be had is an error of that request only."""
    await edge.push_camera(make_camera(last_event=make_event()))
    edge.replies["GET", "events/0d9c2f7e/snapshot.jpg"] = reply
    client = await hass_client()
    response = await client.get(f"/api/image_proxy/{IMAGE}")
    assert response.status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert hass.states.get(IMAGE).state != "unavailable"
