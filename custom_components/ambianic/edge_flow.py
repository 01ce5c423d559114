"""What the steps for cameras and for phones share."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow

from .coordinator import AmbianicCoordinator
from .errors import AmbianicAuthError, AmbianicError, AmbianicProblem


class EdgeFlow(OptionsFlow):
    """Tells the edge what to do. Nothing is kept in Home Assistant."""

    coordinator: AmbianicCoordinator

    def __init__(self) -> None:
        """Initialize the flow."""
        # The form that is being filled in, its values, and what is wrong with them.
        self._form = ""
        self._values: Mapping[str, Any] = {}
        self._errors: dict[str, str] = {}
        self._reason = ""

    def _set_form(self, form: str, values: Mapping[str, Any]) -> None:
        """Remember a filled form, to come back to it when it is refused."""
        self._form, self._values = form, values
        self._errors, self._reason = {}, ""

    def _finish(self) -> ConfigFlowResult:
        """End the flow; there is nothing to keep in Home Assistant."""
        return self.async_create_entry(data=dict(self.config_entry.options))

    async def _async_show_error(self, err: AmbianicError) -> ConfigFlowResult:
        """Show the form again, with what the edge says."""
        field = err.field if isinstance(err, AmbianicProblem) else None
        place = field if field and field in self._values else "base"
        return await self._async_show_form_again({place: self._explain(err)})

    def _explain(self, err: AmbianicError) -> str:
        """Return the key of a text on what went wrong, and do about it what can be."""
        if isinstance(err, AmbianicProblem):
            self._reason = str(err)
            return "refused"
        if isinstance(err, AmbianicAuthError):
            self.config_entry.async_start_reauth(self.hass)
            return "invalid_auth"
        return "cannot_connect"

    async def _async_show_form_again(self, errors: dict[str, str]) -> ConfigFlowResult:
        self._errors = errors
        result: ConfigFlowResult = await getattr(self, f"async_step_{self._form}")()
        return result
