"""Follows the way in for a new phone."""

import asyncio
from dataclasses import replace

from homeassistant.core import callback

from .coordinator import AmbianicCoordinator
from .models import Pairing, PairingState

OPEN_STATES = {PairingState.OPEN, PairingState.DISTURBED}


class PairingWatch:
    """One way in for a phone, from its opening until it is over."""

    def __init__(self, coordinator: AmbianicCoordinator, pairing: Pairing) -> None:
        """Initialize the watch."""
        self.pairing = pairing
        self.lost = False
        self._coordinator = coordinator
        # The stream may still tell of the one before.
        self._seen = False
        self._changed = asyncio.Event()
        self._unsubscribe = coordinator.async_add_listener(self._async_update)
        coordinator.config_entry.async_on_unload(self._async_lose)
        self._async_update()

    @property
    def over(self) -> bool:
        """Return whether no phone can get in any more."""
        return self.lost or not (self.pairing.code or self.pairing.link)

    @property
    def open(self) -> bool:
        """Return whether the edge keeps it open, as far as it is known."""
        return self.pairing.state in OPEN_STATES

    async def async_wait(self) -> None:
        """Wait for a change."""
        await self._changed.wait()
        self._changed.clear()

    @callback
    def async_stop(self) -> None:
        """Stop to watch."""
        self._unsubscribe()

    @callback
    def _async_update(self) -> None:
        if self.over:
            return
        if not self._coordinator.last_update_success:
            self._async_lose()
            return
        present = self._coordinator.data.pairing
        if present.id == self.pairing.id:
            self._seen = True
        elif self._seen:
            # Somebody has opened another one, which closes this one.
            present = replace(
                self.pairing, state=PairingState.CANCELLED, code=None, link=None
            )
        else:
            return
        if present != self.pairing:
            self.pairing = present
            self._changed.set()

    @callback
    def _async_lose(self) -> None:
        """Give up: the edge forgets about it when it stops."""
        self.lost = True
        self._changed.set()
