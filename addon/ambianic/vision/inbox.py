"""What the edge has sent and the worker has not taken yet: bounded, latest wins."""

from collections import deque
from threading import Condition
from time import monotonic

from .wire import Message, Picture, Stream, Unwatch, Watch

MAX_PICTURES = 1000
MAX_BYTES = 24 * 1024 * 1024
MAX_WAIT = 5.0
BATCH = 30
"""Pictures that are handed over at once, so that one camera does not hold up the others."""


class CameraQueue:
    """The stream and the pictures of one camera, in order.

    When it is full or not taken from for too long, it drops to the last key frame; if there is none, all up to the next.
    """

    def __init__(self) -> None:
        """Start empty and wait for a key frame."""
        self.dropped_due = 0
        """Pictures dropped that should have been looked at, to be counted by whoever takes from the queue."""
        self._stream: Stream | None = None
        self._pictures: deque[tuple[float, Picture]] = deque()
        self._bytes = 0
        self._synchronized = False

    def put(self, message: Stream | Picture) -> None:
        """Add a message; never blocks."""
        if isinstance(message, Stream):
            self._drop(len(self._pictures))
            self._stream, self._synchronized = message, False
            return
        if message.packet.keyframe:
            self._synchronized = True
        if not self._synchronized:
            self.dropped_due += message.due
            return
        self._pictures.append((monotonic(), message))
        self._bytes += len(message.packet.data)
        late = monotonic() - self._pictures[0][0] > MAX_WAIT
        if late or self._bytes > MAX_BYTES or len(self._pictures) > MAX_PICTURES:
            keyframes = [index for index, (_, picture) in enumerate(self._pictures) if picture.packet.keyframe and index]
            self._synchronized = bool(keyframes)
            self._drop(keyframes[-1] if keyframes else len(self._pictures))

    def take(self) -> list[Stream | Picture]:
        """Take the next messages, at most `BATCH` pictures."""
        taken: list[Stream | Picture] = [self._stream] if self._stream else []
        self._stream = None
        for _ in range(min(BATCH, len(self._pictures))):
            _, picture = self._pictures.popleft()
            self._bytes -= len(picture.packet.data)
            taken.append(picture)
        return taken

    def __bool__(self) -> bool:
        """Whether there is something to take."""
        return bool(self._stream or self._pictures)

    def _drop(self, count: int) -> None:
        for _ in range(count):
            _, picture = self._pictures.popleft()
            self._bytes -= len(picture.packet.data)
            self.dropped_due += picture.due


class Inbox:
    """Filled by the thread that reads the pipe, emptied by the one that works."""

    def __init__(self) -> None:
        """Start empty."""
        self.closed = False
        self._changed = Condition()
        self._controls: deque[Watch | Unwatch] = deque()
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
                case Stream(camera_id) | Picture(camera_id):
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

    def take_controls(self) -> list[Watch | Unwatch]:
        """Take what is to be watched."""
        with self._changed:
            controls = list(self._controls)
            self._controls.clear()
            return controls

    def take(self, camera_id: str) -> tuple[list[Stream | Picture], int]:
        """Take a camera's next messages, and how many pictures due for a look were dropped before them."""
        with self._changed:
            queue = self._queues.get(camera_id)
            if queue is None:
                return [], 0
            dropped, queue.dropped_due = queue.dropped_due, 0
            return queue.take(), dropped
