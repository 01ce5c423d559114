"""Alerts from end to end: a camera, an edge that sees, a push service, and the app in a browser whose service worker shows them.

As in `test_push.py`, only the answer of `pushManager.subscribe()` is replaced: by a subscription at a push service on this machine.
"""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from datetime import UTC, datetime
import io
import json
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, expect
import pytest
import pytest_asyncio

from tests.support.edge import Edge, EdgeApi
from tests.support.push_service import PushBrowser, PushService, from_base64url
from tests.support.rtsp import Clip, RtspServer
from tests.support.ui import visitor

from .test_push import Receiver, receiver, site

__all__ = ["site"]

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

# Subscribes at the next of some prepared places, as a browser would at its push service; what is subscribed stays when the page goes.
_SUBSCRIBE = """places => {
    const bytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), byte => byte.charCodeAt(0)).buffer;
    const known = () => JSON.parse(localStorage.getItem("test-subscription"));
    const made = ({place, key}) => ({
        endpoint: places[place].endpoint,
        options: {userVisibleOnly: true, applicationServerKey: Uint8Array.from(key).buffer},
        getKey: name => bytes(places[place][name]),
        unsubscribe: async () => { localStorage.removeItem("test-subscription"); return true; },
    });
    PushManager.prototype.getSubscription = async () => known() && made(known());
    PushManager.prototype.subscribe = async ({applicationServerKey}) => {
        const place = Number(localStorage.getItem("test-subscriptions") ?? 0);
        localStorage.setItem("test-subscriptions", place + 1);
        localStorage.setItem("test-subscription", JSON.stringify({place, key: [...new Uint8Array(applicationServerKey)]}));
        return made(known());
    };
}"""


class AlertedPhone(Receiver):
    """A phone whose browser subscribes at the push service of the test."""

    places: list[PushBrowser]

    async def application_server_key(self) -> bytes:
        """The public key under which it is subscribed now."""
        return bytes(await self.page.evaluate("JSON.parse(localStorage.getItem('test-subscription')).key"))

    async def pair(self, api: EdgeApi, site: str) -> str:
        """Pair with a home: the phone's id there."""
        before = {known["id"] for known in (await api.get("phones"))["phones"]}
        link = (await api.post("pairing", {"role": "viewer"}))["link"]
        await self.page.goto("about:blank")
        await self.page.goto(f"{site}#{link.partition('#')[2]}")
        await self.page.get_by_role("button", name="Pair", exact=True).click()
        await self.page.get_by_role("link", name="Open the cameras").wait_for()
        [added] = [known["id"] for known in (await api.get("phones"))["phones"] if known["id"] not in before]
        return str(added)

    async def open_alerts(self, home: str) -> None:
        """Go to the alerts of a home."""
        await self.page.goto(f"{self.origin}/#/home/{home}/alerts")
        await self.page.get_by_role("heading", name="Alerts while the app is closed").wait_for()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def service() -> AsyncIterator[PushService]:
    """Where alerts go on their way."""
    async with PushService() as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, shots: Path, site: str, service: PushService) -> AsyncIterator[AlertedPhone]:
    """A phone that has the app."""
    places = [service.browser() for _ in range(4)]
    async with visitor(browser, shots) as app:
        told = [known.subscription for known in places]
        await app.page.add_init_script(f"({_SUBSCRIBE})({json.dumps(told)})")
        async with receiver(app, site, AlertedPhone) as phone:
            phone.places = places
            yield phone


@pytest_asyncio.fixture(loop_scope="session")
async def edge(site: str, service: PushService, tmp_path: Path) -> AsyncIterator[Edge]:
    """A home that may use the push service."""
    edge = Edge(tmp_path / "edge", registrars=[site], push_services=[service.origin])
    await edge.start()
    yield edge
    await edge.stop()


async def admin(edge: Edge) -> EdgeApi:
    """The API as an administrator has it."""
    return EdgeApi(edge, await edge.create_token("tests"))


async def until_pushed(service: PushService, browser: PushBrowser, kind: str, after: int = 0) -> dict[str, Any]:
    """The first message of a kind for a browser, decrypted."""
    async with asyncio.timeout(60):
        while True:
            for pushed in service.received[after:]:
                if browser.endpoint.endswith(pushed.path) and (content := pushed.open(browser))["kind"] == kind:
                    return content
            await asyncio.sleep(0.05)


def rules_of(edge: Edge) -> dict[str, Any]:
    """The rules of a home's only phone as they are on the edge's disk."""
    [known] = json.loads((edge.data / "phones.json").read_text())["phones"]
    rules: dict[str, Any] = known["alerts"]
    return rules


