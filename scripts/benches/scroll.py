"""How the app bears a hundred thousand events: scrolling down, up and by leaps, for as long as a patient person would.

A real edge with that many events and their pictures in its index, and its page in a real browser on a phone's screen. A long task is
time in which the page could answer no finger (PerformanceObserver "longtask": 50 ms and more). Memory is that of the page's
JavaScript after the garbage is collected.
"""

import asyncio
from contextlib import closing
from pathlib import Path
import sqlite3
import tempfile
import time

from playwright.async_api import CDPSession

from ambianic.events import Event
from tests.support.edge import Edge
from tests.support.past import Pictures, add_sleeping_cameras, picture
from tests.support.ui import PHONE, build, profile

from . import event_history

EVENTS = 100_000
DAYS = 30
CAMERAS = ("Front door", "Garden", "Drive", "Street", "Yard", "Garage", "Porch", "Gate")
SECONDS = 60
QUICK_SECONDS = 20

_WATCH = """() => {
    window.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
        .observe({ type: "longtask" });
}"""
# A thumb that flings the list: fast for a while, in small steps with each frame; every now and then a leap by the scroll bar.
_SCROLL = """(main, seconds) => new Promise((resolve) => {
    const begin = performance.now();
    let before = begin, frames = 0, distance = 0, way = 1, turn = begin + 8000, leap = begin + 13000;
    const step = (now) => {
        const passed = now - before;
        before = now;
        frames += 1;
        if (now > turn) {
            way = -way;
            turn = now + (way > 0 ? 8000 : 2000);
        }
        if (now > leap) {
            main.scrollTop = main.scrollHeight * (0.3 + 0.7 * Math.random());
            leap = now + 13000;
        } else {
            main.scrollTop += way * passed * 8;
            distance += passed * 8;
        }
        if (now - begin > seconds * 1000) resolve({ frames, distance });
        else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
})"""


async def measure(*, quick: bool) -> dict[str, float]:
    """Scroll through everything and look at the browser's own figures."""
    seconds = QUICK_SECONDS if quick else SECONDS
    await asyncio.to_thread(build)
    with tempfile.TemporaryDirectory(prefix="ambianic-scroll-", ignore_cleanup_errors=True) as directory:
        edge = Edge(Path(directory))
        await _remember(edge)
        await edge.start()
        async with profile(Path(directory) / "profile") as context:
            page = context.pages[0]
            session = await context.new_cdp_session(page)
            await page.goto(f"{edge.page}#/home/here/timeline")
            await page.locator("am-visit-row img").first.wait_for()
            first = await _memory(session)
            await page.evaluate(_WATCH)
            moved = await page.locator("main").evaluate(_SCROLL, seconds)
            await page.wait_for_timeout(1000)
            last = await _memory(session)
            tasks: list[float] = await page.evaluate("longTasks")
            rows = await page.locator("am-visit-row").count()
            depth = float(await page.locator("main").evaluate("main => main.scrollHeight"))
        await edge.stop()
    longest = max(tasks, default=0.0)
    print(
        f"scrolled for             {seconds:8} s, {moved['distance'] / PHONE[1]:.0f} screens, {moved['frames'] / seconds:.0f} frames/s"
    )
    print(f"height that is known     {depth:8.0f} pixels, {rows} visits are drawn")
    print(f"tasks of 50 ms and more  {len(tasks):8}")
    print(f"longest of them          {longest:8.0f} ms")
    print(f"memory at the start      {first:8.1f} MB")
    print(f"memory at the end        {last:8.1f} MB")
    return {"longest_task_ms": round(longest, 1), "memory_mb": round(last, 1)}


async def _memory(session: CDPSession) -> float:
    """Megabytes of JavaScript that are still needed."""
    await session.send("HeapProfiler.enable")
    await session.send("HeapProfiler.collectGarbage")
    usage = await session.send("Runtime.getHeapUsage")
    return float(usage["usedSize"]) / 1e6


async def _remember(edge: Edge) -> None:
    """Give an edge its past, with a picture for every event."""
    ids = await add_sleeping_cameras(edge, CAMERAS)
    for config in edge.data.glob("config*.json"):
        text = config.read_text()
        for ours, theirs in zip(ids, event_history.CAMERAS, strict=True):
            text = text.replace(ours, theirs)
        config.write_text(text)
    await asyncio.to_thread(_fill, edge.data)


def _fill(data: Path) -> None:
    database = data / "events.sqlite3"
    midnight = time.time() // 86400 * 86400
    event_history.fill(database, EVENTS, start=midnight - DAYS * 86400, days=DAYS)
    pictures = Pictures(data, [picture(number, width=320) for number in range(8)])
    with closing(sqlite3.connect(database)) as connection:
        for identifier, start in connection.execute("SELECT id, start FROM event"):
            pictures.write(Event(id=identifier, camera_id="", label="", start=start, score=1, box=(0, 0, 1, 1), snapshot=True))
