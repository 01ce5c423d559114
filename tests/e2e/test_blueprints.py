"""Every blueprint at work, in a real Home Assistant with a real edge, camera, detector, and phones with Home Assistant's app.

The people are seen by the detector; fire and falls are marked by hand, as no model of Ambianic knows them. Where nothing is to happen,
Home Assistant's trace says that the automation was triggered and why it did nothing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
import re
from typing import Any
from urllib.parse import quote, unquote

import aiohttp
import pytest
import pytest_asyncio

from tests.support.automations import BLUEPRINTS, Automation, automation
from tests.support.browser import Browser, browser
from tests.support.companion import AT_HOME, AWAY, Notification
from tests.support.house import ALARM, CAMERA, USER, House, furnished
from tests.support.paths import ROOT

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

PERSON = "binary_sensor.front_yard_person"
DETECTION = "event.front_yard_detection"
LONG = {"hours": 1}
SHORT = {"seconds": 1}
NONE = {"seconds": 0}
JPEG = b"\xff\xd8"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The house, for all tests."""
    async with furnished(tmp_path_factory.mktemp("home")) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def house(home: House) -> House:
    """The house, as calm as each test wants it."""
    await home.calm_down()
    return home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(home: House, shots: Path) -> AsyncIterator[Browser]:
    """The user's browser, logged in."""
    async with browser(home.household.homeassistant.url, shots / "blueprints") as opened:
        await opened.log_in(USER)
        yield opened


def action(notification: Notification, title: str) -> dict[str, Any]:
    """A button of a notification."""
    found: dict[str, Any] = next(button for button in notification["data"]["actions"] if button["title"] == title)
    return found


async def test_every_blueprint_is_accepted_and_can_be_imported(house: House) -> None:
    """Home Assistant takes them, and the links in the documentation lead to their files."""
    files = {path.name: path for path in BLUEPRINTS.glob("*.yaml")}
    known = await house.api.command("blueprint/list", domain="automation")
    ours = {path.removeprefix("ambianic/"): found for path, found in known.items() if path.startswith("ambianic/")}
    assert ours.keys() == files.keys()
    links = re.findall(
        r"https://my\.home-assistant\.io/redirect/blueprint_import/\?blueprint_url=([^)\s]+)",
        (ROOT / "docs/blueprints.md").read_text(),
    )
    sources = {name: found["metadata"]["source_url"] for name, found in ours.items()}
    assert {unquote(link) for link in links} == set(sources.values())
    for name, source in sources.items():
        assert source == f"https://github.com/ambianic/ambianic-home-assistant/blob/main/blueprints/automation/ambianic/{name}"


async def test_an_automation_is_made_in_the_browser(house: House, window: Browser) -> None:
    """Cameras and phones are chosen from lists that offer nothing else, and it works when it is saved."""
    page = window.page
    await window.open("/config/blueprint/dashboard")
    await page.get_by_text("Notify with a picture when a person is seen").first.wait_for()
    await window.picture("blueprints")
    await page.get_by_text("Notify with a picture when a person is seen").first.click()
    await page.get_by_text("What is seen").wait_for()
    assert await choose(window, 0, CAMERA) == {CAMERA, "Garden"}
    await window.picture("notify-with-picture")
    assert await choose(window, 1, house.bob.name) == {house.ada.name, house.bob.name}
    await window.press("Save")
    made = await house.api.wait_for_state("automation.notify_with_a_picture_when_a_person_is_seen", "on")
    await house.somebody_comes()
    assert (await house.bob.notified())["title"] == CAMERA
    await house.api.delete(f"config/automation/config/{made['attributes']['id']}")


async def choose(window: Browser, field: int, device: str) -> set[str]:
    """Choose a device in one of the form's fields for devices: the names of all that were offered."""
    await window.page.locator("ha-selector-device").nth(field).locator("ha-picker-field").first.click()
    rows = window.page.locator("ha-picker-combo-box ha-combo-box-item")
    await rows.filter(has_text=device).wait_for()
    await window.page.wait_for_timeout(500)
    await window.shot(f"choose-{field}")
    offered = {(await row.locator("[slot=headline]").inner_text()).strip() for row in await rows.all()}
    await rows.filter(has_text=device).click()
    return offered


