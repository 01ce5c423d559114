"""Tests of the media source: browsing, searching and playing."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientConnectionError
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.ambianic.const import DOMAIN

from .edge import EDGE_ID, FRONT, GARDEN, FakeEdge, make_camera, make_event, make_storage, problem

ROOT = "media-source://ambianic"
EDGE = f"{ROOT}/{EDGE_ID}"
CAMERA = f"{EDGE}/camera/{FRONT}"
PATH = f"/api/ambianic/{EDGE_ID}"

type Command = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.freeze_time("2026-11-22T17:00:00Z")

EVENTS = [
    make_event(id="e5", start="2026-11-22T16:04:05.123Z", zones=["porch", "drive"]),
    make_event(id="e4", start="2026-11-21T23:30:00.000Z", label="car", camera_id=GARDEN, starred=True),
    make_event(id="e3", start="2026-11-21T22:30:00.000Z", camera_id=GARDEN),
    make_event(id="e2", start="2026-11-20T09:00:00.000Z", label="traffic light", clip=None, starred=True),
    make_event(id="e1", start="2026-10-25T00:30:00.000Z", clip=None, snapshot=False),
]


@pytest.fixture
async def command(
    hass: HomeAssistant, edge: FakeEdge, loaded_entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> Command:
    """Send commands as the frontend does, to a home in Berlin whose edge has some events."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    assert await async_setup_component(hass, "media_source", {})
    edge.events = [dict(event) for event in EVENTS]
    client = await hass_ws_client()

    async def command(name: str, media_content_id: str, **fields: Any) -> dict[str, Any]:
        await client.send_json_auto_id({"type": f"media_source/{name}", "media_content_id": media_content_id, **fields})
        answer: dict[str, Any] = await client.receive_json()
        return answer

    return command


def titles(answer: dict[str, Any]) -> list[str]:
    """Return what a page shows."""
    return [child["title"] for child in answer["result"]["children"]]


async def test_edge(edge: FakeEdge, command: Command) -> None:
    """The only edge is the first page, with its cameras."""
    await edge.push_camera(make_camera(last_event=make_event()))
    answer = await command("browse_media", ROOT)
    assert answer["result"]["title"] == "Ambianic Edge"
    assert answer["result"]["can_search"]
    assert titles(answer) == ["Front door", "Garden", "All cameras", "By kind", "Starred"]
    front, garden, *_ = answer["result"]["children"]
    assert front["media_content_id"] == CAMERA
    assert front["thumbnail"] == f"{PATH}/events/0d9c2f7e/thumbnail.jpg"
    assert garden["thumbnail"] is None
    assert await command("browse_media", EDGE) == answer | {"id": answer["id"] + 1}


async def test_days(edge: FakeEdge, command: Command) -> None:
    """Days are those of the home, with their counts, the latest first."""
    answer = await command("browse_media", f"{EDGE}/all")
    assert titles(answer) == [
        "Sunday 22 November 2026 (2)",
        "Saturday 21 November 2026 (1)",
        "Friday 20 November 2026 (1)",
        "Sunday 25 October 2026 (1)",
    ]
    assert answer["result"]["children"][0]["media_content_id"] == f"{EDGE}/all/2026-11-22"
    assert edge.sent("GET", "events/counts")[0].query["tz"] == "Europe/Berlin"

    answer = await command("browse_media", CAMERA)
    assert titles(answer)[:2] == ["Recordings", "Sunday 22 November 2026 (1)"]


async def test_events(edge: FakeEdge, command: Command) -> None:
    """A day shows its events, the latest first."""
    answer = await command("browse_media", f"{CAMERA}/2026-11-22")
    assert answer["result"]["title"] == "Front door, Sunday 22 November 2026"
    assert titles(answer) == ["17:04:05 Person (Porch, drive)"]
    event = answer["result"]["children"][0]
    assert event["media_content_id"] == f"{EDGE}/event/e5"
    assert event["thumbnail"] == f"{PATH}/events/e5/thumbnail.jpg"
    assert (event["can_play"], event["can_expand"]) == (True, False)
    assert (event["media_class"], event["media_content_type"]) == ("video", "video/mp4")

    answer = await command("browse_media", f"{EDGE}/all/2026-11-22")
    assert titles(answer) == ["17:04:05 Front door: Person (Porch, drive)", "00:30:00 Garden: Car"]
    query = edge.sent("GET", "events")[-1].query
    assert (query["after"], query["before"]) == ("2026-11-22T00:00:00+01:00", "2026-11-23T00:00:00+01:00")


