"""Phones from the owner's side, in a real Home Assistant and a real browser: let in, shown, disturbed, revoked.

One story in the order of the tests: a registrar, the edge, Home Assistant with an automation of the user's, and phones that speak PNP-1 and
WebRTC as the app does.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
import re

import aiohttp
from playwright.async_api import TimeoutError as PlaywrightTimeout
import pytest
import pytest_asyncio

from tests.support.browser import Browser, browser
from tests.support.edge import EdgeApi
from tests.support.homeassistant import User
from tests.support.household import Household
from tests.support.phone import HomeRefused, PairingLink, PairRefused, Phone
from tests.support.qr import read_qr
from tests.support.rtsp import Clip, RtspServer

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="module")]

USER = User("Ada", "ada", "Ada's own password")
EVENTS = "event.ambianic_edge_phones"
PHONES = "sensor.ambianic_edge_phones"
REMOTE = "binary_sensor.ambianic_edge_remote_access"
WAITING = "This goes on by itself when the phone is in."

AUTOMATIONS = f"""
input_text:
  last_phone_event:
automation:
  - alias: Something happened to the phones
    triggers:
      - trigger: state
        entity_id: {EVENTS}
        not_to: unavailable
    actions:
      - action: input_text.set_value
        target:
          entity_id: input_text.last_phone_event
        data:
          value: >-
            {{{{ trigger.to_state.attributes.event_type }}}}
            {{{{ trigger.to_state.attributes.name | default('nobody') }}}} {{{{ trigger.to_state.attributes.role }}}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Household]:
    """The home, with the integration and one camera."""
    camera = RtspServer({"/live": Clip()})
    async with Household(tmp_path_factory.mktemp("home"), camera, USER, configuration=AUTOMATIONS) as household:
        await household.start()
        entry = await household.add_integration()
        await household.add_camera(entry, "Front yard")
        yield household


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def edge(home: Household) -> EdgeApi:
    """The edge's API, on which it is known where phones find the app."""
    api = EdgeApi(home.edge, await home.edge.create_token("The test"))
    await api.patch("remote", {"app": home.registrar.url})
    return api


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(home: Household, edge: EdgeApi, shots: Path) -> AsyncIterator[Browser]:
    """The owner's browser, logged in."""
    async with browser(home.homeassistant.url, shots / "phones") as opened:
        await opened.log_in(USER)
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def secrets() -> set[str]:
    """The codes and links that were shown."""
    return set()


async def configure(window: Browser, *choices: str) -> None:
    """Open the integration's settings and choose from its menus."""
    await window.open("/config/integrations/integration/ambianic")
    await window.page.locator("ha-config-entry-row").get_by_role("button", name="Configure").click()
    for choice in choices:
        await window.page.locator("step-flow-menu").get_by_text(choice, exact=True).click()


async def shown_code(window: Browser) -> str:
    """The six digits that the dialog shows."""
    await window.page.get_by_text(WAITING).wait_for()
    text = await window.page.locator("step-flow-progress h2").inner_text()
    assert re.fullmatch(r"\d{3} \d{3}", text)
    return text.replace(" ", "")


async def shown_link(window: Browser) -> str:
    """The link that the dialog shows, as a phone's camera reads it off the screen."""
    picture = window.page.locator("step-flow-progress img")
    await picture.scroll_into_view_if_needed()
    await window.page.wait_for_timeout(700)  # the dialog slides in
    link = read_qr(await window.page.screenshot())
    assert await window.page.get_by_role("link", name="Open the app on it").get_attribute("href") == link
    return link


async def nearby(home: Household) -> str:
    """The id of the only home that waits for a phone on this network."""
    async with aiohttp.ClientSession() as session, session.get(f"{home.registrar.url}pnp/rooms") as response:
        (hub,) = (await response.json())["hubs"]
        pid: str = hub["pid"]
        return pid


async def guess(home: Household, number: int) -> None:
    """Type three codes, from this number on, into a phone."""
    pid = await nearby(home)
    for code in range(number, number + 3):
        with pytest.raises(PairRefused):
            await Phone.pair(registrar=home.registrar.url, pid=pid, code=f"{code % 1_000_000:06}")


async def is_in(window: Browser, name: str) -> None:
    """Wait until the dialog has ended by itself and says who is in."""
    await window.page.locator("step-flow-abort").get_by_text(f"{name} is in.").wait_for()


