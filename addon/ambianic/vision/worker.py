"""The work of the vision process."""

from collections.abc import Callable, Iterable
import logging
from time import monotonic

from .camera import Camera
from .inbox import Inbox, Input
from .loaded import Loaded
from .wire import Explain, Message, Motion, Picture, Ready, Stats, Watch

_LOGGER = logging.getLogger(__name__)

STATS_SECONDS = 1.0


class Worker:
    """Takes what comes in, camera by camera, and tells what happens."""

    def __init__(self, models: Loaded, inbox: Inbox, send: Callable[[Message], None]) -> None:
        """Work with models."""
        self._models = models
        self._inbox = inbox
        self._send = send
        self._cameras: dict[str, Camera] = {}
        self._seen: dict[str, float] = {}
        """Camera -> when its last picture came, by our own clock."""
        self._moving: set[str] = set()
        self._faults: dict[str, str] = {}
        self._next_stats = 0.0

    def run(self) -> None:
        """Work until the inbox is closed."""
        self._send(Ready(self._models.labels))
        while not self._inbox.closed:
            if not any(camera.busy for camera in self._cameras.values()):
                self._inbox.wait(max(0.0, self._next_stats - monotonic()))
            self._control()
            for camera_id, camera in self._cameras.items():
                messages, dropped = ([], 0.0) if camera.full else self._inbox.take(camera_id)
                if dropped:
                    camera.drop(dropped)
                if messages or camera.busy:
                    self._step(camera_id, camera, messages)
                self._tell_stats()
            self._tell_stats()

    def _step(self, camera_id: str, camera: Camera, messages: list[Input]) -> None:
        if any(isinstance(message, Picture) for message in messages):
            self._seen[camera_id] = monotonic()
        try:
            happened = camera.step(messages)
        except Exception as err:
            # Strange pictures of one camera must not end detection for the others. Said once: each picture may be like that.
            if self._faults.get(camera_id) != repr(err):
                self._faults[camera_id] = repr(err)
                _LOGGER.exception("Pictures of camera %s can't be looked at", camera_id)
            return
        self._send_all(happened)
        self._tell_motion(camera_id, camera.moving)

    def _tell_motion(self, camera_id: str, moving: bool) -> None:
        if moving is not (camera_id in self._moving):
            self._moving ^= {camera_id}
            self._send(Motion(camera_id, moving))

    def _control(self) -> None:
        for message in self._inbox.take_controls():
            if isinstance(message, Watch):
                if message.camera_id not in self._cameras:
                    self._cameras[message.camera_id] = Camera(message.camera_id, self._models.detector, self._models)
                    self._seen[message.camera_id] = monotonic()
                self._send_all(self._cameras[message.camera_id].configure(message))
            elif message.camera_id not in self._cameras:
                continue
            elif isinstance(message, Explain):
                self._cameras[message.camera_id].explain(message.seconds)
            else:
                self._faults.pop(message.camera_id, None)
                self._moving.discard(message.camera_id)
                self._send_all(self._cameras.pop(message.camera_id).close())

    def _tell_stats(self) -> None:
        if monotonic() < self._next_stats:
            return
        self._next_stats = monotonic() + STATS_SECONDS
        for camera_id, camera in self._cameras.items():
            if not camera.busy:
                self._send_all(camera.tick(monotonic() - self._seen[camera_id]))
            self._tell_motion(camera_id, camera.moving)
        self._send(Stats({camera_id: camera.stats for camera_id, camera in self._cameras.items()}))

    def _send_all(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self._send(message)
