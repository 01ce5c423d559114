"""Which time it was when a picture was taken."""

from ambianic.cameras.packets import CLOCK_RATE, Packet
from ambianic.recording.wall_clock import WallClock

BEGIN = 1_800_000_000.0


def picture(seconds: float, *, late: float = 0.0, offset: float = 0.0) -> Packet:
    """The picture of a moment, which arrives late; `offset` is by what the clock was set."""
    return Packet(b"", round(seconds * CLOCK_RATE), BEGIN + seconds + late + offset, keyframe=True)


def test_the_quickest_packet_counts() -> None:
    """Key frames take longer than others."""
    clock = WallClock()
    for number in range(100):
        assert not clock.update(picture(number / 10, late=0.4 if number % 20 == 0 else 0.02))
    assert abs(clock.time(10 * CLOCK_RATE) - (BEGIN + 10.02)) < 0.01


def test_clocks_that_do_not_go_alike_are_followed() -> None:
    """A camera's that loses a second in an hour."""
    clock = WallClock()
    for number in range(36_000):
        assert not clock.update(picture(number / 10, offset=number / 36_000))
    assert abs(clock.time(3600 * CLOCK_RATE) - (BEGIN + 3601)) < 0.05


def test_a_standstill_is_no_jump() -> None:
    """What has waited comes in a burst."""
    clock = WallClock()
    jumps = [clock.update(picture(number / 10)) for number in range(50)]
    jumps += [clock.update(picture(number / 10, late=13 - number / 10)) for number in range(50, 130)]
    jumps += [clock.update(picture(number / 10)) for number in range(130, 160)]
    assert not any(jumps)
    assert abs(clock.time(16 * CLOCK_RATE) - (BEGIN + 16)) < 0.01


def test_jumps() -> None:
    """Back is seen at once; forward, once it is certain."""
    for offset, after in ((-3600.0, 0), (3600.0, 20), (3.0, 20), (-3.0, 0)):
        clock = WallClock()
        assert not any(clock.update(picture(number / 10)) for number in range(50))
        jumps = [clock.update(picture(number / 10, offset=offset)) for number in range(50, 100)]
        assert jumps.index(True) == after
        assert sum(jumps) == 1
        assert abs(clock.time(10 * CLOCK_RATE) - (BEGIN + 10 + offset)) < 0.01
