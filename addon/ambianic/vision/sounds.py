"""Sounds that are events: smoke alarms, glass, barking, screams."""

from collections import deque
from dataclasses import dataclass, field, replace
import logging
import uuid

import av
import numpy as np
from numpy.typing import NDArray

from ambianic.cameras.packets import CLOCK_RATE, AudioInfo, AudioPacket
from ambianic.cameras.sound_decoder import SoundDecoder
from ambianic.config import DetectionConfig, LabelFilter
from ambianic.events import Event, Phase

from . import boxes
from .frames import Frame
from .labels import SOUNDS
from .sound_model import RATE, WINDOW, SoundModel
from .wire import Happened

_LOGGER = logging.getLogger(__name__)

HOP = WINDOW // 2
"""Samples from one window to the next, so that no short sound falls between two."""
QUIET = 0.002
"""What is not louder than this, as the root of the mean square of samples from -1 to 1, is silence: the model need not hear it."""
MAX_GAP_SECONDS = 0.5
"""Sound that is missing for longer is not bridged."""
HITS_NEEDED = {"smoke_alarm": 3}
OTHER_HITS_NEEDED = 2
"""Windows that must be as sure of it as asked for …"""
HITS_SECONDS = 4.5
"""… within this time: a smoke alarm beeps three times in four seconds, and who barks barks again."""
KEEP_FACTOR = 0.6
"""What is heard once goes on from this share of the least score."""
PAUSE_SECONDS = 10.0
"""A sound that is not heard for so long is over."""


@dataclass(slots=True)
class _Sound:
    """What was heard of one label."""

    hits: deque[float] = field(default_factory=deque)
    """The clocks of the windows that were sure of it, of late."""
    first_clock: float = 0.0
    first_time: float = 0.0
    heard_clock: float = 0.0
    heard_time: float = 0.0
    best: float = 0.0
    event: Event | None = None


class Sounds:
    """Listens to one camera."""

    def __init__(self, camera_id: str) -> None:
        """Begin with no stream and nothing to listen for."""
        self._camera_id = camera_id
        self._model: SoundModel | None = None
        self._labels: dict[str, float] = {}
        self._filters: dict[str, LabelFilter] = {}
        self._decoder: SoundDecoder | None = None
        self._resampler = _resampler()
        self._samples = np.empty(0, np.float32)
        self._expected: int | None = None
        self._sounds: dict[str, _Sound] = {}

    def configure(self, detection: DetectionConfig, model: SoundModel | None) -> list[Happened]:
        """Take settings, and the model where one of its labels is wanted; sounds that are no longer wanted end."""
        self._model = model
        self._labels = {label: score for label, score in detection.labels.items() if label in SOUNDS} if model else {}
        self._filters = detection.filters
        return self._end([label for label in self._sounds if label not in self._labels])

    def open(self, info: AudioInfo) -> None:
        """Take note that what follows is of this stream."""
        self._forget()
        try:
            self._decoder = SoundDecoder(info)
        except (ValueError, av.FFmpegError) as err:
            self._decoder = None
            _LOGGER.warning("The sound of camera %s (%s) can't be decoded: %s", self._camera_id, info.codec, err)

    def hear(self, packet: AudioPacket, frame: Frame | None = None) -> list[Happened]:
        """Listen to a packet. A sound that begins is shown by the newest picture, if there is one."""
        if self._decoder is None or self._model is None or not self._labels:
            return []
        if self._expected is not None and abs(packet.pts - self._expected) > MAX_GAP_SECONDS * CLOCK_RATE:
            self._samples = np.empty(0, np.float32)
        fresh = self._decode(packet)
        self._expected = packet.pts + round(len(fresh) * CLOCK_RATE / RATE)
        self._samples = np.concatenate([self._samples, fresh])
        happened: list[Happened] = []
        while len(self._samples) >= WINDOW:
            # The packet's times are of its first sample; what was kept from before lies earlier.
            ahead = (len(fresh) - len(self._samples) + WINDOW) / RATE
            happened += self._listen(packet.time + ahead, packet.pts / CLOCK_RATE + ahead, frame)
            self._samples = self._samples[HOP:]
        return happened

    def tick(self, silence: float) -> list[Happened]:
        """End all sounds where no packet has come for too many seconds."""
        return self.close() if silence > PAUSE_SECONDS else []

    def close(self) -> list[Happened]:
        """End all sounds."""
        self._forget()
        return self._end(list(self._sounds))

    def _decode(self, packet: AudioPacket) -> NDArray[np.float32]:
        assert self._decoder is not None
        try:
            frames = [part for frame in self._decoder.decode(packet.data) for part in self._resampler.resample(frame)]
        except (ValueError, av.FFmpegError):
            # The stream's format changed within, which the resampler refuses: begin anew.
            self._resampler = _resampler()
            return np.empty(0, np.float32)
        return np.concatenate([frame.to_ndarray()[0] for frame in frames] or [np.empty(0, np.float32)])

    def _listen(self, time: float, clock: float, frame: Frame | None) -> list[Happened]:
        """Hear one window, which ended at a time and clock."""
        assert self._model is not None
        window = self._samples[:WINDOW]
        loud = float(np.sqrt(np.mean(np.square(window)))) > QUIET
        scores = self._model.scores(window) if loud else {}
        happened: list[Happened] = []
        for label, least in self._labels.items():
            sound = self._sounds.get(label)
            if scores.get(label, 0.0) >= (KEEP_FACTOR * least if sound and sound.event else least):
                if sound is None:
                    begin = WINDOW / RATE
                    sound = self._sounds[label] = _Sound(first_clock=clock - begin, first_time=time - begin)
                happened += self._hear(label, sound, scores[label], time, clock, frame)
            elif sound and clock - sound.heard_clock > (PAUSE_SECONDS if sound.event else HITS_SECONDS):
                happened += self._end([label])
        return happened

    def _hear(self, label: str, sound: _Sound, score: float, time: float, clock: float, frame: Frame | None) -> list[Happened]:
        sound.heard_clock, sound.heard_time, sound.best = clock, time, max(sound.best, score)
        if sound.event is not None:
            return []
        sound.hits.append(clock)
        while clock - sound.hits[0] > HITS_SECONDS:
            sound.hits.popleft()
        wanted = self._filters.get(label)
        if len(sound.hits) < HITS_NEEDED.get(label, OTHER_HITS_NEEDED) or (
            wanted is not None and clock - sound.first_clock < wanted.min_seconds
        ):
            return []
        picture = b"" if frame is None else frame.jpeg()
        sound.event = Event(
            id=str(uuid.uuid4()),
            camera_id=self._camera_id,
            label=label,
            start=sound.first_time,
            score=sound.best,
            box=boxes.WHOLE,
            snapshot=bool(picture),
        )
        return [Happened(Phase.START, sound.event, picture)]

    def _end(self, labels: list[str]) -> list[Happened]:
        ended = []
        for label in labels:
            sound = self._sounds.pop(label)
            if sound.event is not None:
                event = replace(sound.event, score=sound.best, end=max(sound.heard_time, sound.event.start))
                ended.append(Happened(Phase.END, event))
        return ended

    def _forget(self) -> None:
        """Forget the sound that was kept for the next window."""
        self._resampler = _resampler()
        self._samples = np.empty(0, np.float32)
        self._expected = None


def _resampler() -> av.AudioResampler:
    return av.AudioResampler("flt", "mono", RATE)
