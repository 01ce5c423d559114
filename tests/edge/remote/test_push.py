"""Alerts on their way to phones: over real HTTP to a push service that checks and decrypts them."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
import io
import json
import logging
from pathlib import Path
import time
from typing import Any

from aiohttp import ClientTimeout, web
from PIL import Image
import pytest

from ambianic.errors import EdgeError, ErrorCode
from ambianic.events import Box, Event, Origin, Phase
from ambianic.pnp1.keys import SigningKey
from ambianic.remote.alerts import AlertRules
from ambianic.remote.phones import Phone, PhoneStore
from ambianic.remote.push import outbox, sender
from ambianic.remote.push.alerts import PushAlerts
from ambianic.remote.push.message import PLAIN_BYTES, thumbnail
from ambianic.remote.push.subscription import PushSubscription
from tests.support.push_service import PushBrowser, PushService

HOME = "9f0c2f7e-1111-4222-8333-0123456789ab"
CAMERA = "3f9a1c20"


class Household:
    """Phones, and the alerts for them."""

    def __init__(self, directory: Path, service: PushService, *more: str) -> None:
        self.directory = directory
        self.service = service
        self.enabled = True
        self.phones = PhoneStore(directory, on_change=lambda: None, on_revoke=lambda _: None)
        self.alerts = PushAlerts(
            self.phones,
            home_id=HOME,
            home_name=lambda: "Anna’s home",
            enabled=lambda: self.enabled,
            services=(service.origin, *more),
        )

    def phone(self, **changes: Any) -> tuple[Phone, PushBrowser]:
        """A phone whose browser has subscribed."""
        phone = Phone(identity=SigningKey.generate().public, name="Phone", role="viewer", paired=1.0, paired_by="Anna")
        phone = phone.model_copy(update=changes)
        self.phones.add(phone)
        browser = self.service.browser()
        self.subscribe(phone, browser)
        return phone, browser

    def subscribe(self, phone: Phone, browser: PushBrowser) -> None:
        """Tell where the phone's alerts go."""
        self.alerts.subscribe(phone.id, PushSubscription.model_validate(browser.subscription))

    def sees(self, label: str = "person", jpeg: bytes | None = None, **fields: Any) -> Event:
        """Something begins in front of the camera."""
        given: dict[str, Any] = {"score": 0.8, "box": (0.4, 0.2, 0.5, 0.8), "start": time.time()} | fields
        event = Event(**{"id": f"event-{time.time_ns()}", "camera_id": CAMERA, "label": label} | given)
        self.alerts.happened(Phase.START, event, jpeg, camera="Front door")
        return event

    def subscribed(self, phone: Phone) -> bool:
        """Whether the edge knows where to send the phone's alerts, also after a restart."""
        kept = json.loads((self.directory / "phones.json").read_text())["phones"]
        [found] = [known["push"] for known in kept if known["name"] == phone.name]
        assert (found is not None) == (self.phones.push(phone.id) is not None)
        return found is not None


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    """Where messages go."""
    async with PushService() as service:
        yield service


