"""Tests of the paths to pictures and recordings."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import ClientConnectionError, ClientPayloadError
from aiohttp.test_utils import TestClient
from homeassistant.components.http.auth import async_sign_path
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from .edge import EDGE_ID, FRONT, JPEG, MP4, TOKEN, FakeEdge, Reply, problem

PATH = f"/api/ambianic/{EDGE_ID}"
CLIP = f"{PATH}/events/e1/clip.mp4"


@pytest.fixture
async def client(
    hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> TestClient[Any, Any]:
    """Return a client that is logged in to Home Assistant."""
    return await hass_client()


@pytest.mark.parametrize(
    ("path", "asked", "query", "body", "content_type"),
    [
        ("events/e1/clip.mp4", "events/e1/clip.mp4", {}, MP4, "video/mp4"),
        ("events/e1/snapshot.jpg", "events/e1/snapshot.jpg", {}, JPEG, "image/jpeg"),
        ("events/e1/thumbnail.jpg", "events/e1/thumbnail.jpg", {}, JPEG, "image/jpeg"),
        (
            f"recordings/{FRONT}/1795359600-1795363200/clip.mp4",
            f"recordings/{FRONT}/clip.mp4",
            {"start": "2026-11-22T15:00:00+00:00", "end": "2026-11-22T16:00:00+00:00"},
            MP4,
            "video/mp4",
        ),
        (
            f"recordings/{FRONT}/1795359600-1795363200/preview.jpg",
            f"recordings/{FRONT}/preview.jpg",
            {"at": "2026-11-22T15:00:00+00:00", "width": "320"},
            JPEG,
            "image/jpeg",
        ),
    ],
)
async def test_get(
    edge: FakeEdge,
    client: TestClient[Any, Any],
    path: str,
    asked: str,
    query: dict[str, str],
    body: bytes,
    content_type: str,
) -> None:
    """Pictures and recordings come from the edge, of which nothing else is handed on."""
    edge.replies["GET", asked] = Reply(200, body, {"Server": "edge", "Content-Type": "text/html", "Set-Cookie": "a=b"})
    response = await client.get(f"{PATH}/{path}")
    assert response.status == HTTPStatus.OK
    assert await response.read() == body
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers
    assert TOKEN not in str(response.headers)
    request = edge.sent("GET", asked)[0]
    assert dict(request.query) == query
    assert request.headers["Accept-Encoding"] == "identity"


async def test_range(edge: FakeEdge, client: TestClient[Any, Any]) -> None:
    """Players get the parts that they ask for."""
    response = await client.get(CLIP, headers={"Range": "bytes=1000-1999", "If-Range": '"clip-1"', "Cookie": "a=b"})
    assert response.status == HTTPStatus.PARTIAL_CONTENT
    assert await response.read() == MP4[1000:2000]
    assert response.headers["Content-Range"] == f"bytes 1000-1999/{len(MP4)}"
    assert response.headers["Content-Length"] == "1000"
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["ETag"] == '"clip-1"'
    sent = edge.sent("GET", "events/e1/clip.mp4")[0].headers
    assert sent["Range"] == "bytes=1000-1999"
    assert sent["If-Range"] == '"clip-1"'
    assert sent["Authorization"] == f"Bearer {TOKEN}"
    assert "Cookie" not in sent


async def test_no_such_range(client: TestClient[Any, Any]) -> None:
    """A range behind the end is refused as the edge does."""
    response = await client.get(CLIP, headers={"Range": "bytes=999999999-1000000000"})
    assert response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    assert response.headers["Content-Range"] == f"bytes */{len(MP4)}"


async def test_not_changed(client: TestClient[Any, Any]) -> None:
    """What a browser has is not sent again."""
    response = await client.get(CLIP, headers={"If-None-Match": '"clip-1"'})
    assert response.status == HTTPStatus.NOT_MODIFIED
    assert await response.read() == b""


async def test_head(edge: FakeEdge, client: TestClient[Any, Any]) -> None:
    """The length can be asked for alone."""
    response = await client.head(CLIP)
    assert response.status == HTTPStatus.OK
    assert response.headers["Content-Length"] == str(len(MP4))
    assert [request.method for request in edge.requests if request.path.endswith("clip.mp4")] == ["HEAD"]

    edge.replies["HEAD", "events/e1/clip.mp4"] = Reply(404)
    response = await client.head(CLIP)
    assert response.status == HTTPStatus.NOT_FOUND


async def test_download(edge: FakeEdge, client: TestClient[Any, Any]) -> None:
    """A recording can be saved under a name that says what it is."""
    response = await client.get(f"{CLIP}?download=1")
    assert response.headers["Content-Disposition"] == 'attachment; filename="Front door.mp4"'


async def test_access(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Only who is logged in gets something, or who has a path that was signed."""
    client = await hass_client_no_auth()
    response = await client.get(CLIP)
    assert response.status == HTTPStatus.UNAUTHORIZED
    assert not edge.sent("GET", "events/e1/clip.mp4")

    signed = async_sign_path(hass, CLIP, timedelta(minutes=5))
    response = await client.get(signed)
    assert response.status == HTTPStatus.OK
    response = await client.get(signed.replace("/e1/", "/e2/"))
    assert response.status == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    ("reply", "status", "message"),
    [
        (problem(404, "not_found", "Nothing is recorded"), HTTPStatus.NOT_FOUND, "Nothing is recorded."),
        (problem(422, "invalid_field", "Too long"), HTTPStatus.UNPROCESSABLE_ENTITY, "Too long."),
        (problem(507, "storage", "Disk full"), HTTPStatus.SERVICE_UNAVAILABLE, "Disk full."),
        (ClientConnectionError(), HTTPStatus.SERVICE_UNAVAILABLE, "The edge does not answer."),
        (TimeoutError(), HTTPStatus.SERVICE_UNAVAILABLE, "The edge does not answer."),
        (Reply(502, b"<html>"), HTTPStatus.SERVICE_UNAVAILABLE, "The edge does not answer."),
    ],
)
async def test_refused(
    edge: FakeEdge,
    client: TestClient[Any, Any],
    reply: Reply | Exception,
    status: HTTPStatus,
    message: str,
) -> None:
    """Whoever asks is told what is wrong."""
    edge.replies["GET", "events/e1/clip.mp4"] = reply
    response = await client.get(CLIP)
    assert response.status == status
    assert (await response.json())["message"] == message


