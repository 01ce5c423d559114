"""A picture of footage: one key frame, decoded."""

from collections.abc import Sequence
import os
from pathlib import Path
import struct

from ambianic.cameras.packets import Packet, StreamInfo
from ambianic.cameras.pictures import PictureError, newest

from .clip import NOTHING
from .movie import NoFootage
from .mp4.boxes import BrokenFile
from .mp4.read import first_picture, moof_at, read, tracks
from .mp4.write import VIDEO, VIDEO_SCALE
from .segment import Segment

_CODECS = {b"avc1": "h264", b"hvc1": "hevc"}


def preview_of(directory: Path, segments: Sequence[Segment], at: float, width: int | None) -> bytes:
    """A JPEG of the last key frame at or before a Unix time that is in segments (by start). Raises NoFootage. Blocks."""
    for segment in reversed(segments):
        try:
            return _picture(segment.path(directory), at, width)
        except (OSError, BrokenFile, struct.error, PictureError):
            continue  # deleted meanwhile, only just begun, or damaged: the one before it may do
    raise NoFootage(NOTHING)


def _picture(path: Path, at: float, width: int | None) -> bytes:
    contents = read(path)
    found: int | None = None
    offset, time = contents.offset, 0
    for row in contents.rows:
        if contents.start + time / VIDEO_SCALE > at:
            break
        if row.key:
            found = offset
        offset += row.size
        time += row.duration
    if found is None:
        raise BrokenFile("There is no key frame.")
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        moof = moof_at(descriptor, found)
        if moof is None:
            raise BrokenFile("A fragment is gone.")
        start, size = first_picture(moof)
        data = os.pread(descriptor, size, found + start)
    finally:
        os.close(descriptor)
    track = tracks(contents.init)[VIDEO]
    codec = _CODECS.get(track.entries[0].box[4:8])
    if codec is None:
        raise BrokenFile("There is no video of a known kind.")
    info = StreamInfo(codec=codec, width=track.size[0] if track.size else 0, height=0)
    return newest(info, [Packet(_annex_b(data), 0, 0.0, keyframe=True)], width)


def _annex_b(data: bytes) -> bytes:
    """Units with their lengths in front, as decoders of streams have it."""
    parts, at = [], 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        parts += [b"\x00\x00\x00\x01", data[at + 4 : at + 4 + size]]
        at += 4 + size
    return b"".join(parts)
