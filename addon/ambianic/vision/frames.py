"""Decoded pictures, and the sizes in which they are looked at."""

import io

import av
from av.video.reformatter import Interpolation, VideoReformatter
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ambianic.events import Box

LUMA_HEIGHT = 144
MAX_SIDE = 1280
"""Larger pictures are looked at and kept in this size."""
JPEG_QUALITY = 85
WHOLE_PIXEL = 0.01
"""How far a region's sides may be off whole pixels and still be cut out without scaling."""


class Scaler:
    """Converts the pictures of one stream; it keeps what libswscale prepares for each size."""

    def __init__(self) -> None:
        """Prepare nothing yet."""
        self._reformatters: dict[str, VideoReformatter] = {}

    def scale(self, frame: av.VideoFrame, width: int, height: int, pixels: str) -> NDArray[np.uint8]:
        """The picture in that size, as rgb24 [height, width, 3] or gray [height, width]."""
        reformatter = self._reformatters.setdefault(f"{width}x{height} {pixels}", VideoReformatter())
        result = reformatter.reformat(frame, width, height, format=pixels, interpolation=Interpolation.AREA)
        return result.to_ndarray().astype(np.uint8, copy=False)


class Frame:
    """A decoded picture.

    `time` is the Unix time of its arrival, `clock` its place in the stream in seconds, which never jumps.
    """

    def __init__(self, frame: av.VideoFrame, scaler: Scaler, time: float, clock: float) -> None:
        """Wrap what the decoder gave."""
        self.time = time
        self.clock = clock
        self._frame = frame
        self._scaler = scaler
        shrink = min(1.0, MAX_SIDE / max(frame.width, frame.height))
        self.width = max(2, round(frame.width * shrink))
        self.height = max(2, round(frame.height * shrink))
        self._rgb: NDArray[np.uint8] | None = None
        self._image: Image.Image | None = None
        self._jpeg: bytes | None = None

    def luma(self) -> NDArray[np.uint8]:
        """A small grey picture, [height, width]."""
        height = min(LUMA_HEIGHT, self._frame.height)
        width = max(8, round(self._frame.width * height / self._frame.height / 8) * 8)
        return self._scaler.scale(self._frame, width, height, "gray")

    def whole(self, width: int, height: int) -> NDArray[np.uint8]:
        """The whole picture stretched to a size, as RGB [height, width, 3]."""
        return self._scaler.scale(self._frame, width, height, "rgb24")

    def crop(self, region: Box, width: int, height: int) -> NDArray[np.uint8]:
        """A region of the picture stretched to a size, as RGB [height, width, 3]."""
        left, top, right, bottom = region
        part = (left * self.width, top * self.height, right * self.width, bottom * self.height)
        x, y = round(part[0]), round(part[1])
        same_size = (round(part[2]) - x, round(part[3]) - y) == (width, height)
        if same_size and max(abs(side - round(side)) for side in part) < WHOLE_PIXEL:
            return self.rgb()[y : y + height, x : x + width]
        return np.asarray(self.image().resize((width, height), Image.Resampling.BILINEAR, box=part))

    def rgb(self) -> NDArray[np.uint8]:
        """The picture in the size in which it is kept, RGB [height, width, 3]; not to be written to."""
        if self._rgb is None:
            self._rgb = self._scaler.scale(self._frame, self.width, self.height, "rgb24")
        return self._rgb

    def image(self) -> Image.Image:
        """The picture in the size in which it is kept."""
        if self._image is None:
            self._image = Image.fromarray(self.rgb())
        return self._image

    def jpeg(self) -> bytes:
        """The picture as a JPEG."""
        if self._jpeg is None:
            buffer = io.BytesIO()
            self.image().save(buffer, "JPEG", quality=JPEG_QUALITY)
            self._jpeg = buffer.getvalue()
        return self._jpeg