async def test_broken_off(edge: FakeEdge, client: TestClient[Any, Any]) -> None:
    """A player sees that a recording was not all."""
    headers = {"Content-Length": str(len(MP4))}
    edge.replies["GET", "events/e1/clip.mp4"] = Reply(200, [MP4[:1000], ClientConnectionError()], headers)
    with pytest.raises(ClientPayloadError):
        await (await client.get(CLIP)).read()


async def test_token_refused(hass: HomeAssistant, edge: FakeEdge, client: TestClient[Any, Any]) -> None:
    """Home Assistant asks for a new token."""
    edge.token = "another"
    response = await client.get(CLIP)
    assert response.status == HTTPStatus.SERVICE_UNAVAILABLE
    await hass.async_block_till_done()
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == [SOURCE_REAUTH]


async def test_edge_not_loaded(hass: HomeAssistant, loaded_entry: MockConfigEntry, client: TestClient[Any, Any]) -> None:
    """An edge that is not there is told apart from one that there never was."""
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    response = await client.get(CLIP)
    assert response.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert "Ambianic Edge is not connected" in (await response.json())["message"]
    response = await client.get(CLIP.replace(EDGE_ID, "another"))
    assert response.status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "path",
    [
        "events/e1/config.json",
        "events/..%2Fcameras/clip.mp4",
        f"recordings/{FRONT}/20-10/clip.mp4",
        f"recordings/{FRONT}/99999999998-99999999999/clip.mp4",
        f"recordings/{FRONT}/a-b/clip.mp4",
    ],
)
async def test_no_such_path(edge: FakeEdge, client: TestClient[Any, Any], path: str) -> None:
    """Nothing else of the edge can be reached."""
    before = len(edge.requests)
    response = await client.get(f"{PATH}/{path}")
    assert response.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}
    assert len(edge.requests) == before