async def test_phones_show_who_is_there(house: House) -> None:
    """A person's visit: both phones get the picture of that visit, its recording to open, and the live picture."""
    async with automation(
        house.api, "notify_with_picture", "Picture", cameras=[house.cameras[CAMERA]], phones=house.phones
    ) as made:
        await house.somebody_comes()
        notifications = [await phone.notified() for phone in (house.ada, house.bob)]
        await made.ran()
        for notification in notifications:
            assert notification["title"] == CAMERA
            assert re.fullmatch(r"Person at \d\d:\d\d", notification["message"])
            data = notification["data"]
            visit = await visit_of(house, notification)
            assert visit["label"] == "person"
            assert data["url"] == data["clickAction"] == action(notification, "Watch the recording")["uri"]
            assert data["url"].endswith(quote(f"/event/{visit['id']}", safe=""))
            assert action(notification, "Live")["uri"] == "/?more-info-entity-id=camera.front_yard"
            assert (await house.api.read(data["image"])).startswith(JPEG)
            async with aiohttp.ClientSession() as stranger, stranger.get(house.api.url + data["image"]) as refusal:
                assert refusal.status == 401
        assert notifications[0]["data"] == notifications[1]["data"], "one visit, one recording"

        house.ada.forget()
        await house.api.call("automation.trigger", entity_id=made.entity)
        assert (await visit_of(house, await house.ada.notified()))["camera_id"] == visit["camera_id"]


async def visit_of(house: House, notification: Notification) -> dict[str, Any]:
    """The event whose picture a notification shows, as the edge knows it."""
    found = re.fullmatch(r"/api/ambianic/[^/]+/events/([^/]+)/snapshot\.jpg", notification["data"]["image"])
    assert found
    event: dict[str, Any] = await house.edge.get(f"events/{found[1]}")
    return event


async def test_only_what_was_chosen_is_told(house: House) -> None:
    """Another camera, another kind and another zone are not."""
    async with (
        automation(
            house.api, "notify_with_picture", "Cats", cameras=[house.cameras[CAMERA]], phones=house.phones, labels=["cat"]
        ),
        automation(
            house.api, "notify_with_picture", "Zones", cameras=[house.cameras[CAMERA]], phones=house.phones, zones=["Gate"]
        ) as zones,
        automation(
            house.api, "notify_with_picture", "Garden", cameras=[house.cameras["Garden"]], phones=[house.bob.device]
        ) as garden,
    ):
        await house.somebody_comes()
        await zones.refused()
        # The edge has no zones to draw yet: Home Assistant is told of a visit as it would tell.
        visit = (await house.api.states())[DETECTION]["attributes"]
        visit |= {"event_type": "person", "label": "person", "zones": ["Gate", "Path"]}
        await house.api.post(f"states/{DETECTION}", {"state": datetime.now(UTC).isoformat(), "attributes": visit})
        for phone in (house.ada, house.bob):
            assert (await phone.notified())["message"].startswith("Person in Gate, Path at ")
        await house.somebody_comes("garden")
        notification = await house.bob.notified()
        assert notification["title"] == "Garden", notification
        await garden.ran()
        assert house.silent()


async def test_phones_are_silent_when_they_should_be(house: House) -> None:
    """Not again within the pause, not in the quiet hours, and where that was chosen not while somebody is at home."""
    chosen: dict[str, Any] = {"cameras": [house.cameras[CAMERA]], "phones": [house.ada.device]}
    now = datetime.now(UTC)
    around = {"quiet_from": f"{now - timedelta(hours=1):%H:%M:%S}", "quiet_until": f"{now + timedelta(hours=2):%H:%M:%S}"}
    elsewhere = {"quiet_from": f"{now + timedelta(hours=2):%H:%M:%S}", "quiet_until": f"{now - timedelta(hours=1):%H:%M:%S}"}
    async with automation(house.api, "notify_with_picture", "Silence", **chosen, pause=LONG) as made:
        await is_told(house, made)
        await is_not_told(house, made)
        for hours, told in ((around, is_not_told), (elsewhere, is_told)):
            await made.save(**chosen, pause=NONE, quiet_hours=True, **hours)
            await told(house, made)
        for people in ([], ["person.ada"]):
            await made.save(**chosen, pause=NONE, only_when_away=True, people=people)
            await is_not_told(house, made)
            await house.walk(AWAY)
            await is_told(house, made)
            await house.walk(AT_HOME)


async def is_told(house: House, made: Automation) -> None:
    """Somebody comes, and Ada's phone says so."""
    await house.somebody_comes()
    assert (await house.ada.notified())["title"] == CAMERA
    await made.ran()
    await house.nobody_seen()
    house.ada.forget()  # people may have come and gone


