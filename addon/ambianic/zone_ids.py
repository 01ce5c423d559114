"""Ids of zones: made from their names, so that they can be read in automations."""

from collections.abc import Collection, Mapping
from itertools import count
import re
from typing import Any
import unicodedata

MAX_LENGTH = 40
UNNAMED = "zone"
"""The id of a zone whose name has no letter that an id can have."""


def filled_in(zones: Any) -> Any:
    """What was sent as zones, those without an id with one that no other has. What is no list of zones stays as it is."""
    if not isinstance(zones, list | tuple):
        return zones
    taken = {zone["id"] for zone in zones if isinstance(zone, Mapping) and isinstance(zone.get("id"), str)}
    filled = []
    for zone in zones:
        if isinstance(zone, Mapping) and zone.get("id") is None:
            zone_id = unique(str(zone.get("name")), taken)
            taken.add(zone_id)
            filled.append({**zone, "id": zone_id})
        else:
            filled.append(zone)
    return filled


def unique(name: str, taken: Collection[str]) -> str:
    """An id for a zone of this name that is not taken yet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_LENGTH].rstrip("-") or UNNAMED
    if base not in taken:
        return base
    for number in count(2):
        suffix = f"-{number}"
        if (zone_id := base[: MAX_LENGTH - len(suffix)] + suffix) not in taken:
            return zone_id
    raise AssertionError("there are endlessly many numbers")
