"""Decides for one camera what is recorded, by its mode and the reasons that begin and end."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Literal

from ambianic.cameras.audio import AudioSubscription
from ambianic.cameras.camera import Camera
from ambianic.cameras.feed import Subscription
from ambianic.cameras.packets import CLOCK_RATE, AudioInfo, AudioPacket, Packet, StreamInfo
from ambianic.config import RecordingConfig

from .pre_roll import PreRoll
from .recording_thread import RecordingThread

type State = tuple[Literal["off", "idle", "recording"], str | None]
"""Whether something is recorded now, and why."""
MOTION = "motion"
"""The reason to record that is not an event."""
CONTINUOUS = "continuous"
LATE_SECONDS = 5.0
"""So much later than it happens a reason may be told, beside the pre-roll."""
BATCH_SECONDS = 0.2
"""Packets are taken so often."""
KEY_SECONDS = 10.0
"""A recording ends with a key frame, so that the next one can begin with it; but it does not wait longer for it."""


class CameraRecorder:
    """Reads a camera's packets, keeps the last seconds, and hands on what is wanted.

    Times are those of the packets: a clock that is set does not make recordings longer or shorter.
    """

    def __init__(
        self,
        camera: Camera,
        start_thread: Callable[[], RecordingThread],
        clock: Callable[[], float],
        on_change: Callable[[], None],
    ) -> None:
        """Begin to read; `start_thread` is called when there is something to write."""
        self._camera = camera
        self._config = _wanted_of(camera)
        self._start_thread = start_thread
        self._clock = clock
        self._on_change = on_change
        self._thread: RecordingThread | None = None
        self._pre_roll = PreRoll()
        self._reasons: dict[str, None] = {}
        self._last_reason = ""
        self._rest = 0
        """Ticks for which recording goes on without a reason; less than 0 while it waits for a key frame to end with."""
        self._since = 0
        """The time stamp from which on the next recording is wanted."""
        self._newest: int | None = None
        self._run: tuple[StreamInfo, AudioInfo | None] | None = None
        self._writing = False
        self._input: tuple[Subscription, AudioSubscription] | None = None
        self._task = asyncio.create_task(self._read(), name=f"recording of {camera.config.name}")

    @property
    def state(self) -> State:
        """Whether something is recorded now (`off`, `idle`, `recording`), and why."""
        if self._config.mode == "off":
            return "off", None
        if not self._writing:
            return "idle", None
        counted = self._counted
        return "recording", counted[-1] if counted else CONTINUOUS if self._config.mode == CONTINUOUS else self._last_reason

    @property
    def trouble(self) -> str | None:
        """Why not everything is written, as a sentence for people."""
        return None if self._thread is None else self._thread.trouble

    def configure(self, camera: Camera) -> None:
        """Go on with another configuration, or another Camera."""
        before, self._config = self._config, _wanted_of(camera)
        if camera is self._camera and before.audio == self._config.audio:
            self._decide()
            return
        self._camera = camera
        self._task.cancel()
        self._end_run()
        self._task = asyncio.create_task(self._read(), name=f"recording of {camera.config.name}")

    async def stop(self, timeout: float) -> None:
        """Finish what is being written, but wait no longer than so many seconds."""
        self._task.cancel()
        self._end_run()
        if self._thread is not None:
            self._thread.close()
            await asyncio.to_thread(self._thread.join, timeout)

    def begin(self, reason: str, at: float) -> float | None:
        """See Footage.begin."""
        if self._config.mode == "off" or (reason == MOTION and not self._counts_motion):
            return None
        self._reasons[reason] = None
        self._last_reason = reason
        late = min(max(0.0, self._clock() - at), LATE_SECONDS)
        if not self._writing:
            self._since = (self._newest or 0) - round((late + self._config.pre_seconds) * CLOCK_RATE)
            self._decide()
        return at - self._config.pre_seconds

    def end(self, reason: str, at: float) -> float | None:
        """See Footage.end."""
        if reason not in self._reasons:
            return None
        del self._reasons[reason]
        post = self._config.post_seconds
        passed = min(max(0.0, self._clock() - at), post)
        self._last_reason = reason
        self._rest = max(self._rest, round((post - passed) * CLOCK_RATE))
        return at + post

    @property
    def _counts_motion(self) -> bool:
        return self._config.mode in {MOTION, CONTINUOUS}

    @property
    def _counted(self) -> list[str]:
        return [reason for reason in self._reasons if reason != MOTION or self._counts_motion]

    @property
    def _wanted(self) -> bool:
        if self._config.mode == "off":
            return False
        return self._config.mode == CONTINUOUS or bool(self._counted) or self._rest > 0

    async def _read(self) -> None:
        while True:
            info = await self._camera.main.opened()
            with self._camera.main.subscribe() as video, self._camera.audio.subscribe() as sound:
                self._run = info, self._camera.audio.info if self._config.audio else None
                self._newest = None
                self._input = video, sound
                while batch := await video.batch():
                    self._take(batch, sound.take())
                    await asyncio.sleep(BATCH_SECONDS)
            self._end_run()

    def _take(self, video: Sequence[Packet], sound: Sequence[AudioPacket]) -> None:
        if self._newest is not None and self._writing:
            self._rest -= max(0, video[-1].pts - self._newest)
        self._newest = video[-1].pts
        if self._config.mode == "off":
            return
        if not self._writing:
            self._keep(video, sound)
            self._decide()
            return
        assert self._thread is not None
        if self._wanted:
            self._rest = max(self._rest, 0)
            self._thread.put(video, sound)
            return
        forced = self._rest < -KEY_SECONDS * CLOCK_RATE
        count = next((number for number, packet in enumerate(video) if packet.keyframe), len(video) if forced else None)
        if count is None:
            self._thread.put(video, sound)
            return
        border = video[count].pts if count < len(video) else video[-1].pts
        self._thread.put(video[:count], [packet for packet in sound if packet.pts < border])
        self._end()
        self._keep(video[count:], [packet for packet in sound if packet.pts >= border])

    def _keep(self, video: Sequence[Packet], sound: Sequence[AudioPacket]) -> None:
        self._pre_roll.seconds = self._config.pre_seconds + LATE_SECONDS
        self._pre_roll.add(video, sound)

    def _decide(self) -> None:
        """Begin or end at once, as it is wanted now."""
        if self._wanted and not self._writing and self._run is not None:
            if self._thread is None:
                self._thread = self._start_thread()
            self._thread.begin(*self._run)
            self._thread.put(*self._pre_roll.take(0 if self._config.mode == CONTINUOUS else self._since))
            self._writing = True
            self._on_change()
        elif self._config.mode == "off":
            self._pre_roll.clear()
            self._end()

    def _end(self) -> None:
        if not self._writing:
            return
        assert self._thread is not None
        self._thread.end()
        self._writing = False
        self._rest = 0
        self._on_change()

    def _end_run(self) -> None:
        """The stream has ended: what follows has nothing to do with it."""
        if self._input is not None and (video := self._input[0].take()):
            self._take(video, self._input[1].take())
        self._input = None
        rest = self._rest
        self._end()
        self._rest = rest
        self._pre_roll.clear()
        self._run = None


def _wanted_of(camera: Camera) -> RecordingConfig:
    config = camera.config
    return config.recording if config.enabled else config.recording.model_copy(update={"mode": "off"})
