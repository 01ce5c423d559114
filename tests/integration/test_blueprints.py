"""The blueprints in the oldest Home Assistant that they are for; tests/e2e shows them at work in the newest."""

from pathlib import Path
import shutil
from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION_DOMAIN
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import extract_inputs, load_yaml_dict
import pytest

BLUEPRINTS = Path(__file__).parents[2] / "blueprints" / "automation" / "ambianic"

CAMERAS = {"cameras": ["a_camera"], "phones": ["a_phone"]}
SENSORS = ["binary_sensor.front_door_person"]

REQUIRED: dict[str, dict[str, Any]] = {
    "burglar_alarm.yaml": {"panel": "alarm_control_panel.house", "sensors": SENSORS},
    "fall.yaml": CAMERAS,
    "fire_smoke.yaml": CAMERAS,
    "light_at_night.yaml": {"sensors": SENSORS, "lights": ["light.porch"]},
    "notify_with_picture.yaml": CAMERAS,
}


def test_all_are_tested() -> None:
    """Every blueprint is."""
    assert REQUIRED.keys() == {path.name for path in BLUEPRINTS.iterdir()}


@pytest.mark.parametrize("name", REQUIRED)
def test_metadata(name: str) -> None:
    """Every input has a name and is used; this Home Assistant is new enough."""
    blueprint = Blueprint(
        load_yaml_dict(BLUEPRINTS / name),
        path=name,
        expected_domain=AUTOMATION_DOMAIN,
        schema=BLUEPRINT_SCHEMA,
    )
    assert blueprint.validate() is None
    assert extract_inputs(blueprint.data) == blueprint.inputs.keys()
    assert all(settings["name"] for settings in blueprint.inputs.values())


@pytest.mark.parametrize("name", REQUIRED)
async def test_defaults(hass: HomeAssistant, tmp_path: Path, name: str) -> None:
    """It works with nothing but what it asks for."""
    hass.config.config_dir = str(tmp_path)
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints" / "automation" / "ambianic")
    automation = {
        "alias": "Test",
        "use_blueprint": {"path": f"ambianic/{name}", "input": REQUIRED[name]},
    }
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, AUTOMATION_DOMAIN, {AUTOMATION_DOMAIN: automation})
    await hass.async_block_till_done()
    state = hass.states.get("automation.test")
    assert state is not None
    assert state.state == STATE_ON