async def test_a_phone_is_let_in_by_its_code(home: Household, edge: EdgeApi, window: Browser, secrets: set[str]) -> None:
    """The dialog shows code, QR code and link, and ends by itself when the phone has typed the code."""
    await home.api.wait_for_state(REMOTE, "on")
    await configure(window)
    await window.page.get_by_text("Cameras and phones").wait_for()
    await window.shot("menu")
    await configure(window, "Add a phone")
    await window.page.get_by_text("What may the phone do?").wait_for()
    await window.page.wait_for_timeout(700)
    await window.shot("role")
    await window.page.get_by_text("All an owner may").click()
    code, link = await shown_code(window), await shown_link(window)
    pairing = await edge.get("pairing")
    assert (pairing["code"], pairing["link"]) == (code, link)
    assert link.startswith(home.registrar.url)
    assert PairingLink.parse(link).registrar == home.registrar.url
    secrets |= {code, PairingLink.parse(link).secret}
    await window.picture("add-phone")

    await Phone.pair(registrar=home.registrar.url, pid=await nearby(home), code=code, name="Ada's phone")
    await is_in(window, "Ada's phone")
    await window.shot("phone-is-in")
    await window.page.locator("ha-dialog").get_by_role("button", name="Close").last.click()
    await window.page.locator("ha-config-entry-device-row").get_by_text("Ada's phone").wait_for()
    await window.picture("phones")
    await home.api.wait_for_state(PHONES, "1")
    await home.api.wait_for_state("input_text.last_phone_event", "phone_paired Ada's phone owner")


async def test_it_is_revoked_and_out(home: Household, edge: EdgeApi, window: Browser, secrets: set[str]) -> None:
    """A phone that watches is disconnected at once, learns why, and is gone from Home Assistant."""
    await configure(window, "Add a phone", "Watch only")
    await window.page.locator("step-flow-form").get_by_text("Front yard").click()
    await window.page.wait_for_timeout(700)
    await window.shot("viewer")
    await window.press("Next")
    await shown_code(window)
    link = await shown_link(window)
    secrets.add(PairingLink.parse(link).secret)
    phone = await Phone.pair(link=link, name="Bob's phone")
    await is_in(window, "Bob's phone")
    cameras = (await edge.get("cameras"))["cameras"]
    assert next(known for known in (await edge.get("phones"))["phones"] if known["id"] == phone.id)["cameras"] == [
        camera["id"] for camera in cameras
    ]

    async with await phone.connect(own_ice=False) as connection:
        answer = await connection.request("GET", "/api/v1/cameras")
        assert answer.status == 200
        connected = await home.api.wait_for_state("binary_sensor.bob_s_phone_connection", "on")
        assert connected["attributes"]["path"] == "direct"
        assert (await home.api.wait_for_state("sensor.bob_s_phone_role", "viewer"))["attributes"]["options"]

        await configure(window, "Manage phones")
        await window.page.locator("step-flow-form").get_by_text("Bob's phone").click()
        await window.shot("manage")
        await window.press("Next")
        await window.page.locator("step-flow-menu").get_by_text("Revoke it").click()
        await window.page.get_by_text("Throw Bob's phone out?").wait_for()
        await window.page.wait_for_timeout(700)
        await window.shot("revoke")
        await window.press("Revoke")
        await connection.wait_gone(2)
    with pytest.raises(HomeRefused):
        await phone.connect(own_ice=False)
    await home.api.wait_for_state(PHONES, "1")
    assert "binary_sensor.bob_s_phone_connection" not in await home.api.states()


async def test_somebody_guesses_at_the_code(home: Household, window: Browser, secrets: set[str]) -> None:
    """After three wrong codes the dialog goes on with the QR code alone, and the owner is told."""
    await configure(window, "Add a phone", "All an owner may")
    secrets.add(code := await shown_code(window))
    await guess(home, int(code) + 1)
    await window.page.get_by_text("A wrong code was typed three times").wait_for()
    await window.page.wait_for_timeout(700)
    await window.shot("disturbed")
    link = await shown_link(window)
    secrets.add(PairingLink.parse(link).secret)
    await home.api.wait_for_state("input_text.last_phone_event", "pairing_disturbed nobody owner")
    issues = (await home.api.command("repairs/list_issues"))["issues"]
    assert [issue["translation_key"] for issue in issues] == ["pairing_disturbed"]

    await Phone.pair(link=link, name="Eve's phone")
    await is_in(window, "Eve's phone")
    assert not (await home.api.command("repairs/list_issues"))["issues"]


