"""Alerts by Web Push in a real browser: its own service worker gets what the edge has encrypted.

Without Google's servers no browser can subscribe here. So the answer of `pushManager.subscribe()` is replaced by a subscription at a
push service on this machine, which decrypts; what it has read is handed to the service worker by the browser's debugger, as the
browser's own push client would. All else is real.
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import io
import json
from pathlib import Path
import time
from typing import Any

from PIL import Image
from playwright.async_api import Browser, CDPSession, Page, Worker, expect
import pytest
import pytest_asyncio

from ambianic.pnp.server import RegistrarOptions, running
from tests.support.ui import AppPage, build, visitor

pytestmark = [pytest.mark.long, pytest.mark.asyncio(loop_scope="session")]

HOME = "9f0c2f7e-1111-4222-8333-0123456789ab"
_NOTIFICATIONS = """async () => (await registration.getNotifications()).map(
    ({title, body, tag, image, timestamp, data, actions}) => ({title, body, tag, image, timestamp, data, actions}))"""
# A tap can't be made without a desktop that shows notifications. A handler that is called by a script gets no right to focus a window
# or to keep the worker alive, and the browser complains of that; what it does before counts.
_TAP = """async ([tag, action]) => {
    self.onerror = () => true;
    const [notification] = await registration.getNotifications({tag});
    dispatchEvent(new NotificationEvent("notificationclick", {notification, action}));
}"""

# Chooses the language, until the service worker knows it as well.
_SPEAK = """language => new Promise((resolve, reject) => {
    localStorage.setItem("language", language);
    window.dispatchEvent(new Event("ambianic-language"));
    const opening = indexedDB.open("ambianic-push");
    opening.onerror = reject;
    opening.onsuccess = () => {
        const look = () => {
            const asking = opening.result.transaction("push").objectStore("push").get("record");
            asking.onsuccess = () => asking.result?.language === language ? resolve(opening.result.close()) : setTimeout(look, 20);
        };
        look();
    };
})"""


def picture() -> str:
    """A small JPEG as base64."""
    buffer = io.BytesIO()
    Image.new("RGB", (192, 108), (180, 40, 30)).save(buffer, "JPEG")
    return b64encode(buffer.getvalue()).decode()


def message(event: str = "event-1", **more: Any) -> dict[str, Any]:
    """What a home sends."""
    content = {
        "kind": "event",
        "home": HOME,
        "name": "Our home",
        "event": event,
        "camera_id": "3f9a1c20",
        "camera": "Front door",
        "label": "person",
        "time": round(time.time() * 1000),
        "picture": picture(),
    }
    return content | more


class Receiver:
    """A browser's service worker, and the debugger's way to it."""

    def __init__(self, app: AppPage, session: CDPSession, origin: str, registration: str) -> None:
        self.app = app
        self.page: Page = app.page
        self.origin = origin
        self._session = session
        self._registration = registration

    @property
    def worker(self) -> Worker:
        """The service worker as it runs now."""
        return self.page.context.service_workers[-1]

    async def deliver(self, content: dict[str, Any] | str) -> None:
        """Push something, as it comes decrypted."""
        data = content if isinstance(content, str) else json.dumps(content).ljust(2944)
        await self._session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.origin, "registrationId": self._registration, "data": data},
        )

    async def notifications(self, count: int) -> list[dict[str, Any]]:
        """All notifications, once there are so many."""
        for _ in range(100):
            found: list[dict[str, Any]] = await self.worker.evaluate(_NOTIFICATIONS)
            if len(found) == count:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"There are {len(found)} notifications, not {count}: {found}")

    async def tap(self, tag: str, action: str = "") -> None:
        """Tap a notification, or one of its buttons, as far as that goes."""
        await self.worker.evaluate(_TAP, [tag, action])


@asynccontextmanager
async def receiver[R: Receiver](app: AppPage, url: str, kind: type[R]) -> AsyncIterator[R]:
    """Open the app where notifications are allowed, with its service worker running."""
    page, origin = app.page, url.rstrip("/")
    await page.context.grant_permissions(["notifications"], origin=origin)
    await page.goto(url)
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    session = await page.context.new_cdp_session(page)
    registrations: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: registrations.extend(told["registrations"]))
    await session.send("ServiceWorker.enable")
    while not registrations:
        await asyncio.sleep(0.02)
    yield kind(app, session, origin, registrations[-1]["registrationId"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site() -> AsyncIterator[str]:
    """Where the app is served."""
    async with running(RegistrarOptions(lan=True, ui=build())) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def installed(browser: Browser, shots: Path, site: str) -> AsyncIterator[Receiver]:
    """A phone that has the app."""
    async with visitor(browser, shots) as app, receiver(app, site, Receiver) as phone:
        yield phone


@pytest_asyncio.fixture(loop_scope="session")
async def phone(installed: Receiver) -> Receiver:
    """A phone that has the app, and shows nothing else; its language is English."""
    await installed.worker.evaluate("async () => (await registration.getNotifications()).forEach(known => known.close())")
    await installed.notifications(0)
    await installed.page.goto("about:blank")
    await installed.page.goto(installed.origin)
    await installed.page.evaluate(_SPEAK, "en")
    await installed.page.reload()
    await installed.page.get_by_role("heading").first.wait_for()
    return installed


async def test_a_push_becomes_a_notification_with_picture_and_buttons(phone: Receiver) -> None:
    """While the app is closed: one for each event, whatever comes, in the person's language."""
    await phone.page.evaluate(_SPEAK, "de")
    await phone.page.goto("about:blank")
    sent = message()
    await phone.deliver(sent)
    [shown] = await phone.notifications(1)
    assert shown["title"] == "Person: Front door"
    assert "Our home" in shown["body"]
    assert (shown["tag"], shown["timestamp"]) == ("event-1", sent["time"])
    assert shown["image"] == f"data:image/jpeg;base64,{sent['picture']}"
    assert [action["title"] for action in shown["actions"]] == ["Live-Bild", "1 Std. Pause"]
    await phone.deliver(sent | {"label": "dog"})
    await phone.deliver(message("event-2"))
    both = await phone.notifications(2)
    assert {one["title"] for one in both} == {"Hund: Front door", "Person: Front door"}
    await phone.deliver("something of a newer home")
    await phone.deliver({"kind": "test", "home": HOME, "name": "Our home", "time": 1})
    everything = await phone.notifications(4)
    assert {"Zu Hause ist etwas passiert", "Hinweise kommen an"} < {one["title"] for one in everything}
    assert phone.app.errors == []


