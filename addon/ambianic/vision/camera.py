"""One camera's way from packets to pictures: what is decoded, when, and which pictures are looked at."""

from collections import deque
from collections.abc import Iterable
from time import thread_time

from ambianic.cameras.packets import CLOCK_RATE, StreamInfo

from .backlog import Waiting
from .detector import Detector
from .encoded import Kind, inspect
from .frames import Frame
from .inbox import Input
from .incoming import Incoming
from .pacer import Pacer
from .senses import Models
from .sight import Sight
from .wire import CameraStats, Message, Picture, Stream, Watch

SLICE_PIXELS = 60_000_000
"""The pixels that are decoded in one step: about a tenth of a second, so that no camera holds up the others."""
LOOK_PIXELS = 10_000_000
"""A look takes about as long as decoding so many."""
LEAD_SECONDS = 0.3
"""Pictures are looked at from so long before what woke the decoder."""
EAGER_SECONDS = 1.0
EAGER_SHARE = 0.4
"""After it was woken, pictures are looked at more often, from this share of the usual interval on."""
LATE_SECONDS = 1.5
"""Pictures that are later than this are decoded and no longer looked at."""
LATE_LOOK_SECONDS = 1.0
"""Somebody who has too much to do looks at one picture in so long all the same."""
MAX_PENDING = 60
ASLEEP_FPS = 4.0
"""While asleep, the gate's readings are told so often."""
ALWAYS_REASON = "This camera is set to always look at its pictures."


