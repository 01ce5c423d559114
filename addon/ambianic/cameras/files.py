"""A video file as a camera: in real time, from its start again at its end."""

from collections.abc import Generator
from pathlib import Path
import threading

from . import faults
from .ffmpeg import Input, read
from .pace import Pace
from .packets import CLOCK_RATE, AudioInfo, StreamInfo
from .sample import AudioSample, Item, Sample
from .status import CameraState, SourceError

DEFAULT_FPS = 25
LEAST_LOOP = 1.0
"""Seconds that a loop takes at least, so that a file of one picture is not opened all the time."""


def play(path: Path, open_timeout: float, read_timeout: float, audio: bool, stop: threading.Event) -> Generator[Item]:
    """Play a file over and over until `stop` is set, its time stamps going on. Raises SourceError.

    The file is opened anew for each loop: it may be replaced while it plays, or vanish, which ends the stream.
    """
    known: StreamInfo | None = None
    known_sound: AudioInfo | None = None
    elapsed = 0.0
    pace = Pace()
    while not stop.is_set():
        source = _input(path, open_timeout, read_timeout, audio)
        length = 0.0
        sound: AudioInfo | None = None
        for item, offset in _placed(source):
            if isinstance(item, AudioInfo):
                sound = item
                continue
            if isinstance(item, StreamInfo):
                if (item, sound) != (known, known_sound):
                    known, known_sound = item, sound
                    if sound is not None:
                        yield sound
                    yield item
                continue
            due = elapsed + offset
            if pace.wait(due, stop):
                return
            length = max(length, offset)
            yield item.now(round(due * CLOCK_RATE))
        if known is None:
            raise faults.not_video(f"The file {path.name}")
        elapsed += max(length + 1 / (known.fps or DEFAULT_FPS), LEAST_LOOP)


def items(path: Path, timeout: float, *, audio: bool = False) -> Generator[tuple[Item, float]]:
    """The items of a file once, as fast as they are taken, each with its seconds from the first picture. Raises SourceError.

    `timeout` in seconds is for opening the file and for each time that it is read.
    """
    yield from _placed(_input(path, timeout, timeout, audio))


def _input(path: Path, open_timeout: float, read_timeout: float, audio: bool) -> Input:
    """A file as FFmpeg opens it. Raises SourceError."""
    _check(path)
    return Input(
        url=str(path),
        host=path.name,
        is_file=True,
        audio=audio,
        options={"protocol_whitelist": "file"},
        open_timeout=open_timeout,
        read_timeout=read_timeout,
    )


def _placed(source: Input) -> Generator[tuple[Item, float]]:
    """The items of a file, each with its seconds from the first picture. Sound from before that is left out."""
    first: int | None = None
    interval = 1 / DEFAULT_FPS
    offset = 0.0
    started = False
    for item in read(source, source.what):
        if isinstance(item, StreamInfo):
            interval = 1 / (item.fps or DEFAULT_FPS)
        elif isinstance(item, Sample):
            if item.ticks is None:
                offset += interval if started else 0.0
            else:
                first = item.ticks if first is None else first
                offset = max(offset, (item.ticks - first) / CLOCK_RATE)
            started = True
        elif isinstance(item, AudioSample):
            if first is None or item.ticks is None or item.ticks < first:
                continue
            yield item, (item.ticks - first) / CLOCK_RATE
            continue
        yield item, offset


def _check(path: Path) -> None:
    try:
        if not path.exists():
            reason = f"There is no file {path}."
        elif not path.is_file():
            reason = f"{path} is not a file."
        elif path.stat().st_size == 0:
            reason = f"The file {path} is empty."
        else:
            with path.open("rb"):
                return
    except OSError:
        reason = f"The file {path} cannot be read: check its permissions."
    raise SourceError(CameraState.UNREACHABLE, reason)
