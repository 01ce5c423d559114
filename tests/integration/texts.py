"""Whether what a flow shows has texts, and the texts get what they mention."""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from homeassistant.components.repairs import RepairsFlow
from homeassistant.config_entries import ConfigFlow, OptionsFlow
from homeassistant.data_entry_flow import FlowHandler, FlowResultType

# The texts of these come from Home Assistant itself.
SHARED_ABORTS = {"already_in_progress", "reauth_successful", "reconfigure_successful"}


def missing_texts(texts: Mapping[str, Any], flow: FlowHandler[Any, Any, Any], result: dict[str, Any]) -> Iterator[str]:
    """Yield what is missing for a result of a flow."""
    if isinstance(flow, ConfigFlow):
        texts = texts["config"]
    elif isinstance(flow, OptionsFlow):
        texts = texts["options"]
    else:
        assert isinstance(flow, RepairsFlow)
        texts = texts["issues"][flow.issue_id.split("-")[0]]["fix_flow"]
    wanted = dict(_wanted(texts, result))
    placeholders = result.get("description_placeholders") or {}
    for path, text in wanted.items():
        if not isinstance(text, str):
            yield path
            continue
        for _, name, _, _ in Formatter().parse(text):
            if name is not None and name not in placeholders:
                yield f"{path}: {{{name}}}"


def _wanted(texts: Mapping[str, Any], result: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    match result["type"]:
        case FlowResultType.ABORT:
            reason = result["reason"]
            if reason not in SHARED_ABORTS:
                yield f"abort {reason}", texts["abort"].get(reason)
        case FlowResultType.SHOW_PROGRESS:
            action = result["progress_action"]
            yield f"progress {action}", texts["progress"].get(action)
        case FlowResultType.MENU:
            step = texts["step"][result["step_id"]]
            yield result["step_id"], step.get("title")
            for option in result["menu_options"]:
                yield f"menu {option}", step["menu_options"].get(option)
        case FlowResultType.FORM:
            step = texts["step"].get(result["step_id"], {})
            yield result["step_id"], step.get("title")
            yield f"{result['step_id']} description", step.get("description", "")
            for error in (result["errors"] or {}).values():
                yield f"error {error}", texts["error"].get(error)
            schema = result["data_schema"]
            yield from _fields(step, schema.schema if schema else {})


def _fields(step: Mapping[str, Any], fields: Mapping[Any, Any]) -> Iterator[tuple[str, str | None]]:
    for key, field in fields.items():
        if section := getattr(field, "schema", None):
            texts = step.get("sections", {}).get(str(key), {})
            yield f"section {key}", texts.get("name")
            yield from _fields(texts, section.schema)
        else:
            yield f"field {key}", step.get("data", {}).get(str(key))
            yield f"about {key}", step.get("data_description", {}).get(str(key))
