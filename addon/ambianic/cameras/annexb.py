"""What can be seen in H.264 and H.265 without decoding (ITU-T H.264 and H.265, section 7.3 and Annex B)."""

from collections.abc import Iterator

from .bits import Bits

START_CODE = b"\x00\x00\x01"
_HEADER_BYTES = 16
_B_SLICE = 1


def units(data: bytes) -> Iterator[tuple[int, int, int]]:
    """The NAL units of a picture: first byte, start and end of each."""
    at = data.find(START_CODE)
    while 0 <= at < len(data) - 3:
        following = data.find(START_CODE, at + 3)
        yield data[at + 3], at + 3, len(data) if following < 0 else following
        at = following


def parameter_sets(codec: str, data: bytes) -> tuple[bytes, bytes]:
    """The parameter sets that a picture carries before its first slice, in Annex B: all of them, and those of the sequence.

    Both are empty where it carries none.
    """
    found, sequence = b"", b""
    for head, start, end in units(data):
        if codec == "hevc":
            kind = head >> 1 & 0x3F
            is_slice, is_set, is_sequence = kind < 32, kind in {32, 33, 34}, kind == 33
        else:
            kind = head & 0x1F
            is_slice, is_set, is_sequence = 1 <= kind <= 5, kind in {7, 8}, kind == 7
        if is_slice:
            break
        unit = b"\x00" + START_CODE + data[start:end].rstrip(b"\x00")
        if is_set and unit not in found:
            found += unit
        if is_sequence and unit not in sequence:
            sequence += unit
    return (found, sequence) if sequence else (b"", b"")


def is_b_picture(data: bytes) -> bool:
    """Whether an H.264 picture's first slice is a B slice."""
    for head, start, end in units(data):
        if head & 0x1F == 1:  # a slice of a picture that is not a key frame
            bits = Bits(data[start + 1 : min(end, start + 1 + _HEADER_BYTES)])
            bits.exponential_golomb()  # first_mb_in_slice
            return bits.exponential_golomb() % 5 == _B_SLICE  # slice_type
    return False
