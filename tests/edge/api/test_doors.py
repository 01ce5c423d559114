"""The doors: who gets in by which, and what is there to see."""

import asyncio
from collections.abc import AsyncIterator
import json
import logging
from pathlib import Path
import re
import socket
import stat

import aiohttp
from aiohttp import web
import pytest

from ambianic.edge import StartError
from tests.support.child import free_port

from .conftest import Api
from .doors import INGRESS, Doors, open_doors

WRONG = "127.0.0.9"
"""An address of this machine that is not the one it comes from."""


@pytest.fixture
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small app in the place of what Vite builds."""
    directory = tmp_path_factory.mktemp("web")
    (directory / "assets").mkdir()
    (directory / "index.html").write_text("<!doctype html><title>Ambianic</title>")
    (directory / "assets" / "main-3fa9.js").write_text("export {}")
    (directory / "sw.js").write_text("//")
    return directory


@pytest.fixture
async def doors(tmp_path: Path, built: Path) -> AsyncIterator[Doors]:
    """An edge whose doors are all open."""
    async with open_doors(tmp_path, web=built) as doors:
        yield doors


async def page(api: Api, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
    """A page of a door, not of the API behind it: status, headers, content."""
    async with api.session.get(path, headers=headers) as response:
        return response.status, dict(response.headers), await response.text()


async def test_home_assistant_shows_the_app(doors: Doors, built: Path) -> None:
    """The index anew each time, what never changes from the cache, and nothing that the build did not make."""
    (built / "assets" / "outside.js").symlink_to("/etc/hostname")
    (doors.token.directory / "secret.txt").write_text("secret")
    status, headers, content = await page(doors.ingress, "/")
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "text/html", "no-cache")
    assert "<title>Ambianic</title>" in content
    assert (await page(doors.ingress, "/index.html"))[2] == content
    status, headers, _ = await page(doors.ingress, "/assets/main-3fa9.js")
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert "javascript" in headers["Content-Type"]
    assert (await page(doors.ingress, "/sw.js"))[1]["Cache-Control"] == "no-cache"
    # By this the app knows that it is at the edge, and not at a registrar, who has a description of itself there.
    assert json.loads((await page(doors.ingress, "/pnp"))[2]) == {"edge": 1}
    for path in (
        "/nothing.js",
        "/assets/",
        "/assets",
        "/%2e%2e/secret.txt",
        "/assets/../../secret.txt",
        "/assets%2fmain",
        "/assets/outside.js",
        "/\x00",
    ):
        status, headers, content = await page(doors.ingress, path)
        assert (status, headers["Content-Type"]) == (404, "application/problem+json"), path
        assert "secret" not in content


async def test_the_app_may_do_no_more_than_it_needs(doors: Doors) -> None:
    """No script but its own, no other server, no frame but Home Assistant's."""
    _, headers, _ = await page(doors.ingress, "/")
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == policy["style-src"] == policy["frame-ancestors"] == "'self'"
    assert policy["form-action"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert not re.search(r"unsafe|\*|https?:", headers["Content-Security-Policy"])
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    # Home Assistant's own page is where the app is framed, so it must not be refused.
    assert "X-Frame-Options" not in headers


async def test_an_app_that_was_not_built_says_how(tmp_path: Path) -> None:
    """The API works without it."""
    async with open_doors(tmp_path, web=tmp_path / "nothing") as doors:
        status, _, content = await page(doors.ingress, "/")
        assert status == 503
        assert "npm run build" in content
        (tmp_path / "nothing").mkdir()
        (tmp_path / "nothing" / "index.html").write_text("built")
        assert (await page(doors.ingress, "/"))[0::2] == (200, "built")
        assert (await doors.ingress("GET", "/info")).status == 200


async def test_a_browser_at_the_port_is_told_where_to_go(doors: Doors) -> None:
    """Without a script, without a token, without a word about the home."""
    status, headers, content = await page(doors.nobody, "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Home Assistant" in content
    assert "<script" not in content
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    for path in ("/index.html", "/sw.js", "/assets/main-3fa9.js"):
        assert (await page(doors.nobody, path))[0] == 401
    assert "<a href" not in content
    await doors.token("PATCH", "/remote", {"app": "https://app.example/?".rstrip("?")})
    assert '<a href="https://app.example/"' in (await page(doors.nobody, "/"))[2]


async def test_only_the_supervisor_may_bring_users(tmp_path: Path, built: Path) -> None:
    """Whoever else reaches the port is refused everything, also with a valid token."""
    async with open_doors(tmp_path, web=built, ingress_from=WRONG) as doors:
        token = {"Authorization": doors.token.session.headers["Authorization"]}
        for path in ("/api/v1/me", "/api/v1/health", "/api/v1/cameras", "/api/v1/stream", "/", "/assets/main-3fa9.js"):
            for headers in ({}, token, {"X-Forwarded-For": WRONG, "X-Real-IP": WRONG, "Forwarded": f"for={WRONG}"}):
                status, _, content = await page(doors.ingress, path, headers)
                assert (status, json.loads(content)["code"]) == (403, "forbidden"), path


async def test_the_name_of_a_user_is_believed_at_one_door_alone(doors: Doors) -> None:
    """At the others the headers mean nothing."""
    assert (await doors.nobody("GET", "/me", headers=INGRESS)).status == 401
    assert (await doors.token("GET", "/me", headers=INGRESS)).json["kind"] == "token"
    viewer = await doors.phone("Viewer", "viewer")
    me = (await viewer.api("GET", "/me", headers=INGRESS)).json
    assert (me["kind"], me["role"], me["name"]) == ("phone", "viewer", "Viewer")
    inside = await doors.behind_socket("wrong")
    assert (await inside("GET", "/me", headers=INGRESS)).status == 401


@pytest.mark.parametrize(
    ("header", "name"),
    [("", "alma"), ("  ", "alma"), ("Ödön", "Ödön"), ("x" * 500, "x" * 80), ("a\tb", "ab")],
)
async def test_names_of_users_may_be_anything(doors: Doors, header: str, name: str) -> None:
    """They come out as something that can be shown."""
    answer = await doors.ingress("GET", "/me", headers={"X-Remote-User-Display-Name": header})
    assert answer.json["name"] == name


async def test_the_phones_way_in_is_for_this_user_alone(doors: Doors) -> None:
    """A socket in a directory that nobody else can open."""
    socket_path = doors.socket
    assert stat.S_ISSOCK(socket_path.stat().st_mode)
    assert stat.S_IMODE(socket_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(socket_path.parent.stat().st_mode) == 0o700


async def test_nothing_is_left_of_the_socket(tmp_path: Path) -> None:
    """Once the edge has stopped."""
    async with open_doors(tmp_path) as doors:
        directory = doors.socket.parent
    assert not directory.exists()


async def test_the_socket_finds_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the usual one has too long a name for a socket."""
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    (tmp_path / "data").mkdir()
    async with open_doors(tmp_path / "data") as doors:
        viewer = await doors.phone("Viewer", "viewer")
        assert (await viewer.api("GET", "/me")).status == 200
        assert not doors.socket.is_relative_to(long)


@pytest.mark.parametrize("door", ["token", "ingress", "phone"])
async def test_a_body_that_is_too_large_is_refused_at_every_door(doors: Doors, door: str) -> None:
    """Before it is looked at."""
    api = (await doors.phone("Owner", "owner")).api if door == "phone" else getattr(doors, door)
    answer = await api("POST", "/pairing", data=b"x" * 70_000)
    assert (answer.status, answer.json["code"]) == (413, "too_large")
    deep = await api("POST", "/pairing", data=b"[" * 60_000)
    assert (deep.status, deep.json["code"]) == (422, "invalid_json")


async def test_an_ingress_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """As that of the API is."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"Port {port} can't be used.*--ingress-port"):
            async with open_doors(tmp_path, ingress_port=port):
                pass


class Supervisor:
    """Home Assistant's Supervisor, played by a real server that tells a port for the page once it has been asked twice."""

    def __init__(self, port: int | None) -> None:
        self.port = port
        self.asked = 0
        self.url = ""

    async def info(self, request: web.Request) -> web.Response:
        """GET /addons/self/info."""
        assert request.headers["Authorization"] == "Bearer supervisor-secret"
        self.asked += 1
        if self.asked == 1:
            return web.Response(status=502)
        return web.json_response({"data": {"hostname": "3f-ambianic-edge", "ingress_port": self.port}})

    async def discovery(self, _request: web.Request) -> web.Response:
        """POST /discovery."""
        return web.json_response({"data": {"uuid": "0a1b"}})


@pytest.fixture
async def supervisor(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Supervisor]:
    """A Supervisor that has chosen a free port for the page."""
    monkeypatch.setenv("SUPERVISOR_TOKEN", "supervisor-secret")
    supervisor = Supervisor(free_port())
    app = web.Application()
    app.add_routes([web.get("/addons/self/info", supervisor.info), web.post("/discovery", supervisor.discovery)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    supervisor.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield supervisor
    await runner.cleanup()


async def test_the_supervisor_chooses_the_port_of_the_page(tmp_path: Path, supervisor: Supervisor) -> None:
    """On the host's network only it knows which is free; the edge does not wait for it."""
    async with (
        open_doors(tmp_path, ingress_port=None, supervisor=supervisor.url) as doors,
        aiohttp.ClientSession(f"http://127.0.0.1:{supervisor.port}", headers=INGRESS) as session,
    ):
        assert (await doors.token("GET", "/info")).status == 200
        async with asyncio.timeout(20):
            while True:
                try:
                    async with session.get("/api/v1/me") as response:
                        assert (await response.json())["name"] == "Alma"
                        break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(f"http://127.0.0.1:{supervisor.port}/")


async def test_a_port_of_the_supervisor_that_is_taken_is_logged(
    tmp_path: Path, supervisor: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    """The rest of the edge works."""
    with socket.create_server(("127.0.0.1", 0)) as taken, caplog.at_level(logging.ERROR):
        supervisor.port = taken.getsockname()[1]
        async with open_doors(tmp_path, ingress_port=None, supervisor=supervisor.url) as doors:
            async with asyncio.timeout(20):
                while f"port {supervisor.port} can't be used" not in caplog.text:
                    await asyncio.sleep(0.05)
            assert (await doors.token("GET", "/info")).status == 200
