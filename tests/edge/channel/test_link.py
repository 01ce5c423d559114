"""How a channel begins and ends."""

import asyncio
from typing import Any

import pytest

from ambianic.remote.channel import goodbye
from ambianic.remote.channel.flow import Inflow
from ambianic.remote.channel.frames import FROM_HUB, FROM_PHONE, VERSION, Frame, Kind, ProtocolError
from ambianic.remote.channel.heads import read_json
from ambianic.remote.channel.link import Link
from ambianic.remote.channel.outbox import URGENT_MAX
from tests.support.channel import ChannelClient, ChannelLost, joined

from .conftest import Hub
from .pipe import Pipe


class Raw:
    """The phone's end without any manners."""

    def __init__(self, hub: Hub) -> None:
        self.frames: asyncio.Queue[Frame] = asyncio.Queue()
        self._channel = hub.channel
        hub.channel.on("message", lambda message: self.frames.put_nowait(Frame.parse(message, FROM_HUB)))

    def send(self, *frames: Frame | bytes | str) -> None:
        """Send whatever it is."""
        for frame in frames:
            self._channel.send(frame if isinstance(frame, str) else bytes(frame))

    async def next(self, kind: Kind) -> Frame:
        """The next frame of a kind."""
        async with asyncio.timeout(10):
            while True:
                frame = await self.frames.get()
                if frame.kind is kind:
                    return frame


@pytest.fixture
def raw(hub: Hub) -> Raw:
    """A phone without any manners."""
    return Raw(hub)


HELLO = Frame(Kind.HELLO, 0, bytes([VERSION]))
GET = b'{"method":"GET","path":"/api/v1/wait","headers":[],"body":false}'
PUT = b'{"method":"PUT","path":"/api/v1/wait","headers":[],"body":true}'


async def test_the_hub_greets_and_answers_pings(raw: Raw) -> None:
    """The hub greets and answers pings."""
    raw.send(HELLO, Frame(Kind.PING, 0, b"12345678"))
    assert (await raw.next(Kind.HELLO)).payload == bytes([VERSION])
    assert (await raw.next(Kind.PONG)).payload == b"12345678"


async def test_a_newer_phone_is_served_with_our_version(raw: Raw) -> None:
    """A newer phone is served with our version."""
    raw.send(Frame(Kind.HELLO, 0, b"\x09and more"), Frame(Kind.PING))
    await raw.next(Kind.PONG)


@pytest.mark.parametrize(
    "frames",
    [
        ["text"],
        [b""],
        [b"\x0b"],
        [b"\x0b\0\0\0"],
        [Frame(Kind.PING)],  # before the HELLO
        [HELLO, HELLO],
        [HELLO, b"\xff\0\0\0\x01"],
        [HELLO, Frame(Kind.REQUEST, 0, GET)],
        [HELLO, Frame(Kind.PING, 1)],
        [HELLO, Frame(Kind.RESPONSE, 1, b"{}")],
        [HELLO, Frame(Kind.MESSAGE, 1, b"\x01x")],
        [HELLO, Frame(Kind.ERROR, 1, b"{}")],
        [HELLO, Frame(Kind.DATA, 1, b"x")],
        [HELLO, Frame(Kind.CANCEL, 7)],
        [HELLO, Frame(Kind.REQUEST, 2, GET), Frame(Kind.REQUEST, 2, GET)],
        [HELLO, Frame(Kind.REQUEST, 2, GET), Frame(Kind.REQUEST, 1, GET)],
        [HELLO, Frame(Kind.REQUEST, 1, GET), Frame(Kind.CREDIT, 1, bytes(4))],
        [HELLO, Frame(Kind.REQUEST, 1, GET), Frame(Kind.CREDIT, 1, b"\xff\xff\xff\xff")],
        [HELLO, Frame(Kind.REQUEST, 1, GET), Frame(Kind.CREDIT, 1, b"\x01\0\0\0"), Frame(Kind.CREDIT, 1, b"\x01\0\0\0")],
        [HELLO, Frame(Kind.REQUEST, 1, GET), Frame(Kind.END, 1, b"x")],
        [HELLO, Frame(Kind.REQUEST, 1, PUT), Frame(Kind.END, 1), Frame(Kind.END, 1)],
        [HELLO, Frame(Kind.REQUEST, 1, PUT), Frame(Kind.END, 1), Frame(Kind.DATA, 1, b"x")],
        [HELLO, bytes(Frame(Kind.REQUEST, 1, b" " * 16_380))],
    ],
)
async def test_who_breaks_the_rules_is_told_and_left(hub: Hub, raw: Raw, frames: list[Frame | bytes | str]) -> None:
    """Who breaks the rules is told and left."""
    raw.send(*frames)
    assert read_json(await raw.next(Kind.GOODBYE))["reason"] == "protocol"
    await asyncio.wait_for(hub.served, 10)
    async with asyncio.timeout(10):
        while hub.channel.readyState == "open":
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "head",
    [
        b"{}",
        b"[]",
        b"nonsense",
        b"\xff\xfe",
        b"[" * 16_000,
        b'{"method":"GET","path":"/api/v1/wait","headers":{},"body":false}',
        b'{"method":"GET","path":"/api/v1/wait","headers":[["accept"]],"body":false}',
        b'{"method":"GET","path":"/api/v1/wait","headers":[],"body":true}',
        b'{"method":"GET","path":"/api/v1/wait","headers":[],"body":0}',
        b'{"method":"GET","path":"/api/v1/wait","headers":[],"body":false,"url":"http://x"}',
        b'{"method":7,"path":"/api/v1/wait","headers":[],"body":false}',
        b'{"method":"GET","path":["/api/v1/wait"],"headers":[],"body":false}',
        b'{"method":"GET","path":"/api/v1/wait","headers":[%s],"body":false}' % b",".join([b'["accept","x"]'] * 17),
    ],
)
async def test_a_head_that_is_none_is_answered_with_an_error(hub: Hub, raw: Raw, head: bytes) -> None:
    """A head that is none is answered with an error."""
    raw.send(HELLO, Frame(Kind.REQUEST, 1, head), Frame(Kind.SOCKET, 2, head))
    errors = [await raw.next(Kind.ERROR) for _ in range(2)]
    assert {(frame.id, read_json(frame)["code"] in {"malformed", "forbidden"}) for frame in errors} == {(1, True), (2, True)}
    assert hub.api.requests == []


