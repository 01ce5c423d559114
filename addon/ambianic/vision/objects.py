"""Where to look in a camera's pictures, and what is there: detections, objects that are followed or rest, visits."""

from collections.abc import Mapping, Sequence
import itertools
from time import thread_time

from ambianic.config import DetectionConfig
from ambianic.events import Box

from . import boxes, regions
from .accounts import Looked, account
from .appearance import appearance
from .attention import Attention
from .detector import Detection, Detector
from .frames import Frame
from .judge import Judge
from .labels import FACE, FALL
from .look import Verdict
from .merging import family, join
from .occupancy import Occupancy
from .regions import Want
from .resting import VEHICLES
from .track import Track
from .tracker import GAP_SECONDS, KEEP_FACTOR, Tracker
from .visits import Visits
from .wire import Message, Resting, Rests, Resumed

URGENT_SECONDS = 0.5
"""How long a new object can claim a look at every picture."""
QUICK = 0.6
"""A look that comes sooner than this share of the usual interval is only for new objects."""
SHOWN = 0.3
"""An object counts as looked at where a region shows it so clearly."""
ANEW_SECONDS = 2.0
"""After a start, what is found within this time was there."""
APPEARED_REACH = 1.0
"""What is farther from where it was first found, in sizes, has moved, even if motion was not seen."""
VEHICLE_SECONDS = 60.0
"""The visit of a vehicle ends once it has stood for so long."""
MISSES = 3
MISSED_SECONDS = 20.0
"""An object that rests has left once it was looked for in vain so often, over so long."""
REMEMBER_SECONDS = 24 * 3600.0
"""A place where something rested is remembered for so long: it may only be too dark to see it."""
MAX_RESTING = 64
SAME_PLACE = 0.5
"""Boxes that overlap so much are at the same place."""
PERSON, PERSON_SCORE = "person", 0.5
"""Who is followed without an event of its own where faces or falls are wanted but people are not."""


