"""Answers those who run a node: is it alive, is it ready, how is it doing. On a port of its own."""

from collections.abc import Callable
from pathlib import Path
import resource

from aiohttp import web

from .metrics import Metrics


def application(metrics: Metrics, is_ready: Callable[[], bool]) -> web.Application:
    """Make the application."""
    metrics.gauge("process_resident_bytes", "Memory of the process.", _resident_bytes)
    metrics.gauge("process_open_files", "Open files of the process.", _open_files)

    async def health(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readiness(_request: web.Request) -> web.Response:
        return web.Response(text="ready\n") if is_ready() else web.Response(status=503, text="draining\n")

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=metrics.render(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app = web.Application()
    app.add_routes([web.get("/healthz", health), web.get("/readyz", readiness), web.get("/metrics", page)])
    return app


def _resident_bytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def _open_files() -> float:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
