"""What the vision engine knows, in a real Home Assistant: zones, falls and faces, a covered camera, a model that was given up.

A real camera with people who walk over a pavement, and one that somebody has covered.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.support.browser import Browser, browser
from tests.support.edge import EdgeApi
from tests.support.homeassistant import User
from tests.support.household import Household
from tests.support.rtsp import Clip, RtspServer

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

USER = User("Ada", "ada", "Ada's own password")
PAVEMENT = "binary_sensor.front_yard_pavement"
MIDDLE = "binary_sensor.front_yard_middle"
CORNER = "binary_sensor.front_yard_corner"
ZONES: list[dict[str, Any]] = [
    {"name": "Pavement", "points": [[0.05, 0.15], [0.95, 0.15], [0.95, 0.98], [0.05, 0.98]], "labels": ["person"]},
    {"name": "Corner", "points": [[0, 0], [0.08, 0], [0.08, 0.06], [0, 0.06]]},
    {"name": "Middle", "kind": "line", "points": [[0.5, 0.1], [0.5, 0.98]]},
]
AUTOMATIONS = f"""
input_text:
  seen_there:
automation:
  - alias: Somebody is on the pavement
    triggers:
      - trigger: state
        entity_id: {PAVEMENT}
        to: "on"
    actions:
      - action: input_text.set_value
        target:
          entity_id: input_text.seen_there
        data:
          value: "{{{{ trigger.to_state.attributes.labels | join(',') }}}}"
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Household]:
    """The home, with the integration and two cameras."""
    covered = Clip(filter="drawbox=color=black:thickness=fill", seconds=20)
    camera = RtspServer({"/live": Clip(), "/covered": covered})
    async with Household(tmp_path_factory.mktemp("home"), camera, USER, configuration=AUTOMATIONS) as household:
        await household.start()
        entry = await household.add_integration()
        await household.add_camera(entry, "Front yard")
        await household.add_camera(entry, "Cellar", "/covered")
        yield household


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(home: Household) -> EdgeApi:
    """The edge's API."""
    return EdgeApi(home.edge, await home.edge.create_token("The test"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def front_yard(edge: EdgeApi) -> str:
    """The id of the camera that sees people."""
    cameras = (await edge.get("cameras"))["cameras"]
    camera_id: str = next(camera["id"] for camera in cameras if camera["name"] == "Front yard")
    return camera_id


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(home: Household, shots: Path) -> AsyncIterator[Browser]:
    """The user's browser, logged in."""
    async with browser(home.homeassistant.url, shots / "zones") as opened:
        await opened.log_in(USER)
        yield opened


async def test_each_zone_has_a_sensor(home: Household, edge: EdgeApi, front_yard: str) -> None:
    """What is drawn is there at once, turns on where somebody stands, and an automation runs on it."""
    drawn = (await edge.patch(f"cameras/{front_yard}", {"detection": {"zones": ZONES}}))["detection"]["zones"]
    assert [zone["id"] for zone in drawn] == ["pavement", "corner", "middle"]
    there = await home.api.wait_for_state(PAVEMENT, "on", timeout=90)
    assert there["attributes"]["labels"] == ["person"]
    await home.api.wait_for_state("input_text.seen_there", "person")
    await home.api.wait_for_state(MIDDLE, "on", timeout=90)
    assert (await home.api.states())[CORNER]["state"] == "off"


async def test_events_name_their_zones(home: Household, edge: EdgeApi, front_yard: str) -> None:
    """A new name reaches events and sensor, whose entity stays."""
    zones = (await edge.get(f"cameras/{front_yard}"))["detection"]["zones"]
    zones[0]["name"] = "Promenade"
    await edge.patch(f"cameras/{front_yard}", {"detection": {"zones": zones}})
    renamed = await home.api.wait_for(PAVEMENT, lambda state: "Promenade" in state["attributes"]["friendly_name"], "renamed")
    assert renamed["state"] in {"on", "off"}
    answer = await home.api.ask("ambianic.list_events", zone="promenade", limit=5)
    assert answer["events"]
    for event in answer["events"]:
        assert "Promenade" in event["zones"]
        assert "pavement" in event["zone_ids"]


async def test_other_kinds_have_sensors_where_they_are_looked_for(home: Household, edge: EdgeApi, front_yard: str) -> None:
    """Falls and faces, and they go with the wish."""
    labels = (await edge.get(f"cameras/{front_yard}"))["detection"]["labels"]
    await edge.patch(f"cameras/{front_yard}", {"detection": {"labels": labels | {"fall": 0.5, "face": 0.5}}})
    for kind in ("fall", "face"):
        state = await home.api.wait_for_state(f"binary_sensor.front_yard_{kind}", "on", "off")
        assert state["attributes"]["device_class"] == {"fall": "safety", "face": "occupancy"}[kind]
    await edge.patch(f"cameras/{front_yard}", {"detection": {"labels": labels}})
    await home.api.wait_for_state("binary_sensor.front_yard_person", "on", timeout=90)
    assert "binary_sensor.front_yard_fall" not in await home.api.states()


async def test_the_picture_is_diagnosed(home: Household, window: Browser) -> None:
    """A covered camera is a problem, one that sees people is none; the device tells whether pictures are decoded."""
    await home.api.wait_for_state("binary_sensor.cellar_camera_covered", "on", timeout=90)
    assert (await home.api.states())["binary_sensor.front_yard_camera_covered"]["state"] == "off"
    await home.api.wait_for_state("sensor.front_yard_detection_activity", "awake", timeout=60)
    await home.api.wait_for_state("sensor.cellar_detection_activity", "asleep", "always", timeout=60)
    devices = await home.api.command("config/device_registry/list")
    device = next(known["id"] for known in devices if known["name"] == "Front yard")
    await window.open(f"/config/devices/device/{device}")
    await window.page.get_by_text("Promenade").first.wait_for()
    await window.picture("zone-sensors")


async def test_zones_go_with_their_sensors(home: Household, edge: EdgeApi, front_yard: str) -> None:
    """What is erased in the app is gone in Home Assistant."""
    await edge.patch(f"cameras/{front_yard}", {"detection": {"zones": ZONES[:1]}})
    await home.api.wait_for_state(PAVEMENT, "on", "off")
    assert not {CORNER, MIDDLE} & set(await home.api.states())
    assert "Traceback" not in home.edge.log
    assert "Traceback" not in home.homeassistant.log