@pytest.fixture
async def home(tmp_path: Path, service: PushService) -> AsyncIterator[Household]:
    """A home that may send there."""
    home = Household(tmp_path, service)
    yield home
    await home.alerts.stop()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again soon."""
    monkeypatch.setattr(outbox, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(outbox, "LAST_PAUSE", 0.05)


async def until(true: Callable[[], Any]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(15):
        while not true():
            await asyncio.sleep(0.01)


def snapshot() -> bytes:
    """A picture of a camera: 1080p and detailed, so that it has to be made much smaller."""
    noise = Image.effect_noise((480, 270), 90).resize((1920, 1080)).convert("RGB")
    noise.paste((250, 20, 20), (768, 216, 960, 864))
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


async def test_an_alert_arrives_with_its_picture_readable_by_the_phone_alone(home: Household, service: PushService) -> None:
    """Signed, urgent, with a time to live; who carries it learns neither the home nor what it is about."""
    phone, browser = home.phone()
    event = home.sees(jpeg=snapshot())
    [pushed] = await service.arrived(1)
    pushed.check_signature(browser.application_server_key, service.origin)
    assert pushed.path == browser.endpoint.removeprefix(service.origin)
    assert (pushed.headers["Content-Encoding"], pushed.headers["Urgency"]) == ("aes128gcm", "high")
    assert int(pushed.headers["TTL"]) > 0
    assert 0 < len(pushed.headers["Topic"]) <= 32
    content = pushed.open(browser)
    picture = b64decode(content.pop("picture"))
    assert content == {
        "kind": "event",
        "home": HOME,
        "name": "Anna’s home",
        "event": event.id,
        "camera_id": CAMERA,
        "camera": "Front door",
        "label": "person",
        "time": round(event.start * 1000),
    }
    shown = Image.open(io.BytesIO(picture))
    assert (shown.format, shown.width >= 96) == ("JPEG", True)
    red, green, _ = shown.convert("RGB").getpixel((shown.width // 2, shown.height // 2))  # type: ignore[misc]  # of RGB
    assert red > 150 > green
    told = " ".join(pushed.headers.values()).encode() + pushed.path.encode() + pushed.body
    for secret in (HOME, event.id, phone.id, CAMERA, "Front door"):
        assert secret.encode() not in told


async def test_all_messages_have_the_same_length(home: Household, service: PushService) -> None:
    """With a picture or without one, long names or short ones, a test or an alert; all are within what push services take."""
    phone, browser = home.phone(alerts=AlertRules(cooldown_seconds=0))
    home.sees()
    home.sees("a label " * 8, snapshot())
    home.sees(jpeg=b"no picture at all")
    await service.arrived(3)
    await home.alerts.test(phone.id)
    all_of_them = await service.arrived(4)
    assert {len(pushed.body) for pushed in all_of_them} == {PLAIN_BYTES + 103}
    assert PLAIN_BYTES + 103 <= 3072
    assert {len(pushed.plain(browser)) for pushed in all_of_them} == {PLAIN_BYTES}
    kinds = sorted((pushed.open(browser)["kind"], "picture" in pushed.open(browser)) for pushed in all_of_them)
    assert kinds == [("event", False), ("event", False), ("event", True), ("test", False)]


@pytest.mark.parametrize("size", [(3840, 2160), (1920, 1080), (640, 360), (320, 240)])
@pytest.mark.parametrize("box", [(0.0, 0.0, 0.05, 0.1), (0.3, 0.3, 0.6, 0.9), (0.0, 0.0, 1.0, 1.0)])
def test_the_picture_is_as_good_as_fits(size: tuple[int, int], box: Box) -> None:
    """Of cameras of all sizes; it keeps the proportions, and what is in the box is on it."""
    left, top, right, bottom = (round(side * size[index % 2]) for index, side in enumerate(box))
    picture = Image.new("RGB", size, (90, 120, 90))
    picture.paste((250, 20, 20), (left, top, right, bottom))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    made = thumbnail(buffer.getvalue(), box, 1800)
    assert made
    assert len(made) <= 1800
    shown = Image.open(io.BytesIO(made)).convert("RGB")
    reds, _, _ = (channel.histogram() for channel in shown.split())
    assert shown.width >= min(192, 0.4 * size[0] - 1)
    assert abs(shown.width / shown.height - size[0] / size[1]) < 0.1
    seen = (right - left) * (bottom - top) / (size[0] * size[1])
    assert sum(reds[200:]) / (shown.width * shown.height) >= 0.8 * seen


async def test_each_phone_hears_by_its_own_rules_and_of_its_own_cameras(home: Household, service: PushService) -> None:
    """Encrypted for each with its own key."""
    phones = {
        "all": home.phone(),
        "cars": home.phone(alerts=AlertRules(labels=("car",))),
        "other camera": home.phone(cameras=("00000000",)),
        "this camera": home.phone(cameras=(CAMERA,)),
        "off": home.phone(alerts=AlertRules(enabled=False)),
    }
    home.sees()
    received = await service.arrived(2)
    await asyncio.sleep(0.1)
    assert {pushed.path for pushed in received} == {
        phones[name][1].endpoint.removeprefix(service.origin) for name in ("all", "this camera")
    }
    for pushed in received:
        [browser] = [browser for _, browser in phones.values() if browser.endpoint.endswith(pushed.path)]
        assert pushed.open(browser)["label"] == "person"


async def test_nothing_is_sent_of_what_people_mark_themselves_nor_while_remote_access_is_off(
    home: Household, service: PushService
) -> None:
    """Only what a detector sees is worth an alert."""
    home.phone(alerts=AlertRules(cooldown_seconds=0))
    home.sees("marked", origin=Origin.MANUAL)
    home.sees("imported", origin=Origin.IMPORT)
    home.enabled = False
    home.sees("while off")
    home.enabled = True
    home.sees("seen")
    assert len(await service.arrived(1)) == 1
    await asyncio.sleep(0.1)
    assert len(service.received) == 1


async def test_a_phone_that_is_revoked_gets_nothing_more(home: Household, service: PushService) -> None:
    """Not even what waits for it already, and nothing is kept of its subscription."""

    async def busy(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=503)

    service.behave = busy
    phone, browser = home.phone()
    home.sees()
    await service.arrived(2)
    home.phones.revoke(phone.id)
    await asyncio.sleep(0.15)
    before = len(service.received)
    home.sees("dog")
    await asyncio.sleep(0.2)
    assert len(service.received) == before
    kept = (home.directory / "phones.json").read_text()
    assert not [secret for secret in browser.secrets if secret in kept]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_no_more_is_forgotten(home: Household, service: PushService, status: int) -> None:
    """But not another one that the phone has made meanwhile."""
    phone, _browser = home.phone()
    fresh = service.browser()

    async def gone(_request: web.Request) -> web.StreamResponse:
        if not service.received[1:]:
            home.subscribe(phone, fresh)
        return web.Response(status=status)

    service.behave = gone
    home.sees("person")
    await service.arrived(1)
    await asyncio.sleep(0.1)
    assert home.subscribed(phone)
    home.sees("dog")
    await service.arrived(2)
    await until(lambda: not home.subscribed(phone))


@pytest.mark.parametrize("trouble", ["busy", "too many", "broken", "hangs"])
async def test_what_can_t_be_sent_now_is_sent_later_and_once(
    home: Household, service: PushService, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second try is the same message to the push service, so that one of them is shown."""
    monkeypatch.setattr(sender, "TIMEOUT", ClientTimeout(total=0.3))
    over = asyncio.Event()

    async def misbehave(request: web.Request) -> web.StreamResponse:
        if len(service.received) > 2:
            return web.Response(status=201)
        match trouble:
            case "busy":
                return web.Response(status=503)
            case "too many":
                return web.Response(status=429, headers={"Retry-After": "0"})
            case "broken":
                assert request.transport
                request.transport.abort()
            case "hangs":
                with suppress(TimeoutError):
                    await asyncio.wait_for(over.wait(), 5)
        return web.Response()

    service.behave = misbehave
    _, browser = home.phone()
    event = home.sees()
    received = await service.arrived(3)
    over.set()
    await asyncio.sleep(0.15)
    assert len(received) == 3
    assert {pushed.open(browser)["event"] for pushed in received} == {event.id}
    assert len({pushed.headers["Topic"] for pushed in received}) == 1


