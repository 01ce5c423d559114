"""Requests through a real data channel: many at once, big ones, cancelled ones, refused ones."""

import asyncio

import pytest

from ambianic.remote.channel.frames import BODY_MAX, REQUESTS_MAX, RESPONSE_WINDOW
from tests.support.channel import ChannelClient, ChannelError, ChannelLost

from .conftest import BEARER, BIG, Hub


async def test_a_request_reaches_the_api_as_the_phone_meant_it(phone: ChannelClient) -> None:
    """A request reaches the API as the phone meant it."""
    answer = await phone.request(
        "POST", "/api/v1/echo?a=1&b=%2F", headers={"Content-Type": "application/json", "Accept": "x/y"}, body=b'{"a": 1}'
    )
    echo = await answer.json()
    assert (answer.status, echo["method"], echo["query"], echo["length"]) == (200, "POST", {"a": "1", "b": "/"}, 8)
    headers = {name.lower(): value for name, value in echo["headers"].items()}
    assert headers.pop("authorization") == f"Bearer {BEARER}"
    assert headers == {
        "host": "edge",
        "content-type": "application/json",
        "accept": "x/y",
        "transfer-encoding": "chunked",
    }


async def test_of_the_answers_headers_only_harmless_ones_reach_the_phone(phone: ChannelClient) -> None:
    """Of the answer's headers only harmless ones reach the phone."""
    answer = await phone.get("/api/v1/echo")
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["content-type"].startswith("application/json")
    assert not {"set-cookie", "x-inner", "server", "date"} & set(answer.headers)


async def test_of_a_hundred_requests_at_once_none_is_lost(phone: ChannelClient) -> None:
    """Of a hundred requests at once none is lost."""
    slots = asyncio.Semaphore(REQUESTS_MAX)

    async def ask(number: int) -> str:
        async with slots:
            answer = await (await phone.get(f"/api/v1/echo?number={number}")).json()
        return str(answer["query"]["number"])

    assert await asyncio.gather(*map(ask, range(100))) == [str(number) for number in range(100)]


@pytest.mark.long
async def test_small_requests_overtake_a_big_body(phone: ChannelClient) -> None:
    """Small requests overtake a big body."""
    big = await phone.get("/api/v1/big")
    download = asyncio.create_task(big.read())
    for number in range(20):
        await (await phone.get(f"/api/v1/echo?number={number}")).read()
    assert not download.done()
    assert await download == BIG


async def test_two_big_bodies_go_on_side_by_side(phone: ChannelClient) -> None:
    """Two big bodies go on side by side."""
    first, second = [await phone.get("/api/v1/endless") for _ in range(2)]
    counts = [0, 0]

    async def read(number: int, body: asyncio.Future[None]) -> None:
        answer = (first, second)[number]
        while not body.done():
            counts[number] += len(await answer.body.get() or b"")
            if sum(counts) > 8_000_000 and not body.done():
                body.set_result(None)

    enough: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    await asyncio.gather(read(0, enough), read(1, enough))
    assert min(counts) > 3_000_000


async def test_ranges(phone: ChannelClient) -> None:
    """Ranges."""
    answer = await phone.get("/api/v1/big", range="bytes=1000-1999")
    assert (answer.status, answer.headers["content-range"]) == (206, f"bytes 1000-1999/{len(BIG)}")
    assert await answer.read() == BIG[1000:2000]


async def test_head_has_no_body(phone: ChannelClient) -> None:
    """Head has no body."""
    answer = await phone.request("HEAD", "/api/v1/big")
    assert (answer.headers["content-length"], await answer.read()) == (str(len(BIG)), b"")


async def test_an_answer_that_nobody_reads_waits_in_the_edge(hub: Hub, phone: ChannelClient) -> None:
    """An answer that nobody reads waits in the edge."""
    answer = await phone.get("/api/v1/endless")
    while answer.body.waiting < RESPONSE_WINDOW:
        await asyncio.sleep(0.01)
    for _ in range(10):
        assert (await phone.get("/api/v1/echo")).status == 200
    assert answer.body.waiting == RESPONSE_WINDOW
    held = hub.api.sent
    assert held < 4 * RESPONSE_WINDOW
    read = 0
    while read <= held:
        read += len(await answer.body.get() or b"")


async def test_cancelling_stops_the_api_and_frees_the_slot(hub: Hub, phone: ChannelClient) -> None:
    """Cancelling stops the API and frees the slot."""
    for _ in range(REQUESTS_MAX + 1):
        hub.api.ended.clear()
        answer = await phone.get("/api/v1/endless")
        await answer.body.get()
        phone.cancel(answer.id)
        await hub.api.ended.wait()
    assert (await phone.get("/api/v1/echo")).status == 200


async def test_one_request_too_many_is_refused_until_a_slot_is_free(hub: Hub, phone: ChannelClient) -> None:
    """One request too many is refused until a slot is free."""
    waiting = [asyncio.create_task(phone.get("/api/v1/wait")) for _ in range(REQUESTS_MAX)]
    while hub.api.waiting < REQUESTS_MAX:
        await asyncio.sleep(0.01)
    with pytest.raises(ChannelError, match="too_many_requests"):
        await phone.get("/api/v1/echo")
    hub.api.released.set()
    assert {(await answer).status for answer in waiting} == {200}
    assert (await phone.get("/api/v1/echo")).status == 200