async def test_an_alert_comes_from_the_camera_to_the_closed_app_and_leads_to_the_event(
    phone: AlertedPhone, edge: Edge, service: PushService, site: str
) -> None:
    """Turned on by a tap, tried, seen; paused by the notification's button; over when the phone is put out."""
    page, app, api = phone.page, phone.app, await admin(edge)
    home = (await api.get("info"))["id"]
    phone_id = await phone.pair(api, site)
    await phone.open_alerts(home)
    await expect(page.get_by_text("Off for this home")).to_be_visible()
    await app.shot("alerts-off")
    await page.get_by_role("button", name="Turn on").click()
    await expect(page.get_by_text("On. Alerts also come while the app is closed.")).to_be_visible()
    await app.shot("alerts-on")
    assert [known["push"] for known in (await api.get("phones"))["phones"]] == [True]

    await page.get_by_role("button", name="Send a test").click()
    await expect(page.get_by_text("Sent. It shows on this phone")).to_be_visible()
    browser = phone.places[0]
    tried = await until_pushed(service, browser, "test")
    service.received[0].check_signature(await phone.application_server_key(), service.origin)
    assert tried["home"] == home

    await page.goto("about:blank")  # the app is closed
    async with RtspServer({"/door": Clip(width=640, height=360)}) as camera:
        added = await api.post(
            "cameras", {"name": "Front door", "url": camera.url("/door"), "detection": {"labels": {"person": 0.4}}}
        )
        alert = await until_pushed(service, browser, "event")
        assert (alert["home"], alert["camera"], alert["label"]) == (home, "Front door", "person")
        assert Image.open(io.BytesIO(b64decode(alert["picture"]))).width >= 96
        await phone.deliver(alert)
        [shown] = await phone.notifications(1)
        assert shown["title"] == "Person at Front door"
        await page.goto(f"{phone.origin}/{shown['data']['open']}")
        await expect(page.get_by_role("heading", name="Person")).to_be_visible()
        await app.shot("alert-opened")

        await page.goto(f"{phone.origin}/{shown['data']['snooze']}")
        await expect(page.get_by_text("Paused until")).to_be_visible()
        await app.shot("alerts-paused")
        assert page.url.endswith("/alerts")
        async with asyncio.timeout(15):
            while not (paused := rules_of(edge)["snoozed_until"]):
                await asyncio.sleep(0.05)
        until = datetime.fromisoformat(paused)
        assert 50 * 60 < (until - datetime.now(UTC)).total_seconds() <= 60 * 60

        sent = len(service.received)
        await api.patch(f"cameras/{added['id']}", {"enabled": False})
        await api.patch(f"cameras/{added['id']}", {"enabled": True})
        before = {event["id"] for event in (await api.get("events"))["events"]}
        async with asyncio.timeout(60):
            while not {event["id"] for event in (await api.get("events"))["events"]} - before:
                await asyncio.sleep(0.1)
        assert len(service.received) == sent
    await api._request("DELETE", f"phones/{phone_id}")
    await expect(page.get_by_text("This phone was removed")).to_be_visible()
    await page.wait_for_function("localStorage.getItem('test-subscription') === null")
    assert app.errors == []
    log = edge.log
    assert not [secret for secret in (*browser.secrets, browser.endpoint.rpartition("/")[2]) if secret in log]