class Camera:
    """Decodes as little as it can of a camera's packets, looks at pictures, and tells what happens.

    All goes by the stream's clock: the same packets give the same events, however fast they come.
    """

    def __init__(self, camera_id: str, detector: Detector, models: Models | None = None) -> None:
        """Begin with no stream."""
        self._sight = Sight(camera_id, detector, models)
        self._stream: Incoming | None = None
        self._pending: deque[Input] = deque()
        self._always = False
        self._labels: frozenset[str] = frozenset()
        self._pacer = Pacer(5)
        self._asleep_pacer = Pacer(ASLEEP_FPS)
        self._newest = 0.0
        self._clock = 0.0
        self._looked = 0.0
        self._whole = True
        self._work = 0
        """What was done so far, in pixels to decode."""
        self._received = self._decoded = self._dropped = 0
        self._decode_seconds = 0.0

    @property
    def stats(self) -> CameraStats:
        """What was done so far, and how the camera is."""
        gate = self._stream.gate if self._stream else None
        reason = ALWAYS_REASON if self._always else gate.reason if gate else None
        objects = self._sight.objects
        return CameraStats(
            received=self._received,
            decoded=self._decoded,
            looked=self._sight.looked,
            dropped=self._dropped,
            inferences=objects.inferences,
            decode_seconds=self._decode_seconds,
            motion_seconds=self._sight.motion_seconds,
            inference_seconds=objects.inference_seconds,
            tracking_seconds=objects.tracking_seconds,
            gate="always" if reason else "asleep" if gate and gate.asleep else "awake",
            gate_reason=reason,
            covered=self._sight.health.covered,
            frozen=self._sight.health.frozen,
            sightings=self._sight.sightings,
        )

    @property
    def moving(self) -> bool:
        """Whether something moves."""
        return self._sight.moving

    @property
    def busy(self) -> bool:
        """Whether work is left over: `step` goes on with it, also without messages."""
        return bool(self._pending) or (self._stream is not None and self._stream.catching_up)

    @property
    def full(self) -> bool:
        """Whether so much is left over that nothing more should be handed in."""
        return len(self._pending) > MAX_PENDING

    def configure(self, watch: Watch) -> list[Message]:
        """Take new settings; visits of labels that are no longer wanted end."""
        detection = watch.detection
        self._always, self._pacer.fps = detection.always, detection.fps
        if frozenset(detection.labels) - self._labels:
            # What is newly wanted may stand there.
            self._whole = True
            self._call()
        self._labels = frozenset(detection.labels)
        return self._sight.configure(watch)

    def explain(self, seconds: float) -> None:
        """Tell of each look, and of the gate, for so many seconds of the stream."""
        self._sight.explain(self._clock + seconds if seconds else float("-inf"))

    def step(self, messages: Iterable[Input] = ()) -> list[Message]:
        """Take in what has come and do a bounded part of the work that it makes; `busy` says whether some is left."""
        for message in messages:
            self._pending.append(message)
            if isinstance(message, Picture):
                self._newest = message.packet.pts / CLOCK_RATE
        told: list[Message] = []
        end = self._work + SLICE_PIXELS
        while self.busy and self._work < end:
            if self._stream is not None and self._stream.catching_up:
                told += self._catch_up(self._stream)
                continue
            match message := self._pending.popleft():
                case Stream():
                    self._open(message.info)
                case Picture():
                    told += self._receive(message)
                case _:
                    told += self._sight.hear(message)
        return told

    def drop(self, seconds: float) -> None:
        """Take note that so much of the stream was lost on the way."""
        self._dropped += round(seconds * self._pacer.fps)

    def tick(self, silence: float) -> list[Message]:
        """Take note that no picture has come for so many seconds; the visits to a camera that sends no more end."""
        return self._sight.tick(silence)

    def close(self) -> list[Message]:
        """End all visits, and motion."""
        self._pending.clear()
        return self._sight.close()

    def _call(self) -> None:
        """Decode from now on, for other reasons than motion."""
        if self._stream is not None and self._stream.gate.asleep:
            self._stream.gate.call()
            self._pacer.restart()
            self._stream.since = self._clock

    def _open(self, info: StreamInfo) -> None:
        self._stream = Incoming(info, self._stream)
        self._sight.open()
        self._whole = True

    def _receive(self, picture: Picture) -> list[Message]:
        """Take in an encoded picture, and decode it if that may be worth it."""
        stream = self._stream
        if stream is None:
            return []
        packet, gate = picture.packet, stream.gate
        self._received += 1
        self._clock = packet.pts / CLOCK_RATE
        encoded = inspect(stream.info.codec, packet)
        kept = stream.keep(Waiting(packet, encoded, picture.past))
        slept = gate.asleep
        gate.take(encoded, self._clock)
        if slept and not gate.asleep:
            stream.since = gate.onset - LEAD_SECONDS
            self._pacer.restart()
        told: list[Message] = []
        if not kept:
            return []
        if self._always or not gate.asleep:
            stream.catching_up = True
        elif encoded.kind is Kind.KEY and gate.wants_glance():
            told += self._glance(stream)
        else:
            # What takes too long to catch up with is decoded beforehand.
            stream.catching_up = stream.backlog.full
            if self._asleep_pacer.due(self._clock):
                told += self._sight.sleep(gate, packet.time, self._clock)
        return told

    def _glance(self, stream: Incoming) -> list[Message]:
        """Look at a key frame, whether the gate sleeps for good reasons."""
        begin = thread_time()
        frame = stream.decode_key()
        self._count(stream, begin)
        if frame is None:
            return []
        moving, told = self._sight.glance(frame, stream.gate)
        stream.gate.glance(moving, frame.clock)
        if stream.gate.asleep and self._sight.busy:
            stream.gate.call()
        if not stream.gate.asleep:
            stream.since = frame.clock
            self._pacer.restart()
        return told

    def _catch_up(self, stream: Incoming) -> list[Message]:
        """Decode the oldest picture that waits, and look at it if it is time to."""
        waiting = stream.take()
        clock = (waiting.packet.pts + waiting.packet.offset) / CLOCK_RATE
        wanted = not waiting.past and clock >= stream.since and (self._always or not stream.gate.asleep)
        due = wanted and stream.intra and self._is_due(clock, stream.gate.woken)
        if stream.intra and not due:
            stream.leave_out()
            return []
        if stream.may_leave_out(waiting.encoded, self._pacer.fps) and not (wanted and self._sight.objects.urgent):
            return []
        begin = thread_time()
        frame = stream.decode(waiting)
        self._count(stream, begin)
        if frame is None or not wanted or not (due or self._is_due(frame.clock, stream.gate.woken)):
            return []
        late = self._newest - frame.clock > LATE_SECONDS and frame.clock > stream.gate.woken
        if late and 0 <= frame.clock - self._looked < LATE_LOOK_SECONDS:
            self._dropped += 1
            return []
        return self._look(stream, frame)

    def _count(self, stream: Incoming, begin: float) -> None:
        self._decoded += 1
        self._work += stream.pixels
        self._decode_seconds += thread_time() - begin

    def _is_due(self, clock: float, woken: float) -> bool:
        if self._pacer.due(clock):
            return True
        # What woke the decoder may be seen in any picture.
        eager = 0 <= clock - woken < EAGER_SECONDS and clock - self._looked > EAGER_SHARE / self._pacer.fps
        return eager or self._sight.objects.urgent

    def _look(self, stream: Incoming, frame: Frame) -> list[Message]:
        interval = max(1 / self._pacer.fps, stream.interval)
        moving, told = self._sight.look(frame, stream.gate, whole=self._whole, interval=interval)
        self._whole = False
        self._looked = frame.clock
        self._work += LOOK_PIXELS
        stream.gate.see(moving, frame.clock, busy=self._always or self._sight.busy)
        return told
