"""The main job, on real input: a camera goes into the edge, and a real Home Assistant shows it and acts on it.

One story in the order of the tests: a real RTSP camera with a password, the edge as a process, a real Home Assistant, and a user with a
browser who sets everything up by hand and has written two automations. Then camera, edge and Home Assistant fail one by one.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import re
from urllib.parse import quote

import psutil
import pytest
import pytest_asyncio

from tests.support.browser import Browser, browser
from tests.support.homeassistant import User, wait_until_running
from tests.support.household import Household
from tests.support.rtsp import Clip, RtspServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

USER = User("Ada", "ada", "Ada's own password")
CAMERA_USER = "viewer"
CAMERA_PASSWORD = "camera/s3cret:pässword"
WRONG_PASSWORD = "wr0ng-s3cret"

CAMERA = "camera.front_yard"
PERSON = "binary_sensor.front_yard_person"
CONNECTIVITY = "binary_sensor.front_yard_connection"
DETECTION = "event.front_yard_detection"
LAST_DETECTION = "image.front_yard_last_detection"
CAMERA_ENTITIES = (
    CAMERA,
    PERSON,
    CONNECTIVITY,
    DETECTION,
    LAST_DETECTION,
    "sensor.front_yard_last_detection",
    "switch.front_yard_detection",
)
SHOWING = ("idle", "streaming")
NOTHING = ("unknown", "unavailable")

AUTOMATIONS = f"""
counter:
  people:
input_text:
  last_event:
automation:
  - alias: Somebody is in the front yard
    triggers:
      - trigger: state
        entity_id: {PERSON}
        to: "on"
    actions:
      - action: counter.increment
        target:
          entity_id: counter.people
  - alias: Something was detected
    triggers:
      - trigger: state
        entity_id: {DETECTION}
        not_to: unavailable
    conditions: "{{{{ trigger.to_state.attributes.event_type == 'person' }}}}"
    actions:
      - action: input_text.set_value
        target:
          entity_id: input_text.last_event
        data:
          value: "{{{{ trigger.to_state.attributes.event_type }}}} at {{{{ trigger.to_state.attributes.camera }}}}"
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Household]:
    """The home: everything runs, nothing is set up in Home Assistant."""
    camera = RtspServer({"/live": Clip()}, user=CAMERA_USER, password=CAMERA_PASSWORD)
    async with Household(tmp_path_factory.mktemp("home"), camera, USER, configuration=AUTOMATIONS) as household:
        await household.start()
        yield household


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def token(home: Household) -> str:
    """What the user copies from the edge's terminal."""
    return await home.edge.create_token("Home Assistant")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(home: Household, shots: Path) -> AsyncIterator[Browser]:
    """The user's browser, logged in."""
    async with browser(home.homeassistant.url, shots / "story") as opened:
        await opened.log_in(USER)
        yield opened


async def test_the_integration_is_added_in_the_browser(home: Household, window: Browser, token: str) -> None:
    """A wrong token is refused with a reason in the same dialog, and the right one connects."""
    page = window.page
    await window.open("/config/integrations/dashboard")
    await window.press("Add integration")
    dialog = page.locator("dialog-add-integration")
    await dialog.locator("input").first.fill("Ambianic")
    await window.shot("search")
    await dialog.get_by_text("Ambianic", exact=True).first.click()
    await window.fill(host="127.0.0.1", token="a-wrong-token")
    await page.locator("step-flow-form ha-selector-number input").fill(str(home.edge.port))
    await window.press("Submit")
    await page.get_by_text("The edge refuses the token.").wait_for()
    await window.shot("wrong-token")
    await window.fill(token=token)
    await window.press("Submit")
    # With no camera yet, Home Assistant goes on with the menu to add one.
    await page.get_by_text("Add a camera by its address").wait_for()
    await window.shot("connected")


async def test_the_camera_is_added_in_the_browser(home: Household, window: Browser) -> None:
    """A wrong password is refused with the camera's reason, and the right one shows what the camera gives."""
    page = window.page
    await page.get_by_text("Add a camera by its address").click()
    await window.fill(name="Front yard", url=home.camera.url("/live"), username=CAMERA_USER, password=WRONG_PASSWORD)
    await window.picture("add-camera")
    await window.press("Submit")
    await page.get_by_text("The camera does not accept this user name and password.").wait_for()
    await window.shot("wrong-password")
    await window.fill(password=CAMERA_PASSWORD)
    await window.press("Submit")
    await page.get_by_text("Front yard works").wait_for()
    await page.get_by_text("768").first.wait_for()
    await window.shot("camera-works")
    await window.press("Submit")
    await home.api.wait_for_state(CAMERA, *SHOWING)
    await home.api.wait_for_state(CONNECTIVITY, "on")


async def test_a_person_is_detected(home: Household) -> None:
    """People walk in the picture: the sensor turns on, the event and the picture of it are there."""
    await home.api.wait_for_state(PERSON, "on", timeout=90)
    event = await home.api.wait_for(DETECTION, lambda state: state["attributes"].get("event_type") == "person", "a person", 60)
    assert event["attributes"]["camera"] == "Front yard"
    assert event["attributes"]["score"] >= 0.5
    left, top, right, bottom = event["attributes"]["box"]
    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1
    image = await home.api.wait_for(LAST_DETECTION, lambda state: state["state"] not in NOTHING, "a picture")
    assert is_jpeg(await home.api.read(image["attributes"]["entity_picture"]))
    camera = (await home.api.states())[CAMERA]
    assert is_jpeg(await home.api.read(camera["attributes"]["entity_picture"]))


