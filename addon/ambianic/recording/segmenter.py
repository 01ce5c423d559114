"""From packets to the fragments of segments."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
import logging

import av

from ambianic.cameras import annexb
from ambianic.cameras.packets import CLOCK_RATE, AudioInfo, AudioPacket, Packet

from .mp4 import entries, write
from .sound import Piece, Sound, sound_of
from .wall_clock import WallClock

SEGMENT_SECONDS = 30
"""A segment ends at the first key frame after so long."""
GROUP_SECONDS = 2.1
"""A group of pictures that is no longer than that is a fragment: players can begin with each of these."""
FRAGMENT_SECONDS = 1.2
"""Longer ones are cut into fragments of so much: what is not written yet is lost when the power fails."""
LEAST_SECONDS = 0.5
"""Key frames that follow each other sooner do not begin a fragment each."""
SOUND_SECONDS = 0.5
"""How long pictures wait for the sound that belongs to them."""
SILENT_SECONDS = 2.0
"""After so long without any, the camera has no sound."""
GAP_SECONDS = 0.1
"""Sound whose time stamps jump by less goes on without a gap."""
MAX_SOUND = 10_000
"""Pieces of sound that wait for their pictures: more than a whole pre-roll has."""
DEFAULT_FPS = 15

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a segment begins with: the bytes before its fragments, its codecs (RFC 6381) and the Unix time of its first picture."""

    init: bytes
    codecs: str
    start: float


@dataclass(frozen=True, slots=True)
class Made:
    """A fragment, and the opening of its segment where it is the first. `row` is what the table of fragments says of it."""

    data: bytes
    row: write.Row
    opening: Opening | None = None


@dataclass(slots=True)
class _Segment:
    """The segment that is made now: the time stamp of its first picture, and where its sound ends (in ticks of its track)."""

    begin: int
    sound: Sound | None
    fragments: int = 0
    heard: int = 0


