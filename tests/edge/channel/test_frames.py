"""The frames on the wire: what is committed for both languages, and noise."""

import asyncio
from contextlib import suppress
import json
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from ambianic.remote.channel.frames import (
    FROM_HUB,
    FROM_PHONE,
    ID_MAX,
    PAYLOAD_MAX,
    Frame,
    Kind,
    ProtocolError,
    closed,
    granted,
)
from ambianic.remote.channel.heads import Refused, RequestHead, socket_path
from tests.support.channel import ChannelClient
from tests.support.paths import ROOT

from .pipe import Pipe

VECTORS = json.loads((ROOT / "tests" / "vectors" / "channel" / "frames.json").read_text())
ALL = FROM_HUB | FROM_PHONE


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda vector: vector["name"])
def test_good_frames(vector: dict[str, Any]) -> None:
    """Good frames."""
    wire, allowed = bytes.fromhex(vector["hex"]), FROM_PHONE if vector["from"] == "phone" else FROM_HUB
    frame = Frame.parse(wire, allowed)
    assert (frame.kind.name, frame.id, frame.payload.hex()) == (vector["kind"], vector["id"], vector["payload"])
    assert bytes(frame) == wire
    if "credit" in vector:
        assert granted(frame) == vector["credit"]
    if "close" in vector:
        assert list(closed(frame)) == vector["close"]
    if "request" in vector:
        head = RequestHead.of(frame)
        assert [head.method, head.path, [list(pair) for pair in head.headers], head.body] == vector["request"]


@pytest.mark.parametrize("vector", VECTORS["bad"], ids=lambda vector: vector["name"])
def test_bad_frames(vector: dict[str, Any]) -> None:
    """Bad frames."""
    allowed = FROM_PHONE if vector["from"] == "phone" else FROM_HUB
    with pytest.raises(ProtocolError):
        Frame.parse(bytes.fromhex(vector["hex"]) * vector.get("times", 1), allowed)


@given(st.sampled_from(list(Kind)), st.integers(0, ID_MAX), st.binary(max_size=PAYLOAD_MAX))
def test_a_frame_that_is_accepted_comes_out_as_it_went_in(kind: Kind, request_id: int, payload: bytes) -> None:
    """A frame that is accepted comes out as it went in."""
    frame = Frame(kind, request_id, payload)
    try:
        assert Frame.parse(bytes(frame), ALL) == frame
    except ProtocolError:
        assert kind in ALL


@given(st.binary(max_size=64) | st.text(max_size=8) | st.integers())
def test_noise_is_a_frame_or_a_protocol_error(message: object) -> None:
    """Noise is a frame or a protocol error."""
    for allowed in (FROM_PHONE, FROM_HUB):
        with suppress(ProtocolError):
            assert Frame.parse(message, allowed).kind in allowed


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("/api/v1/x") | st.just("GET"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["method", "path", "headers", "body"]), inner),
    max_leaves=12,
)


@given(JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=100))
def test_noise_is_a_head_or_refused(payload: bytes) -> None:
    """Noise is a head or refused."""
    for kind, read in ((Kind.REQUEST, RequestHead.of), (Kind.SOCKET, socket_path)):
        with suppress(Refused):
            assert read(Frame(kind, 1, payload))


FRAMES = st.lists(
    st.builds(
        lambda kind, request_id, payload: bytes(Frame(kind, request_id, payload)),
        st.sampled_from(list(Kind)),
        st.integers(0, 3),
        st.binary(max_size=12) | JSON.map(lambda value: json.dumps(value).encode()),
    )
    | st.binary(max_size=20),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(FRAMES)
def test_any_frames_are_survived_by_the_phones_end_or_end_it_in_order(messages: list[bytes]) -> None:
    """Any frames are survived by the phone's end or end it in order."""

    async def follow(client: ChannelClient) -> None:
        async for _ in client.follow("/api/v1/stream"):
            pass

    async def run() -> None:
        pipe: Any = Pipe()
        async with ChannelClient(pipe) as client:
            await asyncio.sleep(0)
            asking = [asyncio.ensure_future(client.get("/api/v1/x")), asyncio.ensure_future(follow(client))]
            await asyncio.sleep(0)
            for message in (b"\0\0\0\0\0\x01", *messages):
                pipe.receive(message)
                await asyncio.sleep(0)
            for task in asking:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
            assert client.ended
            client.gone.set()
            reason = await client.ended
            assert reason in {"gone", "protocol", "version", "overload"} or reason.startswith("goodbye")

    asyncio.run(run())
