"""A house to try automations in: a home with two cameras, two phones, lights, a siren, a smoke detector and an alarm panel."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from .automations import BLUEPRINTS, CONFIGURATION, install
from .companion import AT_HOME, Companion, companions
from .edge import EdgeApi
from .homeassistant import User
from .household import Household
from .rtsp import Clip, RtspServer

USER = User("Ada", "ada", "Ada's own password")
CAMERA = "Front yard"
ALARM = "alarm_control_panel.house"

FURNITURE = f"""
{CONFIGURATION}
mobile_app:
sun:
input_boolean:
  porch:
  garden:
  siren:
  smoke:
input_number:
  daylight:
    min: 0
    max: 1000
input_text:
  told:
    max: 255
alarm_control_panel:
  - platform: manual
    name: House
    arming_time: 0
    delay_time: 0
    trigger_time: 600
    code_arm_required: false
template:
  - light:
      - name: Porch
        state: "{{{{ is_state('input_boolean.porch', 'on') }}}}"
        turn_on:
          action: input_boolean.turn_on
          target:
            entity_id: input_boolean.porch
        turn_off:
          action: input_boolean.turn_off
          target:
            entity_id: input_boolean.porch
      - name: Garden
        state: "{{{{ is_state('input_boolean.garden', 'on') }}}}"
        turn_on:
          action: input_boolean.turn_on
          target:
            entity_id: input_boolean.garden
        turn_off:
          action: input_boolean.turn_off
          target:
            entity_id: input_boolean.garden
  - switch:
      - name: Siren
        state: "{{{{ is_state('input_boolean.siren', 'on') }}}}"
        turn_on:
          action: input_boolean.turn_on
          target:
            entity_id: input_boolean.siren
        turn_off:
          action: input_boolean.turn_off
          target:
            entity_id: input_boolean.siren
  - sensor:
      - name: Daylight
        device_class: illuminance
        unit_of_measurement: lx
        state: "{{{{ states('input_number.daylight') }}}}"
  - binary_sensor:
      - name: Kitchen smoke detector
        device_class: smoke
        state: "{{{{ is_state('input_boolean.smoke', 'on') }}}}"
scene:
  - name: All lights
    entities:
      light.garden: "on"
"""


class House:
    """The home, its two phones, and what happens in front of its camera."""

    def __init__(self, household: Household, edge: EdgeApi, ada: Companion, bob: Companion, cameras: dict[str, str]) -> None:
        self.household = household
        self.api = household.api
        self.edge = edge
        self.ada = ada
        self.bob = bob
        self.cameras = cameras
        """The devices of the cameras, by name."""

    @property
    def phones(self) -> list[str]:
        """The devices of both phones."""
        return [self.ada.device, self.bob.device]

    async def nobody_seen(self) -> None:
        """Let the detector rest: visits end."""
        for camera in ("front_yard", "garden"):
            await self.api.call("switch.turn_off", entity_id=f"switch.{camera}_detection")
            await self.api.wait_for(
                f"binary_sensor.{camera}_person", lambda state: state["state"] not in {"on", "unavailable"}, "without a person"
            )

    async def somebody_comes(self, camera: str = "front_yard") -> None:
        """Let the detector see who walks by."""
        await self.nobody_seen()
        await self.api.call("switch.turn_on", entity_id=f"switch.{camera}_detection")
        await self.api.wait_for_state(f"binary_sensor.{camera}_person", "on", timeout=60)

    async def mark(self, label: str) -> None:
        """Mark by hand that something is seen in the front yard."""
        await self.edge.post("events", {"camera_id": await self.camera_id(), "label": label, "seconds": 1})

    async def camera_id(self) -> str:
        """The edge's name for the camera in the front yard."""
        cameras = (await self.edge.get("cameras"))["cameras"]
        return next(str(known["id"]) for known in cameras if known["name"] == CAMERA)

    async def walk(self, place: tuple[float, float]) -> None:
        """Carry both phones to a place, and wait until Home Assistant knows."""
        for phone in (self.ada, self.bob):
            await phone.go(place)
        await self.api.wait_for_state("person.ada", "home" if place == AT_HOME else "not_home")
        await self.api.wait_for_state("zone.home", "1" if place == AT_HOME else "0")

    def silent(self) -> bool:
        """Whether no phone has got a notification that was not looked at."""
        return self.ada.notifications.empty() and self.bob.notifications.empty()

    async def calm_down(self) -> None:
        """Everybody is at home, nobody in front of the cameras, all is off, and the notifications are swiped away."""
        await self.walk(AT_HOME)
        await self.nobody_seen()
        for entity in ("input_boolean.porch", "input_boolean.garden", "input_boolean.siren", "input_boolean.smoke"):
            await self.api.call("input_boolean.turn_off", entity_id=entity)
        await self.api.call("alarm_control_panel.alarm_disarm", entity_id=ALARM)
        for phone in (self.ada, self.bob):
            phone.forget()


@asynccontextmanager
async def furnished(directory: Path) -> AsyncIterator[House]:
    """The house, with the integration and all blueprints."""
    camera = RtspServer({"/live": Clip(), "/garden": Clip()})
    async with Household(directory, camera, USER, configuration=FURNITURE) as household:
        (household.homeassistant.directory / "automations.yaml").write_text("[]\n")
        await household.start()
        entry = await household.add_integration()
        await household.add_camera(entry, CAMERA)
        await household.add_camera(entry, "Garden", "/garden")
        async with companions(household.api, {"Ada's phone": "Apple", "Bob's phone": "Google"}) as (ada, bob):
            devices = {device["name"]: device["id"] for device in await household.api.command("config/device_registry/list")}
            edge = EdgeApi(household.edge, await household.edge.create_token("The test"))
            for blueprint in sorted(BLUEPRINTS.glob("*.yaml")):
                await install(household.api, blueprint)
            house = House(household, edge, ada, bob, devices)
            yield house