async def test_day_of_25_hours(edge: FakeEdge, command: Command) -> None:
    """The day on which the clock is put back is an hour longer."""
    answer = await command("browse_media", f"{CAMERA}/2026-10-25")
    assert titles(answer) == ["02:30:00 Person"]
    event = answer["result"]["children"][0]
    assert (event["can_play"], event["thumbnail"]) == (False, None)
    query = edge.sent("GET", "events")[-1].query
    assert (query["after"], query["before"]) == ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")


async def test_labels(command: Command) -> None:
    """Events can be found by what was seen; a picture takes the place of a recording."""
    answer = await command("browse_media", f"{EDGE}/labels")
    assert titles(answer) == ["Car (1)", "Person (3)", "Traffic light (1)"]
    label = answer["result"]["children"][2]["media_content_id"]
    assert label == f"{EDGE}/label/traffic%20light"
    answer = await command("browse_media", label)
    assert answer["result"]["title"] == "Traffic light"
    answer = await command("browse_media", answer["result"]["children"][0]["media_content_id"])
    event = answer["result"]["children"][0]
    assert event["title"] == "10:00:00 Front door: Traffic light"
    assert event["media_content_id"] == f"{EDGE}/snapshot/e2"
    assert (event["media_class"], event["can_play"]) == ("image", True)


async def test_starred(edge: FakeEdge, command: Command) -> None:
    """Starred events are on one page, and by days where they are many."""
    answer = await command("browse_media", f"{EDGE}/starred")
    assert titles(answer) == ["2026-11-22 00:30:00 Garden: Car", "2026-11-20 10:00:00 Front door: Traffic light"]

    many = [make_event(id=f"s{number}", starred=True, camera_id="gone") for number in range(200)]
    edge.events = many + edge.events
    answer = await command("browse_media", f"{EDGE}/starred")
    assert titles(answer)[0] == "Sunday 22 November 2026 (201)"


async def test_busy_day(edge: FakeEdge, command: Command) -> None:
    """A day of more events than fit on a page has its hours, and a busy hour says how many it does not show."""
    edge.events = [make_event(id=f"e{number}", start=f"2026-11-22T16:{number % 60:02}:00Z") for number in range(230)]
    edge.events.append(make_event(id="late", start="2026-11-22T15:00:00Z"))
    answer = await command("browse_media", f"{CAMERA}/2026-11-22")
    assert titles(answer) == ["17:00 (230)", "16:00 (1)"]

    busy, quiet = answer["result"]["children"]
    assert quiet["media_content_id"] == f"{CAMERA}/1795359600-1795363200"
    answer = await command("browse_media", quiet["media_content_id"])
    assert answer["result"]["title"] == "Front door, Sunday 22 November 2026, 16:00"
    assert titles(answer) == ["16:00:00 Person"]
    answer = await command("browse_media", busy["media_content_id"])
    assert len(titles(answer)) == 200
    assert answer["result"]["not_shown"] == 30


@pytest.mark.parametrize(("place", "can_play"), [("event/e5", True), ("snapshot/e2", True), ("event/e1", False)])
async def test_event(command: Command, place: str, can_play: bool) -> None:
    """An event has a page of its own, to which notifications lead."""
    answer = await command("browse_media", f"{EDGE}/{place}")
    assert answer["result"]["can_play"] is can_play
    assert not answer["result"]["can_expand"]


def span(start: str, end: str) -> dict[str, str]:
    """Describe a time that was recorded."""
    return {"camera_id": FRONT, "start": start, "end": end}


