"""Where pictures and recordings are: paths of Home Assistant, and ids of media."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
import re
from typing import Any, Self, override
from urllib.parse import quote, unquote

from homeassistant.components.media_source import generate_media_source_id
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .models import Camera, Event

CLIP = "clip.mp4"
SNAPSHOT = "snapshot.jpg"
THUMBNAIL = "thumbnail.jpg"
PREVIEW = "preview.jpg"
PREVIEW_WIDTH = "320"

VIDEO_TYPE = "video/mp4"
IMAGE_TYPE = "image/jpeg"

# What tells of an event's recording, and of its picture.
CLIP_KEYS = ("media_content_id", "clip_url")
SNAPSHOT_KEYS = ("snapshot_media_content_id", "snapshot_url", "thumbnail_url")

MEDIA_KEYS = (*CLIP_KEYS, *SNAPSHOT_KEYS, "link")

ID = r"[A-Za-z0-9_-]+"
SPAN = r"[0-9]{1,10}-[0-9]{1,10}"

FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(3000, 1, 1)


class Collection(StrEnum):
    """The collections of an edge."""

    ALL = "all"
    CAMERA = "camera"
    EVENT = "event"
    LABEL = "label"
    LABELS = "labels"
    RECORDINGS = "recordings"
    SNAPSHOT = "snapshot"
    STARRED = "starred"

    @property
    def is_keyed(self) -> bool:
        """Return whether it is one of many, of which the key names one."""
        return self not in {Collection.ALL, Collection.LABELS, Collection.STARRED}


@dataclass(frozen=True)
class Span:
    """A time from `start` until before `end`, to be written in whole seconds."""

    start: datetime
    end: datetime

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the span of Unix times such as 1763827200-1763830800.

        Raises ValueError where it is none.
        """
        start, end = (dt_util.utc_from_timestamp(int(part)) for part in text.split("-"))
        if end <= start:
            raise ValueError("A span ends after it starts")
        return cls(start, end)

    @override
    def __str__(self) -> str:
        """Return the span as it is in paths and ids."""
        return f"{int(self.start.timestamp())}-{int(self.end.timestamp())}"


@dataclass(frozen=True)
class Day:
    """A day of the home."""

    date: date

    @property
    def span(self) -> Span:
        """Return the day from midnight to midnight, which may be 23 or 25 hours."""
        return Span(
            dt_util.start_of_local_day(self.date),
            dt_util.start_of_local_day(self.date + timedelta(days=1)),
        )

    @override
    def __str__(self) -> str:
        """Return the day as it is in ids."""
        return self.date.isoformat()


@dataclass(frozen=True)
class Place:
    """What a media id names.

    That is an edge, a collection of it such as `camera` with its key such as the
    camera's id, and a part of its time. As text it is the identifier within the media
    source, such as `EDGE/camera/CAMERA/2026-11-22`.
    """

    edge_id: str
    collection: Collection | None = None
    key: str | None = None
    period: Day | Span | None = None

    @classmethod
    def from_identifier(cls, identifier: str) -> Self:
        """Return the place; raise ValueError where there is none of that name."""
        edge_id, *parts = (unquote(part) for part in identifier.split("/"))
        collection = Collection(parts.pop(0)) if parts else None
        key = None
        if collection and collection.is_keyed:
            key = parts.pop(0) if parts else ""
            if not re.fullmatch(".+" if collection is Collection.LABEL else ID, key):
                raise ValueError("There is no such id")
        period = _period(parts.pop(0)) if parts else None
        if parts:
            raise ValueError("There is nothing of that name")
        return cls(edge_id, collection, key, period)

    @override
    def __str__(self) -> str:
        """Return the identifier."""
        parts = (self.edge_id, self.collection, self.key, self.period)
        return "/".join(quote(str(part), safe="") for part in parts if part is not None)

    @property
    def span(self) -> Span | None:
        """Return the time that it is limited to."""
        return self.period.span if isinstance(self.period, Day) else self.period

    @property
    def media_id(self) -> str:
        """Return the id of the media."""
        return generate_media_source_id(DOMAIN, str(self))

    def path(self, file: str) -> str:
        """Return the path of an event's or a recording's file in Home Assistant."""
        if self.collection is Collection.RECORDINGS:
            return (
                f"/api/{DOMAIN}/{self.edge_id}/recordings/{self.key}"
                f"/{self.period}/{file}"
            )
        return f"/api/{DOMAIN}/{self.edge_id}/events/{self.key}/{file}"

    def edge_request(self, file: str) -> tuple[str, list[tuple[str, str]]]:
        """Return the path of such a file in the edge's API, and its query."""
        if not isinstance(self.period, Span):
            return f"events/{self.key}/{file}", []
        start, end = self.period.start.isoformat(), self.period.end.isoformat()
        if file == PREVIEW:
            params = [("at", start), ("width", PREVIEW_WIDTH)]
        else:
            params = [("start", start), ("end", end)]
        return f"recordings/{self.key}/{file}", params


def event_media(edge_id: str, event_id: str) -> dict[str, Any]:
    """Return where an event's recording and pictures are, once there are some."""
    event = Place(edge_id, Collection.EVENT, event_id)
    snapshot = Place(edge_id, Collection.SNAPSHOT, event_id)
    return {
        "media_content_id": event.media_id,
        "snapshot_media_content_id": snapshot.media_id,
        "clip_url": event.path(CLIP),
        "snapshot_url": event.path(SNAPSHOT),
        "thumbnail_url": event.path(THUMBNAIL),
        "link": _browser_path(event),
    }


def event_attributes(
    edge_id: str, camera: Camera | None, event: Event
) -> dict[str, Any]:
    """Return what entities tell of an event of a camera, which may be gone."""
    return {
        "event_id": event.id,
        "label": event.label,
        "score": event.score,
        "box": event.box,
        "camera": camera.name if camera else None,
        "zones": camera.zone_names(event) if camera else event.zones,
        "zone_ids": event.zones,
        "origin": event.origin,
        **event_media(edge_id, event.id),
    }


def _browser_path(event: Place) -> str:
    """Return the path of an event in the media browser of the frontend."""
    nodes = (
        f"app,{generate_media_source_id(DOMAIN, '')}",
        f"{VIDEO_TYPE},{event.media_id}",
    )
    return "/media-browser/browser/" + "/".join(quote(node, safe="") for node in nodes)


def _period(text: str) -> Day | Span:
    if re.fullmatch(SPAN, text):
        return Span.from_text(text)
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day < LAST_DAY:
        raise ValueError("There is nothing of that day")
    return Day(day)
