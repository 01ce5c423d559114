"""Client of the edge's API."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    ClientWSTimeout,
    WSMsgType,
    WSServerHandshakeError,
)
from yarl import URL

from .answers import as_object, as_text, check_version, decode, parse, problem
from .errors import (
    AmbianicAuthError,
    AmbianicConnectionError,
    AmbianicProblem,
    AmbianicResponseError,
    AmbianicVersionError,
)
from .messages import StreamMessage
from .models import (
    Camera,
    CameraList,
    EdgeInfo,
    Pairing,
    Phone,
    PhoneList,
    Probe,
    Remote,
    Role,
)

TIMEOUT = 10
# The edge ends a probe within 15 s.
PROBE_TIMEOUT = 25
HEARTBEAT = 30
MAX_BODY = 16 * 1024 * 1024
MAX_MESSAGE = 4 * 1024 * 1024
CLOSE_UNAUTHORIZED = 4401


class AmbianicClient:
    """Client of one edge.

    All methods raise AmbianicError: AmbianicConnectionError where the edge does not
    answer, AmbianicAuthError where it refuses the token, AmbianicProblem where it
    refuses the request, AmbianicResponseError where it does not keep to the API.
    """

    def __init__(
        self, session: ClientSession, host: str, port: int, token: str
    ) -> None:
        """Initialize the client."""
        self._session = session
        self._base = URL.build(scheme="http", host=host, port=port, path="/api/v1/")
        self._headers = {"Authorization": f"Bearer {token}"}

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
            params={} if width is None else {"width": str(width)},
        )
        return body

    async def async_get_event_snapshot(self, event_id: str) -> bytes:
        """Return the JPEG of an event's best picture."""
        body, _ = await self._async_request("GET", f"events/{event_id}/snapshot.jpg")
        return body

    async def async_start_live(self, camera_id: str, offer: str) -> tuple[str, URL]:
        """Start a live session; return the SDP answer and the session's address."""
        body, location = await self._async_request(
            "POST", f"cameras/{camera_id}/whep", sdp=("application/sdp", offer)
        )
        if location is None or location.origin() != self._base.origin():
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
        """Return all paired phones.

        Raises AmbianicVersionError where the edge is from before phones.
        """
        try:
            data = await self._async_json("GET", "phones")
        except AmbianicProblem as err:
            if err.code != "not_found":
                raise
            raise AmbianicVersionError(
                "The edge knows no phones", edge_too_old=True
            ) from err
        return decode(PhoneList, data).phones

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

    async def async_stream(self, after: str | None) -> AsyncGenerator[StreamMessage]:
        """Yield the state and its changes until the edge ends the stream."""
        url = self._base.join(URL("stream"))
        try:
            async with asyncio.timeout(TIMEOUT):
                socket = await self._session.ws_connect(
                    url if after is None else url.with_query(after=after),
                    headers=self._headers,
                    heartbeat=HEARTBEAT,
                    max_msg_size=MAX_MESSAGE,
                    timeout=ClientWSTimeout(ws_close=1),
                )
        except WSServerHandshakeError as err:
            if err.status == 401:
                raise AmbianicAuthError from err
            raise AmbianicResponseError(f"The stream answers {err.status}") from err
        except (ClientError, TimeoutError, OSError) as err:
            raise AmbianicConnectionError(_reason(err)) from err
        async with socket:
            while (message := await socket.receive()).type is WSMsgType.TEXT:
                if (parsed := parse(message.data)) is not None:
                    yield parsed
            if socket.close_code == CLOSE_UNAUTHORIZED:
                raise AmbianicAuthError

    async def _async_json(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        timeout: float = TIMEOUT,
    ) -> dict[str, Any]:
        body, _ = await self._async_request(method, path, json=json, timeout=timeout)
        return as_object(body)

    async def _async_request(
        self,
        method: str,
        path: str | URL,
        *,
        json: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
        sdp: tuple[str, str] | None = None,
        timeout: float = TIMEOUT,
    ) -> tuple[bytes, URL | None]:
        """Return the body and the location of an answer."""
        url = path if isinstance(path, URL) else self._base.join(URL(path))
        headers = self._headers if sdp is None else {"Content-Type": sdp[0]}
        try:
            async with self._session.request(
                method,
                url,
                headers=self._headers | headers,
                json=json,
                params=params,
                data=None if sdp is None else sdp[1].encode(),
                timeout=ClientTimeout(total=timeout),
                allow_redirects=False,
            ) as response:
                body = bytearray()
                async for chunk in response.content.iter_any():
                    body += chunk
                    if len(body) > MAX_BODY:
                        raise AmbianicResponseError("The answer is too big")
                status = response.status
                location = response.headers.get("Location")
        except (ClientError, TimeoutError, OSError) as err:
            raise AmbianicConnectionError(_reason(err)) from err
        if status == 401:
            raise AmbianicAuthError
        if not 200 <= status < 300:
            raise problem(status, bytes(body))
        return bytes(body), None if location is None else url.join(URL(location))


def _reason(err: Exception) -> str:
    return str(err) or type(err).__name__
