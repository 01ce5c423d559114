"""Who may what: every call, made by everybody."""

import asyncio
from collections.abc import AsyncIterator
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ambianic.api.routes import ROUTES
from ambianic.config import RecordingConfig

from .conftest import Answer, Api
from .doors import Doors, PhoneApi, open_doors

EVERYBODY = {"admin", "terminal", "owner", "viewer", "self", "nobody"}
PHONES = {"admin", "terminal", "owner", "viewer", "self"}
SELF = {"admin", "terminal", "self"}
OWNERS = {"admin", "terminal", "owner"}
OWNERS_AND_SELF = {"admin", "terminal", "owner", "self"}
ADMIN = {"admin", "terminal"}
TERMINAL = {"terminal"}

RECORDING = RecordingConfig().model_dump()

# Written out once more, so that a slip in the edge's own table is found.
MAY = {
    "GET /health": EVERYBODY,
    "GET /info": PHONES,
    "GET /me": PHONES,
    "GET /openapi.json": PHONES,
    "GET /stream": PHONES,
    "GET /cameras": PHONES,
    "POST /cameras": ADMIN,
    "POST /cameras/probe": ADMIN,
    "GET /cameras/{camera_id}": PHONES,
    "PATCH /cameras/{camera_id}": OWNERS,
    "DELETE /cameras/{camera_id}": ADMIN,
    "POST /cameras/{camera_id}/probe": ADMIN,
    "GET /cameras/{camera_id}/snapshot.jpg": PHONES,
    "GET /cameras/{camera_id}/looks": OWNERS,
    "POST /cameras/{camera_id}/analyses": OWNERS,
    "GET /analyses/{analysis_id}": OWNERS,
    "DELETE /analyses/{analysis_id}": OWNERS,
    "POST /cameras/{camera_id}/whep": PHONES,
    "PATCH /cameras/{camera_id}/whep/{session_id}": PHONES,
    "DELETE /cameras/{camera_id}/whep/{session_id}": PHONES,
    "GET /events": PHONES,
    "POST /events": OWNERS,
    "GET /events/counts": PHONES,
    "GET /events/{event_id}": PHONES,
    "PATCH /events/{event_id}": OWNERS,
    "DELETE /events/{event_id}": OWNERS,
    "GET /events/{event_id}/snapshot.jpg": PHONES,
    "GET /events/{event_id}/thumbnail.jpg": PHONES,
    "GET /events/{event_id}/clip": PHONES,
    "GET /events/{event_id}/clip.mp4": PHONES,
    "GET /recordings": PHONES,
    "DELETE /recordings/{camera_id}": ADMIN,
    "GET /recordings/{camera_id}/clip": PHONES,
    "GET /recordings/{camera_id}/clip.mp4": PHONES,
    "GET /recordings/{camera_id}/preview.jpg": PHONES,
    "GET /storage": PHONES,
    "PATCH /storage": ADMIN,
    "POST /storage/erase": ADMIN,
    "DELETE /storage/notice": OWNERS,
    "GET /models": PHONES,
    "POST /models": ADMIN,
    "POST /models/{name}/install": ADMIN,
    "POST /models/{name}/test": ADMIN,
    "DELETE /models/{name}": ADMIN,
    "PATCH /detector": ADMIN,
    "DELETE /detector/trouble": OWNERS,
    "GET /imports": TERMINAL,
    "POST /imports": TERMINAL,
    "GET /phones": PHONES,
    "PATCH /phones/{phone_id}": OWNERS_AND_SELF,
    "DELETE /phones/{phone_id}": OWNERS,
    "GET /phones/{phone_id}/alerts": SELF,
    "PUT /phones/{phone_id}/alerts": SELF,
    "PUT /phones/{phone_id}/push": SELF,
    "DELETE /phones/{phone_id}/push": SELF,
    "POST /phones/{phone_id}/push/test": SELF,
    "GET /pairing": PHONES,
    "POST /pairing": OWNERS,
    "DELETE /pairing": OWNERS,
    "GET /remote": PHONES,
    "PATCH /remote": ADMIN,
    "POST /remote/reset": ADMIN,
}


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    """An edge without cameras whose doors are all open."""
    async with open_doors(tmp_path) as doors:
        yield doors


def may(answer: Answer) -> bool:
    """Whether a call was let through, whatever came of it."""
    return answer.status not in {401, 403}


def test_the_table_is_whole() -> None:
    """No call without a right, no right without a call."""
    assert MAY.keys() == {f"{route.method} {route.path}" for route in ROUTES}


