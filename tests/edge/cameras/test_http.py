"""HTTP cameras: MJPEG, still pictures, and what else FFmpeg plays, on a real HTTP server."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
import hashlib
import io
from pathlib import Path
import re
import ssl
import time

import aiohttp
from aiohttp import web
from PIL import Image
import pytest

from ambianic.cameras.status import CameraState
from tests.support.rtsp import Clip

from . import servers
from .watched import IMPATIENT, grows, packets, watched

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@cache
def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 240), colour: str = "red") -> bytes:
    """A picture."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


async def still(_request: web.Request) -> web.StreamResponse:
    """A camera's still picture."""
    return web.Response(body=picture(), content_type="image/jpeg")


async def mjpeg(request: web.Request) -> web.StreamResponse:
    """A camera's motion pictures."""
    response = web.StreamResponse(headers={"Content-Type": "multipart/x-mixed-replace; boundary=--frame"})
    await response.prepare(request)
    while True:
        data = picture()
        await response.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(data), data))
        await asyncio.sleep(0.04)


def basic(handler: Handler) -> Handler:
    """Ask for a user and password."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != aiohttp.encode_basic_auth("viewer", "pässword"):
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="camera"'})
        return await handler(request)

    return guarded


def digest(handler: Handler, password: str) -> Handler:
    """Ask for a user and password without having it sent (RFC 7616)."""

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    async def guarded(request: web.Request) -> web.StreamResponse:
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', request.headers.get("Authorization", "")))
        answer = md5(f"viewer:camera:{password}")
        proof = ":".join(given.get(key, "") for key in ("nonce", "nc", "cnonce", "qop"))
        if given.get("response") != md5(f"{answer}:{proof}:{md5(f'GET:{request.path_qs}')}"):
            challenge = 'Digest realm="camera", nonce="2f1e", qop="auth", algorithm=MD5'
            return web.Response(status=401, headers={"WWW-Authenticate": challenge})
        return await handler(request)

    return guarded


async def test_mjpeg() -> None:
    """Each packet is a JPEG, stamped by its arrival."""
    async with servers.http(web.get("/video", mjpeg)) as port, watched(f"http://127.0.0.1:{port}/video") as garden:
        status = await garden.online()
        found = await packets(garden.camera.main, 10)
        snapshot = await garden.camera.snapshot()
        await garden.until(lambda status: status.main is not None and status.main.fps is not None)
    assert status.main
    assert (status.main.codec, status.main.width, status.main.height, status.live) == ("mjpeg", 320, 240, "transcode")
    assert {packet.data for packet in found} == {picture()} == {snapshot}
    assert grows(found)


@pytest.mark.parametrize("guard", [basic, lambda handler: digest(handler, "pässword")])
@pytest.mark.parametrize("handler", [still, mjpeg])
async def test_login(handler: Handler, guard: Callable[[Handler], Handler]) -> None:
    """Basic and Digest, for stills and for MJPEG; and what is said where it is wrong."""
    async with servers.http(web.get("/picture", guard(handler))) as port:
        address = f"http://127.0.0.1:{port}/picture"
        async with watched(address, username="viewer", password="pässword", still_interval=0.2) as garden:
            await garden.online()
            assert (await packets(garden.camera.main, 3))[0].data == picture()
        async with watched(address, username="viewer", password="wrong") as garden:
            status = await garden.outcome()
            assert status.state is CameraState.UNAUTHORIZED
            assert status.reason == "The camera does not accept this user name and password."
        async with watched(address) as garden:
            status = await garden.outcome()
            assert status.state is CameraState.UNAUTHORIZED
            assert status.reason == "The camera asks for a user name and a password."


@pytest.mark.parametrize("handler", [still, mjpeg])
async def test_tls(handler: Handler, certificate: Path) -> None:
    """Cameras have certificates that nobody signed."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    async with (
        servers.http(web.get("/picture", basic(handler)), tls=tls) as port,
        watched(f"https://127.0.0.1:{port}/picture", username="viewer", password="pässword") as garden,
    ):
        await garden.online()
        assert (await packets(garden.camera.main, 1))[0].data == picture()


