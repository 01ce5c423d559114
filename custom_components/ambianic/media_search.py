"""What somebody means who searches for events in words."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
import re

from homeassistant.util import dt as dt_util

from .media import Day
from .models import Camera
from .recordings import EventQuery
from .zones import zone_ids

STARRED_WORDS = {"star", "starred", "favorite", "favorites"}
DAYS_AGO = {"today": 0, "yesterday": 1}


def search_query(
    text: str,
    within: EventQuery,
    cameras: Mapping[str, Camera],
    labels: Collection[str],
) -> EventQuery:
    """Return the query for words such as "person garden yesterday".

    Words may be kinds of objects, names of cameras and zones, "starred", "today",
    "yesterday" and dates such as 2026-11-22; `within` is where to search.
    """
    query = within
    named: list[set[str]] = []
    # First the cameras by their whole names, which may have words that mean others.
    for camera in sorted(cameras.values(), key=lambda camera: -len(camera.name)):
        text, count = re.subn(re.escape(camera.name), " ", text, flags=re.IGNORECASE)
        if count:
            named.append({camera.id})
    parts: list[set[str]] = []
    for typed in text.split():
        word = typed.casefold()
        if word in STARRED_WORDS:
            query = replace(query, starred=True)
        elif (day := _day(word)) is not None:
            query = replace(query, after=day.span.start, before=day.span.end)
        elif found := {label for label in labels if _means(word, label)}:
            query = replace(query, labels=tuple(sorted({*query.labels, *found})))
        elif found := {
            camera.id for camera in cameras.values() if _means(word, camera.name)
        }:
            parts.append(found)
        else:
            zones = zone_ids(cameras.values(), [typed])
            query = replace(query, zones=(*query.zones, *zones))
    # "front door" is one camera, though there may be a front yard and a back door.
    if parts:
        named.append(set.intersection(*parts) or set.union(*parts))
    if named:
        query = replace(query, cameras=tuple(sorted(set.union(*named))))
    return query


def _day(word: str) -> Day | None:
    if (days := DAYS_AGO.get(word)) is not None:
        return Day(dt_util.now().date() - timedelta(days=days))
    date = dt_util.parse_date(word)
    return None if date is None else Day(date)


def _means(word: str, name: str) -> bool:
    """Return whether a word is one of a name, or its plural."""
    words = name.casefold().replace("_", " ").split()
    return any(word in {known, f"{known}s"} for known in words)
