"""The messages between the edge and its vision process."""

import contextlib
import io
from typing import BinaryIO, cast

from hypothesis import given, strategies as st
import pytest

from ambianic.cameras.packets import Packet, StreamInfo
from ambianic.events import Event, Origin, Phase
from ambianic.vision import wire

numbers = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(max_size=20)
boxes = st.tuples(numbers, numbers, numbers, numbers)
events = st.builds(
    Event,
    id=texts,
    camera_id=texts,
    label=texts,
    start=numbers,
    end=st.none() | numbers,
    score=numbers,
    box=boxes,
    zones=st.lists(texts, max_size=3).map(tuple),
    snapshot=st.booleans(),
    clip=st.none() | st.tuples(numbers, st.none() | numbers),
    starred=st.booleans(),
    feedback=st.sampled_from([None, "wrong", "right"]),
    origin=st.sampled_from(Origin),
)
streams = st.builds(
    StreamInfo,
    codec=texts,
    width=st.integers(1, 9999),
    height=st.integers(1, 9999),
    fps=st.none() | numbers,
    extradata=st.binary(max_size=50),
    reordered=st.booleans(),
)
packets = st.builds(Packet, st.binary(max_size=200), st.integers(-(2**40), 2**40), numbers, st.booleans())
stats = st.builds(
    wire.CameraStats,
    st.integers(0),
    st.integers(0),
    st.integers(0),
    numbers,
    st.dictionaries(texts, st.tuples(numbers, boxes), max_size=3),
)
messages: st.SearchStrategy[wire.Message] = st.one_of(
    st.builds(
        wire.Watch,
        texts,
        numbers,
        st.dictionaries(texts, numbers, max_size=3),
        st.lists(st.builds(wire.Resumed, events, numbers, boxes), max_size=2).map(tuple),
    ),
    st.builds(wire.Unwatch, texts),
    st.builds(wire.Stream, texts, streams),
    st.builds(wire.Picture, texts, packets, st.booleans()),
    st.builds(wire.Ready, st.lists(texts, max_size=3).map(tuple)),
    st.builds(wire.Failed, texts),
    st.builds(wire.Motion, texts, st.booleans()),
    st.builds(wire.Happened, st.sampled_from(Phase), events, st.binary(max_size=200)),
    st.builds(wire.Stats, st.dictionaries(texts, stats, max_size=2)),
)


def pipe(data: bytes) -> BinaryIO:
    """A blocking stream of the data."""
    return cast("BinaryIO", io.BytesIO(data))


@given(st.lists(messages, max_size=4))
def test_messages_arrive_as_they_were_sent(sent: list[wire.Message]) -> None:
    """What goes in comes out, in order, and then the end."""
    stream = pipe(b"".join(map(wire.encode, sent)))
    assert [wire.read(stream) for _ in sent] == sent
    assert wire.read(stream) is None


@given(messages, st.data())
def test_torn_message_is_the_end(message: wire.Message, data: st.DataObject) -> None:
    """A message that breaks off is the end of the stream, not an error and not a message."""
    encoded = wire.encode(message)
    length = data.draw(st.integers(0, len(encoded) - 1))
    assert wire.read(pipe(encoded[:length])) is None


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_nonsense_is_refused(header: bytes, payload: bytes) -> None:
    """Bytes that are no message raise the one error that is expected."""
    with pytest.raises(wire.WireError):
        wire.decode(header, payload)


@given(messages, st.data())
def test_damaged_message_raises_nothing_else(message: wire.Message, data: st.DataObject) -> None:
    """A damaged message is read as another or refused, whatever the damage."""
    encoded = bytearray(wire.encode(message))
    for _ in range(data.draw(st.integers(1, 4))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(wire.WireError):
        result = wire.read(pipe(bytes(encoded)))
        assert result is None or type(result) in wire._KINDS.values()


def test_lengths_are_bounded() -> None:
    """A header that announces more than a message can have is refused before anything is read."""
    with pytest.raises(wire.WireError):
        wire.read(pipe(wire.LENGTHS.pack(2, wire.MAX_PAYLOAD + 1)))
    with pytest.raises(wire.WireError):
        wire.read(pipe(wire.LENGTHS.pack(wire.MAX_HEADER + 1, 0)))


def test_too_large_a_message_is_not_sent() -> None:
    """The sender keeps to the bounds too."""
    with pytest.raises(wire.WireError):
        wire.encode(wire.Picture("camera", Packet(bytes(wire.MAX_PAYLOAD + 1), 0, 0.0, True), due=True))
