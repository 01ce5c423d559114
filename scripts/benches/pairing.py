"""How long pairing takes a person's phone: until the home is found, and from the code's last digit until the phone is in.

Each round is a phone that has never been here: a browser with an empty profile on this machine.
"""

from pathlib import Path
import statistics
import tempfile
import time

from tests.support.edge import Edge, EdgeApi
from tests.support.registrar import UNLIMITED, Registrar
from tests.support.ui import AppPage, build, profile

ROUNDS = 12
QUICK_ROUNDS = 5


async def measure(*, quick: bool) -> dict[str, float]:
    """Pair one phone after the other by code."""
    build()
    found: list[float] = []
    paired: list[float] = []
    with tempfile.TemporaryDirectory(prefix="ambianic-bench-") as name:
        directory = Path(name)
        registrar = Registrar(directory, "--lan", "--ui", *UNLIMITED)
        await registrar.start()
        edge = Edge(directory, registrars=[registrar.url])
        try:
            await edge.start()
            api = EdgeApi(edge, await edge.create_token("Bench"))
            print("round   home found   phone in")
            for number in range(QUICK_ROUNDS if quick else ROUNDS):
                pairing = await api.post("pairing", {"role": "owner", "cameras": None, "method": "any"})
                discovery, pair = await _pair(directory / f"phone{number}", registrar.url, pairing["code"])
                found.append(discovery)
                paired.append(pair)
                print(f"{number + 1:5}   {discovery:7.0f} ms   {pair:5.0f} ms", flush=True)
        finally:
            await edge.stop()
            registrar.child.stop()
    print(f"median  {statistics.median(found):7.0f} ms   {statistics.median(paired):5.0f} ms")
    return {"median_ms": round(statistics.median(paired), 1), "discover_ms": round(statistics.median(found), 1)}


async def _pair(directory: Path, app: str, code: str) -> tuple[float, float]:
    """Milliseconds until the home was found, and from the code to the end."""
    async with profile(directory) as context:
        page = AppPage(context.pages[0], directory, "bench").page
        began = time.perf_counter()
        await page.goto(app)
        nearby = page.locator(".nearby button").first
        await nearby.wait_for()
        found = time.perf_counter()
        await nearby.click()
        digits = page.get_by_label("Code of 6 digits")
        await digits.wait_for()
        typed = time.perf_counter()
        await digits.fill(code)
        await page.get_by_text("is yours to open").wait_for()
        return 1000 * (found - began), 1000 * (time.perf_counter() - typed)
