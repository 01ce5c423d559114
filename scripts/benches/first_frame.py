"""How long a viewer waits: from the WHEP request to the first picture that a real browser has decoded and shows.

The camera has a key frame every two seconds; the viewers come at any time between two.
"""

import asyncio
import statistics

from tests.edge.webrtc.chromium import Shown, chromium

from .camera import GOP_SECONDS, HD, watched_camera

ROUNDS = 40
QUICK_ROUNDS = 12


async def measure(*, quick: bool) -> dict[str, float]:
    """Connect a browser again and again, at phases spread over the group of pictures."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    waits = []
    print("round   first picture")
    async with watched_camera(HD) as (_, whep), chromium(whep) as viewer:
        await viewer.watch()  # the browser's own first connection takes longer
        await viewer.close()
        for number in range(rounds):
            await asyncio.sleep(GOP_SECONDS * (0.3 + number / rounds))
            asked = await viewer.watch()
            shown: list[Shown] = await viewer.shown()
            waits.append(1000 * (shown[0].time - asked))
            await viewer.close()
            print(f"{number + 1:5}   {waits[-1]:10.0f} ms", flush=True)
    print(f"median  {statistics.median(waits):10.0f} ms, worst {max(waits):.0f} ms")
    return {"median_ms": round(statistics.median(waits), 1)}
