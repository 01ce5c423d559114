"""Clips for measuring detection, made of Debian's vtest.avi by ffmpeg, once: they are kept in .venv/clips.

The still place is the median of pictures all over the footage. Its people are cut out where they walk by themselves and put back
there, at moments that are known. A camera's noise and slow changes of light come on top, and the encoding is what cameras do:
H.264 without B-frames, a key frame every 3 s, as many bits as the picture needs (VBR).
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
import hashlib
from pathlib import Path
import subprocess

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tests.edge.vision.labels import Person, people
from tests.support.paths import FOOTAGE, VENV

CLIPS = VENV / "clips"
EDITION = 1
"""Of what this module makes: clips of other editions are made anew."""
FOOTAGE_FPS = 10
TOP, BOTTOM = 40, 472
"""The lines of the footage that make a picture of 16:9."""
WIDTH, HEIGHT = 1280, 720
SCALE = HEIGHT / (BOTTOM - TOP)
FPS = 15
GOP_SECONDS = 3
NOISE = 7
LIGHT = 0.03
"""How far the light goes up and down, as ffmpeg's `eq` counts brightness, in a minute."""
DIFFERENCE = 22
"""A pixel belongs to a person where it differs by so much from the empty place."""
MARGIN = 6
"""Pixels around a person's box in which the person is cut out."""

type Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Walk:
    """A part of a labelled person's way, and when it happens in a clip. All in seconds."""

    person: str
    begin: float
    seconds: float
    at: float


@dataclass(frozen=True)
class Visit:
    """When somebody is to be seen in a clip, in seconds from its start."""

    start: float
    end: float


@dataclass(frozen=True)
class Scene:
    """The empty place for so long, with some walks."""

    seconds: float
    walks: tuple[Walk, ...] = ()

    @property
    def visits(self) -> tuple[Visit, ...]:
        """When people are there."""
        return tuple(Visit(walk.at, walk.at + walk.seconds) for walk in self.walks)


def vtest(begin: float = 0.0, seconds: float | None = None) -> Path:
    """The footage itself, or a part of it, as H.264, 768x576, 10 pictures a second."""
    path = _path("vtest", begin, seconds)
    if not path.exists():
        part = ["-ss", str(begin), *([] if seconds is None else ["-t", str(seconds)])]
        _encode([*part, "-i", str(FOOTAGE)], "null", FOOTAGE_FPS, path)
    return path


def scene(wanted: Scene) -> Path:
    """A scene as H.264, 1280x720, 15 pictures a second."""
    path = _path("scene", *astuple(wanted))
    if not path.exists():
        size = f"{WIDTH}x{HEIGHT}"
        source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(FPS), "-i", "-"]
        light = f"eq=brightness='{LIGHT}*sin(2*PI*t/60)':eval=frame"
        _encode(source, f"format=yuv420p,{light},noise=alls={NOISE}:allf=t", FPS, path, _pictures(wanted))
    return path


def _path(name: str, *parameters: object) -> Path:
    CLIPS.mkdir(parents=True, exist_ok=True)
    labels = Path(people.__code__.co_filename).with_name("vtest.json").read_bytes() if name == "scene" else b""
    key = hashlib.sha256(repr((EDITION, parameters)).encode() + labels).hexdigest()[:12]
    return CLIPS / f"{name}-{key}.mp4"


def _encode(source: list[str], filters: str, fps: int, path: Path, pictures: Iterator[bytes] | None = None) -> None:
    part = path.with_suffix(".part")
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *source, "-an", "-vf", filters, "-r", str(fps)]
    command += [
        "-c:v",
        "libx264",
        "-preset",
        "veryfast",
        "-profile:v",
        "main",
        "-pix_fmt",
        "yuv420p",
        "-crf",
        "25",
        "-refs",
        "1",
    ]
    command += ["-bf", "0", "-g", str(GOP_SECONDS * fps), "-sc_threshold", "0", "-maxrate", "4M", "-bufsize", "4M"]
    command += ["-f", "mp4", str(part)]
    stdin = subprocess.PIPE if pictures else subprocess.DEVNULL
    with subprocess.Popen(command, stdin=stdin) as process:  # noqa: S603  our own arguments
        if process.stdin:
            for picture in pictures or ():
                process.stdin.write(picture)
            process.stdin.close()
        if process.wait():
            raise SystemExit(f"ffmpeg could not make {path.name}.")
    part.rename(path)


def _pictures(wanted: Scene) -> Iterator[bytes]:
    """The scene's pictures, RGB, without noise."""
    footage = _read()
    empty = np.median(np.stack(footage[::26]), axis=0).astype(np.uint8)
    still = _enlarged(empty).tobytes()
    walkers = {person.name: person for person in people()}
    for number in range(round(wanted.seconds * FPS)):
        moment = number / FPS
        there = [walk for walk in wanted.walks if walk.at <= moment < walk.at + walk.seconds]
        picture = empty
        for walk in there:
            picture = _put(picture, footage, empty, walkers[walk.person], walk.begin + moment - walk.at)
        yield _enlarged(picture).tobytes() if there else still


def _put(onto: Picture, footage: list[Picture], empty: Picture, person: Person, moment: float) -> Picture:
    """The picture with a person as in the footage's at that moment.

    The footage has fewer pictures than the clip: between them the last one's person is moved on.
    """
    number = int(moment * FOOTAGE_FPS + 1e-6)
    source = footage[number]
    then, now = person.box(number / FOOTAGE_FPS), person.box(moment)
    left, top = max(0, round(then[0]) - MARGIN), max(0, round(then[1]) - MARGIN)
    right, bottom = round(then[2]) + MARGIN, round(then[3]) + MARGIN
    cut, ground = source[top:bottom, left:right], empty[top:bottom, left:right]
    differs = np.abs(cut.astype(int) - ground.astype(int)).max(axis=2) > DIFFERENCE
    outline = Image.fromarray((differs * 255).astype(np.uint8)).filter(ImageFilter.MedianFilter(3))
    mask = outline.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(0.7))
    shown = Image.fromarray(onto)
    away = round(now[0] - then[0]), round(now[3] - then[3])
    shown.paste(Image.fromarray(cut), (left + away[0], top + away[1]), mask)
    return np.asarray(shown)


def _enlarged(picture: Picture) -> Picture:
    return np.asarray(Image.fromarray(picture[TOP:BOTTOM]).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))


def _read() -> list[Picture]:
    with av.open(FOOTAGE) as video:
        video.streams.video[0].thread_type = "AUTO"
        return [frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False) for frame in video.decode(video=0)]
