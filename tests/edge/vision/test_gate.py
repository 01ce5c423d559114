"""The gate: it sleeps where nothing moves, wakes for what moves, and knows when sizes tell nothing."""

from collections.abc import Callable
from math import log, sin

import pytest

from ambianic.vision.encoded import Encoded, Kind
from ambianic.vision.gate import CONSTANT_REASON, INTRA_REASON, MISSED_REASON, VARIED_REASON, Gate

from .sizes import PIXELS, Camera, during, raised, watch

CAMERAS = {
    "usual": Camera(),
    "key frame each second": Camera(gop_seconds=1),
    "key frame each 30 s": Camera(gop_seconds=30),
    "night": Camera(size=30_000, noise=0.15, decay=0.2),
    "picture each second": Camera(fps=1, gop_seconds=10),
    "B-pictures": Camera(between=2),
    "nearly nothing changes": Camera(size=60, noise=0.4, decay=0),
}


@pytest.mark.parametrize("camera", CAMERAS.values(), ids=CAMERAS)
def test_still_place_is_hardly_decoded(camera: Camera) -> None:
    """After the first seconds, of a still place little more than some key frames is decoded."""
    watched = watch(camera.pictures(240))
    assert watched.gate.reason is None
    assert watched.gate.asleep
    keys = 240 / max(camera.gop_seconds, 4)
    assert watched.decoded <= keys + 0.06 * watched.pictures + 15
    assert len(watched.wakes) <= 3


@pytest.mark.parametrize("camera", CAMERAS.values(), ids=CAMERAS)
@pytest.mark.parametrize("times", [2, 8])
def test_motion_wakes_the_decoder(camera: Camera, times: float) -> None:
    """Pictures that are so many times larger than usual wake it at once, and it stays awake while something moves."""
    visit = during((120, 130))
    watched = watch(camera.pictures(150, raised(log(times), (120, 130))), visit)
    wake = next(clock for clock in watched.wakes if clock >= 120)
    assert wake - 120 <= max(0.4 if camera.noise < 0.3 else 1, 3 / camera.fps)
    assert watched.gate.onset <= wake
    assert not [clock for clock in watched.wakes if 120 < clock < 133 and clock != wake]
    assert watched.gate.asleep


def test_what_woke_it_is_dated_back() -> None:
    """Weak motion is noticed late, and its beginning is known."""
    watched = watch(Camera().pictures(121.5, raised(0.15, (120, 130))), during((120, 130)))
    assert watched.wakes
    assert watched.wakes[-1] > 120.1
    assert abs(watched.gate.onset - 120) < 0.5


def test_sizes_learned_in_motion_are_not_usual() -> None:
    """Somebody who walks about for a minute is still motion afterwards."""
    moving = during((60, 120), (180, 190))
    watched = watch(Camera().pictures(200, raised(0.4, (60, 120), (180, 190))), moving)
    assert any(180 <= clock <= 181 for clock in watched.wakes)


CHANGES: dict[str, Callable[[float], float]] = {
    "bit-rate control": lambda clock: 0.4 if clock > 120 else 0.0,
    "rain": raised(0.6, (120, 240)),
    "night falls": lambda clock: max(0.0, min(1.5, (clock - 60) / 120)),
    "infrared goes on": lambda clock: 1.2 if clock > 120 else 0.0,
    "less than before": lambda clock: -1.0 if clock > 120 else 0.0,
    "slow waves": lambda clock: 0.2 * sin(clock / 10),
}


@pytest.mark.parametrize("level", CHANGES.values(), ids=CHANGES)
def test_changes_without_motion_become_usual(level: Callable[[float], float]) -> None:
    """It looks a few times, sees that nothing moves, and gets used to it; motion on top of it is noticed all the same."""
    visit = during((300, 305))
    watched = watch(Camera().pictures(310, lambda clock: level(clock) + (0.7 if visit(clock) else 0)), visit)
    assert watched.gate.reason is None
    assert watched.awake < 0.15
    assert any(300 <= clock <= 301 for clock in watched.wakes)


def test_false_alarms_make_it_duller() -> None:
    """A camera that sends a large picture now and then is not looked at each time."""

    def pictures() -> list[tuple[Encoded, float]]:
        sent = list(Camera().pictures(600))
        return [
            (Encoded(picture.size * 3, picture.kind) if number % 50 == 17 and picture.kind is not Kind.KEY else picture, clock)
            for number, (picture, clock) in enumerate(sent)
        ]

    watched = watch(iter(pictures()))
    assert watched.wakes
    assert len([clock for clock in watched.wakes if clock > 300]) <= 3


def test_slow_motion_is_seen_in_key_frames() -> None:
    """What does not change the sizes is found by comparing key frames."""
    watched = watch(Camera().pictures(150), during((121, 140)))
    assert [clock for clock in watched.wakes if 121 <= clock <= 127]