async def test_stills() -> None:
    """They are fetched at their interval; PNG and WebP become JPEG; a new size is a new stream."""
    pictures = [picture("JPEG"), picture("PNG"), picture("WEBP"), picture("JPEG", (640, 480))]
    fetched: list[float] = []

    async def handler(_request: web.Request) -> web.StreamResponse:
        fetched.append(time.monotonic())
        return web.Response(body=pictures[max(0, len(fetched) - 2) % 4], content_type="image/png")

    async with (
        servers.http(web.get("/still", handler)) as port,
        watched(f"http://127.0.0.1:{port}/still", still_interval=0.2) as garden,
    ):
        status = await garden.online()
        found = await packets(garden.camera.main, 3)
        await garden.until(lambda status: status.main is not None and status.main.width == 640)
        assert (await garden.camera.snapshot()) == pictures[3]
    assert status.main
    assert (status.main.codec, status.main.width, status.main.fps) == ("mjpeg", 320, 5)
    assert found[0].data == pictures[0]
    for packet in found:
        with Image.open(io.BytesIO(packet.data)) as image:
            assert (image.format, image.size) == ("JPEG", (320, 240))
    assert grows(found)
    # The first request only looks what there is.
    assert fetched[4] - fetched[1] >= 0.55


async def endless(request: web.Request) -> web.StreamResponse:
    """A picture without end."""
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    await response.prepare(request)
    while True:
        await response.write(bytes(1024 * 1024))


async def slow(request: web.Request) -> web.StreamResponse:
    """A picture that stops in the middle."""
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    await response.prepare(request)
    await response.write(picture()[:100])
    await asyncio.sleep(60)
    return response


def status_of(status: int) -> Handler:
    """Answer with a status."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status)

    return handler


def body(content_type: str, data: bytes) -> Handler:
    """Answer with a body."""

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=data, content_type=content_type)

    return handler


@pytest.mark.parametrize(
    ("handler", "state", "reason"),
    [
        (endless, CameraState.UNREACHABLE, "A picture of more than 16 MB is not a video that can be read."),
        (slow, CameraState.UNREACHABLE, "HOST did not answer within 1 s: check the address and that the camera is on."),
        (
            status_of(404),
            CameraState.UNREACHABLE,
            "HOST has no stream at this path: check the part of the address after the host.",
        ),
        (
            status_of(403),
            CameraState.UNAUTHORIZED,
            "The camera does not allow this user to see the stream: check the user's rights on the camera.",
        ),
        (
            status_of(503),
            CameraState.UNREACHABLE,
            "HOST answers with an error: check the path of the address, and restart the camera.",
        ),
        (body("image/jpeg", b"not a picture"), CameraState.UNREACHABLE, "What HOST sends is not a video that can be read."),
        (body("image/gif", picture("GIF")), CameraState.UNREACHABLE, "What HOST sends is not a video that can be read."),
        (body("image/jpeg", b""), CameraState.UNREACHABLE, "What HOST sends is not a video that can be read."),
        (
            body("text/html", b"<html>Log in</html>" * 99),
            CameraState.UNREACHABLE,
            "What HOST sends is not a video that can be read.",
        ),
    ],
)
async def test_what_is_no_camera(handler: Handler, state: CameraState, reason: str) -> None:
    """Each has its reason."""
    async with (
        servers.http(web.get("/", handler)) as port,
        watched(f"http://127.0.0.1:{port}/", timing=IMPATIENT) as garden,
    ):
        status = await garden.outcome()
    assert (status.state, status.reason) == (state, reason.replace("HOST", f"127.0.0.1:{port}"))


async def test_http_that_is_none() -> None:
    """A port that never answers, one that refuses, and one that speaks something else."""
    async with servers.tcp(servers.silent) as port, watched(f"http://127.0.0.1:{port}/", timing=IMPATIENT) as garden:
        status = await garden.outcome()
        assert status.reason
        assert "did not answer within 1 s" in status.reason
    async with watched(f"http://127.0.0.1:{port}/") as garden:
        status = await garden.outcome()
        assert status.reason
        assert "refuses the connection" in status.reason
    async with (
        servers.tcp(servers.answering(b"\0\1\2garbage\r\n")) as port,
        watched(f"http://127.0.0.1:{port}/") as garden,
        watched(f"https://127.0.0.1:{port}/") as secure,
    ):
        status = await garden.outcome()
        assert status.reason == f"What 127.0.0.1:{port} sends is not a video that can be read."
        status = await secure.outcome()
        assert status.reason
        assert status.reason.startswith(f"No secure connection to 127.0.0.1:{port} is possible")
    assert status.state is CameraState.UNREACHABLE


async def test_a_film_comes_in_real_time(tmp_path: Path) -> None:
    """Though the server sends it at once."""
    path = tmp_path / "film.ts"
    Clip(width=384, height=288, fps=25, seconds=1, key_interval=25).encode(path, "mpegts")

    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.FileResponse(path, headers={"Content-Type": "video/mp2t"})

    async with servers.http(web.get("/film", handler)) as port, watched(f"http://127.0.0.1:{port}/film") as garden:
        await garden.online()
        found = await packets(garden.camera.main, 20)
        await garden.state(CameraState.UNREACHABLE)
        await garden.online()
    assert found[-1].time - found[0].time >= 18 / 25
