"""Where a phone's alerts go to, over the API: each phone for itself, and nothing of it ever comes out."""

from collections.abc import AsyncIterator
import json
from pathlib import Path

import pytest

from tests.support.push_service import PushBrowser, PushService

from .doors import Doors, open_doors


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    """Where alerts go."""
    async with PushService() as service:
        yield service


@pytest.fixture
async def doors(tmp_path: Path, service: PushService) -> AsyncIterator[Doors]:
    """An edge that may use it."""
    async with open_doors(tmp_path, push_services=(service.origin,)) as doors:
        yield doors


async def test_a_phone_subscribes_tries_and_ends_it(doors: Doors, service: PushService) -> None:
    """Its subscription is in no answer and no message to anybody, administrators and the phone itself included."""
    phone, browser = await doors.phone("Phone", "viewer"), service.browser()
    path = f"/phones/{phone.phone.id}/push"
    async with doors.token.session.ws_connect("/api/v1/stream") as stream:
        first = await stream.receive_json()
        assert [known["push"] for known in first["phones"]] == [False]
        assert (await phone.api("PUT", path, browser.subscription)).json == {"ok": True}
        while (told := await stream.receive_json())["type"] != "phones":
            pass
    assert [known["push"] for known in told["phones"]] == [True]
    shown = [(await api("GET", "/phones")).json for api in (doors.token, phone.api)]
    assert [known["phones"][0]["push"] for known in shown] == [True, True]
    assert not [secret for secret in browser.secrets if secret in json.dumps([told, shown])]

    assert (await phone.api("POST", f"{path}/test")).json == {"ok": True}
    [pushed] = await service.arrived(1)
    assert pushed.open(browser)["kind"] == "test"
    assert (await phone.api("DELETE", path)).status == 204
    again = await phone.api("POST", f"{path}/test")
    assert (again.status, again.json["code"]) == (404, "not_found")
    assert len(service.received) == 1


async def test_a_phone_has_no_say_about_another(doors: Doors, service: PushService) -> None:
    """Not even an owner: whoever has it reads the alerts."""
    owner, viewer = await doors.phone("Owner", "owner"), await doors.phone("Viewer", "viewer")
    path = f"/phones/{viewer.phone.id}/push"
    for method, where, body in (
        ("PUT", path, service.browser().subscription),
        ("DELETE", path, None),
        ("POST", f"{path}/test", None),
    ):
        assert (await owner.api(method, where, body)).json["code"] == "forbidden"
    assert doors.remote.phones.push(viewer.phone.id) is None


WRONG = [
    ("endpoint", "http://127.0.0.1:8123/api/webhook/x"),
    ("endpoint", "https://supervisor/core/stop"),
    ("endpoint", "https://fcm.googleapis.com@192.168.1.1/"),
    ("auth", "AAAA"),
    ("p256dh", "AAAA"),
    ("vapid", "AAAA"),
]


async def test_what_is_no_subscription_is_refused_by_its_field(doors: Doors, service: PushService) -> None:
    """In words, without repeating keys."""
    phone, browser = await doors.phone("Phone", "viewer"), service.browser()
    for field, value in WRONG:
        answer = await phone.api("PUT", f"/phones/{phone.phone.id}/push", browser.subscription | {field: value})
        assert (answer.status, answer.json["field"]) == (422, field)
        assert not [secret for secret in browser.secrets if secret in json.dumps(answer.json)]
        assert doors.remote.phones.push(phone.phone.id) is None


async def test_a_push_service_that_refuses_is_told_of(doors: Doors, service: PushService) -> None:
    """The person who tries learns why nothing comes."""
    phone = await doors.phone("Phone", "viewer")
    browser = PushBrowser(service.origin.replace("127.0.0.1", "127.0.0.2") + "/x")
    refused = await phone.api("PUT", f"/phones/{phone.phone.id}/push", browser.subscription)
    assert refused.json["field"] == "endpoint"

    known = service.browser()
    await phone.api("PUT", f"/phones/{phone.phone.id}/push", known.subscription)
    await service.__aexit__()
    answer = await phone.api("POST", f"/phones/{phone.phone.id}/push/test")
    assert (answer.status, answer.json["code"]) == (502, "push")
    assert "can't be reached" in answer.json["detail"]
    assert known.endpoint not in json.dumps(answer.json)


async def test_nothing_is_sent_while_remote_access_is_off(doors: Doors, service: PushService) -> None:
    """Off means that nothing leaves the house."""
    phone = await doors.phone("Phone", "viewer")
    await phone.api("PUT", f"/phones/{phone.phone.id}/push", service.browser().subscription)
    await doors.token("PATCH", "/remote", {"enabled": False})
    answer = await doors.token("POST", f"/phones/{phone.phone.id}/push/test")
    assert (answer.status, answer.json["code"]) == (409, "remote_off")
    assert service.received == []
