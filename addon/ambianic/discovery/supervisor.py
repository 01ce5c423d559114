"""Talks with Home Assistant's Supervisor: tells where the edge is, so that its user has nothing to enter, and asks for its page's port."""

import asyncio
from collections.abc import Awaitable, Callable
import json
import logging
import os
import random
from typing import Any

import aiohttp

from .announce import Announcement

SERVICE = "ambianic"
SUPERVISOR = "http://supervisor"
TIMEOUT = aiohttp.ClientTimeout(total=15)
FIRST_DELAY = 1.0
MAX_DELAY = 60.0
MAX_BYTES = 256 * 1024

_LOGGER = logging.getLogger(__name__)


class _RefusedError(Exception):
    """The Supervisor understood and will not change its mind."""


async def announce_to_supervisor(
    session: aiohttp.ClientSession, *, info: Announcement, base_url: str = SUPERVISOR, first_delay: float = FIRST_DELAY
) -> None:
    """Leave a discovery message at the Supervisor; try until it takes or refuses it. Outside of the app nothing happens.

    The Supervisor keeps the message and knows the same one again: each start may leave it.
    """

    async def announce(headers: dict[str, str]) -> str:
        # Containers on the host's network have the host's name; the Supervisor knows by which name others reach us.
        host = str((await _call(session, "GET", f"{base_url}/addons/self/info", headers))["hostname"])
        config = {"host": host, "port": info.port, "token": info.token, "id": info.id}
        await _call(session, "POST", f"{base_url}/discovery", headers, {"service": SERVICE, "config": config})
        return host

    if (host := await _insist(announce, "announce the edge to Home Assistant", first_delay)) is not None:
        _LOGGER.info("Home Assistant knows of the edge at %s:%d now.", host, info.port)


async def ask_for_ingress_port(
    session: aiohttp.ClientSession, *, base_url: str = SUPERVISOR, first_delay: float = FIRST_DELAY
) -> int | None:
    """The port on which the Supervisor wants the app's page; None where it wants none, and outside of the app.

    On the host's network the Supervisor chooses the port, so that no other program has it. Tries until there is an answer.
    """

    async def ask(headers: dict[str, str]) -> int:
        return int((await _call(session, "GET", f"{base_url}/addons/self/info", headers))["ingress_port"] or 0)

    return await _insist(ask, "tell the port of the app's page", first_delay) or None


async def _insist[T](ask: Callable[[dict[str, str]], Awaitable[T]], purpose: str, first_delay: float) -> T | None:
    """Ask the Supervisor until it answers. None where it refuses, and outside of the app."""
    if not (supervisor_token := os.environ.get("SUPERVISOR_TOKEN")):
        return None
    delay = first_delay
    while True:
        try:
            return await ask({"Authorization": f"Bearer {supervisor_token}"})
        except _RefusedError as err:
            _LOGGER.error("The Supervisor refuses to %s: %s.", purpose, err)
            return None
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as err:
            # The kind of the failure alone: a message may quote what was sent, and so the token.
            wait = delay * random.uniform(0.5, 1.0)
            _LOGGER.warning(
                "The Supervisor does not answer as it should (%s); trying again in %.0f s.", type(err).__name__, wait
            )
            await asyncio.sleep(wait)
            delay = min(delay * 2, MAX_DELAY)


async def _call(
    session: aiohttp.ClientSession, method: str, url: str, headers: dict[str, str], body: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The `data` of the Supervisor's answer."""
    async with session.request(method, url, headers=headers, json=body, timeout=TIMEOUT, allow_redirects=False) as response:
        if 400 <= response.status < 500 and response.status not in {408, 429}:
            raise _RefusedError(f"status {response.status}")
        response.raise_for_status()
        content = bytearray()
        async for chunk in response.content.iter_chunked(MAX_BYTES):
            content += chunk
            if len(content) > MAX_BYTES:
                raise ValueError("too long")
    data: dict[str, Any] = json.loads(content)["data"]
    return data
