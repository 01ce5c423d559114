"""Streams of sizes, as encoders make them of a place where now and then something moves."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp

import numpy as np

from ambianic.vision.encoded import Encoded, Kind
from ambianic.vision.gate import Gate

PIXELS = 1280 * 720
LOOK_FPS = 5


@dataclass(frozen=True)
class Camera:
    """How a camera encodes: pictures a second, seconds from key frame to key frame, the bytes of a usual picture between them.

    `noise` is the standard deviation of the sizes' logarithms, `decay` by how much the first pictures after a key frame are larger.
    """

    fps: float = 15
    gop_seconds: float = 2
    size: int = 4000
    key_size: int = 120_000
    noise: float = 0.1
    decay: float = 1.0
    between: int = 0
    """B-pictures between two others."""

    def pictures(self, seconds: float, level: Callable[[float], float] = lambda _clock: 0.0) -> Iterator[tuple[Encoded, float]]:
        """Encoded pictures and their clocks; `level` is the logarithm of how many times larger pictures are than usual."""
        random = np.random.default_rng(3)
        gop = max(1, round(self.gop_seconds * self.fps))
        for number in range(round(seconds * self.fps)):
            clock, place = number / self.fps, number % gop
            if place == 0:
                yield Encoded(self.key_size, Kind.KEY), clock
                continue
            kind = Kind.DISPOSABLE if self.between and place % (self.between + 1) else Kind.REFERENCE
            usual = self.size * (0.1 if kind is Kind.DISPOSABLE else 1) * (1 + self.decay * exp(-place / 4))
            yield Encoded(round(usual * exp(random.normal(0, self.noise) + level(clock))), kind), clock


@dataclass
class Watched:
    """What a gate did with a stream."""

    gate: Gate
    wakes: list[float]
    """When it woke the decoder."""
    decoded: int
    pictures: int

    @property
    def awake(self) -> float:
        """The share of the pictures that were decoded."""
        return self.decoded / self.pictures


def watch(
    pictures: Iterator[tuple[Encoded, float]],
    moving: Callable[[float], bool] = lambda _clock: False,
    *,
    gate: Gate | None = None,
) -> Watched:
    """Have a gate watch a stream, told of motion as a camera's decoder tells it: only of what is decoded."""
    gate = gate or Gate(PIXELS)
    watched = Watched(gate, [], 0, 0)
    looked = -1.0
    for picture, clock in pictures:
        watched.pictures += 1
        slept = gate.asleep
        gate.take(picture, clock)
        if gate.asleep and picture.kind is Kind.KEY and gate.wants_glance():
            watched.decoded += 1
            gate.glance(moving(clock), clock)
        elif not gate.asleep:
            watched.decoded += 1
            if clock - looked >= 0.9 / LOOK_FPS:
                looked = clock
                gate.see(moving(clock), clock, busy=False)
        if slept and not gate.asleep:
            watched.wakes.append(clock)
    return watched


def during(*spans: tuple[float, float]) -> Callable[[float], bool]:
    """Whether a clock lies in one of the spans."""
    return lambda clock: any(begin <= clock < end for begin, end in spans)


def raised(by: float, *spans: tuple[float, float]) -> Callable[[float], float]:
    """A level of sizes that is higher in some spans."""
    inside = during(*spans)
    return lambda clock: by if inside(clock) else 0.0
