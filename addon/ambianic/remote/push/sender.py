"""One try to hand a message to a push service (RFC 8030), encrypted for the browser (RFC 8291) and signed (RFC 8292)."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
import hashlib
import hmac
import time
from typing import Literal

import aiohttp
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02, VapidException  # type: ignore[import-untyped]  # has no annotations
from pywebpush import WebPusher  # type: ignore[import-untyped]  # has no annotations
from yarl import URL

from .services import NotAPushService, PushServices
from .subscription import PushSubscription

SUBJECT = "https://github.com/ambianic/ambianic-home-assistant"
"""Whom push services may turn to, as RFC 8292 wants it: this software, never the person whose home it is."""
TTL = 4 * 3600
"""Seconds that a push service keeps a message for a phone that is off."""
TOKEN_SECONDS = 12 * 3600
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=10)
TOPIC_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class Message:
    """Something for one phone: what it is about, the plain text, and when (Unix time) it was made."""

    about: str
    plain: bytes
    made: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try. `reason` is a sentence for people, empty where it was `delivered`; `after` seconds are asked to pass."""

    kind: Literal["delivered", "gone", "refused", "later"]
    reason: str = ""
    after: float | None = None


DELIVERED = Outcome("delivered")


class Sender:
    """Sends messages to push services; follows them nowhere, and reads no more of an answer than its head."""

    def __init__(self, services: PushServices, clock: Callable[[], float] = time.time) -> None:
        """Send to these services alone."""
        self._services = services
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def stop(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, subscription: PushSubscription, message: Message) -> Outcome:
        """Try to send a message."""
        try:
            url = self._services.check(subscription.endpoint)
            headers = self._headers(url, subscription, message)
        except NotAPushService as error:
            return Outcome("refused", str(error))
        except VapidException:
            return Outcome("refused", "Nothing can be signed for the address of this push service.")
        try:
            async with self._connect().post(
                url, data=_encrypted(subscription, message), headers=headers, allow_redirects=False
            ) as response:
                return self._outcome(response, url.host or "")
        except (aiohttp.ClientError, OSError) as error:
            return Outcome("later", f"The push service {url.host} can't be reached ({type(error).__name__}).")
        except TimeoutError:
            return Outcome("later", f"The push service {url.host} does not answer.")

    def _connect(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": "Ambianic"}
            )
        return self._session

    def _headers(self, url: URL, subscription: PushSubscription, message: Message) -> dict[str, str]:
        key = ec.derive_private_key(int.from_bytes(subscription.vapid, "big"), ec.SECP256R1())
        claims = {"aud": str(url.origin()).lower(), "exp": int(self._clock()) + TOKEN_SECONDS, "sub": SUBJECT}
        # Strictly, py_vapid takes no path in the subject, which RFC 8292 allows.
        signature: dict[str, str] = Vapid02(key, conf={"no-strict": True}).sign(claims)
        return {
            **signature,
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(TTL),
            "Urgency": "high",
            "Topic": _topic(subscription, message),
        }

    def _outcome(self, response: aiohttp.ClientResponse, host: str) -> Outcome:
        match response.status:
            case status if 200 <= status < 300:
                return DELIVERED
            case 404 | 410:
                return Outcome("gone", "The push service does not know this phone any more. Turn alerts on again on the phone.")
            case 408 | 429 | 500 | 502 | 503 | 504:
                later = _seconds(response.headers.get("Retry-After", ""), self._clock())
                return Outcome("later", f"The push service {host} is busy ({response.status}).", later)
            case status:
                return Outcome("refused", f"The push service {host} refuses the message ({status}).")


def _encrypted(subscription: PushSubscription, message: Message) -> bytes:
    keys = {"p256dh": urlsafe_b64encode(subscription.p256dh), "auth": urlsafe_b64encode(subscription.auth)}
    body: bytes = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(message.plain)["body"]
    return body


def _topic(subscription: PushSubscription, message: Message) -> str:
    """By it a second try takes the place of a first one that did arrive. It tells the push service nothing: it is keyed."""
    digest = hmac.digest(subscription.auth, message.about.encode(), hashlib.sha256)
    return urlsafe_b64encode(digest).decode()[:TOPIC_CHARACTERS]


def _seconds(retry_after: str, now: float) -> float | None:
    """How long a Retry-After header asks to wait, as seconds or a date says; None where it says nothing."""
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10:
        return float(retry_after)
    try:
        moment: datetime = parsedate_to_datetime(retry_after)
        return max(0.0, moment.timestamp() - now)
    except (ValueError, OverflowError):
        return None
