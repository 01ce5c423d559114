"""JPEGs: checked, made of other pictures, and decoded from a stream's packets."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
import io

import av
from PIL import Image, UnidentifiedImageError

from .packets import Packet, StreamInfo

MAX_PIXELS = 64_000_000
QUALITY = 85
_HUFFMAN_TABLE = b"\xff\xc4"
_START_OF_SCAN = b"\xff\xda"


class PictureError(Exception):
    """There is no picture in the data."""


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A JPEG and its size in pixels."""

    data: bytes
    width: int
    height: int


def as_jpeg(data: bytes) -> Jpeg:
    """A JPEG, PNG or WebP picture as JPEG. Raises PictureError. PNG and WebP take a while: call it in a thread."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise PictureError
            if image.format == "JPEG":
                return Jpeg(data, width, height)
            return Jpeg(_encode(image), width, height)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as err:
        raise PictureError from err


def newest(info: StreamInfo, packets: Sequence[Packet], width: int | None) -> bytes:
    """The newest picture of a group of pictures as JPEG, at most `width` pixels wide. Raises PictureError. Blocks."""
    if info.codec == "mjpeg":
        packets = packets[-1:]
        data = packets[0].data if packets else b""
        # Webcams leave the Huffman tables out, which only decoders of video know how to fill in.
        if (width is None or width >= info.width) and _HUFFMAN_TABLE in data[: data.find(_START_OF_SCAN)]:
            return data
    frame = None
    decoder = av.CodecContext.create(info.codec, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    for packet in (*packets, None):
        with suppress(av.FFmpegError):  # a damaged picture: the next may do
            for decoded in decoder.decode(av.Packet(packet.data) if packet else None):
                frame = decoded
    if frame is None:
        raise PictureError
    width = min(width or frame.width, frame.width)
    height = max(1, round(frame.height * width / frame.width))
    return _encode(Image.fromarray(frame.reformat(width=width, height=height, format="rgb24").to_ndarray()))


def _encode(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