async def test_the_users_automations_run(home: Household, window: Browser) -> None:
    """One runs on the person sensor, one on the event with its data."""
    await home.api.wait_for("counter.people", lambda state: int(state["state"]) > 0, "counted up")
    await home.api.wait_for_state("input_text.last_event", "person at Front yard")
    await window.open("/config/automation/dashboard")
    await window.page.get_by_text("Somebody is in the front yard").first.wait_for()
    await window.shot("automations")


async def test_live_video_plays_in_the_browser(home: Household, window: Browser) -> None:
    """The camera's dialog plays WebRTC: its pixels are bright and move."""
    await window.open(f"/?more-info-entity-id={CAMERA}")
    video = await window.live_video()
    assert await video.evaluate("video => [video.videoWidth, video.videoHeight]") == [768, 576]
    await window.picture("live")
    await home.api.wait_for_state(CAMERA, "streaming")


async def test_leaving_the_page_ends_the_live_session(home: Household, window: Browser) -> None:
    """Nobody watches any more, and the camera says so."""
    await window.open("/config/integrations/integration/ambianic")
    await window.page.get_by_text("Ambianic Edge").first.wait_for()
    await home.api.wait_for_state(CAMERA, "idle")
    await window.picture("integration")


async def test_the_camera_fails_and_recovers(home: Household, window: Browser) -> None:
    """Without the RTSP server nothing is claimed, the reason is told, and all is well again when it returns."""
    await home.camera.stop()
    await home.api.wait_for_state(CAMERA, "unavailable")
    await home.api.wait_for_state(PERSON, "unavailable")
    lost = await home.api.wait_for_state(CONNECTIVITY, "off")
    assert lost["attributes"]["status"] == "unreachable"
    assert lost["attributes"]["reason"]
    await window.open(f"/?more-info-entity-id={CONNECTIVITY}")
    await window.page.locator("ha-more-info-dialog").get_by_text("Disconnected").first.wait_for()
    await window.shot("camera-lost")
    await home.camera.start()
    await home.api.wait_for_state(CAMERA, *SHOWING, timeout=60)
    found = await home.api.wait_for_state(CONNECTIVITY, "on")
    assert found["attributes"]["reason"] is None
    await home.api.wait_for_state(PERSON, "on", timeout=90)


async def test_the_edge_crashes_and_recovers(home: Household, window: Browser) -> None:
    """SIGKILL of the edge: all is unavailable, its helpers end too, and all is well again when it is started."""
    helpers = psutil.Process(home.edge.child.pid).children(recursive=True)
    assert helpers, "the vision process is missing"
    events = int((await home.api.states())["sensor.ambianic_edge_events_stored"]["state"])
    home.edge.child.crash()
    for entity in CAMERA_ENTITIES:
        await home.api.wait_for_state(entity, "unavailable")
    await window.open(f"/?more-info-entity-id={PERSON}")
    await window.page.locator("ha-more-info-dialog").get_by_text("Unavailable").first.wait_for()
    await window.shot("edge-lost")
    _, alive = await asyncio.to_thread(psutil.wait_procs, helpers, timeout=15)
    assert not alive
    await home.edge.start()
    await home.api.wait_for_state(CAMERA, *SHOWING, timeout=60)
    await home.api.wait_for_state(PERSON, "on", timeout=90)
    stored = (await home.api.states())["sensor.ambianic_edge_events_stored"]
    assert int(stored["state"]) >= events, "events were lost"


async def test_home_assistant_restarts(home: Household, window: Browser) -> None:
    """After a restart everything is back without a hand, the live picture and the automations too."""
    await home.homeassistant.stop()
    await home.homeassistant.start()
    await wait_until_running(home.api)
    await home.api.wait_for_state(CAMERA, *SHOWING, timeout=60)
    await home.api.wait_for_state(PERSON, "on", timeout=90)
    await home.api.call("input_text.set_value", entity_id="input_text.last_event", value="")
    await home.api.wait_for_state("input_text.last_event", "person at Front yard", timeout=90)
    await window.open(f"/?more-info-entity-id={CAMERA}")
    await window.live_video()
    await window.shot("restarted")


async def test_no_secret_is_told_and_nothing_went_wrong(home: Household, token: str) -> None:
    """The logs of both sides, at their most talkative, hold no secret, and Home Assistant has nothing to complain about."""
    secrets = (CAMERA_PASSWORD, quote(CAMERA_PASSWORD, safe=""), WRONG_PASSWORD, token)
    for log in (home.homeassistant.log, home.edge.log):
        assert log
        assert not [secret for secret in secrets if secret in log]
    assert "Traceback" not in home.edge.log
    complaints = [
        entry
        for entry in re.split(r"^(?=\d{4}-\d\d-\d\d )", home.homeassistant.log, flags=re.MULTILINE)
        if "ambianic" in entry and ("Traceback" in entry or "Detected" in entry)
    ]
    assert not complaints
    kept = [
        path
        for path in home.homeassistant.directory.rglob("*")
        if path.is_file() and CAMERA_PASSWORD.encode() in path.read_bytes()
    ]
    assert not kept, "the camera's password is the edge's alone"


def is_jpeg(content: bytes) -> bool:
    """Whether these are the bytes of a whole JPEG."""
    return content.startswith(b"\xff\xd8") and content.endswith(b"\xff\xd9")