async def test_rules_are_set_with_a_thumb_and_kept_at_home(phone: AlertedPhone, edge: Edge, site: str) -> None:
    """Labels, cameras and their zones, hours, quiet hours, and the break between alerts; axe-core finds no fault, in dark and light."""
    page, app, api = phone.page, phone.app, await admin(edge)
    for name, zone in (("Front door", "Steps"), ("Garden", "Round the pond")):
        zones = [{"name": zone, "points": [[0, 0], [1, 0], [1, 1]]}]
        await api.post(
            "cameras", {"name": name, "url": f"rtsp://127.0.0.1:9/{name.replace(' ', '')}", "detection": {"zones": zones}}
        )
    home = (await api.get("info"))["id"]
    await phone.pair(api, site)
    await phone.open_alerts(home)
    await page.get_by_role("button", name="Person", exact=True).click()
    await expect(page.get_by_role("button", name="Steps")).to_be_visible()
    await page.get_by_role("button", name="Garden").click()
    await expect(page.get_by_role("button", name="Steps")).to_be_hidden()
    await page.get_by_role("button", name="Round the pond").click()
    await page.get_by_role("switch", name="Only at certain times").click()
    await page.get_by_role("button", name="Sunday").click()
    await page.get_by_label("To").first.fill("06:30")
    await page.get_by_role("button", name="Add times").click()
    await page.get_by_role("switch", name="Quiet hours").click()
    await page.get_by_label("Break between alerts").select_option(label="5 minutes")
    async with asyncio.timeout(15):
        while (rules := rules_of(edge))["cooldown_seconds"] != 300:
            await asyncio.sleep(0.05)
    garden = (await api.get("cameras"))["cameras"][1]["id"]
    assert (rules["labels"], rules["cameras"], rules["zones"]) == (["person"], [garden], ["round-the-pond"])
    assert rules["schedule"] == [
        {"days": [0, 1, 2, 3, 4, 5], "from": "08:00", "to": "06:30"},
        {"days": [0, 1, 2, 3, 4, 5, 6], "from": "22:00", "to": "06:30"},
    ]
    assert rules["quiet"] == {"from": "22:00", "to": "06:30"}
    await expect(page.get_by_text("Until 6:30 AM on the day after").first).to_be_visible()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": 360, "height": 2300})
        await app.shot("alerts-rules", f"{scheme}-360")
        assert await app.violations() == []
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await page.get_by_role("button", name="Until tomorrow").click()
    await expect(page.get_by_text("Paused until")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Paused until")).to_be_visible()
    await expect(page.get_by_role("button", name="Garden")).to_have_attribute("aria-pressed", "true")


async def test_a_home_that_was_left_can_t_send_any_more(
    phone: AlertedPhone, edge: Edge, service: PushService, site: str, tmp_path: Path
) -> None:
    """Two homes send to one subscription; when one is forgotten the other gets a new one, under another key."""
    page = phone.page
    other = Edge(tmp_path / "other", registrars=[site], push_services=[service.origin])
    await other.start()
    try:
        homes = []
        for place in (edge, other):
            api = await admin(place)
            await phone.pair(api, site)
            homes.append((await api.get("info"))["id"])
            await phone.open_alerts(homes[-1])
            await page.get_by_role("button", name="Turn on").click()
            await expect(page.get_by_text("On. Alerts also come")).to_be_visible()
        key = await phone.application_server_key()

        def kept(place: Edge) -> dict[str, Any]:
            [known] = json.loads((place.data / "phones.json").read_text())["phones"]
            found: dict[str, Any] = known["push"]
            return found

        assert kept(edge) == kept(other)
        assert kept(edge)["endpoint"] == phone.places[0].endpoint

        await page.goto(f"{site}#/homes")
        await page.get_by_role("button", name="Forget").last.click()
        await page.locator("am-dialog").get_by_role("button", name="Forget", exact=True).click()
        async with asyncio.timeout(60):
            while phone.places[1].endpoint not in (kept(edge)["endpoint"], kept(other)["endpoint"]):
                await asyncio.sleep(0.05)
        [stays, left] = [edge, other] if kept(edge)["endpoint"] == phone.places[1].endpoint else [other, edge]
        assert kept(stays)["vapid"] != kept(left)["vapid"]
        assert await phone.application_server_key() != key
        assert from_base64url(kept(left)["vapid"]) != from_base64url(kept(stays)["vapid"])

        await phone.open_alerts(homes[[edge, other].index(stays)])
        await expect(page.get_by_text("On. Alerts also come")).to_be_visible()
        await page.get_by_role("button", name="Send a test").click()
        assert (await until_pushed(service, phone.places[1], "test"))["home"] == homes[[edge, other].index(stays)]
        await page.get_by_role("button", name="Turn off").click()
        await expect(page.get_by_text("Off for this home")).to_be_visible()
        assert kept(stays) is None
    finally:
        await other.stop()


@pytest.mark.parametrize(("permission", "said"), [("denied", "Notifications are blocked"), ("default", "Hear at once")])
async def test_what_is_in_the_way_is_said(phone: AlertedPhone, edge: Edge, site: str, permission: str, said: str) -> None:
    """With what to do about it."""
    api = await admin(edge)
    await phone.page.add_init_script(f"Object.defineProperty(Notification, 'permission', {{get: () => '{permission}'}})")
    await phone.pair(api, site)
    await phone.open_alerts((await api.get("info"))["id"])
    await expect(phone.page.get_by_text(said)).to_be_visible()
    await phone.app.shot(f"alerts-{permission}")
