"""A real RTSP camera, made of GStreamer's RTSP server. Run by `tests/support/rtsp.py` with Debian's own Python.

It takes one argument, a JSON object: `port` (0 for any), `user` and `password` (null for none), `auth` (`basic` or
`digest`), `certificate` (the path of a PEM file with a certificate and its key, null for no TLS) and `streams`, from a path such as `/cam` to either `{"launch": PIPELINE}` or `{"file": PATH, "codec": CODEC,
"audio": CODEC or null}`. A file is
played in real time and looped without a gap, its time stamps going on. It starts with its first picture when a first viewer
comes, and all viewers see the same.

It prints lines of JSON: first `{"port": N}` once it listens, then `{"path": P, "loop": N, "time": T}` whenever the first picture of a
file goes out, T being the Unix time in seconds. SIGTERM ends it.
"""

from dataclasses import dataclass
import json
import signal
import sys
import threading
import time
from typing import Any

import gi  # type: ignore[import-not-found]  # comes with Debian's own Python only

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402  after require_version

PARSERS = {
    "h264": ("h264parse ! video/x-h264,stream-format=byte-stream,alignment=au", "rtph264pay config-interval=-1"),
    "hevc": ("h265parse ! video/x-h265,stream-format=byte-stream,alignment=au", "rtph265pay config-interval=-1"),
    "mjpeg": ("jpegparse", "rtpjpegpay"),
    "mpeg4": ("mpeg4videoparse", "rtpmp4vpay"),
    "vp8": ("identity", "rtpvp8pay"),
}
SOUND_PARSERS = {
    "pcm_mulaw": ("audio/x-mulaw", "rtppcmupay"),
    "pcm_alaw": ("audio/x-alaw", "rtppcmapay"),
    "aac": ("aacparse ! audio/mpeg,stream-format=raw", "rtpmp4gpay"),
    "opus": ("opusparse", "rtpopuspay"),
}
LOAD_TIMEOUT = 20_000_000_000  # nanoseconds
ROLE = "viewer"


@dataclass(frozen=True)
class Picture:
    """One encoded picture: its bytes and its place in the file, in nanoseconds from the file's start."""

    data: bytes
    pts: int
    dts: int


@dataclass(frozen=True)
class Clip:
    """The pictures of a file in the order of decoding, their caps, and the nanoseconds after which they begin again."""

    pictures: list[Picture]
    caps: Any
    length: int


def load(path: str, parser: str) -> Clip:
    """Read a file's encoded pictures, or its sound, into memory."""
    pipeline = Gst.parse_launch(f'filesrc location="{path}" ! parsebin ! {parser} ! appsink name=sink sync=false')
    sink = pipeline.get_by_name("sink")
    pipeline.set_state(Gst.State.PLAYING)
    samples = []
    while (sample := sink.emit("try-pull-sample", LOAD_TIMEOUT)) is not None:
        samples.append(sample)
    message = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    if message is not None or not samples:
        sys.exit(f"Cannot read {path}: {message.parse_error() if message else 'it has no pictures'}")
    buffers = [sample.get_buffer() for sample in samples]
    stamps = [buffer.pts if buffer.dts == Gst.CLOCK_TIME_NONE else buffer.dts for buffer in buffers]
    step = (stamps[-1] - stamps[0]) // (len(stamps) - 1) if len(stamps) > 1 else Gst.SECOND
    pictures = [
        Picture(buffer.extract_dup(0, buffer.get_size()), buffer.pts - stamps[0], stamp - stamps[0])
        for buffer, stamp in zip(buffers, stamps, strict=True)
    ]
    return Clip(pictures, samples[0].get_caps(), stamps[-1] - stamps[0] + step)


