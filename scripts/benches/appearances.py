"""Footage for measuring: an empty pavement on which people stand from one picture to the next, again and again.

The empty pavement is the median of Debian's vtest.avi, the people are in its real pictures.
"""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

FPS = 10
BEFORE = 40
AFTER = 45
"""Pictures of the empty pavement around each appearance: in all longer than the edge waits before it ends an event."""
PRESENT = 20
SCENES = (40, 233, 425, 611)
"""Where in vtest.avi the people of each appearance come from. They are chosen at will."""
SAMPLES = 21

type Picture = NDArray[np.uint8]
"""Height x width x 3, RGB."""


@dataclass(frozen=True)
class Footage:
    """A file, and the numbers of the pictures in it with which people appear."""

    path: Path
    appearances: tuple[int, ...]


def make(directory: Path, source: Path) -> Footage:
    """Write the footage without loss into a file of the directory, where it is not there yet."""
    path = directory / "appearances.mkv"
    if not path.exists():
        part = path.with_suffix(".part")
        _write(part, source)
        part.rename(path)
    return Footage(path, tuple(BEFORE + number * (BEFORE + PRESENT + AFTER) for number in range(len(SCENES))))


def _write(path: Path, source: Path) -> None:
    pictures = _read(source)
    empty = np.sort(np.stack(pictures[:: len(pictures) // SAMPLES]), axis=0)[SAMPLES // 2]
    with av.open(path, "w", format="matroska") as output:
        stream = output.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "qp": "0"})
        stream.height, stream.width, _ = empty.shape
        stream.pix_fmt = "yuv420p"
        for scene in SCENES:
            for picture in [empty] * BEFORE + pictures[scene : scene + PRESENT] + [empty] * AFTER:
                output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        output.mux(stream.encode(None))


def _read(source: Path) -> list[Picture]:
    """All pictures of a video."""
    with av.open(source) as video:
        video.streams.video[0].thread_type = "AUTO"
        return [frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False) for frame in video.decode(video=0)]