async def test_bodies_of_requests_have_a_limit(phone: ChannelClient) -> None:
    """Bodies of requests have a limit."""
    answer = await phone.request("PUT", "/api/v1/echo", body=bytes(BODY_MAX))
    assert (await answer.json())["length"] == BODY_MAX
    with pytest.raises(ChannelError, match="too_large"):
        await phone.request("PUT", "/api/v1/echo", body=bytes(BODY_MAX + 1))
    assert (await phone.get("/api/v1/echo")).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/api/v2/echo"),
        ("GET", "http://192.168.1.1/api/v1/echo"),
        ("GET", "//192.168.1.1/api/v1/echo"),
        ("GET", "/api/v1/../v1/echo"),
        ("GET", "/api/v1/%2e%2E/v1/echo"),
        ("GET", "/api/v1/./echo"),
        ("GET", "/api/v1/echo#part"),
        ("GET", "/api/v1/e\\cho"),
        ("GET", "/api/v1/echo HTTP/1.1\r\nX: y"),
        ("GET", "/api/v1/é"),
        ("GET", "/api/v1/" + "x" * 2048),
        ("CONNECT", "/api/v1/echo"),
        ("TRACE", "/api/v1/echo"),
        ("get", "/api/v1/echo"),
        ("OPTIONS", "/api/v1/echo"),
    ],
)
async def test_nothing_but_the_api_can_be_asked_for(hub: Hub, phone: ChannelClient, method: str, path: str) -> None:
    """Nothing but the API can be asked for."""
    with pytest.raises(ChannelError, match="forbidden"):
        await phone.request(method, path)
    assert hub.api.requests == []


@pytest.mark.parametrize(
    "header",
    ["Authorization", "Cookie", "Host", "X-Forwarded-For", "X-Remote-User-Id", "Connection", "Content-Length", "Origin"],
)
async def test_headers_that_a_phone_must_not_send_are_refused(hub: Hub, phone: ChannelClient, header: str) -> None:
    """Headers that a phone must not send are refused."""
    with pytest.raises(ChannelError, match="forbidden"):
        await phone.request("GET", "/api/v1/echo", headers={header: "x"})
    assert hub.api.requests == []


@pytest.mark.parametrize("headers", [{"Accept": "a\r\nX: y"}, {"Accept": "é"}, {"Accept": "x" * 1025}, {"accept\n": "x"}])
async def test_headers_that_are_none_are_refused(hub: Hub, phone: ChannelClient, headers: dict[str, str]) -> None:
    """Headers that are none are refused."""
    with pytest.raises(ChannelError):
        await phone.request("GET", "/api/v1/echo", headers=headers)
    assert hub.api.requests == []


async def test_a_body_that_breaks_off_is_an_error_and_not_an_end(phone: ChannelClient) -> None:
    """A body that breaks off is an error and not an end."""
    answer = await phone.get("/api/v1/broken")
    with pytest.raises(ChannelError, match="unavailable"):
        await answer.read()


async def test_an_answer_with_too_large_a_head_is_an_error(phone: ChannelClient) -> None:
    """An answer with too large a head is an error."""
    with pytest.raises(ChannelError, match="too_large"):
        await phone.get("/api/v1/wide")


async def test_an_api_that_is_not_there_is_an_error(hub: Hub, phone: ChannelClient) -> None:
    """An API that is not there is an error."""
    hub.door.socket.unlink()
    with pytest.raises(ChannelError, match="unavailable"):
        await phone.get("/api/v1/echo")


async def test_a_slow_api_is_an_error(hub: Hub, phone: ChannelClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow API is an error."""
    monkeypatch.setattr("ambianic.remote.channel.exchange.HEAD_TIMEOUT", 0.1)
    with pytest.raises(ChannelError, match="timeout"):
        await phone.get("/api/v1/wait")
    monkeypatch.undo()
    assert (await phone.get("/api/v1/echo")).status == 200


async def test_an_answer_that_nobody_reads_for_too_long_is_given_up(
    hub: Hub, phone: ChannelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that nobody reads for too long is given up."""
    monkeypatch.setattr("ambianic.remote.channel.exchange.STALL_TIMEOUT", 0.2)
    answer = await phone.get("/api/v1/endless")
    await hub.api.ended.wait()
    with pytest.raises(ChannelError, match="timeout"):
        await answer.read()


async def test_the_phone_hears_that_its_session_is_over(hub: Hub) -> None:
    """The phone hears that its session is over."""
    async with ChannelClient(hub.channel) as phone:
        waiting = asyncio.create_task(phone.get("/api/v1/wait"))
        while not hub.api.waiting:
            await asyncio.sleep(0.01)
        hub.served.cancel()
        with pytest.raises(ChannelLost, match="goodbye: stopping"):
            await waiting


async def test_errors_are_words_for_people(phone: ChannelClient) -> None:
    """Errors are words for people."""
    with pytest.raises(ChannelError) as caught:
        await phone.get("/secret")
    assert "/api/v1/" in str(caught.value)
