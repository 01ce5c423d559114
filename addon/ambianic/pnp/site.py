"""Serves the built app, with headers that keep everything else out."""

from collections.abc import Sequence
import logging
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from .options import RegistrarOptions

_log = logging.getLogger(__name__)

_FOREVER = "public, max-age=31536000, immutable"
_PERMISSIONS = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), interest-cohort=()"


class NotBuilt(Exception):
    """There is no app to serve; the text says what to do."""


class Site:
    """The files of the app. Every other path that a browser navigates to is the app's own business."""

    def __init__(self, options: RegistrarOptions, directory: Path) -> None:
        """Look which files there are. Raises NotBuilt."""
        self._index = directory / "index.html"
        if not self._index.is_file():
            raise NotBuilt(
                f"The app has not been built: there is no {self._index.name} in {directory}. Build it in addon/ui: npm run build"
            )
        self._files = {f"/{file.relative_to(directory).as_posix()}": file for file in directory.rglob("*") if file.is_file()}
        self._headers = {
            "Content-Security-Policy": _policy(options),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": _PERMISSIONS,
        }

    def routes(self) -> list[web.RouteDef]:
        """Everything that nobody else answers."""
        return [web.get("/{path:.*}", self._serve)]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        file = self._files.get(request.path)
        if file is None:
            if Path(request.path).suffix or request.path.startswith(("/pnp", "/peerjs", "/api")):
                raise web.HTTPNotFound
            file = self._index
        # Vite names what is in assets/ after its content; all else may change under its name.
        cache = _FOREVER if request.path.startswith("/assets/") else "no-cache"
        return web.FileResponse(file, headers=self._headers | {"Cache-Control": cache})


def _policy(options: RegistrarOptions) -> str:
    connections = " ".join(
        ["'self'", *_origins([*options.public_urls, options.v4_url or "", options.v6_url or "", *options.connect_src])]
    )
    return "; ".join(
        [
            *("default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "manifest-src 'self'"),
            *("img-src 'self' blob: data:", "media-src 'self' blob:", "worker-src 'self'", f"connect-src {connections}"),
            *("base-uri 'self'", "form-action 'none'", "frame-ancestors 'none'"),
        ]
    )


def _origins(urls: Sequence[str]) -> list[str]:
    """The origins of addresses, each for HTTP and for WebSockets."""
    origins: dict[str, None] = {}
    for url in filter(None, urls):
        parts = urlsplit(url)
        secure = parts.scheme in {"https", "wss"}
        for scheme in ("https", "wss") if secure else ("http", "ws"):
            origins[f"{scheme}://{parts.netloc}"] = None
    return list(origins)
