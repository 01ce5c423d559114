"""FFmpeg's side: open an address and read its encoded pictures, in the calling thread."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
import threading
import time

import av
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from . import annexb, faults, sound
from .pace import Pace
from .packets import CLOCK_RATE, StreamInfo
from .sample import AudioSample, Item, Sample
from .status import CameraState, SourceError

# FFmpeg's messages hold addresses with passwords.
av.logging.set_level(None)

MAX_PICTURE_BYTES = 16 * 1024 * 1024
MAX_PROBE_BYTES = 16 * 1024 * 1024
MAX_FPS = 240
SUPPORTED = frozenset({"h264", "hevc", "mjpeg"})
ANNEX_B = {"h264": "h264_mp4toannexb", "hevc": "hevc_mp4toannexb"}
PICTURES = frozenset({"ansi", "bin", "xbin", "idf", "bintext"})
"""What FFmpeg makes of a text file."""
MEDIA_TYPES = "allowed_media_types"
"""The option by which FFmpeg asks an RTSP camera for some of its media."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """What to open: an address as FFmpeg wants it (with credentials), how, and how to call it before people.

    `open_timeout` and `read_timeout` are in seconds. `is_file` is for a file of this machine, of which `host` is the name. `paced` is for what could be read faster than it shall be shown.
    `audio` is whether its sound is wanted as well.
    """

    url: str = field(repr=False)
    host: str
    login: bool = False
    format: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    is_file: bool = False
    paced: bool = False
    audio: bool = False
    open_timeout: float
    read_timeout: float

    @property
    def what(self) -> str:
        """How to call what comes from it."""
        return f"The file {self.host}" if self.is_file else f"What {self.host} sends"


@contextmanager
def opened(source: Input) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open an input and its first stream of pictures. Raises SourceError, also for FFmpeg's errors within the context."""
    is_open = False
    began = time.monotonic()
    try:
        with _open(source) as container:
            is_open = True
            if not container.streams.video:
                raise faults.not_video(source.what)
            yield container, container.streams.video[0]
    except av.FFmpegError as err:
        # "from None": the text of FFmpeg's error holds the password.
        if source.is_file:
            raise faults.not_video(source.what) from None
        if is_open:
            raise faults.of_ffmpeg(err, source.host, login=source.login, silence=source.read_timeout) from None
        if time.monotonic() - began >= source.open_timeout:
            # What FFmpeg calls it depends on where it was interrupted.
            udp = source.options.get("rtsp_transport") == "udp"
            raise faults.no_answer(source.host, source.open_timeout, udp=udp) from None
        raise faults.of_ffmpeg(err, source.host, login=source.login) from None
    except UnicodeError:
        raise faults.not_video(source.what) from None


def _open(source: Input) -> InputContainer:
    """Open an input, without its sound where the camera refuses to send that. Raises av.FFmpegError."""
    options = {
        # Otherwise FFmpeg waits for 20 pictures before it gives the first away, …
        "fpsprobesize": "0",
        # … and for sound that is announced but does not come.
        "max_ts_probe": "0",
        # A camera that says its parameters only with key frames is waited for nearly as long as there is time.
        "analyzeduration": str(round(source.open_timeout * 0.8 * 1_000_000)),
        "probesize": str(MAX_PROBE_BYTES),
        **source.options,
    }
    timeouts = (source.open_timeout, source.read_timeout)
    if source.audio:
        try:
            return av.open(source.url, format=source.format, options=options, timeout=timeouts)
        except (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError):
            # Cameras lock accounts.
            raise
        except (av.error.HTTPError, av.error.HTTPClientError, av.error.InvalidDataError):
            if MEDIA_TYPES not in options:
                raise
    return av.open(source.url, format=source.format, options=options | _video_only(options), timeout=timeouts)


def _video_only(options: Mapping[str, str]) -> dict[str, str]:
    return {MEDIA_TYPES: "video"} if MEDIA_TYPES in options else {}


def describe(stream: VideoStream, what: str) -> StreamInfo:
    """What a stream is. Raises SourceError where it can't be used; `what` names it for people."""
    codec = stream.codec.canonical_name if stream.codec_context else None
    if codec is None:
        raise SourceError(CameraState.UNSUPPORTED, f"{what} is video of an unknown kind: set the camera to H.264.")
    if codec in PICTURES:
        raise faults.not_video(what)
    if codec == "rawvideo":
        raise SourceError(
            CameraState.UNSUPPORTED, f"{what} is video without compression: use a camera that sends H.264 or MJPEG."
        )
    if codec not in SUPPORTED:
        raise SourceError(
            CameraState.UNSUPPORTED,
            f"{what} is {codec.upper()} video, which is not supported: set the camera to H.264, H.265 or MJPEG.",
        )
    if not (stream.width and stream.height):
        raise SourceError(
            CameraState.UNREACHABLE,
            f"{what} has no key frame in its beginning: set the camera to a key frame every second or two.",
        )
    rate = stream.average_rate or stream.guessed_rate
    return StreamInfo(
        codec=codec,
        width=stream.width,
        height=stream.height,
        fps=round(float(rate), 2) if rate and 0 < rate <= MAX_FPS else None,
        reordered=bool(stream.codec_context.has_b_frames),
    )