async def test_recordings(edge: FakeEdge, command: Command) -> None:
    """Recordings are found by the day and the hour."""
    edge.spans = [
        span("2026-11-20T10:30:00.000Z", "2026-11-20T10:31:00.000Z"),
        span("2026-11-21T19:10:10.100Z", "2026-11-21T19:10:10.900Z"),
        span("2026-11-21T20:15:00.000Z", "2026-11-21T20:16:30.000Z"),
        span("2026-11-21T22:50:10.250Z", "2026-11-22T00:10:00.000Z"),
        span("2026-11-22T00:20:00.000Z", "2026-11-22T00:30:00.000Z"),
    ]
    answer = await command("browse_media", f"{EDGE}/recordings/{FRONT}")
    assert answer["result"]["title"] == "Recordings of Front door"
    assert titles(answer) == ["Sunday 22 November 2026", "Saturday 21 November 2026", "Friday 20 November 2026"]
    assert edge.sent("GET", "recordings")[0].query["start"] == "2026-11-08T16:00:00+00:00"

    edge.spans.pop(0)
    answer = await command("browse_media", answer["result"]["children"][1]["media_content_id"])
    # Paths have whole seconds, of which the shortest recording has none.
    assert titles(answer) == ["23:50 – 00:00", "21:15 – 21:16"]
    hour = answer["result"]["children"][0]
    assert hour["media_content_id"] == f"{EDGE}/recordings/{FRONT}/1795301411-1795302000"
    assert hour["thumbnail"] == f"{PATH}/recordings/{FRONT}/1795301411-1795302000/preview.jpg"
    answer = await command("browse_media", hour["media_content_id"])
    assert answer["result"]["can_play"]

    answer = await command("browse_media", f"{EDGE}/recordings/{FRONT}/2026-11-22")
    assert titles(answer) == ["01:00 – 01:30", "00:00 – 01:00"]


async def test_recordings_of_years(edge: FakeEdge, command: Command) -> None:
    """The edge is asked for no more time than it tells of at once."""
    storage = make_storage()
    storage["cameras"][0]["oldest"] = "2025-01-01T00:00:00.000Z"
    await edge.push("storage", storage=storage)
    await command("browse_media", f"{EDGE}/recordings/{FRONT}")
    starts = [request.query["start"] for request in edge.sent("GET", "recordings")]
    assert starts == ["2025-01-01T00:00:00+00:00", "2026-02-05T00:00:00+00:00"]

    answer = await command("browse_media", f"{EDGE}/recordings/{GARDEN}")
    assert titles(answer) == []


NOWHERE = [
    "cameras",
    "camera",
    "camera/..",
    "camera/gone",
    "label",
    "label/",
    "event",
    f"camera/{FRONT}/yesterday",
    f"camera/{FRONT}/0001-01-01",
    f"camera/{FRONT}/20-10",
    f"camera/{FRONT}/2026-11-22/more",
    "recordings/gone",
]


async def test_nothing_there(command: Command) -> None:
    """What does not exist is said to be so."""
    for place in NOWHERE:
        answer = await command("browse_media", f"{EDGE}/{place}")
        assert answer["error"]["code"] == "browse_media_failed"
        assert answer["error"]["message"] == f"Ambianic has no {EDGE_ID}/{place}. It may have been deleted"


async def test_several_edges(hass: HomeAssistant, edge: FakeEdge, command: Command) -> None:
    """Several edges are on a page of their own; one that is not there says so."""
    MockConfigEntry(domain=DOMAIN, title="Cabin", unique_id="cabin").add_to_hass(hass)
    answer = await command("browse_media", ROOT)
    assert answer["result"]["title"] == "Ambianic"
    assert titles(answer) == ["Ambianic Edge", "Cabin"]
    cabin = answer["result"]["children"][1]["media_content_id"]
    for name, place in (("browse_media", cabin), ("resolve_media", f"{cabin}/event/e5")):
        answer = await command(name, place)
        assert "Cabin is not connected now" in answer["error"]["message"]
    answer = await command("search_media", ROOT, search_query="person")
    assert len(answer["result"]["result"]) == 3


async def test_no_edge(hass: HomeAssistant, loaded_entry: MockConfigEntry, command: Command) -> None:
    """Nothing can be browsed without an edge."""
    await hass.config_entries.async_remove(loaded_entry.entry_id)
    for name, fields in (("browse_media", {}), ("search_media", {"search_query": "person"})):
        answer = await command(name, ROOT, **fields)
        assert "No Ambianic edge is set up" in answer["error"]["message"]
    answer = await command("browse_media", EDGE)
    assert "There is no such Ambianic edge" in answer["error"]["message"]