async def test_a_push_service_that_asks_for_time_gets_it(
    home: Household, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As seconds and as a date, but never for ever."""
    waits: list[float] = []
    wishes = ["120", "Sun, 22 Nov 2099 16:00:00 GMT", "999999999", "nonsense", "-5"]
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    monkeypatch.setattr("ambianic.remote.push.outbox.asyncio.sleep", note)

    async def busy(_request: web.Request) -> web.StreamResponse:
        wish = len(service.received) - 1
        return web.Response(status=429, headers={"Retry-After": wishes[wish]}) if wish < len(wishes) else web.Response()

    service.behave = busy
    home.phone()
    home.sees()
    await service.arrived(len(wishes) + 1)
    assert waits[:3] == [120.0, outbox.LONGEST_WISH, outbox.LONGEST_WISH]
    assert all(0 < wait <= outbox.LAST_PAUSE for wait in waits[3:])


async def test_old_alerts_are_not_tried_again_and_few_wait(
    home: Household, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while without the Internet a phone is not flooded."""
    away = True

    async def busy(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=503 if away else 201)

    service.behave = busy
    phone, browser = home.phone(alerts=AlertRules(cooldown_seconds=0))
    for number in range(outbox.MOST_WAITING + 30):
        home.sees(f"thing {number}")
    await until(lambda: home.alerts._outboxes and home.alerts._outboxes[phone.id].waiting == outbox.MOST_WAITING)
    await until(lambda: not home.alerts._making)
    away = False
    before = len(service.received)
    await until(lambda: home.alerts._outboxes[phone.id].waiting == 0)
    late = [pushed.open(browser)["label"] for pushed in service.received[before:]]
    assert len(set(late)) <= outbox.MOST_WAITING + 1

    away = True
    monkeypatch.setattr(outbox, "MOST_AGE", 0.0)
    before = len(service.received)
    home.sees("old")
    await service.arrived(before + 1)
    await asyncio.sleep(0.15)
    assert [pushed.open(browser)["label"] for pushed in service.received[before:]] == ["old"]


async def test_one_hanging_service_holds_up_nobody_else(tmp_path: Path, service: PushService) -> None:
    """Each phone has its own way."""
    over = asyncio.Event()

    async def hang(_request: web.Request) -> web.StreamResponse:
        await over.wait()
        return web.Response()

    async with PushService() as hanging:
        hanging.behave = hang
        home = Household(tmp_path, service, hanging.origin)
        home.phone(name="well")
        stuck, _ = home.phone(name="stuck")
        home.subscribe(stuck, hanging.browser())
        home.sees()
        await hanging.arrived(1)
        await service.arrived(1)
        async with asyncio.timeout(5):
            await home.alerts.stop()
        over.set()


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirections_are_not_followed(home: Household, service: PushService, status: int) -> None:
    """They could lead to anything inside the home."""

    async def redirect(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": f"{service.origin}/inside"})

    service.behave = redirect
    phone, _ = home.phone()
    with pytest.raises(EdgeError) as caught:
        await home.alerts.test(phone.id)
    assert caught.value.code is ErrorCode.PUSH
    assert str(status) in caught.value.detail
    assert "/inside" not in [pushed.path for pushed in service.received]


async def test_a_flood_in_answer_is_not_read(home: Household, service: PushService) -> None:
    """The head of an answer says all."""
    sent = 0

    async def flood(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(status=201)
        await response.prepare(request)
        with suppress(ConnectionError):
            for _ in range(1000):
                await response.write(bytes(100_000))
                sent += 100_000
        return response

    service.behave = flood
    phone, _ = home.phone()
    await home.alerts.test(phone.id)
    await asyncio.sleep(0.1)
    assert sent < 10_000_000

    async def heads(_request: web.Request) -> web.StreamResponse:
        return web.Response(headers={f"X-{number}": "x" * 4000 for number in range(2500)})

    service.behave = heads
    with pytest.raises(EdgeError) as caught:
        await home.alerts.test(phone.id)
    assert caught.value.code is ErrorCode.PUSH


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://192.168.1.1/admin",
        "https://[::1]/",
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://supervisor/core/stop",
        "http://fcm.googleapis.com/fcm/send/x",
        "http://fcm.googleapis.com:443/x",
        "https://fcm.googleapis.com:8443/x",
        "https://user:secret@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@192.168.1.1/",
        "https://fcm.googleapis.com:443@192.168.1.1/",
        "https://fcm.googleapis.com\\@192.168.1.1/",
        "https://192.168.1.1#fcm.googleapis.com",
        "https://192.168.1.1/https://fcm.googleapis.com/",
        "https://fcm.googleapis.com.evil.example/",
        "https://evilpush.apple.com/",
        "https://push.apple.com/",
        "https://fcm。googleapis.com/",
        "https://fcm.googleapis.com/\r\nHost: inside",
        " https://fcm.googleapis.com/x",
        "file:///etc/passwd",
        "//fcm.googleapis.com/",
        "https://fcm.googleapis.com/" + "x" * 2100,
        "https://",
        "",
    ],
)
async def test_a_phone_can_t_make_the_edge_knock_elsewhere(home: Household, endpoint: str) -> None:
    """The address is refused before it is kept, and what was there before stays."""
    phone, browser = home.phone()
    wanted = PushBrowser("x").subscription | {"endpoint": endpoint}
    with pytest.raises((EdgeError, ValueError)) as caught:
        home.alerts.subscribe(phone.id, PushSubscription.model_validate(wanted))
    assert isinstance(caught.value, ValueError) == (not 0 < len(endpoint) <= 2048)
    kept = home.phones.push(phone.id)
    assert kept
    assert kept.endpoint == browser.endpoint


async def test_an_address_that_is_allowed_no_more_is_not_used(tmp_path: Path, service: PushService) -> None:
    """Taken back in the options, it is not knocked at again."""
    home = Household(tmp_path, service)
    phone, _ = home.phone()
    later = PushAlerts(home.phones, home_id=HOME, home_name=lambda: "", enabled=lambda: True)
    with pytest.raises(EdgeError, match="push services of browsers only"):
        await later.test(phone.id)
    await later.stop()
    assert service.received == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/cdE:APA91b-x",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABx",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAC%2bq%2f",
        "https://push.example:8443/UP?token=x",
    ],
)
async def test_the_services_of_browsers_are_taken(tmp_path: Path, service: PushService, endpoint: str) -> None:
    """And those of the options."""
    home = Household(tmp_path, service, "https://Push.example:8443/")
    phone, _ = home.phone()
    home.subscribe(phone, PushBrowser(endpoint))
    kept = home.phones.push(phone.id)
    assert kept
    assert kept.endpoint == endpoint


