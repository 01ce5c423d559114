"""Remote access over the API: its settings, and the window by which phones come in."""

import asyncio
from collections.abc import AsyncIterator
import json
import logging
from pathlib import Path
import socket
from typing import Any

import aiohttp
import pytest

from tests.edge.webrtc.peer import Peer
from tests.support.child import free_port

from .conftest import Api
from .doors import Doors, PhoneApi, open_doors
from .test_cameras import camera_when, online

APP = "https://app.example/"
SECRETS = ("code", "link", "qr")


@pytest.fixture
async def doors(tmp_path: Path) -> AsyncIterator[Doors]:
    """An edge with its own registrar."""
    async with open_doors(tmp_path, registrar_port=free_port(), app=APP) as doors:
        await remote_when(doors.token, lambda remote: [one["state"] for one in remote["registrars"]] == ["connected"])
        yield doors


async def remote_when(api: Api, condition: Any) -> dict[str, Any]:
    """Remote access once the condition is true."""
    async with asyncio.timeout(15):
        while not condition(remote := (await api("GET", "/remote")).json):
            await asyncio.sleep(0.05)
    found: dict[str, Any] = remote
    return found


async def next_of(socket: aiohttp.ClientWebSocketResponse, *kinds: str) -> dict[str, Any]:
    """The next message of one of these kinds."""
    async with asyncio.timeout(10):
        while True:
            message: dict[str, Any] = await socket.receive_json()
            if message["type"] in kinds:
                return message


async def test_remote_access_shows_itself(doors: Doors) -> None:
    """Fingerprint, app, registrars."""
    remote = (await doors.token("GET", "/remote")).json
    assert remote.keys() == {"enabled", "fingerprint", "app", "registrars", "ice"}
    assert (remote["enabled"], remote["app"], remote["ice"]) == (True, APP, [])
    assert [len(group) for group in remote["fingerprint"].split()] == [4] * 8
    assert remote["registrars"][0]["embedded"] is True


async def test_settings_take_effect_at_once_and_are_kept(tmp_path: Path) -> None:
    """Without a restart; credentials go in and never come out."""
    port = free_port()
    ice = [{"urls": "turn:turn.example:3478", "username": "u", "credential": "hunter2"}]
    async with open_doors(tmp_path) as doors:
        async with doors.token.session.ws_connect("/api/v1/stream") as stream:
            before = await next_of(stream, "state")
            assert before["remote"]["registrars"] == []
            url = f"http://127.0.0.1:{port}"
            changed = await doors.token("PATCH", "/remote", {"registrars": [url], "ice": ice, "app": "https://App.Example"})
            assert changed.status == 200
            assert changed.json["app"] == APP
            told = await next_of(stream, "remote")
        assert told["remote"]["app"] == APP
        remote = await remote_when(doors.token, lambda remote: remote["registrars"] and remote["registrars"][0]["reason"])
        assert (remote["registrars"][0]["url"], remote["registrars"][0]["state"]) == (f"{url}/", "offline")
        assert remote["ice"] == [{"urls": ["turn:turn.example:3478"]}]
        assert "hunter2" not in json.dumps(remote) + json.dumps(told)
        off = await doors.token("PATCH", "/remote", {"enabled": False})
        assert (off.json["enabled"], off.json["app"]) == (False, APP)
    async with open_doors(tmp_path) as doors:
        again = (await doors.token("GET", "/remote")).json
        assert (again["enabled"], again["app"], again["fingerprint"]) == (False, APP, remote["fingerprint"])