async def test_the_app_in_front_says_it_itself(phone: Receiver) -> None:
    """With the picture that came, once; no notification covers it."""
    page = phone.page
    await phone.deliver(message())
    toast = page.locator("am-alert-toast")
    await expect(toast).to_contain_text("Person")
    await expect(toast).to_contain_text("Front door")
    assert await toast.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 192
    assert await phone.notifications(0) == []
    await phone.app.shot("push-toast")
    await toast.get_by_role("button").click()
    await phone.deliver(message())
    await phone.deliver(message("event-2", label="cat"))
    await expect(page.locator("am-alert-toast")).to_contain_text("Cat")
    assert phone.app.errors == []


async def test_a_window_that_does_not_answer_does_not_swallow_an_alert(phone: Receiver) -> None:
    """An app that is just starting, for example: it has to say that it shows it."""
    await phone.page.goto(f"{phone.origin}/icons/icon.svg")
    await phone.deliver(message())
    await phone.notifications(1)


async def test_a_tap_leads_to_the_place(phone: Receiver) -> None:
    """In the app that is open behind others; the notification goes."""
    page = phone.page
    ways = {
        "": f"#/home/{HOME}/timeline/",
        "live": f"#/home/{HOME}/cameras/3f9a1c20",
        "snooze": f"#/home/{HOME}/alerts?snooze=60",
    }
    await page.goto("about:blank")
    for action in ways:
        await phone.deliver(message(f"event {action}"))
    await phone.notifications(3)
    await page.goto(phone.origin)
    await page.get_by_role("heading").first.wait_for()
    # The app does not know this home and goes elsewhere; where it was sent to is what counts.
    await page.evaluate(
        """() => {
            window.places = [];
            const push = history.pushState.bind(history);
            history.pushState = (state, title, place) => { window.places.push(place); push(state, title, place); };
        }"""
    )
    for action, place in ways.items():
        await phone.tap(f"event {action}", action)
        await page.wait_for_function("place => window.places.at(-1)?.startsWith(place)", arg=place)
    await phone.notifications(0)


async def test_a_subscription_that_the_browser_has_ended_is_told_of(phone: Receiver) -> None:
    """The homes can't know the next one before the app was opened."""
    page = phone.page
    await page.evaluate(
        """home => new Promise((resolve, reject) => {
            const opening = indexedDB.open("ambianic-push");
            opening.onerror = reject;
            opening.onsuccess = () => {
                const change = opening.result.transaction("push", "readwrite");
                change.objectStore("push").put({key: null, homes: {[home]: "https://push.example/1"}, language: null}, "record");
                change.oncomplete = () => resolve(opening.result.close());
            };
        })""",
        HOME,
    )
    await page.goto("about:blank")
    await phone.worker.evaluate("() => { self.onerror = () => true; dispatchEvent(new Event('pushsubscriptionchange')); }")
    [shown] = await phone.notifications(1)
    assert shown["title"] == "Open Ambianic once"
