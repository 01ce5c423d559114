"""The activity gate: tells from the sizes of encoded pictures when something may move, so that nothing else need be decoded.

In a still place, a picture is about as large as those at the same place after the key frames before. What is larger adds up to
evidence (a cumulative sum over the logarithms of the sizes); enough of it wakes the decoder. The gate is told what the decoded
pictures show, and so judges itself: it learns the usual sizes where nothing moves, gets duller when it wakes for nothing, keener
when it slept through motion, and gives up where it does so again and again.
"""

from math import exp, log
from typing import Literal

from .encoded import Encoded, Kind
from .usual import Usual

START_SECONDS = 1.0
START_PICTURES = 12
"""The first pictures are all decoded, at least for so long and so many."""
LEARNED_PICTURES = 200
YOUNG_SECONDS = 30.0
"""Little is known of a stream before."""
SURE_DEVIATION = 0.2
UNSURE_SECONDS = 5.0
"""Where sizes seem to vary by more at first, all pictures are decoded for so long."""
STILL_SECONDS = 3.0
"""After motion, the decoder goes on until nothing has moved for so long, …"""
NOTHING_SECONDS = 0.8
NOTHING_PICTURES = 3
"""… and where it was woken for nothing, at least for so long and so many pictures."""
DRIFT = 0.5
EVIDENCE = 8.0
"""Each picture adds its excess in standard deviations less the drift; so much wakes the decoder."""
MAX_EXCESS = 9.0
MAX_BACK_SECONDS = 2.0
"""What woke the decoder began at most so long ago."""
MIN_GAIN, MAX_GAIN = 0.5, 4.0
DULLER, KEENER = 1.3, 1 / 1.6
MISSES = 4
"""The gate gives up where it has slept through motion so many times more than it woke for motion, …"""
RETRY_SECONDS = 1800.0
"""… and tries again after so long."""
GLANCE_SECONDS = 2.5
FIRST_GLANCE_SECONDS = 0.7
"""The least time between two key frames that are decoded while asleep, and as long as little is known of their sizes."""
CHECK_SECONDS = 3.5
"""As long as little is known, it does not sleep for longer without a glance."""
LEAST_PART = 0.0001
"""Bytes per pixel below which sizes differ by chance."""
CONSTANT = 0.004
CONSTANT_PART = 0.001
CONSTANT_PICTURES = 60
"""So many pictures whose sizes differ by less (a share), though they are not next to nothing (bytes per pixel), tell nothing."""
VARIED_DEVIATION = 0.35
VARIED_PICTURES = 60
"""Sizes whose logarithms deviate by so much where nothing moves, after so many pictures, hide motion."""
INTRA_PICTURES = 20
"""So many key frames one after another make a stream of nothing else."""
GAP_SECONDS = 60.0
"""A clock that jumps by so much is another time: begin with looking."""
ASLEEP_SHARE, STILL_SHARE = 0.01, 0.15
"""How much of a picture's excess becomes usual: where it is only assumed that nothing moves, and where it has been seen."""
FAR = 3.0
"""A picture that is smaller than usual by so many standard deviations is no motion either."""

INTRA_REASON = "Each picture of this camera stands for itself, so the sizes of its pictures don't tell when something moves."
CONSTANT_REASON = "All pictures of this camera have the same size, so their sizes don't tell when something moves."
VARIED_REASON = (
    "The sizes of this camera's pictures vary so much by themselves that they don't tell when something moves. "
    "A variable bit rate (VBR) in the camera's settings would save work."
)
MISSED_REASON = "The sizes of this camera's pictures don't tell reliably when something moves."

type Cause = Literal["start", "call", "size", "glance"]


