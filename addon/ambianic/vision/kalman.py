"""A constant-velocity Kalman filter for one coordinate, which forgets its velocity while nothing is measured."""

from dataclasses import dataclass
from math import exp
from typing import Self

FORGET_SECONDS = 0.8
"""Who is not seen for long has turned or stopped."""


@dataclass(slots=True)
class Axis:
    """A coordinate: its value and velocity (a second), and their covariance."""

    value: float
    variance: float
    velocity: float = 0.0
    velocity_variance: float = 0.0
    covariance: float = 0.0

    def ahead(self, seconds: float, acceleration: float) -> Self:
        """The state after some time, in which the velocity changes at random by `acceleration` (standard deviation, a second²)."""
        fade = exp(-max(0.0, seconds - FORGET_SECONDS) / FORGET_SECONDS)
        moved = min(seconds, FORGET_SECONDS) + FORGET_SECONDS * (1 - fade)
        noise = acceleration**2
        return type(self)(
            self.value + self.velocity * moved,
            self.variance + 2 * moved * self.covariance + moved**2 * self.velocity_variance + noise * seconds**4 / 4,
            self.velocity * fade,
            self.velocity_variance * fade**2 + noise * seconds**2,
            (self.covariance + moved * self.velocity_variance) * fade + noise * seconds**3 / 2,
        )

    def measured(self, value: float, deviation: float) -> Self:
        """The state after a measurement with that standard deviation."""
        spread = self.variance + deviation**2
        gain, velocity_gain = self.variance / spread, self.covariance / spread
        off = value - self.value
        return type(self)(
            self.value + gain * off,
            (1 - gain) * self.variance,
            self.velocity + velocity_gain * off,
            self.velocity_variance - velocity_gain * self.covariance,
            (1 - gain) * self.covariance,
        )
