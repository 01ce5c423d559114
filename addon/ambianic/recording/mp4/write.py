"""Making the parts of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
import struct

from .boxes import box, full_box
from .entries import Entry

VIDEO, SOUND = 1, 2
"""The numbers of the tracks."""
VIDEO_SCALE = 90_000
"""Ticks of the video track in a second."""
MAX_ROWS = 0xFFFF
SOUND_BEHIND_SECONDS = 0.15
TABLE_BYTES = 1024
"""Room for the table of fragments, enough for 80 of them."""

_MATRIX = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
_KEY, _DEPENDENT = 0x02000000, 0x01010000
_UNIX_TO_NTP = 2_208_988_800
_ENTRY = struct.Struct(">III")
_TABLE_HEADER = 40


@dataclass(frozen=True, slots=True)
class Track:
    """A track's sample entries, all of one kind, and its ticks in a second. `size` in pixels is that of a video track."""

    entries: tuple[Entry, ...]
    scale: int
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture or piece of sound: its time of decoding and duration in ticks of its track, and when it is shown after that."""

    data: bytes
    time: int
    duration: int
    key: bool = True
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """What the table of fragments says of one: bytes, duration in ticks of the video, whether it begins with a key frame."""

    size: int
    duration: int
    key: bool


def init(video: Track, sound: Track | None) -> bytes:
    """What a player needs before any fragment: ftyp and moov."""
    tracks = [(VIDEO, video)] + ([] if sound is None else [(SOUND, sound)])
    header = full_box(
        b"mvhd", 0, 0, struct.pack(">IIIIIH10x", 0, 0, 1000, 0, 1 << 16, 0x0100), _MATRIX, struct.pack(">24xI", len(tracks) + 1)
    )
    extends = [full_box(b"trex", 0, 0, struct.pack(">IIIII", number, 1, 0, 0, 0)) for number, _ in tracks]
    return box(b"ftyp", b"iso6", struct.pack(">I", 0), b"iso6mp41") + box(
        b"moov", header, *(_track(number, track) for number, track in tracks), box(b"mvex", *extends)
    )


def _track(number: int, track: Track) -> bytes:
    width, height = track.size or (0, 0)
    header = struct.pack(">IIIIIIIhhHH", 0, 0, number, 0, 0, 0, 0, 0, 0, 0 if track.size else 0x0100, 0)
    empty = struct.pack(">I", 0)
    table = box(
        b"stbl",
        full_box(b"stsd", 0, 0, struct.pack(">I", len(track.entries)), *(entry.box for entry in track.entries)),
        full_box(b"stts", 0, 0, empty),
        full_box(b"stsc", 0, 0, empty),
        full_box(b"stsz", 0, 0, empty, empty),
        full_box(b"stco", 0, 0, empty),
    )
    kind, media = (b"vide", full_box(b"vmhd", 0, 1, bytes(8))) if track.size else (b"soun", full_box(b"smhd", 0, 0, bytes(4)))
    return box(
        b"trak",
        full_box(b"tkhd", 0, 3, header, _MATRIX, struct.pack(">II", width << 16, height << 16)),
        box(
            b"mdia",
            full_box(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, track.scale, 0, 0x55C4, 0)),  # the language "und"
            full_box(b"hdlr", 0, 0, bytes(4), kind, bytes(12), b"\x00"),
            box(b"minf", media, box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1))), table),
        ),
    )


def began(time: float) -> bytes:
    """The Unix time at which the first picture after it is shown."""
    ntp = round((time + _UNIX_TO_NTP) * 2**32)
    return full_box(b"prft", 1, 0, struct.pack(">IQQ", VIDEO, ntp, 0))


def table(rows: Sequence[Row] | None) -> bytes:
    """The table of a finished file's fragments, or as much room for it where there is none or it does not fit."""
    if not rows or _TABLE_HEADER + _ENTRY.size * len(rows) > TABLE_BYTES:
        return box(b"free", bytes(TABLE_BYTES - 8))
    room = TABLE_BYTES - _TABLE_HEADER - _ENTRY.size * len(rows)
    # The fragments begin after the rest of the room and the time of the start.
    return _index(VIDEO, rows, gap=room + len(began(0))) + (box(b"free", bytes(room - 8)) if room else b"")


