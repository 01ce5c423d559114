"""Config flow for the Ambianic integration."""

from collections.abc import Mapping
import logging
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_ZEROCONF,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    FlowType,
)
from homeassistant.const import CONF_HOST, CONF_NAME, CONF_PORT, CONF_TOKEN
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import probatio

from .api import AmbianicClient
from .const import CONF_APP, DEFAULT_PORT, DOMAIN
from .coordinator import AmbianicConfigEntry
from .errors import (
    AmbianicAuthError,
    AmbianicConnectionError,
    AmbianicError,
    AmbianicVersionError,
)
from .models import EdgeInfo
from .options_flow import AmbianicOptionsFlow

_LOGGER = logging.getLogger(__name__)

# How the edge's owner gets a token.
TOKEN_PLACEHOLDERS = {
    "command": 'ambianic tokens create "Home Assistant" --data DIR',
}

TOKEN_SCHEMA = probatio.Schema(
    {
        probatio.Required(probatio.Secret(CONF_TOKEN)): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD)
        ),
    }
)

CONNECTION_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_HOST): TextSelector(),
        probatio.Required(CONF_PORT, default=DEFAULT_PORT): probatio.All(
            NumberSelector(
                NumberSelectorConfig(min=1, max=65535, mode=NumberSelectorMode.BOX)
            ),
            probatio.Coerce(int),
        ),
    }
).extend(TOKEN_SCHEMA.schema)


