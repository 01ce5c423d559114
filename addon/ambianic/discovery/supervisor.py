"""Tells Home Assistant's Supervisor where the edge is, so that its user has nothing to enter."""

import asyncio
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
    if not (supervisor_token := os.environ.get("SUPERVISOR_TOKEN")):
        return
    headers = {"Authorization": f"Bearer {supervisor_token}"}
    delay = first_delay
    while True:
        try:
            # Containers on the host's network have the host's name; the Supervisor knows by which name others reach us.
            app = await _call(session, "GET", f"{base_url}/addons/self/info", headers)
            config = {"host": app["hostname"], "port": info.port, "token": info.token, "id": info.id}
            await _call(session, "POST", f"{base_url}/discovery", headers, {"service": SERVICE, "config": config})
        except _RefusedError as err:
            _LOGGER.error("The Supervisor refuses to announce the edge to Home Assistant: %s.", err)
            return
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as err:
            # The kind of the failure alone: a message may quote what was sent, and so the token.
            wait = delay * random.uniform(0.5, 1.0)
            _LOGGER.warning(
                "The Supervisor does not answer as it should (%s); trying again in %.0f s.", type(err).__name__, wait
            )
            await asyncio.sleep(wait)
            delay = min(delay * 2, MAX_DELAY)
        else:
            _LOGGER.info("Home Assistant knows of the edge at %s:%d now.", config["host"], info.port)
            return


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
