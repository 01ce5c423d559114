"""Walks through the options flow."""

from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import probatio
from pytest_homeassistant_custom_component.common import MockConfigEntry


async def start(hass: HomeAssistant, entry: MockConfigEntry, *steps: str) -> ConfigFlowResult:
    """Start the flow and choose from its menus."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    for step in steps:
        assert result["type"] is FlowResultType.MENU
        result = await hass.config_entries.options.async_configure(result["flow_id"], {"next_step_id": step})
    return result


def suggested(result: ConfigFlowResult) -> dict[str, Any]:
    """Return what a form shows."""
    return suggested_values(result["data_schema"])


def suggested_values(schema: probatio.Schema | None) -> dict[str, Any]:
    """Return what a form or a section of it shows."""
    assert schema is not None
    values: dict[str, Any] = {}
    for key, field in schema.schema.items():
        if key.description and "suggested_value" in key.description:
            values[key.schema] = key.description["suggested_value"]
        elif inner := getattr(field, "schema", None):
            values[key.schema] = suggested_values(inner)
    return values
