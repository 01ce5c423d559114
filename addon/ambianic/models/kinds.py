"""Kinds of models: told apart by the shapes of their outputs, since the order and the names of these differ between converters."""

from collections.abc import Sequence

from .catalog import Decoder

type Shape = tuple[int, ...]

STRIDES = (8, 16, 32)
"""The sizes in pixels of the cells of one-stage detectors."""
FACE_STRIDE = 4
SSD_SIZE, SSD_BOXES = (300, 300), 1917
MOST_SELECTED = 300
"""Models that select their boxes themselves give no more than so many."""
LEAST_DISTANCES = 5
"""NanoDet weighs at least so many distances for each side of a box."""


def cells(width: int, height: int, strides: Sequence[int]) -> int:
    """The number of cells of pictures of a size, of all grids."""
    return sum((width // stride) * (height // stride) for stride in strides)


def recognise(shapes: Sequence[Shape], classes: int, width: int, height: int) -> Decoder | None:
    """The decoder for outputs of these shapes of a model that tells so many classes apart, if there is one."""
    ranks = sorted(map(len, shapes))
    if ranks == [1, 2, 2, 3]:
        return "postprocess"
    if ranks == [3, 3]:
        return _recognise_pair(shapes, classes, width, height)
    if ranks != [3]:
        return None
    _, rows, columns = shapes[0]
    if columns == 6 and rows <= MOST_SELECTED:
        return "yolov10"
    on_grid = rows == cells(width, height, STRIDES)
    if on_grid and columns == classes + 5:
        return "yolox"
    if on_grid and (columns - classes) % 4 == 0 and columns - classes >= 4 * LEAST_DISTANCES:
        return "nanodet"
    if columns == classes + 5:
        return "yolov5"
    return "yolov8" if classes + 4 in {rows, columns} else None


def _recognise_pair(shapes: Sequence[Shape], classes: int, width: int, height: int) -> Decoder | None:
    first, second = sorted(shapes, key=lambda shape: shape[2])
    if first[1] != second[1]:
        return None
    if (first[2], second[2], classes) == (1, 16, 1) and first[1] == cells(width, height, (FACE_STRIDE,)):
        return "faces"
    known = 4 in {first[2], second[2]} and first[1] == SSD_BOXES and (width, height) == SSD_SIZE
    return "ssd" if known and first[2] + second[2] - 4 == classes else None


def possible_classes(shapes: Sequence[Shape]) -> list[int]:
    """How many classes a model with outputs of these shapes may tell apart, the likeliest first; none where that can't be seen."""
    ranks = sorted(map(len, shapes))
    if ranks == [3, 3]:
        return [max(shape[2] for shape in shapes)]
    if ranks != [3]:
        return []
    _, rows, columns = shapes[0]
    likely = [rows - 4] if 4 < rows < columns else [columns - 5, columns - 4]
    return [classes for classes in likely if classes > 0]


def fits(name: Decoder, shapes: Sequence[Shape], classes: int) -> bool:
    """Whether the decoder can read outputs of these shapes of a model that tells so many classes apart."""
    ranks = sorted(map(len, shapes))
    if name == "postprocess":
        return ranks == [1, 2, 2, 3]
    if name in {"ssd", "faces"}:
        return ranks == [3, 3] and max(shape[2] for shape in shapes) >= classes
    if ranks != [3]:
        return False
    _, rows, columns = shapes[0]
    if name == "yolov10":
        return columns == 6
    if name == "nanodet":
        return (columns - classes) % 4 == 0 and columns - classes >= 4 * LEAST_DISTANCES
    if name == "yolov8":
        return classes + 4 in {rows, columns}
    return columns == classes + 5
