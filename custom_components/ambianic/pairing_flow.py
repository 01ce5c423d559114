"""Adding a phone: choose what it may do, show the way in, and end when it is in."""

import asyncio
from base64 import b64encode
import contextlib
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.core import callback

from .edge_flow import EdgeFlow
from .errors import AmbianicError, AmbianicProblem
from .models import PairingState, Role
from .pairing import PairingWatch
from .phone_forms import ALL_CAMERAS, CONF_CAMERAS, viewer_schema

# What the edge says where it can't let a phone in, with texts that say what to do.
KNOWN_PROBLEMS = {"no_registrar", "remote_off"}


# Why no phone has got in, where nobody has closed the way in.
END_REASONS: dict[str, str] = {
    PairingState.DISTURBED: "pairing_disturbed",
    PairingState.EXPIRED: "pairing_expired",
}


class PairingFlow(EdgeFlow):
    """The steps that add a phone."""

    def __init__(self) -> None:
        """Initialize the flow."""
        super().__init__()
        self._watch: PairingWatch | None = None
        self._change_task: asyncio.Task[None] | None = None

    async def async_step_add_phone(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what the phone may do."""
        return self.async_show_menu(
            step_id="add_phone", menu_options=["add_owner", "add_viewer"]
        )

    async def async_step_add_owner(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add a phone that sees all cameras and may do more than that."""
        return await self._async_open(Role.OWNER, None)

    async def async_step_add_viewer(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the cameras that the phone may see."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if chosen := user_input.get(CONF_CAMERAS):
                cameras = None if ALL_CAMERAS in chosen else chosen
                return await self._async_open(Role.VIEWER, cameras)
            errors[CONF_CAMERAS] = "no_camera"
        return self.async_show_form(
            step_id="add_viewer",
            data_schema=viewer_schema(self.coordinator.data.cameras.values()),
            errors=errors,
            last_step=False,
        )

    async def async_step_pair(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the way in until a phone has taken it or it is closed."""
        assert self._watch is not None
        if self._watch.over:
            return self.async_show_progress_done(next_step_id="pair_done")
        if self._change_task is None or self._change_task.done():
            # In the background: Home Assistant must not wait for it when it stops.
            self._change_task = self.config_entry.async_create_background_task(
                self.hass, self._watch.async_wait(), "ambianic pairing"
            )
        pairing = self._watch.pairing
        if pairing.code and pairing.link:
            action = "pair"
        else:
            action = "pair_by_code" if pairing.code else "pair_by_link"
        return self.async_show_progress(
            step_id="pair",
            progress_action=action,
            progress_task=self._change_task,
            description_placeholders={
                "code": _spaced(pairing.code or ""),
                "link": pairing.link or "",
                "qr": _data_url(pairing.qr or ""),
            },
        )

    async def async_step_pair_done(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say how it ended."""
        assert self._watch is not None
        pairing = self._watch.pairing
        if pairing.phone is not None:
            return self.async_abort(
                reason="phone_paired",
                description_placeholders={CONF_NAME: pairing.phone.name},
            )
        if self._watch.lost:
            return self.async_abort(reason="pairing_lost")
        reason = END_REASONS.get(pairing.state, "pairing_cancelled")
        return self.async_abort(reason=reason)

    @callback
    def async_remove(self) -> None:
        """Close the way in when the dialog is closed."""
        if self._watch is None:
            return
        self._watch.async_stop()
        if self._watch.open:
            self.hass.async_create_task(self._async_close())

    async def _async_open(
        self, role: Role, cameras: list[str] | None
    ) -> ConfigFlowResult:
        """Have the edge open the way in."""
        try:
            pairing = await self.coordinator.client.async_open_pairing(role, cameras)
        except AmbianicError as err:
            reason = self._explain(err)
            if isinstance(err, AmbianicProblem) and err.code in KNOWN_PROBLEMS:
                reason = err.code
            return self.async_abort(
                reason=reason, description_placeholders={"reason": self._reason}
            )
        self._watch = PairingWatch(self.coordinator, pairing)
        return await self.async_step_pair()

    async def _async_close(self) -> None:
        # Where this fails, the edge closes the way in by itself after some minutes.
        with contextlib.suppress(AmbianicError):
            await self.coordinator.client.async_close_pairing()


def _spaced(code: str) -> str:
    """Return a code in two groups, as people read it."""
    return f"{code[:3]} {code[3:]}"


def _data_url(svg: str) -> str:
    """Return a picture for Markdown; as one, it can neither run scripts nor load anything."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
