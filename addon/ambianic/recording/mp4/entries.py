"""What a track is made of: the sample entries of H.264, H.265, AAC and Opus (ISO/IEC 14496-14 and -15; Opus in ISOBMFF)."""

from dataclasses import dataclass
import struct

from ambianic.cameras import annexb
from ambianic.cameras.bits import Bits

from .boxes import box, full_box


@dataclass(frozen=True, slots=True)
class Entry:
    """A sample entry: its box, and how RFC 6381 calls it."""

    box: bytes
    codec: str


class UnknownFormat(ValueError):
    """What a camera sends lacks what a player has to be told."""


def video(codec: str, width: int, height: int, keyframe: bytes) -> Entry:
    """The entry of H.264 or H.265 by one of its key frames (in Annex B). Raises UnknownFormat."""
    units = [keyframe[start:end].rstrip(b"\x00") for _, start, end in annexb.units(keyframe)]
    try:
        kind, configuration, name = _avc(units) if codec == "h264" else _hevc(units)
    except (IndexError, struct.error) as err:
        raise UnknownFormat(f"The parameters of {codec} are not complete.") from err
    # No resolution in dots, one picture a sample, no name, 24 bits of colour.
    fixed = struct.pack(">6xH16xHHII4xH32xHh", 1, width, height, 72 << 16, 72 << 16, 1, 24, -1)
    return Entry(box(kind, fixed, configuration), name)


def sound(kind: bytes, codec: str, channels: int, sample_rate: int, configuration: bytes) -> Entry:
    """The entry of sound, of 16 bits a sample."""
    fixed = struct.pack(">6xH8xHH4xHH", 1, channels, 16, min(sample_rate, 0xFFFF), 0)
    return Entry(box(kind, fixed, configuration), codec)


def aac(config: bytes, channels: int, sample_rate: int) -> Entry:
    """The entry of AAC by its AudioSpecificConfig."""
    if len(config) < 2:
        raise UnknownFormat("The parameters of AAC are not complete.")
    # Elementary stream 2, MPEG-4 audio, no limits to the buffer and the bit rate.
    decoder = _descriptor(4, struct.pack(">BB3xII", 0x40, 0x15, 0, 0), _descriptor(5, config))
    stream = _descriptor(3, struct.pack(">HB", 2, 0), decoder, _descriptor(6, b"\x02"))
    object_type = config[0] >> 3
    return sound(b"mp4a", f"mp4a.40.{object_type}", channels, sample_rate, full_box(b"esds", 0, 0, stream))


def opus(channels: int, sample_rate: int) -> Entry:
    """The entry of Opus in one or two channels; `sample_rate` is that before it was encoded."""
    return sound(b"Opus", "opus", channels, 48_000, box(b"dOps", struct.pack(">BBHIhB", 0, channels, 0, sample_rate, 0, 0)))


def _descriptor(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return bytes((tag, len(content))) + content


def _avc(units: list[bytes]) -> tuple[bytes, bytes, str]:
    # Some cameras say the same several times, now more and now less often.
    sequence = list(dict.fromkeys(unit for unit in units if unit[0] & 0x1F == 7))
    picture = list(dict.fromkeys(unit for unit in units if unit[0] & 0x1F == 8))
    if not (sequence and picture):
        raise UnknownFormat("A key frame has no parameter sets.")
    profile = sequence[0][1:4]
    record = b"\x01" + profile + b"\xff" + bytes((0xE0 | len(sequence),))
    record += b"".join(map(_with_length, sequence)) + bytes((len(picture),)) + b"".join(map(_with_length, picture))
    if profile[0] in {100, 110, 122, 244}:
        bits = Bits(sequence[0][4:])
        bits.exponential_golomb()
        chroma, luma_depth, chroma_depth = bits.exponential_golomb(), bits.exponential_golomb(), bits.exponential_golomb()
        record += bytes((0xFC | chroma, 0xF8 | luma_depth, 0xF8 | chroma_depth, 0))
    return b"avc1", box(b"avcC", record), f"avc1.{profile.hex()}"


def _hevc(units: list[bytes]) -> tuple[bytes, bytes, str]:
    arrays = [(kind, list(dict.fromkeys(unit for unit in units if unit[0] >> 1 & 0x3F == kind))) for kind in (32, 33, 34)]
    if not all(found for _, found in arrays):
        raise UnknownFormat("A key frame has no parameter sets.")
    bits = Bits(arrays[1][1][0][2:])
    bits.skip(4)
    layers = bits.read(3) + 1
    nested = bits.read(1)
    profile, compatibility = bits.read(8), bits.read(32)
    constraints, level = bits.read(48), bits.read(8)
    if layers > 1:
        present = [(bits.read(1), bits.read(1)) for _ in range(8)]
        bits.skip(sum(88 * has_profile + 8 * has_level for has_profile, has_level in present[: layers - 1]))
    bits.exponential_golomb()
    if (chroma := bits.exponential_golomb()) == 3:
        bits.skip(1)
    bits.exponential_golomb()
    bits.exponential_golomb()
    if bits.read(1):
        for _ in range(4):
            bits.exponential_golomb()
    luma_depth, chroma_depth = bits.exponential_golomb(), bits.exponential_golomb()
    record = struct.pack(">BBI", 1, profile, compatibility) + constraints.to_bytes(6) + bytes((level,))
    record += struct.pack(
        ">HBBBBHB", 0xF000, 0xFC, 0xFC | chroma, 0xF8 | luma_depth, 0xF8 | chroma_depth, 0, layers << 3 | nested << 2 | 3
    )
    record += bytes((len(arrays),))
    for kind, found in arrays:
        record += struct.pack(">BH", 0x80 | kind, len(found)) + b"".join(map(_with_length, found))
    return b"hvc1", box(b"hvcC", record), hevc_name(record[1:13])


def hevc_name(profile: bytes) -> str:
    """How RFC 6381 calls H.265 by the 12 bytes of its general profile, tier and level."""
    space, tier, general = profile[0] >> 6, profile[0] >> 5 & 1, profile[0] & 0x1F
    compatibility = int(f"{int.from_bytes(profile[1:5]):032b}"[::-1], 2)
    parts = [f"{('', 'A', 'B', 'C')[space]}{general}", f"{compatibility:x}", f"{'H' if tier else 'L'}{profile[11]}"]
    parts += [f"{byte:X}" for byte in profile[5:11].rstrip(b"\x00")]
    return f"hvc1.{'.'.join(parts)}"


def _with_length(unit: bytes) -> bytes:
    return struct.pack(">H", len(unit)) + unit
