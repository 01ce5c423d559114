"""What a real camera's pictures lead to: zones, looks that explain it, and analyses of what was recorded."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
import os
from pathlib import Path
from typing import Any

import psutil
import pytest

from .conftest import Api, edge
from .doors import open_doors

LEFT = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
RIGHT = [[0.5, 0], [1, 0], [1, 1], [0.5, 1]]
ZONES = [{"name": "Left side", "points": LEFT}, {"name": "Right side", "points": RIGHT}]


async def when[T](ask: Callable[[], Awaitable[T]], condition: Callable[[T], bool], seconds: float = 60) -> T:
    """What is answered once a condition is true of it."""
    async with asyncio.timeout(seconds):
        while not condition(answer := await ask()):
            await asyncio.sleep(0.1)
    return answer


async def street(api: Api, clip: Path, **fields: Any) -> str:
    """The path of a camera that sees people walk on a pavement."""
    camera = {"name": "Street", "url": str(clip), "recording": {"mode": "continuous"}, **fields}
    return f"/cameras/{(await api('POST', '/cameras', camera)).json['id']}"


def analyses(api: Api) -> list[psutil.Process]:
    """The processes that look at recordings now."""
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if any(str(api.directory) in argument and "analyses" in argument for argument in process.cmdline())
    ]


async def test_zones_looks_and_an_analysis(api: Api, clip: Path) -> None:
    """Zones are drawn while people walk: events name them, they are occupied, looks say why; an analysis finds the people again."""
    path = await street(api, clip, detection={"labels": {"person": 0.5}})
    drawn = await api("PATCH", path, {"detection": {"zones": ZONES}})
    assert [zone["id"] for zone in drawn.json["detection"]["zones"]] == ["left-side", "right-side"]

    first = (await api("GET", f"{path}/looks", params={"wait": "20"})).json
    assert first["looks"]

    async def occupied() -> Mapping[str, Any]:
        return dict((await api("GET", path)).json["occupied"])

    assert set(await when(occupied, bool)) <= {"left-side", "right-side"}

    async def events() -> list[dict[str, Any]]:
        return list((await api("GET", "/events?zone=left-side")).json["events"])

    event = (await when(events, bool))[-1]
    assert event["label"] == "person"

    looks: list[dict[str, Any]] = []
    after = first["next"]
    async with asyncio.timeout(30):
        while not any(track["event_id"] for look in looks for track in look["tracks"]):
            answer = (await api("GET", f"{path}/looks", params={"after": str(after)})).json
            looks, after = [*looks, *answer["looks"]], answer["next"]
    numbers = [look["n"] for look in looks]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > first["next"]
    assert numbers[-1] == after
    assert {found["verdict"] for look in looks for found in look["found"]} & {"event", "too_short"}

    begin = datetime.fromisoformat(event["start"])
    span = {"start": (begin - timedelta(seconds=2)).isoformat(), "end": (begin + timedelta(seconds=6)).isoformat()}
    asked = {
        **span,
        "detection": {"labels": {"person": 0.4}, "zones": [{"name": "All", "points": [[0, 0], [1, 0], [1, 1], [0, 1]]}]},
    }
    begun = await when(lambda: api("POST", f"{path}/analyses", asked), lambda answer: answer.status != 404)
    assert (begun.status, begun.json["state"]) == (201, "running")
    refused = await api("POST", f"{path}/analyses", span)
    assert (refused.status, refused.json["code"]) == (409, "busy")
    place = begun.headers["Location"].removeprefix("/api/v1")

    async def analysis() -> dict[str, Any]:
        return dict((await api("GET", place)).json)

    done = await when(analysis, lambda found: found["state"] != "running")
    assert (done["state"], done["reason"], done["progress"]) == ("done", None, 1)
    assert {event["label"] for event in done["events"]} == {"person"}
    assert any(event["zones"] == ["all"] for event in done["events"])
    assert {event["camera_id"] for event in done["events"]} == {path.rpartition("/")[2]}
    assert all(span["start"][:19] <= look["at"] for look in done["looks"])
    assert done["figures"]["inferences"] > 0
    rest = (await api("GET", place, params={"after": str(done["looks"][2]["n"])})).json["looks"]
    assert rest == done["looks"][3:]
    # What it found is nobody's news.
    assert not {event["id"] for event in done["events"]} & {
        event["id"] for event in (await api("GET", "/events")).json["events"]
    }
    assert not list((api.directory / "analyses").iterdir())
    assert (await api("DELETE", place)).status == 204
    assert (await api("GET", place)).status == 404


@pytest.mark.long
async def test_an_analysis_is_cancelled(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By who began it, when nobody waits for it, and by the end of the edge; its process and its copy are gone then."""
    async with edge(tmp_path) as api:
        path = await street(api, clip, detection={"enabled": False})

        async def recorded() -> list[dict[str, Any]]:
            now = datetime.now().astimezone()
            hour = {"start": (now - timedelta(hours=1)).isoformat(), "end": now.isoformat()}
            return list((await api("GET", "/recordings", params=hour)).json["spans"])

        span = (await when(recorded, bool))[0]
        wanted = {"start": span["start"], "end": (datetime.fromisoformat(span["start"]) + timedelta(minutes=9)).isoformat()}

        async def begin() -> str:
            answer = await api("POST", f"{path}/analyses", wanted)
            assert answer.status == 201
            await when(running, bool)
            return str(answer.json["id"])

        async def running() -> list[psutil.Process]:
            return analyses(api)

        cancelled = await begin()
        (process,) = analyses(api)
        assert process.nice() >= os.nice(0) + 10
        assert (await api("DELETE", f"/analyses/{cancelled}")).status == 204
        assert analyses(api) == []
        assert not list((tmp_path / "analyses").iterdir())
        with monkeypatch.context() as patch:
            patch.setattr("ambianic.home.analyses.LEASE_SECONDS", 0.1)
            left_alone = (await api("POST", f"{path}/analyses", wanted)).json["id"]
            await asyncio.sleep(0.5)
        await when(running, lambda processes: not processes)
        answer = await api("GET", f"/analyses/{left_alone}")
        assert (answer.json["state"], answer.json["reason"]) == ("failed", "Nobody waited for it any more. Begin it again.")
        await begin()
        process = analyses(api)[0]
        left = tmp_path / "analyses" / "left-by-a-crash"
        left.mkdir()
    assert not process.is_running()
    async with edge(tmp_path):
        assert not left.exists()


