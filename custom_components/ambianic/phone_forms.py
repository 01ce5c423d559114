"""Forms for phones."""

from collections.abc import Iterable

from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
)
import probatio

from .models import Camera, Phone

CONF_CAMERAS = "cameras"
CONF_PHONE = "phone"

# Not the id of a camera.
ALL_CAMERAS = "all"

NAME_SCHEMA = probatio.Schema({probatio.Required(CONF_NAME): TextSelector()})


def phone_schema(phones: Iterable[Phone]) -> probatio.Schema:
    """Return the form to choose one of the phones."""
    selector = SelectSelector(SelectSelectorConfig(options=_options(phones)))
    return probatio.Schema({probatio.Required(CONF_PHONE): selector})


def viewer_schema(cameras: Iterable[Camera]) -> probatio.Schema:
    """Return the form of the cameras that a viewer may see."""
    everything = SelectOptionDict(value=ALL_CAMERAS, label=ALL_CAMERAS)
    selector = SelectSelector(
        SelectSelectorConfig(
            options=[everything, *_options(cameras)],
            multiple=True,
            translation_key="viewer_cameras",
        )
    )
    # The frontend fills in what is required: it would choose the first by itself.
    return probatio.Schema({probatio.Optional(CONF_CAMERAS): selector})


def _options(items: Iterable[Camera | Phone]) -> list[SelectOptionDict]:
    return [SelectOptionDict(value=item.id, label=item.name) for item in items]