async def test_edge_away(edge: FakeEdge, command: Command) -> None:
    """The user sees why a page is not there."""
    edge.replies["GET", "events/counts"] = ClientConnectionError()
    answer = await command("browse_media", f"{EDGE}/all")
    assert "does not answer" in answer["error"]["message"]
    answer = await command("search_media", EDGE, search_query="person")
    assert "does not answer" in answer["error"]["message"]


SEARCHES = [
    ("person", "", ["e5", "e3", "e1"]),
    ("persons", "", ["e5", "e3", "e1"]),
    ("CAR", "", ["e4"]),
    ("traffic", "", ["e2"]),
    ("person car", "", ["e5", "e4", "e3", "e1"]),
    ("garden", "", ["e4", "e3"]),
    ("front door person", "", ["e5", "e1"]),
    ("door", "", ["e5", "e2", "e1"]),
    ("front garden", "", ["e5", "e4", "e3", "e2", "e1"]),
    ("front door garden person", "", ["e5", "e3", "e1"]),
    ("person today", "", ["e5"]),
    ("yesterday", "", ["e3"]),
    ("2026-11-20", "", ["e2"]),
    ("starred", "", ["e4", "e2"]),
    ("Drive", "", ["e5"]),
    ("unicorn", "", []),
    ("person", f"/camera/{GARDEN}", ["e3"]),
    ("person", f"/camera/{FRONT}/2026-11-22", ["e5"]),
    ("person", f"/recordings/{GARDEN}", ["e3"]),
    ("garden", "/label/person", ["e3"]),
    ("car", "/starred", ["e4"]),
]


async def test_search(command: Command) -> None:
    """All words must fit, but kinds and cameras, of which each will do."""
    for words, place, found in SEARCHES:
        answer = await command("search_media", EDGE + place, search_query=words)
        ids = [event["media_content_id"].rsplit("/", 1)[1] for event in answer["result"]["result"]]
        assert ids == found, (words, place)


async def test_search_by_class(command: Command) -> None:
    """Only recordings can be wanted, or only pictures."""
    for media_class, count in (("video", 3), ("image", 2), ("music", 0)):
        answer = await command("search_media", ROOT, search_query="", media_filter_classes=[media_class])
        assert len(answer["result"]["result"]) == count


PLAYABLE = [
    ("event/e5", "events/e5/clip.mp4", "video/mp4"),
    ("event/e2", "events/e2/snapshot.jpg", "image/jpeg"),
    ("snapshot/e5", "events/e5/snapshot.jpg", "image/jpeg"),
    (f"recordings/{FRONT}/10-20", f"recordings/{FRONT}/10-20/clip.mp4", "video/mp4"),
]


async def test_resolve(command: Command) -> None:
    """What plays is a signed path of Home Assistant."""
    for place, path, mime_type in PLAYABLE:
        answer = await command("resolve_media", f"{EDGE}/{place}")
        assert answer["result"]["url"].startswith(f"{PATH}/{path}?authSig=")
        assert answer["result"]["mime_type"] == mime_type


NOT_PLAYABLE = [
    ("", "Ambianic has no"),
    ("/starred", "Ambianic has no"),
    (f"/camera/{FRONT}", "Ambianic has no"),
    (f"/recordings/{FRONT}", "Ambianic has no"),
    (f"/recordings/{FRONT}/2026-11-22", "Ambianic has no"),
    ("/nothing/e1", "Ambianic has no"),
    ("/event/e1", "neither a recording nor a picture"),
    ("/event/gone", "The Ambianic edge says: There is nothing here"),
]


async def test_not_playable(command: Command) -> None:
    """What can't be played is told in words."""
    for place, message in NOT_PLAYABLE:
        answer = await command("resolve_media", EDGE + place)
        assert answer["error"]["code"] == "resolve_media_failed", place
        assert message in answer["error"]["message"]


async def test_root_not_playable(edge: FakeEdge, command: Command) -> None:
    """All edges together are nothing to play, and a refused token is told."""
    answer = await command("resolve_media", ROOT)
    assert answer["error"]["code"] == "resolve_media_failed"
    edge.replies["GET", "events/e5"] = problem(401, "unauthorized", "The token is not valid")
    answer = await command("resolve_media", f"{EDGE}/event/e5")
    assert "refuses the token" in answer["error"]["message"]