async def is_not_told(house: House, made: Automation) -> None:
    """Somebody comes, and it does not matter."""
    await house.somebody_comes()
    await made.refused()
    await house.nobody_seen()
    assert house.silent()


async def test_lights_go_on_in_the_dark(house: House) -> None:
    """Only when it is dark; only those that are off; and off again after the visit."""
    chosen: dict[str, Any] = {"sensors": [PERSON], "lights": ["light.porch", "light.garden"], "stay_on": SHORT}
    by_sensor = {"light_sensor": ["sensor.daylight"], "least_light": 20}
    await house.api.call("input_number.set_value", entity_id="input_number.daylight", value=500)
    await house.api.wait_for_state("sensor.daylight", "500.0")
    await house.api.call("light.turn_on", entity_id="light.garden")
    async with automation(house.api, "light_at_night", "Light", **chosen, **by_sensor) as made:
        await house.somebody_comes()
        await made.refused()
        await house.api.call("input_number.set_value", entity_id="input_number.daylight", value=1)
        await house.api.wait_for_state("sensor.daylight", "1.0")
        await house.somebody_comes()
        await house.api.wait_for_state("light.porch", "on")
        await house.nobody_seen()
        await house.api.wait_for_state("light.porch", "off")
        await made.ran()
        assert (await house.api.states())["light.garden"]["state"] == "on"

        await made.save(**chosen, elevation=-90)
        await house.somebody_comes()
        await made.refused()
        await made.save(**chosen, elevation=90)
        await house.somebody_comes()
        await house.api.wait_for_state("light.porch", "on")
        await house.nobody_seen()
        await made.ran()


@asynccontextmanager
async def burglar_alarm(house: House, **inputs: Any) -> AsyncIterator[Automation]:
    """The burglar alarm of both cameras, disarmed in the end."""
    chosen: dict[str, Any] = {
        "panel": ALARM,
        "sensors": [PERSON, "binary_sensor.garden_person"],
        "phones": house.phones,
        "sirens": ["switch.siren"],
        "scenes": ["scene.all_lights"],
        "more_actions": [
            {
                "action": "input_text.set_value",
                "target": {"entity_id": "input_text.told"},
                "data": {"value": "{{ camera }} {{ picture }}"},
            }
        ],
    }
    async with automation(house.api, "burglar_alarm", "Burglar", **chosen | inputs) as made:
        yield made
    await house.api.call("alarm_control_panel.alarm_disarm", entity_id=ALARM)
    await house.nobody_seen()


async def arm(house: House) -> None:
    """Arm the panel."""
    await house.api.call("alarm_control_panel.alarm_arm_away", entity_id=ALARM)
    await house.api.wait_for_state(ALARM, "armed_away")


async def test_a_burglar_sets_off_the_alarm(house: House) -> None:
    """Not while the panel is disarmed; armed: a warning, then panel, siren, lights and more; disarming ends the noise."""
    async with burglar_alarm(house, seconds=1, delay=2) as made:
        await house.somebody_comes()
        await made.refused()
        await house.nobody_seen()
        assert house.silent()

        await arm(house)
        await house.somebody_comes()
        for phone in (house.ada, house.bob):
            warning = await phone.notified()
            assert warning["message"] == "Front yard sees somebody. The alarm goes off in 2 seconds."
            assert (await visit_of(house, warning))["camera_id"] == await house.camera_id()
            assert warning["data"]["push"]["sound"]["critical"] == 1
            assert warning["data"]["channel"] == "alarm_stream"
        await house.api.wait_for_state(ALARM, "triggered")
        for phone in (house.ada, house.bob):
            alarm = await phone.notified()
            assert alarm["title"] == "Burglar alarm"
            assert alarm["data"]["tag"] == warning["data"]["tag"], "it takes the place of the warning"
        for entity in ("switch.siren", "light.garden"):
            await house.api.wait_for_state(entity, "on")
        await house.api.wait_for_state("input_text.told", f"Front yard {alarm['data']['image']}")
        await house.api.call("alarm_control_panel.alarm_disarm", entity_id=ALARM)
        await house.api.wait_for_state("switch.siren", "off")
        await made.ran()
    assert house.silent()


