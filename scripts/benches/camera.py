"""A real edge with one camera that plays Debian's vtest.avi as H.264, and WHEP to watch it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path
import tempfile
from typing import Self

import aiohttp
import av
from av.video.stream import VideoStream

from tests.support.edge import Edge, EdgeApi
from tests.support.paths import FOOTAGE

SECONDS = 4
"""How long the footage is before it starts again."""
GOP_SECONDS = 2


@dataclass(frozen=True, kw_only=True)
class Footage:
    """What a camera sends; `bit_rate` in bits a second."""

    width: int
    height: int
    fps: int
    bit_rate: int

    def __str__(self) -> str:
        return f"{self.height}p{self.fps}"


HD = Footage(width=1920, height=1080, fps=15, bit_rate=2_500_000)
SMOOTH = Footage(width=1280, height=720, fps=25, bit_rate=3_000_000)


def make(footage: Footage, path: Path) -> None:
    """Encode the footage: H.264 main profile without B-frames, a key frame every two seconds."""
    with av.open(FOOTAGE) as source, av.open(path, "w") as target:
        stream = target.add_stream("libx264", rate=footage.fps)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = footage.width, footage.height, "yuv420p"
        stream.bit_rate = footage.bit_rate
        stream.options = {
            "preset": "ultrafast",
            "profile": "main",
            "bf": "0",
            "g": str(footage.fps * GOP_SECONDS),
            "sc_threshold": "0",
            "maxrate": str(footage.bit_rate),
            "bufsize": str(footage.bit_rate),
        }
        for number, frame in enumerate(islice(cycle(source.decode(video=0)), footage.fps * SECONDS)):
            picture = frame.reformat(footage.width, footage.height, "yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, footage.fps)
            target.mux(stream.encode(picture))
        target.mux(stream.encode(None))


class Whep:
    """The live sessions of one camera, over HTTP with a token."""

    def __init__(self, url: str, camera_id: str, token: str) -> None:
        """Watch a camera of the edge at `url`."""
        self.url = url
        self.camera_id = camera_id
        self.token = token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the connections."""
        self._session = aiohttp.ClientSession(self.url, headers={"Authorization": f"Bearer {self.token}"})
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        assert self._session
        await self._session.close()

    async def offer(self, sdp: str) -> tuple[str, str]:
        """Send an offer. Returns the session's path and the answer."""
        assert self._session
        path = f"/api/v1/cameras/{self.camera_id}/whep"
        async with self._session.post(path, data=sdp, headers={"Content-Type": "application/sdp"}) as response:
            answer = await response.text()
            if response.status != 201:
                raise RuntimeError(f"The edge refused the offer: {response.status} {answer}")
            return response.headers["Location"], answer

    async def candidate(self, session: str, fragment: str) -> None:
        """Send a candidate. One that comes after the session's end has no meaning."""
        assert self._session
        headers = {"Content-Type": "application/trickle-ice-sdpfrag"}
        async with self._session.patch(session, data=fragment, headers=headers) as response:
            if response.status not in {204, 404}:
                raise RuntimeError(f"The edge refused a candidate: {response.status} {await response.text()}")


@asynccontextmanager
async def watched_camera(footage: Footage) -> AsyncIterator[tuple[Edge, Whep]]:
    """Run an edge with a camera that is online."""
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as directory:
        path = Path(directory) / "footage.mp4"
        make(footage, path)
        edge = Edge(Path(directory))
        await edge.start()
        try:
            token = await edge.create_token("bench")
            api = EdgeApi(edge, token)
            wanted = {"name": "Bench", "url": str(path), "detection": {"enabled": False}}
            camera = await api.post("cameras", wanted)
            await _online(api, camera["id"])
            async with Whep(edge.url, camera["id"], token) as whep:
                yield edge, whep
        finally:
            await edge.stop()


async def _online(api: EdgeApi, camera_id: str) -> None:
    async with asyncio.timeout(30):
        while True:
            camera = await api.get(f"cameras/{camera_id}")
            if camera["status"]["state"] == "online":
                return
            await asyncio.sleep(0.1)
