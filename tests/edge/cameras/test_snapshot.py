"""A camera's picture of now."""

import asyncio
import io
from pathlib import Path

import av
import numpy as np
from PIL import Image
import pytest

from ambianic.cameras.packets import Packet, StreamInfo
from ambianic.cameras.pictures import PictureError, as_jpeg, newest
from ambianic.cameras.status import CameraOffline
from tests.support.rtsp import Clip

from .watched import watched

FILM = Clip(width=384, height=288, fps=25, seconds=1.2, key_interval=30)


def size(jpeg: bytes) -> tuple[int, int]:
    """The size of a JPEG that decodes."""
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
        image.load()
        return image.size


async def test_sizes() -> None:
    """At most as wide as asked for, in the camera's shape."""
    async with watched(str(FILM.file())) as garden:
        await garden.online()
        whole, small, wide = await asyncio.gather(
            garden.camera.snapshot(), garden.camera.snapshot(192), garden.camera.snapshot(4000)
        )
    assert [size(whole), size(small), size(wide)] == [(384, 288), (192, 144), (384, 288)]


async def test_callers_share_the_work() -> None:
    """Ten at once get the very same bytes."""
    async with watched(str(FILM.file())) as garden:
        await garden.online()
        found = await asyncio.gather(*(garden.camera.snapshot(320) for _ in range(10)))
    assert len({id(jpeg) for jpeg in found}) == 1


async def test_offline() -> None:
    """It says why."""
    async with watched("/none.mp4") as garden:
        with pytest.raises(CameraOffline, match="is connecting"):
            await garden.camera.snapshot()
        await garden.outcome()
        with pytest.raises(CameraOffline, match=r"There is no file /none\.mp4\."):
            await garden.camera.snapshot()


@pytest.mark.parametrize("bframes", [0, 3])
def test_the_newest_picture_is_shown(tmp_path: Path, bframes: int) -> None:
    """Not the key frame, and not one that a decoder holds back."""
    path = tmp_path / "film.ts"
    Clip(width=384, height=288, fps=10, seconds=2, bframes=bframes, key_interval=100).encode(path, "mpegts")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [
            Packet(bytes(packet), number, 0.0, packet.is_keyframe)
            for number, packet in enumerate(container.demux(stream))
            if packet.size
        ]
    with av.open(str(path)) as container:
        *_, last = container.decode(video=0)
    info = StreamInfo(codec="h264", width=384, height=288, reordered=bool(bframes))
    with Image.open(io.BytesIO(newest(info, packets, None))) as image:
        shown = np.asarray(image.convert("RGB"), dtype=np.int16)
    first = np.abs(shown - last.to_ndarray(format="rgb24").astype(np.int16)).mean()
    assert first < 4


def test_a_webcams_jpeg_gets_its_tables() -> None:
    """Motion JPEG may leave the Huffman tables out, which no viewer of JPEG understands."""
    buffer = io.BytesIO()
    Image.radial_gradient("L").resize((64, 48)).convert("RGB").save(buffer, "JPEG")
    whole = buffer.getvalue()
    bare = b""
    at = 2
    while whole[at + 1] != 0xDA:
        length = 2 + int.from_bytes(whole[at + 2 : at + 4])
        if whole[at + 1] != 0xC4:
            bare += whole[at : at + length]
        at += length
    bare = whole[:2] + bare + whole[at:]
    info = StreamInfo(codec="mjpeg", width=64, height=48)
    assert newest(info, [Packet(whole, 0, 0.0, True)], None) == whole
    made = newest(info, [Packet(bare, 0, 0.0, True)], None)
    assert size(made) == (64, 48)
    assert b"\xff\xc4" in made


def test_no_picture_in_the_data() -> None:
    """Garbage is refused, whatever it claims to be."""
    with pytest.raises(PictureError):
        newest(StreamInfo(codec="h264", width=64, height=48), [Packet(b"\0\0\1garbage", 0, 0.0, True)], None)
    for garbage in (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"<svg/>"):
        with pytest.raises(PictureError):
            as_jpeg(garbage)


def test_a_picture_too_large_is_refused() -> None:
    """A small file may hold a huge picture."""
    buffer = io.BytesIO()
    Image.new("1", (8500, 8500)).save(buffer, "PNG")
    with pytest.raises(PictureError):
        as_jpeg(buffer.getvalue())
