"""Pictures as models take them."""

import numpy as np
from numpy.typing import NDArray

from ambianic.models.catalog import Model

from .runtimes import Port

type Picture = NDArray[np.uint8]

FILLING = 114
"""The grey beside a picture that does not have the shape of the model's input."""


class Feeder:
    """Makes a model's input from pictures."""

    def __init__(self, model: Model, port: Port) -> None:
        """Prepare for a model whose input is that port."""
        self._size = (model.height, model.width)
        self._port = port
        self._channels_first = is_channels_first(port.shape)
        self._reverse = model.feed.colour == "bgr"
        self._scale = np.array(model.feed.scale, np.float32)
        self._offset = np.array(model.feed.offset, np.float32)
        # One number for all channels is subtracted much faster.
        self._even = len(set(model.feed.scale)) == len(set(model.feed.offset)) == 1

    def feed(self, picture: Picture) -> tuple[NDArray[np.float32] | NDArray[np.uint8], tuple[float, float]]:
        """The input for RGB [height, width, 3], and the shares of its width and height that the picture fills from the top left.

        Raises ValueError where the picture is larger than the input.
        """
        height, width = picture.shape[:2]
        if (height, width) != self._size:
            if height > self._size[0] or width > self._size[1]:
                raise ValueError(f"A picture of {width} × {height} pixels is too large for the model.")
            canvas = np.full((*self._size, 3), FILLING, np.uint8)
            canvas[:height, :width] = picture
            picture = canvas
        values = picture[:, :, ::-1].astype(np.float32) if self._reverse else picture.astype(np.float32)
        if self._even:
            values /= self._scale[0]
            values -= self._offset[0]
        else:
            values /= self._scale
            values -= self._offset
        if self._channels_first:
            values = np.ascontiguousarray(values.transpose(2, 0, 1))
        return self._port.quantize(values[None]), (width / self._size[1], height / self._size[0])


def is_channels_first(shape: tuple[int, ...]) -> bool:
    """Whether an input of that shape takes [1, 3, height, width]."""
    return shape[1] == 3 and shape[3] != 3