class Gate:
    """Decides for one stream when its pictures are decoded. Clocks are of the stream, in seconds."""

    def __init__(self, pixels: int) -> None:
        """Begin with a stream whose pictures have so many pixels: awake."""
        self._pixels = pixels
        self.asleep = False
        self.reason: str | None = None
        """A sentence for people that says why sizes are not used; None while they are."""
        self.size = 0
        self.threshold = 0
        """The last picture's size, and the one from which it would have woken the decoder; 0 where that is not known."""
        self.onset = 0.0
        """When what woke the decoder last began."""
        self._usual: dict[Kind, Usual] = {}
        self._place = self._keys = 0
        self._level = 0.0
        """What all sizes are larger than usual by now (a logarithm), as by more noise."""
        self._evidence = 0.0
        self._began = 0.0
        """When the evidence began to be more than nothing."""
        self._gain = 1.0
        self._misses = 0
        self._gave_up = 0.0
        self._constant = self._varied = self._before = 0
        self._clock: float | None = None
        self._glanced = self._begun = 0.0
        self._cause: Cause = "start"
        self.woken = 0.0
        """When the decoder was woken last."""
        self._moves = False
        self._moved = float("-inf")
        self._still = 0

    def begin(self) -> None:
        """Take note that a stream like the one before begins: awake."""
        self.asleep, self._clock, self._place, self._keys = False, None, 0, 0

    def call(self) -> None:
        """Wake the decoder for other reasons than motion."""
        if self.asleep and self._clock is not None:
            self.onset = self._clock
            self._wake("call")

    def take(self, picture: Encoded, clock: float) -> bool:
        """Take in the next encoded picture; return whether it wakes the decoder."""
        if self._clock is None or not 0 <= clock - self._clock < GAP_SECONDS:
            self._clock = self._glanced = self._begun = self.onset = clock
            self._evidence = 0.0
            self._wake("start")
        self._clock = clock
        self.size, self.threshold = picture.size, 0
        if self.reason in {MISSED_REASON, VARIED_REASON} and clock - self._gave_up > RETRY_SECONDS:
            self.reason, self._misses, self._gain = None, 0, 1.0
        if picture.kind is Kind.KEY:
            self._place = 0
            self._keys += 1
            if self._keys == INTRA_PICTURES:
                self._give_up(INTRA_REASON)
            return False
        self._keys = 0
        if self.reason == INTRA_REASON:
            self.reason = None
        self._watch_constant()
        self._place += 1
        self._weigh(picture)
        if self.asleep and self._young and clock - self._glanced > CHECK_SECONDS:
            # There are no key frames to see whether it sleeps for good reasons.
            self.call()
            return True
        if not self.asleep or self._evidence < EVIDENCE * self._gain:
            return False
        self._wake("size")
        self.onset = max(self._began, clock - MAX_BACK_SECONDS)
        return True

    def wants_glance(self) -> bool:
        """Whether the key frame that was taken in last is to be decoded though nothing seems to move."""
        return self._clock is not None and not 0 <= self._clock - self._glanced < self._glance_seconds

    @property
    def _glance_seconds(self) -> float:
        return FIRST_GLANCE_SECONDS if self._young else GLANCE_SECONDS

    @property
    def _young(self) -> bool:
        """Whether little is known of the stream."""
        assert self._clock is not None
        return self._seen < LEARNED_PICTURES and self._clock - self._begun < YOUNG_SECONDS

    def glance(self, moving: bool, clock: float) -> bool:
        """Take in what a key frame that was decoded while asleep shows; return whether it wakes the decoder."""
        self._glanced = clock
        if moving and self.asleep:
            self.onset = clock
            self._wake("glance")
        return not self.asleep

    def see(self, moving: bool, clock: float, *, busy: bool) -> None:
        """Take in what a decoded picture shows; `busy` says that pictures are needed all the same. May fall asleep."""
        self._glanced = clock
        self._still = 0 if moving else self._still + 1
        if moving and not self._moves:
            self._moves = True
            self._judge(found=True)
        if moving:
            self._moved = clock
        if self.reason is None and not busy and self._may_sleep(clock):
            if not self._moves:
                self._judge(found=False)
            self.asleep, self._evidence = True, 0.0

    def _wake(self, cause: Cause) -> None:
        assert self._clock is not None
        self.asleep, self._cause, self.woken = False, cause, self._clock
        self._moves, self._moved, self._still = False, float("-inf"), 0

    def _may_sleep(self, clock: float) -> bool:
        if self._seen < START_PICTURES:
            return False
        awake = clock - self.woken
        sure = all(usual.deviation < SURE_DEVIATION for usual in self._usual.values()) or awake >= UNSURE_SECONDS
        return (
            self._still >= NOTHING_PICTURES
            and (awake >= START_SECONDS and sure if self._cause == "start" else awake >= NOTHING_SECONDS)
            and clock - self._moved >= STILL_SECONDS
        )

    @property
    def _seen(self) -> int:
        return sum(usual.seen for usual in self._usual.values())

    def _judge(self, *, found: bool) -> None:
        """Learn from what waking was good for."""
        if self._cause == "size" and found:
            self._misses = max(0, self._misses - 1)
        elif self._cause == "size" and self._seen >= LEARNED_PICTURES:
            self._gain = min(MAX_GAIN, self._gain * DULLER)
        elif self._cause == "glance" and found and self._evidence < EVIDENCE * self._gain / 2:
            self._misses += 1
            self._gain = max(MIN_GAIN, self._gain * KEENER)
            if self._misses >= MISSES:
                self._give_up(MISSED_REASON)

    def _give_up(self, reason: str) -> None:
        assert self._clock is not None
        self.reason, self._gave_up = reason, self._clock
        if self.asleep:
            self.onset = self._clock
            self._wake("start")

    def _watch_constant(self) -> None:
        before, self._before = self._before, self.size
        if self.size > CONSTANT_PART * self._pixels and abs(self.size - before) <= CONSTANT * self.size:
            self._constant, self._varied = self._constant + 1, 0
            if self._constant == CONSTANT_PICTURES:
                self._give_up(CONSTANT_REASON)
        else:
            self._constant, self._varied = 0, self._varied + 1
            if self._varied == CONSTANT_PICTURES and self.reason == CONSTANT_REASON:
                self.reason = None

    def _weigh(self, picture: Encoded) -> None:
        """Add a picture to the evidence, and to what is usual if nothing moves."""
        least = LEAST_PART * self._pixels
        usual = self._usual.get(picture.kind)
        if usual is None:
            usual = self._usual[picture.kind] = Usual()
        value = log(picture.size + least) - self._level
        expected = usual.expect(self._place)
        assert self._clock is not None
        if expected is not None:
            mean, deviation = expected
            room = min(EVIDENCE * self._gain - self._evidence + DRIFT, MAX_EXCESS)
            self.threshold = max(0, round(exp(mean + self._level + room * deviation) - least))
            gained = min((value - mean) / deviation, MAX_EXCESS) - DRIFT
            if self._evidence <= 0 < gained:
                self._began = self._clock
            self._evidence = min(max(0.0, self._evidence + gained), EVIDENCE * self._gain)
        still = self._clock - self._moved > STILL_SECONDS / 2 and (self._still or self._cause == "start")
        if not (self.asleep or still):
            return
        if expected is not None and usual.knows(self._place):
            excess = value - mean
            usual.spread(excess)
            if self.asleep and excess > -FAR * deviation:
                # What may be motion after all is not to become usual before it has woken the decoder.
                excess = max(-deviation, min(deviation, excess))
                value = mean + excess
                self._level += ASLEEP_SHARE * excess
            else:
                self._level += STILL_SHARE * min(FAR * deviation, excess)
        usual.learn(self._place, value)
        if usual.seen >= VARIED_PICTURES and usual.deviation > VARIED_DEVIATION and self.reason is None:
            self._give_up(VARIED_REASON)
