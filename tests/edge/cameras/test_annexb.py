"""Looking into H.264 without decoding."""

from pathlib import Path

import av
from av.video.frame import PictureType
import pytest

from ambianic.cameras.annexb import is_b_picture, parameter_sets, units
from tests.support.rtsp import Clip


@pytest.mark.parametrize("bframes", [0, 2])
def test_b_pictures_are_seen(tmp_path: Path, bframes: int) -> None:
    """The same as the decoder sees."""
    path = tmp_path / "film.ts"
    Clip(width=384, height=288, seconds=3, bframes=bframes).encode(path, "mpegts")
    seen, known = {}, {}
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            if packet.size:
                seen[packet.pts] = is_b_picture(bytes(packet))
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            known[frame.pts] = frame.pict_type == PictureType.B
    assert seen == known
    assert any(seen.values()) is bool(bframes)


def test_parameter_sets() -> None:
    """Those before the first slice, each once."""
    sps, pps, sei, idr = b"\x67abc", b"\x68de", b"\x06f", b"\x65g"
    data = b"".join(b"\0\0\0\1" + unit for unit in (b"\x09\xf0", sps, pps, sei, sps, idr, b"\x67late"))
    assert parameter_sets("h264", data) == (b"\0\0\0\1" + sps + b"\0\0\0\1" + pps, b"\0\0\0\1" + sps)
    assert parameter_sets("h264", b"\0\0\1" + idr) == (b"", b"")


@pytest.mark.parametrize("data", [b"", b"\0\0\1", b"\0\0\1\x41", b"\0\0\1\x41\0\0", b"garbage" * 9])
def test_damaged_data(data: bytes) -> None:
    """It is not a B picture, and has no parameter sets."""
    assert list(units(data)) == ([] if len(data) < 4 or data[0] else [(0x41, 3, len(data))])
    assert not is_b_picture(data)
    assert parameter_sets("h264", data) == (b"", b"")
    assert parameter_sets("hevc", data) == (b"", b"")
