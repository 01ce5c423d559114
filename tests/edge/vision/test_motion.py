"""Motion in small grey pictures, and what only looks like it."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
import pytest

from ambianic.events import Box
from ambianic.vision import boxes
from ambianic.vision.motion import MotionDetector
from ambianic.vision.picture_health import PictureHealth

HEIGHT, WIDTH = 144, 256
FPS = 5
type Luma = NDArray[np.uint8]
type Change = Callable[[NDArray[np.float64], int], NDArray[np.float64]]


def place(*, margin: int = 12) -> NDArray[np.float64]:
    """A place with large and small things in it, somewhat larger than the picture."""
    random = np.random.default_rng(5)
    large = Image.fromarray(random.integers(40, 215, (HEIGHT // 8, WIDTH // 8)).astype(np.uint8))
    scene = large.resize((WIDTH + 2 * margin, HEIGHT + 2 * margin), Image.Resampling.BICUBIC)
    fine = Image.fromarray(random.integers(0, 80, (HEIGHT + 2 * margin, WIDTH + 2 * margin)).astype(np.uint8))
    blurred = np.asarray(fine.filter(ImageFilter.GaussianBlur(1)), np.float64)
    return np.asarray(0.8 * np.asarray(scene, np.float64) + blurred)


def pictures(change: Change, count: int, *, noise: float = 2.0) -> Iterator[Luma]:
    """Pictures of the place, changed by their number, with a sensor's noise."""
    scene, random = place(), np.random.default_rng(6)
    for number in range(count):
        shown = change(scene.copy(), number)[12 : 12 + HEIGHT, 12 : 12 + WIDTH]
        yield np.clip(shown + random.normal(0, noise, shown.shape), 0, 255).astype(np.uint8)


def play(motion: MotionDetector, shown: Iterator[Luma], *, fps: float = FPS) -> list[list[Box]]:
    """What moves in each of the pictures."""
    return [motion.update(luma, number / fps) for number, luma in enumerate(shown)]


def walker(scene: NDArray[np.float64], number: int, begin: int) -> NDArray[np.float64]:
    """A person who walks through from a picture on."""
    if number >= begin:
        left = 40 + 4 * (number - begin)
        scene[70:110, left : left + 14] = np.linspace(20, 90, 40)[:, None]
    return scene


def shaken(scene: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """The mast sways."""
    return np.roll(scene, (number * 3 % 5 - 2, number * 7 % 9 - 4), axis=(0, 1))


def rain(scene: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """Streaks all over."""
    random = np.random.default_rng(number)
    for _ in range(40):
        top, left = random.integers(0, HEIGHT), random.integers(0, WIDTH)
        scene[top : top + 9, left] += 20
    return scene


def stamp(scene: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """A clock in the corner that changes each second."""
    digits = np.random.default_rng(number // FPS).integers(0, 2, (1, 6))
    scene[14:22, 20:68] = 255 * np.repeat(np.repeat(digits, 8, axis=0), 8, axis=1)
    return scene


def leaves(scene: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """A bush in the wind."""
    random = np.random.default_rng(number)
    scene[30:60, 180:230] = np.roll(scene[30:60, 180:230], random.integers(-2, 3, 2), axis=(0, 1))
    return scene


def shadow(scene: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """The shadow of a cloud creeps over the place."""
    edge = np.clip((np.arange(scene.shape[1]) - 2 * number) / 60, 0, 1)
    return scene * (0.7 + 0.3 * edge)


def lamp(scene: NDArray[np.float64], number: int) -> NDArray[np.float64]:
    """A lamp that lights a part is switched on and off."""
    if number // 15 % 2:
        scene[30:120, 30:140] = scene[30:120, 30:140] * 1.2 + 10
    return scene


DISTURBANCES: dict[str, Change] = {
    "nothing": lambda scene, _number: scene,
    "light": lambda scene, number: scene + 0.6 * number,
    "shaking camera": shaken,
    "rain": rain,
    "clock": stamp,
    "leaves": leaves,
    "shadow": shadow,
    "lamp": lamp,
}


@pytest.mark.long
@pytest.mark.parametrize("change", DISTURBANCES.values(), ids=DISTURBANCES)
def test_disturbances_are_hardly_ever_motion(change: Change) -> None:
    """After some seconds to get used to it, nothing moves; and somebody who walks through is seen all the same."""
    found = play(MotionDetector(), pictures(lambda scene, number: walker(change(scene, number), number, 200), 210))
    assert sum(map(bool, found[140:200])) <= 8
    for number in range(202, 210):
        left = 40 + 4 * (number - 200) - 12
        person = (left / WIDTH, 58 / HEIGHT, (left + 14) / WIDTH, 98 / HEIGHT)
        assert any(boxes.coverage(person, box) > 0.3 for box in found[number]), number


def test_infrared_switch_is_told_once() -> None:
    """Another picture altogether is one area, the whole; after it nothing moves."""
    found = play(MotionDetector(), pictures(lambda scene, number: 255 - scene[::-1] if number >= 30 else scene, 60))
    assert [number for number, areas in enumerate(found) if areas] == [30]
    assert found[30] == [boxes.WHOLE]


@pytest.mark.parametrize("seconds", [2, 30])
def test_pictures_far_apart_are_compared_too(seconds: float) -> None:
    """Key frames of a stream that is asleep come seldom: who stands there in the next one is seen."""
    found = play(MotionDetector(), pictures(lambda scene, number: walker(scene, number, 8), 9), fps=1 / seconds)
    assert not any(found[:8])
    assert found[8]


def test_masked_motion_does_not_count() -> None:
    """What moves under a mask is not told, also after the mask was changed."""
    motion = MotionDetector()
    motion.mask([((0, 0.3), (1, 0.3), (1, 1), (0, 1))])
    walking = list(pictures(lambda scene, number: walker(scene, number, 10), 30))
    assert not any(play(motion, iter(walking)))
    motion.mask([])
    assert motion.update(walking[-1] // 2 + walking[12] // 2, 6.2)


def test_covered_camera_is_told_and_forgotten() -> None:
    """Black, or blurred by a hand: covered. A dark place with some lights is not."""
    health = PictureHealth()
    random = np.random.default_rng(1)

    def dark() -> Luma:
        return np.clip(random.normal(12, 3, (HEIGHT, WIDTH)), 0, 255).astype(np.uint8)

    seen = []
    for clock in range(12):
        health.update(dark(), float(clock))
        seen.append(health.covered)
    assert seen == [False] * 10 + [True] * 2
    night = dark()
    night[40:60, 100:130] = 180
    health.update(night, 12.0)
    assert health.covered is False


def test_frozen_picture_is_told() -> None:
    """The very same picture for a minute is frozen; a still place with a sensor's noise is not."""
    still = list(pictures(lambda scene, _number: scene, 40))
    health = PictureHealth()
    for number, luma in enumerate(still):
        health.update(luma, 2.0 * number)
    assert not health.frozen
    for number in range(40):
        health.update(still[-1], 80 + 2.0 * number)
        assert health.frozen is (2 * number >= 58)
    health.update(still[0], 170.0)
    assert not health.frozen


def test_frozen_needs_pictures() -> None:
    """Two pictures of a stalled stream prove nothing."""
    health = PictureHealth()
    luma = next(pictures(lambda scene, _number: scene, 1))
    health.update(luma, 0.0)
    health.update(luma, 100.0)
    assert not health.frozen
