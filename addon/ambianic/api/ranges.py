"""Parts of a file that is made while it is sent: HTTP's ranges and conditions (RFC 9110, sections 13 and 14)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
import logging
import re
from typing import Protocol
from urllib.parse import quote

from aiohttp import web

from .parts import PASS

STALL_TIMEOUT = 150
"""Seconds that a client may leave what was sent unread: a little longer than a phone's channel allows."""

_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*", re.IGNORECASE)
_LOGGER = logging.getLogger(__name__)


class Content(Protocol):
    """What is sent: `size` bytes, which are others where `etag` is another one."""

    @property
    def size(self) -> int:
        """The bytes of all of it."""

    @property
    def etag(self) -> str:
        """What tells this content from another one, without quotation marks."""

    def read(self, offset: int, length: int) -> AsyncIterator[bytes]:
        """So many bytes from there."""


class Unsatisfiable(Exception):
    """The range lies outside."""


def wanted_range(header: str, size: int) -> range | None:
    """The bytes that a Range header asks for; None for all, also where it can't be understood or asks for several parts.

    Raises Unsatisfiable.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise Unsatisfiable
    return range(start, end)


async def serve(request: web.Request, content: Content, *, media_type: str, filename: str | None = None) -> web.StreamResponse:
    """Send content, or the part of it that is asked for; with a `filename` it is to be saved.

    Ends where the client goes or stops reading, and where access is withdrawn meanwhile.
    """
    etag = f'"{content.etag}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache", "Content-Type": media_type}
    if filename is not None:
        headers["Content-Disposition"] = disposition(filename)
    if _matches(request.headers.get("If-None-Match"), etag):
        return web.Response(status=304, headers={"ETag": etag, "Cache-Control": headers["Cache-Control"]})
    part, status = range(content.size), 200
    if request.method == "GET" and "Range" in request.headers and request.headers.get("If-Range", etag) == etag:
        try:
            wanted = wanted_range(request.headers["Range"], content.size)
        except Unsatisfiable:
            return web.Response(status=416, headers={"Content-Range": f"bytes */{content.size}", "ETag": etag})
        if wanted is not None:
            part, status = wanted, 206
            headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{content.size}"
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(part)
    await response.prepare(request)
    if request.method == "GET":
        await _send(request, response, content.read(part.start, len(part)))
    return response


async def _send(request: web.Request, response: web.StreamResponse, chunks: AsyncIterator[bytes]) -> None:
    """Send the body. What was promised and can't be sent ends the connection, so that nobody takes a part for the whole."""
    try:
        async for chunk in chunks:
            if not request[PASS].holds():
                break
            async with asyncio.timeout(STALL_TIMEOUT):
                await response.write(chunk)
        else:
            return
    except ConnectionError:
        return
    except TimeoutError:
        _LOGGER.info("A client stopped reading %s", request.path)
    except (OSError, LookupError) as err:
        _LOGGER.warning("%s ended early: %s", request.path, err)
    finally:
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()
    if request.transport is not None:
        request.transport.abort()


def disposition(filename: str) -> str:
    """The Content-Disposition of a file to save (RFC 6266)."""
    plain = "".join(character if character.isascii() else "_" for character in filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def safe_filename(name: str) -> str:
    """A name that every system takes for a file."""
    return re.sub(r'[\x00-\x1f\x7f"*/:<>?\\|]+', "_", name).strip(". ")


def _matches(header: str | None, etag: str) -> bool:
    """Whether a client has what it would get."""
    return header is not None and any(known.strip().removeprefix("W/") in {etag, "*"} for known in header.split(","))