def test_motion_that_is_missed_again_and_again_ends_the_sleep() -> None:
    """Where sizes have nothing to do with motion, it gives up, says so, and tries again much later."""
    visits = [(60.0 * number, 60.0 * number + 15) for number in range(1, 12)]
    watched = watch(Camera().pictures(700), during(*visits))
    assert watched.gate.reason == MISSED_REASON
    assert not watched.gate.asleep
    later = watch(((picture, clock + 700) for picture, clock in Camera().pictures(1900)), gate=watched.gate)
    assert later.gate.reason is None
    assert later.gate.asleep


def test_motion_that_is_noticed_makes_up_for_what_was_missed() -> None:
    """Some misses among many visits that it woke for are no reason to give up."""
    visits = [(60.0 * number, 60.0 * number + 15) for number in range(1, 16)]
    noticed = [visit for number, visit in enumerate(visits) if number % 3]
    watched = watch(Camera().pictures(1000, raised(0.7, *noticed)), during(*visits))
    assert watched.gate.reason is None


def test_stream_of_key_frames_tells_nothing() -> None:
    """MJPEG and all-intra streams are always decoded, and it says why."""
    watched = watch((Encoded(50_000, Kind.KEY), number / 15) for number in range(100))
    assert watched.gate.reason == INTRA_REASON
    assert watched.awake == 1


def test_camera_that_is_set_to_other_pictures_is_believed() -> None:
    """A stream that gets pictures between its key frames can be slept through."""
    watched = watch((Encoded(50_000, Kind.KEY), number / 15) for number in range(100))
    after = watch(((picture, clock + 7) for picture, clock in Camera().pictures(30)), gate=watched.gate)
    assert after.gate.reason is None
    assert after.gate.asleep


def test_padding_tells_nothing() -> None:
    """Pictures that are filled up to the same size tell nothing; small ones of a still place do."""
    filled = (
        (picture if picture.kind is Kind.KEY else Encoded(12_500, picture.kind), clock)
        for picture, clock in Camera().pictures(60)
    )
    watched = watch(filled)
    assert watched.gate.reason == CONSTANT_REASON
    assert not watched.gate.asleep
    skipped = (
        (picture if picture.kind is Kind.KEY else Encoded(90, picture.kind), clock) for picture, clock in Camera().pictures(60)
    )
    assert watch(skipped).gate.asleep


def test_sizes_that_vary_wildly_tell_nothing() -> None:
    """A bit-rate control that goes up and down by itself hides motion."""
    watched = watch(Camera(noise=0.8).pictures(60))
    assert watched.gate.reason == VARIED_REASON
    assert not watched.gate.asleep


def test_clock_that_jumps_begins_with_looking() -> None:
    """Whatever the clock does, the decoder wakes, and the gate goes on from there."""
    gate = watch(Camera().pictures(60)).gate
    for offset in (-50, 500):
        gate.take(Encoded(4000, Kind.REFERENCE), 60 + offset)
        assert gate.asleep is False
        after = watch(((picture, clock + 60 + offset) for picture, clock in Camera().pictures(20)), gate=gate)
        assert after.gate.asleep


def test_another_stream_begins_with_looking() -> None:
    """After a reconnect the decoder is awake, and what was learned is kept."""
    gate = watch(Camera().pictures(60)).gate
    gate.begin()
    assert not gate.asleep
    after = watch(((picture, clock + 100) for picture, clock in Camera().pictures(20)), gate=gate)
    assert after.gate.asleep
    assert not after.wakes


def test_needed_pictures_keep_it_awake() -> None:
    """While an object is followed, pictures are decoded although none of them differs."""
    gate = Gate(PIXELS)
    clocks = []
    for picture, clock in Camera().pictures(30):
        gate.take(picture, clock)
        gate.see(False, clock, busy=clock < 20)
        clocks.append((gate.asleep, clock))
    assert not any(asleep for asleep, clock in clocks if clock < 20)
    assert clocks[-1][0]


def test_call_wakes_it_without_blame() -> None:
    """It can be woken for other reasons, which says nothing about sizes."""
    gate = watch(Camera().pictures(60)).gate
    before = gate.threshold
    gate.call()
    assert not gate.asleep
    after = watch(((picture, clock + 60) for picture, clock in Camera().pictures(20)), gate=gate)
    assert after.gate.asleep
    assert after.gate.threshold == pytest.approx(before, rel=0.3)


def test_threshold_is_what_would_wake_it() -> None:
    """The size that it shows to people who tune it is the one that counts."""
    gate = watch(Camera().pictures(60)).gate
    for number in range(20):
        gate.take(Encoded(4000 + number % 3 * 100, Kind.REFERENCE), 60 + number / 15)
        assert gate.asleep
        assert gate.threshold > gate.size
    gate.take(Encoded(round(1.1 * gate.threshold), Kind.REFERENCE), 62)
    assert not gate.asleep
    assert gate.size >= gate.threshold