class AmbianicConfigFlow(ConfigFlow, domain=DOMAIN):
    """Handle a config flow for Ambianic."""

    def __init__(self) -> None:
        """Initialize the flow."""
        # What discovery tells of the edge.
        self._found: dict[str, Any] = {}
        self._name = ""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> AmbianicOptionsFlow:
        """Return the flow that manages the edge's cameras."""
        return AmbianicOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the edge is."""
        errors: dict[str, str] = {}
        if user_input is not None:
            self._async_abort_entries_match(
                {
                    CONF_HOST: user_input[CONF_HOST],
                    CONF_PORT: user_input[CONF_PORT],
                }
            )
            info, errors = await self._async_try(user_input)
            if info:
                await self.async_set_unique_id(info.id, raise_on_progress=False)
                self._abort_if_unique_id_configured()
                return self.async_create_entry(title=info.name, data=user_input)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(
                CONNECTION_SCHEMA, user_input
            ),
            description_placeholders=TOKEN_PLACEHOLDERS,
            errors=errors,
        )

    @override
    async def async_step_hassio(
        self, discovery_info: HassioServiceInfo
    ) -> ConfigFlowResult:
        """Handle the app that announces itself through the Supervisor."""
        config = discovery_info.config
        self._found = {
            CONF_HOST: config[CONF_HOST],
            CONF_PORT: config[CONF_PORT],
            CONF_TOKEN: config[CONF_TOKEN],
            CONF_APP: discovery_info.slug,
        }
        self._name = discovery_info.name
        await self.async_set_unique_id(config["id"], raise_on_progress=False)
        self._abort_if_unique_id_configured(updates=self._found)
        self._async_abort_zeroconf_flows()
        return await self.async_step_hassio_confirm()

    async def async_step_hassio_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Confirm the app."""
        errors: dict[str, str] = {}
        if user_input is not None:
            info, errors = await self._async_try(self._found)
            if info:
                return await self._async_create_discovered(info, self._found)
        self._set_confirm_title()
        return self.async_show_form(
            step_id="hassio_confirm",
            description_placeholders={CONF_NAME: self._name},
            errors=errors,
        )

    @override
    async def async_step_zeroconf(
        self, discovery_info: ZeroconfServiceInfo
    ) -> ConfigFlowResult:
        """Handle an edge that announces itself on the network."""
        properties = discovery_info.properties
        if not (edge_id := properties.get("id")) or discovery_info.port is None:
            return self.async_abort(reason="invalid_discovery_info")
        self._found = {
            CONF_HOST: discovery_info.host,
            CONF_PORT: discovery_info.port,
        }
        self._name = properties.get("name") or discovery_info.host
        entry = await self.async_set_unique_id(edge_id)
        # The Supervisor knows better how to reach its own app.
        is_app = entry is not None and CONF_APP in entry.data
        self._abort_if_unique_id_configured(updates=None if is_app else self._found)
        return await self.async_step_zeroconf_confirm()

    async def async_step_zeroconf_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Confirm the found edge and ask for its token."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data = self._found | user_input
            info, errors = await self._async_try(data)
            if info:
                return await self._async_create_discovered(info, data)
        self._set_confirm_title()
        return self.async_show_form(
            step_id="zeroconf_confirm",
            data_schema=TOKEN_SCHEMA,
            description_placeholders=TOKEN_PLACEHOLDERS
            | {CONF_NAME: self._name, CONF_HOST: self._found[CONF_HOST]},
            errors=errors,
        )

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Handle a token that the edge refuses."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new token."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            info, errors = await self._async_try(entry.data | user_input)
            if info:
                await self.async_set_unique_id(info.id)
                self._abort_if_unique_id_mismatch(reason="wrong_edge")
                return self.async_update_reload_and_abort(
                    entry, data_updates=user_input
                )
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=TOKEN_SCHEMA,
            description_placeholders=TOKEN_PLACEHOLDERS | {CONF_NAME: entry.title},
            errors=errors,
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the edge is now."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            info, errors = await self._async_try(user_input)
            if info:
                await self.async_set_unique_id(info.id)
                self._abort_if_unique_id_mismatch(reason="wrong_edge")
                return self.async_update_reload_and_abort(entry, data=user_input)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                CONNECTION_SCHEMA, user_input or entry.data
            ),
            description_placeholders=TOKEN_PLACEHOLDERS | {CONF_NAME: entry.title},
            errors=errors,
        )

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Go on with adding cameras, where the edge has none."""
        entry: AmbianicConfigEntry = result["result"]
        if (
            entry.state is ConfigEntryState.LOADED
            and not entry.runtime_data.data.cameras
        ):
            options = await self.hass.config_entries.options.async_init(entry.entry_id)
            result["next_flow"] = (FlowType.OPTIONS_FLOW, options["flow_id"])
        return result

    async def _async_try(
        self, data: Mapping[str, Any]
    ) -> tuple[EdgeInfo | None, dict[str, str]]:
        """Return the edge's description, or what is wrong."""
        try:
            client = AmbianicClient(
                async_get_clientsession(self.hass),
                data[CONF_HOST],
                data[CONF_PORT],
                data[CONF_TOKEN],
            )
        except ValueError:
            return None, {CONF_HOST: "invalid_host"}
        try:
            return await client.async_get_info(), {}
        except AmbianicAuthError:
            return None, {"base": "invalid_auth"}
        except AmbianicConnectionError:
            return None, {"base": "cannot_connect"}
        except AmbianicVersionError as err:
            key = "edge_too_old" if err.edge_too_old else "integration_too_old"
            return None, {"base": key}
        except AmbianicError:
            return None, {"base": "not_ambianic"}
        except Exception:
            _LOGGER.exception("Unexpected exception")
            return None, {"base": "unknown"}

    async def _async_create_discovered(
        self, info: EdgeInfo, data: dict[str, Any]
    ) -> ConfigFlowResult:
        if info.id != self.unique_id:
            return self.async_abort(reason="wrong_edge")
        return self.async_create_entry(title=info.name, data=data)

    def _set_confirm_title(self) -> None:
        self.context["title_placeholders"] = {CONF_NAME: self._name}

    @callback
    def _async_abort_zeroconf_flows(self) -> None:
        """The app brings its token along, so that it need not be asked for."""
        for flow in self._async_in_progress(
            match_context={"unique_id": self.unique_id}
        ):
            if flow["context"]["source"] == SOURCE_ZEROCONF:
                self.hass.config_entries.flow.async_abort(flow["flow_id"])
