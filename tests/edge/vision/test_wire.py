"""The messages between the edge and its vision process."""

import contextlib
import io
from typing import BinaryIO, cast

from hypothesis import given, strategies as st
import pytest

from ambianic.cameras.packets import AudioInfo, AudioPacket, Packet, StreamInfo
from ambianic.config import DetectionConfig, LabelFilter, ObjectMask, Zone
from ambianic.events import Event, Origin, Phase
from ambianic.vision import framing, wire
from ambianic.vision.look import Found, GateReading, Look, Tracked, Verdict

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
ticks = st.integers(-(2**40), 2**40)
packets = st.builds(Packet, st.binary(max_size=200), ticks, numbers, st.booleans(), ticks)
stats = st.builds(
    wire.CameraStats,
    received=st.integers(0),
    decoded=st.integers(0),
    looked=st.integers(0),
    dropped=st.integers(0),
    inferences=st.integers(0),
    decode_seconds=numbers,
    inference_seconds=numbers,
    gate=st.sampled_from(["asleep", "awake", "always"]),
    gate_reason=st.none() | texts,
    covered=st.booleans(),
    frozen=st.booleans(),
    sightings=st.dictionaries(texts, st.tuples(numbers, boxes), max_size=3),
)
AREA = ((0.1, 0.1), (0.5, 0.1), (0.3, 0.9))
detections = st.builds(
    DetectionConfig,
    fps=st.floats(0.5, 30),
    labels=st.dictionaries(st.text(min_size=1, max_size=9), st.floats(0.1, 1), max_size=3),
    always=st.booleans(),
    zones=st.sampled_from([(), (Zone(id="drive", name="Drive", points=AREA, dwell_seconds=3),)]),
    motion_masks=st.sampled_from([(), (AREA,)]),
    object_masks=st.sampled_from([(), (ObjectMask(points=AREA, labels=("car",)),)]),
    filters=st.sampled_from([{}, {"car": LabelFilter(min_area=0.1)}]),
)
looks = st.builds(
    Look,
    camera_id=texts,
    time=numbers,
    awake=st.booleans(),
    gate=st.none() | st.builds(GateReading, size=st.integers(0), threshold=st.integers(0)),
    motion=st.lists(boxes, max_size=2).map(tuple),
    regions=st.lists(boxes, max_size=2).map(tuple),
    found=st.lists(st.builds(Found, label=texts, score=numbers, box=boxes, verdict=st.sampled_from(Verdict)), max_size=2).map(
        tuple
    ),
    tracks=st.lists(
        st.builds(
            Tracked,
            number=st.integers(0),
            label=texts,
            score=numbers,
            box=boxes,
            state=st.sampled_from(["new", "moving", "resting"]),
            verdict=st.sampled_from(Verdict),
            zones=st.lists(texts, max_size=2).map(tuple),
            event_id=st.none() | texts,
        ),
        max_size=2,
    ).map(tuple),
    inference_ms=numbers,
)
resting = st.lists(st.builds(wire.Resting, texts, boxes, numbers), max_size=2).map(tuple)
messages: st.SearchStrategy[wire.Message] = st.one_of(
    st.builds(
        wire.Watch,
        texts,
        detections,
        st.lists(st.builds(wire.Resumed, events, numbers, boxes), max_size=2).map(tuple),
        resting,
    ),
    st.builds(wire.Explain, texts, numbers),
    st.builds(wire.Unwatch, texts),
    st.builds(wire.Stream, texts, streams),
    st.builds(wire.Picture, texts, packets, st.booleans()),
    st.builds(
        wire.SoundStream,
        texts,
        st.builds(AudioInfo, codec=texts, sample_rate=st.integers(1), channels=st.integers(1), extradata=st.binary(max_size=9)),
    ),
    st.builds(wire.Sound, texts, st.builds(AudioPacket, st.binary(max_size=99), ticks, numbers)),
    st.builds(wire.Ready, st.lists(texts, max_size=3).map(tuple)),
    st.builds(wire.Failed, texts),
    st.builds(wire.Motion, texts, st.booleans()),
    st.builds(wire.Happened, st.sampled_from(Phase), events, st.binary(max_size=200)),
    st.builds(wire.Explained, looks),
    st.builds(wire.Occupied, texts, st.dictionaries(texts, st.lists(texts, max_size=2).map(tuple), max_size=2)),
    st.builds(wire.Rests, texts, resting),
    st.builds(wire.Stats, st.dictionaries(texts, stats, max_size=2)),
)


def pipe(data: bytes) -> BinaryIO:
    """A blocking stream of the data."""
    return cast("BinaryIO", io.BytesIO(data))


@given(st.lists(messages, max_size=4))
def test_messages_arrive_as_they_were_sent(sent: list[wire.Message]) -> None:
    """What goes in comes out, in order, and then the end."""
    stream = pipe(b"".join(map(framing.encode, sent)))
    assert [framing.read(stream) for _ in sent] == sent
    assert framing.read(stream) is None


@given(messages, st.data())
def test_torn_message_is_the_end(message: wire.Message, data: st.DataObject) -> None:
    """A message that breaks off is the end of the stream, not an error and not a message."""
    encoded = framing.encode(message)
    length = data.draw(st.integers(0, len(encoded) - 1))
    assert framing.read(pipe(encoded[:length])) is None


@given(st.binary(max_size=300), st.binary(max_size=50))
def test_nonsense_is_refused(header: bytes, payload: bytes) -> None:
    """Bytes that are no message raise the one error that is expected."""
    with pytest.raises(framing.WireError):
        framing.decode(header, payload)


@given(messages, st.data())
def test_damaged_message_raises_nothing_else(message: wire.Message, data: st.DataObject) -> None:
    """A damaged message is read as another or refused, whatever the damage."""
    encoded = bytearray(framing.encode(message))
    for _ in range(data.draw(st.integers(1, 4))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(framing.WireError):
        result = framing.read(pipe(bytes(encoded)))
        assert result is None or type(result).__name__ in framing._KINDS


def test_lengths_are_bounded() -> None:
    """A header that announces more than a message can have is refused before anything is read."""
    with pytest.raises(framing.WireError):
        framing.read(pipe(framing.LENGTHS.pack(2, framing.MAX_PAYLOAD + 1)))
    with pytest.raises(framing.WireError):
        framing.read(pipe(framing.LENGTHS.pack(framing.MAX_HEADER + 1, 0)))


def test_too_large_a_message_is_not_sent() -> None:
    """The sender keeps to the bounds too."""
    with pytest.raises(framing.WireError):
        framing.encode(wire.Picture("camera", Packet(bytes(framing.MAX_PAYLOAD + 1), 0, 0.0, True)))