async def test_the_owner_takes_note(home: Household, edge: EdgeApi, window: Browser, secrets: set[str]) -> None:
    """Where nobody got in, the repair stays until the owner has read it; closing the dialog has closed the way in."""
    await configure(window, "Add a phone", "All an owner may")
    secrets.add(code := await shown_code(window))
    await guess(home, int(code) + 1)
    await window.page.get_by_text("A wrong code was typed three times").wait_for()
    link = await shown_link(window)
    await window.page.locator("ha-dialog").get_by_role("button", name="Close").click()
    async with asyncio.timeout(30):
        while (await edge.get("pairing"))["state"] != "cancelled":
            await asyncio.sleep(0.1)
    with pytest.raises(PairRefused, match="closed"):
        await Phone.pair(link=link, name="Eve's other phone")

    await window.open("/config/repairs")
    await window.page.get_by_text("Somebody guessed at the code for a new phone").click()
    await window.page.get_by_text("Nobody got in, and the code was made worthless.").wait_for()
    await window.page.wait_for_timeout(700)
    await window.shot("repair")
    await window.press("I have read this")
    await window.page.get_by_text("The issue is repaired!").wait_for()
    assert not (await home.api.command("repairs/list_issues"))["issues"]


async def test_removing_its_device_revokes_a_phone(home: Household, edge: EdgeApi, window: Browser, secrets: set[str]) -> None:
    """The phone's device can be deleted as any other; while the edge is away it says so and stays."""
    devices = await home.api.command("config/device_registry/list")
    device = next(known["id"] for known in devices if known["name"] == "Eve's phone")
    await home.edge.stop()
    await home.api.wait_for_state(PHONES, "unavailable")
    await delete_device(window, device)
    await window.page.get_by_text("The Ambianic edge does not answer.").wait_for()
    await window.page.wait_for_timeout(700)
    await window.shot("not-revoked")
    await home.edge.start()
    await home.api.wait_for_state(PHONES, "2", timeout=60)
    assert "Eve's phone" in {phone["name"] for phone in (await edge.get("phones"))["phones"]}

    await delete_device(window, device)
    await home.api.wait_for_state(PHONES, "1")
    assert [phone["name"] for phone in (await edge.get("phones"))["phones"]] == ["Ada's phone"]


async def delete_device(window: Browser, device: str) -> None:
    """Delete a device on its page."""
    delete = window.page.get_by_text("Delete", exact=True)
    async with asyncio.timeout(60):
        # A page that is opened while the edge comes back may be without the menu's item, and is drawn anew under an open menu.
        while not await delete.is_visible():
            await window.open(f"/config/devices/device/{device}")
            await window.page.get_by_role("button", name="Menu").last.click()
            with suppress(PlaywrightTimeout):
                await delete.wait_for(timeout=5000)
    await delete.click()
    await window.page.locator("dialog-box").get_by_role("button", name="Delete").click()


async def test_without_a_registrar(home: Household, window: Browser) -> None:
    """It is told why no phone can be let in, and it goes on when the registrar is back."""
    home.registrar.child.stop()
    lost = await home.api.wait_for_state(REMOTE, "off")
    assert lost["attributes"]["status"] in {"connecting", "offline"}
    await home.api.wait_for(REMOTE, lambda state: state["attributes"]["reason"], "explained")
    await configure(window, "Add a phone", "All an owner may")
    refusal = window.page.locator("step-flow-abort").get_by_text("No phone can be added now.")
    await refusal.wait_for()
    assert home.registrar.url in await refusal.inner_text()
    await window.page.wait_for_timeout(700)
    await window.shot("no-registrar")
    await home.registrar.start()
    await home.api.wait_for_state(REMOTE, "on", timeout=90)


async def test_remote_access_is_switched_off(home: Household, window: Browser) -> None:
    """No phone can be let in then, and the owner is told what to do."""
    await home.api.call("switch.turn_off", entity_id="switch.ambianic_edge_remote_access")
    assert (await home.api.wait_for_state(REMOTE, "off"))["attributes"]["status"] == "disabled"
    await configure(window, "Add a phone", "All an owner may")
    await window.page.get_by_text("Remote access is switched off").wait_for()
    await home.api.call("switch.turn_on", entity_id="switch.ambianic_edge_remote_access")
    await home.api.wait_for_state(REMOTE, "on", timeout=60)


async def test_no_secret_is_told(home: Household, window: Browser, secrets: set[str]) -> None:
    """Neither logs nor what Home Assistant keeps hold a code or the secret of a link."""
    assert len(secrets) >= 5
    for log in (home.homeassistant.log, home.edge.log):
        assert not [secret for secret in secrets if secret in log]
        assert "Traceback" not in log
    for path in home.homeassistant.directory.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in secrets if len(secret) > 6 and secret.encode() in content], path
