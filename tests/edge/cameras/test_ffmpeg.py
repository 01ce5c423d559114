"""What becomes of FFmpeg's packets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import av
import pytest

from ambianic.cameras.annexb import parameter_sets
from ambianic.cameras.ffmpeg import Reader
from ambianic.cameras.packets import StreamInfo
from ambianic.cameras.sample import Item, Sample
from ambianic.cameras.status import SourceError
from tests.support.rtsp import Clip


@contextmanager
def reading(path: Path) -> Iterator[tuple[Reader, Iterator[av.Packet[av.VideoStream]]]]:
    """A reader of a file, and the file's packets."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        yield Reader(stream, "The file"), container.demux(stream)


def read(path: Path) -> list[Item]:
    """All items of a file."""
    with reading(path) as (reader, packets):
        return [item for packet in packets for item in reader.read(packet)]


def test_parameter_sets_are_put_where_they_miss(tmp_path: Path) -> None:
    """A camera may send them once only, at the beginning."""
    path, once = tmp_path / "film.h264", tmp_path / "once.h264"
    Clip(width=384, height=288, fps=25, seconds=1, key_interval=5).encode(path, "h264")
    sets = parameter_sets("h264", path.read_bytes())[0]
    head, *rest = path.read_bytes().split(sets)
    assert len(rest) == 5
    once.write_bytes(head + sets + b"".join(rest))
    info, *samples = read(once)
    assert isinstance(info, StreamInfo)
    assert info.extradata == sets
    keyframes = [item for item in samples if isinstance(item, Sample) and item.keyframe]
    assert len(keyframes) == 5
    assert all(parameter_sets("h264", keyframe.data)[0] == sets for keyframe in keyframes)


def test_nothing_comes_before_the_first_key_frame(tmp_path: Path) -> None:
    """It could not be decoded."""
    path = tmp_path / "film.ts"
    Clip(width=384, height=288, fps=25, seconds=1, key_interval=10).encode(path, "mpegts")
    with reading(path) as (reader, packets):
        next(packets)
        items = [item for packet in packets for item in reader.read(packet)]
    info, first, *_ = items
    assert isinstance(info, StreamInfo)
    assert isinstance(first, Sample)
    assert first.keyframe
    assert len(items) == 1 + 15


def test_b_frames_that_are_not_announced(tmp_path: Path) -> None:
    """The stream is described anew where the first of them comes."""
    path = tmp_path / "film.ts"
    Clip(width=384, height=288, fps=25, seconds=1, bframes=2, key_interval=25).encode(path, "mpegts")
    with reading(path) as (reader, packets):
        assert reader.info.reordered
        reader.info = replace(reader.info, reordered=False)
        items = [item for packet in packets for item in reader.read(packet)]
    assert [item.reordered for item in items if isinstance(item, StreamInfo)] == [False, True]
    samples = items[[isinstance(item, StreamInfo) for item in items].index(True, 1) + 1 :]
    ticks = [item.ticks for item in samples if isinstance(item, Sample) and item.ticks is not None]
    assert ticks == sorted(ticks)


def test_a_camera_whose_picture_changes_size(tmp_path: Path) -> None:
    """It is opened anew, since what is known of it no longer holds."""
    both = tmp_path / "both.h264"
    for width, height in ((384, 288), (320, 240)):
        path = tmp_path / f"{width}.h264"
        Clip(width=width, height=height, fps=25, seconds=0.4, key_interval=5).encode(path, "h264")
        with both.open("ab") as file:
            file.write(path.read_bytes())
    with pytest.raises(SourceError, match="changed the settings of its video"):
        read(both)
