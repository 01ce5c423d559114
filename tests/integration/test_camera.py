"""Tests of the cameras."""

import asyncio
from http import HTTPStatus
from typing import Any

from aiohttp import ClientConnectionError
from homeassistant.components.camera import async_get_stream_source
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from .edge import (
    ANSWER,
    FRONT,
    JPEG,
    FakeEdge,
    Reply,
    make_camera,
    make_info,
    problem,
)

CAMERA = "camera.front_door"
WHEP = f"cameras/{FRONT}/whep"
SESSION = f"{WHEP}/session1"

# What Home Assistant's frontend offers: audio, video, no candidates.
OFFER = """v=0
o=- 4611 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=mid:0
a=recvonly
m=video 9 UDP/TLS/RTP/SAVPF 96
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=mid:1
a=recvonly
""".replace("\n", "\r\n")
HOST_CANDIDATE = "candidate:1 1 udp 2113937151 192.168.1.5 50000 typ host"
NOT_UNDERSTOOD = "The answer of the Ambianic edge is not understood, update both edge and integration: "
FRAGMENT_START = "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"


class Viewer:
    """A browser's side of the signalling, through Home Assistant's WebSocket."""

    def __init__(self, client: MockHAClientWebSocket) -> None:
        """Initialize the viewer."""
        self.client = client
        self.subscription = 0
        self.session_id = ""

    async def offer(self) -> None:
        """Send an offer and take the id of the session."""
        await self.client.send_json_auto_id({"type": "camera/webrtc/offer", "entity_id": CAMERA, "offer": OFFER})
        response = await self.client.receive_json()
        assert response["success"], response
        self.subscription = response["id"]
        event = await self.event()
        assert event["type"] == "session"
        self.session_id = event["session_id"]

    async def event(self) -> dict[str, Any]:
        """Take an event of the session."""
        message: dict[str, Any] = await self.client.receive_json()
        assert message["type"] == "event", message
        event: dict[str, Any] = message["event"]
        return event

    async def candidate(self, candidate: str, **fields: Any) -> None:
        """Send a candidate."""
        await self.client.send_json_auto_id(
            {
                "type": "camera/webrtc/candidate",
                "entity_id": CAMERA,
                "session_id": self.session_id,
                "candidate": {"candidate": candidate, **fields},
            }
        )
        response = await self.client.receive_json()
        assert response["success"], response

    async def close(self) -> None:
        """Go away."""
        await self.client.send_json_auto_id({"type": "unsubscribe_events", "subscription": self.subscription})
        assert (await self.client.receive_json())["success"]


@pytest.fixture
async def viewer(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
) -> Viewer:
    """Return a viewer of the front door."""
    return Viewer(await hass_ws_client(hass))


async def test_live(hass: HomeAssistant, edge: FakeEdge, viewer: Viewer) -> None:
    """Offer, answer, candidates and the end reach the other side."""
    await viewer.offer()
    assert await viewer.event() == {"type": "answer", "answer": ANSWER}
    offer = edge.sent("POST", WHEP)[0]
    assert offer.data == OFFER.encode()
    assert offer.headers["Content-Type"] == "application/sdp"

    await viewer.candidate(HOST_CANDIDATE, sdpMid="1", sdpMLineIndex=1)
    await viewer.candidate(HOST_CANDIDATE, sdpMLineIndex=1)
    await viewer.candidate("", sdpMid="0")
    await viewer.candidate(HOST_CANDIDATE, sdpMid="other", sdpMLineIndex=7)
    video = f"m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na={HOST_CANDIDATE}\r\n"
    audio = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=end-of-candidates\r\n"
    other = f"m=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:other\r\na={HOST_CANDIDATE}\r\n"
    sent = edge.sent("PATCH", SESSION)
    assert [request.data.decode() for request in sent if request.data] == [
        FRAGMENT_START + text for text in (video, video, audio, other)
    ]
    assert sent[0].headers["Content-Type"] == "application/trickle-ice-sdpfrag"

    await viewer.close()
    await hass.async_block_till_done()
    assert len(edge.sent("DELETE", SESSION)) == 1


async def test_capabilities(viewer: Viewer) -> None:
    """The frontend shows the live picture by WebRTC."""
    await viewer.client.send_json_auto_id({"type": "camera/capabilities", "entity_id": CAMERA})
    response = await viewer.client.receive_json()
    assert response["result"]["frontend_stream_types"] == ["web_rtc"]