class Segmenter:
    """Makes fragments of one run of a stream. H.264 and H.265 in Annex B, and any sound. To be used on one thread."""

    def __init__(self, codec: str, size: tuple[int, int], sound: AudioInfo | None, *, fps: float | None = None) -> None:
        """Expect pictures of a codec and size in pixels."""
        self._codec = codec
        self._size = size
        self._sound_info = sound
        self._sound: Sound | None = None
        self._frame_ticks = round(CLOCK_RATE / (fps or DEFAULT_FPS))
        self._clock = WallClock()
        self._pictures: list[Packet] = []
        self._pieces: deque[Piece] = deque(maxlen=MAX_SOUND)
        self._last_key = 0
        """The key frame with which a fragment began last."""
        self._newest_key: int | None = None
        self._group = 0
        """How long the last group of pictures was."""
        self._newest_sound: int | None = None
        self._segment: _Segment | None = None
        self._renew = False

    def add(self, video: Sequence[Packet], sound: Sequence[AudioPacket]) -> list[Made]:
        """Take what comes next, pictures and sound in order, and return what is complete by that."""
        for heard in sound:
            self._hear(heard)
        for packet in video:
            if self._clock.update(packet):
                _LOGGER.info("The clock was set: a new segment begins")
                self.restart()
            if packet.keyframe:
                self._group = 0 if self._newest_key is None else packet.pts - self._newest_key
                self._newest_key = packet.pts
            if self._pictures or packet.keyframe or self._segment:
                self._pictures.append(packet)
        made = []
        while count := self._complete():
            made += self._make(count, self._pictures[count].pts)
        return made

    def finish(self) -> list[Made]:
        """The rest. What follows begins a new segment."""
        made = []
        if self._pictures:
            self._frame_ticks = self._interval()
            made = self._make(len(self._pictures), self._pictures[-1].pts + self._frame_ticks)
        self._segment = None
        self._pieces.clear()
        return made

    def restart(self) -> None:
        """Begin a new segment at the next key frame."""
        self._renew = True

    def _hear(self, packet: AudioPacket) -> None:
        if self._sound_info is None:
            return
        try:
            if self._sound is None:
                self._sound = sound_of(self._sound_info, packet)
            self._pieces.extend(self._sound.pieces(packet))
        except (ValueError, av.FFmpegError) as err:
            _LOGGER.warning("The sound can't be recorded: %s", type(err).__name__)
            self._sound_info = self._sound = None
            return
        self._newest_sound = packet.pts

    def _complete(self) -> int:
        """How many of the pictures make up the next fragment; 0 while it is not complete."""
        pictures = self._pictures
        if not pictures:
            return 0
        first, newest = pictures[0].pts, pictures[-1].pts
        if newest - first < LEAST_SECONDS * CLOCK_RATE:
            return 0
        longest = (GROUP_SECONDS if self._group <= GROUP_SECONDS * CLOCK_RATE else FRAGMENT_SECONDS) * CLOCK_RATE
        for count, packet in enumerate(pictures[1:], 1):
            key = packet.keyframe and packet.pts - self._key_before(count) >= LEAST_SECONDS * CLOCK_RATE
            if key or packet.pts - first >= longest:
                waits = self._has_sound(newest) and (self._newest_sound or 0) < packet.pts
                return 0 if waits and newest - packet.pts < SOUND_SECONDS * CLOCK_RATE else count
        return 0

    def _key_before(self, count: int) -> int:
        return self._pictures[0].pts if self._pictures[0].keyframe else self._last_key

    def _has_sound(self, newest: int) -> bool:
        return (
            self._sound is not None
            and self._newest_sound is not None
            and newest - self._newest_sound < SILENT_SECONDS * CLOCK_RATE
        )

    def _make(self, count: int, end: int) -> list[Made]:
        """The fragment of the first pictures, which last until `end`; none where they can't be recorded."""
        pictures, self._pictures = self._pictures[:count], self._pictures[count:]
        first = pictures[0]
        opening = None
        if first.keyframe:
            self._last_key = first.pts
            opening = self._open(first, end)
        segment = self._segment
        if segment is None:
            return []
        segment.fragments += 1
        ends = [*(packet.pts for packet in pictures[1:]), end]
        video = [
            write.Sample(
                _with_lengths(packet.data),
                packet.pts - segment.begin,
                following - packet.pts,
                packet.keyframe,
                packet.offset,
            )
            for packet, following in zip(pictures, ends, strict=True)
        ]
        data = write.fragment(segment.fragments, video, self._sound_until(end, segment))
        return [Made(data, write.Row(len(data), end - first.pts, first.keyframe), opening)]

    def _open(self, first: Packet, end: int) -> Opening | None:
        """Begin a segment with a key frame, if it is time to; `end` is that of its first fragment."""
        while self._pieces and self._pieces[0].pts < first.pts and (self._segment is None or self._segment.sound is None):
            self._pieces.popleft()
        known = self._segment
        heard = bool(self._pieces) and self._pieces[0].pts < end
        if known is not None and known.sound is not None:
            heard = heard or self._has_sound(end)
        sound = self._sound if heard else None
        if (
            known is not None
            and not self._renew
            and (known.sound is not None) == heard
            and first.pts - known.begin < SEGMENT_SECONDS * CLOCK_RATE
        ):
            return None
        while self._pieces and self._pieces[0].pts < first.pts:
            self._pieces.popleft()
        try:
            picture = entries.video(self._codec, *self._size, first.data)
        except entries.UnknownFormat as err:
            _LOGGER.warning("Pictures can't be recorded: %s", err)
            self._segment = None
            return None
        self._segment, self._renew = _Segment(first.pts, sound), False
        codecs = picture.codec if sound is None else f"{picture.codec},{sound.entry.codec}"
        video = write.Track((picture,), write.VIDEO_SCALE, self._size)
        audio = None if sound is None else write.Track((sound.entry,), sound.scale)
        return Opening(write.init(video, audio), codecs, self._clock.time(first.pts))

    def _sound_until(self, end: int, segment: _Segment) -> list[write.Sample]:
        """The sound before a time stamp. What comes late goes into the next fragment."""
        samples: list[write.Sample] = []
        if segment.sound is None:
            return samples
        scale = segment.sound.scale
        while self._pieces and self._pieces[0].pts < end:
            piece = self._pieces.popleft()
            time = round((piece.pts - segment.begin) * scale / CLOCK_RATE)
            if time < segment.heard - GAP_SECONDS * scale:
                continue
            if not segment.heard or time > segment.heard + GAP_SECONDS * scale:
                if samples:
                    samples[-1] = replace(samples[-1], duration=time - samples[-1].time)
                segment.heard = max(time, segment.heard)
            samples.append(write.Sample(piece.data, segment.heard, piece.duration))
            segment.heard += piece.duration
        return samples

    def _interval(self) -> int:
        """The usual time between two pictures."""
        stamps = [packet.pts for packet in self._pictures]
        return stamps[-1] - stamps[-2] if len(stamps) > 1 else self._frame_ticks


def _with_lengths(data: bytes) -> bytes:
    """Annex B as MP4 has it: the length of each unit in front of it."""
    parts = []
    for _, start, end in annexb.units(data):
        unit = data[start:end].rstrip(b"\x00")
        parts += [len(unit).to_bytes(4), unit]
    return b"".join(parts)