def test_more_data_than_was_granted_is_against_the_rules() -> None:
    """More data than was granted is against the rules."""
    inflow = Inflow(30, lambda _count: None)
    inflow.feed(bytes(20))
    with pytest.raises(ProtocolError):
        inflow.feed(bytes(11))


async def test_frames_for_a_request_that_has_just_ended_do_no_harm(raw: Raw) -> None:
    """Frames for a request that has just ended do no harm."""
    raw.send(HELLO, Frame(Kind.REQUEST, 1, b"{}"))
    await raw.next(Kind.ERROR)
    raw.send(Frame(Kind.DATA, 1, b"x"), Frame(Kind.END, 1), Frame(Kind.CREDIT, 1, b"\0\0\0\x01"), Frame(Kind.CANCEL, 1))
    raw.send(Frame(Kind.PING))
    await raw.next(Kind.PONG)


async def test_an_end_that_asks_and_never_reads_is_left() -> None:
    """An end that asks and never reads is left."""
    pipe: Any = Pipe()
    link = Link(pipe, FROM_PHONE, lambda _frame: None)
    pipe.receive(bytes(HELLO))
    pipe.bufferedAmount = 1_000_000
    for _ in range(URGENT_MAX + 1):
        pipe.receive(bytes(Frame(Kind.PING)))
    assert await link.run(asyncio.Event()) == "overload"
    assert [frame[0] for frame in pipe.sent] == [Kind.HELLO, Kind.GOODBYE]


async def test_a_channel_that_is_torn_off_ends_all_that_was_under_way(hub: Hub) -> None:
    """A channel that is torn off ends all that was under way."""
    async with ChannelClient(hub.channel) as phone:
        await phone.get("/api/v1/endless")
        waiting = asyncio.create_task(phone.get("/api/v1/wait"))
        while not hub.api.waiting:
            await asyncio.sleep(0.01)
        hub.peer_gone.set()
        await asyncio.wait_for(hub.served, 10)
        await asyncio.wait_for(hub.api.ended.wait(), 10)
        with pytest.raises(ChannelLost):
            await waiting


async def test_serving_ends_when_the_phone_closes_the_channel(hub: Hub) -> None:
    """Serving ends when the phone closes the channel."""
    async with ChannelClient(hub.channel) as phone:
        await phone.get("/api/v1/endless")
        hub.channel.close()
        await asyncio.wait_for(hub.served, 10)
        await asyncio.wait_for(hub.api.ended.wait(), 10)


async def test_a_revoked_phone_is_told(hub: Hub) -> None:
    """A revoked phone is told."""
    async with ChannelClient(hub.channel) as phone:
        assert (await phone.get("/api/v1/echo")).status == 200
        assert hub.far.readyState == "open"
        await goodbye(hub.far, "revoked")
        assert phone.ended
        assert await asyncio.wait_for(phone.ended, 10) == "goodbye: revoked"


async def test_an_end_that_falls_silent_is_noticed_by_the_other() -> None:
    """An end that falls silent is noticed by the other."""
    async with joined() as (near, _far):
        link = Link(near, FROM_HUB, lambda _frame: None, ping_period=0.05, silence_max=0.2)
        assert await asyncio.wait_for(link.run(asyncio.Event()), 10) == "lost"


async def test_two_ends_that_have_nothing_to_say_stay_together() -> None:
    """Two ends that have nothing to say stay together."""
    async with joined() as (near, far):
        ends = [
            Link(channel, kinds, lambda _frame: None, ping_period=0.05, silence_max=0.5)
            for channel, kinds in ((near, FROM_HUB), (far, FROM_PHONE))
        ]
        gone = asyncio.Event()
        runs = [asyncio.create_task(end.run(gone)) for end in ends]
        done, _ = await asyncio.wait(runs, timeout=1.5)
        assert not done
        gone.set()
        assert await asyncio.gather(*runs) == ["gone", "gone"]
