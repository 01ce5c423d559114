"""What is recorded, over the API: a real camera, a real detector, real files."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import io
from pathlib import Path
from typing import Any

import av
from PIL import Image
import pytest
import pytest_asyncio

from ambianic.events import rfc3339

from .conftest import Answer, Api
from .doors import Doors, open_doors

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True)
class Street:
    """An edge with a camera that is recorded all the time and sees people, and one that gives no picture."""

    doors: Doors
    camera: str
    hidden: str
    event: dict[str, Any]
    """A visit of which some seconds are recorded."""

    @property
    def api(self) -> Api:
        """The API as Home Assistant uses it."""
        return self.doors.token

    async def last_hour(self) -> dict[str, str]:
        """The query of a time that covers all that happened."""
        now = datetime.now(UTC)
        return {"start": (now - timedelta(hours=1)).isoformat(), "end": (now + timedelta(seconds=1)).isoformat()}


async def until(api: Api, path: str, count: int) -> Answer:
    """The answer, once the list in it has so many entries."""
    async with asyncio.timeout(60):
        while True:
            answer = await api("GET", path)
            if answer.status == 200 and len(next(iter(answer.json.values()))) >= count:
                return answer
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def street(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> AsyncIterator[Street]:
    """The edge that all tests here share."""
    async with open_doors(tmp_path_factory.mktemp("street")) as doors:
        camera = {
            "name": "Street / süd",
            "url": str(clip),
            "detection": {"labels": {"person": 0.5}},
            "recording": {"mode": "continuous", "pre_seconds": 1, "post_seconds": 1},
        }
        camera_id = (await doors.token("POST", "/cameras", camera)).json["id"]
        hidden = await doors.camera("hidden")
        event = (await until(doors.token, "/events?label=person", 1)).json["events"][-1]
        async with asyncio.timeout(30):
            while (answer := await doors.token("GET", f"/events/{event['id']}/clip")).status != 200 or (
                answer.json["duration"] < 4
            ):
                await asyncio.sleep(0.1)
        yield Street(doors, camera_id, hidden, event)


def frames(mp4: bytes) -> list[float]:
    """The times of the pictures in a file, in seconds, all of them decoded."""
    with av.open(io.BytesIO(mp4), "r") as container:
        return [frame.time for frame in container.decode(video=0)]


async def test_an_event_is_played(street: Street) -> None:
    """As one file that a player takes, and by the parts that its description names."""
    event = (await street.api("GET", f"/events/{street.event['id']}")).json
    assert event["clip"]["start"] < event["start"]
    clip = (await street.api("GET", f"/events/{event['id']}/clip")).json
    assert clip["parts"][0]["type"].startswith('video/mp4; codecs="avc1.')
    whole = await street.api("GET", f"/events/{event['id']}/clip.mp4")
    assert (whole.status, whole.headers["Content-Type"]) == (200, "video/mp4")
    shown = frames(whole.body)
    # The camera gives ten pictures a second.
    assert clip["duration"] - 0.5 <= len(shown) / 10 <= clip["duration"] + 10
    assert shown == sorted(shown)

    path = f"/events/{event['id']}/clip.mp4?part=0"
    part = clip["parts"][0]
    pieces = [part["init"], *([offset, length] for _, _, offset, length, _ in part["fragments"])]
    assert pieces[0][0] == 0
    assert pieces[1][0] >= pieces[0][1]
    assert [offset for offset, _ in pieces[2:]] == [offset + length for offset, length in pieces[1:-1]]
    assert sum(pieces[-1]) == part["bytes"]
    assert part["fragments"][0][4] == 1
    got = b""
    for offset, length in pieces:
        answer = await street.api("GET", path, headers={"Range": f"bytes={offset}-{offset + length - 1}"})
        assert (answer.status, len(answer.body)) == (206, length)
        got += answer.body
    assert len(frames(got)) == pytest.approx(part["duration"] * 10, abs=2)


async def test_a_clip_is_asked_for_as_files_are(street: Street) -> None:
    """Its head, a part, a part that is not there, and not again where nothing has changed."""
    clip_path = f"/recordings/{street.camera}/clip"
    start = datetime.fromisoformat(street.event["start"])
    span = {"start": start.isoformat(), "end": (start + timedelta(seconds=1)).isoformat()}
    clip = (await street.api("GET", clip_path, params=span)).json
    path = f"{clip_path}.mp4"
    head = await street.api("HEAD", path, params=span)
    assert (head.status, head.headers["Content-Length"], head.body) == (200, str(clip["bytes"]), b"")
    etag = head.headers["Etag"]
    end = await street.api("GET", path, params=span, headers={"Range": "bytes=-10", "If-Range": etag})
    assert (end.status, len(end.body)) == (206, 10)
    outside = await street.api("GET", path, params=span, headers={"Range": f"bytes={clip['bytes']}-"})
    assert (outside.status, outside.headers["Content-Range"]) == (416, f"bytes */{clip['bytes']}")
    assert (await street.api("GET", path, params=span, headers={"If-None-Match": etag})).status == 304


async def test_a_clip_is_saved_under_a_name_that_tells_what_it_is(street: Street) -> None:
    """The camera, the time, and what was seen."""
    path = f"/events/{street.event['id']}/clip.mp4"
    saved = (await street.api("HEAD", f"{path}?download=1")).headers["Content-Disposition"]
    local = datetime.fromisoformat(street.event["start"]).astimezone().strftime("%Y-%m-%d %H.%M.%S")
    assert saved.startswith(f'attachment; filename="Street _ s_d {local} person.mp4"')
    assert "filename*=UTF-8''Street%20_%20s%C3%BCd%20" in saved
    assert "Content-Disposition" not in (await street.api("HEAD", path)).headers


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/events/EVENT/clip.mp4?part=99", 404, None),
        ("/events/EVENT/clip.mp4?part=-1", 422, "part"),
        ("/events/EVENT/clip.mp4?download=perhaps", 422, "download"),
        ("/events/nothing/clip", 404, None),
        ("/events/nothing/clip.mp4", 404, None),
        ("/events/nothing/thumbnail.jpg", 404, None),
        ("/recordings", 422, "start"),
        ("/recordings?start=2026-11-22T16:00:00Z", 422, "end"),
        ("/recordings?start=2026-11-22T16:00:00Z&end=2026-11-22T16:00:00Z", 422, "end"),
        ("/recordings?start=2020-11-22T16:00:00Z&end=2026-11-22T16:00:00Z", 422, "end"),
        ("/recordings?start=2026-11-22T16:00:00Z&end=2026-11-22T17:00:00Z&colour=red", 422, "colour"),
        ("/recordings/CAMERA/clip?start=2026-11-22T16:00:00&end=2026-11-22T17:00:00Z", 422, "start"),
        ("/recordings/CAMERA/clip?start=2026-11-22T16:00:00Z&end=2026-11-22T22:00:01Z", 422, "end"),
        ("/recordings/CAMERA/clip?start=2001-11-22T16:00:00Z&end=2001-11-22T17:00:00Z", 404, None),
        ("/recordings/CAMERA/clip.mp4?start=9999-11-22T16:00:00Z&end=9999-11-22T17:00:00Z", 422, "start"),
        ("/recordings/00000000/clip?start=2026-11-22T16:00:00Z&end=2026-11-22T17:00:00Z", 404, None),
        ("/recordings/00000000/preview.jpg?at=2026-11-22T16:00:00Z", 404, None),
        ("/recordings/CAMERA/preview.jpg", 422, "at"),
        ("/recordings/CAMERA/preview.jpg?at=2001-11-22T16:00:00Z", 404, None),
        ("/recordings/CAMERA/preview.jpg?at=2001-11-22T16:00:00Z&width=1", 422, "width"),
        ("/events/counts?start=2026-11-22T16:00:00Z", 422, "end"),
        ("/events/counts?start=2026-11-22T16:00:00Z&end=2026-11-22T17:00:00Z&by=week", 422, "by"),
        ("/events/counts?start=2026-11-22T16:00:00Z&end=2026-11-22T17:00:00Z&tz=Mars/Olympus", 422, "tz"),
        ("/events/counts?start=2026-11-22T16:00:00Z&end=2026-11-22T17:00:00Z&tz=../../etc/passwd", 422, "tz"),
        ("/events/counts?start=2026-11-22T16:00:00Z&end=2026-11-22T17:00:00Z&tz=Europe", 422, "tz"),
        ("/events/counts?start=2025-11-22T16:00:00Z&end=2026-11-22T17:00:00Z&by=quarter", 422, "end"),
        ("/events/counts?start=2026-11-22T16:00:00Z&end=2026-11-22T17:00:00Z&limit=5", 422, "limit"),
        ("/events?starred=perhaps", 422, "starred"),
        ("/events?feedback=meh", 422, "feedback"),
        ("/events?origin=heaven", 422, "origin"),
    ],
)
async def test_what_can_not_be_answered_is_explained(street: Street, path: str, status: int, field: str | None) -> None:
    """By the field that is wrong, or that there is nothing."""
    answer = await street.api("GET", path.replace("EVENT", street.event["id"]).replace("CAMERA", street.camera))
    assert (answer.status, answer.json["field"]) == (status, field)
    assert answer.json["detail"]


async def test_what_was_recorded_is_told_and_shown(street: Street) -> None:
    """As spans of time, as a clip of any of them, as a picture of any moment."""
    hour = await street.last_hour()
    spans = (await street.api("GET", "/recordings", params=hour)).json["spans"]
    assert {span["camera_id"] for span in spans} == {street.camera}
    assert spans[0]["start"] < spans[0]["end"]
    assert (await street.api("GET", "/recordings", params=hour | {"camera": street.hidden})).json == {"spans": []}
    at = (datetime.fromisoformat(spans[0]["start"]) + timedelta(seconds=2)).isoformat()
    preview = await street.api("GET", f"/recordings/{street.camera}/preview.jpg", params={"at": at, "width": "200"})
    assert Image.open(io.BytesIO(preview.body)).size == (200, 150)
    thumbnail = await street.api("GET", f"/events/{street.event['id']}/thumbnail.jpg")
    assert Image.open(io.BytesIO(thumbnail.body)).size == (320, 240)
    status = (await street.api("GET", f"/cameras/{street.camera}")).json["status"]
    assert status["recording"] == "recording"
    reason = status["recording_reason"]
    assert reason == "continuous" or (await street.api("GET", f"/events/{reason}")).json["clip"]


@pytest.mark.parametrize("by", ["day", "hour", "quarter"])
async def test_events_are_counted(street: Street, by: str) -> None:
    """As many as there are, in parts of the local time."""
    query = await street.last_hour() | {"by": by, "tz": "Europe/Berlin", "label": "person"}
    events = (await street.api("GET", "/events?label=person&limit=200")).json["events"]
    buckets = (await street.api("GET", "/events/counts", params=query)).json["buckets"]
    assert sum(bucket["counts"]["person"] for bucket in buckets) >= len(events)
    assert [bucket["start"] for bucket in buckets] == sorted({bucket["start"] for bucket in buckets})
    assert (await street.api("GET", "/events/counts", params=query | {"label": "dog"})).json == {"buckets": []}
    assert (await street.api("GET", "/events/counts", params=query | {"camera": street.hidden})).json == {"buckets": []}


async def test_what_people_say_of_an_event_stays(street: Street) -> None:
    """It is told at once, found by filters, and each field changes by itself."""
    path = f"/events/{street.event['id']}"
    async with street.api.session.ws_connect("/api/v1/stream") as socket:
        starred = await street.api("PATCH", path, {"starred": True})
        async with asyncio.timeout(10):
            while (message := await socket.receive_json())["type"] != "event" or not message["event"]["starred"]:
                pass
    assert (message["phase"], message["event"]["id"]) == ("update", street.event["id"])
    assert (starred.status, starred.json["starred"], starred.json["feedback"]) == (200, True, None)
    judged = (await street.api("PATCH", path, {"feedback": "wrong"})).json
    assert (judged["starred"], judged["feedback"]) == (True, "wrong")
    assert (await street.api("PATCH", path, {})).json["feedback"] == "wrong"

    async def found(query: str) -> bool:
        events = (await street.api("GET", f"/events?{query}&limit=200")).json["events"]
        return street.event["id"] in [event["id"] for event in events]

    assert [await found(f"starred={said}") for said in ("true", "false")] == [True, False]
    assert [await found(f"feedback={said}") for said in ("wrong", "right", "none")] == [True, False, False]
    assert await found("feedback=right&feedback=wrong&origin=detector")
    assert (await street.api("PATCH", path, {"feedback": None})).json["feedback"] is None
    assert await found("feedback=none")
    for body, field in (({"starred": "so"}, "starred"), ({"feedback": "meh"}, "feedback"), ({"label": "cat"}, "label")):
        answer = await street.api("PATCH", path, body)
        assert (answer.status, answer.json["field"]) == (422, field)
    assert (await street.api("PATCH", "/events/nothing", {"starred": True})).status == 404
    await street.api("PATCH", path, {"starred": False})


async def test_a_person_marks_what_happens(street: Street) -> None:
    """The mark ends by itself, and has a picture and a clip as any event."""
    async with street.api.session.ws_connect("/api/v1/stream") as socket:
        created = await street.api("POST", "/events", {"camera_id": street.camera, "label": "parcel", "seconds": 1})
        assert (created.status, created.headers["Location"]) == (201, f"/api/v1/events/{created.json['id']}")
        told = []
        async with asyncio.timeout(10):
            while "end" not in told:
                message = await socket.receive_json()
                if message["type"] == "event" and message["event"]["id"] == created.json["id"]:
                    told.append(message["phase"])
                    event = message["event"]
    assert told == ["start", "end"]
    assert (event["label"], event["origin"], event["snapshot"]) == ("parcel", "manual", True)
    lasted = datetime.fromisoformat(event["end"]) - datetime.fromisoformat(event["start"])
    assert lasted >= timedelta(seconds=1)
    assert datetime.fromisoformat(event["clip"]["start"]) < datetime.fromisoformat(event["start"])
    assert datetime.fromisoformat(event["clip"]["end"]) > datetime.fromisoformat(event["end"])
    assert frames((await street.api("GET", f"/events/{event['id']}/clip.mp4")).body)
    assert (await street.api("GET", f"/events/{event['id']}/snapshot.jpg")).status == 200
    assert [one["id"] for one in (await street.api("GET", "/events?origin=manual")).json["events"]] == [event["id"]]
    assert (await street.api("DELETE", f"/events/{event['id']}")).status == 204


async def test_a_person_marks_what_was(street: Street) -> None:
    """With the recording that is there; without one where there is none."""
    recorded = (await street.api("GET", f"/events/{street.event['id']}/clip")).json
    start = rfc3339(datetime.fromisoformat(recorded["start"]).timestamp() + 1)
    body = {"camera_id": street.camera, "label": "cat", "start": start, "seconds": 1}
    marked = (await street.api("POST", "/events", body)).json
    assert (marked["start"], marked["origin"], marked["snapshot"]) == (start, "manual", True)
    assert marked["end"] is not None
    assert frames((await street.api("GET", f"/events/{marked['id']}/clip.mp4")).body)
    before = (await street.api("POST", "/events", body | {"start": "2001-11-22T16:04:05Z"})).json
    assert (before["clip"], before["snapshot"], before["end"]) == (None, False, "2001-11-22T16:04:06.000Z")
    assert (await street.api("GET", f"/events/{before['id']}/clip")).json["title"] == "Nothing is recorded of this"
    assert (await street.api("GET", f"/events/{before['id']}/thumbnail.jpg")).status == 404
    for event in (marked, before):
        assert (await street.api("DELETE", f"/events/{event['id']}")).status == 204


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"label": ""}, 422, "label"),
        ({"label": "x" * 65}, 422, "label"),
        ({"seconds": 0}, 422, "seconds"),
        ({"seconds": 3601}, 422, "seconds"),
        ({"start": "2026-11-22T16:04:05"}, 422, "start"),
        ({"start": "2099-11-22T16:04:05Z"}, 422, "start"),
        ({"start": "9999-11-22T16:04:05Z"}, 422, "start"),
        ({"camera_id": "00000000"}, 404, None),
        ({"camera_id": 5}, 422, "camera_id"),
        ({"score": 1}, 422, "score"),
    ],
)
async def test_a_mark_that_makes_no_sense_is_refused(
    street: Street, wrong: dict[str, Any], status: int, field: str | None
) -> None:
    """And nothing is marked."""
    answer = await street.api("POST", "/events", {"camera_id": street.camera, "label": "cat"} | wrong)
    assert (answer.status, answer.json["field"]) == (status, field)
    assert (await street.api("GET", "/events?origin=manual")).json["events"] == []


async def test_a_phone_that_sees_one_camera_knows_of_nothing_else(street: Street) -> None:
    """Neither events nor pictures nor recordings nor figures of the others, by no call and not on the stream."""
    blind = (await street.doors.phone("Nanny", "owner", [street.hidden])).api
    hour, event_id = await street.last_hour(), street.event["id"]
    assert (await blind("GET", "/events")).json["events"] == []
    assert (await blind("GET", f"/events?camera={street.camera}")).json["events"] == []
    assert (await blind("GET", "/events/counts", params=hour)).json == {"buckets": []}
    assert (await blind("GET", "/recordings", params=hour)).json == {"spans": []}
    assert (await blind("GET", "/recordings", params=hour | {"camera": street.camera})).status == 404
    assert street.camera not in (await blind("GET", "/storage")).body.decode()
    calls: list[tuple[str, str, Any]] = [
        ("GET", f"/events/{event_id}", None),
        ("PATCH", f"/events/{event_id}", {"starred": True}),
        ("DELETE", f"/events/{event_id}", None),
        *(("GET", f"/events/{event_id}/{name}", None) for name in ("snapshot.jpg", "thumbnail.jpg", "clip", "clip.mp4")),
        ("POST", "/events", {"camera_id": street.camera, "label": "cat"}),
    ]
    for method, path, body in calls:
        answer = await blind(method, path, body)
        assert (answer.status, answer.json["code"]) == (404, "not_found"), path
        if event_id in path:
            unknown = await blind(method, path.replace(event_id, "nothing"), body)
            assert unknown.json["title"] == answer.json["title"], path
    for name in ("clip", "clip.mp4", "preview.jpg"):
        answer = await blind("GET", f"/recordings/{street.camera}/{name}", params=hour | {"at": hour["start"]})
        assert (answer.status, answer.json["title"]) == (404, "There is no such camera"), name
    async with blind.session.ws_connect("/api/v1/stream") as socket:
        texts = [await socket.receive_str()]
        created = await street.api("POST", "/events", {"camera_id": street.camera, "label": "cat", "seconds": 60})
        await street.api("PATCH", "/storage", {"min_free_bytes": 60_000_000})
        await street.api("DELETE", f"/events/{created.json['id']}")
        await street.doors.token("PATCH", f"/cameras/{street.hidden}", {"name": "the end"})
        async with asyncio.timeout(10):
            while "the end" not in texts[-1]:
                texts.append(await socket.receive_str())
    assert any('"type": "storage"' in text for text in texts)
    assert [text for text in texts if street.camera in text or event_id in text] == []
    assert (await street.api("GET", f"/events/{event_id}")).json["starred"] is False
    sighted = (await street.doors.phone("Granny", "viewer", [street.camera])).api
    assert event_id in [event["id"] for event in (await sighted("GET", "/events?limit=200")).json["events"]]
    assert (await sighted("GET", f"/events/{event_id}/clip.mp4")).status == 200
    assert (await sighted("GET", "/recordings", params=hour)).json["spans"]


@pytest.mark.long
async def test_the_disk_is_told_of(street: Street) -> None:
    """To all who ask and follow, and its rules change at once."""
    async with asyncio.timeout(20):
        # What is being written counts after some seconds.
        while not (storage := (await street.api("GET", "/storage")).json)["recordings_bytes"]:
            await asyncio.sleep(0.1)
    assert storage["events"] >= 1
    assert storage["free_bytes"] > 0
    (camera,) = storage["cameras"]
    assert camera["camera_id"] == street.camera
    assert camera["events"] == storage["events"]
    assert storage["trouble"] is None
    async with street.api.session.ws_connect("/api/v1/stream") as socket:
        assert (await socket.receive_json())["storage"]["settings"] == storage["settings"]
        changed = await street.api("PATCH", "/storage", {"max_bytes": 5_000_000_000})
        async with asyncio.timeout(10):
            while (message := await socket.receive_json())["type"] != "storage":
                pass
    assert changed.json["settings"]["max_bytes"] == message["storage"]["settings"]["max_bytes"] == 5_000_000_000
    assert changed.json["settings"]["min_free_bytes"] == storage["settings"]["min_free_bytes"]
    assert (await street.api("PATCH", "/storage", {"max_bytes": None})).json["settings"]["max_bytes"] is None
    for body, field in (({"max_bytes": 5}, "max_bytes"), ({"min_free_bytes": 0}, "min_free_bytes"), ({"disk": 1}, "disk")):
        answer = await street.api("PATCH", "/storage", body)
        assert (answer.status, answer.json["field"]) == (422, field)
    info = (await street.api("GET", "/info")).json["storage"]
    assert info["recordings_bytes"] >= storage["recordings_bytes"]
    assert info["notice"] is None
    assert (await street.api("DELETE", "/storage/notice")).status == 204


async def test_only_the_terminal_imports(street: Street, tmp_path: Path) -> None:
    """Names of directories are nothing for the network."""
    body = {"directory": str(tmp_path), "camera_id": street.camera}
    for api in (street.doors.token, street.doors.ingress):
        assert (await api("POST", "/imports", body)).json["code"] == "forbidden"
        assert (await api("GET", "/imports")).json["code"] == "forbidden"
    local = street.doors.local
    for wrong, field in (
        ({"directory": "relative"}, "directory"),
        ({"directory": str(tmp_path / "x")}, "directory"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
    ):
        answer = await local("POST", "/imports", body | wrong)
        assert (answer.status, answer.json["field"]) == (422, field)
    assert (await local("POST", "/imports", body | {"camera_id": "00000000"})).status == 404
    begun = await local("POST", "/imports", body | {"timezone": "Europe/Berlin"})
    assert (begun.status, begun.json["camera_id"]) == (201, street.camera)
    async with asyncio.timeout(10):
        while (run := (await local("GET", "/imports")).json["imports"][-1])["state"] == "running":
            await asyncio.sleep(0.05)
    assert (run["id"], run["imported"]) == (begun.json["id"], 0)


async def test_what_is_deleted_is_gone(street: Street) -> None:
    """A part of a recording, and then everything; nothing by a call that leaves out what."""
    assert (await street.api("PATCH", f"/cameras/{street.camera}", {"recording": {"mode": "off"}})).status == 200
    hour = await street.last_hour()
    (span, *_) = (await street.api("GET", "/recordings", params=hour)).json["spans"]
    freed = 0
    async with asyncio.timeout(10):
        # The last file is being finished.
        while not freed:
            answer = await street.api("DELETE", f"/recordings/{street.camera}", params=hour)
            freed = answer.json["bytes"]
    assert freed > 100_000
    left = (await street.api("GET", "/recordings", params=hour)).json["spans"]
    assert span not in left
    assert (await street.api("GET", f"/events/{street.event['id']}/clip.mp4")).status == 404
    assert (await street.api("DELETE", f"/recordings/{street.camera}")).json["field"] == "start"

    for body, field in (({}, "cameras"), ({"cameras": None}, "before"), ({"cameras": None, "before": "soon"}, "before")):
        answer = await street.api("POST", "/storage/erase", body)
        assert (answer.status, answer.json["field"]) == (422, field)
    unknown = await street.api("POST", "/storage/erase", {"cameras": ["00000000"], "before": None})
    assert unknown.json["code"] == "not_found"
    await street.api("PATCH", f"/cameras/{street.camera}", {"detection": {"enabled": False}})
    await street.api("PATCH", f"/events/{street.event['id']}", {"starred": True})
    past = rfc3339(1_000_000_000)
    everything = {"cameras": None, "before": None}
    assert (await street.api("POST", "/storage/erase", everything | {"before": past})).json == {"events": 0, "bytes": 0}
    erased = (await street.api("POST", "/storage/erase", everything)).json
    assert erased["events"] >= 0
    assert [event["id"] for event in (await street.api("GET", "/events")).json["events"]] == [street.event["id"]]
    assert (await street.api("POST", "/storage/erase", everything | {"starred": True})).json["events"] == 1
    assert (await street.api("GET", "/events")).json["events"] == []
    assert [path for kind in ("mp4", "jpg") for path in street.api.directory.rglob(f"*.{kind}")] == []
