"""The usual sizes of the pictures of one kind."""

from bisect import bisect_right

PLACES = (1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513)
"""Places after the key frame from which on others are usual: sizes fall quickly after a key frame, then hardly any more."""
LATE_BIN = 6
MEMORY = 40
"""The pictures of a place that are remembered, on average."""
FIRST_DEVIATION = 0.15
MIN_DEVIATION = 0.03
FEW = 8


class Usual:
    """Means by place after the key frame, and one standard deviation, of the logarithms of sizes."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.seen = 0
        self.deviation = FIRST_DEVIATION
        self._means: list[float] = []
        self._counts: list[int] = []

    def knows(self, place: int) -> bool:
        """Whether there was a picture at that place."""
        return self._number(place) < len(self._means)

    def expect(self, place: int) -> tuple[float, float] | None:
        """The mean at so many pictures after a key frame, and how far values are off it; None where that can't be told.

        The means of later places are much like those of the ones before.
        """
        number = self._number(place)
        if number < len(self._means):
            uncertain = (1 + 1 / self._counts[number]) ** 0.5
            return self._means[number], max(MIN_DEVIATION, self.deviation) * uncertain
        return (self._means[-1], 2 * self.deviation) if number >= LATE_BIN else None

    def learn(self, place: int, value: float) -> None:
        """Take in a value."""
        self.seen += 1
        number = self._number(place)
        if number == len(self._means):
            self._means.append(value if number < LATE_BIN else (value + self._means[-1]) / 2)
            self._counts.append(1)
            return
        self._counts[number] += 1
        self._means[number] += (value - self._means[number]) / min(self._counts[number], MEMORY)

    def spread(self, excess: float) -> None:
        """Take in how far a value was off its mean."""
        # The mean distance of normally distributed values from their mean is 0.8 standard deviations. One far off is chance.
        distance = 1.25 * min(abs(excess), 3 * self.deviation)
        self.deviation += (distance - self.deviation) / max(FEW, min(self.seen, 2 * MEMORY))

    def _number(self, place: int) -> int:
        """The bin of a place; those before any key frame and those after the known ones share the nearest."""
        return min(max(0, bisect_right(PLACES, place) - 1), len(self._means))
