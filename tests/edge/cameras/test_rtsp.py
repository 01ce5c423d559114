"""RTSP cameras, on a real RTSP server."""

import asyncio
from pathlib import Path
from typing import Any, Literal

import av
import pytest

from ambianic.cameras.annexb import parameter_sets
from ambianic.cameras.status import CameraOffline, CameraState
from ambianic.cameras.timing import Backoff, Timing
from tests.support.rtsp import Clip, RtspServer

from . import servers
from .watched import IMPATIENT, PATIENCE, SOON, TIMING, grows, packets, watched

CLIP = Clip(width=384, height=288, fps=25, seconds=1.6, key_interval=20)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize("auth", ["basic", "digest"])
async def test_h264(transport: str, auth: Literal["basic", "digest"]) -> None:
    """Its packets are Annex B, with parameter sets at each key frame, and grow in time over the clip's loops."""
    async with (
        RtspServer({"/cam": CLIP}, user="viewer", password="s:e/c ret", auth=auth) as server,
        watched(server.url("/cam", login=True), transport=transport) as garden,
    ):
        status = await garden.online()
        found = await packets(garden.camera.main, 65)
    assert status.main
    assert (status.main.codec, status.main.width, status.main.height, status.main.fps) == ("h264", 384, 288, 25)
    assert (status.reason, status.live, status.main.reordered) == (None, "passthrough", False)
    assert parameter_sets("h264", status.main.extradata)[0] == status.main.extradata != b""
    assert found[0].keyframe
    assert grows(found)
    assert 3 <= sum(packet.keyframe for packet in found) <= 4
    for packet in found:
        assert packet.data.startswith((b"\0\0\1", b"\0\0\0\1"))
        assert bool(parameter_sets("h264", packet.data)[0]) is packet.keyframe
    # The last 50 steps, since the first are laid out before the camera's clock is known.
    assert found[-1].pts - found[-51].pts == pytest.approx(50 * 3600, abs=1800)