@pytest.mark.parametrize(
    "origin", ["http://push.example", "https://push.example/path", "push.example", "https://u:p@push.example"]
)
def test_an_option_that_names_no_push_service_is_explained(tmp_path: Path, service: PushService, origin: str) -> None:
    """With what to write instead."""
    with pytest.raises(ValueError, match=r"https://push\.example"):
        Household(tmp_path, service, origin)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("p256dh", "AAAA"),
        ("p256dh", 7),
        ("auth", "AAAA"),
        ("auth", "=" * 24),
        ("vapid", "A" * 43),
        ("vapid", "_" * 42 + "8"),
        ("vapid", "AAAA"),
        ("vapid", None),
        ("more", "x"),
    ],
)
def test_keys_that_are_none_are_refused(name: str, value: Any) -> None:
    """Without being repeated."""
    wanted = PushBrowser("https://fcm.googleapis.com/x").subscription | {name: value}
    with pytest.raises(ValueError, match=name) as caught:
        PushSubscription.model_validate(wanted)
    assert not [secret for secret in (wanted["auth"], wanted["vapid"]) if secret and str(secret) in str(caught.value)]


async def test_no_secret_is_written_to_the_log_or_shown(
    home: Household, service: PushService, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever goes wrong, at every level."""
    caplog.set_level(logging.DEBUG)
    phone, browser = home.phone()
    answers = iter([401, 413, 302, 503, 410])

    async def refuse(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=next(answers))

    service.behave = refuse
    for _ in range(4):
        with pytest.raises(EdgeError) as caught:
            await home.alerts.test(phone.id)
        assert browser.endpoint not in str(caught.value)
    home.sees()
    await until(lambda: not home.subscribed(phone))
    assert "gets no more alerts" in caplog.text
    told = caplog.text + repr(home.phones.list()) + repr(PushSubscription.model_validate(browser.subscription))
    assert not [secret for secret in [*browser.secrets, browser.endpoint.rpartition("/")[2]] if secret in told]


async def test_a_subscription_stays_after_a_restart_and_when_the_phone_is_paired_again(home: Household) -> None:
    """As PKCS #8 or as the bare number, the key is kept in one form."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from tests.support.push_service import base64url

    phone, browser = home.phone()
    der = browser.vapid.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    same = PushSubscription.model_validate(browser.subscription | {"vapid": base64url(der)})
    again = PhoneStore(home.directory, on_change=lambda: None, on_revoke=lambda _: None)
    assert again.push(phone.id) == same
    again.add(phone.model_copy(update={"role": "owner", "push": None}))
    assert again.push(phone.id) == same
    assert (home.directory / "phones.json").stat().st_mode & 0o077 == 0
