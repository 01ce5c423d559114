"""A real RTSP camera for tests, benches and the demo: GStreamer's RTSP server, run as a process of its own.

    async with RtspServer({"/cam": Clip()}, user="viewer", password="secret") as camera:
        camera.url("/cam")               # rtsp://127.0.0.1:PORT/cam, without the password
        camera.url("/cam", login=True)   # rtsp://viewer:secret@127.0.0.1:PORT/cam
        await camera.stop()              # the camera is gone …
        await camera.start()             # … and is back, on the same port
        camera.freeze(); camera.thaw()   # it stops in the middle of whatever it does, and goes on

A stream is a `Clip` (footage, encoded once with ffmpeg and kept in the temporary directory) or a GStreamer launch line such as
"( videotestsrc is-live=true ! vp8enc ! rtpvp8pay name=pay0 )". A clip plays in real time and is looped without a gap; it
starts with its first picture when the first viewer comes. `loops` tells when.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
import hashlib
import json
import os
from pathlib import Path
import signal
import subprocess
import tempfile
from typing import Literal, NamedTuple, Self
from urllib.parse import quote

SYSTEM_PYTHON = "/usr/bin/python3"
VTEST = Path("/usr/share/doc/opencv-doc/examples/data/vtest.avi")
"""Debian's opencv-doc: 79.5 s of people who walk on a pavement, 768x576, 10 pictures a second."""
START_TIMEOUT = 60.0
STOP_TIMEOUT = 5.0

