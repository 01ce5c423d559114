"""An edge at the place where aiohttp would go to the network.

Home Assistant's test harness blocks sockets. What the integration and a real edge do
with each other over real sockets is proven in tests/e2e.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
import json
from types import SimpleNamespace
from typing import Any, Self
from zoneinfo import ZoneInfo

from aiohttp import (
    ClientConnectionError,
    RequestInfo,
    WSMessage,
    WSMsgType,
    WSServerHandshakeError,
)
from multidict import CIMultiDict, CIMultiDictProxy, MultiDict
from yarl import URL

HOST = "192.168.1.10"
PORT = 8778
TOKEN = "secret-token"
EDGE_ID = "5e0c2a44-0000-4000-8000-000000000001"
FRONT = "3f9a1c20"
GARDEN = "77aa00bb"
PHONE = "Zk3o9Yx1QmS7v0bLr2TtUw"
PAIRING = "c0ffee00"

ANSWER = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n"
BEGINNING = "1970-01-01T00:00:00Z"
END = "2999-01-01T00:00:00Z"

JPEG = b"\xff\xd8 a picture"
MP4 = bytes(range(256)) * 1024


def make_info(**changes: Any) -> dict[str, Any]:
    """Describe the edge."""
    return {
        "id": EDGE_ID,
        "name": "Ambianic Edge",
        "version": "2.0.0",
        "api": 1,
        "started": "2026-11-22T15:00:00.000Z",
        "config_trouble": None,
        "detector": {
            "state": "running",
            "reason": None,
            "model": "coco-ssd",
            "labels": ["person", "bicycle", "car", "dog", "traffic light"],
            "restarts": 0,
            "inference_ms": 12.1,
            "trouble": None,
        },
        "storage": {
            "events": 1234,
            "bytes": 52_000_000,
            "recordings_bytes": 50_000_000,
            "free_bytes": 1_000_000_000,
            "trouble": None,
            "notice": None,
        },
    } | changes


def make_event(**changes: Any) -> dict[str, Any]:
    """Describe a visit to the front door."""
    return {
        "id": "0d9c2f7e",
        "camera_id": FRONT,
        "label": "person",
        "start": "2026-11-22T16:04:05.123Z",
        "end": None,
        "score": 0.87,
        "box": [0.41, 0.2, 0.52, 0.83],
        "zones": [],
        "snapshot": True,
        "clip": {"start": "2026-11-22T16:04:00.123Z", "end": None},
        "starred": False,
        "feedback": None,
        "origin": "detector",
    } | changes


def make_storage(**changes: Any) -> dict[str, Any]:
    """Describe what is kept, of the front door only."""
    return {
        "bytes": 52_000_000,
        "free_bytes": 1_000_000_000,
        "recordings_bytes": 50_000_000,
        "pictures_bytes": 2_000_000,
        "events": 1234,
        "starred": 7,
        "oldest": "2026-11-08T16:00:00.000Z",
        "cameras": [
            {
                "camera_id": FRONT,
                "bytes": 50_000_000,
                "seconds": 86_400,
                "events": 1234,
                "bytes_per_day": 3_500_000,
                "oldest": "2026-11-08T16:00:00.000Z",
            }
        ],
        "forecast": {"full_in_days": 120.5, "keeps_days": 134, "bytes_at_limit": None},
        "settings": {"max_bytes": None, "min_free_bytes": 1_000_000_000},
        "trouble": None,
        "notice": None,
    } | changes


def make_zone(zone_id: str, name: str, **changes: Any) -> dict[str, Any]:
    """Describe a zone in the lower left quarter of the picture."""
    return {
        "id": zone_id,
        "name": name,
        "kind": "area",
        "points": [[0, 0.5], [0.5, 0.5], [0.5, 1], [0, 1]],
        "labels": [],
        "dwell_seconds": 0,
        "direction": "both",
    } | changes


def make_detection(**changes: Any) -> dict[str, Any]:
    """Describe what is looked for, and where."""
    return {
        "enabled": True,
        "fps": 5,
        "labels": {"person": 0.5, "car": 0.6},
        "always": False,
        "zones": [make_zone("porch", "Porch")],
        "motion_masks": [],
        "object_masks": [],
        "filters": {},
    } | changes


def make_vision(**changes: Any) -> dict[str, Any]:
    """Describe pictures that are looked at while something moves."""
    return {
        "state": "running",
        "fps": 5.0,
        "dropped_percent": 0.0,
        "inference_ms": 12.1,
        "gate": "asleep",
        "gate_reason": None,
        "decoded_percent": 6.7,
        "covered": False,
        "frozen": False,
    } | changes


def make_camera(camera_id: str = FRONT, **changes: Any) -> dict[str, Any]:
    """Describe a camera that works; `state` and `reason` change its status."""
    status = {
        "state": changes.pop("state", "online"),
        "reason": changes.pop("reason", None),
        "since": "2026-11-22T15:00:02.000Z",
        "main": {"codec": "h264", "width": 1920, "height": 1080, "fps": 15.0},
        "sub": None,
        "live": "passthrough",
        "viewers": changes.pop("viewers", 0),
        "recording": changes.pop("recording_state", "idle"),
        "recording_reason": changes.pop("recording_reason", None),
    }
    return {
        "id": camera_id,
        "name": "Front door",
        "url": "rtsp://192.168.1.20/stream1",
        "sub_url": None,
        "username": "viewer",
        "has_password": True,
        "transport": "tcp",
        "still_interval": 1.0,
        "enabled": True,
        "detection": make_detection(),
        "recording": {
            "mode": "events",
            "pre_seconds": 5,
            "post_seconds": 10,
            "audio": True,
            "days": 14,
            "labels": {"cat": 1},
            "footage_days": 3,
        },
        "status": status,
        "vision": make_vision(),
        "active": [],
        "occupied": {},
        "last_event": None,
    } | changes


def make_phone(phone_id: str = PHONE, **changes: Any) -> dict[str, Any]:
    """Describe the phone of an owner who is not there."""
    return {
        "id": phone_id,
        "name": "Ada's phone",
        "role": "owner",
        "cameras": None,
        "paired": "2026-11-20T10:00:00.000Z",
        "paired_by": "Home Assistant",
        "last_seen": "2026-11-22T14:30:00.000Z",
        "connected": False,
        "path": None,
    } | changes


CLOSED = {"state": "closed"}


def make_pairing(**changes: Any) -> dict[str, Any]:
    """Describe an open way in for a phone."""
    return {
        "id": PAIRING,
        "state": "open",
        "code": "042917",
        "link": "https://app.example/#p=1.pid.secret.registrar",
        "qr": '<svg xmlns="http://www.w3.org/2000/svg">the link</svg>',
        "expires": "2026-11-22T17:10:00.000Z",
        "tries_left": 3,
        "role": "owner",
        "cameras": None,
        "opened_by": "Home Assistant",
        "phone": None,
    } | changes


def make_ended_pairing(state: str, phone: dict[str, Any] | None = None) -> dict[str, Any]:
    """Describe a way in that is closed."""
    return make_pairing(state=state, code=None, link=None, qr=None, phone=phone)


def make_registrar(url: str = "https://pnp.example/", **changes: Any) -> dict[str, Any]:
    """Describe a registrar that is connected."""
    return {"url": url, "state": "connected", "reason": None, "embedded": False} | changes


def make_remote(*registrars: dict[str, Any], enabled: bool = True) -> dict[str, Any]:
    """Describe the remote access, by default through one registrar."""
    return {
        "enabled": enabled,
        "fingerprint": "ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567",
        "app": "https://app.example/",
        "registrars": list(registrars or (make_registrar(),)),
        "ice": [{"urls": ["stun:stun.example"]}],
    }


PROBE_OK: dict[str, Any] = {
    "ok": True,
    "state": "online",
    "reason": None,
    "main": {"codec": "h264", "width": 1920, "height": 1080, "fps": 15.0},
    "sub": None,
    "live": "passthrough",
    "picture": None,
}
PROBE_FAILED: dict[str, Any] = PROBE_OK | {
    "ok": False,
    "state": "unauthorized",
    "reason": "The camera refuses user or password.",
    "main": None,
    "live": None,
}


def problem(
    status: int,
    code: str,
    title: str,
    detail: str | None = None,
    field: str | None = None,
) -> Reply:
    """Answer as the edge refuses a request."""
    return Reply(
        status,
        {
            "type": "about:blank",
            "status": status,
            "code": code,
            "title": title,
            "detail": detail,
            "field": field,
        },
    )


@dataclass
class Reply:
    """An answer: JSON where the body is not bytes."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """A request that has come in."""

    method: str
    path: str
    json: Any
    data: bytes | None
    headers: dict[str, str]
    query: MultiDict[str]


class Socket:
    """The edge's end of a WebSocket."""

    def __init__(self, after: str | None) -> None:
        """Initialize the socket."""
        self.after = after
        self.close_code: int | None = None
        self._messages: asyncio.Queue[WSMessage] = asyncio.Queue()
        self._taken = 0

    async def __aenter__(self) -> Self:
        """Open the socket."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the socket."""
        for _taken in range(self._taken):
            self._messages.task_done()
        self._taken = 0

    async def receive(self) -> WSMessage:
        """Hand out the next message; the one before has been handled."""
        for _taken in range(self._taken):
            self._messages.task_done()
        self._taken = 0
        message = await self._messages.get()
        self._taken = 1
        return message

    async def push(self, message: dict[str, Any] | str) -> None:
        """Send a message and wait until it has been handled."""
        text = message if isinstance(message, str) else json.dumps(message)
        self._messages.put_nowait(WSMessage(WSMsgType.TEXT, text, None))
        await self._messages.join()

    async def close(self, code: int = 1001) -> None:
        """Close the socket and wait until that has been handled."""
        self.close_code = code
        self._messages.put_nowait(WSMessage(WSMsgType.CLOSED, None, None))
        await self._messages.join()


