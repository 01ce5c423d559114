"""One address, kept connected to one feed, and to one of sound."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import logging
import time
import traceback

from .audio import AudioFeed
from .feed import Feed
from .packets import AudioInfo, AudioPacket, Packet, StreamInfo
from .sample import AudioSample, Item
from .source import Source
from .status import CameraState, SourceError
from .timeline import FrameRate, Timeline
from .timing import Timing

RATE_TOLERANCE = 0.1

_LOGGER = logging.getLogger(__name__)


class Stream:
    """Connects a source to its feed, and again whenever that ends.

    `state` is `connecting` until the first attempt has succeeded or failed; a failed stream keeps its state and `reason` until
    pictures come again. `since` is the Unix time at which the state began. `on_change` is called whenever one of them or the
    feed's `info` changes. `audio` has an `info` while the stream is open and has sound.
    """

    def __init__(self, source: Source, on_change: Callable[[], None], timing: Timing | None = None) -> None:
        """Describe the stream; `start` connects it."""
        self.feed = Feed()
        self.audio = AudioFeed()
        self.state = CameraState.CONNECTING
        self.reason: str | None = None
        self.since = time.time()
        self._source = source
        self._on_change = on_change
        self._timing = timing or Timing()
        self._timeline = Timeline()
        self._audio_timeline = Timeline(self._timeline)
        self._announced: AudioInfo | None = None
        self._rate = FrameRate()
        self._online_since: float | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to connect."""
        self._task = asyncio.create_task(self._run(), name=self._source.name)

    async def stop(self) -> None:
        """Let go of the camera. A thread that hangs in it is left to its time-out."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self._stop_feeds()

    async def _run(self) -> None:
        waits = self._timing.backoff.waits()
        last: CameraState | None = None
        while True:
            error = await self._attempt()
            self._stop_feeds()
            if self._has_settled() or error.state is not last:
                slow = error.state is CameraState.UNAUTHORIZED
                waits = (self._timing.unauthorized if slow else self._timing.backoff).waits()
            last = error.state
            self._enter(error.state, error.reason)
            await asyncio.sleep(next(waits))

    async def _attempt(self) -> SourceError:
        """Connect until that fails; returns why."""
        self._online_since = self._announced = None
        try:
            await self._source.run(self._timing, self._deliver)
        except SourceError as err:
            return err
        except Exception as err:  # noqa: BLE001  whatever it is, the next attempt may do
            # Without the error's text, which may hold the address and its secrets.
            trace = "".join(traceback.format_tb(err.__traceback__))
            _LOGGER.error("%s: the connection failed by %s in\n%s", self._source.name, type(err).__name__, trace)
        return SourceError(CameraState.UNREACHABLE, "The connection failed by a fault of the edge; its log has more.")

    def _has_settled(self) -> bool:
        return self._online_since is not None and time.monotonic() - self._online_since >= self._timing.settled

    def _deliver(self, item: Item) -> None:
        if isinstance(item, AudioSample):
            if self.audio.info is not None:
                pts = self._audio_timeline.place(item.ticks, item.arrival)
                self.audio.push(AudioPacket(item.data, pts, item.time))
            return
        if isinstance(item, AudioInfo):
            self._announced = item
            return
        if isinstance(item, StreamInfo):
            self._timeline.begin()
            self._rate = FrameRate()
            self.feed.start(item)
            self._start_audio()
            self._online_since = self._online_since or time.monotonic()
            self._enter(CameraState.ONLINE, None, info_changed=True)
            return
        pts = self._timeline.place(item.ticks, item.arrival)
        self.feed.push(Packet(item.data, pts, item.time, item.keyframe, item.offset))
        self._measure(pts)

    def _start_audio(self) -> None:
        announced, self._announced = self._announced, None
        if announced is None:
            self.audio.stop()
        else:
            self._audio_timeline.begin()
            self.audio.start(announced)

    def _stop_feeds(self) -> None:
        self.feed.stop()
        self.audio.stop()

    def _measure(self, pts: int) -> None:
        """Put the measured pictures per second in the place of what the camera says, where that is wrong."""
        rate, info = self._rate.add(pts), self.feed.info
        if rate is None or info is None or (info.fps and abs(info.fps - rate) <= RATE_TOLERANCE * rate):
            return
        self.feed.info = replace(info, fps=rate)
        self._on_change()

    def _enter(self, state: CameraState, reason: str | None, *, info_changed: bool = False) -> None:
        if (state, reason) == (self.state, self.reason) and not info_changed:
            return
        if (state, reason) != (self.state, self.reason):
            _LOGGER.log(
                logging.INFO if reason is None else logging.WARNING,
                "%s: %s%s",
                self._source.name,
                state,
                f": {reason}" if reason else "",
            )
        if state is not self.state:
            self.since = time.time()
        self.state, self.reason = state, reason
        self._on_change()
