"""Cameras over the API."""

import asyncio
import base64
from collections.abc import Callable
import io
from pathlib import Path
from typing import Any

from PIL import Image
import pytest

from .conftest import Api, edge


async def camera_when(api: Api, camera_id: str, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The camera once the condition is true."""
    async with asyncio.timeout(30):
        while True:
            camera: dict[str, Any] = (await api("GET", f"/cameras/{camera_id}")).json
            if condition(camera):
                return camera
            await asyncio.sleep(0.05)


def online(camera: dict[str, Any]) -> bool:
    """Whether pictures come."""
    return bool(camera["status"]["state"] == "online")


async def test_a_camera_is_added_seen_changed_and_removed(api: Api, clip: Path) -> None:
    """The whole life of a camera."""
    added = await api("POST", "/cameras", {"name": "Street", "url": str(clip)})
    assert added.status == 201
    camera_id = added.json["id"]
    assert added.headers["Location"] == f"/api/v1/cameras/{camera_id}"

    camera = await camera_when(api, camera_id, online)
    assert camera["status"]["main"] == {"codec": "h264", "width": 768, "height": 576, "fps": 10.0}
    assert camera["status"]["live"] == "passthrough"
    assert (await api("GET", "/cameras")).json == {"cameras": [(await api("GET", f"/cameras/{camera_id}")).json]}

    snapshot = await api("GET", f"/cameras/{camera_id}/snapshot.jpg?width=200")
    assert snapshot.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(snapshot.body)).size == (200, 150)

    changed = await api("PATCH", f"/cameras/{camera_id}", {"name": "Pavement", "detection": {"fps": 2}})
    assert changed.json["name"] == "Pavement"
    assert changed.json["detection"]["fps"] == 2
    assert changed.json["detection"]["labels"] == camera["detection"]["labels"]
    assert changed.json["status"]["state"] == "online"

    assert (await api("DELETE", f"/cameras/{camera_id}")).status == 204
    assert (await api("GET", f"/cameras/{camera_id}")).json["code"] == "not_found"
    assert (await api("GET", "/cameras")).json == {"cameras": []}


async def test_a_camera_that_is_switched_off_is_let_go(api: Api, clip: Path) -> None:
    """Privacy mode: no picture by any way, until it is switched on."""
    camera_id = (await api("POST", "/cameras", {"name": "Street", "url": str(clip)})).json["id"]
    await camera_when(api, camera_id, online)
    off = (await api("PATCH", f"/cameras/{camera_id}", {"enabled": False})).json
    assert off["status"]["state"] == "disabled"
    assert off["vision"]["state"] == "off"
    assert (await api("GET", f"/cameras/{camera_id}/snapshot.jpg")).json["code"] == "camera_disabled"
    offer = await api("POST", f"/cameras/{camera_id}/whep", data="v=0", headers={"Content-Type": "application/sdp"})
    assert offer.json["code"] == "camera_disabled"
    await api("PATCH", f"/cameras/{camera_id}", {"enabled": True})
    await camera_when(api, camera_id, online)


async def test_secrets_go_in_and_never_come_out(api: Api) -> None:
    """Neither in an answer nor in what is on the stream, and a redacted address means no change."""
    url = "http://viewer:hunter2@127.0.0.1:9/snap?user=a&password=hunter3"
    async with api.session.ws_connect("/api/v1/stream") as socket:
        await socket.receive_json()
        added = await api("POST", "/cameras", {"name": "Door", "url": url})
        message = await socket.receive_str(timeout=5)
    shown = added.body.decode() + message + (await api("GET", "/cameras")).body.decode()
    assert "hunter" not in shown
    assert added.json["username"] == "viewer"
    assert added.json["has_password"] is True
    camera_id = added.json["id"]
    again = await api("PATCH", f"/cameras/{camera_id}", {"url": added.json["url"], "name": "Gate"})
    assert again.json["url"] == added.json["url"]
    kept = (api.directory / "config.json").read_text()
    assert "password=hunter3" in kept
    assert '"hunter2"' in kept
    renamed = await api("PATCH", f"/cameras/{camera_id}", {"username": "other"})
    assert renamed.json["has_password"] is False
    assert (await api("PATCH", f"/cameras/{camera_id}", {"url": "http://x:y@127.0.0.1:9/snap"})).json["username"] == "x"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Door"}, "url"),
        ({"name": "", "url": "rtsp://cam/1"}, "name"),
        ({"name": "Door", "url": "rtps://cam/1"}, "url"),
        ({"name": "Door", "url": 5}, "url"),
        ({"name": "Door", "url": "rtsp://cam/1", "colour": "red"}, "colour"),
        ({"name": "Door", "url": "rtsp://cam/1", "detection": {"labels": {"person": 2}}}, "detection.labels.person"),
        ({"name": "Door", "url": "rtsp://cam/1", "detection": {"fps": 0}}, "detection.fps"),
        ({"name": "Door", "url": "rtsp://cam/1", "transport": "pigeon"}, "transport"),
        ({"name": "Door", "url": "rtsp://cam/1", "id": "00000000"}, "id"),
    ],
)
async def test_a_wrong_field_is_named(api: Api, body: dict[str, Any], field: str) -> None:
    """And nothing is added."""
    answer = await api("POST", "/cameras", body)
    assert (answer.status, answer.json["code"], answer.json["field"]) == (422, "invalid_field", field)
    assert answer.json["detail"]
    assert (await api("GET", "/cameras")).json == {"cameras": []}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'"x"'])
async def test_what_is_no_object_is_refused(api: Api, body: bytes) -> None:
    """With a clear answer."""
    answer = await api("POST", "/cameras", data=body)
    assert (answer.status, answer.json["code"]) == (422, "invalid_json")


async def test_a_body_that_is_too_large_is_refused(api: Api) -> None:
    """64 KiB are plenty."""
    answer = await api("POST", "/cameras", {"name": "x" * 100_000, "url": "rtsp://cam/1"})
    assert (answer.status, answer.json["code"]) == (413, "too_large")


async def test_the_same_address_twice_is_refused(api: Api) -> None:
    """The answer names the camera that has it."""
    await api("POST", "/cameras", {"name": "Door", "url": "rtsp://127.0.0.1:9/1"})
    answer = await api("POST", "/cameras", {"name": "Gate", "url": "rtsp://127.0.0.1:9/1"})
    assert (answer.status, answer.json["code"], answer.json["field"]) == (409, "duplicate_camera", "url")
    assert "Door" in answer.json["detail"]


async def test_two_hundred_cameras_at_once(api: Api) -> None:
    """As many as the edge serves are added, the rest is refused clearly, and the edge stays well."""
    answers = await asyncio.gather(
        *(api("POST", "/cameras", {"name": f"Camera {n}", "url": f"rtsp://127.0.0.1:9/{n}"}) for n in range(200))
    )
    assert sorted(answer.status for answer in answers) == [201] * 64 + [409] * 136
    assert {answer.json["code"] for answer in answers if answer.status == 409} == {"too_many_cameras"}
    cameras = (await api("GET", "/cameras")).json["cameras"]
    assert len({camera["id"] for camera in cameras}) == 64
    await camera_when(api, cameras[-1]["id"], lambda camera: camera["status"]["state"] == "unreachable")
    assert (await api("GET", "/health")).json == {"status": "ok"}


async def test_probing_tells_what_a_camera_sends(api: Api, clip: Path) -> None:
    """With a picture; nothing is added."""
    found = (await api("POST", "/cameras/probe", {"url": str(clip)})).json
    assert (found["ok"], found["state"], found["live"]) == (True, "online", "passthrough")
    assert found["main"] == {"codec": "h264", "width": 768, "height": 576, "fps": 10.0}
    picture = base64.b64decode(found["picture"].removeprefix("data:image/jpeg;base64,"))
    assert Image.open(io.BytesIO(picture)).format == "JPEG"
    assert (await api("GET", "/cameras")).json == {"cameras": []}


async def test_probing_tells_why_a_camera_fails(api: Api, tmp_path: Path) -> None:
    """A camera that does not work is an answer, not an error."""
    found = await api("POST", "/cameras/probe", {"url": "rtsp://127.0.0.1:9/1"})
    assert found.status == 200
    assert (found.json["ok"], found.json["state"]) == (False, "unreachable")
    assert "refuse" in found.json["reason"]
    empty = tmp_path / "empty.mp4"
    empty.touch()
    found = await api("POST", "/cameras/probe", {"url": str(empty)})
    assert (found.json["ok"], found.json["main"], found.json["picture"]) == (False, None, None)


async def test_a_camera_that_is_offline_says_why(api: Api) -> None:
    """Snapshot and live view give the camera's own reason, but for where it is."""
    camera_id = (await api("POST", "/cameras", {"name": "Door", "url": "rtsp://127.0.0.1:9/1"})).json["id"]
    camera = await camera_when(api, camera_id, lambda camera: camera["status"]["state"] == "unreachable")
    answer = await api("GET", f"/cameras/{camera_id}/snapshot.jpg")
    assert (answer.status, answer.json["code"]) == (503, "camera_offline")
    assert answer.json["detail"] == camera["status"]["reason"].replace("127.0.0.1:9", "The camera")
    offer = await api("POST", f"/cameras/{camera_id}/whep", data="v=0", headers={"Content-Type": "application/sdp"})
    assert (offer.status, offer.json["code"]) == (503, "camera_offline")


async def test_cameras_survive_a_restart(tmp_path: Path, clip: Path) -> None:
    """In their order, with their ids."""
    async with edge(tmp_path) as api:
        for name in ("b", "a", "c"):
            await api("POST", "/cameras", {"name": name, "url": f"{clip}.{name}", "enabled": False})
        before = (await api("GET", "/cameras")).json["cameras"]
    async with edge(tmp_path) as api:
        after = (await api("GET", "/cameras")).json["cameras"]
    assert [(camera["id"], camera["name"]) for camera in after] == [(camera["id"], camera["name"]) for camera in before]
