"""What an encoded picture tells without being decoded (ITU-T H.264 and H.265, sections 7.3 and 7.4)."""

from dataclasses import dataclass
from enum import IntEnum, auto

from ambianic.cameras.annexb import units
from ambianic.cameras.bits import Bits
from ambianic.cameras.packets import Packet

INTRA_ONLY = frozenset({"mjpeg"})
"""Codecs in which each picture stands for itself."""
_HEADER_BYTES = 6
_H264_SLICES = range(1, 6)
_H264_B = 1
_HEVC_SLICES = range(32)
_HEVC_SUBLAYER = range(16)


class Kind(IntEnum):
    """Kinds of pictures, whose usual sizes differ."""

    KEY = auto()
    REFERENCE = auto()
    BETWEEN = auto()
    """A B-picture that others refer to."""
    DISPOSABLE = auto()
    """No other picture needs it, so it need not be decoded."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """`size` counts the bytes of the picture itself: no parameters, messages or filling."""

    size: int
    kind: Kind
    layer: int = 0
    """The temporal layer of H.265: pictures of a higher one may refer to it."""


def inspect(codec: str, packet: Packet) -> Encoded:
    """Look at an encoded picture from outside. Damaged ones are taken for what they seem to be."""
    if codec not in {"h264", "hevc"}:
        return Encoded(len(packet.data), Kind.KEY if packet.keyframe else Kind.REFERENCE)
    size, kind, layer = 0, Kind.REFERENCE, 0
    for head, start, end in units(packet.data):
        if codec == "hevc":
            number = head >> 1 & 0x3F
            if number not in _HEVC_SLICES or end - start < 2:
                continue
            layer = (packet.data[start + 1] & 7) - 1
            if number in _HEVC_SUBLAYER and number % 2 == 0:
                kind = Kind.DISPOSABLE
            elif layer:
                kind = Kind.BETWEEN
        else:
            if head & 0x1F not in _H264_SLICES:
                continue
            if not size:
                kind = _h264_kind(head, packet.data[start + 1 : start + 1 + _HEADER_BYTES])
        size += end - start
    return Encoded(_unfilled(packet.data, size), Kind.KEY if packet.keyframe else kind, layer)


def _h264_kind(head: int, slice_header: bytes) -> Kind:
    if head >> 5 & 3 == 0:
        return Kind.DISPOSABLE
    bits = Bits(slice_header)
    bits.exponential_golomb()  # first_mb_in_slice
    return Kind.BETWEEN if bits.exponential_golomb() % 5 == _H264_B else Kind.REFERENCE


def _unfilled(data: bytes, size: int) -> int:
    """The size without the zero words that may fill up the last slice."""
    if data.endswith((b"\x00", b"\x00\x03")):
        return max(0, size - (len(data) - len(data.rstrip(b"\x00\x03"))))
    return size