ENCODERS = {
    "h264": ("libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"),
    "hevc": ("libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
    "mjpeg": ("mjpeg", "-pix_fmt", "yuvj420p", "-huffman", "default", "-q:v", "5"),
    "mpeg4": ("mpeg4", "-pix_fmt", "yuv420p"),
    "vp8": ("libvpx", "-deadline", "realtime", "-cpu-used", "8"),
}
SAMPLE_RATES = {"pcm_mulaw": 8000, "pcm_alaw": 8000, "aac": 16_000, "opus": 48_000}
AUDIO_ENCODERS = {"opus": "libopus"}
TONE = 1000
"""The frequency of a clip's sound, in Hz."""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """Footage as a camera would send it.

    `key_interval` is the number of pictures from one key frame to the next, `bframes` the number of B-frames in a row, `start`
    and `seconds` the part of the footage (all of it where `seconds` is None), `kbit` the bit rate in kbit/s (None for the encoder's
    own choice). `filter` is an ffmpeg filter to put before the scaling. `audio` is the codec of a steady tone of `TONE`, None for silence.
    """

    codec: Literal["h264", "hevc", "mjpeg", "mpeg4", "vp8"] = "h264"
    width: int = 768
    height: int = 576
    fps: int = 10
    key_interval: int = 20
    bframes: int = 0
    kbit: int | None = None
    start: float = 0
    seconds: float | None = None
    source: Path = VTEST
    filter: str | None = None
    audio: Literal["pcm_mulaw", "pcm_alaw", "aac", "opus"] | None = None

    def file(self) -> Path:
        """The encoded file, in Matroska. It is made where it does not exist, which takes some seconds."""
        name = hashlib.sha256(json.dumps(asdict(self), default=str).encode()).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"ambianic-test-clips-{os.getuid()}"
        folder.mkdir(exist_ok=True)
        path = folder / f"{self.codec}-{self.width}x{self.height}-{name}.mkv"
        if not path.exists():
            part = folder / f"{name}.{os.getpid()}.part"
            self.encode(part)
            part.rename(path)
        return path

    def encode(self, path: Path, container: str = "matroska") -> None:
        """Encode the clip into a new file of an FFmpeg container format."""
        scale = f"fps={self.fps},scale={self.width}:{self.height}"
        codec, *options = ENCODERS[self.codec]
        if self.codec in {"h264", "hevc"}:
            parameters = "x264-params" if self.codec == "h264" else "x265-params"
            options += [f"-{parameters}", f"scenecut=0:bframes={self.bframes}:log-level=none"]
        command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-threads", "2"]
        command += [
            "-ss",
            str(self.start),
            *([] if self.seconds is None else ["-t", str(self.seconds)]),
            "-i",
            str(self.source),
        ]
        if self.audio is None:
            command += ["-an"]
        else:
            tone = f"sine=frequency={TONE}:sample_rate={SAMPLE_RATES[self.audio]}"
            command += ["-f", "lavfi", "-i", tone, "-map", "0:v", "-map", "1:a", "-shortest"]
            command += ["-c:a", AUDIO_ENCODERS.get(self.audio, self.audio)]
        command += ["-vf", f"{self.filter},{scale}" if self.filter else scale, "-c:v", codec, *options]
        command += ["-g", str(self.key_interval), *([] if self.kbit is None else ["-b:v", f"{self.kbit}k"])]
        subprocess.run([*command, "-f", container, str(path)], check=True, timeout=300)


class Loop(NamedTuple):
    """The first picture of a clip went out: on which path, for the how manieth time (from 0), and when (Unix time)."""

    path: str
    number: int
    time: float


class RtspServer:
    """An RTSP camera on 127.0.0.1. It keeps its port when it is stopped and started again."""

    def __init__(
        self,
        streams: Mapping[str, Clip | str],
        *,
        user: str | None = None,
        password: str | None = None,
        auth: Literal["basic", "digest"] = "digest",
        certificate: Path | None = None,
        port: int = 0,
    ) -> None:
        """Describe the camera: what it shows on which path (`/cam`), and the user and password that it wants.

        With a certificate (a PEM file with its key in it) it speaks RTSP over TLS only.
        """
        self.port = port
        self.user = user
        self.password = password
        self.loops: deque[Loop] = deque(maxlen=1000)
        self._auth = auth
        self._certificate = certificate
        self._streams = dict(streams)
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._looped = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Start it."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        await self.stop()

    def url(self, path: str, *, login: bool = False) -> str:
        """The address of a path, with user and password where `login` is set."""
        scheme = "rtsps" if self._certificate else "rtsp"
        credentials = f"{quote(self.user, safe='')}:{quote(self.password or '', safe='')}@" if login and self.user else ""
        return f"{scheme}://{credentials}127.0.0.1:{self.port}{path}"

    @property
    def pid(self) -> int | None:
        """The id of the server's process, None while it does not run."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start the server and wait until it listens. Raises RuntimeError with its message where it does not come up."""
        streams = {
            path: {"launch": stream}
            if isinstance(stream, str)
            else {"file": str(await asyncio.to_thread(stream.file)), "codec": stream.codec, "audio": stream.audio}
            for path, stream in self._streams.items()
        }
        settings = {
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "auth": self._auth,
            "certificate": self._certificate and str(self._certificate),
            "streams": streams,
        }
        process = await asyncio.create_subprocess_exec(
            # It must not outlive an interrupted run, nor see the Ctrl-C that is meant for its starter.
            "setpriv",
            "--pdeathsig",
            "TERM",
            SYSTEM_PYTHON,
            str(Path(__file__).with_name("rtsp_server.py")),
            json.dumps(settings),
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
            env={key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))},
        )
        self._process = process
        assert process.stdout
        line = b""
        try:
            line = await asyncio.wait_for(process.stdout.readline(), START_TIMEOUT)
        finally:
            if not line:
                await self.stop()
        if not line:
            raise RuntimeError(f"The RTSP server did not start (exit code {process.returncode}).")
        self.port = json.loads(line)["port"]
        self._reader = asyncio.create_task(self._read(process.stdout))

    async def stop(self) -> None:
        """Stop the server, at once where it does not listen to SIGTERM."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_TIMEOUT)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._reader:
            await self._reader
            self._reader = None

    async def restart(self) -> None:
        """Stop it and start it again on the same port."""
        await self.stop()
        await self.start()

    def freeze(self) -> None:
        """Make it stand still: its connections stay open and nothing comes any more."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    async def next_loop(self) -> Loop:
        """Wait until a clip begins anew."""
        self._looped.clear()
        await self._looped.wait()
        return self.loops[-1]

    def _signal(self, number: signal.Signals) -> None:
        assert self._process, "The RTSP server does not run."
        self._process.send_signal(number)

    async def _read(self, lines: asyncio.StreamReader) -> None:
        async for line in lines:
            report = json.loads(line)
            self.loops.append(Loop(report["path"], report["loop"], report["time"]))
            self._looped.set()
