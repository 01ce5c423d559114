"""What people say of a camera, checked and joined with what is known."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pydantic import BaseModel, ValidationError

from ambianic import addresses, zone_ids
from ambianic.config import CameraConfig
from ambianic.config_store import first_fault
from ambianic.errors import EdgeError, ErrorCode


def validated[T: BaseModel](schema: type[T], data: Any) -> T:
    """What was sent, as the schema wants it. Raises EdgeError, which names the first wrong field."""
    try:
        return schema.model_validate(dict(fields(data)))
    except ValidationError as err:
        field, message = first_fault(err)
        raise EdgeError(ErrorCode.INVALID_FIELD, f"The field {field} is not valid", message, field=field) from None


def fields(data: Any) -> Mapping[str, Any]:
    """The fields of what was sent. Raises EdgeError where it has none."""
    if not isinstance(data, Mapping):
        raise EdgeError(ErrorCode.INVALID_JSON, "The request is not valid", "Send a JSON object.")
    return data


def changed(config: CameraConfig, data: Any) -> CameraConfig:
    """A camera's configuration with the given fields changed. Raises EdgeError."""
    update = dict(fields(data))
    if "id" in update:
        raise EdgeError(ErrorCode.INVALID_FIELD, "The id can't be changed", field="id")
    known = config.model_dump()
    _take_credentials(update)
    for field in ("url", "sub_url"):
        if known[field] is not None and update.get(field) == addresses.redact(known[field]):
            update[field] = known[field]
    if isinstance(update.get("detection"), Mapping):
        update["detection"] = _without_gone_zones(known["detection"], update["detection"])
    for part in ("detection", "recording"):
        if isinstance(update.get(part), Mapping):
            update[part] = known[part] | dict(update[part])
    if update.get("username", known["username"]) != known["username"]:
        known["password"] = None
    return validated(CameraConfig, known | update)


def _take_credentials(update: dict[str, Any]) -> None:
    """Prefer the user and password inside a changed address to those that are known."""
    with suppress(KeyError, ValueError, AttributeError):
        update["url"], username, password = addresses.parse(update["url"])
        if username and "username" not in update:
            update["username"] = username
            if password:
                update.setdefault("password", password)


def _without_gone_zones(known: Mapping[str, Any], update: Mapping[str, Any]) -> Mapping[str, Any]:
    """Where zones are replaced and filters are not said, the filters name no more those that are gone."""
    if "filters" in update or not isinstance(zones := zone_ids.filled_in(update.get("zones")), list | tuple):
        return update
    ids = {zone.get("id") for zone in zones if isinstance(zone, Mapping)}
    filters = {
        label: wanted | {"zones": [zone_id for zone_id in wanted["zones"] if zone_id in ids]}
        for label, wanted in known["filters"].items()
    }
    return {**update, "zones": zones, "filters": filters}
