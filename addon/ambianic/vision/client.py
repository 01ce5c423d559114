"""The edge's side of vision: hands packets to the vision process, keeps that running, and tells of events."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
import logging
from pathlib import Path
import random
from time import monotonic, time

from ambianic.cameras.feed import Feed
from ambianic.config import DetectionConfig
from ambianic.events import Event, Phase

from .meter import Meter, Pacer, mean_ms
from .process import Process
from .status import OFF, DetectorStatus, VisionStatus
from .wire import Failed, Happened, Message, Motion, Picture, Ready, Resumed, Stats, Stream, Unwatch, Watch, WireError

_LOGGER = logging.getLogger(__name__)

START_SECONDS = 60.0
"""Loading the model may take so long on a slow machine."""
SILENCE_SECONDS = 10.0
"""A process that gives no sign of life for so long hangs."""
FIRST_DELAY, LAST_DELAY = 0.5, 30.0
"""Seconds before a process that has died is started again, growing each time that it does not live."""
STEADY_SECONDS = 60.0
"""A process that has lived so long was fine."""
MAX_FAILED_STARTS = 3
RETRY_SECONDS = 300.0
POLL_SECONDS = 5.0
RESUME_SECONDS = 30.0
"""Events are kept for a new process so long."""
FIGURES_SECONDS = 5.0
"""Status figures are told of at most so often."""


@dataclass(slots=True, eq=False)
class _Watched:
    feed: Feed
    settings: DetectionConfig
    pacer: Pacer
    meter: Meter = field(default_factory=lambda: Meter(monotonic()))
    pump: asyncio.Task[None] | None = None

    def stop(self) -> None:
        if self.pump is not None:
            self.pump.cancel()
            self.pump = None


class VisionClient:
    """Detection for all cameras. Not for use from other threads than the event loop's.

    `on_event` is called with the event's phase, the event, and for a start or an update the JPEG of its best picture;
    `on_status` when a status may have changed; `on_motion` with a camera's id when something begins to move before it, and when
    nothing does any more.
    """

    def __init__(
        self,
        model: Path,
        *,
        on_event: Callable[[Phase, Event, bytes | None], None],
        on_status: Callable[[], None],
        on_motion: Callable[[str, bool], None] = lambda _camera_id, _moving: None,
        threads: int = 1,
    ) -> None:
        """Use the model in a file, with so many threads."""
        self._model = model
        self._threads = threads
        self._on_event = on_event
        self._on_status = on_status
        self._on_motion = on_motion
        self._moving: set[str] = set()
        self._status = DetectorStatus(state="starting", model=model.parent.name)
        self._watched: dict[str, _Watched] = {}
        self._active: dict[str, Resumed] = {}
        self._process: Process | None = None
        self._ready = False
        self._told = 0.0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; the vision process comes up by itself."""
        self._task = asyncio.create_task(self._supervise())

    async def stop(self) -> None:
        """End the events that go on and the vision process."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        self._end_events(list(self._active))
        for camera_id in list(self._watched):
            self.unwatch(camera_id)

    def watch(self, camera_id: str, feed: Feed, settings: DetectionConfig) -> None:
        """Begin to watch a camera, or go on with another feed or other settings."""
        if not settings.enabled:
            self.unwatch(camera_id)
            return
        known = self._watched.get(camera_id)
        if known is not None and known.feed is feed:
            known.settings, known.pacer.fps = settings, settings.fps
            self._send(Watch(camera_id, settings.fps, settings.labels))
            return
        watched = _Watched(feed, settings, Pacer(settings.fps))
        if known is not None:
            known.stop()
            watched.meter = known.meter
        self._watched[camera_id] = watched
        self._begin(camera_id, watched, ())
        self._on_status()

    def unwatch(self, camera_id: str) -> None:
        """Stop watching a camera and end its events."""
        watched = self._watched.pop(camera_id, None)
        if watched is None:
            return
        watched.stop()
        self._send(Unwatch(camera_id))
        self._move(camera_id, False)
        self._end_events([active.event.id for active in self._active.values() if active.event.camera_id == camera_id])
        self._on_status()

    @property
    def status(self) -> DetectorStatus:
        """The state of the vision process."""
        runs, seconds = 0, 0.0
        for watched in self._watched.values():
            more_runs, more_seconds = watched.meter.inference
            runs, seconds = runs + more_runs, seconds + more_seconds
        return replace(self._status, inference_ms=mean_ms((runs, seconds)))

    def camera_status(self, camera_id: str) -> VisionStatus:
        """The state of detection for one camera."""
        watched = self._watched.get(camera_id)
        if watched is None:
            return OFF
        if self._status.state == "restarting":
            return VisionStatus(state="restarting")
        if not self._ready or watched.feed.info is None or not watched.meter.looked:
            return VisionStatus(state="waiting")
        meter = watched.meter
        return VisionStatus(
            state="running", fps=meter.fps, dropped_percent=meter.dropped_percent, inference_ms=mean_ms(meter.inference)
        )

    def active(self, camera_id: str) -> tuple[str, ...]:
        """The labels of the camera that have an event going on, in order."""
        return tuple(sorted({active.event.label for active in self._active.values() if active.event.camera_id == camera_id}))

    def resume(self, event: Event) -> None:
        """Expect an event that was left open to go on."""
        self._active[event.id] = Resumed(event, time(), event.box)

    async def _supervise(self) -> None:
        """Keep a vision process running."""
        delay, failed_starts, died = FIRST_DELAY, 0, monotonic()
        while True:
            begin = monotonic()
            reason, hopeless = await self._run()
            if self._ready:
                died, failed_starts = monotonic(), 0
            else:
                failed_starts += 1
            if monotonic() - begin > STEADY_SECONDS:
                delay = FIRST_DELAY
            self._ready = False
            for watched in self._watched.values():
                watched.meter.restart(monotonic())
            restarts = self._status.restarts + 1
            if hopeless or failed_starts >= MAX_FAILED_STARTS:
                _LOGGER.error("Detection does not work: %s", reason)
                self._set_status(replace(self._status, state="failed", reason=reason))
                self._end_events(list(self._active))
                await self._model_changed(None if hopeless else RETRY_SECONDS)
                failed_starts, delay = 0, FIRST_DELAY
                continue
            _LOGGER.warning("The vision process is started again: %s", reason)
            self._set_status(replace(self._status, state="restarting", reason=reason, restarts=restarts))
            if monotonic() - died > RESUME_SECONDS:
                self._end_events(list(self._active))
            await asyncio.sleep(delay * random.uniform(0.8, 1.2))
            delay = min(LAST_DELAY, 2 * delay)

    async def _run(self) -> tuple[str, bool]:
        """Run one process to its end; return why it ended, and whether another would end the same way."""
        try:
            process = self._process = await Process.start(self._model, self._threads)
        except OSError as err:
            return f"The vision process can't be started: {err.strerror or err}.", False
        hangs = False
        try:
            while True:
                async with asyncio.timeout(SILENCE_SECONDS if self._ready else START_SECONDS):
                    message = await process.receive()
                if message is None:
                    break
                if isinstance(message, Failed):
                    return message.reason, True
                self._handle(message)
        except TimeoutError:
            hangs = True
        except WireError:
            _LOGGER.exception("The vision process sends nonsense")
        finally:
            self._process = None
            for camera_id, watched in self._watched.items():
                watched.stop()
                self._move(camera_id, False)
            code = await process.end()
        if hangs:
            return "The vision process did not answer any more.", False
        where = "" if self._ready else " while it loaded the model"
        return f"The vision process ended{where} ({f'signal {-code}' if code < 0 else f'exit code {code}'}).", False

    async def _model_changed(self, patience: float | None) -> None:
        """Wait until the model's file is another one, but no longer than that."""
        before, begin = _stamp(self._model), monotonic()
        # Nothing tells of changes in a file system.
        while _stamp(self._model) == before and (patience is None or monotonic() - begin < patience):  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)

    def _handle(self, message: Message) -> None:
        match message:
            case Ready(labels):
                self._ready = True
                for camera_id, watched in self._watched.items():
                    resumed = tuple(active for active in self._active.values() if active.event.camera_id == camera_id)
                    self._begin(camera_id, watched, resumed)
                self._set_status(replace(self._status, state="running", reason=None, labels=labels))
            case Happened():
                self._tell(message)
            case Motion(camera_id, moving):
                self._move(camera_id, moving and camera_id in self._watched)
            case Stats(cameras):
                news = False
                for camera_id, stats in cameras.items():
                    if camera_id in self._watched:
                        meter = self._watched[camera_id].meter
                        news |= stats.looked > 0 and not meter.looked
                        meter.update(stats, monotonic())
                    for event_id, (seen, box) in stats.sightings.items():
                        if active := self._active.get(event_id):
                            self._active[event_id] = Resumed(active.event, seen, box)
                if news or monotonic() - self._told > FIGURES_SECONDS:
                    self._told = monotonic()
                    self._on_status()
            case _:
                raise WireError(f"A {type(message).__name__} comes from the wrong side.")

    def _tell(self, happened: Happened) -> None:
        event = happened.event
        if happened.phase is Phase.START:
            if event.camera_id not in self._watched or event.id in self._active:
                return
            self._active[event.id] = Resumed(event, event.start, event.box)
        elif event.id not in self._active:
            return
        elif happened.phase is Phase.UPDATE:
            self._active[event.id] = replace(self._active[event.id], event=event)
        else:
            del self._active[event.id]
        self._emit(happened.phase, event, happened.picture or None)

    def _move(self, camera_id: str, moving: bool) -> None:
        if moving is (camera_id in self._moving):
            return
        if moving:
            self._moving.add(camera_id)
        else:
            self._moving.discard(camera_id)
        try:
            self._on_motion(camera_id, moving)
        except Exception:
            _LOGGER.exception("The motion before camera %s was not taken", camera_id)

    def _end_events(self, event_ids: Iterable[str]) -> None:
        for event_id in event_ids:
            active = self._active.pop(event_id)
            ended = replace(active.event, end=max(active.seen, active.event.start))
            self._emit(Phase.END, ended, None)

    def _emit(self, phase: Phase, event: Event, picture: bytes | None) -> None:
        try:
            self._on_event(phase, event, picture)
        except Exception:
            # Detection goes on, whatever becomes of one event.
            _LOGGER.exception("The %s of event %s was not taken", phase, event.id)

    def _begin(self, camera_id: str, watched: _Watched, resumed: tuple[Resumed, ...]) -> None:
        """Make the process that runs now watch a camera."""
        if not self._ready or self._process is None:
            return
        settings = watched.settings
        self._process.send(Watch(camera_id, settings.fps, settings.labels, resumed))
        watched.pump = asyncio.create_task(self._pump(camera_id, watched, self._process))

    async def _pump(self, camera_id: str, watched: _Watched, process: Process) -> None:
        """Hand a feed's packets to the process.

        When the process does not read, the feed's subscription drops to the next key frame by itself.
        """
        with suppress(ConnectionError):
            while True:
                process.send(Stream(camera_id, await watched.feed.opened()))
                with watched.feed.subscribe() as subscription:
                    backlog, lost, last = len(subscription), 0, time()
                    while (packet := await subscription.get()) is not None:
                        if subscription.dropped > lost:
                            pictures = max(0.0, packet.time - last) * watched.pacer.fps
                            watched.meter.due += pictures
                            watched.meter.lost += pictures
                            lost = subscription.dropped
                        last = packet.time
                        # Of the pictures from before, only the last is worth a look: the others show the past.
                        backlog -= 1
                        due = backlog <= 0 and watched.pacer.due(packet.time)
                        watched.meter.due += due
                        try:
                            process.send(Picture(camera_id, packet, due))
                        except WireError:
                            watched.meter.lost += due
                        await process.drain()

    def _send(self, message: Message) -> None:
        if self._ready and self._process is not None:
            self._process.send(message)

    def _set_status(self, status: DetectorStatus) -> None:
        self._status = status
        self._on_status()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
