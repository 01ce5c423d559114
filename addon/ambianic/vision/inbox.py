"""What the edge has sent and the worker has not taken yet: bounded, latest wins."""

from collections import deque
from threading import Condition
from time import monotonic

from ambianic.cameras.packets import CLOCK_RATE

from .wire import Explain, Message, Picture, Sound, SoundStream, Stream, Unwatch, Watch

type Control = Watch | Explain | Unwatch
type Input = Stream | Picture | SoundStream | Sound

MAX_PICTURES = 1000
MAX_BYTES = 24 * 1024 * 1024
MAX_WAIT = 5.0
MAX_SOUNDS = 200
BATCH = 60
"""Pictures that are handed over at once: what the worker has no time for is bounded here."""


class CameraQueue:
    """The stream and the pictures of one camera, in order, and its sound.

    When it is full or not taken from for too long, it drops to the last key frame; if there is none, all up to the next.
    """

    def __init__(self) -> None:
        """Start empty and wait for a key frame."""
        self.dropped_seconds = 0.0
        """How much of the stream was dropped, to be counted by whoever takes from the queue."""
        self._stream: Stream | None = None
        self._pictures: deque[tuple[float, Picture]] = deque()
        self._sounds: deque[SoundStream | Sound] = deque(maxlen=MAX_SOUNDS)
        self._bytes = 0
        self._last: int | None = None
        self._synchronized = False

    def put(self, message: Input) -> None:
        """Add a message; never blocks."""
        match message:
            case Stream():
                self._drop(len(self._pictures))
                self._stream, self._synchronized, self._last = message, False, None
            case Picture():
                self._put(message)
            case _:
                self._sounds.append(message)

    def _put(self, picture: Picture) -> None:
        if picture.packet.keyframe:
            self._synchronized = True
        if not self._synchronized:
            self._count(picture)
            return
        self._pictures.append((monotonic(), picture))
        self._bytes += len(picture.packet.data)
        late = monotonic() - self._pictures[0][0] > MAX_WAIT
        if late or self._bytes > MAX_BYTES or len(self._pictures) > MAX_PICTURES:
            keyframes = [index for index, (_, waiting) in enumerate(self._pictures) if waiting.packet.keyframe and index]
            self._synchronized = bool(keyframes)
            self._drop(keyframes[-1] if keyframes else len(self._pictures))

    def take(self) -> list[Input]:
        """Take what is there, at most `BATCH` pictures."""
        taken: list[Input] = [self._stream] if self._stream else []
        for _ in range(min(BATCH, len(self._pictures))):
            _, picture = self._pictures.popleft()
            self._bytes -= len(picture.packet.data)
            self._last = picture.packet.pts
            taken.append(picture)
        taken += self._sounds
        self._stream = None
        self._sounds.clear()
        return taken

    def __bool__(self) -> bool:
        """Whether there is something to take."""
        return bool(self._stream or self._pictures or self._sounds)

    def _drop(self, count: int) -> None:
        for _ in range(count):
            _, picture = self._pictures.popleft()
            self._bytes -= len(picture.packet.data)
            self._count(picture)

    def _count(self, picture: Picture) -> None:
        if self._last is not None and not picture.past:
            self.dropped_seconds += max(0, picture.packet.pts - self._last) / CLOCK_RATE
        self._last = picture.packet.pts


class Inbox:
    """Filled by the thread that reads the pipe, emptied by the one that works."""

    def __init__(self) -> None:
        """Start empty."""
        self.closed = False
        self._changed = Condition()
        self._controls: deque[Control] = deque()
        self._queues: dict[str, CameraQueue] = {}

    def put(self, message: Message) -> None:
        """Add what the edge sent; what belongs to no watched camera is ignored."""
        with self._changed:
            match message:
                case Watch(camera_id):
                    self._queues.setdefault(camera_id, CameraQueue())
                    self._controls.append(message)
                case Unwatch(camera_id):
                    self._queues.pop(camera_id, None)
                    self._controls.append(message)
                case Explain():
                    self._controls.append(message)
                case Stream(camera_id) | Picture(camera_id) | SoundStream(camera_id) | Sound(camera_id):
                    queue = self._queues.get(camera_id)
                    if queue is not None:
                        queue.put(message)
                case _:
                    pass
            self._changed.notify()

    def close(self) -> None:
        """Tell that nothing more will come."""
        with self._changed:
            self.closed = True
            self._changed.notify()

    def wait(self, seconds: float) -> None:
        """Wait until there is something to take or the inbox is closed, but no longer than that."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._controls or any(self._queues.values()), seconds)

    def take_controls(self) -> list[Control]:
        """Take what is to be watched."""
        with self._changed:
            controls = list(self._controls)
            self._controls.clear()
            return controls

    def take(self, camera_id: str) -> tuple[list[Input], float]:
        """Take a camera's next messages, and how many seconds of its stream were dropped."""
        with self._changed:
            queue = self._queues.get(camera_id)
            if queue is None:
                return [], 0.0
            dropped, queue.dropped_seconds = queue.dropped_seconds, 0.0
            return queue.take(), dropped
