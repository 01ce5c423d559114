"""Several nodes as one registrar, by way of Valkey or Redis.

Any node may die, and so may Valkey. While it is away every node serves its own sockets; when it is back, each node enters them again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
import contextlib
import logging
import random
import secrets
import time

import msgspec
from redis import asyncio as redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from . import shared
from .messages import Kind, Message
from .options import Limits
from .proof import NodeKey
from .rooms import TTL as ROOM_TTL, RoomsFull
from .shared import PREFIX, TTL, Evict, Relay
from .switchboard import Registered, Switchboard

_log = logging.getLogger(__name__)

_TIMEOUT = 2.0
"""Seconds that Valkey has to answer."""
_REFRESH = 20.0
"""Seconds after which the presence of all peers is entered anew."""
_BATCH = 200
_QUEUE = 10_000
"""Messages and withdrawn claims that may be on their way to Valkey."""
_LONGEST_PAUSE = 8.0
_FAILURES = (RedisError, OSError, TimeoutError)


class Backplane:
    """The way to the other nodes. While Valkey is away, all of its answers are those of a node that is alone."""

    def __init__(self, url: str, *, switchboard: Switchboard, key: NodeKey, limits: Limits) -> None:
        """Prepare; `url` is redis://… Raises ValueError where it is not."""
        self.connected = False
        self._node = secrets.token_hex(8)
        self._switchboard = switchboard
        self._metrics = switchboard.metrics
        self._key = key
        self._limits = limits
        pool = redis.BlockingConnectionPool.from_url(
            url, max_connections=16, timeout=_TIMEOUT, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT
        )
        self._redis = redis.Redis.from_pool(pool)
        self._claim = self._redis.register_script(shared.CLAIM)
        self._release = self._redis.register_script(shared.RELEASE)
        self._refresh = self._redis.register_script(shared.REFRESH)
        self._announce = self._redis.register_script(shared.ANNOUNCE)
        self._outbox: asyncio.Queue[Message | tuple[str, str]] = asyncio.Queue(_QUEUE)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Connect, if Valkey is there; if not, go on trying."""
        ready = asyncio.Event()
        self._tasks = [asyncio.create_task(self._stay_connected(ready)), asyncio.create_task(self._send())]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ready.wait(), _TIMEOUT)

    async def stop(self) -> None:
        """Tell what is left to tell, and disconnect."""
        if self.connected:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._outbox.join(), _TIMEOUT)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.connected = False
        with contextlib.suppress(*_FAILURES):
            await self._redis.aclose()

    async def claim(self, identifier: str, token: str, *, serial: int, proven: bool, prefix: bytes) -> str:
        """Claim an id on all nodes: "ok", "taken", or "rate" where the network opens too many sockets."""
        network = self._key.derive(b"sockets", prefix).hex()
        claim: list[str | int] = [
            identifier,
            self._value(token, serial),
            token,
            int(proven),
            self._limits.new_sockets_per_minute,
            TTL,
            _channel(""),
        ]
        keys = [_presence(identifier), f"{PREFIX}new:{int(time.time() // 60)}:{network}"]
        answer: bytes = await self._ask(lambda: self._claim(keys=keys, args=claim), b"ok")
        return answer.decode()

    def release(self, peer: Registered) -> None:
        """Withdraw the claim of a peer that has gone, if it still holds its id."""
        with contextlib.suppress(asyncio.QueueFull):  # then it runs out by itself
            self._outbox.put_nowait((peer.identifier, self._value(peer.token, peer.serial)))

    def forward(self, message: Message) -> bool:
        """Take a message for a peer of another node. False while there is no way."""
        if not self.connected:
            return False
        try:
            self._outbox.put_nowait(message)
        except asyncio.QueueFull:
            return False
        return True

    async def announce(self, room: bytes, pid: str, label: str) -> None:
        """Announce a hub to the clients of all nodes. Raises RoomsFull."""
        announcement: list[str | int] = [pid, label, int(time.time()), ROOM_TTL, self._limits.hubs_per_room]
        if not await self._ask(lambda: self._announce(keys=[_room(room)], args=announcement), 1):
            raise RoomsFull("Too many hubs are being paired on this network. Use the QR code or the link.")

    async def withdraw(self, room: bytes, pid: str) -> None:
        """End an announcement."""
        await self._ask(lambda: self._redis.hdel(_room(room), pid), 0)

    async def hubs(self, room: bytes) -> dict[str, str]:
        """The labels of the hubs that any node announces in a room, by pid."""
        hubs: dict[str, str] = {}
        found: dict[bytes | str, bytes | str] = await self._ask(lambda: self._redis.hgetall(_room(room)), {})
        for pid, value in found.items():
            expires, _, label = _text(value).partition("|")
            if int(expires) > time.time():
                hubs[_text(pid)] = label
        return hubs

    def _value(self, token: str, serial: int) -> str:
        return f"{self._node}|{token}|{serial}"

    async def _ask[T](self, question: Callable[[], Awaitable[T]], alone: T) -> T:
        """Ask Valkey. `alone` is the answer while it is away."""
        if not self.connected:
            return alone
        try:
            return await question()
        except _FAILURES as err:
            self._lose(err)
            return alone

    def _lose(self, err: BaseException) -> None:
        self._metrics.backplane_errors += 1
        if self.connected:
            self.connected = False
            _log.warning("The backplane does not answer (%s). This node goes on alone and keeps trying.", type(err).__name__)

    async def _stay_connected(self, ready: asyncio.Event) -> None:
        pause = _LONGEST_PAUSE / 32
        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(_channel(self._node))
                    await self._agree()
                    self.connected = True
                    pause = _LONGEST_PAUSE / 32
                    ready.set()
                    _log.info("The backplane is there.")
                    async with asyncio.TaskGroup() as group:
                        group.create_task(self._listen(pubsub))
                        group.create_task(self._keep_present())
            except* _FAILURES as err:
                self._lose(err.exceptions[0])
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _agree(self) -> None:
        """Take the key of the node that was first; Valkey may have come back empty."""
        first = await self._redis.set(f"{PREFIX}key", self._key.value, nx=True, get=True)
        if isinstance(first, bytes):
            self._key.value = first

    async def _listen(self, pubsub: PubSub) -> None:
        """Do what other nodes say."""
        while self.connected:
            message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=_TIMEOUT)
            if message is None:
                await asyncio.wait_for(pubsub.ping(), _TIMEOUT)
                continue
            try:
                self._hear(shared.decode(message["data"]))
            except (msgspec.MsgspecError, ValueError, TypeError):
                self._metrics.backplane_errors += 1
        raise ConnectionError("another call has failed")

    def _hear(self, word: Relay | Evict) -> None:
        if isinstance(word, Relay):
            deadline = time.monotonic() + word.left
            self._switchboard.settle(Message(Kind(word.kind), word.src, word.dst, word.text, deadline))
        elif (peer := self._switchboard.peers.get(word.identifier)) and self._value(peer.token, peer.serial) == word.held:
            self._switchboard.evict(peer, taken=peer.token != word.token)

    async def _keep_present(self) -> None:
        """Enter the presence of all peers, now and again and again."""
        while True:
            peers = list(self._switchboard.peers.values())
            for start in range(0, len(peers), _BATCH):
                await self._enter(peers[start : start + _BATCH])
            await asyncio.sleep(_REFRESH)

    async def _enter(self, peers: Sequence[Registered]) -> None:
        claims = {
            self._value(peer.token, peer.serial): peer for peer in peers if self._switchboard.peers.get(peer.identifier) is peer
        }
        keys = [_presence(peer.identifier) for peer in claims.values()]
        if keys:
            lost: list[bytes] = await self._refresh(keys=keys, args=[TTL, *claims])
            for claim in lost:
                self._switchboard.evict(claims[claim.decode()], taken=True)

    async def _send(self) -> None:
        """Bring messages to other nodes, in batches as large as they happen to be."""
        while True:
            batch = [await self._outbox.get()]
            while len(batch) < _BATCH and not self._outbox.empty():
                batch.append(self._outbox.get_nowait())
            messages = [item for item in batch if isinstance(item, Message)]
            try:
                await self._withdraw([item for item in batch if isinstance(item, tuple)])
                messages = await self._publish(messages)
            except _FAILURES as err:
                self._lose(err)
            for message in messages:
                self._switchboard.settle(message)
            for _ in batch:
                self._outbox.task_done()

    async def _withdraw(self, claims: Sequence[tuple[str, str]]) -> None:
        if claims and self.connected:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for identifier, claim in claims:
                    await self._release(keys=[_presence(identifier)], args=[claim], client=pipeline)
                await pipeline.execute()

    async def _publish(self, messages: Sequence[Message]) -> list[Message]:
        """Hand messages to the nodes of their receivers. Returns those whose receivers are on no other node."""
        if not messages or not self.connected:
            return list(messages)
        holders = await self._redis.mget([_presence(message.dst) for message in messages])
        nodes = [_text(holder).partition("|")[0] if holder else None for holder in holders]
        away = [(message, node) for message, node in zip(messages, nodes, strict=True) if node not in {None, self._node}]
        async with self._redis.pipeline(transaction=False) as pipeline:
            for message, node in away:
                left = max(message.deadline - time.monotonic(), 0)
                word = Relay(message.kind, message.src, message.dst, message.text, left)
                pipeline.publish(_channel(node or ""), shared.encode(word))
            heard: list[int] = await pipeline.execute() if away else []
        gone = [message for message, node in zip(messages, nodes, strict=True) if node in {None, self._node}]
        for (message, _), count in zip(away, heard, strict=True):
            if count:
                self._metrics.relayed[message.kind, "remote"] += 1
            else:
                gone.append(message)
        return gone


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode()


def _channel(node: str) -> str:
    return f"{PREFIX}node:{node}"


def _presence(identifier: str) -> str:
    return f"{PREFIX}peer:{identifier}"


def _room(room: bytes) -> str:
    return f"{PREFIX}room:{room.hex()}"
