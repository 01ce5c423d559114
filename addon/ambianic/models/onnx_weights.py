"""Reading of the constants in an ONNX file: just as much of Protocol Buffers as that takes."""

from collections.abc import Iterator

import numpy as np

from .tfjs.graph import Constant

# Field numbers of onnx.proto: ModelProto, GraphProto, TensorProto, StringStringEntryProto.
GRAPH = 7
INITIALIZER = 5
DIMENSIONS, DATA_TYPE, NAME, RAW_DATA, EXTERNAL_DATA = 1, 2, 8, 9, 13
KEY, VALUE = 1, 2
FLOAT = 1


def constants(model: bytes, external: bytes) -> dict[str, Constant]:
    """The 32-bit floating-point constants by name; `external` is the file in which their values are.

    Raises ValueError where the file is not of that kind.
    """
    try:
        graph = next(value for field, value in _fields(model) if field == GRAPH and isinstance(value, bytes))
        found = [
            _tensor(value, external) for field, value in _fields(graph) if field == INITIALIZER and isinstance(value, bytes)
        ]
    except (IndexError, StopIteration, UnicodeDecodeError) as err:
        raise ValueError("This is not an ONNX model with its weights in a file beside it.") from err
    return dict(item for item in found if item is not None)


def _tensor(content: bytes, external: bytes) -> tuple[str, Constant] | None:
    name, kind, raw = "", 0, b""
    shape: list[int] = []
    place: dict[str, str] = {}
    for field, value in _fields(content):
        if isinstance(value, int):
            if field == DATA_TYPE:
                kind = value
            elif field == DIMENSIONS:
                shape.append(value)
        elif field == DIMENSIONS:
            shape += _packed(value)
        elif field == NAME:
            name = value.decode()
        elif field == RAW_DATA:
            raw = value
        elif field == EXTERNAL_DATA:
            entry = {number: text.decode() for number, text in _fields(value) if isinstance(text, bytes)}
            place[entry[KEY]] = entry[VALUE]
    if kind != FLOAT:
        return None
    if place:
        begin = int(place.get("offset", 0))
        raw = external[begin : begin + int(place["length"])]
    return name, np.frombuffer(raw, "<f4").reshape(shape)


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message: their numbers, and their values as integers or bytes."""
    position = 0
    while position < len(content):
        key, position = _integer(content, position)
        match key & 7:
            case 0:
                value, position = _integer(content, position)
                yield key >> 3, value
            case 2:
                size, position = _integer(content, position)
                yield key >> 3, content[position : position + size]
                position += size
            case kind:
                position += {1: 8, 5: 4}.get(kind, len(content))


def _packed(content: bytes) -> list[int]:
    position, values = 0, []
    while position < len(content):
        value, position = _integer(content, position)
        values.append(value)
    return values


def _integer(content: bytes, position: int) -> tuple[int, int]:
    """A base-128 number, and the place after it."""
    value = shift = 0
    while True:
        byte = content[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
