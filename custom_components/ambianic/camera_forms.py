"""Forms for cameras, and what they mean to the edge."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.const import (
    CONF_ENTITY_ID,
    CONF_NAME,
    CONF_PASSWORD,
    CONF_URL,
    CONF_USERNAME,
)
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import probatio

from .labels import label_name
from .models import Camera, Detection

CONF_ADVANCED = "advanced"
CONF_CAMERA = "camera"
CONF_FPS = "fps"
CONF_LABELS = "labels"
CONF_SAVE_ANYWAY = "save_anyway"
CONF_STILL_INTERVAL = "still_interval"
CONF_SUB_URL = "sub_url"
CONF_THRESHOLD = "threshold"
CONF_TRANSPORT = "transport"

DEFAULT_THRESHOLD = 50

ADVANCED_FIELDS = (CONF_SUB_URL, CONF_TRANSPORT, CONF_STILL_INTERVAL)

ADDRESS_FIELDS: dict[Any, Any] = {
    probatio.Required(CONF_NAME): TextSelector(),
    # No URL selector: a path or a device is an address, too.
    probatio.Required(CONF_URL): TextSelector(),
    probatio.Optional(CONF_USERNAME): TextSelector(
        TextSelectorConfig(autocomplete="off")
    ),
    probatio.Optional(probatio.Secret(CONF_PASSWORD)): TextSelector(
        TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="new-password")
    ),
    probatio.Required(CONF_ADVANCED): section(
        probatio.Schema(
            {
                probatio.Optional(CONF_SUB_URL): TextSelector(),
                probatio.Required(CONF_TRANSPORT, default="tcp"): SelectSelector(
                    SelectSelectorConfig(
                        options=["tcp", "udp"], translation_key="transport"
                    )
                ),
                probatio.Required(CONF_STILL_INTERVAL, default=1): NumberSelector(
                    NumberSelectorConfig(
                        min=0.2,
                        max=3600,
                        step=0.1,
                        mode=NumberSelectorMode.BOX,
                        unit_of_measurement="s",
                    )
                ),
            }
        ),
        {"collapsed": True},
    ),
}

CREDENTIALS_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_USERNAME): TextSelector(
            TextSelectorConfig(autocomplete="off")
        ),
        probatio.Required(probatio.Secret(CONF_PASSWORD)): TextSelector(
            TextSelectorConfig(
                type=TextSelectorType.PASSWORD, autocomplete="new-password"
            )
        ),
    }
)


def address_schema(*, save_anyway: bool) -> probatio.Schema:
    """Return the form of a camera's address."""
    return _schema(ADDRESS_FIELDS, save_anyway=save_anyway)


def entity_schema(own_entities: list[str], *, save_anyway: bool) -> probatio.Schema:
    """Return the form to pick a camera of Home Assistant."""
    selector = EntitySelector(
        EntitySelectorConfig(domain="camera", exclude_entities=own_entities)
    )
    return _schema(
        {probatio.Required(CONF_ENTITY_ID): selector}, save_anyway=save_anyway
    )


def camera_schema(cameras: Iterable[Camera]) -> probatio.Schema:
    """Return the form to choose one of the edge's cameras."""
    options = [
        SelectOptionDict(value=camera.id, label=camera.name) for camera in cameras
    ]
    selector = SelectSelector(SelectSelectorConfig(options=options))
    return probatio.Schema({probatio.Required(CONF_CAMERA): selector})


def detection_schema(camera: Camera, labels: Iterable[str]) -> probatio.Schema:
    """Return the form of what to look for, out of the detector's labels."""
    # A label of a former model stays visible, so that it can be taken away.
    known = dict.fromkeys((*labels, *camera.detection.labels))
    options = [
        SelectOptionDict(value=label, label=label_name(label)) for label in known
    ]
    return probatio.Schema(
        {
            probatio.Required(CONF_LABELS): SelectSelector(
                SelectSelectorConfig(
                    options=options, multiple=True, translation_key="label"
                )
            ),
            probatio.Required(CONF_THRESHOLD): NumberSelector(
                NumberSelectorConfig(
                    min=10,
                    max=100,
                    step=1,
                    mode=NumberSelectorMode.SLIDER,
                    unit_of_measurement="%",
                )
            ),
            probatio.Required(CONF_FPS): NumberSelector(
                NumberSelectorConfig(
                    min=0.5, max=30, step=0.5, mode=NumberSelectorMode.BOX
                )
            ),
        }
    )


def address_values(camera: Camera) -> dict[str, Any]:
    """Return what the form of a camera's address shows."""
    return {
        CONF_NAME: camera.name,
        CONF_URL: camera.url,
        CONF_USERNAME: camera.username,
        CONF_ADVANCED: {
            field: value
            for field in ADVANCED_FIELDS
            if (value := getattr(camera, field)) is not None
        },
    }


def address_input(user_input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the edge's fields of a filled form of a camera's address.

    A password is only in it where one was typed or where there is no user any more.
    """
    fields: dict[str, Any] = {
        CONF_NAME: user_input[CONF_NAME],
        CONF_URL: user_input[CONF_URL],
        CONF_USERNAME: user_input.get(CONF_USERNAME) or None,
        CONF_SUB_URL: user_input[CONF_ADVANCED].get(CONF_SUB_URL) or None,
        CONF_TRANSPORT: user_input[CONF_ADVANCED][CONF_TRANSPORT],
        CONF_STILL_INTERVAL: user_input[CONF_ADVANCED][CONF_STILL_INTERVAL],
    }
    password = user_input.get(CONF_PASSWORD)
    if password or fields[CONF_USERNAME] is None:
        fields[CONF_PASSWORD] = password or None
    return fields


def detection_values(detection: Detection) -> dict[str, Any]:
    """Return what the form of detection shows: one threshold for all labels."""
    scores = detection.labels.values()
    return {
        CONF_LABELS: list(detection.labels),
        CONF_THRESHOLD: round(min(scores) * 100) if scores else DEFAULT_THRESHOLD,
        CONF_FPS: detection.fps,
    }


def detection_input(
    detection: Detection, user_input: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the edge's fields of a filled form of detection."""
    score = user_input[CONF_THRESHOLD] / 100
    # Thresholds that were set one by one elsewhere live on until this one is moved.
    moved = user_input[CONF_THRESHOLD] != detection_values(detection)[CONF_THRESHOLD]
    kept = {} if moved else detection.labels
    return {
        "detection": {
            "fps": user_input[CONF_FPS],
            "labels": {
                label: kept.get(label, score) for label in user_input[CONF_LABELS]
            },
        }
    }


def _schema(fields: dict[Any, Any], *, save_anyway: bool) -> probatio.Schema:
    if save_anyway:
        fields = fields | {
            probatio.Optional(CONF_SAVE_ANYWAY, default=False): BooleanSelector()
        }
    return probatio.Schema(fields)
