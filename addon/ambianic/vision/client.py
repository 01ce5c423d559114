"""The edge's side of vision: hands packets to the vision process, keeps that running, and tells of events."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
import logging
from pathlib import Path
from time import monotonic, time

from ambianic.cameras.audio import AudioFeed
from ambianic.cameras.feed import Feed
from ambianic.config import DetectionConfig, DetectorSettings
from ambianic.events import Event, Phase

from .framing import WireError
from .labels import PASSING
from .look import Look
from .meter import Meter, mean_ms
from .process import Process
from .pump import Pump
from .status import OFF, DetectorStatus, VisionStatus
from .supervisor import Supervisor
from .wire import (
    CameraStats,
    Explain,
    Explained,
    Happened,
    Message,
    Motion,
    Occupied,
    Resting,
    Rests,
    Resumed,
    Stats,
    ToWorker,
    Unwatch,
    Watch,
)

_LOGGER = logging.getLogger(__name__)

FIGURES_SECONDS = 5.0
"""Status figures are told of at most so often."""
EXPLAIN_SECONDS = 15.0
"""The worker tells of looks for so long after it was last asked to."""
LOOKS = 100
"""The most looks that wait for somebody who does not take them; the newest are kept."""


@dataclass(slots=True, eq=False)
class _Watched:
    feed: Feed
    settings: DetectionConfig
    resting: Sequence[Resting]
    sound: AudioFeed | None
    meter: Meter = field(default_factory=lambda: Meter(monotonic()))
    occupied: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pump: Pump | None = None

    def stop(self) -> None:
        if self.pump is not None:
            self.pump.stop()
            self.pump = None


class VisionClient:
    """Detection for all cameras. Not for use from other threads than the event loop's.

    `on_event` is called with the event's phase, the event, and for a start or an update the JPEG of its best picture;
    `on_status` when a status may have changed; `on_motion` with a camera's id when something begins to move before it, and when
    nothing does any more; `on_occupied` with a camera's id and zone id -> kinds of objects in it, without the zones that nothing is in;
    `on_rests` with a camera's id and all that rests before it, to be kept and handed to `watch` the next time; `on_rollback` with the settings
    that are used again where others ended the vision process in a loop.
    """

    def __init__(
        self,
        data: Path,
        settings: DetectorSettings,
        *,
        on_event: Callable[[Phase, Event, bytes | None], None],
        on_status: Callable[[], None],
        on_motion: Callable[[str, bool], None] = lambda _camera_id, _moving: None,
        on_occupied: Callable[[str, Mapping[str, tuple[str, ...]]], None] = lambda _camera_id, _zones: None,
        on_rests: Callable[[str, Sequence[Resting]], None] = lambda _camera_id, _objects: None,
        on_rollback: Callable[[DetectorSettings], None] = lambda _settings: None,
    ) -> None:
        """Use the models of a data directory that the settings name."""
        self._supervisor = Supervisor(data, settings, self, on_status=on_status, on_rollback=on_rollback)
        self._on_event = on_event
        self._on_status = on_status
        self._on_motion = on_motion
        self._on_occupied = on_occupied
        self._on_rests = on_rests
        self._listeners: dict[str, set[asyncio.Queue[Look]]] = {}
        self._asked = 0.0
        self._moving: set[str] = set()
        self._watched: dict[str, _Watched] = {}
        self._active: dict[str, Resumed] = {}
        self._process: Process | None = None
        self._told = 0.0

    async def start(self) -> None:
        """Begin; the vision process comes up by itself."""
        self._supervisor.start()

    async def stop(self) -> None:
        """End the events that go on and the vision process."""
        await self._supervisor.stop()
        self._end_events(list(self._active))
        for camera_id in list(self._watched):
            self.unwatch(camera_id)

    async def switch(self, settings: DetectorSettings) -> None:
        """Work with other models, once they have passed their self-test. Raises ModelError, and nothing has changed then."""
        await self._supervisor.switch(settings)

    def dismiss_trouble(self) -> None:
        """Tell no more of models that were given up."""
        self._supervisor.dismiss_trouble()

    def watch(
        self,
        camera_id: str,
        feed: Feed,
        settings: DetectionConfig,
        *,
        resting: Sequence[Resting] = (),
        sound: AudioFeed | None = None,
    ) -> None:
        """Begin to watch a camera, or go on with other feeds or settings.

        `resting` is what rested when the camera was watched the last time, of use only for one that is not watched yet.
        """
        if not settings.enabled:
            self.unwatch(camera_id)
            return
        known = self._watched.get(camera_id)
        if known is not None and known.feed is feed and known.sound is sound:
            known.settings = settings
            self._send(Watch(camera_id, settings))
            if known.pump is not None:
                known.pump.configure(settings)
            return
        watched = _Watched(feed, settings, resting, sound)
        if known is not None:
            known.stop()
            watched.meter, watched.resting, watched.occupied = known.meter, known.resting, known.occupied
        self._watched[camera_id] = watched
        self._begin(camera_id, watched, new=known is None)
        self._on_status()

    def unwatch(self, camera_id: str) -> None:
        """Stop watching a camera and end its events."""
        watched = self._watched.pop(camera_id, None)
        if watched is None:
            return
        watched.stop()
        self._send(Unwatch(camera_id))
        self._move(camera_id, False)
        if watched.occupied:
            self._call(self._on_occupied, camera_id, {})
        self._end_events([active.event.id for active in self._active.values() if active.event.camera_id == camera_id])
        self._on_status()

    @property
    def status(self) -> DetectorStatus:
        """The state of the vision process."""
        runs, seconds = 0, 0.0
        for watched in self._watched.values():
            more_runs, more_seconds = watched.meter.inference
            runs, seconds = runs + more_runs, seconds + more_seconds
        return replace(self._supervisor.status, inference_ms=mean_ms((runs, seconds)))

    def camera_status(self, camera_id: str) -> VisionStatus:
        """The state of detection for one camera."""
        watched = self._watched.get(camera_id)
        if watched is None:
            return OFF
        if self._supervisor.status.state == "restarting":
            return VisionStatus(state="restarting")
        if self._process is None or watched.feed.info is None or not watched.meter.looked:
            return VisionStatus(state="waiting")
        meter = watched.meter
        return VisionStatus(
            state="running",
            fps=meter.fps,
            dropped_percent=meter.dropped_percent,
            inference_ms=mean_ms(meter.inference),
            gate=meter.now.gate,
            gate_reason=meter.now.gate_reason,
            decoded_percent=meter.decoded_percent,
            covered=meter.now.covered,
            frozen=meter.now.frozen,
        )

    def active(self, camera_id: str) -> tuple[str, ...]:
        """The labels of the camera that have an event going on, in order."""
        return tuple(sorted({active.event.label for active in self._active.values() if active.event.camera_id == camera_id}))

    def resume(self, event: Event) -> None:
        """Expect an event that was left open to go on."""
        self._active[event.id] = Resumed(event, time(), event.box)

    @asynccontextmanager
    async def explain(self, camera_id: str) -> AsyncIterator[AsyncIterator[Look]]:
        """Have each look at a camera's pictures told, for as long as the context lasts. They never end by themselves."""
        looks: asyncio.Queue[Look] = asyncio.Queue(LOOKS)
        self._listeners.setdefault(camera_id, set()).add(looks)
        self._send(Explain(camera_id, EXPLAIN_SECONDS))
        try:
            yield _each(looks)
        finally:
            self._listeners[camera_id].discard(looks)
            if not self._listeners[camera_id]:
                del self._listeners[camera_id]
                self._send(Explain(camera_id, 0))

    def process_ready(self, process: Process) -> None:
        """Have the process look at all cameras."""
        self._process = process
        for camera_id, watched in self._watched.items():
            self._begin(camera_id, watched, new=True)

    def process_ended(self) -> None:
        """Wait for the next process."""
        self._process = None
        for camera_id, watched in self._watched.items():
            watched.stop()
            watched.meter.restart(monotonic())
            self._move(camera_id, False)
            self._occupy(camera_id, {})
        # The next process looks for objects where they were; a face or a sound has nothing to be found again by.
        for event_id, active in list(self._active.items()):
            if active.event.label in PASSING:
                self._active[event_id] = replace(active, seen=time())
                self._end_events([event_id])

    def process_lost(self) -> None:
        """End the events that no process goes on with."""
        self._end_events(list(self._active))

    def process_told(self, message: Message) -> None:
        """Take what the process tells. Raises WireError where that makes no sense."""
        match message:
            case Happened():
                self._tell(message)
            case Motion(camera_id, moving):
                self._move(camera_id, moving and camera_id in self._watched)
            case Occupied(camera_id, zones):
                self._occupy(camera_id, zones)
            case Rests(camera_id, objects):
                if resting_before := self._watched.get(camera_id):
                    resting_before.resting = objects
                    self._call(self._on_rests, camera_id, objects)
            case Explained(look):
                for looks in self._listeners.get(look.camera_id, ()):
                    if looks.full():
                        looks.get_nowait()
                    looks.put_nowait(look)
            case Stats(cameras):
                news = False
                for camera_id, stats in cameras.items():
                    if camera_id in self._watched:
                        meter = self._watched[camera_id].meter
                        news |= (stats.looked > 0) is not meter.looked or _health(stats) != _health(meter.now)
                        meter.update(stats, monotonic())
                    for event_id, (seen, box) in stats.sightings.items():
                        if active := self._active.get(event_id):
                            self._active[event_id] = Resumed(active.event, seen, box)
                self._ask_again()
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
        self._call(self._on_motion, camera_id, moving)

    def _occupy(self, camera_id: str, zones: Mapping[str, tuple[str, ...]]) -> None:
        watched = self._watched.get(camera_id)
        if watched is not None and watched.occupied != zones:
            watched.occupied = zones
            self._call(self._on_occupied, camera_id, zones)

    def _call[*Arguments](self, listener: Callable[[*Arguments], None], *arguments: *Arguments) -> None:
        try:
            listener(*arguments)
        except Exception:
            # Detection goes on, whatever becomes of what it tells.
            _LOGGER.exception("What detection told was not taken")

    def _ask_again(self) -> None:
        """Go on with explaining."""
        if monotonic() - self._asked > EXPLAIN_SECONDS / 3:
            self._asked = monotonic()
            for camera_id in self._listeners:
                self._send(Explain(camera_id, EXPLAIN_SECONDS))

    def _end_events(self, event_ids: Iterable[str]) -> None:
        for event_id in event_ids:
            active = self._active.pop(event_id)
            ended = replace(active.event, end=max(active.seen, active.event.start))
            self._emit(Phase.END, ended, None)

    def _emit(self, phase: Phase, event: Event, picture: bytes | None) -> None:
        self._call(self._on_event, phase, event, picture)

    def _begin(self, camera_id: str, watched: _Watched, *, new: bool) -> None:
        """Make the process that runs now watch a camera, which may be new to it."""
        if self._process is None:
            return
        resumed = tuple(active for active in self._active.values() if active.event.camera_id == camera_id) if new else ()
        self._process.send(Watch(camera_id, watched.settings, resumed, tuple(watched.resting) if new else ()))
        if camera_id in self._listeners:
            self._process.send(Explain(camera_id, EXPLAIN_SECONDS))
        watched.pump = Pump(camera_id, watched.feed, watched.sound, watched.meter, self._process)
        watched.pump.configure(watched.settings)

    def _send(self, message: ToWorker) -> None:
        if self._process is not None:
            self._process.send(message)


def _health(stats: CameraStats) -> tuple[object, ...]:
    """What is told of at once when it changes."""
    return stats.gate == "always", stats.gate_reason, stats.covered, stats.frozen


async def _each(looks: asyncio.Queue[Look]) -> AsyncIterator[Look]:
    while True:
        yield await looks.get()
