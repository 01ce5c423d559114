"""Clips made from Debian's vtest.avi: the real place without people, and a real person who walks through it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import cycle, islice

import av
import numpy as np
from numpy.typing import NDArray

from ambianic.cameras.packets import CLOCK_RATE, Packet, StreamInfo
from ambianic.events import Box
from tests.support.paths import FOOTAGE

FPS = 10
PERSON_FRAME = 200
PERSON = (610, 262, 650, 372)
"""Left, top, right, bottom in pixels of a person in that frame, in the open."""
EPOCH = 1_800_000_000.0

type Image = NDArray[np.uint8]


@dataclass(frozen=True)
class Clip:
    """An encoded clip; the packets' times begin at `EPOCH`."""

    info: StreamInfo
    packets: Sequence[Packet]

    def at(self, time: float, *, offset: int = 0) -> list[Packet]:
        """The packets as if the clip began at another Unix time, and `offset` pictures into the stream."""
        return [
            replace(packet, pts=packet.pts + offset * CLOCK_RATE // FPS, time=packet.time - EPOCH + time)
            for packet in self.packets
        ]


class Place:
    """The place that vtest.avi shows."""

    def __init__(self) -> None:
        with av.open(str(FOOTAGE)) as container:
            frames = islice(container.decode(video=0), 0, 2 * PERSON_FRAME + 1, 20)
            images = [frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False) for frame in frames]
        self.empty: Image = np.median(np.stack(images), axis=0).astype(np.uint8)
        self.busy: Image = images[PERSON_FRAME // 20]
        left, top, right, bottom = PERSON
        self._person = self.busy[top:bottom, left:right]
        difference = np.abs(self._person.astype(int) - self.empty[top:bottom, left:right].astype(int)).max(axis=2)
        self._outline = difference > 25
        random = np.random.default_rng(1)
        self._noise = cycle([random.normal(0, 2, self.empty.shape).round().astype(np.int16) for _ in range(7)])

    def show(self, *places: tuple[int, int]) -> Image:
        """The place with the person at each of the given places (left, top, in pixels), and with a camera's noise."""
        image = self.empty.copy()
        height, width = self._outline.shape
        for left, top in places:
            part = image[top : top + height, left : left + width]
            part[self._outline] = self._person[self._outline]
        shown: Image = np.clip(image + next(self._noise), 0, 255).astype(np.uint8)
        return shown

    def walk(self, pictures: int, *, left: int = 100, speed: int = 6) -> list[Image]:
        """The person walks to the right, so many pixels a picture."""
        return [self.show((left + speed * number, 300)) for number in range(pictures)]

    def wait(self, pictures: int) -> list[Image]:
        """Nobody is there."""
        return [self.show() for _ in range(pictures)]


def box_at(left: int, top: int = 300) -> Box:
    """The box of the person shown at a place, as fractions."""
    return left / 768, top / 576, (left + PERSON[2] - PERSON[0]) / 768, (top + PERSON[3] - PERSON[1]) / 576


def encode(images: Iterable[Image], *, codec: str = "libx264", gop: int = 20, bframes: int = 0) -> Clip:
    """Encode pictures as a camera does: parameter sets in each key frame, and mostly no B-frames."""
    pictures = list(images)
    height, width = pictures[0].shape[:2]
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height = width, height
    context.time_base = Fraction(1, FPS)
    context.framerate = Fraction(FPS)
    context.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    context.gop_size = gop
    context.options = {
        "libx264": {"preset": "ultrafast", "crf": "20", "bf": "0", "tune": "zerolatency"}
        if not bframes
        else {"preset": "ultrafast", "crf": "20", "bf": str(bframes), "x264-params": "b-adapt=0:b-pyramid=none:open-gop=1"},
        "libx265": {"preset": "ultrafast", "crf": "20", "x265-params": "bframes=0:log-level=none:repeat-headers=1"},
    }.get(codec, {})
    encoded = []
    for number, image in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=context.pix_fmt)
        frame.pts = number
        encoded += context.encode(frame)
    encoded += context.encode(None)
    # As an edge has it: `pts` is of decoding, and what is shown later than that is told by how much.
    delay = 1 if bframes else 0
    packets = [
        Packet(
            bytes(packet),
            number * CLOCK_RATE // FPS,
            EPOCH + number / FPS,
            packet.is_keyframe,
            ((packet.pts if bframes and packet.pts is not None else number) + delay - number) * CLOCK_RATE // FPS,
        )
        for number, packet in enumerate(encoded)
    ]
    name = {"libx264": "h264", "libx265": "hevc"}.get(codec, codec)
    return Clip(StreamInfo(codec=name, width=width, height=height, fps=float(FPS), reordered=bool(bframes)), packets)
