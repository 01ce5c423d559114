"""Video files as cameras."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from ambianic.cameras.annexb import parameter_sets
from ambianic.cameras.status import CameraState
from tests.support.rtsp import VTEST, Clip

from .watched import grows, packets, watched

SHORT = Clip(width=384, height=288, fps=25, seconds=1.2, key_interval=10)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A film of 1.2 s with 30 pictures."""
    path = tmp_path / "my film #1.mp4"
    SHORT.encode(path, "mp4")
    return path


@pytest.mark.long
async def test_a_file_loops(film: Path) -> None:
    """Its time stamps go on evenly over the loops, and its pictures come in real time."""
    async with watched(film.as_uri()) as garden:
        status = await garden.online()
        found = await packets(garden.camera.main, 70)
    assert status.main
    assert (status.main.codec, status.main.fps, status.main.reordered, status.live) == ("h264", 25, False, "passthrough")
    assert {second.pts - first.pts for first, second in pairwise(found)} <= set(range(3555, 3646))
    assert [number for number, packet in enumerate(found) if packet.keyframe] == [0, 10, 20, 30, 40, 50, 60]
    assert found[0].data == found[30].data == found[60].data
    assert parameter_sets("h264", found[0].data)[0] == status.main.extradata
    # Never earlier than its moment.
    assert found[-1].time - found[0].time >= 68 / 25


@pytest.mark.parametrize(("container", "codec"), [("matroska", "hevc"), ("mpegts", "h264"), ("h264", "h264"), ("avi", "mjpeg")])
async def test_containers(tmp_path: Path, container: str, codec: str) -> None:
    """What FFmpeg reads, also without time stamps of its own."""
    path = tmp_path / "film"
    Clip(codec=codec, width=384, height=288, fps=25, seconds=0.4, key_interval=10).encode(path, container)  # type: ignore[arg-type]  # a str from the list above
    async with watched(str(path)) as garden:
        status = await garden.online()
        found = await packets(garden.camera.main, 12)
        picture = await garden.camera.snapshot()
    assert status.main
    assert (status.main.codec, status.main.width, status.main.height) == (codec, 384, 288)
    assert grows(found)
    assert picture.startswith(b"\xff\xd8")


async def test_b_frames(tmp_path: Path) -> None:
    """Stamps grow in the order of decoding."""
    path = tmp_path / "film.mp4"
    Clip(width=384, height=288, fps=25, seconds=1, bframes=3, key_interval=25).encode(path, "mp4")
    async with watched(str(path)) as garden:
        status = await garden.online()
        found = await packets(garden.camera.main, 30)
    assert status.main
    assert (status.main.reordered, status.live) == (True, "transcode")
    assert grows(found)


@pytest.mark.long
async def test_a_file_that_is_replaced_and_vanishes(film: Path, tmp_path: Path) -> None:
    """The new one is shown; a file that is away is waited for."""
    other = tmp_path / "other"
    Clip(width=320, height=240, fps=25, seconds=0.4).encode(other, "mp4")
    async with watched(str(film)) as garden:
        await garden.online()
        before = await packets(garden.camera.main, 3)
        await asyncio.to_thread(other.replace, film)
        await garden.until(lambda status: status.main is not None and status.main.width == 320)
        after = await packets(garden.camera.main, 3)
        assert grows(before + after)
        away = tmp_path / "away"
        await asyncio.to_thread(film.rename, away)
        status = await garden.state(CameraState.UNREACHABLE)
        assert status.reason == f"There is no file {film}."
        await asyncio.to_thread(away.rename, film)
        await garden.online()


async def test_files_that_are_no_video(tmp_path: Path) -> None:
    """Each has its reason."""
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("This is not a film.\n" * 500)
    (tmp_path / "notes.txt").write_text("This is not a film either.\n" * 500)
    (tmp_path / "random.mp4").write_bytes(bytes(range(256)) * 400)
    whole = SHORT.file().read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[:200])
    reasons = {
        "none.mp4": f"There is no file {tmp_path}/none.mp4.",
        "empty.mp4": f"The file {tmp_path}/empty.mp4 is empty.",
        "text.mp4": "The file text.mp4 is not a video that can be read.",
        "notes.txt": "The file notes.txt is not a video that can be read.",
        "random.mp4": "The file random.mp4 is not a video that can be read.",
        "cut.mkv": "The file cut.mkv is not a video that can be read.",
        "": f"{tmp_path} is not a file.",
    }
    for name, reason in reasons.items():
        async with watched(str(tmp_path / name)) as garden:
            status = await garden.outcome()
        assert (status.state, status.reason) == (CameraState.UNREACHABLE, reason)


async def test_unsupported_codec() -> None:
    """Debian's film is in a codec of 1999."""
    async with watched(str(VTEST)) as garden:
        status = await garden.outcome()
    assert status.state is CameraState.UNSUPPORTED
    assert status.reason
    assert "MSMPEG4V3" in status.reason


async def test_a_playlist_reads_no_other_files(film: Path, tmp_path: Path) -> None:
    """FFmpeg knows formats that point elsewhere."""
    playlist = tmp_path / "list.ffconcat"
    playlist.write_text(f"ffconcat version 1.0\nfile 'http://127.0.0.1:9/{film.name}'\n")
    async with watched(str(playlist)) as garden:
        status = await garden.outcome()
    assert status.state is CameraState.UNREACHABLE
