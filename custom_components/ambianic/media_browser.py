"""Pages of the media browser: an edge, its cameras, their days, events and recordings."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from homeassistant.components.media_player import MediaClass
from homeassistant.components.media_source import BrowseMediaSource
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .coordinator import AmbianicCoordinator
from .labels import label_name
from .media import (
    IMAGE_TYPE,
    PREVIEW,
    THUMBNAIL,
    VIDEO_TYPE,
    Collection,
    Day,
    Place,
    Span,
)
from .media_footage import AHEAD, HOUR, async_recorded, days_of, hours_of
from .models import Camera, Event
from .recordings import Bucket, EventQuery

# As many as the edge gives at once, and as many as a page can show.
PAGE = 200
# So far back the edge counts events.
MOST_COUNTED = timedelta(days=3650)


class EdgeBrowser:
    """Makes the pages of one edge. All methods raise AmbianicError.

    They raise LookupError where the edge does not have the camera.
    """

    def __init__(self, coordinator: AmbianicCoordinator) -> None:
        """Initialize the browser."""
        self._coordinator = coordinator
        self._client = coordinator.client
        self._edge_id = coordinator.data.info.id

    async def async_page(self, place: Place) -> BrowseMediaSource:
        """Return the page of a place."""
        match place.collection:
            case None:
                return self._edge_page(place)
            case Collection.LABELS:
                return await self._async_labels_page(place)
            case Collection.EVENT | Collection.SNAPSHOT:
                assert place.key is not None
                event = await self._client.async_get_event(place.key)
                return self.event_item(event)
            case Collection.RECORDINGS:
                return await self._async_recordings_page(place)
        return await self._async_events_page(place)

    def event_item(
        self, event: Event, *, date: bool = True, camera: bool = True
    ) -> BrowseMediaSource:
        """Return an event as an item of a page, with its date and camera or without."""
        begun = dt_util.as_local(event.start)
        moment = f"{begun:%Y-%m-%d %H:%M:%S}" if date else f"{begun:%H:%M:%S}"
        what = label_name(event.label)
        known = self._coordinator.data.cameras.get(event.camera_id)
        if known and camera:
            what = f"{known.name}: {what}"
        names = known.zone_names(event) if known else event.zones
        zones = f" ({', '.join(names)})" if names else ""
        kind = Collection.EVENT if event.clip else Collection.SNAPSHOT
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=str(Place(self._edge_id, kind, event.id)),
            media_class=MediaClass.VIDEO if event.clip else MediaClass.IMAGE,
            media_content_type=VIDEO_TYPE if event.clip else IMAGE_TYPE,
            title=f"{moment} {what}{zones}",
            can_play=event.clip is not None or event.snapshot,
            can_expand=False,
            thumbnail=self._thumbnail(event),
        )

    def query(self, place: Place) -> EventQuery:
        """Return which events are at a place."""
        query = EventQuery()
        if place.span:
            query = EventQuery(after=place.span.start, before=place.span.end)
        match place.collection, place.key:
            case ((Collection.CAMERA | Collection.RECORDINGS), str(camera_id)):
                return replace(query, cameras=(camera_id,))
            case Collection.LABEL, str(label):
                return replace(query, labels=(label,))
            case Collection.STARRED, _:
                return replace(query, starred=True)
        return query

    async def async_counts(
        self, query: EventQuery, by: str = "day", span: Span | None = None
    ) -> list[Bucket]:
        """Return how many events there are, by days or hours of the home."""
        now = dt_util.utcnow()
        return await self._client.async_count_events(
            replace(query, after=None, before=None),
            span.start if span else now - MOST_COUNTED,
            span.end if span else now + AHEAD,
            by,
            self._coordinator.hass.config.time_zone,
        )

    def _edge_page(self, place: Place) -> BrowseMediaSource:
        cameras = self._coordinator.data.cameras.values()
        return self._directory(
            place,
            self._coordinator.config_entry.title,
            [
                *(self._camera_item(camera) for camera in cameras),
                self._directory(Place(self._edge_id, Collection.ALL), "All cameras"),
                self._directory(Place(self._edge_id, Collection.LABELS), "By kind"),
                self._directory(Place(self._edge_id, Collection.STARRED), "Starred"),
            ],
        )

    def _camera_item(self, camera: Camera) -> BrowseMediaSource:
        event = camera.last_event
        return self._directory(
            Place(self._edge_id, Collection.CAMERA, camera.id),
            camera.name,
            thumbnail=self._thumbnail(event) if event else None,
        )

    async def _async_labels_page(self, place: Place) -> BrowseMediaSource:
        """Return the page of the labels that have events."""
        counts: Counter[str] = Counter()
        for bucket in await self.async_counts(EventQuery()):
            counts.update(bucket.counts)
        labels = sorted(counts)
        return self._directory(
            place,
            "By kind",
            [
                self._directory(
                    Place(self._edge_id, Collection.LABEL, label),
                    f"{label_name(label)} ({counts[label]})",
                )
                for label in labels
            ],
        )

    async def _async_events_page(self, place: Place) -> BrowseMediaSource:
        """Return a page of events, or of their days or hours where they are many."""
        title = self._title(place)
        query = self.query(place)
        if place.period is None and place.collection is not Collection.STARRED:
            return self._directory(place, title, await self._async_days(place, query))
        page = await self._client.async_get_events(query, PAGE)
        if page.next and not isinstance(place.period, Span):
            if place.period is None:
                return self._directory(
                    place, title, await self._async_days(place, query)
                )
            hours = await self.async_counts(query, "hour", place.span)
            return self._directory(
                place, title, [self._hour_item(place, hour) for hour in reversed(hours)]
            )
        result = self._directory(
            place,
            title,
            [
                self.event_item(
                    event,
                    date=place.period is None,
                    camera=place.collection is not Collection.CAMERA,
                )
                for event in page.events
            ],
        )
        if page.next:
            counts = await self.async_counts(query, "hour", place.span)
            result.not_shown = sum(_total(hour) for hour in counts) - len(page.events)
        return result

    async def _async_days(
        self, place: Place, query: EventQuery
    ) -> list[BrowseMediaSource]:
        """Return the days that have events, the latest first."""
        days = [
            self._directory(
                Place(place.edge_id, place.collection, place.key, Day(begun.date())),
                f"{_day_name(begun)} ({_total(bucket)})",
            )
            for bucket in reversed(await self.async_counts(query))
            for begun in (dt_util.as_local(bucket.start),)
        ]
        if place.collection is Collection.CAMERA:
            recordings = Place(place.edge_id, Collection.RECORDINGS, place.key)
            days.insert(0, self._directory(recordings, "Recordings"))
        return days

    def _hour_item(self, place: Place, bucket: Bucket) -> BrowseMediaSource:
        span = Span(bucket.start, bucket.start + HOUR)
        return self._directory(
            Place(place.edge_id, place.collection, place.key, span),
            f"{dt_util.as_local(bucket.start):%H:%M} ({_total(bucket)})",
        )

    async def _async_recordings_page(self, place: Place) -> BrowseMediaSource:
        """Return the days, or the hours of a day, of which there are recordings."""
        assert place.key is not None
        if isinstance(place.period, Span):
            return self._recording_item(place.key, place.period)
        day = place.span
        recorded = await async_recorded(self._coordinator, place.key, day)
        if day:
            children = [
                self._recording_item(place.key, hour)
                for hour in reversed(hours_of(recorded, day))
            ]
        else:
            children = [
                self._directory(
                    Place(
                        place.edge_id,
                        Collection.RECORDINGS,
                        place.key,
                        Day(begun.date()),
                    ),
                    _day_name(begun),
                )
                for begun in reversed(days_of(recorded))
            ]
        return self._directory(place, self._title(place), children)

    def _recording_item(self, camera_id: str, span: Span) -> BrowseMediaSource:
        place = Place(self._edge_id, Collection.RECORDINGS, camera_id, span)
        begun = dt_util.as_local(span.start)
        ended = dt_util.as_local(span.end)
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=str(place),
            media_class=MediaClass.VIDEO,
            media_content_type=VIDEO_TYPE,
            title=f"{begun:%H:%M} – {ended:%H:%M}",
            can_play=True,
            can_expand=False,
            thumbnail=place.path(PREVIEW),
        )

    def _title(self, place: Place) -> str:
        """Return what a page is called."""
        match place.collection, place.key:
            case Collection.CAMERA, str(camera_id):
                name = self._coordinator.data.cameras[camera_id].name
            case Collection.RECORDINGS, str(camera_id):
                camera = self._coordinator.data.cameras[camera_id]
                name = f"Recordings of {camera.name}"
            case Collection.LABEL, str(label):
                name = label_name(label)
            case Collection.STARRED, _:
                name = "Starred"
            case _:
                name = "All cameras"
        match place.period:
            case Day() as day:
                return f"{name}, {_day_name(day.span.start)}"
            case Span() as span:
                begun = dt_util.as_local(span.start)
                return f"{name}, {_day_name(begun)}, {begun:%H:%M}"
        return name

    def _thumbnail(self, event: Event) -> str | None:
        if not event.snapshot:
            return None
        return Place(self._edge_id, Collection.EVENT, event.id).path(THUMBNAIL)

    def _directory(
        self,
        place: Place,
        title: str,
        children: list[BrowseMediaSource] | None = None,
        thumbnail: str | None = None,
    ) -> BrowseMediaSource:
        options: dict[str, Any] = {} if children is None else {"children": children}
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=str(place),
            media_class=MediaClass.DIRECTORY,
            media_content_type="",
            title=title,
            can_play=False,
            can_expand=True,
            can_search=True,
            search_media_classes=[MediaClass.VIDEO, MediaClass.IMAGE],
            thumbnail=thumbnail,
            **options,
        )


def _day_name(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def _total(bucket: Bucket) -> int:
    return sum(bucket.counts.values())
