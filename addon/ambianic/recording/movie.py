"""An MP4 made of pieces of segments while it is read: nothing is copied, and its size is known beforehand."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
import hashlib
from itertools import accumulate
import os
from pathlib import Path
import struct

from .mp4.boxes import BrokenFile, find
from .mp4.read import moof_at, trafs
from .mp4.write import SOUND, VIDEO, VIDEO_SCALE, Row, index

CHUNK_BYTES = 256 * 1024
GONE = "This recording was deleted meanwhile."


class NoFootage(LookupError):
    """Nothing is recorded of what was asked for, or it was deleted meanwhile; the text says so for people."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a movie: where it lies in time (seconds from the movie's start) and in the movie's bytes.

    `key` tells that it begins with a key frame: decoding can begin there.
    """

    start: float
    duration: float
    offset: int
    length: int
    key: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Fragments of one segment that follow each other.

    `offset` is where the first one begins in the file, `time` in the segment (in ticks), `start` in Unix time. `sound_scale` is
    the ticks of its sound in a second, 0 where it has none, `entries` the numbers of its sample entries in the movie, of video and sound.
    """

    segment_id: str
    path: Path
    init: bytes
    codecs: str
    offset: int
    time: int
    start: float
    rows: tuple[Row, ...]
    sound_scale: int = 0
    entries: tuple[int, int] = (1, 1)

    @property
    def ticks(self) -> int:
        """How long it lasts."""
        return sum(row.duration for row in self.rows)

    @property
    def end(self) -> float:
        """The Unix time at which it ends."""
        return self.start + self.ticks / VIDEO_SCALE


@dataclass(frozen=True, slots=True)
class _Placed:
    """A fragment in the movie: its piece, its place in that's file, its number, and by what its times change."""

    piece: Piece
    file_offset: int
    number: int
    shift: int


class Movie:
    """An MP4 that can be read at any place: what a player needs first, fragments after. Its bytes are the same each time.

    `size` in bytes, `duration` in seconds (without the gaps between pieces), `start` and `end` Unix times, `codecs` as in a media
    type (RFC 6381), `etag` a strong one without quotes, `init` the offset and length of what comes before the fragments.
    """

    def __init__(self, init: bytes, pieces: Sequence[Piece], *, table: bool = False) -> None:
        """Put pieces one after the other, behind what a player needs for all of them.

        With a `table`, a player knows the length and where to seek to without looking through all of it.
        """
        rows = [row for piece in pieces for row in piece.rows] if table else []
        self._head = init + index(rows, max(piece.sound_scale for piece in pieces))
        self._pieces = tuple(pieces)
        self._placed: list[_Placed] = []
        fragments = []
        at, elapsed = len(self._head), 0
        for piece in pieces:
            file_offset, shift = piece.offset, elapsed - piece.time
            for row in piece.rows:
                fragments.append(Fragment(elapsed / VIDEO_SCALE, row.duration / VIDEO_SCALE, at, row.size, row.key))
                self._placed.append(_Placed(piece, file_offset, len(fragments), shift))
                file_offset += row.size
                at += row.size
                elapsed += row.duration
        self.start = pieces[0].start
        self.end = pieces[-1].end
        self.duration = elapsed / VIDEO_SCALE
        self.size = at
        self.init = (0, len(init))
        self.fragments = tuple(fragments)
        self.codecs = max((piece.codecs for piece in pieces), key=lambda codecs: codecs.count(","))
        self.etag = self._tag()
        self._offsets = [fragment.offset for fragment in fragments]

    async def read(self, offset: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes of a range in chunks of at most 256 KB, read in threads. Raises NoFootage where a file is gone meanwhile."""
        end = self.size if length is None else min(self.size, offset + length)
        while offset < end:
            data = await asyncio.to_thread(self._chunk, offset, min(end, offset + CHUNK_BYTES))
            yield data
            offset += len(data)

    def exists(self) -> bool:
        """Whether its files are there still. Blocks."""
        return all(piece.path.exists() for piece in self._pieces)

    def _tag(self) -> str:
        digest = hashlib.sha256(self._head)
        for piece in self._pieces:
            sizes = list(accumulate(row.size for row in piece.rows))
            digest.update(f"{piece.segment_id} {piece.offset} {piece.entries} {sizes}\n".encode())
        return digest.hexdigest()[:32]

    def _chunk(self, start: int, end: int) -> bytes:
        """The bytes from one place to another. Raises NoFootage. Blocks."""
        parts = [self._head[start:end]]
        try:
            parts += self._parts(max(start, len(self._head)), end)
        except (OSError, BrokenFile, struct.error) as err:
            raise NoFootage(GONE) from err
        return b"".join(parts)

    def _parts(self, start: int, end: int) -> Iterator[bytes]:
        number = bisect_right(self._offsets, start) - 1
        path, descriptor = None, -1
        try:
            while start < end:
                placed, fragment = self._placed[number], self.fragments[number]
                if placed.piece.path != path:
                    if descriptor >= 0:
                        os.close(descriptor)
                    path, descriptor = placed.piece.path, -1
                    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                stop = min(end, fragment.offset + fragment.length)
                yield _read(descriptor, placed, start - fragment.offset, stop - fragment.offset)
                start, number = stop, number + 1
        finally:
            if descriptor >= 0:
                os.close(descriptor)


def _read(descriptor: int, placed: _Placed, start: int, end: int) -> bytes:
    """Some bytes of a fragment, with the times and numbers of the movie. Raises OSError and BrokenFile."""
    moof = moof_at(descriptor, placed.file_offset)
    if moof is None:
        raise BrokenFile("A fragment is gone.")
    head = _patched(moof, placed)[start:end] if start < len(moof) else b""
    start = max(start, len(moof))
    rest = os.pread(descriptor, end - start, placed.file_offset + start) if start < end else b""
    if start < end and len(rest) < end - start:
        raise BrokenFile("A fragment is cut off.")
    return head + rest


def _patched(moof: bytes, placed: _Placed) -> bytes:
    data = bytearray(moof)
    at, _ = find(data, b"moof", b"mfhd")
    struct.pack_into(">I", data, at + 4, placed.number)
    for track, (start, end) in trafs(data).items():
        header, _ = find(data, b"tfhd", start=start, end=end)
        struct.pack_into(">I", data, header + 8, placed.piece.entries[track - VIDEO])
        shift = placed.shift if track != SOUND else round(placed.shift * placed.piece.sound_scale / VIDEO_SCALE)
        time, _ = find(data, b"tfdt", start=start, end=end)
        known: int = struct.unpack_from(">Q", data, time + 4)[0]
        struct.pack_into(">Q", data, time + 4, max(0, known + shift))
    return bytes(data)
