"""PeerJS signalling: who may open a socket, and under which id."""

from collections.abc import Callable
import hashlib
import itertools
import time
from typing import TYPE_CHECKING
import uuid

from aiohttp import web
from picows import WSCloseCode

from .http import error_response
from .limits import Buckets
from .messages import ID_TAKEN, MAX_ID, error, is_reserved, is_valid_id, is_valid_token
from .network import Locator, Origin
from .options import Limits
from .peer import Farewell, Peer
from .proof import ProofDesk, Refused
from .switchboard import Switchboard
from .upgrade import is_upgrade, take_over

if TYPE_CHECKING:
    from .backplane import Backplane

KEY = "peerjs"


class Refusal(Exception):
    """A socket is not admitted: what it is told before it is closed, and why for the counter."""

    def __init__(self, result: str, text: bytes, code: WSCloseCode = WSCloseCode.POLICY_VIOLATION) -> None:
        super().__init__(result)
        self.result = result
        self.text = text
        self.code = code


class Signalling:
    """The front door of the switchboard."""

    def __init__(
        self,
        switchboard: Switchboard,
        *,
        limits: Limits,
        locator: Locator,
        proofs: ProofDesk,
        host_of: Callable[[web.Request], str],
        backplane: "Backplane | None",
    ) -> None:
        """Stand before a switchboard. `host_of` tells the host that proofs are for, and raises Refused where it is not ours."""
        self.draining = False
        self._switchboard = switchboard
        self._limits = limits
        self._locator = locator
        self._proofs = proofs
        self._host_of = host_of
        self._backplane = backplane
        self._newcomers = Buckets(limits.new_sockets_per_minute / 60, limits.new_sockets_per_minute)
        self._serials = itertools.count(1)

    def routes(self) -> list[web.RouteDef]:
        """What PeerServer has."""
        return [
            web.get(f"/{KEY}", self._connect),
            web.get(f"/{KEY}/id", self._new_id),
            web.get(f"/{KEY}/peers", self._peers),
        ]

    def sweep(self) -> None:
        """Forget the networks that have been quiet."""
        self._newcomers.sweep()

    async def _new_id(self, _request: web.Request) -> web.Response:
        return web.Response(text=str(uuid.uuid4()))

    async def _peers(self, _request: web.Request) -> web.Response:
        return error_response(401, "unauthorized", "This server does not tell who is connected.")

    async def _connect(self, request: web.Request) -> web.Response:
        if not is_upgrade(request):
            return error_response(
                400, "websocket_expected", "This is the address of a WebSocket: connect with a PeerJS client."
            )
        metrics = self._switchboard.metrics
        began = time.perf_counter()
        try:
            peer = await self._admit(request)
        except Refusal as refusal:
            metrics.admissions[refusal.result] += 1
            return take_over(request, Farewell(refusal.text, refusal.code), self._limits.message_bytes)
        metrics.admissions["proven" if peer.proven else "ok"] += 1
        response = take_over(request, peer, self._limits.message_bytes)
        if self._switchboard.peers.get(peer.identifier) is not peer and self._backplane:
            self._backplane.release(peer)
        metrics.admission.observe(time.perf_counter() - began)
        return response

    async def _admit(self, request: web.Request) -> Peer:
        """Decide whether a socket may register. Raises Refusal."""
        query = request.query
        identifier, token = query.get("id", ""), query.get("token", "")
        if not (identifier and token and query.get("key")):
            raise Refusal("malformed", error("No id, token, or key supplied to websocket server"))
        if query["key"] != KEY:
            raise Refusal("key", error("Invalid key provided"))
        if not is_valid_id(identifier):
            words = f"letters and digits, with single spaces, - or _ between them, and not longer than {MAX_ID} characters"
            raise Refusal("malformed", error(f"Invalid id provided: use {words}."))
        if not is_valid_token(token):
            raise Refusal("malformed", error("Invalid token provided: use 1 to 128 printable ASCII characters."))
        origin = self._locator.locate(request.remote or "", request.headers.getall("X-Forwarded-For", ()))
        proven = self._is_proven(request, origin, identifier)
        self._check_room(origin, proven=proven)
        digest = hashlib.blake2b(token.encode(), digest_size=9).hexdigest()
        await self._claim(identifier, digest, serial := next(self._serials), origin, proven=proven)
        return Peer(
            identifier,
            token=digest,
            proven=proven,
            prefix=origin.prefix,
            serial=serial,
            switchboard=self._switchboard,
            limits=self._limits,
        )

    def _is_proven(self, request: web.Request, origin: Origin, identifier: str) -> bool:
        """Check the proof that reserved ids take. Raises Refusal."""
        if not is_reserved(identifier):
            return False
        query = request.query
        if not query.get("proof"):
            raise Refusal("proof", error("This id is reserved: it takes a proof of the key that it belongs to."))
        try:
            self._proofs.check(
                *("reg", origin, self._host_of(request), identifier),
                *(query.get("pub", ""), query.get("nonce", ""), query["proof"]),
            )
        except Refused as err:
            self._newcomers.take(origin.prefix)
            raise Refusal("proof", error(str(err))) from None
        return True

    def _check_room(self, origin: Origin, *, proven: bool) -> None:
        """Check that there is room for another socket. Raises Refusal."""
        later = WSCloseCode.TRY_AGAIN_LATER
        if self.draining:
            raise Refusal("draining", error("This server is about to restart. Connect again."), WSCloseCode.SERVICE_RESTART)
        if len(self._switchboard.peers) >= self._limits.sockets:
            raise Refusal("full", error("Server has reached its concurrent user limit"), later)
        if proven:
            return
        if self._switchboard.crowd(origin.prefix) >= self._limits.sockets_per_prefix:
            raise Refusal("crowd", error("Too many connections from your network. Close some of them."), later)
        if wait := self._newcomers.take(origin.prefix):
            raise Refusal("rate", error(f"Too many new connections from your network. Wait {wait:.0f} seconds."), later)

    async def _claim(self, identifier: str, digest: str, serial: int, origin: Origin, *, proven: bool) -> None:
        """Claim an id. Raises Refusal."""
        if self._switchboard.is_taken(identifier, digest, proven=proven):
            raise Refusal("taken", ID_TAKEN)
        if self._backplane is None:
            return
        answer = await self._backplane.claim(identifier, digest, serial=serial, proven=proven, prefix=origin.prefix)
        if answer == "taken":
            raise Refusal("taken", ID_TAKEN)
        if answer == "rate":
            raise Refusal(
                "rate", error("Too many new connections from your network. Wait a minute."), WSCloseCode.TRY_AGAIN_LATER
            )
