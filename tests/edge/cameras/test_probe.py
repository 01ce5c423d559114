"""Trying a camera before it is added."""

import io

from PIL import Image

from ambianic.cameras.probe import Probe, probe
from ambianic.cameras.status import CameraState
from ambianic.config import CameraInput
from tests.support.rtsp import Clip, RtspServer

from . import servers
from .watched import IMPATIENT

CLIP = Clip(width=768, height=576, fps=25, seconds=1.2, key_interval=20)
SUB = Clip(width=384, height=288, fps=25, seconds=1.2, key_interval=20)


async def test_a_camera_that_works() -> None:
    """Its streams, how live view will be served, and a picture."""
    async with RtspServer({"/cam": CLIP, "/sub": SUB}, user="viewer", password="secret") as server:
        found = await probe(CameraInput(name="Garden", url=server.url("/cam", login=True), sub_url=server.url("/sub")))
    assert (found.ok, found.state, found.reason, found.live) == (True, CameraState.ONLINE, None, "passthrough")
    assert found.main
    assert (found.main.codec, found.main.width, found.main.height, found.main.fps) == ("h264", 768, 576, 25)
    assert found.sub
    assert (found.sub.codec, found.sub.width, found.sub.height) == ("h264", 384, 288)
    assert found.picture
    with Image.open(io.BytesIO(found.picture)) as image:
        assert (image.format, image.size) == ("JPEG", (640, 480))


async def test_a_camera_that_is_disabled_is_tried() -> None:
    """It is asked for."""
    found = await probe(CameraInput(name="Garden", url=str(CLIP.file()), enabled=False))
    assert found.ok


async def test_cameras_that_do_not_work() -> None:
    """The reason is all there is."""
    async with RtspServer({"/cam": SUB}, user="viewer", password="secret") as server:
        wrong = await probe(CameraInput(name="Garden", url=server.url("/cam"), username="viewer", password="wrong"))
        sub = await probe(CameraInput(name="Garden", url=server.url("/cam", login=True), sub_url=server.url("/none")))
    assert wrong == Probe(
        ok=False, state=CameraState.UNAUTHORIZED, reason="The camera does not accept this user name and password."
    )
    reason = f"The sub-stream does not work. 127.0.0.1:{server.port} has no stream at this path: "
    assert sub == Probe(
        ok=False, state=CameraState.UNREACHABLE, reason=reason + "check the part of the address after the host."
    )


async def test_a_camera_that_never_answers() -> None:
    """The probe ends."""
    async with servers.tcp(servers.silent) as port:
        found = await probe(CameraInput(name="Garden", url=f"rtsp://127.0.0.1:{port}/cam"), IMPATIENT)
    assert not found.ok
    assert found.state is CameraState.UNREACHABLE
    assert found.reason
    assert "did not answer within 1 s" in found.reason
