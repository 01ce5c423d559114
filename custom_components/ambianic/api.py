"""Client of the edge's API."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from aiohttp import ClientSession
from yarl import URL

from .answers import as_text, check_version, decode
from .connection import AmbianicConnection, Media
from .errors import AmbianicProblem, AmbianicResponseError, AmbianicVersionError
from .messages import StreamMessage
from .models import (
    Camera,
    CameraList,
    EdgeInfo,
    Event,
    Pairing,
    Phone,
    PhoneList,
    Probe,
    Remote,
    Role,
)
from .recordings import (
    Bucket,
    BucketList,
    EventPage,
    EventQuery,
    Span,
    SpanList,
    Storage,
)

# The edge ends a probe within 15 s.
PROBE_TIMEOUT = 25


class AmbianicClient:
    """Client of one edge. All methods raise AmbianicError, as the connection does."""

    def __init__(
        self, session: ClientSession, host: str, port: int, token: str
    ) -> None:
        """Initialize the client."""
        self._connection = AmbianicConnection(session, host, port, token)
        self._async_json = self._connection.async_json
        self._async_request = self._connection.async_request

    async def async_get_info(self) -> EdgeInfo:
        """Return the edge's description.

        Raises AmbianicVersionError where it speaks another version of the API.
        """
        data = await self._async_json("GET", "info")
        check_version(data)
        return decode(EdgeInfo, data)

    async def async_get_cameras(self) -> list[Camera]:
        """Return all cameras."""
        return decode(CameraList, await self._async_json("GET", "cameras")).cameras

    async def async_add_camera(self, fields: Mapping[str, Any]) -> Camera:
        """Add a camera."""
        return decode(Camera, await self._async_json("POST", "cameras", json=fields))

    async def async_update_camera(
        self, camera_id: str, fields: Mapping[str, Any]
    ) -> Camera:
        """Change some fields of a camera."""
        data = await self._async_json("PATCH", f"cameras/{camera_id}", json=fields)
        return decode(Camera, data)

    async def async_remove_camera(self, camera_id: str) -> None:
        """Remove a camera with its events."""
        await self._async_request("DELETE", f"cameras/{camera_id}")

    async def async_probe(
        self, fields: Mapping[str, Any], camera_id: str | None = None
    ) -> Probe:
        """Try a camera, or changed fields of a known one."""
        path = "cameras/probe" if camera_id is None else f"cameras/{camera_id}/probe"
        data = await self._async_json("POST", path, json=fields, timeout=PROBE_TIMEOUT)
        return decode(Probe, data)

    async def async_get_camera_snapshot(
        self, camera_id: str, width: int | None = None
    ) -> bytes:
        """Return a JPEG of now, at most `width` pixels wide."""
        body, _ = await self._async_request(
            "GET",
            f"cameras/{camera_id}/snapshot.jpg",
            params=() if width is None else [("width", str(width))],
        )
        return body

    async def async_get_event(self, event_id: str) -> Event:
        """Return one event."""
        return decode(Event, await self._async_json("GET", f"events/{event_id}"))

    async def async_get_events(self, query: EventQuery, limit: int) -> EventPage:
        """Return the newest events, 200 at most."""
        params = [*query.params, ("limit", str(limit))]
        return decode(EventPage, await self._async_json("GET", "events", params=params))

    async def async_count_events(
        self, query: EventQuery, start: datetime, end: datetime, by: str, tz: str
    ) -> list[Bucket]:
        """Return how many events there are by "day" or "hour" of a time zone."""
        params = [
            *query.params,
            ("start", start.isoformat()),
            ("end", end.isoformat()),
            ("by", by),
            ("tz", tz),
        ]
        data = await self._async_json("GET", "events/counts", params=params)
        return decode(BucketList, data).buckets

    async def async_create_event(self, fields: Mapping[str, Any]) -> Event:
        """Mark a time by hand, and record it."""
        return decode(Event, await self._async_json("POST", "events", json=fields))

    async def async_star_event(self, event_id: str, starred: bool) -> Event:
        """Keep an event for ever, or no longer."""
        data = await self._async_json(
            "PATCH", f"events/{event_id}", json={"starred": starred}
        )
        return decode(Event, data)

    async def async_delete_event(self, event_id: str) -> None:
        """Delete an event with its picture and its recording."""
        await self._async_request("DELETE", f"events/{event_id}")

    async def async_get_event_snapshot(self, event_id: str) -> bytes:
        """Return the JPEG of an event's best picture."""
        body, _ = await self._async_request("GET", f"events/{event_id}/snapshot.jpg")
        return body

    async def async_get_spans(
        self, camera_id: str, start: datetime, end: datetime
    ) -> list[Span]:
        """Return when a camera was recorded."""
        params = [
            ("camera", camera_id),
            ("start", start.isoformat()),
            ("end", end.isoformat()),
        ]
        data = await self._async_json("GET", "recordings", params=params)
        return decode(SpanList, data).spans

    def async_open_media(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        params: Sequence[tuple[str, str]] = (),
    ) -> AbstractAsyncContextManager[Media]:
        """Open a picture or a recording, to be read piece by piece."""
        return self._connection.async_open(method, path, headers=headers, params=params)

    async def async_get_storage(self) -> Storage:
        """Return what the edge keeps.

        Raises AmbianicVersionError where the edge is from before recordings.
        """
        try:
            data = await self._async_json("GET", "storage")
        except AmbianicProblem as err:
            if err.code != "not_found":
                raise
            raise AmbianicVersionError(
                "The edge knows no recordings", edge_too_old=True
            ) from err
        return decode(Storage, data)

    async def async_update_storage(self, fields: Mapping[str, Any]) -> Storage:
        """Change how much room recordings may take."""
        return decode(Storage, await self._async_json("PATCH", "storage", json=fields))

    async def async_dismiss_notice(self) -> None:
        """Tell the edge that its notice was read."""
        await self._async_request("DELETE", "storage/notice")

    async def async_dismiss_detector_trouble(self) -> None:
        """Tell the edge that what happened to its detector was read."""
        await self._async_request("DELETE", "detector/trouble")

    async def async_start_live(self, camera_id: str, offer: str) -> tuple[str, URL]:
        """Start a live session; return the SDP answer and the session's address."""
        body, location = await self._async_request(
            "POST", f"cameras/{camera_id}/whep", sdp=("application/sdp", offer)
        )
        if location is None or not self._connection.is_own(location):
            raise AmbianicResponseError("The live session has no address")
        return as_text(body), location

    async def async_add_candidate(self, session: URL, fragment: str) -> None:
        """Give a candidate, as an SDP fragment, to a live session."""
        await self._async_request(
            "PATCH", session, sdp=("application/trickle-ice-sdpfrag", fragment)
        )

    async def async_end_live(self, session: URL) -> None:
        """End a live session."""
        await self._async_request("DELETE", session)

    async def async_get_phones(self) -> list[Phone]:
        """Return all paired phones."""
        return decode(PhoneList, await self._async_json("GET", "phones")).phones

    async def async_rename_phone(self, phone_id: str, name: str) -> Phone:
        """Rename a phone."""
        data = await self._async_json(
            "PATCH", f"phones/{phone_id}", json={"name": name}
        )
        return decode(Phone, data)

    async def async_revoke_phone(self, phone_id: str) -> None:
        """Throw a phone out, at once and for ever. One that is gone is no error."""
        try:
            await self._async_request("DELETE", f"phones/{phone_id}")
        except AmbianicProblem as err:
            if err.code != "not_found":
                raise

    async def async_open_pairing(
        self, role: Role, cameras: list[str] | None
    ) -> Pairing:
        """Open the way in for one phone that may see these cameras, None for all."""
        fields = {"role": role, "cameras": cameras, "method": "any"}
        return decode(Pairing, await self._async_json("POST", "pairing", json=fields))

    async def async_close_pairing(self) -> None:
        """Close the way in for a phone."""
        await self._async_request("DELETE", "pairing")

    async def async_get_remote(self) -> Remote:
        """Return how phones reach the edge."""
        return decode(Remote, await self._async_json("GET", "remote"))

    async def async_set_remote_enabled(self, enabled: bool) -> Remote:
        """Let phones reach the edge, or none of them."""
        data = await self._async_json("PATCH", "remote", json={"enabled": enabled})
        return decode(Remote, data)

    def async_stream(self, after: str | None) -> AsyncGenerator[StreamMessage]:
        """Yield the state and its changes until the edge ends the stream."""
        return self._connection.async_stream(after)
