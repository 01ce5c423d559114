"""One camera's way from packets to events."""

from collections.abc import Iterable, Sequence
from time import monotonic

from ambianic.cameras.packets import StreamInfo
from ambianic.events import Box

from . import boxes, regions
from .decoder import Decoder
from .detector import Detection, Detector, merge
from .frames import Frame
from .motion import MotionDetector
from .motion_signal import MotionSignal
from .tracker import GAP_SECONDS, Track, Tracker
from .visits import Visits
from .wire import CameraStats, Happened, Picture, Stream, Watch

MAX_REGIONS = 3
"""Regions that are looked at in one picture, beside the whole."""
WHOLE_SECONDS = 1.0
"""While something moves, the whole picture is looked at so often; between, regions show what moves."""
IDLE_SECONDS = 2.0
"""Without motion, the whole picture is looked at so often, for what is slow or stands."""
PACE_SMOOTHING = 0.2
URGENT_SECONDS = 0.7
"""How long a new object can claim a look at every picture."""


class Camera:
    """Decodes a camera's packets, looks at pictures, and tells of visits."""

    def __init__(self, camera_id: str, detector: Detector) -> None:
        """Begin with no stream."""
        self._id = camera_id
        self._detector = detector
        self._decoder: Decoder | None = None
        self._motion = MotionDetector()
        self._signal = MotionSignal()
        self._tracker = Tracker({})
        self._visits = Visits(camera_id)
        self._fps_interval = 0.2
        self._stream_interval = 0.0
        self._due = 0
        self._last_clock: float | None = None
        self._last_whole = float("-inf")
        self._last_frame_at = monotonic()
        self._resumed: list[Track] = []
        self._looked = self._dropped = self._inferences = 0
        self._inference_seconds = 0.0

    @property
    def stats(self) -> CameraStats:
        """What was done so far."""
        return CameraStats(self._looked, self._dropped, self._inferences, self._inference_seconds, self._visits.sightings)

    @property
    def moving(self) -> bool:
        """Whether something moves."""
        return self._signal.moving

    def configure(self, watch: Watch) -> list[Happened]:
        """Take new settings; visits of labels that are no longer wanted end."""
        self._fps_interval = 1 / watch.fps
        self._tracker.labels = watch.labels
        for resumed in watch.resume:
            track = Track.resume(resumed.event, resumed.box, resumed.seen)
            self._visits.resume(resumed.event, track)
            self._resumed.append(track)
        unwanted = [track for track in self._tracker.tracks if track.label not in watch.labels]
        self._tracker.tracks = [track for track in self._tracker.tracks if track not in unwanted]
        return self._visits.end(unwanted)

    def step(self, messages: Iterable[Stream | Picture]) -> list[Happened]:
        """Decode the packets that have come and look at the newest picture if it is time to."""
        newest: Frame | None = None
        for message in messages:
            if isinstance(message, Stream):
                self._open(message.info)
                newest = None
            elif self._decoder is not None:
                self._due += message.due
                newest = self._decoder.decode(message.packet) or newest
        if newest is None:
            return []
        self._last_frame_at = monotonic()
        if self._last_clock is not None:
            self._stream_interval += PACE_SMOOTHING * (max(0.0, newest.clock - self._last_clock) - self._stream_interval)
        self._last_clock = newest.clock
        urgent = [track for track in self._tracker.tentative if newest.clock - track.first_clock < URGENT_SECONDS]
        if not (self._due or urgent):
            return []
        self._dropped += max(0, self._due - 1)
        happened = self._look(newest, quick=bool(urgent) and not self._due)
        self._due = 0
        return happened

    def drop(self, due: int) -> None:
        """Take note that pictures that should have been looked at were lost on the way."""
        self._dropped += due

    def tick(self) -> list[Happened]:
        """End the visits of a camera that sends no pictures any more."""
        gone = monotonic() - self._last_frame_at > max(GAP_SECONDS, 3 * self._interval)
        return self.close() if gone else []

    def close(self) -> list[Happened]:
        """End all visits, and motion."""
        self._signal = MotionSignal()
        self._tracker.tracks.clear()
        self._resumed.clear()
        return self._visits.end_all()

    @property
    def _interval(self) -> float:
        """The usual time in seconds between two pictures that are looked at."""
        return max(self._fps_interval, self._stream_interval)

    def _open(self, info: StreamInfo) -> None:
        self._decoder = Decoder(info)
        self._motion = MotionDetector()
        self._last_whole = float("-inf")
        self._due = 0

    def _look(self, frame: Frame, *, quick: bool) -> list[Happened]:
        """Look at a picture; a quick look is only for the new objects that are not certain yet."""
        for track in self._resumed:
            track.place(frame.time, frame.clock)
        self._tracker.tracks += self._resumed
        self._resumed = []
        self._looked += 1
        moving = self._motion.update(frame.luma(), frame.clock)
        self._signal.update(bool(moving), frame.clock)
        detections = self._detect(frame, moving, quick=quick) if self._tracker.labels else None
        if detections is None:
            return []
        gone = self._tracker.update(merge(detections), frame.time, frame.clock, self._interval)
        return self._visits.update(self._tracker.tracks, frame) + self._visits.end(gone)

    def _detect(self, frame: Frame, moving: Sequence[Box], *, quick: bool) -> list[Detection] | None:
        """Run the detector where it is worth it; None where it is not at all."""
        model = self._detector.model
        tracks = sorted(self._tracker.tracks, key=lambda track: (track.certain, track.seen_clock))
        if quick:
            tracks, moving = self._tracker.tentative, ()
        since_whole = frame.clock - self._last_whole
        if not (quick or moving) and since_whole < (WHOLE_SECONDS if tracks else IDLE_SECONDS):
            return None
        wanted = [boxes.clip(track.expected(frame.clock)) for track in tracks]
        wanted += [box for box in moving if not any(boxes.coverage(box, known) > 0.8 for known in wanted)]
        large = any(not regions.needs_region(box, frame.width, frame.height, model.width) for box in wanted)
        chosen = regions.choose(wanted, frame.width, frame.height, model.width, MAX_REGIONS)
        whole = large or not chosen or (not quick and since_whole >= WHOLE_SECONDS)
        detections: list[Detection] = []
        before = self._detector.runs, self._detector.seconds
        if whole:
            detections += self._detector.detect(frame.whole(model.width, model.height))
            self._last_whole = frame.clock
        for region in chosen:
            found = self._detector.detect(frame.crop(region, model.width, model.height), region)
            detections += [detection for detection in found if not boxes.cut_by(detection.box, region)]
        self._inferences += self._detector.runs - before[0]
        self._inference_seconds += self._detector.seconds - before[1]
        return detections