async def test_hevc() -> None:
    """It needs to be transcoded for live view, and its pictures decode."""
    async with (
        RtspServer({"/cam": Clip(codec="hevc", width=384, height=288, seconds=3)}) as server,
        watched(server.url("/cam")) as garden,
    ):
        status = await garden.online()
        found = await packets(garden.camera.main, 5)
        assert garden.camera.live_feed() == (garden.camera.main, True)
    assert status.main
    assert (status.main.codec, status.main.width, status.main.height, status.live) == ("hevc", 384, 288, "transcode")
    assert parameter_sets("hevc", found[0].data)[0]
    decoder = av.CodecContext.create("hevc", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    pictures = [frame for packet in (*found, None) for frame in decoder.decode(av.Packet(packet.data) if packet else None)]
    assert [(frame.width, frame.height) for frame in pictures] == [(384, 288)] * 5


async def test_mjpeg() -> None:
    """Each of its packets is a JPEG."""
    async with (
        RtspServer({"/cam": Clip(codec="mjpeg", width=384, height=288, seconds=2)}) as server,
        watched(server.url("/cam")) as garden,
    ):
        status = await garden.online()
        found = await packets(garden.camera.main, 3)
    assert status.main
    assert (status.main.codec, status.main.width, status.live) == ("mjpeg", 384, "transcode")
    assert all(packet.keyframe and packet.data.startswith(b"\xff\xd8") for packet in found)


async def test_tls(certificate: Path) -> None:
    """Cameras have certificates that nobody signed."""
    async with (
        RtspServer({"/cam": CLIP}, user="viewer", password="secret", certificate=certificate) as server,
        watched(server.url("/cam", login=True)) as garden,
        watched(server.url("/cam").replace("rtsps", "rtsp"), timing=IMPATIENT) as plain,
    ):
        await garden.online()
        assert (await packets(garden.camera.main, 3))[0].keyframe
        assert (await plain.outcome()).state is CameraState.UNREACHABLE


@pytest.mark.long
async def test_b_frames_are_told() -> None:
    """Browsers can't play them live: the sub-stream without them is taken, or the main one is transcoded."""
    with_b = Clip(width=384, height=288, fps=25, seconds=1.6, bframes=2, key_interval=20)
    async with (
        RtspServer({"/cam": with_b, "/sub": CLIP}) as server,
        watched(server.url("/cam")) as alone,
        watched(server.url("/cam"), sub_url=server.url("/sub")) as paired,
    ):
        status = await alone.online()
        found = await packets(alone.camera.main, 65)
        assert alone.camera.live_feed() == (alone.camera.main, True)
        pair = await paired.until(lambda status: status.main is not None and status.sub is not None)
        assert paired.camera.live_feed() == (paired.camera.sub, False)
        assert paired.camera.detection_feed is paired.camera.sub
    assert status.main
    assert status.main.reordered
    assert status.live == "transcode"
    assert pair.live == "passthrough"
    assert grows(found)


@pytest.mark.parametrize(
    ("login", "reason"),
    [
        ({}, "The camera asks for a user name and a password."),
        ({"username": "viewer", "password": "wr0ng"}, "The camera does not accept this user name and password."),
        ({"username": "nobody"}, "The camera does not accept this user name and password."),
    ],
)
async def test_wrong_login(login: dict[str, Any], reason: str) -> None:
    """It is told from other failures."""
    async with (
        RtspServer({"/cam": CLIP}, user="viewer", password="secret") as server,
        watched(server.url("/cam"), **login) as garden,
    ):
        status = await garden.outcome()
    assert (status.state, status.reason) == (CameraState.UNAUTHORIZED, reason)


async def test_a_wrong_password_is_not_tried_at_once_again() -> None:
    """Cameras lock accounts."""
    async with RtspServer({"/cam": CLIP}, user="viewer", password="secret") as server:
        proxy = servers.Proxy(server.port, limit=10_000_000)
        slow = Timing(backoff=SOON, unauthorized=Backoff(first=1000, most=1000))
        async with (
            servers.tcp(proxy) as port,
            watched(f"rtsp://viewer:wrong@127.0.0.1:{port}/cam", timing=slow) as refused,
            watched(f"rtsp://viewer:secret@127.0.0.1:{port}/nothing", timing=slow) as missing,
        ):
            await refused.state(CameraState.UNAUTHORIZED)
            await missing.state(CameraState.UNREACHABLE)
            await asyncio.sleep(0.5)
            assert refused.states == [CameraState.UNAUTHORIZED]
            before = proxy.connections
            await missing.camera.stop()
            await asyncio.sleep(0.5)
            assert before > 3
            assert proxy.connections == before


async def test_wrong_path() -> None:
    """The host is right, the rest is not."""
    async with RtspServer({"/cam": CLIP}) as server, watched(server.url("/cam2")) as garden:
        status = await garden.outcome()
    assert status.state is CameraState.UNREACHABLE
    assert status.reason == f"127.0.0.1:{server.port} has no stream at this path: check the part of the address after the host."


@pytest.mark.parametrize(("codec", "name"), [("vp8", "VP8"), ("mpeg4", "MPEG4")])
async def test_unsupported_codec(codec: Literal["vp8", "mpeg4"], name: str) -> None:
    """The reason names the codec and what to do."""
    async with (
        RtspServer({"/cam": Clip(codec=codec, width=384, height=288, seconds=2)}) as server,
        watched(server.url("/cam")) as garden,
    ):
        status = await garden.outcome()
    assert status.state is CameraState.UNSUPPORTED
    assert status.reason == (
        f"The camera's stream is {name} video, which is not supported: set the camera to H.264, H.265 or MJPEG."
    )


async def test_unknown_host() -> None:
    """A name that nobody knows."""
    async with watched("rtsp://camera.invalid/cam") as garden:
        status = await garden.outcome()
    assert status.state is CameraState.UNREACHABLE
    assert status.reason == "There is no host with the name camera.invalid: check the address."


async def test_refused_port() -> None:
    """Nobody listens."""
    async with servers.tcp(servers.silent) as port:
        pass
    async with watched(f"rtsp://127.0.0.1:{port}/cam") as garden:
        status = await garden.outcome()
    assert status.state is CameraState.UNREACHABLE
    assert status.reason
    assert status.reason.startswith(f"127.0.0.1:{port} refuses the connection")


async def test_a_port_that_never_answers() -> None:
    """It is given up after the time-out."""
    async with (
        servers.tcp(servers.silent) as port,
        watched(f"rtsp://127.0.0.1:{port}/cam", timing=IMPATIENT) as garden,
    ):
        status = await garden.outcome()
    assert status.state is CameraState.UNREACHABLE
    assert status.reason == f"127.0.0.1:{port} did not answer within 1 s: check the address and that the camera is on."


@pytest.mark.parametrize(
    "garbage", [b"\x00\xff\x17" * 5000, b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\r\n" * 99]
)
async def test_garbage(garbage: bytes) -> None:
    """What listens is not a camera."""
    async with (
        servers.tcp(servers.answering(garbage)) as port,
        watched(f"rtsp://127.0.0.1:{port}/cam", timing=IMPATIENT) as garden,
    ):
        status = await garden.outcome()
    assert status.state is CameraState.UNREACHABLE
    assert status.reason


@pytest.mark.long
async def test_a_stream_that_stalls_in_mid_frame() -> None:
    """It goes offline, and comes back by a new connection."""
    async with RtspServer({"/cam": CLIP}) as server:
        proxy = servers.Proxy(server.port, limit=60_000)
        timing = Timing(read=1, backoff=SOON)
        async with servers.tcp(proxy) as port, watched(f"rtsp://127.0.0.1:{port}/cam", timing=timing) as garden:
            await garden.online()
            before = (await packets(garden.camera.main, 3))[-1].pts
            status = await garden.state(CameraState.UNREACHABLE)
            assert garden.camera.main.gop == ()
            with pytest.raises(CameraOffline, match="stopped sending"):
                await garden.camera.snapshot()
            proxy.limit = 100_000_000
            await garden.online()
            after = await packets(garden.camera.main, 1)
    assert status.reason == "The camera stopped sending for 1 s."
    assert after[0].pts > before


async def test_a_camera_that_dies_comes_back_and_disturbs_no_other() -> None:
    """Its reason says so meanwhile."""
    async with (
        RtspServer({"/cam": CLIP}) as dying,
        RtspServer({"/cam": CLIP}) as living,
        watched(dying.url("/cam")) as garden,
        watched(living.url("/cam")) as street,
    ):
        await garden.online()
        await street.online()
        with street.camera.main.subscribe() as subscription:
            await dying.stop()
            status = await garden.state(CameraState.UNREACHABLE)
            assert status.reason
            assert status.main is None
            assert status.live is None
            with pytest.raises(CameraOffline):
                garden.camera.live_feed()
            await dying.start()
            again = await garden.online()
            received = [await asyncio.wait_for(subscription.get(), PATIENCE) for _ in range(10)]
        assert all(received)
        assert street.states == [CameraState.ONLINE]
        assert again.since >= status.since
        assert (await packets(garden.camera.main, 3))[0].keyframe


async def test_only_the_sub_stream_fails() -> None:
    """The camera stays online and says so."""
    async with (
        RtspServer({"/cam": CLIP}) as server,
        watched(server.url("/cam"), sub_url=server.url("/sub")) as garden,
    ):
        status = await garden.until(lambda status: status.main is not None and status.sub_reason is not None)
    assert (status.state, status.reason, status.sub) == (CameraState.ONLINE, None, None)
    assert status.sub_reason
    assert "no stream at this path" in status.sub_reason


async def test_one_address_is_one_connection() -> None:
    """A sub-stream that is the main one is not opened twice."""
    async with RtspServer({"/cam": CLIP}) as server, watched(server.url("/cam"), sub_url=server.url("/cam")) as garden:
        await garden.online()
        assert garden.camera.sub is None
        assert garden.camera.detection_feed is garden.camera.main


async def test_stop_while_stuck() -> None:
    """A thread that hangs in FFmpeg is left to its time-out."""
    patient = Timing(open=60, read=60)
    async with servers.tcp(servers.silent) as port, watched(f"rtsp://127.0.0.1:{port}/cam", timing=patient) as garden:
        await asyncio.sleep(0.2)
        async with asyncio.timeout(10):
            await garden.camera.stop()


async def test_a_disabled_camera_is_left_alone() -> None:
    """Privacy mode."""
    proxy = servers.Proxy(1, limit=0)
    async with servers.tcp(proxy) as port, watched(f"rtsp://127.0.0.1:{port}/cam", enabled=False) as garden:
        await asyncio.sleep(0.1)
        assert (garden.camera.status.state, garden.camera.status.reason) == (CameraState.DISABLED, None)
        with pytest.raises(CameraOffline, match="switched off"):
            await garden.camera.snapshot()
    assert proxy.connections == 0


async def test_secrets_stay_secret(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """FFmpeg's own messages name the whole address."""
    caplog.set_level("DEBUG")
    reasons = []
    async with RtspServer({"/cam": CLIP}, user="viewer", password="hunter2") as server:
        addresses = [
            server.url("/cam", login=True),
            f"rtsp://viewer:hunter22@127.0.0.1:{server.port}/cam",
            f"rtsp://viewer:hunter2@127.0.0.1:{server.port}/none",
            "rtsp://viewer:hunter2@camera.invalid/cam",
            "rtsp://viewer:hunter2@127.0.0.1:1/cam?password=hunter2",
            f"http://viewer:hunter2@127.0.0.1:{server.port}/cam",
        ]
        for address in addresses:
            async with watched(address, timing=IMPATIENT if address.startswith("http") else TIMING) as garden:
                reasons.append((await garden.outcome()).reason)
    output = capfd.readouterr()
    assert len(caplog.records) >= len(addresses)
    for text in (caplog.text, output.out, output.err, str(reasons)):
        assert "hunter2" not in text