async def test_registrars_of_the_command_line_are_for_this_run(tmp_path: Path) -> None:
    """They come after those that are kept, and are not kept themselves."""
    extra = ("http://127.0.0.1:9/",)
    async with open_doors(tmp_path, registrars=extra) as doors:
        await doors.token("PATCH", "/remote", {"registrars": ["http://127.0.0.1:10"]})
        remote = await remote_when(doors.token, lambda remote: len(remote["registrars"]) == 2)
        assert [one["url"] for one in remote["registrars"]] == ["http://127.0.0.1:10/", "http://127.0.0.1:9/"]
    kept = json.loads((tmp_path / "config.json").read_text())["remote"]
    assert kept["registrars"] == ["http://127.0.0.1:10/"]


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"enabled": "perhaps"}, "enabled"),
        ({"registrars": ["ftp://x"]}, "registrars.0"),
        ({"registrars": ["https://user:hunter2@pnp.example/"]}, "registrars.0"),
        ({"registrars": "https://pnp.example/"}, "registrars"),
        ({"registrars": ["https://pnp.example/"] * 9}, "registrars"),
        ({"app": "javascript:alert(1)"}, "app"),
        ({"app": "https://app.example/#x"}, "app"),
        ({"ice": [{"urls": ["http://x"]}]}, "ice.0.urls.0"),
        ({"ice": [{"urls": []}]}, "ice.0.urls"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_wrong_settings_are_named(doors: Doors, settings: dict[str, Any], field: str) -> None:
    """And nothing is changed."""
    before = (await doors.token("GET", "/remote")).json
    answer = await doors.token("PATCH", "/remote", settings)
    assert (answer.status, answer.json["field"]) == (422, field)
    assert "hunter2" not in answer.body.decode()
    assert (await doors.token("GET", "/remote")).json == before


async def test_a_registrar_of_our_own_that_can_not_run_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The rest of the edge works, and whoever looks at remote access sees what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken, caplog.at_level(logging.ERROR):
        port = taken.getsockname()[1]
        async with open_doors(tmp_path, registrar_port=port) as doors:
            assert (await doors.token("GET", "/info")).status == 200
            registrar = (await doors.token("GET", "/remote")).json["registrars"][0]
    assert (registrar["embedded"], registrar["state"]) == (True, "offline")
    assert f"{port} can't be used" in registrar["reason"]
    assert f"{port} can't be used" in caplog.text


async def test_a_window_is_opened_told_and_closed(doors: Doors) -> None:
    """Its secrets are for those who open it; a new one takes the place of the old one."""
    async with doors.token.session.ws_connect("/api/v1/stream") as stream:
        assert (await next_of(stream, "state"))["pairing"] == {"state": "closed"}
        opened = await doors.ingress("POST", "/pairing", {"role": "owner"})
        told = (await next_of(stream, "pairing"))["pairing"]
        pairing = opened.json
        assert opened.status == 201
        assert told == pairing == (await doors.token("GET", "/pairing")).json
        assert (pairing["state"], pairing["role"], pairing["cameras"], pairing["opened_by"]) == ("open", "owner", None, "Alma")
        assert len(pairing["code"]) == 6
        assert pairing["link"].startswith(f"{APP}#p=1.")
        assert pairing["qr"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        again = (await doors.token("POST", "/pairing", {"role": "viewer", "method": "link"})).json
        assert (again["code"], again["opened_by"]) == (None, "test")
        assert again["link"] != pairing["link"]
        assert (await doors.token("DELETE", "/pairing")).status == 204
        async with asyncio.timeout(10):
            while (closed := (await next_of(stream, "pairing"))["pairing"])["state"] != "cancelled" or closed["id"] != again[
                "id"
            ]:
                pass
    assert {name: closed[name] for name in SECRETS} == dict.fromkeys(SECRETS)


async def test_a_pairing_s_secrets_are_not_for_phones(doors: Doors) -> None:
    """Except for the owner who opened it, in the answers to that phone's own calls."""
    owner, other = await doors.phone("Owner", "owner"), await doors.phone("Other", "owner")
    viewer = await doors.phone("Viewer", "viewer")

    async def known(phone: PhoneApi) -> dict[str, Any]:
        got: dict[str, Any] = (await phone.api("GET", "/pairing")).json
        return got

    async with (
        owner.api.session.ws_connect("/api/v1/stream") as first,
        viewer.api.session.ws_connect("/api/v1/stream") as second,
    ):
        cursor = (await next_of(first, "state"))["cursor"]
        await next_of(second, "state")
        secrets = [await opened(doors.token, {"role": "viewer"})]
        told = [(await next_of(stream, "pairing"))["pairing"] for stream in (first, second)]
        told += [await known(phone) for phone in (owner, other, viewer)]
        secrets.append(await opened(owner.api, {"role": "viewer", "method": "link"}))
        told += [(await next_of(stream, "pairing"))["pairing"] for stream in (first, second)]
        told += [await known(phone) for phone in (other, viewer)]
        mine = await known(owner)
    for phone in (owner, viewer):
        async with phone.api.session.ws_connect("/api/v1/stream", params={"after": cursor}) as stream:
            told.append((await next_of(stream, "pairing"))["pairing"])
        async with phone.api.session.ws_connect("/api/v1/stream") as stream:
            told.append((await next_of(stream, "state"))["pairing"])
    assert mine["link"] == secrets[-1]["link"]
    assert (await doors.token("GET", "/pairing")).json["link"] == mine["link"]
    for pairing in told:
        assert {name: pairing[name] for name in SECRETS} == dict.fromkeys(SECRETS)
        assert pairing["state"] in {"open", "cancelled"}


async def opened(api: Api, wanted: dict[str, Any]) -> dict[str, Any]:
    """Open a window."""
    answer = await api("POST", "/pairing", wanted)
    assert answer.status == 201, answer.body
    pairing: dict[str, Any] = answer.json
    assert pairing["link"]
    return pairing


async def test_an_owner_gives_no_more_than_they_have(doors: Doors) -> None:
    """By link alone, and no camera that they do not see."""
    seen, hidden = await doors.camera("seen"), await doors.camera("hidden")
    owner, nanny = await doors.phone("Owner", "owner"), await doors.phone("Nanny", "owner", [seen])
    for method in ({}, {"method": "any"}):
        assert (await owner.api("POST", "/pairing", {"role": "viewer", **method})).json["code"] == "forbidden"
    link = {"role": "owner", "method": "link"}
    assert (await opened(owner.api, link))["cameras"] is None
    assert (await nanny.api("POST", "/pairing", link)).json["code"] == "forbidden"
    refused = await nanny.api("POST", "/pairing", link | {"cameras": [seen, hidden]})
    assert (refused.status, refused.json["title"]) == (404, "There is no such camera")
    assert (await opened(nanny.api, link | {"cameras": [seen]}))["cameras"] == [seen]
    assert (await doors.token("POST", "/pairing", link | {"cameras": ["00000000"]})).status == 404


@pytest.mark.parametrize(
    ("wanted", "field"), [({}, "role"), ({"role": "admin"}, "role"), ({"role": "viewer", "method": "code"}, "method")]
)
async def test_a_wrong_wish_is_named(doors: Doors, wanted: dict[str, Any], field: str) -> None:
    """And no window is opened."""
    answer = await doors.token("POST", "/pairing", wanted)
    assert (answer.status, answer.json["field"]) == (422, field)
    assert (await doors.token("GET", "/pairing")).json == {"state": "closed"}


async def test_without_a_way_there_is_no_window(tmp_path: Path) -> None:
    """The answer says what is missing."""
    async with open_doors(tmp_path) as doors:
        none = await doors.token("POST", "/pairing", {"role": "viewer"})
        assert (none.status, none.json["code"]) == (503, "no_registrar")
        await doors.token("PATCH", "/remote", {"enabled": False})
        off = await doors.token("POST", "/pairing", {"role": "viewer"})
        assert (off.status, off.json["code"]) == (409, "remote_off")


async def test_a_phone_that_is_put_out_sees_nothing_more(doors: Doors, clip: Path) -> None:
    """Live video, which is not inside its channel, ends as well, while that of others goes on."""
    camera = (await doors.token("POST", "/cameras", {"name": "Street", "url": str(clip)})).json["id"]
    await camera_when(doors.token, camera, online)
    owner, viewer = await doors.phone("Owner", "owner"), await doors.phone("Viewer", "viewer")
    peers = Peer(), Peer()
    places = [await watch(phone.api, camera, peer) for phone, peer in zip((owner, viewer), peers, strict=True)]
    try:
        # Another's session is not there, whoever asks.
        assert (await owner.api("DELETE", places[1])).status == (await viewer.api("DELETE", places[0])).status == 404
        async with doors.token.session.ws_connect("/api/v1/stream") as stream:
            assert (await doors.token("DELETE", f"/phones/{viewer.phone.id}")).status == 204
            ended = await next_of(stream, "live_ended")
        assert ended["session"] == places[1].rpartition("/")[2]
        await camera_when(doors.token, camera, lambda shown: shown["status"]["viewers"] == 1)
        assert (await owner.api("DELETE", places[0])).status == 204
    finally:
        for peer in peers:
            await peer.peer.close()


async def watch(api: Api, camera: str, peer: Peer) -> str:
    """Begin to watch: the path of the live session."""
    answer = await api("POST", f"/cameras/{camera}/whep", data=await peer.offer(), headers={"Content-Type": "application/sdp"})
    assert answer.status == 201, answer.body
    return answer.headers["Location"].removeprefix("/api/v1")
