"""What tests of the senses share: pictures, and objects that move as a test says."""

from dataclasses import dataclass, field

import av
import numpy as np
from numpy.typing import NDArray

from ambianic.events import Box
from ambianic.vision.detector import Detection
from ambianic.vision.frames import Frame, Scaler

EPOCH = 1_800_000_000.0


@dataclass(eq=False)
class Followed:
    """An object that is followed, as the tracker has it."""

    box: Box
    seen_clock: float
    label: str = "person"
    certain: bool = True
    detection: Detection | None = field(default=None, init=False)

    def see(self, box: Box, clock: float, score: float = 0.8) -> None:
        """It is recognised in a picture."""
        self.box, self.seen_clock, self.detection = box, clock, Detection(self.label, score, box)


_SCALER = Scaler()


def frame(clock: float, image: NDArray[np.uint8] | None = None) -> Frame:
    """A decoded picture, grey if none is given."""
    picture = np.full((90, 160, 3), 128, np.uint8) if image is None else image
    return Frame(av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgb24"), _SCALER, EPOCH + clock, clock)
