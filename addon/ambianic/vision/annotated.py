"""A video with what an analysis saw drawn into it."""

from bisect import bisect_right
from collections.abc import Generator, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.video.stream import VideoStream
import numpy as np
from PIL import Image

from ambianic.cameras import faults
from ambianic.config import DetectionConfig

from .frames import MAX_SIDE
from .look import Look
from .overlay import Overlay

TICKS = 90_000
QUALITY = {"crf": "23", "preset": "veryfast"}


def annotate(source: Path, target: Path, looks: Sequence[Look], detection: DetectionConfig, start: float) -> Generator[float]:
    """Write an MP4 of a video with its looks, in order of time, drawn in; yields the share that is done.

    `start` is the Unix time of the first picture, as it was for the analysis. An old target is replaced once the new one is whole.
    Raises SourceError where the source can't be decoded, OSError where the target can't be written.
    """
    part = target.with_name(f".{target.name}.part")
    times = [look.time - start for look in looks]
    try:
        with av.open(source, options={"protocol_whitelist": "file"}) as video, av.open(part, "w", format="mp4") as movie:
            pictures = video.streams.video[0]
            pictures.thread_type = "AUTO"
            seconds = float((video.duration or 0) / av.time_base)
            writer: _Writer | None = None
            first: float | None = None
            for frame in video.decode(pictures):
                writer = writer or _Writer(movie, frame, detection)
                first = (frame.time or 0.0) if first is None else first
                place = max(0.0, (frame.time or 0.0) - first)
                # A look's time is that of its picture, to a tick or so.
                index = bisect_right(times, place + 0.005) - 1
                writer.write(frame, place, looks[index] if index >= 0 else None)
                yield min(1.0, place / seconds) if seconds else 0.0
            if writer is None:
                raise faults.not_video(f"The file {source.name}")
            writer.finish()
        part.replace(target)
    except av.FFmpegError as err:
        if isinstance(err, OSError) and err.filename == str(part):
            raise
        raise faults.not_video(f"The file {source.name}") from None
    finally:
        part.unlink(missing_ok=True)


class _Writer:
    """The movie that is written, in the size of the first picture or smaller."""

    def __init__(self, movie: "av.container.OutputContainer", frame: av.VideoFrame, detection: DetectionConfig) -> None:
        shrink = min(1.0, MAX_SIDE / max(frame.width, frame.height))
        # H.264 wants even numbers.
        self._width, self._height = (max(2, round(side * shrink / 2) * 2) for side in (frame.width, frame.height))
        stream = movie.add_stream("libx264", options=QUALITY)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = self._width, self._height
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, TICKS)
        self._movie, self._stream = movie, stream
        self._overlay = Overlay(self._width, self._height, detection)
        self._last = -1

    def write(self, frame: av.VideoFrame, place: float, look: Look | None) -> None:
        image = Image.fromarray(frame.reformat(self._width, self._height, format="rgb24").to_ndarray())
        drawn = av.VideoFrame.from_ndarray(np.asarray(self._overlay.draw(image, look, f"{place:.1f} s")), "rgb24")
        drawn.time_base = Fraction(1, TICKS)
        drawn.pts = self._last = max(self._last + 1, round(place * TICKS))
        self._movie.mux(self._stream.encode(drawn))

    def finish(self) -> None:
        self._movie.mux(self._stream.encode(None))
