"""Finding out what is in a file."""

from dataclasses import dataclass
import os
from pathlib import Path
import struct

from .boxes import HEADER, BrokenFile, box, boxes, find
from .entries import Entry, hevc_name
from .write import SOUND, TABLE_BYTES, VIDEO, VIDEO_SCALE, Row, Track

_UNIX_TO_NTP = 2_208_988_800
_MAX_HEAD = 64 * 1024
_MAX_MOOF = 4 * 1024 * 1024
_ENTRY = struct.Struct(">III")


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a file: what comes before the fragments, the Unix time of the first picture, and the fragments in a row.

    `offset` is where the first one begins, `table` where there is room for the table. `finished` tells that the file has
    its table, and ends where that says.
    """

    init: bytes
    start: float
    table: int
    offset: int
    rows: tuple[Row, ...]
    finished: bool

    @property
    def size(self) -> int:
        """The bytes of the file up to the end of the last whole fragment."""
        return self.offset + sum(row.size for row in self.rows)

    @property
    def end(self) -> float:
        """The Unix time at which the last picture ends."""
        return self.start + sum(row.duration for row in self.rows) / VIDEO_SCALE


def read(path: Path) -> Contents:
    """Read what a file says of itself, with those fragments that are whole. Raises BrokenFile and OSError."""
    with path.open("rb", buffering=0) as file:
        descriptor = file.fileno()
        size = os.fstat(descriptor).st_size
        head = os.pread(descriptor, min(size, 4096), 0)
        if len(head) == 4096 and HEADER.size <= _length(head, 24) <= _MAX_HEAD - 4096:
            head += os.pread(descriptor, _length(head, 24), 4096)
        init_size = _end(head, _end(head, 0, b"ftyp"), b"moov")
        offset = init_size + TABLE_BYTES
        started = offset
        offset = _end(head, offset, b"prft")
        ntp: int = struct.unpack_from(">Q", head, started + 16)[0]
        start = ntp / 2**32 - _UNIX_TO_NTP
        rows = _table(head[init_size : init_size + TABLE_BYTES])
        finished = rows is not None and offset + sum(row.size for row in rows) == size
        if rows is None or not finished:
            rows = _fragments(descriptor, offset, size)
        return Contents(head[:init_size], start, init_size, offset, rows, finished)


def _length(head: bytes, at: int) -> int:
    return int(struct.unpack_from(">I", head, at)[0])


def _end(head: bytes, start: int, kind: bytes) -> int:
    """The end of a box that must be there. Raises BrokenFile."""
    if len(head) < start + HEADER.size:
        raise BrokenFile("The file is cut off in its beginning.")
    size, found = HEADER.unpack_from(head, start)
    if found != kind or size < HEADER.size or start + size > len(head):
        raise BrokenFile(f"There is no whole {kind.decode()}.")
    return int(start + size)


def _table(data: bytes) -> tuple[Row, ...] | None:
    if data[4:8] != b"sidx":
        return None
    count: int = struct.unpack_from(">H", data, 38)[0]
    if 40 + count * _ENTRY.size > len(data):
        return None
    entries = _ENTRY.iter_unpack(data[40 : 40 + count * _ENTRY.size])
    return tuple(Row(size, duration, bool(access >> 31)) for size, duration, access in entries)


def _fragments(descriptor: int, offset: int, size: int) -> tuple[Row, ...]:
    rows = []
    while (moof := moof_at(descriptor, offset)) is not None:
        data = os.pread(descriptor, HEADER.size, offset + len(moof))
        if len(data) < HEADER.size:
            break
        length, kind = HEADER.unpack(data)
        following = offset + len(moof) + length
        if kind != b"mdat" or length < HEADER.size or following > size:
            break
        try:
            duration, key = _video(moof)
        except (BrokenFile, struct.error):
            break
        rows.append(Row(following - offset, duration, key))
        offset = following
    return tuple(rows)


def moof_at(descriptor: int, offset: int) -> bytes | None:
    """The description of the fragment that begins at an offset; None where there is no whole one."""
    data = os.pread(descriptor, 4096, offset)
    if len(data) < HEADER.size:
        return None
    size, kind = HEADER.unpack_from(data)
    if kind != b"moof" or not HEADER.size <= size <= _MAX_MOOF:
        return None
    if size > len(data):
        data += os.pread(descriptor, size - len(data), offset + len(data))
    return data[:size] if len(data) >= size else None


def trafs(moof: bytes | bytearray) -> dict[int, tuple[int, int]]:
    """Where the parts of a fragment's description for each track start and end. Raises BrokenFile."""
    start, end = find(moof, b"moof")
    found = {}
    for kind, inner, following in boxes(moof, start, end):
        if kind == b"traf":
            header, _ = find(moof, b"tfhd", start=inner, end=following)
            found[int(struct.unpack_from(">I", moof, header + 4)[0])] = (inner, following)
    if VIDEO not in found:
        raise BrokenFile("There is no video.")
    return found


