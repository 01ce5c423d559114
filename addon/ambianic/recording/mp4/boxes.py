"""Boxes, of which MP4 is made: a length, a kind, and what is in it."""

from collections.abc import Iterator
import struct

HEADER = struct.Struct(">I4s")


class BrokenFile(ValueError):
    """The bytes are not those of a file of ours."""


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box."""
    return HEADER.pack(HEADER.size + sum(map(len, parts)), kind) + b"".join(parts)


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A box with a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def boxes(data: bytes | bytearray, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """The boxes in a stretch of data: kind, and where its content starts and ends. Raises BrokenFile."""
    end = len(data) if end is None else end
    while start < end:
        if end - start < HEADER.size:
            raise BrokenFile("A box is cut off.")
        size, kind = HEADER.unpack_from(data, start)
        if not HEADER.size <= size <= end - start:
            raise BrokenFile("The length of a box is out of bounds.")
        yield kind, start + HEADER.size, start + size
        start += size


def find(data: bytes | bytearray, *path: bytes, start: int = 0, end: int | None = None) -> tuple[int, int]:
    """Where the content of the first box at a path of kinds starts and ends. Raises BrokenFile where there is none."""
    for kind in path:
        for found, inner, following in boxes(data, start, end):
            if found == kind:
                start, end = inner, following
                break
        else:
            raise BrokenFile(f"There is no {kind.decode()}.")
    return start, len(data) if end is None else end
