"""The event stream through the channel."""

import asyncio

import pytest

from tests.support.channel import ChannelClient, ChannelError

from .conftest import Hub


async def test_messages_come_whole_however_long_they_are(hub: Hub, phone: ChannelClient) -> None:
    """Messages come whole however long they are."""
    stream = phone.follow("/api/v1/stream?after=b1c2-17")
    state = await anext(stream)
    assert (state["type"], state["after"], len(state["filling"])) == ("state", "b1c2-17", 100_000)
    (socket,) = hub.api.sockets

    async def send() -> None:
        for number in range(100):
            await socket.send_json({"type": "event", "number": number, "filling": "x" * 20_000})

    sending = asyncio.create_task(send())
    assert [(await anext(stream))["number"] for _ in range(100)] == list(range(100))
    await sending
    await stream.aclose()
    await hub.api.ended.wait()


async def test_requests_are_answered_beside_a_stream(phone: ChannelClient) -> None:
    """Requests are answered beside a stream."""
    stream = phone.follow("/api/v1/stream")
    await anext(stream)
    assert (await phone.get("/api/v1/echo")).status == 200
    await stream.aclose()


async def test_the_phone_hears_why_the_api_closed_the_stream(hub: Hub, phone: ChannelClient) -> None:
    """The phone hears why the API closed the stream."""
    stream = phone.follow("/api/v1/stream")
    await anext(stream)
    (socket,) = hub.api.sockets
    closing = asyncio.create_task(socket.close(code=4401))
    with pytest.raises(ChannelError, match="4401"):
        await anext(stream)
    await closing


async def test_the_phone_hears_that_the_api_refused_the_stream(phone: ChannelClient) -> None:
    """The phone hears that the API refused the stream."""
    with pytest.raises(ChannelError, match="403"):
        await anext(phone.follow("/api/v1/stream?after=refused"))


@pytest.mark.parametrize(
    "path", ["/api/v1/echo", "/api/v1/stream/../echo", "/api/v1/streams", "wss://example.org/api/v1/stream"]
)
async def test_only_the_stream_is_a_socket(hub: Hub, phone: ChannelClient, path: str) -> None:
    """Only the stream is a socket."""
    with pytest.raises(ChannelError, match="forbidden"):
        await anext(phone.follow(path))
    assert hub.api.requests == []


@pytest.mark.long
async def test_a_stream_counts_as_a_request_and_frees_its_slot(hub: Hub, phone: ChannelClient) -> None:
    """A stream counts as a request and frees its slot."""
    for _ in range(70):
        stream = phone.follow("/api/v1/stream")
        await anext(stream)
        await stream.aclose()
    assert (await phone.get("/api/v1/echo")).status == 200
