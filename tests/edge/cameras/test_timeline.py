"""Time stamps that only grow."""

from hypothesis import given, strategies as st
import pytest

from ambianic.cameras.timeline import FrameRate, Timeline
from ambianic.cameras.timing import Backoff

SECOND = 90_000


def test_the_cameras_stamps_are_followed() -> None:
    """They are steadier than the network."""
    timeline = Timeline()
    arrivals = [0, 0.07, 0.21, 0.33, 0.39]
    placed = [timeline.place(1_000_000 + number * 9000, arrival) for number, arrival in enumerate(arrivals)]
    assert [pts - placed[0] for pts in placed] == [0, 9000, 18000, 27000, 36000]


def test_without_stamps_the_arrival_counts() -> None:
    """As MJPEG over HTTP has it."""
    timeline = Timeline()
    placed = [timeline.place(None, arrival) for arrival in (5, 5.1, 5.3)]
    assert [pts - placed[0] for pts in placed] == [0, 9000, 27000]


def test_jumps_are_taken_out() -> None:
    """A camera's clock that is set, forward or back."""
    timeline = Timeline()
    ticks = [0, 9000, 3600 * SECOND, 3600 * SECOND + 9000, 100, 9100]
    placed = [timeline.place(tick, number / 10) for number, tick in enumerate(ticks)]
    assert [pts - placed[0] for pts in placed] == [0, 9000, 18000, 27000, 36000, 45000]


def test_a_clock_that_runs_wrong_is_given_up() -> None:
    """A camera that counts one tick a picture is laid out by arrival in the end."""
    timeline = Timeline()
    placed = [timeline.place(number, number / 10) for number in range(2000)]
    assert [second - first for first, second in zip(placed[-100:], placed[-99:], strict=False)] == [9000] * 99
    assert 130 * SECOND < placed[-1] < 200 * SECOND


def test_a_reconnect_goes_on_after_the_pause() -> None:
    """Its own stamps begin anew."""
    timeline = Timeline()
    before = [timeline.place(500 + number * 9000, number / 10) for number in range(3)]
    timeline.begin()
    after = [timeline.place(number * 9000, 60.2 + number / 10) for number in range(3)]
    assert [pts - before[0] for pts in after] == [60.2 * SECOND, 60.3 * SECOND, 60.4 * SECOND]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(-(2**40), 2**40), st.integers(0, 100_000)), st.floats(0, 1e6), st.booleans()
        ),
        min_size=2,
    )
)
def test_stamps_only_grow(items: list[tuple[int | None, float, bool]]) -> None:
    """Whatever comes, and even if the clock went back."""
    timeline = Timeline()
    last = -1
    for ticks, arrival, new_run in items:
        if new_run:
            timeline.begin()
        placed = timeline.place(ticks, arrival)
        assert placed > last
        last = placed


@pytest.mark.parametrize("fps", [0.5, 1, 10, 25, 60])
def test_frame_rate(fps: float) -> None:
    """It is known soon, and measured again."""
    rate = FrameRate()
    seconds = [number / fps for number in range(round(100 * fps) + 10)]
    told = {at: measured for at in seconds if (measured := rate.add(round(at * SECOND))) is not None}
    assert list(told.values()) == [pytest.approx(fps, rel=0.01)] * 4
    assert min(told) <= 4 + 5 / fps


def test_backoff() -> None:
    """It grows, by chance, and stays within its limits."""
    waits = [next_ for next_, _ in zip(Backoff(first=1, most=30).waits(), range(1000), strict=False)]
    assert min(waits) >= 1
    assert max(waits) == 30
    assert waits[0] <= 3
    assert len(set(waits)) > 100


def test_sound_lies_beside_its_pictures() -> None:
    """By the clock that they share, however late it comes."""
    pictures = Timeline()
    sound = Timeline(pictures)
    first = pictures.place(5 * SECOND, 100.0)
    assert sound.place(5 * SECOND + 9000, 100.4) == first + 9000
    assert sound.place(5 * SECOND + 18_000, 100.5) == first + 18_000
    pictures.place(6 * SECOND, 101.0)
    pictures.begin()
    sound.begin()
    second = pictures.place(SECOND, 161.0)
    assert sound.place(SECOND, 161.2) == second


def test_sound_with_a_clock_of_its_own() -> None:
    """It lies where it arrived."""
    pictures = Timeline()
    sound = Timeline(pictures)
    first = pictures.place(500 * SECOND, 100.0)
    assert sound.place(3 * SECOND, 100.4) == first + 36_000
    assert sound.place(3 * SECOND + 1800, 100.5) == first + 36_000 + 1800