class Objects:
    """The objects before one camera. All decisions go by the pictures' clock, so that footage can be looked at faster than it came."""

    def __init__(self, camera_id: str, detector: Detector) -> None:
        """Know of nothing and look for nothing; `configure` comes next."""
        self._camera_id = camera_id
        self._detector = detector
        self._detection = DetectionConfig(labels={})
        self._judge = Judge(self._detection)
        self._tracker = Tracker({})
        self._attention = Attention()
        self._visits = Visits(camera_id)
        self._resumed: list[Track] = []
        self._interval = 0.2
        self._clock = 0.0
        self._time = 0.0
        self._anew = 0.0
        self._occupancy = Occupancy(camera_id)
        self._rests: tuple[Resting, ...] = ()
        self.looked = Looked()
        """What the last look or glance saw."""
        self.inferences = 0
        self.inference_seconds = 0.0
        self.tracking_seconds = 0.0
        """Counts since the beginning, in seconds of the processor; tracking is all of the work here but the detector's."""

    @property
    def tracks(self) -> Sequence[Track]:
        """The objects that are followed or rest."""
        return self._tracker.tracks

    @property
    def urgent(self) -> bool:
        """Whether a new object wants a look at every picture for a moment."""
        return any(self._is_urgent(track) for track in self._tracker.tentative)

    @property
    def active(self) -> bool:
        """Whether something is followed that does not rest, so that pictures are needed."""
        return bool(self._resumed) or any(not track.rest.resting for track in self._tracker.tracks)

    @property
    def sightings(self) -> Mapping[str, tuple[float, Box]]:
        """Where the object of each event that goes on was seen last, and when (Unix time)."""
        return self._visits.sightings

    def configure(self, detection: DetectionConfig, resume: Sequence[Resumed], resting: Sequence[Resting]) -> list[Message]:
        """Take new settings; visits of labels that are no longer wanted end.

        `resume` are visits that another process began, and `resting` what rested then.
        """
        self._detection = detection
        self._judge.configure(detection)
        self._occupancy.configure(detection.zones)
        followed = {PERSON: PERSON_SCORE} if {FACE, FALL} & set(detection.labels) else {}
        self._tracker.labels = followed | detection.labels
        unwanted = [track for track in self._tracker.tracks if track.label not in self._tracker.labels]
        self._forget(unwanted)
        ended = self._visits.end(track for track in self._visits.tracks if track.label not in detection.labels)
        for resumed in resume:
            track = Track.resume(self._tracker.number(), resumed.event, resumed.box, resumed.seen)
            track.visited = dict.fromkeys(resumed.event.zones)
            self._visits.resume(resumed.event, track)
            self._resumed.append(track)
        for thing in resting[:MAX_RESTING]:
            if thing.label in self._tracker.labels:
                self._restore(thing)
        self._rests = tuple(resting)
        return [*ended, *self._tell_rests()]

    def look(self, frame: Frame, moving: Sequence[Box], *, whole: bool, interval: float) -> list[Message]:
        """Look at a picture, in which something moves at some places.

        `whole` asks for one run over the whole picture, as after a start. `interval` is the usual time in seconds from look to look.
        """
        quick = not whole and self.urgent and frame.clock - self._clock < QUICK * interval
        self._interval = interval
        if whole:
            self._anew = frame.clock
        return self._see(frame, moving, whole=whole, quick=quick)

    def glance(self, frame: Frame, moving: Sequence[Box]) -> list[Message]:
        """Take in a key frame of a stream that is asleep: what rests is checked where that is due or something moves there."""
        return self._see(frame, moving, whole=False, quick=False)

    def tick(self, silence: float) -> list[Message]:
        """End all visits where no picture has come for too many seconds."""
        return self._leave() if silence > max(GAP_SECONDS, 3 * self._interval) else []

    def close(self) -> list[Message]:
        """End all visits."""
        return self._leave()

    def _is_urgent(self, track: Track) -> bool:
        """Whether an object may be an event in a moment. What is parked is none, and among others it takes longer to be certain."""
        new = not track.certain and self._clock - track.first_clock < URGENT_SECONDS
        return new and not track.rest.parked and not track.crowded

    def _see(self, frame: Frame, moving: Sequence[Box], *, whole: bool, quick: bool) -> list[Message]:
        begin, before = thread_time(), self.inference_seconds
        self._advance(frame)
        aspect = self._tracker.aspect = self._judge.aspect = frame.width / frame.height
        told: list[Message] = []
        looked: list[Box] = []
        raw: list[list[Detection]] = []
        cut: list[Detection] = []
        if self._tracker.labels:
            tracks = [track for track in self._tracker.tracks if not quick or self._is_urgent(track)]
            wants = self._attention.wants(tracks, self._visits.tracks, () if quick else moving, frame.clock, aspect)
            looked, seconds = self._choose(wants, frame, whole=whole, quick=quick), self._detector.seconds
            raw, cut = self._detect(frame, looked)
            told += self._follow(raw, looked, moving, frame)
        told += [*self._end_rests(), *self._tell_rests(), *self._tell_occupied()]
        self.looked = Looked()
        if self._tracker.labels:
            self.looked = account(
                looked,
                raw,
                cut,
                {track: self._verdict(track) for track in self._tracker.tracks},
                believes=self._judge.believes,
                event_id=self._visits.event_id,
                inference_ms=1000 * (self._detector.seconds - seconds),
            )
        self.tracking_seconds += thread_time() - begin - (self.inference_seconds - before)
        return told

    def _advance(self, frame: Frame) -> None:
        """Take in the time of a picture. A clock that went back takes all that is remembered with it."""
        back = self._clock - frame.clock
        if back > 0:
            for track in self._tracker.tracks:
                track.shift(-back)
            self._anew -= back
            self._attention = Attention()
        for track in self._resumed:
            track.place(frame.time, frame.clock)
        self._tracker.tracks += self._resumed
        self._resumed = []
        self._clock, self._time = frame.clock, frame.time

    def _choose(self, wants: Sequence[Want], frame: Frame, *, whole: bool, quick: bool) -> list[Box]:
        """The regions to look at: a few at most; only one for an extra look."""
        allowance = self._attention.allowance(frame.clock)
        count = min(1, allowance) if quick else allowance
        chosen = regions.plan(wants, frame.width, frame.height, self._detector.model.width, count)
        if whole and boxes.WHOLE not in chosen:
            chosen = [boxes.WHOLE, *chosen]
        return chosen

    def _detect(self, frame: Frame, looked: Sequence[Box]) -> tuple[list[list[Detection]], list[Detection]]:
        """What the detector finds in each region, and what their edges cut off."""
        begin = thread_time()
        model = self._detector.model
        raw: list[list[Detection]] = []
        cut: list[Detection] = []
        for region in looked:
            shape = frame.width * (region[2] - region[0]) / (frame.height * (region[3] - region[1]))
            size = model.picture_size(shape)
            picture = frame.whole(*size) if region == boxes.WHOLE else frame.crop(region, *size)
            raw.append([])
            for detection in self._detector.detect(picture, region):
                (cut if boxes.cut_by(detection.box, region) else raw[-1]).append(detection)
            self.inferences += 1
        self.inference_seconds += thread_time() - begin
        return raw, cut

    def _follow(
        self, raw: Sequence[Sequence[Detection]], looked: Sequence[Box], moving: Sequence[Box], frame: Frame
    ) -> list[Message]:
        """Take in what was found: follow it, let it rest, and tell of visits."""
        sure, unsure = [], []
        for detection in join([[one for one in found if one.label in self._tracker.labels] for found in raw]):
            verdict = self._judge.believes(detection.label, detection.score, detection.box)
            if verdict is Verdict.LABEL_OFF and detection.score >= self._tracker.labels[detection.label]:
                verdict = None
            if verdict is None:
                sure.append(detection)
            elif verdict is not Verdict.MASKED and detection.score >= KEEP_FACTOR * self._tracker.labels[detection.label]:
                unsure.append(detection)
        looks = {found: appearance(frame.rgb(), found.box) for found in (*sure, *unsure)}
        gone = self._tracker.update(sure, unsure, frame.time, frame.clock, self._interval, looks)
        self._note_looked(looked, frame)
        self._attention.note(looked, moving, self._tracker.tracks, frame.clock)
        for track in self._tracker.tracks:
            if track.detection is not None:
                got_up = track.rest.see(track.box, moving, frame.time, frame.clock, self._tracker.aspect, certain=track.certain)
                if got_up and track not in self._visits.tracks:
                    track.begin(frame.time, frame.clock)
                self._occupancy.place(track, self._judge, frame.clock)
        told = self._visits.update([track for track in self._tracker.tracks if self._verdict(track) is Verdict.EVENT], frame)
        told += self._visits.end(gone)
        self._forget(gone)
        return list(told)

    def _note_looked(self, looked: Sequence[Box], frame: Frame) -> None:
        """Take note of the objects that were looked at, also of those that were not found."""
        tracks = self._tracker.tracks
        if not tracks or not looked:
            return
        places = [boxes.clip(track.expected(frame.clock, self._tracker.aspect)) for track in tracks]
        shown = regions.clearness(places, looked, frame.width, frame.height, self._detector.model.width).max(axis=0) >= SHOWN
        for track in itertools.compress(tracks, shown):
            track.looked_clock = frame.clock
            if track.detection is None:
                track.rest.misses += 1

    def _has_appeared(self, track: Track) -> bool:
        """Whether an object has not come but is seen at once, where nothing moved: as a shape that looks like it in another light.

        What stands there at the first look is an object all the same.
        """
        if track.first_clock < self._anew + ANEW_SECONDS or track.rest.stirred_clock > float("-inf"):
            return False
        return boxes.distance(track.first_box, track.box, self._tracker.aspect) < APPEARED_REACH

    def _verdict(self, track: Track) -> Verdict:
        """Whether an object is an event, and why not."""
        if self._visits.event_id(track) is not None:
            return Verdict.EVENT
        if track.label not in self._detection.labels:
            return Verdict.LABEL_OFF
        if not track.certain:
            return Verdict.TOO_SHORT
        if track.rest.parked or self._has_appeared(track):
            return Verdict.PARKED
        return self._judge.may_alarm(track.label, self._clock - track.first_clock, track.visited) or Verdict.EVENT

    def _end_rests(self) -> list[Message]:
        """End the visits of what has rested for long or is gone, and forget what was gone for very long."""
        told: list[Message] = []
        for track in [track for track in self._tracker.tracks if track.rest.resting]:
            away = self._clock - track.seen_clock
            gone = track.rest.misses >= MISSES and away >= MISSED_SECONDS
            stands = track.family in VEHICLES and self._clock - track.rest.anchor_clock >= VEHICLE_SECONDS
            if (gone or stands) and track in self._visits.tracks:
                told += self._visits.end([track], track.seen_time if gone else self._time)
                track.rest.park()
            if away > REMEMBER_SECONDS or (gone and self._is_taken(track)):
                self._forget([track])
        return told

    def _is_taken(self, lost: Track) -> bool:
        """Whether something else rests where something rested before."""
        return any(
            track is not lost
            and track.rest.resting
            and track.family == lost.family
            and track.rest.misses < MISSES
            and boxes.overlap(track.box, lost.box) > SAME_PLACE
            for track in self._tracker.tracks
        )

    def _restore(self, thing: Resting) -> None:
        """Expect an object that rested when another process looked."""
        kin = family(thing.label)
        known = [track for track in (*self._resumed, *self._tracker.tracks) if track.family == kin]
        same = next((track for track in known if boxes.overlap(track.box, thing.box) > SAME_PLACE), None)
        track = same or Track.restore(self._tracker.number(), thing.label, thing.box, thing.since)
        track.rest.resting = True
        if same is None:
            self._resumed.append(track)

    def _forget(self, tracks: Sequence[Track]) -> None:
        for track in tracks:
            self._judge.forget(track.number)
        self._tracker.tracks = [track for track in self._tracker.tracks if track not in tracks]

    def _leave(self) -> list[Message]:
        """End all visits; of the objects, only what rests is still expected to be there."""
        self._resumed = [track for track in self._resumed if track.rest.resting]
        self._forget([track for track in self._tracker.tracks if not track.rest.resting])
        for track in (*self._resumed, *self._tracker.tracks):
            track.rest.park()
        return [*self._visits.end_all(), *self._tell_occupied()]

    def _tell_rests(self) -> list[Message]:
        rests = tuple(
            Resting(track.label, track.rest.anchor, track.rest.anchor_time)
            for track in (*self._resumed, *self._tracker.tracks)
            if track.rest.resting
        )[-MAX_RESTING:]
        if rests == self._rests:
            return []
        self._rests = rests
        return [Rests(self._camera_id, rests)]

    def _tell_occupied(self) -> list[Message]:
        there = [
            track
            for track in self._tracker.tracks
            if not (track.rest.resting and track.rest.misses >= MISSES)
            if self._verdict(track) in {Verdict.EVENT, Verdict.PARKED}
        ]
        return self._occupancy.tell(there, self._clock)
