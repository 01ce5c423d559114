"""What players find in an MP4."""

import asyncio
from dataclasses import dataclass
import io
from pathlib import Path
import subprocess

import av

from ambianic.recording.movie import Movie


@dataclass(frozen=True)
class Probed:
    """What decoding gave: times in seconds at which pictures and sound are shown, and sizes of pictures."""

    pictures: tuple[float, ...]
    sizes: tuple[tuple[int, int], ...]
    sound: tuple[float, ...]


async def save(movie: Movie, path: Path) -> Path:
    """Write a movie into a file."""
    data = b"".join([chunk async for chunk in movie.read()])
    assert len(data) == movie.size
    await asyncio.to_thread(path.write_bytes, data)
    return path


def check(path: Path) -> None:
    """Fail where ffprobe complains of anything while it reads and decodes all of a file."""
    command = ["ffprobe", "-v", "warning", "-count_frames", "-show_entries", "stream=nb_read_frames", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr


def decode(source: Path | bytes) -> Probed:
    """Decode all of a file."""
    with av.open(source if isinstance(source, Path) else io.BytesIO(source), "r") as container:
        pictures, sizes, sound = [], [], []
        streams = [*container.streams.video, *container.streams.audio]
        for frame in container.decode(streams):
            if isinstance(frame, av.VideoFrame):
                pictures.append(float(frame.time or 0))
                sizes.append((frame.width, frame.height))
            elif isinstance(frame, av.AudioFrame):
                sound.append(float(frame.time or 0))
    return Probed(tuple(pictures), tuple(sizes), tuple(sound))
