"""The registrar's own HTTP: descriptor, nonces, rooms, TURN credentials. docs/protocol.md describes it."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web
import msgspec

from ambianic import __version__
from ambianic.pnp1.route import Purpose

from .http import ApiError, json_response
from .messages import is_reserved
from .network import Locator, Origin
from .options import RegistrarOptions
from .proof import NodeKey, ProofDesk, Refused
from .rooms import Rooms, RoomsFull
from .turn import TTL, TurnDesk

if TYPE_CHECKING:
    from .backplane import Backplane

MAX_BODY = 4096
"""Bytes of a request."""
_READ_TIMEOUT = 10.0


class Proof(msgspec.Struct, forbid_unknown_fields=True):
    """The owner of an id asks for something."""

    id: str
    pub: str
    nonce: str
    proof: str


class Announcement(Proof, forbid_unknown_fields=True):
    """The owner of an id wants to be found by phones on the same network."""

    label: str = ""


class Api:
    """The handlers of /pnp."""

    def __init__(
        self,
        options: RegistrarOptions,
        *,
        locator: Locator,
        proofs: ProofDesk,
        key: NodeKey,
        rooms: Rooms,
        backplane: "Backplane | None",
        host_of: Callable[[web.Request], str],
    ) -> None:
        """Answer for a registrar. `host_of` tells the host that proofs are for, and raises Refused where it is not ours."""
        self._options = options
        self._locator = locator
        self._proofs = proofs
        self._key = key
        self._rooms = rooms
        self._backplane = backplane
        self._host_of = host_of
        self._turn = TurnDesk(options.turn, options.turn_secret) if options.turn and options.turn_secret else None

    def routes(self) -> list[web.RouteDef]:
        """Where they are."""
        return [
            web.get("/pnp", self._descriptor),
            web.get("/pnp/nonce", self._nonce),
            web.get("/pnp/rooms", self._hubs),
            web.post("/pnp/rooms", self._announce),
            web.delete("/pnp/rooms", self._withdraw),
            web.post("/pnp/turn", self._credentials),
        ]

    async def _descriptor(self, request: web.Request) -> web.Response:
        options = self._options
        return json_response(
            {
                "pnp": 1,
                "version": __version__,
                "app": options.app or (self._own_address(request) if options.ui else None),
                "v4": options.v4_url,
                "v6": options.v6_url,
                "ice": [{"urls": list(options.stun)}] if options.stun else [],
            }
        )

    async def _nonce(self, request: web.Request) -> web.Response:
        return json_response({"nonce": self._proofs.nonce(self._locate(request))})

    async def _hubs(self, request: web.Request) -> web.Response:
        room = self._room(self._locate(request))
        hubs = self._rooms.hubs(room)
        if self._backplane:
            hubs = await self._backplane.hubs(room) | hubs
        found = [{"pid": pid, "label": label} for pid, label in hubs.items()]
        return json_response({"hubs": found[: self._options.limits.hubs_per_room]})

    async def _announce(self, request: web.Request) -> web.Response:
        announcement, origin = await self._proven(request, "room", Announcement)
        label = announcement.label
        if not 1 <= len(label) <= 24 or not label.isprintable() or label != label.strip():
            raise ApiError(400, "invalid_label", "A label has 1 to 24 printable characters, without space around them.")
        room = self._room(origin)
        try:
            if self._backplane:
                await self._backplane.announce(room, announcement.id, label)
            self._rooms.announce(room, announcement.id, label)
        except RoomsFull as err:
            raise ApiError(503, "rooms_full", str(err), retry_after=30) from None
        return web.Response(status=204)

    async def _withdraw(self, request: web.Request) -> web.Response:
        announcement, origin = await self._proven(request, "room", Announcement)
        room = self._room(origin)
        self._rooms.withdraw(room, announcement.id)
        if self._backplane:
            await self._backplane.withdraw(room, announcement.id)
        return web.Response(status=204)

    async def _credentials(self, request: web.Request) -> web.Response:
        if self._turn is None:
            raise ApiError(404, "no_turn", "This server has no TURN server.")
        proof, _ = await self._proven(request, "turn", Proof)
        return json_response({"ice": [self._turn.issue(proof.id)], "ttl": TTL})

    async def _proven[T: Proof](self, request: web.Request, purpose: Purpose, schema: type[T]) -> tuple[T, Origin]:
        """Read a request and check its proof. Raises ApiError."""
        try:
            async with asyncio.timeout(_READ_TIMEOUT):
                body = msgspec.json.decode(await request.read(), type=schema)
        except TimeoutError:
            raise ApiError(408, "too_slow", "The request did not arrive in time.") from None
        except (ValueError, RecursionError) as err:
            raise ApiError(400, "malformed", f"This is not what is expected here: {err}") from None
        if not is_reserved(body.id):
            raise ApiError(400, "invalid_id", "The id is not the hash of a key: 26 characters of a-z and 2-7.")
        origin = self._locate(request)
        try:
            self._proofs.check(purpose, origin, self._host_of(request), body.id, body.pub, body.nonce, body.proof)
        except Refused as err:
            raise ApiError(403, "proof_refused", str(err)) from None
        return body, origin

    def _locate(self, request: web.Request) -> Origin:
        return self._locator.locate(request.remote or "", request.headers.getall("X-Forwarded-For", ()))

    def _room(self, origin: Origin) -> bytes:
        """The name of the room of a network. Raises ApiError where it has none."""
        if origin.room is None:
            sentence = "This server cannot tell which network you are on. Use the QR code or the link."
            raise ApiError(503, "rooms_unavailable", sentence)
        return self._key.derive(b"room", origin.room)

    def _own_address(self, request: web.Request) -> str:
        if self._options.public_urls:
            return f"{self._options.public_urls[0].rstrip('/')}/"
        return f"{request.scheme}://{request.host}/"
