"""How long a phone takes to reach the home: on the home's own network, and across two home routers 40 ms apart.

In the lab's networks, with the real app in Chromium, the edge, a registrar and coturn. A connection is measured from the tap until requests can
be sent, a video from the tap on a camera until the first picture is shown.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
import statistics
import tempfile

from tests.support.coturn import Coturn
from tests.support.edge import Edge, EdgeApi
from tests.support.netlab import REGISTRAR, Namespace, NetLab, net_lab
from tests.support.phone_page import PhonePage, phone_page
from tests.support.registrar import UNLIMITED, Registrar
from tests.support.rtsp import Clip, RtspServer
from tests.support.slowlink import Line, slowed
from tests.support.ui import build

ROUNDS = 15
QUICK_ROUNDS = 4
LINE = Line(mbit=50, rtt_ms=40)
CAMERA = "Front yard"

_FIRST_PICTURE = """video => new Promise(done => video.requestVideoFrameCallback(now => done(now)))"""


@dataclass
class Times:
    """Milliseconds of each round."""

    connected: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)

    def print(self, path: str) -> None:
        """Show the medians and the worst."""
        values = (statistics.median(self.connected), max(self.connected), statistics.median(self.shown), max(self.shown))
        print(f"{path:<26} {values[0]:8.0f} {values[1]:8.0f} {values[2]:12.0f} {values[3]:8.0f}", flush=True)


async def measure(*, quick: bool) -> dict[str, float]:
    """Connect again and again, from both places."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    build()
    print(f"{'':<26} {'channel open, ms':>17} {'first picture, ms':>21}")
    print(f"{'':<26} {'median':>8} {'worst':>8} {'median':>12} {'worst':>8}")
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as name, net_lab() as lab:
        directory = Path(name)
        async with _home(lab, directory) as (api, registrar):
            near = await _measure(api, registrar, directory / "near", lab.neighbour("cone", 2), rounds)
            near.print("the same network")
            with slowed(lab.way_out("cone", 2), LINE):
                far = await _measure(api, registrar, directory / "far", lab.site("cone", 1), rounds)
            far.print(f"across NATs, {LINE.rtt_ms:.0f} ms")
    return {
        "lan_ms": round(statistics.median(near.connected), 1),
        "nat_ms": round(statistics.median(far.connected), 1),
        "first_video_ms": round(statistics.median(far.shown), 1),
    }


@asynccontextmanager
async def _home(lab: NetLab, directory: Path) -> AsyncIterator[tuple[EdgeApi, Registrar]]:
    """The public servers and the home with its camera; afterwards this program is inside the home's network."""
    coturn = Coturn(directory / "coturn", lab.server)
    stun = [word for url in coturn.stun_urls for word in ("--stun", url)]
    turn = [word for url in coturn.turn_urls for word in ("--turn", url)]
    options = ("--ui", *stun, *turn, "--turn-secret-file", coturn.secret_file, *UNLIMITED)
    registrar = Registrar(directory, *options, host=REGISTRAR, port=80)
    with lab.site("cone", 2).inside():
        camera = RtspServer({"/live": Clip()})
        edge = Edge(directory, registrars=[registrar.url])
        try:
            coturn.start()
            with lab.server.inside():
                registrar.child.start()
            await registrar.ready()
            await camera.start()
            await edge.start()
            api = EdgeApi(edge, await edge.create_token("Bench"))
            await api.post("cameras", {"name": CAMERA, "url": camera.url("/live")})
            yield api, registrar
        finally:
            await edge.stop()
            await camera.stop()
            registrar.child.stop()
            coturn.stop()


async def _measure(api: EdgeApi, registrar: Registrar, directory: Path, where: Namespace, rounds: int) -> Times:
    times = Times()
    pairing = await api.post("pairing", {"role": "owner", "cameras": None, "method": "any"})
    async with phone_page(directory, where, directory, secure=[registrar.url]) as page:
        await page.pair_by_link(pairing["link"])
        await page.open_cameras()
        cameras = page.page.url
        for _ in range(rounds):
            await page.page.goto("about:blank")
            await page.page.goto(cameras)
            times.connected.append(1000 * await page.connected())
            times.shown.append(await _first_picture(page))
    return times


async def _first_picture(page: PhonePage) -> float:
    """Milliseconds from the tap on the camera until its picture is shown."""
    camera = page.page.get_by_role("link", name=CAMERA).first
    await camera.wait_for()
    began: float = await page.page.evaluate("performance.now()")
    await camera.click()
    video = page.page.locator("video").first
    await video.wait_for(state="attached")
    shown: float = await video.evaluate(_FIRST_PICTURE)
    return shown - began
