"""Parts of content that is made while it is sent, over a real socket."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from multidict import CIMultiDictProxy
import pytest

from ambianic.api.doors import Pass
from ambianic.api.parts import PASS
from ambianic.api.principals import Principal, Role
from ambianic.api.ranges import Unsatisfiable, disposition, safe_filename, serve, wanted_range

CHUNK = 64 * 1024


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-0", range(1)),
        ("bytes=0-99", range(100)),
        ("bytes=10-", range(10, 100)),
        ("bytes=10-9999", range(10, 100)),
        ("bytes=-1", range(99, 100)),
        ("bytes=-9999", range(100)),
        ("BYTES = 5 - 6", range(5, 7)),
        # What can't be understood counts as not said.
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=1-2,5-6", None),
        ("bytes=a-b", None),
        ("bytes=+1-2", None),
        ("bytes=\u0661-\u0662", None),
        ("bytes=1-2-3", None),
        (f"bytes=0-{'9' * 40}", None),
        ("lines=1-2", None),
        ("", None),
    ],
)
def test_ranges_are_read(header: str, wanted: range | None) -> None:
    """Of 100 bytes."""
    assert wanted_range(header, 100) == wanted


@pytest.mark.parametrize(("header", "size"), [("bytes=100-", 100), ("bytes=100-200", 100), ("bytes=-0", 100), ("bytes=0-", 0)])
def test_what_lies_outside_is_refused(header: str, size: int) -> None:
    """There is nothing to send."""
    with pytest.raises(Unsatisfiable):
        wanted_range(header, size)


@dataclass
class Bytes:
    """Content whose every byte tells where it is."""

    size: int = 1_000_003
    etag: str = "abc"
    fails_at: int | None = None
    read_so_far: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    def part(self, offset: int, length: int) -> bytes:
        """The bytes of a range."""
        return bytes((offset + index) % 251 for index in range(length))

    async def read(self, offset: int, length: int) -> AsyncIterator[bytes]:
        """The same, in chunks."""
        try:
            for start in range(offset, offset + length, CHUNK):
                if self.fails_at is not None and start >= self.fails_at:
                    raise LookupError("the file is gone")
                self.read_so_far = start + CHUNK
                yield self.part(start, min(CHUNK, offset + length - start))
        finally:
            self.closed.set()


@dataclass
class Server:
    """What serves the content, and whether who asks may still do so."""

    url: str
    content: Bytes
    rights: list[bool]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server on a free port."""
    content, rights = Bytes(), [True]

    async def handle(request: web.Request) -> web.StreamResponse:
        request[PASS] = Pass(Principal(kind="token", role=Role.ADMIN, name="test"), lambda: rights[0])
        return await serve(request, content, media_type="video/mp4", filename=request.query.get("as"))

    app = web.Application()
    app.router.add_get("/clip.mp4", handle, allow_head=True)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield Server(f"http://127.0.0.1:{runner.addresses[0][1]}/clip.mp4", content, rights)
    await runner.cleanup()


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes


async def ask(url: str, method: str = "GET", **headers: str) -> Answer:
    """Make one request."""
    wanted = {name.replace("_", "-"): value for name, value in headers.items()}
    async with aiohttp.ClientSession() as session, session.request(method, url, headers=wanted) as response:
        return Answer(response.status, response.headers, await response.read())


async def test_all_of_it(server: Server) -> None:
    """With its length, so that a client knows whether it got it."""
    answer = await ask(server.url)
    assert (answer.status, answer.body) == (200, server.content.part(0, server.content.size))
    assert answer.headers["Content-Length"] == "1000003"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == '"abc"'
    assert answer.headers["Content-Type"] == "video/mp4"
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=99999-200000", 99999, 200001),
        ("bytes=1000000-", 1000000, 1000003),
        ("bytes=-7", 999996, 1000003),
    ],
)
async def test_a_part(server: Server, header: str, start: int, end: int) -> None:
    """Exactly the bytes that are asked for."""
    answer = await ask(server.url, Range=header)
    assert (answer.status, answer.body) == (206, server.content.part(start, end - start))
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/1000003"
    assert answer.headers["Content-Length"] == str(end - start)


async def test_a_part_that_is_not_there(server: Server) -> None:
    """The answer tells how much there is."""
    answer = await ask(server.url, Range="bytes=1000003-")
    assert (answer.status, answer.headers["Content-Range"], answer.body) == (416, "bytes */1000003", b"")


async def test_several_parts_are_not_made(server: Server) -> None:
    """All of it is sent instead, as the standard allows."""
    assert (await ask(server.url, Range="bytes=0-1,5-6")).status == 200


async def test_a_part_of_what_it_was(server: Server) -> None:
    """Comes only while the content is the same."""
    assert (await ask(server.url, Range="bytes=0-9", If_Range='"abc"')).status == 206
    for other in ('"old"', 'W/"abc"', "Sun, 22 Nov 2026 16:04:05 GMT"):
        answer = await ask(server.url, Range="bytes=0-9", If_Range=other)
        assert (answer.status, len(answer.body)) == (200, 1000003), other


async def test_what_is_known_is_not_sent_again(server: Server) -> None:
    """However it is told."""
    for known in ('"abc"', 'W/"abc"', '"x", "abc"', "*"):
        answer = await ask(server.url, If_None_Match=known, Range="bytes=0-9")
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", '"abc"'), known
    assert (await ask(server.url, If_None_Match='"x"', Range="bytes=0-9")).status == 206


async def test_only_what_it_would_be(server: Server) -> None:
    """HEAD reads nothing, and knows no ranges."""
    for headers in ({}, {"Range": "bytes=0-9"}):
        answer = await ask(server.url, "HEAD", **headers)
        assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, "1000003", b"")
    assert server.content.read_so_far == 0


async def test_a_client_that_goes_away_ends_the_reading(server: Server) -> None:
    """Soon: what lies in the sockets' buffers is small against it."""
    server.content.size = 1 << 40
    async with aiohttp.ClientSession() as session:
        response = await session.get(server.url)
        await response.content.readexactly(1000)
        response.close()
    await asyncio.wait_for(server.content.closed.wait(), 10)
    assert server.content.read_so_far < 64 * 1024 * 1024
    assert (await ask(server.url, Range="bytes=0-9")).status == 206


async def test_what_can_not_be_completed_is_not_taken_for_the_whole(server: Server) -> None:
    """The connection ends before the promised length."""
    server.content.fails_at = 300_000
    with pytest.raises(aiohttp.ClientPayloadError):
        await ask(server.url)
    assert (await ask(server.url, Range="bytes=0-9")).status == 206


async def test_withdrawn_access_ends_what_is_being_sent(server: Server) -> None:
    """At once, however long it is."""
    server.content.size = 1 << 40
    async with aiohttp.ClientSession() as session, session.get(server.url) as response:
        await response.content.readexactly(1000)
        server.rights[0] = False
        with pytest.raises(aiohttp.ClientPayloadError):
            await asyncio.wait_for(response.content.readexactly(1 << 39), 10)


async def test_a_file_to_save(server: Server) -> None:
    """Its name comes through in every language."""
    answer = await ask(f"{server.url}?as=Vorgarten%20s%C3%BCd.mp4")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Vorgarten s_d.mp4\"; filename*=UTF-8''Vorgarten%20s%C3%BCd.mp4"
    )


def test_names_of_files_are_safe() -> None:
    """On every system, and within a header."""
    assert safe_filename('a/b\\c:d*"?<x>|\r\n.mp4 ') == "a_b_c_d_x_.mp4"
    assert safe_filename("..") == ""
    assert "\n" not in disposition(safe_filename("x\ny"))
