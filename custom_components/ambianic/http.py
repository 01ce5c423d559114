"""Pictures and recordings of the edges, through Home Assistant's own authentication.

The edge's token stays here: browsers and phones come with a login or a signed path.
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from http import HTTPStatus
import logging

from aiohttp import hdrs, web
from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .connection import Media
from .const import DOMAIN
from .errors import AmbianicAuthError, AmbianicError, AmbianicProblem
from .lookup import async_get_coordinator
from .media import (
    CLIP,
    ID,
    IMAGE_TYPE,
    PREVIEW,
    SNAPSHOT,
    SPAN,
    THUMBNAIL,
    VIDEO_TYPE,
    Collection,
    Place,
    Span,
)

_LOGGER = logging.getLogger(__name__)

# A player that is paused may come back later, by a range.
STALLED_TIMEOUT = 300

FORWARDED_REQUEST_HEADERS = (
    hdrs.IF_MODIFIED_SINCE,
    hdrs.IF_NONE_MATCH,
    hdrs.IF_RANGE,
    hdrs.RANGE,
)
FORWARDED_RESPONSE_HEADERS = (
    hdrs.ACCEPT_RANGES,
    hdrs.CONTENT_DISPOSITION,
    hdrs.CONTENT_LENGTH,
    hdrs.CONTENT_RANGE,
    hdrs.ETAG,
    hdrs.LAST_MODIFIED,
)
# What is deleted shall not live on in caches that others use.
CACHE_CONTROL = "private, no-cache"


@callback
def async_register_views(hass: HomeAssistant) -> None:
    """Register the views."""
    hass.http.register_view(EventView)
    hass.http.register_view(RecordingView)


class EventView(HomeAssistantView):
    """The recording and the pictures of an event."""

    url = (
        f"/api/{DOMAIN}/{{edge_id:{ID}}}/events/{{event_id:{ID}}}"
        f"/{{file:{CLIP}|{SNAPSHOT}|{THUMBNAIL}}}"
    )
    name = f"api:{DOMAIN}:event"

    async def get(
        self, request: web.Request, edge_id: str, event_id: str, file: str
    ) -> web.StreamResponse:
        """Return a recording or a picture."""
        place = Place(edge_id, Collection.EVENT, event_id)
        return await _async_proxy(request, place, file)

    head = get


class RecordingView(HomeAssistantView):
    """A time of what was recorded of a camera."""

    url = (
        f"/api/{DOMAIN}/{{edge_id:{ID}}}/recordings/{{camera_id:{ID}}}"
        f"/{{span:{SPAN}}}/{{file:{CLIP}|{PREVIEW}}}"
    )
    name = f"api:{DOMAIN}:recording"

    async def get(
        self, request: web.Request, edge_id: str, camera_id: str, span: str, file: str
    ) -> web.StreamResponse:
        """Return the recording, or a picture at its start."""
        try:
            period = Span.from_text(span)
        except ValueError as err:
            raise web.HTTPNotFound from err
        place = Place(edge_id, Collection.RECORDINGS, camera_id, period)
        return await _async_proxy(request, place, file)

    head = get


async def _async_proxy(
    request: web.Request, place: Place, file: str
) -> web.StreamResponse:
    """Answer with what the edge has, or say why there is nothing."""
    try:
        coordinator = async_get_coordinator(request.app[KEY_HASS], place.edge_id)
    except HomeAssistantError as err:
        found = err.translation_key != "unknown_edge"
        return _error(
            HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.NOT_FOUND, str(err)
        )
    headers = {
        # The length that the edge tells is that of what it sends.
        hdrs.ACCEPT_ENCODING: "identity",
        **_some(request.headers, FORWARDED_REQUEST_HEADERS),
    }
    path, params = place.edge_request(file)
    if request.query.get("download") == "1":
        params.append(("download", "1"))
    try:
        async with coordinator.client.async_open_media(
            request.method, path, headers=headers, params=params
        ) as media:
            return await _async_send(request, media)
    except AmbianicAuthError:
        coordinator.config_entry.async_start_reauth(coordinator.hass)
        return _error(HTTPStatus.SERVICE_UNAVAILABLE, "The edge refuses the token.")
    except AmbianicProblem as err:
        refused = err.status < HTTPStatus.INTERNAL_SERVER_ERROR
        status = err.status if refused else HTTPStatus.SERVICE_UNAVAILABLE
        return _error(status, str(err))
    except AmbianicError as err:
        _LOGGER.debug("No media from %s: %s", coordinator.name, err)
        return _error(HTTPStatus.SERVICE_UNAVAILABLE, "The edge does not answer.")


async def _async_send(request: web.Request, media: Media) -> web.StreamResponse:
    """Hand on an answer of the edge piece by piece, as fast as it is taken."""
    response = web.StreamResponse(
        status=media.status,
        headers={
            **_some(media.headers, FORWARDED_RESPONSE_HEADERS),
            hdrs.CACHE_CONTROL: CACHE_CONTROL,
            # Whatever the edge sends, browsers shall not run it.
            hdrs.CONTENT_TYPE: (
                VIDEO_TYPE if request.path.endswith(CLIP) else IMAGE_TYPE
            ),
            "X-Content-Type-Options": "nosniff",
        },
    )
    await response.prepare(request)
    if request.method != hdrs.METH_HEAD:
        try:
            async with aclosing(media.content) as content:
                async for chunk in content:
                    async with asyncio.timeout(STALLED_TIMEOUT):
                        await response.write(chunk)
        except (AmbianicError, TimeoutError) as err:
            # A connection that is cut tells the player that this was not all.
            _LOGGER.debug("A recording broke off: %s", err)
            if request.transport is not None:
                request.transport.abort()
            return response
    await response.write_eof()
    return response


def _some(headers: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    return {name: headers[name] for name in names if name in headers}


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)
