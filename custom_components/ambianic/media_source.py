"""The media source: browse, search and play what the edges have recorded."""

from datetime import datetime
from typing import override

from homeassistant.components.media_player import (
    BrowseError,
    MediaClass,
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN
from .coordinator import AmbianicConfigEntry, AmbianicCoordinator
from .errors import translated_errors
from .lookup import async_all_coordinators, async_entries, async_get_coordinator
from .media import (
    CLIP,
    IMAGE_TYPE,
    SNAPSHOT,
    VIDEO_TYPE,
    Collection,
    Place,
    Span,
)
from .media_browser import PAGE, EdgeBrowser
from .media_search import search_query
from .recordings import EventQuery


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Set up the media source."""
    return AmbianicMediaSource(hass)


class AmbianicMediaSource(MediaSource):
    """The events and recordings of all edges."""

    name = "Ambianic"

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize the media source."""
        super().__init__(DOMAIN)
        self._hass = hass

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return a page; where there is one edge only, its page is the first one."""
        if (place := _place(item, BrowseError)) is None:
            entries = async_entries(self._hass)
            if len(entries) != 1:
                return _root_page(entries)
            place = Place(str(entries[0].unique_id))
        coordinator = async_get_coordinator(self._hass, place.edge_id, BrowseError)
        try:
            with translated_errors(coordinator.config_entry, BrowseError):
                return await EdgeBrowser(coordinator).async_page(place)
        except LookupError as err:
            raise _unknown(item, BrowseError) from err

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return where Home Assistant itself serves a recording or a picture."""
        place = _place(item, Unresolvable)
        if place is None or place.key is None:
            raise _unknown(item, Unresolvable)
        coordinator = async_get_coordinator(self._hass, place.edge_id, Unresolvable)
        match place.collection, place.period:
            case Collection.RECORDINGS, Span():
                return PlayMedia(place.path(CLIP), VIDEO_TYPE)
            case ((Collection.EVENT | Collection.SNAPSHOT), None):
                with translated_errors(coordinator.config_entry, Unresolvable):
                    event = await coordinator.client.async_get_event(place.key)
            case _:
                raise _unknown(item, Unresolvable)
        if place.collection is Collection.EVENT and event.clip:
            return PlayMedia(place.path(CLIP), VIDEO_TYPE)
        if event.snapshot:
            return PlayMedia(place.path(SNAPSHOT), IMAGE_TYPE)
        raise Unresolvable(
            translation_domain=DOMAIN, translation_key="nothing_recorded"
        )

    @override
    async def async_search_media(
        self, item: MediaSourceItem, query: SearchMediaQuery
    ) -> SearchMedia:
        """Return the newest events that fit all words."""
        if place := _place(item, BrowseError):
            edges = [async_get_coordinator(self._hass, place.edge_id, BrowseError)]
        else:
            edges = async_all_coordinators(self._hass, BrowseError)
        found: list[tuple[datetime, BrowseMediaSource]] = []
        for edge in edges:
            with translated_errors(edge.config_entry, BrowseError):
                found += await _async_search(edge, place, query.search_query)
        found.sort(key=lambda result: result[0], reverse=True)
        classes = query.media_filter_classes
        return SearchMedia(
            result=[
                event
                for _, event in found[:PAGE]
                if not classes or event.media_class in classes
            ]
        )


async def _async_search(
    coordinator: AmbianicCoordinator, place: Place | None, text: str
) -> list[tuple[datetime, BrowseMediaSource]]:
    """Return the events of an edge that fit all words, with their starts."""
    browser = EdgeBrowser(coordinator)
    counts = await browser.async_counts(EventQuery())
    query = search_query(
        text,
        browser.query(place) if place else EventQuery(),
        coordinator.data.cameras,
        {label for bucket in counts for label in bucket.counts},
    )
    page = await coordinator.client.async_get_events(query, PAGE)
    return [(event.start, browser.event_item(event)) for event in page.events]


def _root_page(entries: list[AmbianicConfigEntry]) -> BrowseMediaSource:
    """Return the page of all edges."""
    if not entries:
        raise BrowseError(translation_domain=DOMAIN, translation_key="no_edge")
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=None,
        media_class=MediaClass.DIRECTORY,
        media_content_type="",
        title="Ambianic",
        can_play=False,
        can_expand=True,
        can_search=True,
        search_media_classes=[MediaClass.VIDEO, MediaClass.IMAGE],
        children=[
            BrowseMediaSource(
                domain=DOMAIN,
                identifier=str(Place(str(entry.unique_id))),
                media_class=MediaClass.DIRECTORY,
                media_content_type="",
                title=entry.title,
                can_play=False,
                can_expand=True,
            )
            for entry in entries
        ],
    )


def _place(item: MediaSourceItem, error: type[HomeAssistantError]) -> Place | None:
    """Return the place that an item names; None where it names all edges."""
    if not item.identifier:
        return None
    try:
        return Place.from_identifier(item.identifier)
    except ValueError as err:
        raise _unknown(item, error) from err


def _unknown(
    item: MediaSourceItem, error: type[HomeAssistantError]
) -> HomeAssistantError:
    return error(
        translation_domain=DOMAIN,
        translation_key="unknown_media",
        translation_placeholders={"media": item.identifier},
    )