class FakeEdge:
    """An edge and the session that leads to it.

    `replies` holds answers, or errors of the network, that differ from those of an
    edge that is well.
    """

    def __init__(self) -> None:
        """Initialize the edge."""
        self.info = make_info()
        self.cameras: dict[str, dict[str, Any]] = {
            FRONT: make_camera(),
            GARDEN: make_camera(GARDEN, name="Garden", username=None, has_password=False),
        }
        self.phones: dict[str, dict[str, Any]] = {PHONE: make_phone()}
        self.pairing: dict[str, Any] = CLOSED
        self.remote = make_remote()
        self.storage = make_storage()
        # The newest first, as the edge gives them.
        self.events: list[dict[str, Any]] = []
        self.spans: list[dict[str, Any]] = []
        self.probe = copy.deepcopy(PROBE_OK)
        self.token = TOKEN
        self.online = True
        self.replies: dict[tuple[str, str], Reply | Exception] = {}
        self.holds: dict[tuple[str, str], asyncio.Event] = {}
        self.requests: list[Request] = []
        self.sockets: list[Socket] = []
        self.cursor = 0

    @property
    def socket(self) -> Socket:
        """The WebSocket that was opened last."""
        return self.sockets[-1]

    def sent(self, method: str, path: str) -> list[Request]:
        """Return the requests of a kind."""
        return [request for request in self.requests if (request.method, request.path) == (method, path)]

    async def push(self, message_type: str, **fields: Any) -> None:
        """Push a message and wait until it has been handled."""
        self.cursor += 1
        await self.socket.push({"type": message_type, "cursor": f"b1c2-{self.cursor}", **fields})

    async def push_state(self) -> None:
        """Push the whole state."""
        await self.push(
            "state",
            info=self.info,
            cameras=list(self.cameras.values()),
            phones=list(self.phones.values()),
            pairing=self.pairing,
            remote=self.remote,
            storage=self.storage,
        )

    async def push_camera(self, camera: dict[str, Any]) -> None:
        """Push a camera that is new or has changed."""
        self.cameras[camera["id"]] = camera
        await self.push("camera", camera=camera)

    async def push_phones(self, *phones: dict[str, Any]) -> None:
        """Push all phones, of which some are new or have changed."""
        self.phones |= {phone["id"]: phone for phone in phones}
        await self.push("phones", phones=list(self.phones.values()))

    async def push_pairing(self, pairing: dict[str, Any]) -> None:
        """Push how the way in for a phone is now."""
        self.pairing = pairing
        await self.push("pairing", pairing=pairing)

    async def wait_for_socket(self, count: int) -> None:
        """Wait until that many WebSockets were opened."""
        async with asyncio.timeout(5):
            while len(self.sockets) < count:
                await asyncio.sleep(0)

    def _recorded(self, request: Request) -> Reply:
        """Answer what is asked of events, recordings and the storage."""
        method, body = request.method, request.json
        match method, request.path.split("/"):
            case "GET", [*_, "snapshot.jpg" | "thumbnail.jpg" | "preview.jpg"]:
                return Reply(body=JPEG)
            case (("GET" | "HEAD"), [*_, "clip.mp4"]):
                return _clip(request)
            case "GET", ["events"]:
                return Reply(body=self._page(request))
            case "GET", ["events", "counts"]:
                return Reply(body={"buckets": self._buckets(request)})
            case "POST", ["events"]:
                event = make_event(id=f"mark{len(self.events)}", origin="manual", **body)
                self.events.insert(0, event)
                return Reply(201, event)
            case _, ["events", event_id] if event := self._event(event_id):
                if method == "DELETE":
                    self.events.remove(event)
                    return Reply(204)
                event.update(body or {})
                return Reply(body=event)
            case "GET", ["recordings"]:
                camera = request.query["camera"]
                return Reply(body={"spans": [span for span in self.spans if span["camera_id"] == camera]})
            case "GET", ["storage"]:
                return Reply(body=self.storage)
            case "PATCH", ["storage"]:
                self.storage = self.storage | {"settings": self.storage["settings"] | body}
                return Reply(body=self.storage)
            case "DELETE", ["storage", "notice"]:
                return Reply(204)
        return problem(404, "not_found", "There is nothing here")

    def _event(self, event_id: str) -> dict[str, Any] | None:
        return next((event for event in self.events if event["id"] == event_id), None)

    def _wanted(self, query: MultiDict[str]) -> list[dict[str, Any]]:
        """Return the events that a query is for."""

        def fits(event: dict[str, Any]) -> bool:
            return (
                event["camera_id"] in query.getall("camera", [event["camera_id"]])
                and event["label"] in query.getall("label", [event["label"]])
                and ("zone" not in query or set(query.getall("zone")) & set(event["zones"]))
                and query.get("starred", str(event["starred"]).lower()) == str(event["starred"]).lower()
                and _time(query.get("after", BEGINNING)) <= _time(event["start"]) < _time(query.get("before", END))
            )

        return [event for event in self.events if fits(event)]

    def _page(self, request: Request) -> dict[str, Any]:
        events = self._wanted(request.query)
        limit = int(request.query["limit"])
        return {"events": events[:limit], "next": "more" if events[limit:] else None}

    def _buckets(self, request: Request) -> list[dict[str, Any]]:
        """Count events by days or hours of a time zone, the oldest first."""
        query = request.query
        assert not {"after", "before"} & query.keys()
        found: dict[datetime, Counter[str]] = {}
        for event in reversed(self._wanted(query)):
            if not _time(query["start"]) <= _time(event["start"]) < _time(query["end"]):
                continue
            start = _time(event["start"]).astimezone(ZoneInfo(query["tz"])).replace(minute=0, second=0, microsecond=0)
            start = start.replace(hour=0) if query["by"] == "day" else start
            found.setdefault(start.astimezone(UTC), Counter())[event["label"]] += 1
        return [{"start": start.isoformat(), "counts": dict(counts)} for start, counts in found.items()]

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: URL,
        *,
        headers: dict[str, str],
        params: Sequence[tuple[str, str]],
        json: Any = None,
        data: bytes | None = None,
        **_: Any,
    ) -> AsyncIterator[Any]:
        """Answer as aiohttp's session does."""
        path = url.path.removeprefix("/api/v1/")
        self.requests.append(
            Request(method, path, json, data, headers, MultiDict(params)),
        )
        if hold := self.holds.get((method, path)):
            await hold.wait()
        if not self.online:
            raise ClientConnectionError("Connection refused")
        reply = self._reply(self.requests[-1])
        if isinstance(reply, Exception):
            raise reply
        yield SimpleNamespace(
            status=reply.status,
            headers=CIMultiDict(reply.headers),
            content=SimpleNamespace(
                iter_any=lambda: _chunks(reply.body),
                iter_chunked=lambda size: _chunks(reply.body, size),
            ),
        )

    async def ws_connect(self, url: URL, *, headers: dict[str, str], **_: Any) -> Socket:
        """Open a WebSocket as aiohttp's session does."""
        if not self.online:
            raise ClientConnectionError("Connection refused")
        reply = self.replies.get(("GET", "stream"))
        if isinstance(reply, Exception):
            raise reply
        status = 200 if reply is None else reply.status
        if headers["Authorization"] != f"Bearer {self.token}":
            status = 401
        if status != 200:
            info = RequestInfo(url, "GET", CIMultiDictProxy(CIMultiDict()), url)
            raise WSServerHandshakeError(info, (), status=status)
        self.sockets.append(Socket(url.query.get("after")))
        return self.socket

    def _reply(self, request: Request) -> Reply | Exception:
        method, path, body = request.method, request.path, request.json
        if request.headers["Authorization"] != f"Bearer {self.token}":
            return problem(401, "unauthorized", "The token is not valid")
        if (reply := self.replies.get((method, path))) is not None:
            return reply
        match method, path.split("/"):
            case "GET", ["info"]:
                return Reply(body=self.info)
            case "GET", ["cameras"]:
                return Reply(body={"cameras": list(self.cameras.values())})
            case "POST", ["cameras"]:
                fields = {key: body[key] for key in body if key != "password"}
                camera = make_camera("0000aaaa", **fields)
                self.cameras[camera["id"]] = camera
                return Reply(201, camera)
            case "POST", ["cameras", *_, "probe"]:
                return Reply(body=self.probe)
            case "PATCH", ["cameras", camera_id]:
                fields = {key: body[key] for key in body if key != "password"}
                known = self.cameras[camera_id]
                for part in ("detection", "recording"):
                    if part in fields:
                        fields[part] = known[part] | fields[part]
                self.cameras[camera_id] = known | fields
                return Reply(body=self.cameras[camera_id])
            case "DELETE", ["cameras", camera_id]:
                del self.cameras[camera_id]
                return Reply(204)
            case _, ["events" | "recordings" | "storage", *_]:
                return self._recorded(request)
            case "DELETE", ["detector", "trouble"]:
                return Reply(204)
            case "GET", ["phones"]:
                return Reply(body={"phones": list(self.phones.values())})
            case "PATCH", ["phones", phone_id]:
                self.phones[phone_id] = self.phones[phone_id] | body
                return Reply(body=self.phones[phone_id])
            case "DELETE", ["phones", phone_id] if phone_id in self.phones:
                del self.phones[phone_id]
                return Reply(204)
            case "POST", ["pairing"]:
                self.pairing = make_pairing(role=body["role"], cameras=body["cameras"])
                return Reply(201, self.pairing)
            case "DELETE", ["pairing"]:
                return Reply(204)
            case "GET", ["remote"]:
                return Reply(body=self.remote)
            case "PATCH", ["remote"]:
                self.remote = self.remote | body
                return Reply(body=self.remote)
            case "GET", [*_, "snapshot.jpg"]:
                return Reply(body=JPEG)
            case "POST", ["cameras", camera_id, "whep"]:
                location = f"/api/v1/cameras/{camera_id}/whep/session1"
                return Reply(201, ANSWER.encode(), {"Location": location})
            case "PATCH" | "DELETE", ["cameras", _, "whep", _]:
                return Reply(204)
        return problem(404, "not_found", "There is nothing here")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def _chunks(body: Any, size: int = 1 << 20) -> AsyncIterator[bytes]:
    """Yield a body in pieces; a list of pieces may end with an error."""
    if isinstance(body, list):
        for piece in body:
            if isinstance(piece, Exception):
                raise piece
            yield piece
        return
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    for start in range(0, len(data), size):
        yield data[start : start + size]


def _clip(request: Request) -> Reply:
    """Answer with a recording, or the first part of it that is asked for."""
    headers = {"Accept-Ranges": "bytes", "ETag": '"clip-1"'}
    if request.headers.get("If-None-Match") == '"clip-1"':
        return Reply(304, b"", headers)
    if wanted := request.headers.get("Range"):
        first, last = (int(number) for number in wanted.removeprefix("bytes=").split("-"))
        if first >= len(MP4):
            return Reply(416, b"", headers | {"Content-Range": f"bytes */{len(MP4)}"})
        part = MP4[first : last + 1]
        headers["Content-Range"] = f"bytes {first}-{last}/{len(MP4)}"
        return Reply(206, part, headers | {"Content-Length": str(len(part))})
    if "download" in request.query:
        headers["Content-Disposition"] = 'attachment; filename="Front door.mp4"'
    body = b"" if request.method == "HEAD" else MP4
    return Reply(200, body, headers | {"Content-Length": str(len(MP4))})