async def test_a_false_alarm_is_stopped(house: House) -> None:
    """By the button of the notification, or by disarming the panel in time."""
    async with burglar_alarm(house, seconds=1, delay=600) as made:
        await arm(house)
        await house.somebody_comes()
        warning = await house.ada.notified()
        await house.bob.notified()
        await house.bob.press(action(warning, "Stop the alarm")["action"])
        await made.ran()
        assert (await house.api.states())[ALARM]["state"] == "armed_away"

        await house.somebody_comes()
        assert action(await house.ada.notified(), "Stop the alarm") != action(warning, "Stop the alarm")
        await house.bob.notified()
        await house.api.call("alarm_control_panel.alarm_disarm", entity_id=ALARM)
        await made.ran()
    assert (await house.api.states())["switch.siren"]["state"] == "off"
    assert house.silent()


async def test_two_cameras_have_to_agree(house: House) -> None:
    """One alone does nothing, however long; with the second the alarm goes off."""
    async with burglar_alarm(house, seconds=1, delay=0, two_cameras=True, two_cameras_within=2) as made:
        await arm(house)
        await house.somebody_comes()
        await made.ran("aborted")
        assert house.silent()
        assert (await house.api.states())[ALARM]["state"] == "armed_away"

    async with burglar_alarm(house, seconds=1, delay=0, two_cameras=True, two_cameras_within=600):
        await arm(house)
        await house.somebody_comes()
        await house.api.call("switch.turn_on", entity_id="switch.garden_detection")
        await house.api.wait_for_state(ALARM, "triggered")
        for phone in (house.ada, house.bob):
            assert (await phone.notified())["title"] == "Burglar alarm"
    assert house.silent()


async def test_fire_is_told_until_somebody_has_seen_it(house: House) -> None:
    """A camera that sees fire: phones, lights, siren; reminders until the button is pressed."""
    chosen: dict[str, Any] = {
        "cameras": [house.cameras[CAMERA]],
        "detectors": ["binary_sensor.kitchen_smoke_detector"],
        "phones": [house.ada.device],
        "lights": ["light.porch"],
        "sirens": ["switch.siren"],
    }
    async with automation(house.api, "fire_smoke", "Fire", **chosen, every=2, times=30) as made:
        await house.mark("person")
        await house.mark("fire")
        alarm = await house.ada.notified()
        assert (alarm["title"], alarm["message"].split(",")[0]) == ("Fire!", CAMERA)
        assert (await house.api.read(alarm["data"]["image"])).startswith(JPEG)
        for entity in ("light.porch", "switch.siren"):
            await house.api.wait_for_state(entity, "on")
        reminder = await house.ada.notified()
        assert reminder["data"]["tag"] == alarm["data"]["tag"]
        await house.ada.press(action(reminder, "I have seen it")["action"])
        await made.ran()
        await house.api.wait_for_state("switch.siren", "off")
        assert (await house.api.states())["light.porch"]["state"] == "on"

        await house.mark("smoke")
        await made.refused()
        await made.save(**chosen, every=600, times=0, pause=NONE)
        await house.api.call("input_boolean.turn_on", entity_id="input_boolean.smoke")
        alarm = await house.ada.notified()
        assert alarm["message"].startswith("Kitchen smoke detector,")
        assert "image" not in alarm["data"]
        await house.ada.press(action(alarm, "I have seen it")["action"])
        await made.ran()
    assert house.silent()


async def test_a_fall_is_told_until_somebody_helps(house: House) -> None:
    """The family first; others only where nobody of the family answers."""
    chosen: dict[str, Any] = {
        "cameras": [house.cameras[CAMERA]],
        "phones": [house.ada.device],
        "helpers": [house.bob.device],
        "pause": NONE,
        "unanswered_actions": [
            {"action": "input_text.set_value", "target": {"entity_id": "input_text.told"}, "data": {"value": "{{ place }}"}}
        ],
    }
    async with automation(house.api, "fall", "Fall", **chosen, every=600, times=2) as made:
        await house.mark("fall")
        call = await house.ada.notified()
        assert (call["title"], call["message"].split(",")[0]) == ("Somebody has fallen", CAMERA)
        await house.ada.press(action(call, "I look after it")["action"])
        await made.ran()
        assert house.silent()

        await made.save(**chosen, every=1, times=1)
        await house.mark("fall")
        for _ in range(2):
            assert (await house.ada.notified())["title"] == "Somebody has fallen"
        assert (await house.bob.notified())["title"] == "Somebody needs help"
        await made.ran()
        await house.api.wait_for_state("input_text.told", CAMERA)
    assert house.silent()


async def test_nothing_went_wrong(house: House) -> None:
    """Home Assistant has nothing to complain about the automations."""
    log = house.household.homeassistant.log
    assert not re.findall(r"^.*(?:ERROR|WARNING).*(?:automation|blueprint|script|template).*$", log, flags=re.MULTILINE)