async def test_what_can_not_be_tuned(api: Api) -> None:
    """Is said clearly."""
    path = f"/cameras/{(await api('POST', '/cameras', {'name': 'Door', 'url': 'rtsp://127.0.0.1:9/1'})).json['id']}"
    hour = {"start": "2026-11-22T16:00:00Z", "end": "2026-11-22T17:00:00Z"}
    minute = {**hour, "end": "2026-11-22T16:01:00Z"}
    crossed = {"zones": [{"name": "a", "points": [[0, 0], [1, 1], [1, 0], [0, 1]]}]}
    for body, status, field in (
        (hour, 422, "end"),
        ({"start": minute["end"], "end": minute["start"]}, 422, "end"),
        ({"start": "yesterday", "end": minute["end"]}, 422, "start"),
        ({**minute, "detection": crossed}, 422, "detection.zones.0.points"),
        ({**minute, "detection": {"colour": 1}}, 422, "detection.colour"),
        ({**minute, "speed": 2}, 422, "speed"),
        (minute, 404, None),
    ):
        answer = await api("POST", f"{path}/analyses", body)
        assert (answer.status, answer.json["field"]) == (status, field)
    assert (await api("GET", "/analyses/none")).status == 404
    assert (await api("GET", f"{path}/looks?wait=21")).json["field"] == "wait"
    assert (await api("GET", f"{path}/looks?wait=0")).json == {"looks": [], "next": 0}
    await api("PATCH", path, {"detection": {"enabled": False}})
    assert (await api("GET", f"{path}/looks")).json["code"] == "camera_disabled"
    assert (await api("GET", "/cameras/00000000/looks")).status == 404


@asynccontextmanager
async def phones(directory: Path) -> AsyncIterator[tuple[Api, Api, str, str]]:
    """Two owners' phones, the second of which does not see the first of two cameras."""
    async with open_doors(directory) as doors:
        hidden, seen = await doors.camera("a"), await doors.camera("b")
        owner, limited = await doors.phone("Owner", "owner"), await doors.phone("Limited", "owner", [seen])
        yield owner.api, limited.api, hidden, seen


async def test_phones_tune_only_what_they_see(tmp_path: Path) -> None:
    """What else there is does not exist for them."""
    async with phones(tmp_path) as (owner, limited, hidden, seen):
        assert (await owner("GET", f"/cameras/{hidden}/looks?wait=0")).status == 200
        assert (await limited("GET", f"/cameras/{seen}/looks?wait=0")).status == 200
        assert (await limited("GET", f"/cameras/{hidden}/looks?wait=0")).status == 404
        assert (await limited("POST", f"/cameras/{hidden}/analyses", {})).status == 404


@pytest.mark.long
async def test_what_rests_is_known_after_a_restart(tmp_path: Path, clip: Path) -> None:
    """The cars that are parked before the camera are no events, also with another run of the edge."""
    detection = {"labels": {"car": 0.4}, "always": True}
    async with edge(tmp_path) as api:
        path = await street(api, clip, detection=detection, recording={"mode": "off"})
        await when(lambda: asyncio.to_thread((tmp_path / "resting.json").exists), bool)
        camera_id = path.rpartition("/")[2]
        first = (tmp_path / "resting.json").read_text()
        assert camera_id in first
        assert '"car"' in first
    async with edge(tmp_path) as api:
        looks = (await api("GET", f"{path}/looks?wait=20")).json["looks"]
        parked = [track for look in looks for track in look["tracks"] if track["state"] == "resting"]
        assert {track["verdict"] for track in parked} == {"parked"}
        assert (await api("GET", "/events")).json["events"] == []
        assert (await api("DELETE", path)).status == 204
    assert camera_id not in (tmp_path / "resting.json").read_text()
