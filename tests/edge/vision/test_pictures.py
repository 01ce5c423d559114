"""Motion, regions, and the merging of what was detected in them."""

from hypothesis import given, strategies as st
import numpy as np
import pytest

from ambianic.events import Box
from ambianic.vision import boxes, regions
from ambianic.vision.detector import Detection
from ambianic.vision.merging import merge
from ambianic.vision.motion import MotionDetector

HEIGHT, WIDTH = 144, 192


def scene(seed: int, light: float = 0.0, at: tuple[int, int] | None = None) -> "np.typing.NDArray[np.uint8]":
    """A textured picture with noise of its own, a change of light, and perhaps an object."""
    texture = np.random.default_rng(0).integers(60, 180, (HEIGHT, WIDTH)).astype(float)
    if at:
        texture[at[1] : at[1] + 30, at[0] : at[0] + 12] = 230
    noisy = texture + light + np.random.default_rng(seed).normal(0, 3, texture.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def test_noise_and_light_are_no_motion() -> None:
    """Neither noise nor a slow nor a sudden change of the light is motion."""
    motion = MotionDetector()
    for number in range(50):
        light = 0.5 * number + (20 if number > 25 else 0)
        assert motion.update(scene(number, light), number * 0.2) == []


def test_moving_object_is_found_where_it_is() -> None:
    """What moves is boxed from its first picture, closely."""
    motion = MotionDetector()
    for number in range(10):
        motion.update(scene(number), number * 0.2)
    found = motion.update(scene(11, at=(80, 60)), 2.2)
    assert boxes.overlap(found[0], (80 / WIDTH, 60 / HEIGHT, 92 / WIDTH, 90 / HEIGHT)) > 0.4


def test_what_stays_becomes_background() -> None:
    """An object that was put down is no motion for ever."""
    motion = MotionDetector()
    motion.update(scene(0), 0.0)
    moving = [bool(motion.update(scene(number, at=(80, 60)), 0.5 * number)) for number in range(1, 300)]
    assert moving[0]
    assert not moving[-1]


def test_other_picture_is_motion_everywhere_once() -> None:
    """A camera that turns or switches to night shows another place: look at the whole, then begin anew."""
    motion = MotionDetector()
    for number in range(5):
        motion.update(scene(number), 0.2 * number)
    other = scene(5)[::-1, ::-1]
    assert motion.update(other, 1.0) == [boxes.WHOLE]
    assert motion.update(other, 1.2) == []


fractions = st.floats(0, 1)
wanted_boxes = st.lists(
    st.builds(
        lambda x, y, w, h: boxes.clip((x * 0.95, y * 0.95, x * 0.95 + 0.002 + w / 4, y * 0.95 + 0.002 + h / 3)),
        fractions,
        fractions,
        fractions,
        fractions,
    ),
    max_size=8,
)


@given(wanted_boxes, st.sampled_from([(768, 576), (1280, 720), (640, 1280), (320, 240)]), st.integers(1, 4))
def test_regions_are_squares_in_the_picture_around_what_is_wanted(wanted: list[Box], size: tuple[int, int], count: int) -> None:
    """Each region is a square of the picture, no smaller than the model's input, or the whole of it; none is looked at twice."""
    width, height = size
    chosen = regions.plan([regions.Want(box, 1.0) for box in wanted], width, height, 300, count)
    assert len(chosen) <= min(count, len(wanted))
    assert len(set(chosen)) == len(chosen)
    for left, top, right, bottom in chosen:
        assert min(left, top) >= 0
        assert max(right, bottom) <= 1 + 1e-9
        if (left, top, right, bottom) != boxes.WHOLE:
            assert (right - left) * width == pytest.approx((bottom - top) * height)
            assert (right - left) * width >= min(300, width, height) - 1e-6
    clear = regions.clearness(wanted, chosen, width, height, 300) if chosen else np.zeros((1, 0))
    assert bool(wanted) == bool(chosen)
    assert not wanted or clear[0].max() > 0
    if count >= len(wanted) and wanted:
        assert (clear.max(axis=0) > 0).all()


def test_neighbours_share_a_region() -> None:
    """Objects beside each other cost one run of the model."""
    wanted = [regions.Want(box, 1.0) for box in ((0.4, 0.4, 0.44, 0.5), (0.46, 0.42, 0.5, 0.52))]
    assert len(regions.plan(wanted, 1280, 720, 300, 3)) == 1


def found(score: float, *box: float, label: str = "person") -> Detection:
    """A detection."""
    left, top, right, bottom = box
    return Detection(label, score, (left, top, right, bottom))


def test_object_seen_twice_is_kept_once() -> None:
    """Of two views of one object, the surer stays."""
    one, other = found(0.9, 0.1, 0.1, 0.2, 0.4), found(0.7, 0.11, 0.1, 0.21, 0.41)
    assert merge([other, one]) == [one]


def test_box_around_a_group_goes() -> None:
    """A loose box around two people gives way to the two."""
    group, one, other = found(0.8, 0.1, 0.1, 0.4, 0.5), found(0.7, 0.11, 0.1, 0.2, 0.5), found(0.6, 0.3, 0.1, 0.39, 0.5)
    assert merge([group, one, other]) == [one, other]


def test_neighbours_and_other_kinds_stay() -> None:
    """People side by side, and a person in front of a car, are all kept."""
    kept = [
        found(0.9, 0.1, 0.1, 0.2, 0.4),
        found(0.8, 0.18, 0.1, 0.28, 0.4),
        found(0.7, 0.1, 0.1, 0.2, 0.4, label="car"),
    ]
    assert merge(kept) == kept
    assert len(merge([*kept, found(0.6, 0.1, 0.1, 0.2, 0.4, label="truck")])) == 3