class Player:
    """Feeds a clip, and its sound, into the appsrcs of one running media until that media ends."""

    def __init__(self, path: str, clip: Clip, sound: Clip | None, media: Any) -> None:
        self._path = path
        self._clip = clip
        self._source = self._fed(media, "source", clip)
        parts = [(picture, self._source) for picture in clip.pictures]
        if sound:
            ear = self._fed(media, "sound", sound)
            parts += [(part, ear) for part in sound.pictures if part.dts < clip.length]
        self._parts = sorted(parts, key=lambda part: part[0].dts)
        self._ended = threading.Event()
        media.connect("unprepared", lambda _media: self._ended.set())
        threading.Thread(target=self._run, daemon=True).start()

    @staticmethod
    def _fed(media: Any, name: str, clip: Clip) -> Any:
        source = media.get_element().get_by_name_recurse_up(name)
        source.set_property("caps", clip.caps)
        return source

    def _running_time(self) -> int:
        """Wait until the media's clock runs, and return its running time."""
        # The base time is set a moment after the clock.
        while (clock := self._source.get_clock()) is None or self._source.get_base_time() == 0:
            if self._ended.wait(0.002):
                return 0
        return max(0, int(clock.get_time() - self._source.get_base_time()))

    def _run(self) -> None:
        base = self._running_time()
        began = time.monotonic()
        loop = 0
        while not self._ended.is_set():
            start = loop * self._clip.length
            for picture, source in self._parts:
                if self._ended.wait(max(0, began + (start + picture.dts) / 1e9 - time.monotonic())):
                    return
                if picture is self._clip.pictures[0]:
                    say({"path": self._path, "loop": loop, "time": time.time()})
                buffer = Gst.Buffer.new_wrapped(picture.data)
                buffer.pts = base + start + picture.pts
                buffer.dts = base + start + picture.dts
                source.emit("push-buffer", buffer)
            loop += 1


def say(line: dict[str, Any]) -> None:
    """Print a line of JSON."""
    print(json.dumps(line), flush=True)


def factory(path: str, stream: dict[str, Any]) -> Any:
    """The media factory of one path."""
    made = GstRtspServer.RTSPMediaFactory()
    made.set_shared(True)
    if "launch" in stream:
        made.set_launch(stream["launch"])
        return made
    parser, payloader = PARSERS[stream["codec"]]
    clip, sound = load(stream["file"], parser), None
    source = "appsrc name={} is-live=true format=time max-buffers=100 leaky-type=downstream ! {}"
    launch = source.format("source", f"{payloader} name=pay0 pt=96 ")
    if stream["audio"]:
        parser, payloader = SOUND_PARSERS[stream["audio"]]
        sound = load(stream["file"], parser)
        launch += source.format("sound", f"{payloader} name=pay1")
    made.set_launch(f"( {launch} )")
    made.connect("media-configure", lambda _factory, media: Player(path, clip, sound, media))
    return made


def guard(server: Any, factories: list[Any], settings: dict[str, Any]) -> None:
    """Ask for a user and password before anything is shown, and speak TLS, as far as the settings say so."""
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", ROLE)
    user, password = settings["user"], settings["password"] or ""
    if not user:
        auth.set_default_token(token)
    elif settings["auth"] == "basic":
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.BASIC)
    else:
        auth.add_digest(user, password, token)
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    if settings["certificate"]:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(settings["certificate"]))
    server.set_auth(auth)
    for made in factories:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role(ROLE, "media.factory.access", True)
        permissions.add_permission_for_role(ROLE, "media.factory.construct", True)
        made.set_permissions(permissions)


def drop_stale_sessions(server: Any) -> bool:
    """Free the sessions of viewers that went without a word."""
    server.get_session_pool().cleanup()
    return True


def main() -> None:
    """Serve until SIGTERM."""
    settings = json.loads(sys.argv[1])
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(settings["port"]))
    factories = {path: factory(path, stream) for path, stream in settings["streams"].items()}
    for path, made in factories.items():
        server.get_mount_points().add_factory(path, made)
    if settings["user"] or settings["certificate"]:
        guard(server, list(factories.values()), settings)
    if server.attach(None) == 0:
        sys.exit(f"Cannot listen on port {settings['port']}.")
    GLib.timeout_add_seconds(2, drop_stale_sessions, server)
    loop = GLib.MainLoop()
    GLib.unix_signal_add(GLib.PRIORITY_HIGH, signal.SIGTERM, loop.quit)
    say({"port": server.get_bound_port()})
    loop.run()


if __name__ == "__main__":
    main()
