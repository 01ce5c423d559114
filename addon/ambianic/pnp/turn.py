"""Short-lived credentials for a TURN server, as coturn's use-auth-secret has them (the "TURN REST API")."""

import base64
from collections.abc import Callable, Sequence
import hashlib
import hmac
import time

TTL = 48 * 3600
"""Seconds that credentials are good for."""


class TurnDesk:
    """Makes credentials out of the secret that it shares with the TURN server."""

    def __init__(self, urls: Sequence[str], secret: str, clock: Callable[[], float] = time.time) -> None:
        self._urls = list(urls)
        self._secret = secret.encode()
        self._clock = clock

    def issue(self, identifier: str) -> dict[str, object]:
        """Make an RTCIceServer for the owner of an id. The name in it says nothing about the id, but is its own for a day's quota."""
        expires = int(self._clock()) + TTL
        day = str(expires // 86400)
        alias = hmac.digest(self._secret, f"{day} {identifier}".encode(), hashlib.sha256)[:9]
        username = f"{expires}:{base64.urlsafe_b64encode(alias).decode()}"
        credential = hmac.digest(self._secret, username.encode(), hashlib.sha1)
        return {"urls": self._urls, "username": username, "credential": base64.b64encode(credential).decode()}