async def test_everybody_may_what_is_theirs_and_nothing_else(doors: Doors) -> None:
    """Each call by each kind of person, about things that do not exist, so that nothing is changed by it."""
    owner, viewer = await doors.phone("Owner", "owner"), await doors.phone("Viewer", "viewer")
    people = {
        "token": ("admin", doors.token),
        "terminal": ("terminal", doors.local),
        "Home Assistant": ("admin", doors.ingress),
        "owner": ("owner", owner.api),
        "viewer": ("viewer", viewer.api),
        "viewer about itself": ("self", viewer.api),
        "nobody": ("nobody", doors.nobody),
        "nobody at the phones' door": ("nobody", await doors.behind_socket("wrong")),
    }
    wrong = []
    for call, rightful in MAY.items():
        if call == "POST /remote/reset":
            continue
        method, path = call.split()
        for name, (kind, api) in people.items():
            if name == "nobody at the phones' door" and path == "/health":
                continue
            itself = viewer.phone.id if kind == "self" else "x" * 22
            made = path.format(
                camera_id="00000000", phone_id=itself, **dict.fromkeys(("event_id", "session_id", "analysis_id", "name"), "x")
            )
            if may(await api(method, made, data=b"{}" if method in {"POST", "PATCH", "PUT"} else None)) != (kind in rightful):
                wrong.append(f"{call} by {name}")
    assert wrong == []


async def test_resetting_is_for_those_in_the_house(doors: Doors) -> None:
    """It puts every phone out, so no phone may do it."""
    owner = await doors.phone("Owner", "owner")
    before = (await doors.token("GET", "/remote")).json["fingerprint"]
    assert (await owner.api("POST", "/remote/reset")).json["code"] == "forbidden"
    assert (await doors.token("GET", "/remote")).json["fingerprint"] == before
    reset = await doors.token("POST", "/remote/reset")
    assert reset.status == 200
    assert reset.json["fingerprint"] != before
    assert (await owner.api("GET", "/info")).status == 401
    assert (await doors.token("GET", "/phones")).json == {"phones": []}


async def test_everybody_is_told_who_they_are(doors: Doors) -> None:
    """By kind, role and name."""
    camera = await doors.camera("a")
    viewer = await doors.phone("Kitchen tablet", "viewer", [camera])
    admin = {"role": "admin", "phone_id": None, "cameras": None}
    assert (await doors.token("GET", "/me")).json == {"kind": "token", "name": "test", **admin}
    assert (await doors.local("GET", "/me")).json == {"kind": "local", "name": "Terminal", **admin}
    assert (await doors.ingress("GET", "/me")).json == {"kind": "ingress", "name": "Alma", **admin}
    me = (await viewer.api("GET", "/me")).json
    assert me == {
        "kind": "phone",
        "role": "viewer",
        "name": "Kitchen tablet",
        "phone_id": viewer.phone.id,
        "cameras": [camera],
    }


async def test_refusals_tell_whom_to_ask(doors: Doors) -> None:
    """As a problem like all others."""
    viewer = await doors.phone("Viewer", "viewer")
    answer = await viewer.api("POST", "/cameras", {})
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert "Home Assistant" in answer.json["detail"]


async def test_an_owner_changes_only_what_owners_may(doors: Doors) -> None:
    """The name, whether it is on, what it looks for, what is recorded; not where it is."""
    camera, owner = await doors.camera("a"), await doors.phone("Owner", "owner")
    changed = await owner.api("PATCH", f"/cameras/{camera}", {"name": "Gate", "detection": {"fps": 1}})
    assert (changed.status, changed.json["name"], changed.json["url"], changed.json["username"]) == (200, "Gate", None, None)
    changed = await owner.api("PATCH", f"/cameras/{camera}", {"recording": {"mode": "off", "labels": {"person": 30}}})
    assert changed.json["recording"] == {**RECORDING, "mode": "off", "labels": {"person": 30}}
    changed = await owner.api("PATCH", f"/cameras/{camera}", {"recording": {"days": 7}})
    assert changed.json["recording"] == {**RECORDING, "mode": "off", "labels": {"person": 30}, "days": 7}
    for fields in ({"url": "rtsp://127.0.0.1:9/evil"}, {"name": "x", "password": "p"}, {"transport": "udp"}):
        assert (await owner.api("PATCH", f"/cameras/{camera}", fields)).json["code"] == "forbidden"
    kept = (await doors.token("GET", f"/cameras/{camera}")).json
    assert (kept["name"], kept["url"], kept["username"]) == ("Gate", "rtsp://127.0.0.1:9/a", "viewer")