def _video(moof: bytes) -> tuple[int, bool]:
    """The ticks of a fragment's video, and whether it begins with a key frame."""
    parts = trafs(moof)
    at, end = find(moof, b"trun", start=parts[VIDEO][0], end=parts[VIDEO][1])
    columns, count = struct.unpack_from(">II", moof, at)
    width = 16 if columns & 0x800 else 12
    rows = moof[at + 12 : end]
    if not count or len(rows) != count * width:
        raise BrokenFile("The list of pictures is cut off.")
    durations = sum(struct.unpack_from(">I", rows, width * number)[0] for number in range(count))
    return durations, not struct.unpack_from(">I", rows, 8)[0] & 0x10000


def first_picture(moof: bytes) -> tuple[int, int]:
    """Where a fragment's first picture is, counted from the fragment's beginning, and its bytes. Raises BrokenFile."""
    start, end = trafs(moof)[VIDEO]
    at, _ = find(moof, b"trun", start=start, end=end)
    offset, _, size = struct.unpack_from(">iII", moof, at + 8)
    return int(offset), int(size)


def tracks(init: bytes) -> dict[int, Track]:
    """The tracks of what comes before the fragments. Raises BrokenFile."""
    moov, end = find(init, b"moov")
    found: dict[int, Track] = {}
    for kind, start, following in boxes(init, moov, end):
        if kind != b"trak":
            continue
        header, _ = find(init, b"tkhd", start=start, end=following)
        number: int = struct.unpack_from(">I", init, header + 12)[0]
        width, height = struct.unpack_from(">II", init, header + 76)
        media, _ = find(init, b"mdia", b"mdhd", start=start, end=following)
        scale: int = struct.unpack_from(">I", init, media + 12)[0]
        inner, last = find(init, b"mdia", b"minf", b"stbl", b"stsd", start=start, end=following)
        entries = tuple(Entry(box(name, init[at:to]), "") for name, at, to in boxes(init, inner + 8, last))
        found[number] = Track(entries, scale, None if number == SOUND else (width >> 16, height >> 16))
    if VIDEO not in found or not all(track.entries for track in found.values()):
        raise BrokenFile("There is no video.")
    return found


def codecs(init: bytes) -> str:
    """How RFC 6381 calls what is in the tracks. Raises BrokenFile."""
    return ",".join(_codec(track.entries[0].box) for _, track in sorted(tracks(init).items()))


def _codec(entry: bytes) -> str:
    match entry[4:8]:
        case b"avc1":
            at, _ = find(entry, b"avcC", start=86)
            return f"avc1.{entry[at + 1 : at + 4].hex()}"
        case b"hvc1":
            at, _ = find(entry, b"hvcC", start=86)
            return hevc_name(entry[at + 1 : at + 13])
        case b"mp4a":
            at, _ = find(entry, b"esds", start=36)
            return f"mp4a.40.{entry[at + 26] >> 3}"
        case b"Opus":
            return "opus"
    raise BrokenFile("There is a track of an unknown kind.")