def index(rows: Sequence[Row], sound_scale: int) -> bytes:
    """A table for players of the fragments that follow it, for each track. `sound_scale` is the ticks of the sound in a second, or 0.

    It is empty where there are too many fragments for one, and where some do not begin with a key frame: FFmpeg's demuxer, which is
    Chromium's as well, takes each for a place where decoding can begin, and may leave out those that are not in the table.
    """
    if not 0 < len(rows) <= MAX_ROWS or not all(row.key for row in rows):
        return b""
    behind = b""
    if sound_scale:
        # The sound of a fragment begins a little after its pictures: that of its first picture lies in the one before.
        first = round(SOUND_BEHIND_SECONDS * sound_scale)
        ends = [round(ticks * sound_scale / VIDEO_SCALE) for ticks in accumulate(row.duration for row in rows)]
        starts = [first, *(end + first for end in ends[:-1])]
        spans = zip(rows, starts, [*starts[1:], max(ends[-1], starts[-1])], strict=True)
        sound = [Row(row.size, end - start, key=True) for row, start, end in spans]
        behind = _index(SOUND, sound, scale=sound_scale, first=first)
    return _index(VIDEO, rows, gap=len(behind)) + behind


def _index(track: int, rows: Sequence[Row], *, gap: int = 0, scale: int = VIDEO_SCALE, first: int = 0) -> bytes:
    entries = b"".join(_ENTRY.pack(row.size, row.duration, 0x90000000 if row.key else 0) for row in rows)
    return full_box(b"sidx", 1, 0, struct.pack(">IIQQHH", track, scale, first, gap, 0, len(rows)), entries)


def fragment(number: int, video: Sequence[Sample], sound: Sequence[Sample]) -> bytes:
    """A fragment with its number, from 1 on in each file.

    The sound lies before the pictures: players show the first picture once they have the beginning of both.
    """
    tracks = [(track, samples) for track, samples in ((VIDEO, video), (SOUND, sound)) if samples]
    size = len(_moof(number, tracks, [0, 0]))
    offsets: list[int] = []
    at = size + 8
    for _, samples in reversed(tracks):
        offsets.insert(0, at)
        at += sum(len(sample.data) for sample in samples)
    data = [sample.data for _, samples in reversed(tracks) for sample in samples]
    return b"".join([_moof(number, tracks, offsets), struct.pack(">I4s", at - size, b"mdat"), *data])


def _moof(number: int, tracks: Sequence[tuple[int, Sequence[Sample]]], offsets: Sequence[int]) -> bytes:
    trafs = (_traf(track, samples, offset) for (track, samples), offset in zip(tracks, offsets, strict=False))
    return box(b"moof", full_box(b"mfhd", 0, 0, struct.pack(">I", number)), *trafs)


def _traf(track: int, samples: Sequence[Sample], offset: int) -> bytes:
    # Lengths count from the moof; the sample description is said in each fragment, so that it can be changed in place.
    flags, description = 0x020002, struct.pack(">II", track, 1)
    if track == SOUND:
        flags, description = flags | 0x20, description + struct.pack(">I", _KEY)
        columns = 0x301
        rows = b"".join(struct.pack(">II", sample.duration, len(sample.data)) for sample in samples)
    elif any(sample.offset for sample in samples):
        columns = 0xF01
        rows = b"".join(
            struct.pack(">IIIi", sample.duration, len(sample.data), _KEY if sample.key else _DEPENDENT, sample.offset)
            for sample in samples
        )
    else:
        columns = 0x701
        rows = b"".join(
            struct.pack(">III", sample.duration, len(sample.data), _KEY if sample.key else _DEPENDENT) for sample in samples
        )
    return box(
        b"traf",
        full_box(b"tfhd", 0, flags, description),
        full_box(b"tfdt", 1, 0, struct.pack(">Q", samples[0].time)),
        full_box(b"trun", 1, columns, struct.pack(">Ii", len(samples), offset), rows),
    )
