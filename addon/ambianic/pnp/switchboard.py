"""Brings messages to their receivers: on this node, on another one, or later."""

from collections import Counter
import time
from typing import Protocol

from picows import WSCloseCode

from .messages import FROM_CLIENTS, GOAWAY, ID_TAKEN, OPEN, Envelope, Kind, Message, compose, is_valid_id
from .metrics import Metrics
from .options import Limits
from .waiting import WaitingRoom

PATIENCE = 5.0
"""Seconds that a message waits for its receiver."""
LIVENESS = 95.0
"""Seconds without a sign of life after which a socket is closed: tabs in the background send one heartbeat a minute."""


class Registered(Protocol):
    """A registered socket, as the switchboard sees it."""

    identifier: str
    token: str
    proven: bool
    prefix: bytes
    serial: int
    seen: float

    def send(self, text: bytes) -> bool:
        """Send a message; False where that is not possible."""

    def close(self, code: WSCloseCode, *last_words: bytes) -> None:
        """Say the last words, then close."""


class Carrier(Protocol):
    """The way to other nodes."""

    def forward(self, message: Message) -> bool:
        """Take a message for a receiver that is not here. False where there is no way now. Brings it back by `settle`."""

    def release(self, peer: Registered) -> None:
        """Tell the others that a peer has gone."""


class Switchboard:
    """The registered sockets of this node."""

    def __init__(self, limits: Limits, metrics: Metrics) -> None:
        self.metrics = metrics
        self.peers: dict[str, Registered] = {}
        self.carrier: Carrier | None = None
        self.waiting = WaitingRoom(limits)
        self._crowds: Counter[bytes] = Counter()

    def is_taken(self, identifier: str, token: str, *, proven: bool) -> bool:
        """Whether somebody else on this node has an id: a proof beats everybody, and the same token is the same peer."""
        holder = self.peers.get(identifier)
        return holder is not None and not proven and holder.token != token

    def crowd(self, prefix: bytes) -> int:
        """How many sockets a network has here, those that proved their id apart."""
        return self._crowds[prefix]

    def attach(self, peer: Registered) -> None:
        """Register a socket in the place of whoever had its id, and hand it what waits for it."""
        if self.is_taken(peer.identifier, peer.token, proven=peer.proven):
            peer.close(WSCloseCode.POLICY_VIOLATION, ID_TAKEN)
            return
        if holder := self.peers.get(peer.identifier):
            self.evict(holder, taken=holder.token != peer.token)
        self.peers[peer.identifier] = peer
        if not peer.proven:
            self._crowds[peer.prefix] += 1
        peer.send(OPEN)
        for message in self.waiting.take(peer.identifier):
            self.deliver(message)

    def detach(self, peer: Registered) -> None:
        """Forget a socket. Harmless where it is forgotten already."""
        if self.peers.get(peer.identifier) is not peer:
            return
        del self.peers[peer.identifier]
        if not peer.proven:
            self._crowds[peer.prefix] -= 1
            if not self._crowds[peer.prefix]:
                del self._crowds[peer.prefix]
        if self.carrier:
            self.carrier.release(peer)

    def evict(self, peer: Registered, *, taken: bool) -> None:
        """Close a socket whose id is used elsewhere now: by another peer (`taken`), or by the same one that came again."""
        self.detach(peer)
        if taken:
            peer.close(WSCloseCode.POLICY_VIOLATION, ID_TAKEN)
        else:
            peer.close(WSCloseCode.OK)

    def accept(self, peer: Registered, envelope: Envelope) -> None:
        """Relay a message of a client. What is not for relaying is passed over, as PeerServer does."""
        kind = FROM_CLIENTS.get(envelope.type)
        if kind is None:
            if envelope.type != "HEARTBEAT":
                self.metrics.refused["type"] += 1
            return
        if envelope.dst is None:
            if kind is Kind.LEAVE:
                self.detach(peer)
                peer.close(WSCloseCode.OK)
            else:
                self.metrics.refused["dst"] += 1
            return
        receiver = self.peers.get(envelope.dst)
        if receiver is None and not is_valid_id(envelope.dst):
            self.metrics.refused["dst"] += 1
            return
        text = compose(kind, peer.identifier, envelope.dst, envelope.payload)
        if receiver is not None:
            self._hand_over(receiver, kind, text)
        else:
            self.deliver(Message(kind, peer.identifier, envelope.dst, text, time.monotonic() + PATIENCE))

    def deliver(self, message: Message) -> None:
        """Bring a message to its receiver, wherever that is."""
        if self.deliver_here(message) or (self.carrier and self.carrier.forward(message)):
            return
        self.settle(message)

    def deliver_here(self, message: Message) -> bool:
        """Bring a message to its receiver on this node. False where it is not here."""
        receiver = self.peers.get(message.dst)
        if receiver is None:
            return False
        self._hand_over(receiver, message.kind, message.text)
        return True

    def settle(self, message: Message) -> None:
        """Keep a message for a receiver that is not on another node, or tell its sender that there is no place."""
        if self.deliver_here(message) or message.kind in {Kind.LEAVE, Kind.EXPIRE}:
            return
        if not self.waiting.add(message):
            self._expire([message], "full")

    def sweep(self) -> None:
        """Let messages expire, ask again for the receivers of others, and close the sockets that are silent. Twice a second."""
        now = time.monotonic()
        self._expire(self.waiting.take_expired(now), "expired")
        if self.carrier and len(self.waiting):
            for message in self.waiting.take_all():
                self.deliver(message)
        for peer in [peer for peer in self.peers.values() if now - peer.seen > LIVENESS]:
            self.detach(peer)
            peer.close(WSCloseCode.GOING_AWAY)

    def dismiss(self, count: int) -> None:
        """Send so many sockets to other nodes."""
        for peer in list(self.peers.values())[:count]:
            self.detach(peer)
            peer.close(WSCloseCode.SERVICE_RESTART, GOAWAY)

    def _hand_over(self, receiver: Registered, kind: Kind, text: bytes) -> None:
        self.metrics.relayed[kind, "local" if receiver.send(text) else "congested"] += 1

    def _expire(self, messages: list[Message], result: str) -> None:
        pairs: dict[tuple[str, str], None] = {}
        for message in messages:
            self.metrics.relayed[message.kind, result] += 1
            pairs[message.src, message.dst] = None
        for src, dst in pairs:
            self.deliver(Message(Kind.EXPIRE, dst, src, compose(Kind.EXPIRE, dst, src, b""), 0.0))