async def test_early_candidates(hass: HomeAssistant, edge: FakeEdge, viewer: Viewer) -> None:
    """Candidates that come before the edge has answered wait for it."""
    hold = edge.holds["POST", WHEP] = asyncio.Event()
    await viewer.offer()
    for _ in range(70):
        await viewer.candidate(HOST_CANDIDATE, sdpMid="1")
    assert not edge.sent("PATCH", SESSION)

    hold.set()
    assert (await viewer.event())["type"] == "answer"
    await hass.async_block_till_done()
    assert len(edge.sent("PATCH", SESSION)) == 64


async def test_closed_early(hass: HomeAssistant, edge: FakeEdge, viewer: Viewer) -> None:
    """A viewer that leaves before the edge has answered leaves nothing behind."""
    hold = edge.holds["POST", WHEP] = asyncio.Event()
    await viewer.offer()
    await viewer.close()
    assert not edge.sent("DELETE", SESSION)

    hold.set()
    await hass.async_block_till_done()
    assert len(edge.sent("DELETE", SESSION)) == 1
    await viewer.candidate(HOST_CANDIDATE, sdpMid="1")
    assert not edge.sent("PATCH", SESSION)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (
            problem(503, "too_many_viewers", "Too many viewers", "Close one of them"),
            "The Ambianic edge says: Too many viewers. Close one of them.",
        ),
        (
            ClientConnectionError("refused"),
            "The Ambianic edge does not answer. Check that it is running",
        ),
        (
            TimeoutError(),
            "The Ambianic edge does not answer. Check that it is running",
        ),
        (
            Reply(201, ANSWER.encode()),
            NOT_UNDERSTOOD + "The live session has no address",
        ),
        (
            Reply(201, ANSWER.encode(), {"Location": "http://example.com/x"}),
            NOT_UNDERSTOOD + "The live session has no address",
        ),
        (
            Reply(201, b"\xff", {"Location": "/api/v1/x"}),
            NOT_UNDERSTOOD + "The answer is not text",
        ),
    ],
    ids=[
        "refused",
        "no_connection",
        "timeout",
        "no_location",
        "foreign_location",
        "no_text",
    ],
)
async def test_offer_fails(
    hass: HomeAssistant,
    edge: FakeEdge,
    viewer: Viewer,
    reply: Reply | Exception,
    message: str,
) -> None:
    """The viewer sees why there is no live picture, and can try again."""
    edge.replies["POST", WHEP] = reply
    await viewer.offer()
    assert await viewer.event() == {
        "type": "error",
        "code": "webrtc_offer_failed",
        "message": message,
    }
    await viewer.candidate(HOST_CANDIDATE, sdpMid="1")
    await viewer.close()
    await hass.async_block_till_done()
    assert not edge.sent("PATCH", SESSION)
    assert not edge.sent("DELETE", SESSION)

    edge.replies.clear()
    await viewer.offer()
    assert (await viewer.event())["type"] == "answer"


async def test_edge_refuses_the_rest(hass: HomeAssistant, edge: FakeEdge, viewer: Viewer) -> None:
    """A candidate or an end that the edge does not take does no harm."""
    edge.replies["PATCH", SESSION] = problem(422, "invalid_sdp", "No")
    edge.replies["DELETE", SESSION] = ClientConnectionError()
    await viewer.offer()
    assert (await viewer.event())["type"] == "answer"
    await viewer.candidate(HOST_CANDIDATE, sdpMid="1")
    await viewer.close()
    await hass.async_block_till_done()
    assert len(edge.sent("PATCH", SESSION)) == 1
    assert len(edge.sent("DELETE", SESSION)) == 1


async def test_edge_ends_session(hass: HomeAssistant, edge: FakeEdge, viewer: Viewer) -> None:
    """The viewer is told when the edge ends its session, and only its own."""
    await viewer.offer()
    assert (await viewer.event())["type"] == "answer"
    await edge.push("live_ended", session="another", reason="No.")
    await edge.push("live_ended", session="session1", reason="The camera is offline.")
    assert await viewer.event() == {
        "type": "error",
        "code": "webrtc_session_ended",
        "message": "The camera is offline.",
    }
    await viewer.close()
    await hass.async_block_till_done()
    assert not edge.sent("DELETE", SESSION)