class Reader:
    """Turns FFmpeg's packets of one open stream into items: a StreamInfo whenever it changes, and samples."""

    def __init__(self, stream: VideoStream, what: str) -> None:
        """Raises SourceError where the stream can't be used; `what` names it for people."""
        self.info = describe(stream, what)
        self._time_base = stream.time_base or Fraction(1, CLOCK_RATE)
        codec = self.info.codec
        self._filter = BitStreamFilterContext(ANNEX_B[codec], stream) if codec in ANNEX_B else None
        extradata = stream.codec_context.extradata or b""
        self._parameter_sets = extradata if extradata.startswith((b"\0\0\1", b"\0\0\0\1")) else b""
        self._sequence = b""
        self._started = False
        self.info = replace(self.info, extradata=self._parameter_sets)

    def read[S: Stream](self, packet: "av.Packet[S]") -> Iterator[Item]:
        """The items of a packet; none for one that holds no picture."""
        for part in [packet] if self._filter is None else self._filter.filter(packet):
            if part.size == 0:
                continue
            if part.size > MAX_PICTURE_BYTES:
                raise faults.not_video("A picture of more than 16 MB")
            yield from self._sample(part)

    def _sample[S: Stream](self, packet: "av.Packet[S]") -> Iterator[Item]:
        info = self.info
        data = bytes(packet)
        if packet.is_keyframe and self._filter is not None:
            data = self._with_parameter_sets(data)
        if info.codec == "h264" and not info.reordered and not packet.is_keyframe and annexb.is_b_picture(data):
            # The camera does not announce its B-frames.
            self.info = replace(self.info, reordered=True)
        if packet.is_keyframe and not self._started:
            self._started = True
            yield self.info
        elif self._started and self.info is not info:
            yield self.info
        if self._started:
            stamp = packet.dts if self.info.reordered or packet.pts is None else packet.pts
            offset = 0 if packet.pts is None or stamp is None else packet.pts - stamp
            ticks = None if stamp is None else self._ticks(stamp)
            yield Sample(data, ticks, time.monotonic(), time.time(), packet.is_keyframe, self._ticks(offset))

    def _ticks(self, stamp: int) -> int:
        # In whole numbers, rounded: fractions take fifty times as long, for each packet.
        numerator, denominator = self._time_base.numerator * CLOCK_RATE, self._time_base.denominator
        return (2 * stamp * numerator + denominator) // (2 * denominator)

    def _with_parameter_sets(self, data: bytes) -> bytes:
        """A key frame with its parameter sets, taken from what the camera said before where it has none."""
        found, sequence = annexb.parameter_sets(self.info.codec, data)
        if not found:
            return self._parameter_sets + data
        if self._sequence and sequence != self._sequence:
            raise SourceError(CameraState.UNREACHABLE, "The camera changed the settings of its video.")
        self._parameter_sets, self._sequence = found, sequence
        if self.info.extradata != found:
            self.info = replace(self.info, extradata=found)
        return data


def read(source: Input, what: str) -> Generator[Item]:
    """The items of an input as they come; `what` names it for people. Raises SourceError."""
    with opened(source) as (container, stream):
        reader = Reader(stream, what)
        heard = sound.find(container) if source.audio else None
        seen = time.monotonic()
        for packet in container.demux([stream, heard.stream] if heard else [stream]):
            if heard and packet.stream is heard.stream:
                if time.monotonic() - seen > source.read_timeout:
                    raise faults.stopped(source.read_timeout)
                if sample := heard.read(packet):
                    yield sample
                continue
            seen = time.monotonic()
            for item in reader.read(packet):
                if heard and isinstance(item, StreamInfo):
                    yield heard.info
                yield item


def demux(source: Input, stop: threading.Event) -> Generator[Item]:
    """Read a stream until it ends, fails or `stop` is set. Raises SourceError."""
    pace = Pace()
    for item in read(source, "The camera's stream"):
        if source.paced and isinstance(item, Sample | AudioSample) and item.ticks is not None:
            pace.wait(item.ticks / CLOCK_RATE, stop)
            yield item.now()
        else:
            yield item
        if stop.is_set():
            return
    raise SourceError(CameraState.UNREACHABLE, "The camera ended the stream.")
