"""Follows the edge's stream for as long as the entry is loaded."""

import asyncio
from contextlib import aclosing
import logging
import random

from .coordinator import AmbianicCoordinator
from .errors import AmbianicAuthError, AmbianicError, AmbianicVersionError

_LOGGER = logging.getLogger(__name__)

RETRY_MINIMUM = 1.0
RETRY_MAXIMUM = 60.0


class AmbianicStream:
    """Keeps one subscription up and hands its messages to the coordinator."""

    def __init__(self, coordinator: AmbianicCoordinator) -> None:
        """Initialize the stream."""
        self._coordinator = coordinator
        self._cursor: str | None = None
        self._retry = RETRY_MINIMUM

    async def async_run(self) -> None:
        """Listen, and come back after a loss, until the token is refused."""
        entry = self._coordinator.config_entry
        hass = self._coordinator.hass
        while True:
            reason = "The edge has closed the connection"
            try:
                await self._async_listen()
            except AmbianicAuthError:
                self._coordinator.async_set_disconnected("The edge refuses the token")
                entry.async_start_reauth(hass)
                return
            except AmbianicVersionError as err:
                self._coordinator.async_set_disconnected(str(err))
                hass.config_entries.async_schedule_reload(entry.entry_id)
                return
            except AmbianicError as err:
                reason = str(err)
            self._coordinator.async_set_disconnected(reason)
            # Jitter keeps many clients from coming back in the same moment.
            await asyncio.sleep(random.uniform(self._retry / 2, self._retry))
            self._retry = min(self._retry * 2, RETRY_MAXIMUM)

    async def _async_listen(self) -> None:
        """Take messages until the connection ends."""
        client = self._coordinator.client
        async with aclosing(client.async_stream(self._cursor)) as messages:
            async for message in messages:
                # Only a message shows that the subscription works: a server that
                # takes the connection and drops it keeps us backing off.
                self._retry = RETRY_MINIMUM
                self._coordinator.async_handle_message(message)
                self._cursor = message.cursor