async def test_phones_are_told_no_address(doors: Doors) -> None:
    """Neither by the API nor by the stream; Home Assistant is."""
    camera, owner = await doors.camera("a"), await doors.phone("Owner", "owner")
    told = [(await owner.api("GET", "/cameras")).body, (await owner.api("GET", f"/cameras/{camera}")).body]
    async with owner.api.session.ws_connect("/api/v1/stream") as socket:
        told.append((await socket.receive_str()).encode())
        cursor = json.loads(told[-1])["cursor"]
        await doors.token("PATCH", f"/cameras/{camera}", {"name": "Gate"})
        told.append((await next_of(socket, "camera")).encode())
    async with owner.api.session.ws_connect("/api/v1/stream", params={"after": cursor}) as socket:
        told.append((await next_of(socket, "camera")).encode())
    for text in told:
        assert camera.encode() in text
        assert b"rtsp:" not in text
        assert b"viewer" not in text.replace(b'"role": "viewer"', b"").replace(b"viewers", b"")
        # Neither does what is wrong with it.
        assert b"127.0.0.1" not in text
    assert "127.0.0.1:9 refuses" in await until_refused(doors.ingress, camera)
    assert (await until_refused(owner.api, camera)).startswith("The camera refuses the connection: check the port")
    picture = (await owner.api("GET", f"/cameras/{camera}/snapshot.jpg")).json
    assert (picture["code"], "127.0.0.1" in picture["detail"]) == ("camera_offline", False)
    assert (await doors.ingress("GET", f"/cameras/{camera}")).json["url"] == "rtsp://127.0.0.1:9/a"


async def until_refused(api: Api, camera: str) -> str:
    """What the API says is wrong with a camera that does not answer."""
    async with asyncio.timeout(10):
        while (status := (await api("GET", f"/cameras/{camera}")).json["status"])["state"] != "unreachable":
            await asyncio.sleep(0.05)
    reason: str = status["reason"]
    return reason


async def next_of(socket: aiohttp.ClientWebSocketResponse, kind: str) -> str:
    """The next message of this kind."""
    async with asyncio.timeout(10):
        while True:
            text = await socket.receive_str()
            if json.loads(text)["type"] == kind:
                return text


async def test_a_camera_that_is_not_theirs_does_not_exist(doors: Doors) -> None:
    """By no call."""
    seen, hidden = await doors.camera("seen"), await doors.camera("hidden")
    phone = (await doors.phone("Nanny", "owner", [seen])).api
    assert [camera["id"] for camera in (await phone("GET", "/cameras")).json["cameras"]] == [seen]
    offer = {"data": "v=0", "headers": {"Content-Type": "application/sdp"}}
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", f"/cameras/{hidden}", {}),
        ("PATCH", f"/cameras/{hidden}", {"body": {"name": "x"}}),
        ("GET", f"/cameras/{hidden}/snapshot.jpg", {}),
        ("POST", f"/cameras/{hidden}/whep", offer),
        ("PATCH", f"/cameras/{hidden}/whep/x", {}),
        ("DELETE", f"/cameras/{hidden}/whep/x", {}),
    ]
    for method, path, options in calls:
        answer = await phone(method, path, **options)
        assert (answer.status, answer.json["title"]) == (404, "There is no such camera"), path
        assert (await phone(method, path.replace(hidden, "00000000"), **options)).json["title"] == answer.json["title"]
    assert (await doors.token("GET", f"/cameras/{hidden}")).json["name"] == "hidden"


async def test_the_stream_tells_of_no_other_camera(doors: Doors) -> None:
    """Neither at first, nor later, nor to one who was away; nor that it was there at all."""
    seen, hidden = await doors.camera("seen"), await doors.camera("hidden")
    phone = (await doors.phone("Nanny", "viewer", [seen])).api

    async def disturb() -> None:
        for camera in (hidden, seen):
            await doors.token("PATCH", f"/cameras/{camera}", {"name": "renamed"})
            await doors.token("DELETE", f"/cameras/{camera}")

    async with phone.session.ws_connect("/api/v1/stream") as socket:
        texts = [await socket.receive_str()]
        first = json.loads(texts[0])
        assert [camera["id"] for camera in first["cameras"]] == [seen]
        await disturb()
        texts += await until_removed(socket, seen)
    async with phone.session.ws_connect("/api/v1/stream", params={"after": first["cursor"]}) as socket:
        missed = await until_removed(socket, seen)
        assert json.loads(missed[0])["type"] == "resumed"
        texts += missed
    assert any("renamed" in text for text in texts)
    assert [text for text in texts if hidden in text] == []


async def until_removed(socket: aiohttp.ClientWebSocketResponse, camera: str) -> list[str]:
    """All messages up to the one that tells that a camera is gone."""
    texts: list[str] = []
    async with asyncio.timeout(10):
        while True:
            texts.append(await socket.receive_str())
            message = json.loads(texts[-1])
            if message["type"] == "camera_removed" and message["id"] == camera:
                return texts


