"""A person who falls: cut out of real footage, tipped over, and put on a real place without people."""

from collections.abc import Iterator
from itertools import cycle

import av
import numpy as np
from PIL import Image, ImageFilter

from tests.support.paths import FOOTAGE

from .footage import Image as Picture, Place

AV_TIME_BASE = 1_000_000
FOOTAGE_FPS = 10
FRAME = 540
BOX = (230, 374, 298, 531)
"""Left, top, right, bottom in pixels of somebody in that frame who walks in the open, with some ground around."""
GROUND = 520
"""The row of pixels on which the person stands and lies."""


class Faller:
    """Shows the person in the place, more or less tipped over."""

    def __init__(self, place: Place) -> None:
        with av.open(str(FOOTAGE)) as container:
            container.seek(FRAME * AV_TIME_BASE // FOOTAGE_FPS)
            shown = next(shown for shown in container.decode(video=0) if shown.pts is not None and shown.pts >= FRAME)
            frame = shown.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
        left, top, right, bottom = BOX
        person = frame[top:bottom, left:right]
        apart = np.abs(person.astype(int) - place.empty[top:bottom, left:right].astype(int)).max(axis=2) > 25
        outline = Image.fromarray((apart * 255).astype(np.uint8))
        self._outline = outline.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.MinFilter(3))
        self._person = Image.fromarray(person)
        random = np.random.default_rng(2)
        self._noise = cycle([random.normal(0, 2, place.empty.shape).astype(np.int16) for _ in range(5)])
        self._empty = place.empty

    def show(self, middle: int | None, angle: float = 0.0) -> Picture:
        """The person around a column of pixels, tipped over by so many degrees; nobody for None."""
        image = Image.fromarray(self._empty)
        if middle is not None:
            person, outline = (
                part.rotate(angle, Image.Resampling.BICUBIC, expand=True) for part in (self._person, self._outline)
            )
            image.paste(person, (middle - person.width // 2, GROUND - person.height), outline)
        shown: Picture = np.clip(np.asarray(image) + next(self._noise), 0, 255).astype(np.uint8)
        return shown

    def walk(self, pictures: int, begin: int, speed: int) -> Iterator[Picture]:
        """The person walks, so many pixels a picture."""
        return (self.show(begin + speed * number) for number in range(pictures))

    def fall(self, middle: int, pictures: int, angle: float) -> Iterator[Picture]:
        """The person tips over."""
        return (self.show(middle, angle * (number + 1) / pictures) for number in range(pictures))