async def test_unload_ends_sessions(
    hass: HomeAssistant,
    edge: FakeEdge,
    viewer: Viewer,
    loaded_entry: MockConfigEntry,
) -> None:
    """Unloading ends the sessions on the edge."""
    await viewer.offer()
    assert (await viewer.event())["type"] == "answer"
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    await hass.async_block_till_done()
    assert len(edge.sent("DELETE", SESSION)) == 1


async def test_still(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    """A still comes from the edge, in the wanted size."""
    client = await hass_client()
    response = await client.get(f"/api/camera_proxy/{CAMERA}")
    assert response.status == HTTPStatus.OK
    assert await response.read() == JPEG
    await client.get(f"/api/camera_proxy/{CAMERA}?width=640&height=360")
    path = f"cameras/{FRONT}/snapshot.jpg"
    queries = [request.query for request in edge.sent("GET", path)]
    assert queries == [{}, {"width": "640"}]

    edge.replies["GET", path] = problem(503, "camera_offline", "No picture now")
    response = await client.get(f"/api/camera_proxy/{CAMERA}")
    assert response.status == HTTPStatus.INTERNAL_SERVER_ERROR


async def test_privacy_mode(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """Off is privacy mode on the edge."""
    target = {"entity_id": CAMERA}
    await hass.services.async_call("camera", "turn_off", target, blocking=True)
    await edge.push_camera(make_camera(enabled=False, state="disabled"))
    # It stays available, to be switched on again.
    assert hass.states.get(CAMERA).state == "idle"

    await hass.services.async_call("camera", "turn_on", target, blocking=True)
    await edge.push_camera(make_camera())
    patches = edge.sent("PATCH", f"cameras/{FRONT}")
    assert [request.json for request in patches] == [
        {"enabled": False},
        {"enabled": True},
    ]


@pytest.mark.parametrize(
    ("reply", "message", "flows"),
    [
        (ClientConnectionError(), "does not answer", []),
        (problem(507, "storage", "The disk is full"), "The disk is full", []),
        (problem(401, "unauthorized", "No"), "refuses the token", [SOURCE_REAUTH]),
    ],
)
async def test_privacy_mode_fails(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    reply: Reply | Exception,
    message: str,
    flows: list[str],
) -> None:
    """The user sees why the camera cannot be switched."""
    edge.replies["PATCH", f"cameras/{FRONT}"] = reply
    with pytest.raises(HomeAssistantError, match=message):
        await hass.services.async_call("camera", "turn_off", {"entity_id": CAMERA}, blocking=True)
    progress = hass.config_entries.flow.async_progress()
    assert [flow["context"]["source"] for flow in progress] == flows


async def test_states(hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry) -> None:
    """A camera is streaming while somebody watches, and unavailable when it is gone."""
    await edge.push_camera(make_camera(viewers=1))
    assert hass.states.get(CAMERA).state == "streaming"
    await edge.push_camera(make_camera(state="unreachable", reason="No answer."))
    assert hass.states.get(CAMERA).state == "unavailable"
    await edge.push_camera(make_camera())
    assert hass.states.get(CAMERA).state == "idle"
    await edge.push("info", info=make_info(name="Attic"))
    assert hass.states.get(CAMERA).state == "idle"


@pytest.mark.parametrize(
    ("camera", "source"),
    [
        ({"has_password": True}, None),
        (
            {"has_password": False, "username": None},
            "rtsp://192.168.1.20/stream1",
        ),
        (
            {"has_password": False, "username": "viewer"},
            "rtsp://viewer@192.168.1.20/stream1",
        ),
        (
            {"has_password": False, "url": "rtsp://camera/s?user=a&password=REDACTED"},
            None,
        ),
        ({"has_password": False, "url": "file:///media/garden.mp4"}, None),
        ({"has_password": False, "url": "/dev/video0"}, None),
        ({"has_password": False, "url": "http://camera/still.jpg"}, None),
    ],
)
async def test_stream_source(
    hass: HomeAssistant,
    edge: FakeEdge,
    loaded_entry: MockConfigEntry,
    camera: dict[str, Any],
    source: str | None,
) -> None:
    """Others get the camera's address where they could use it."""
    await edge.push_camera(make_camera(**camera))
    assert await async_get_stream_source(hass, CAMERA) == source