async def test_a_viewer_knows_of_no_other_phone(doors: Doors) -> None:
    """An owner knows all of them."""
    owner, viewer = await doors.phone("Owner", "owner"), await doors.phone("Viewer", "viewer")

    async def known(phone: PhoneApi) -> tuple[set[str], set[str]]:
        listed = {one["id"] for one in (await phone.api("GET", "/phones")).json["phones"]}
        async with phone.api.session.ws_connect("/api/v1/stream") as socket:
            await socket.receive_str()
            doors.remote.phones.rename(phone.phone.id, f"{phone.phone.name} 2")
            told = {one["id"] for one in json.loads(await next_of(socket, "phones"))["phones"]}
        return listed, told

    both, own = {owner.phone.id, viewer.phone.id}, {viewer.phone.id}
    assert await known(owner) == (both, both)
    assert await known(viewer) == (own, own)


async def test_a_phone_cares_for_its_own_alerts(doors: Doors) -> None:
    """And for nobody else's; what is wrong with them is said."""
    owner, viewer = await doors.phone("Owner", "owner"), await doors.phone("Viewer", "viewer")
    rules = {
        "enabled": True,
        "labels": ["person"],
        "cameras": None,
        "zones": None,
        "schedule": None,
        "quiet": {"from": "22:00", "to": "06:30"},
        "cooldown_seconds": 120,
        "snoozed_until": "2026-11-22T16:04:05Z",
    }
    answer = await viewer.api("PUT", f"/phones/{viewer.phone.id}/alerts", rules)
    assert (answer.status, answer.json) == (200, rules)
    assert (await doors.token("GET", f"/phones/{viewer.phone.id}/alerts")).json == rules
    assert (await owner.api("GET", f"/phones/{viewer.phone.id}/alerts")).json["code"] == "forbidden"
    bad = await viewer.api("PUT", f"/phones/{viewer.phone.id}/alerts", rules | {"quiet": {"from": "25:00", "to": "06:30"}})
    assert (bad.status, bad.json["field"]) == (422, "quiet.from")
    assert (await doors.token("GET", "/phones/unknown/alerts")).status == 404


async def test_a_renamed_phone_is_called_so_at_once(doors: Doors) -> None:
    """Also on the connection that it has already."""
    viewer = await doors.phone("Viewer", "viewer")
    renamed = await viewer.api("PATCH", f"/phones/{viewer.phone.id}", {"name": "  Kitchen  "})
    assert (renamed.status, renamed.json["name"]) == (200, "Kitchen")
    assert (await viewer.api("GET", "/me")).json["name"] == "Kitchen"
    for name in ("", " ", "x" * 41, 5):
        answer = await viewer.api("PATCH", f"/phones/{viewer.phone.id}", {"name": name})
        assert (answer.status, answer.json["field"]) == (422, "name")


async def test_revocation_ends_everything_at_once(doors: Doors) -> None:
    """The next call and the open stream, also where a phone is connected twice; others go on."""
    viewer, other = await doors.phone("Viewer", "viewer"), await doors.phone("Other", "viewer")
    again = await doors.connect(viewer.phone)
    async with (
        viewer.api.session.ws_connect("/api/v1/stream") as first,
        again.api.session.ws_connect("/api/v1/stream") as second,
        other.api.session.ws_connect("/api/v1/stream") as third,
    ):
        assert (await doors.ingress("DELETE", f"/phones/{viewer.phone.id}")).status == 204
        assert (await viewer.api("GET", "/me")).status == 401
        assert (await again.api("GET", "/me")).status == 401
        assert await close_code(first) == await close_code(second) == 4401
        assert (await other.api("GET", "/me")).status == 200
        assert not third.closed
    assert (await doors.token("DELETE", f"/phones/{viewer.phone.id}")).status == 404


async def close_code(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """How a stream ends."""
    async with asyncio.timeout(10):
        while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            pass
    return socket.close_code


async def test_a_channel_that_has_ended_is_good_for_nothing(doors: Doors) -> None:
    """The phone's other channels go on."""
    viewer = await doors.phone("Viewer", "viewer")
    again = await doors.connect(viewer.phone)
    async with viewer.api.session.ws_connect("/api/v1/stream") as socket:
        doors.disconnect(viewer)
        assert await close_code(socket) == 4401
    assert (await viewer.api("GET", "/me")).status == 401
    assert (await again.api("GET", "/me")).status == 200


@pytest.mark.parametrize("path", ["/info", "/cameras"])
async def test_each_secret_opens_its_own_door_alone(doors: Doors, path: str) -> None:
    """A phone's secret is nothing at the port, and a token is nothing where phones come in."""
    viewer = await doors.phone("Viewer", "viewer")
    header = {"Authorization": f"Bearer {viewer.secret}"}
    assert (await doors.nobody("GET", path, headers=header)).status == 401
    token = doors.token.session.headers["Authorization"].removeprefix("Bearer ")
    inside: Api = await doors.behind_socket(token)
    assert (await inside("GET", path)).status == 401
