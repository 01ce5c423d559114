"""The thread in which one camera's packets become segments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import logging
import queue
import threading

from ambianic.cameras.packets import AudioInfo, AudioPacket, Packet, StreamInfo
from ambianic.cameras.transcode import Codec, scaled

from .segment_writer import SegmentWriter
from .segmenter import Made, Segmenter

MAX_BYTES = 64 * 1024 * 1024
"""What may wait to be written, more than a whole pre-roll."""
SLOW = "The disk is too slow for the recordings: parts of them are left out."

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Begin:
    info: StreamInfo
    sound: AudioInfo | None


@dataclass(frozen=True, slots=True)
class _Packets:
    video: Sequence[Packet]
    sound: Sequence[AudioPacket]
    bytes: int


class _End:
    """What was begun is over."""


class RecordingThread:
    """Takes packets without ever blocking, and writes them in a thread of its own.

    Where the disk does not keep up, what comes is left out up to a key frame. `on_change` is called, in any thread, when `trouble` may
    have changed.
    """

    def __init__(self, name: str, writer: SegmentWriter, on_change: Callable[[], None]) -> None:
        """Start the thread."""
        self._writer = writer
        self._on_change = on_change
        self._queue: queue.SimpleQueue[_Begin | _Packets | _End | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._waiting = 0
        self._dropping = False
        self._begun: _Begin | None = None
        self._source: _Source | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str | None:
        """Why not everything is written, as a sentence for people."""
        return self._writer.trouble or (SLOW if self._dropping else None)

    def begin(self, info: StreamInfo, sound: AudioInfo | None) -> None:
        """Begin a segment with the key frame that comes next, of a stream that is so."""
        self._begun, self._dropping = _Begin(info, sound), False
        self._queue.put(self._begun)

    def put(self, video: Sequence[Packet], sound: Sequence[AudioPacket]) -> None:
        """Take what comes next."""
        if self._dropping:
            at = next((number for number, packet in enumerate(video) if packet.keyframe), None)
            if at is None or self._waiting > MAX_BYTES // 2 or self._begun is None:
                return
            self.begin(self._begun.info, self._begun.sound)
            self._on_change()
            video, sound = video[at:], ()
        size = sum(len(picture.data) for picture in video) + sum(len(heard.data) for heard in sound)
        if self._waiting + size > MAX_BYTES:
            _LOGGER.error("%s: %s", self._thread.name, SLOW)
            self._dropping = True
            self._on_change()
            return
        with self._lock:
            self._waiting += size
        self._queue.put(_Packets(video, sound, size))

    def end(self) -> None:
        """Finish what was begun."""
        self._begun, self._dropping = None, False
        self._queue.put(_End())

    def close(self) -> None:
        """Finish everything; `join` waits for that."""
        self._queue.put(None)

    def join(self, timeout: float) -> bool:
        """Wait for the end of the thread. Returns False where it takes longer."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            trouble = self._writer.trouble
            try:
                self._work(item)
            except Exception:
                # Strange packets must not end the recording of what comes after.
                _LOGGER.exception("%s: a part can't be recorded", self._thread.name)
                if self._source is not None:
                    self._source = self._source.anew()
            if self._writer.trouble != trouble:
                self._on_change()
        self._finish()

    def _work(self, item: _Begin | _Packets | _End) -> None:
        match item:
            case _Begin():
                self._finish()
                self._source = _Source(item)
            case _Packets(video, sound, size):
                with self._lock:
                    self._waiting -= size
                if self._source is not None:
                    self._write(self._source.add(video, sound))
            case _End():
                self._finish()

    def _write(self, made: Sequence[Made]) -> None:
        for fragment in made:
            if not self._writer.write(fragment) and self._source is not None:
                self._source.segmenter.restart()

    def _finish(self) -> None:
        source, self._source = self._source, None
        try:
            if source is not None:
                for fragment in source.segmenter.finish():
                    self._writer.write(fragment)
        finally:
            self._writer.close()


class _Source:
    """The packets of one begun recording, made into what browsers play if need be."""

    def __init__(self, begun: _Begin) -> None:
        info = begun.info
        self._begun = begun
        self._codec = Codec(info) if info.codec == "mjpeg" else None
        size = scaled(info.width, info.height) if self._codec else (info.width, info.height)
        self.segmenter = Segmenter("h264" if self._codec else info.codec, size, begun.sound, fps=info.fps)

    def add(self, video: Sequence[Packet], sound: Sequence[AudioPacket]) -> list[Made]:
        if self._codec is not None:
            video = [made for packet in video for made in self._codec.work([packet])]
        return self.segmenter.add(video, sound)

    def anew(self) -> "_Source":
        return _Source(self._begun)
