"""The pages of the edge: the app inside Home Assistant, and a word for those who knock at the API with a browser."""

import asyncio
import base64
from collections.abc import Callable
import hashlib
import html
from importlib.resources import files
from pathlib import Path

from aiohttp import web

WEB = Path(str(files("ambianic"))) / "web"
"""What Vite builds from addon/ui; the package brings it along."""
INDEX = "index.html"
HASHED = "assets/"
"""Where Vite puts files whose names change with their content."""

_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# Home Assistant shows the page in a frame of its own origin. Pictures and video come as blobs, and a probe's picture as data.
_APP_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'self'; form-action 'none'; frame-ancestors 'self'; "
    "require-trusted-types-for 'script'; trusted-types lit-html ambianic-worker"
)

_STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.2rem}:root{color-scheme:light dark}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def app_pages(directory: Path) -> list[web.RouteDef]:
    """The files that the build has put in a directory, with their paths below the page that Home Assistant shows."""
    root = directory.resolve()

    def find(name: str) -> Path | None:
        try:
            path = (root / name).resolve()
            return path if path.is_relative_to(root) and path.is_file() else None
        except (OSError, ValueError):  # no file can have such a name
            return None

    async def serve(request: web.Request) -> web.StreamResponse:
        name = request.match_info.get("name", INDEX)
        path = await asyncio.to_thread(find, name)
        if path is None:
            if name == INDEX:
                return _unbuilt()
            raise web.HTTPNotFound
        caching = "public, max-age=31536000, immutable" if name.startswith(HASHED) else "no-cache"
        headers = {**_COMMON, "Content-Security-Policy": _APP_POLICY, "Cache-Control": caching}
        return web.FileResponse(path, headers=headers)

    return [web.get("/", serve), web.get("/pnp", _describe), web.get("/{name:(?!api/).+}", serve)]


async def _describe(_request: web.Request) -> web.Response:
    """Tell the app that it is not at a registrar, who would describe itself here, but at an edge."""
    return web.json_response({"edge": 1}, headers={"Cache-Control": "no-store"})


def welcome_pages(app: Callable[[], str | None]) -> list[web.RouteDef]:
    """The page of the API's own port; `app` tells where phones open the app, if that is known."""

    async def welcome(_request: web.Request) -> web.Response:
        address = app()
        phone = ""
        if address is not None:
            link = html.escape(address)
            phone = f'<li>On your phone: open <a href="{link}" rel="noreferrer">{link}</a>, once it is paired.</li>'
        return _page(
            "<h1>Ambianic Edge</h1><p>This is the part of Ambianic that has the cameras. Programs talk to it here; "
            "there is nothing to see without a token.</p><p>To watch your cameras:</p><ul>"
            "<li>In Home Assistant: open <b>Ambianic</b> in the sidebar.</li>"
            f"{phone}</ul><p>To pair a phone, choose <b>Phones</b> there, or run <code>ambianic phones add</code> on this machine.</p>"
        )

    return [web.get("/", welcome)]


def _unbuilt() -> web.Response:
    return _page(
        "<h1>The app was not built</h1><p>This installation of Ambianic Edge lacks the files of its app. In a checkout, make them "
        "with:</p><pre>cd addon/ui\nnpm ci\nnpm run build</pre><p>Then load this page again.</p>",
        status=503,
    )


def _page(content: str, status: int = 200) -> web.Response:
    document = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Ambianic Edge</title><style>{_STYLE}</style></head><body>{content}</body></html>"
    )
    headers = {**_COMMON, "Content-Security-Policy": _PAGE_POLICY, "Cache-Control": "no-cache"}
    return web.Response(status=status, text=document, content_type="text/html", headers=headers)
