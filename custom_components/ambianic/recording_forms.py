"""Forms for recordings, and what they mean to the edge."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
)
import probatio

from .models import Recording, RecordingMode
from .recordings import StorageSettings

CONF_ADVANCED = "advanced"
CONF_AUDIO = "audio"
CONF_DAYS = "days"
CONF_FOOTAGE_DAYS = "footage_days"
CONF_KEPT = "kept"
CONF_LIMIT = "limit"
CONF_MODE = "mode"
CONF_POST_SECONDS = "post_seconds"
CONF_PRE_SECONDS = "pre_seconds"
CONF_SPARE = "spare"

KEPT_FIELDS = (CONF_DAYS, CONF_FOOTAGE_DAYS)
ADVANCED_FIELDS = (CONF_PRE_SECONDS, CONF_POST_SECONDS, CONF_AUDIO)

GIGABYTE = 1_000_000_000


def _number(minimum: float, maximum: float, step: float, unit: str) -> NumberSelector:
    return NumberSelector(
        NumberSelectorConfig(
            min=minimum,
            max=maximum,
            step=step,
            mode=NumberSelectorMode.BOX,
            unit_of_measurement=unit,
        )
    )


RECORDING_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_MODE): SelectSelector(
            SelectSelectorConfig(
                options=list(RecordingMode), translation_key="recording_mode"
            )
        ),
        probatio.Required(CONF_KEPT): section(
            probatio.Schema(
                {
                    probatio.Required(CONF_DAYS): _number(0, 3650, 0.5, "d"),
                    probatio.Required(CONF_FOOTAGE_DAYS): _number(0, 3650, 0.5, "d"),
                }
            )
        ),
        probatio.Required(CONF_ADVANCED): section(
            probatio.Schema(
                {
                    probatio.Required(CONF_PRE_SECONDS): _number(0, 30, 1, "s"),
                    probatio.Required(CONF_POST_SECONDS): _number(0, 120, 1, "s"),
                    probatio.Required(CONF_AUDIO): BooleanSelector(),
                }
            ),
            {"collapsed": True},
        ),
    }
)

STORAGE_SCHEMA = probatio.Schema(
    {
        probatio.Optional(CONF_LIMIT): _number(0.1, 1_000_000, 0.1, "GB"),
        probatio.Required(CONF_SPARE): _number(0.05, 1_000_000, 0.05, "GB"),
    }
)


def recording_values(recording: Recording) -> dict[str, Any]:
    """Return what the form of a camera's recording shows."""
    fields = recording.to_dict()
    return {
        CONF_MODE: fields[CONF_MODE],
        CONF_KEPT: {field: fields[field] for field in KEPT_FIELDS},
        CONF_ADVANCED: {field: fields[field] for field in ADVANCED_FIELDS},
    }


def recording_input(
    recording: Recording, user_input: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the edge's fields of a filled form of a camera's recording."""
    changed = replace(
        recording,
        mode=user_input[CONF_MODE],
        **user_input[CONF_KEPT],
        **user_input[CONF_ADVANCED],
    )
    return {"recording": changed.to_dict()}


def storage_values(settings: StorageSettings) -> dict[str, Any]:
    """Return what the form of the storage shows, in gigabytes."""
    values = {CONF_SPARE: settings.min_free_bytes / GIGABYTE}
    if settings.max_bytes is not None:
        values[CONF_LIMIT] = settings.max_bytes / GIGABYTE
    return values


def storage_input(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the edge's fields of a filled form of the storage."""
    limit = user_input.get(CONF_LIMIT)
    return {
        "max_bytes": None if limit is None else round(limit * GIGABYTE),
        "min_free_bytes": round(user_input[CONF_SPARE] * GIGABYTE),
    }
