"""A narrow line between the edge and a viewer: a UDP relay that drops what does not fit."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
import re

DEPTH_BYTES = 50_000
"""What the line's queue holds."""

CANDIDATE = re.compile(r"a=candidate:(\S+) 1 (?:udp|UDP) (\d+) (\S+) (\d+) typ host\r\n")


class End(asyncio.DatagramProtocol):
    """One end of the line, and the peer that was last heard from there."""

    def __init__(self, forward: Callable[[bytes], None]) -> None:
        self.transport: asyncio.DatagramTransport | None = None
        self.peer: tuple[str, int] | None = None
        self._forward = forward

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready."""
        assert isinstance(transport, asyncio.DatagramTransport)
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Pass it on."""
        self.peer = addr
        self._forward(data)

    def send(self, data: bytes) -> None:
        """Send to the peer, once it is known."""
        if self.transport and self.peer:
            self.transport.sendto(data, self.peer)

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self.transport
        port: int = self.transport.get_extra_info("sockname")[1]
        return port


class Line:
    """Both ends. `kbit` is how much of the edge's media goes through in kbit/s, None for all. `dropped` counts packets."""

    def __init__(self) -> None:
        self.kbit: float | None = None
        self.dropped = 0
        self.edge = End(self._to_viewer)
        self.viewer = End(self.edge.send)
        self._free = float(DEPTH_BYTES)
        self._last = 0.0

    def offered(self, sdp: str) -> str:
        """The viewer's offer, with the line's end as its only candidate."""
        return through(sdp, self.edge.port)

    def answered(self, sdp: str) -> str:
        """The edge's answer, with the line's end as its only candidate."""
        return through(sdp, self.viewer.port)

    def _to_viewer(self, data: bytes) -> None:
        # What begins so is RTP or RTCP; the rest is ICE and DTLS.
        if self.kbit is not None and 128 <= data[0] <= 191:
            now = asyncio.get_running_loop().time()
            self._free = min(float(DEPTH_BYTES), self._free + (now - self._last) * self.kbit * 125)
            self._last = now
            if len(data) > self._free:
                self.dropped += 1
                return
            self._free -= len(data)
        self.viewer.send(data)


def through(sdp: str, port: int) -> str:
    """Replace the candidates of an SDP by one."""
    first = CANDIDATE.search(sdp)
    assert first
    address = next(found[3] for found in CANDIDATE.finditer(sdp) if ":" not in found[3])
    only = f"a=candidate:{first[1]} 1 udp {first[2]} {address} {port} typ host\r\n"
    head, _, rest = CANDIDATE.sub("\0", sdp).partition("\0")
    return head + only + rest.replace("\0", "")


def same(end: End) -> End:
    """Make nothing."""
    return end


@asynccontextmanager
async def line() -> AsyncIterator[Line]:
    """A line that lets everything through."""
    made = Line()
    loop = asyncio.get_running_loop()
    for end in (made.edge, made.viewer):
        await loop.create_datagram_endpoint(partial(same, end), local_addr=("0.0.0.0", 0))
    try:
        yield made
    finally:
        for end in (made.edge, made.viewer):
            if end.transport:
                end.transport.close()
