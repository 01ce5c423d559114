"""A push service on this machine, and the browser that it delivers to: it checks and decrypts what the edge sends, by the RFCs."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
import json
import secrets
import time
from typing import Any, Self

from aiohttp import web
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
import http_ece  # type: ignore[import-untyped]  # has no annotations

type Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


def base64url(data: bytes) -> str:
    """As RFC 8291 writes keys."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """The bytes again."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _number(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_numbers().private_value.to_bytes(32, "big")


@dataclass
class PushBrowser:
    """A browser that has subscribed: its own key and secret, and the key pair that it lets the edge sign with."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    vapid: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def subscription(self) -> dict[str, str]:
        """What the phone tells the edge."""
        return {
            "endpoint": self.endpoint,
            "p256dh": base64url(_point(self.key)),
            "auth": base64url(self.auth),
            "vapid": base64url(_number(self.vapid)),
        }

    @property
    def application_server_key(self) -> bytes:
        """The public key that the edge is known by."""
        return _point(self.vapid)

    @property
    def secrets(self) -> list[str]:
        """What is never to be seen outside the edge."""
        return [value for name, value in self.subscription.items() if name != "p256dh"]


@dataclass(frozen=True)
class Pushed:
    """A message that the service was given."""

    path: str
    headers: dict[str, str]
    body: bytes

    def open(self, browser: PushBrowser) -> dict[str, Any]:
        """The message as the browser reads it: its plain text has to be JSON."""
        content: dict[str, Any] = json.loads(self.plain(browser))
        return content

    def plain(self, browser: PushBrowser) -> bytes:
        """The plain text."""
        text: bytes = http_ece.decrypt(self.body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
        return text

    def check_signature(self, key: bytes, origin: str) -> dict[str, Any]:
        """Check that it is signed for this service with the pair that has this public key (RFC 8292): the claims."""
        scheme, _, parameters = self.headers["Authorization"].partition(" ")
        assert scheme.lower() == "vapid"
        given = dict(part.strip().split("=", 1) for part in parameters.split(","))
        assert from_base64url(given["k"]) == key
        signed, _, signature = given["t"].rpartition(".")
        raw = from_base64url(signature)
        half = len(raw) // 2
        pair = int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        public.verify(encode_dss_signature(*pair), signed.encode(), ec.ECDSA(hashes.SHA256()))
        header, claims = (json.loads(from_base64url(part)) for part in signed.split("."))
        assert header["alg"] == "ES256"
        assert claims["aud"] == origin
        assert time.time() < claims["exp"] <= time.time() + 86_400
        assert claims["sub"].startswith(("mailto:", "https://"))
        found: dict[str, Any] = claims
        return found


async def _take(_request: web.Request) -> web.StreamResponse:
    return web.Response(status=201)


class PushService:
    """Serves on a loopback port. `behave` is asked what to answer; at first everything is taken."""

    def __init__(self) -> None:
        self.received: list[Pushed] = []
        self.behave: Behaviour = _take
        self.origin = ""
        self._arrived = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        [address] = self._runner.addresses
        self.origin = f"http://127.0.0.1:{address[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def browser(self) -> PushBrowser:
        """A browser that has subscribed here."""
        return PushBrowser(f"{self.origin}/send/{secrets.token_urlsafe(24)}")

    async def arrived(self, count: int, seconds: float = 15) -> list[Pushed]:
        """All messages, once there are so many. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(lambda: len(self.received) >= count)
        return self.received

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.received.append(Pushed(request.path, dict(request.headers), await request.read()))
        async with self._arrived:
            self._arrived.notify_all()
        return await self.behave(request)
